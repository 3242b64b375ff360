"""Witnesses: cosign what extends, refuse what rolls back, remember across restarts."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from comity.errors import ComityError, Conflict, NotFound, Unavailable
from comity.exchange.cosign import Post, cosign
from comity.exchange.witness import (
    SIZE_TYPE,
    Request,
    Response,
    Witness,
    create_witness,
    format_request,
    parse_request,
)
from comity.exchange.witness_server import witness_app
from comity.proof import checkpoint, note, tlog
from comity.proof.cosignature import WitnessSigner, WitnessVerifier, cosigned_at
from comity.record.clock import FixedClock
from comity.record.ledger import Ledger
from comity.record.vault import Vault
from exchange_world import START, node, person, seed

UTO = person("UTO")
SIGNER = WitnessSigner("witness.example/w1", seed("witness"))


class Tree:
    """A log in memory, honest or not: leaves, and checkpoints signed over any prefix."""

    def __init__(self, *leaves: bytes, signer: note.Signer = UTO.home.signer) -> None:
        self.leaves = [tlog.leaf_hash(leaf) for leaf in leaves]
        self.signer = signer

    def read(self, level: int, index: int) -> bytes:
        """A complete node."""
        return tlog.root(self.leaves[index << level : (index + 1) << level])

    def signed(self, size: int) -> bytes:
        """The checkpoint of the first ``size`` leaves."""
        root = tlog.root(self.leaves[:size])
        text = checkpoint.format_checkpoint(checkpoint.Checkpoint(self.signer.name, size, root))
        return note.sign_note(text, [self.signer])

    def request(self, old: int, new: int) -> bytes:
        """An honest ``add-checkpoint``."""
        proof = tlog.prove_consistency(old, new, self.read)
        return format_request(Request(old, tuple(proof), self.signed(new)))


HONEST = Tree(*(b"%d" % n for n in range(20)))
OTHER = Tree(*(b"other %d" % n for n in range(20)))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """A witness which trusts Utopia's log."""
    create_witness(tmp_path / "witness.db")
    made = Witness(tmp_path / "witness.db", SIGNER, FixedClock(START).now)
    made.trust(UTO.card.vkey)
    return made


def opened(answer: Response, signed: bytes) -> note.Note:
    """The checkpoint with the cosignature on it."""
    assert answer.status == 200
    return note.open_note(signed + answer.body, [SIGNER.verifier])


def test_it_cosigns_what_extends(witness: Witness) -> None:
    """From nothing to 7 to 7 again to 20: each time a cosignature over exactly that checkpoint."""
    for old, new in ((0, 7), (7, 7), (7, 20)):
        answer = witness.process_add_checkpoint(HONEST.request(old, new))
        found = opened(answer, HONEST.signed(new))
        assert cosigned_at(found.verified[0]) == int(START.timestamp())
        assert witness.held(UTO.card.origin).size == new


@pytest.mark.parametrize("old", [0, 3, 8, 20])
def test_a_wrong_old_size_is_409_with_ours(witness: Witness, old: int) -> None:
    """The witness says which size it holds, in the specification's own type."""
    witness.process_add_checkpoint(HONEST.request(0, 7))
    answer = witness.process_add_checkpoint(HONEST.request(old, 20))
    assert answer == Response(409, SIZE_TYPE, b"7\n")


def test_a_rollback_is_refused(witness: Witness) -> None:
    """An older checkpoint, though honestly signed, is not cosigned again."""
    witness.process_add_checkpoint(HONEST.request(0, 20))
    assert witness.process_add_checkpoint(HONEST.request(0, 7)).status == 409
    body = format_request(Request(20, (), HONEST.signed(7)))
    assert witness.process_add_checkpoint(body).status == 400
    assert witness.held(UTO.card.origin).size == 20


def test_a_split_view_is_refused_and_kept_as_evidence(witness: Witness) -> None:
    """Two roots for one size: 409, nothing moves, and both signed notes convict the log."""
    witness.process_add_checkpoint(HONEST.request(0, 7))
    answer = witness.process_add_checkpoint(OTHER.request(7, 7))
    assert answer.status == 409
    assert witness.evidence() == [(UTO.card.origin, HONEST.signed(7), OTHER.signed(7))]
    assert witness.held(UTO.card.origin).root == tlog.root(HONEST.leaves[:7])


def test_a_proof_from_another_history_is_422(witness: Witness) -> None:
    """A longer tree which does not contain the one cosigned is refused and kept as evidence."""
    witness.process_add_checkpoint(HONEST.request(0, 7))
    assert witness.process_add_checkpoint(OTHER.request(7, 20)).status == 422
    assert len(witness.evidence()) == 1


@pytest.mark.parametrize("fault", ["missing", "shorter", "longer", "flipped", "from zero"])
def test_a_wrong_proof_is_422(witness: Witness, fault: str) -> None:
    """Any change to the proof is refused; from size 0 the proof must be empty."""
    old = 0 if fault == "from zero" else 7
    if old:
        witness.process_add_checkpoint(HONEST.request(0, old))
    proof = tlog.prove_consistency(7, 20, HONEST.read)
    wrong = {
        "missing": [],
        "shorter": proof[:-1],
        "longer": [*proof, bytes(32)],
        "flipped": [*proof[:-1], bytes([proof[-1][0] ^ 1]) + proof[-1][1:]],
        "from zero": proof,
    }[fault]
    body = format_request(Request(old, tuple(wrong), HONEST.signed(20)))
    assert witness.process_add_checkpoint(body).status == 422
    assert witness.held(UTO.card.origin).size == old


def test_who_may_ask(witness: Witness) -> None:
    """An unknown origin is 404; a known origin not signed by its trusted key is 403."""
    stranger = Tree(b"a", signer=person("QNB").home.signer)
    assert witness.process_add_checkpoint(stranger.request(0, 1)).status == 404
    forged = Tree(b"a", signer=note.Signer(UTO.card.origin, seed("thief")))
    assert witness.process_add_checkpoint(forged.request(0, 1)).status == 403
    unsigned = HONEST.signed(1).replace(b"\n\n", b"\nextension\n\n")
    body = format_request(Request(0, (), unsigned))
    assert witness.process_add_checkpoint(body).status == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + HONEST.signed(1),
        b"old -1\n\n" + HONEST.signed(1),
        b"old  0\n\n" + HONEST.signed(1),
        b"size 0\n\n" + HONEST.signed(1),
        b"old 0\nAAAA\n\n" + HONEST.signed(1),
        b"old 0\n" + base64.b64encode(bytes(33)) + b"\n\n" + HONEST.signed(1),
        b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + HONEST.signed(1),
        b"old 2\n\n" + HONEST.signed(1),
        b"old 0\n\n" + HONEST.signed(1)[:-1],
        b"old 0\n\n" + HONEST.signed(1) + bytes(70_000),
        b"old \xff\n\n" + HONEST.signed(1),
    ],
)
def test_a_malformed_request_is_400(witness: Witness, body: bytes) -> None:
    """Lines out of form, too long a proof, an old size above the new one: 400, nothing moves."""
    assert witness.process_add_checkpoint(body).status == 400
    assert witness.held(UTO.card.origin).size == 0


def test_it_remembers_across_restarts(witness: Witness, tmp_path: Path) -> None:
    """A second process over the same file refuses what the first one would."""
    witness.process_add_checkpoint(HONEST.request(0, 7))
    again = Witness(tmp_path / "witness.db", SIGNER, FixedClock(START).now)
    again.trust(UTO.card.vkey)
    assert again.process_add_checkpoint(OTHER.request(0, 7)).body == b"7\n"
    assert again.process_add_checkpoint(HONEST.request(7, 20)).status == 200


def test_a_history_is_not_begun_by_mistake(witness: Witness, tmp_path: Path) -> None:
    """A mistyped path opens nothing, no file is made over another, no key is swapped."""
    with pytest.raises(NotFound, match="witness-missing"):
        Witness(tmp_path / "witnes.db", SIGNER, FixedClock(START).now)
    with pytest.raises(Conflict, match="witness-exists"):
        create_witness(tmp_path / "witness.db")
    with pytest.raises(Conflict, match="witness-key"):
        witness.trust(note.Signer(UTO.card.origin, seed("thief")).verifier.vkey)


def test_requests_side_by_side_never_roll_back(witness: Witness) -> None:
    """Whatever order many requests interleave in, the record only grows, and stays consistent."""
    answers: list[Response] = []

    def climb(step: int) -> None:
        for new in range(step, 21, step):
            old = witness.held(UTO.card.origin).size
            if old <= new:
                answers.append(witness.process_add_checkpoint(HONEST.request(old, new)))

    threads = [threading.Thread(target=climb, args=(step,)) for step in (1, 2, 3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} <= {200, 409}
    assert witness.held(UTO.card.origin).size == 20
    assert witness.evidence() == []


def test_a_stale_check_does_not_move_the_record(witness: Witness) -> None:
    """A request checked against a record that has moved on meanwhile is refused: the race."""
    stale = witness.held(UTO.card.origin)
    witness.process_add_checkpoint(HONEST.request(0, 20))
    seven = checkpoint.parse_checkpoint(note.split_note(HONEST.signed(7))[0])
    assert not witness._move(stale, seven, HONEST.signed(7))
    assert witness.held(UTO.card.origin).size == 20


@given(data=st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_one_named_error(data: bytes) -> None:
    """Bytes from nowhere raise a ComityError or read as a request, and nothing else."""
    for attempt in (data, b"old 3\n" + data, b"old 3\n\n" + data):
        try:
            found = parse_request(attempt)
        except ComityError:
            continue
        assert format_request(found) == attempt


def test_the_server_speaks_the_specification(witness: Witness) -> None:
    """Over HTTP: 200 with signature lines, 409 with the size type, 413, 405 and 404."""
    with TestClient(witness_app(witness)) as client:
        good = client.post("/add-checkpoint", content=HONEST.request(0, 7))
        assert good.status_code == 200
        assert good.content.startswith("— witness.example/w1 ".encode())
        behind = client.post("/add-checkpoint", content=HONEST.request(0, 7))
        assert (behind.status_code, behind.content) == (409, b"7\n")
        assert behind.headers["content-type"] == SIZE_TYPE
        assert client.post("/add-checkpoint", content=bytes(70_000)).status_code == 413
        assert client.get("/add-checkpoint").status_code == 405
        assert client.post("/other").status_code == 404


# --- the log's side ----------------------------------------------------------------------------


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Utopia's ledger, which knows the witness."""
    made = node("UTO", tmp_path)
    clock = FixedClock(START)
    vault = Vault(seed("kek"))
    yield Ledger(made.store, vault, UTO.home.signer, clock, witnesses=[SIGNER.verifier])
    made.store.close()


def line(witness: Witness, asked: list[int] | None = None) -> Post:
    """The wire to the witness."""

    def post(body: bytes) -> tuple[int, bytes]:
        if asked is not None:
            asked.append(parse_request(body).old)
        answer = witness.process_add_checkpoint(body)
        return answer.status, answer.body

    return post


def grow(ledger: Ledger, count: int) -> None:
    """More entries."""
    for number in range(count):
        ledger.write(lambda conn: ledger.append(conn, "test:entry", {"n": number}))  # noqa: B023


def test_a_ledger_is_cosigned_as_it_grows(ledger: Ledger, witness: Witness) -> None:
    """Each round the ledger's newest head is cosigned, in one request when nothing was missed."""
    for size in (3, 8):
        grow(ledger, size - ledger.size())
        asked: list[int] = []
        assert cosign(ledger, SIGNER.verifier, line(witness, asked)) == size
        assert ledger.cosigned_size() == size
        assert len(asked) == 1
    found = note.open_note(ledger.checkpoint(), [UTO.card.verifier, SIGNER.verifier])
    assert note.verified_by(found, [SIGNER.verifier]) == 1


def test_a_witness_that_knows_more_or_less_tells_its_size(
    ledger: Ledger, witness: Witness, tmp_path: Path
) -> None:
    """A new witness starts from nothing, in a second request."""
    grow(ledger, 3)
    cosign(ledger, SIGNER.verifier, line(witness))
    create_witness(tmp_path / "second.db")
    second = Witness(tmp_path / "second.db", SIGNER, FixedClock(START).now)
    second.trust(UTO.card.vkey)
    asked: list[int] = []
    grow(ledger, 1)
    assert cosign(ledger, SIGNER.verifier, line(second, asked)) == 4
    assert asked == [3, 0]


def test_a_restored_ledger_is_told_by_its_witness(ledger: Ledger, witness: Witness) -> None:
    """A witness ahead of us, or with another root at our size, stops the log: people must look."""
    grow(ledger, 3)
    witness.process_add_checkpoint(OTHER.request(0, 7))
    with pytest.raises(Conflict, match="witness-ahead"):
        cosign(ledger, SIGNER.verifier, line(witness))
    grow(ledger, 4)
    with pytest.raises(Conflict, match="witness-split"):
        cosign(ledger, SIGNER.verifier, line(witness))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((503, b""), "witness-refused"),
        ((422, b"no\n"), "witness-inconsistent"),
        ((409, b"many\n"), "witness-answer"),
        ((409, b"\xff"), "witness-answer"),
        ((200, b""), "witness-answer"),
        ((200, b"yes"), "witness-answer"),
        ((200, b"yes\n"), "note-signature-line"),
        ((200, bytes(20_000)), "witness-answer"),
    ],
)
def test_a_witness_who_answers_nonsense_is_named(
    ledger: Ledger, answer: tuple[int, bytes], code: str
) -> None:
    """No answer of a witness leads to anything but a cosignature or a named error."""
    grow(ledger, 1)
    with pytest.raises(ComityError) as caught:
        cosign(ledger, SIGNER.verifier, lambda _: answer)
    assert caught.value.code == code
    assert ledger.cosigned_size() == 0


def test_a_cosignature_by_another_witness_does_not_count(ledger: Ledger, tmp_path: Path) -> None:
    """Lines of keys we did not ask for are ignored; alone they are refused."""
    create_witness(tmp_path / "other.db")
    thief = Witness(tmp_path / "other.db", WitnessSigner("w2", seed("x")), FixedClock(START).now)
    thief.trust(UTO.card.vkey)
    grow(ledger, 1)
    with pytest.raises(ComityError, match="note-unsigned"):
        cosign(ledger, SIGNER.verifier, line(thief))


def test_an_unreachable_witness_is_unavailable(ledger: Ledger) -> None:
    """A line that is down is passed on as it is."""

    def down(_: bytes) -> tuple[int, bytes]:
        raise Unavailable("peer-unreachable", "the line is down")

    with pytest.raises(Unavailable):
        cosign(ledger, WitnessVerifier.parse(SIGNER.verifier.vkey), down)
