"""A third country, and a witness that answers: what two nodes alone cannot show."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from comity.bureau import alert, joining, overview, post, witnessing
from comity.bureau.check import check
from comity.bureau.diagnosis import diagnose
from comity.bureau.node import card, init_node
from comity.bureau.question import Inquiry
from comity.errors import ComityError, Conflict, Unverified
from comity.exchange import envelope, peers
from comity.exchange.follow import PULL
from comity.exchange.reply import open_reply
from comity.exchange.witness import Witness
from comity.exchange.witness_server import witness_app
from comity.proof.canonical import canonical
from transcript import free_port
from world import (
    AGREEMENT,
    CLERK,
    GUARD,
    HOUR,
    World,
    draft,
    settings,
    traveller,
    witnessed_at,
    world,
)


@contextmanager
def served(witness: Witness, port: int) -> Iterator[None]:
    """The witness, on its own server."""
    config = uvicorn.Config(witness_app(witness), host="127.0.0.1", port=port,
                            log_level="warning", access_log=False, lifespan="off")  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[tuple[World, int]]:
    """Utopia and Arcadia, and the port at which their witness is expected."""
    port = free_port()
    with world(tmp_path, witnessed=True) as made:
        made.close()
        witnessed_at(tmp_path, f"http://127.0.0.1:{port}")
        made.reopen()
        yield made, port


def test_r52_an_answer_is_witnessed_before_it_is_given(seen: tuple[World, int]) -> None:
    """With a witness that answers, each answer's entry is cosigned; the evidence says by whom."""
    two, port = seen
    with served(two.witness, port):
        two.issue()
        answer = two.ask()
        assert (answer.state, answer.witnessed) == ("match", True)
        assert two.qma.ledger.cosigned_size() > answer.entry
        people = [traveller(reference=f"QM617/{n}") for n in range(40)]
        many = check(two.qma, Inquiry(officer=GUARD, purpose="border-check"), people)
        assert all(one.witnessed for one in many)
    two.clock.advance(HOUR)
    after = two.ask()
    assert (after.state, after.witnessed) == ("match", False)


def test_r52_a_rewritten_log_answers_nothing(seen: tuple[World, int]) -> None:
    """A store put back opens no more; without the anchor too, the witness ends the answers."""
    two, port = seen
    copy = (two.folder / "QMA" / "node.db").read_bytes()
    with served(two.witness, port):
        two.issue()
        two.ask()
        two.close()
        for file in (two.folder / "QMA").glob("node.db*"):
            file.unlink()
        (two.folder / "QMA" / "node.db").write_bytes(copy)
        with pytest.raises(Unverified) as refused:
            two.reopen()
        assert refused.value.code == "ledger-rolled-back"
        (two.folder / "QMA" / "keys" / "log.head").unlink()
        two.reopen()
        two.round(two.qma)
        with pytest.raises(Conflict) as caught:
            two.ask()
    assert caught.value.code in ("witness-ahead", "witness-split", "witness-inconsistent")


def test_r52_a_forked_log_sounds_the_alarm(seen: tuple[World, int]) -> None:
    """Two histories of one key: no answer within any grace; log, health and status say why."""
    two, port = seen
    home, saved = two.folder / "QMA", two.folder / "saved"
    two.close()
    shutil.copytree(home, saved)
    two.reopen()
    with served(two.witness, port):
        two.issue()
        two.ask()
        witnessing.cosign_now(two.qma)
        seen_size = two.qma.ledger.cosigned_size()
        two.close()
        shutil.rmtree(home)
        shutil.copytree(saved, home)  # with its anchor: the node knows nothing of what is lost
        two.reopen()
        while two.qma.ledger.size() <= seen_size:
            two.qma.write(lambda conn: two.qma.ledger.append(conn, "exercise:line", {}))
        for _ in range(3):
            with pytest.raises(Conflict) as caught:
                two.ask()
            assert caught.value.code == "witness-inconsistent"
        assert ("witness", "witness-inconsistent") in two.round(two.qma).faults
    with pytest.raises(Conflict) as caught:  # the witness is gone: no grace for a contradiction
        two.ask()
    assert caught.value.code == "witness-contradicts"
    assert two.kinds(two.qma).count("witness:contradicts") == 1
    assert witnessing.alarm(two.qma) == "witness-inconsistent"
    said = [one.said for one in diagnose(two.qma) if one.what == "witness"]
    assert [line for line in said if line.startswith("ALARM")]  # also with the witness gone
    assert two.witness.evidence()


def test_r07_a_holder_passes_nothing_on(tmp_path: Path) -> None:
    """What Utopia sent to Arcadia is in no feed of Arcadia's, and a third country gets nothing."""
    with world(tmp_path) as two:
        made = two.issue()
        third = init_node(tmp_path / "QNB", settings("QNB"), clock=two.clock)
        try:
            joining.join(two.qma, card(third).text)
            joining.join(third, card(two.qma).text)
            assert overview.copies(two.qma, made.id) == []
            with third.store.read() as conn:
                arcadia = peers.find(conn, "QMA")
            now = two.clock.now()
            body = canonical({"after": 0, "ends": False, "epoch": "0" * 32, "limit": 10})
            asked = third.desk.write(
                arcadia, envelope.Letter(PULL, body, now, now + HOUR, AGREEMENT)
            )
            reply = post.answer_question(two.qma, asked)
            answered = open_reply(reply, asked, third.desk, arcadia, now)
            assert (answered.receipt.grade, answered.answer) == ("refused", None)
            assert answered.receipt.reason == "post-not-party"
        finally:
            third.close()


def test_r07_a_third_country_cannot_be_fed_with_anothers_alert(tmp_path: Path) -> None:
    """Even signed by Arcadia, Utopia's alert is not Arcadia's to issue."""
    with world(tmp_path) as two:
        made = two.issue()
        with pytest.raises(ComityError):
            alert.issue(two.qma, CLERK, [made])
        with pytest.raises(ComityError):
            alert.draft(two.qma, draft() | {"local_id": "x", "issuer": "UTO"})
