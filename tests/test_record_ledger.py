"""The ledger: append, write together, prove, open, erase; on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, select, update

from comity.errors import ComityError, Conflict, Malformed, NotFound, Unavailable, Unverified
from comity.proof import canonical, checkpoint, note, tile, tlog
from comity.proof.evidence import verify_evidence
from comity.proof.tlog_proof import check_tlog_proof
from comity.record import tables
from comity.record.batch import Item
from comity.record.keyring import Keyring
from comity.record.ledger import Ledger
from comity.record.oracle import check_ledger
from record_world import KINDS, WITNESSES, Home, cosigned, home, issue, put_alert, reopened


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """A new record on each kind of store."""
    with home(tmp_path, request.param) as opened:
        yield opened


def _alerts(made: Home) -> dict[str, int]:
    with made.store.read() as conn:
        rows = conn.execute(select(tables.alert.c.id, tables.alert.c.entry))
        return {row.id: row.entry for row in rows}


def test_an_entry_says_what_was_given(made: Home) -> None:
    """Public part, minute and commitment stand in the leaf, the personal part does not."""
    seq = issue(made, "a1")
    entry = made.ledger.entry(seq)
    assert (entry.seq, entry.kind, entry.public) == (0, "alert:issued", {"category": "return"})
    assert entry.minute == datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)
    assert made.ledger.open_personal(seq) == {"name": "ERIKSSON a1"}
    assert canonical.parse_plain(entry.leaf, limit=9999)["commitment"] == entry.commitment.hex()  # type: ignore[union-attr]


def test_no_personal_data_stands_in_the_log(made: Home) -> None:
    """Neither name nor subject appears in leaves, tiles, heads or bundles served to others."""
    seq = issue(made, "subject-4711")
    served = [
        made.ledger.entry(seq).leaf,
        made.ledger.checkpoint(),
        made.ledger.proof(seq),
        made.ledger.tile("tile/0/000.p/1"),
        made.ledger.tile("tile/entries/000.p/1"),
    ]
    assert not [data for data in served if b"ERIKSSON" in data or b"4711" in data]


@pytest.mark.parametrize(
    "public", [{"name": "X"}, {"alert": {"date_of_birth": "X"}}, {"rows": [{"mrz": "X"}]}]
)
def test_fields_for_personal_data_are_refused_in_public(
    tmp_path: Path, public: dict[str, object]
) -> None:
    """A public part with a field for personal data, at any depth, is refused and not repeated."""
    with home(tmp_path) as made:
        with pytest.raises(Malformed) as caught:
            made.ledger.write(lambda conn: made.ledger.append(conn, "x", public))
        assert caught.value.code == "entry-public-personal"
        assert "X" not in str(caught.value)
        assert made.check() == 0


def test_two_entries_about_one_person_do_not_look_alike(made: Home) -> None:
    """Equal personal parts have other commitments and tags; the subject's key finds both."""
    first, second = (made.ledger.write(
        lambda conn: made.ledger.append(conn, "check:asked", {}, {"name": "X"}, "person")
    ).result for _ in range(2))  # fmt: skip
    issue(made, "other")
    one, two = made.ledger.entry(first), made.ledger.entry(second)
    assert one.commitment != two.commitment
    assert one.tag != two.tag
    assert made.ledger.about("person") == [first, second]
    assert made.ledger.about("nobody") == []


def test_a_proof_verifies_offline(made: Home) -> None:
    """Each entry's proof verifies with the log's key alone; another leaf's does not."""
    for number in range(5):
        issue(made, f"a{number}")
    for seq in range(5):
        leaf = tlog.leaf_hash(made.ledger.entry(seq).leaf)
        proven = check_tlog_proof(made.ledger.proof(seq), leaf, made.ledger.verifier)
        assert (proven.index, proven.head.size) == (seq, 5)
        with pytest.raises(Unverified):
            check_tlog_proof(made.ledger.proof((seq + 1) % 5), leaf, made.ledger.verifier)


def test_heads_grow_consistently(made: Home) -> None:
    """Each head is proved to extend each earlier one, across tiles."""
    heads = []
    for count in (1, 2, 254, 1, 300, 5):
        made.ledger.write(
            lambda conn, n=count: made.ledger.append_many(conn, [Item("x", {"n": n})] * n)  # type: ignore[misc]
        )
        heads.append(checkpoint.parse_checkpoint(note.split_note(made.ledger.checkpoint())[0]))
    for old in heads:
        for new in heads:
            if old.size <= new.size:
                path = made.ledger.consistency(old.size, new.size)
                tlog.check_consistency(path, old.size, old.root, new.size, new.root)
    assert made.check() == 563


def test_tiles_served_rebuild_the_log(made: Home) -> None:
    """Somebody who fetches the tiles and bundles of a head rebuilds its root from them."""
    with made.store.write() as conn:
        made.ledger.append_many(conn, [Item("x", {"n": n}) for n in range(600)])
    head = checkpoint.parse_checkpoint(note.split_note(made.ledger.checkpoint())[0])
    tiles = {
        (item.level, item.index): made.ledger.tile(tile.tile_path(item))
        for item in tile.tiles_between(0, head.size)
    }
    read = tile.tile_reader(lambda level, index: tiles[level, index])
    assert tlog.root_at(head.size, read) == head.root
    leaves = []
    for index in range(3):
        width = min(256, head.size - 256 * index)
        path = tile.tile_path(tile.Tile(tile.ENTRIES, index, width))
        leaves += tile.parse_entries(made.ledger.tile(path))
    assert tlog.root([tlog.leaf_hash(leaf) for leaf in leaves]) == head.root
    for absent in ("tile/0/003", "tile/0/002", "tile/0/002.p/89", "tile/entries/002.p/89",
                   "tile/2/000"):  # fmt: skip
        with pytest.raises(NotFound):
            made.ledger.tile(absent)


def test_a_state_change_and_its_entry_are_one(made: Home) -> None:
    """If the work fails after its entry and its row, neither is there; the next one is whole."""

    def fails(conn: Connection) -> None:
        put_alert(conn, "lost", made.ledger.append(conn, "alert:issued", {}, {"name": "X"}, "s"))
        raise NotFound("nothing", "no such thing")

    with pytest.raises(NotFound):
        made.ledger.write(fails)
    assert (made.ledger.size(), _alerts(made)) == (0, {})
    assert issue(made, "kept") == 0
    assert made.check() == 1


def test_a_plain_write_keeps_the_log_too(made: Home) -> None:
    """Entries appended in a Store.write are hashed and signed in that transaction."""
    with made.store.write() as conn:
        first = made.ledger.append_many(conn, [Item("x", {}), Item("y", {})])
        assert made.ledger.append(conn, "z", {}) == first + 2
    with contextlib.suppress(ZeroDivisionError), made.store.write() as conn:
        made.ledger.append(conn, "lost", {})
        raise ZeroDivisionError
    assert [entry.kind for entry in made.ledger.entries(0, 3)] == ["x", "y", "z"]
    assert made.check() == 3


def test_a_savepoint_takes_its_entries_with_it(made: Home) -> None:
    """Whoever rolls back to a savepoint rolls back the entries made since, and their keys."""

    def work(conn: Connection) -> list[int]:
        kept = [made.ledger.append(conn, "a", {}, {"n": 1})]
        with contextlib.suppress(ZeroDivisionError), conn.begin_nested():
            made.ledger.append(conn, "lost", {}, {"n": 2})
            with conn.begin_nested():
                made.ledger.append(conn, "lost", {}, {"n": 3}, "s")
            raise ZeroDivisionError
        with conn.begin_nested():
            kept.append(made.ledger.append(conn, "b", {}, {"n": 4}))
        return kept

    assert made.ledger.write(work).result == [0, 1]
    assert [made.ledger.open_personal(seq)["n"] for seq in (0, 1)] == [1, 4]
    assert made.check() == 2


def test_a_flush_is_no_commit(made: Home) -> None:
    """Flushed entries roll back with their savepoint or transaction; numbers go on behind."""
    with contextlib.suppress(ZeroDivisionError), made.store.write() as conn:
        made.ledger.append_many(conn, [Item("lost", {}, {"n": 1})] * 300)
        made.ledger.flush(conn)
        made.ledger.append(conn, "lost", {})
        raise ZeroDivisionError
    assert made.check() == 0
    with made.store.write() as conn:
        made.ledger.append(conn, "a", {}, {"n": 1})
        made.ledger.flush(conn)
        with contextlib.suppress(ZeroDivisionError), conn.begin_nested():
            made.ledger.append(conn, "lost", {}, {"n": 2})
            made.ledger.flush(conn)
            made.ledger.append(conn, "lost", {}, {"n": 3})
            raise ZeroDivisionError
        made.ledger.append(conn, "b", {}, {"n": 4})
        made.ledger.flush(conn)
        made.ledger.flush(conn)
        made.ledger.append(conn, "c", {}, {"n": 5})
    assert [entry.kind for entry in made.ledger.entries(0, 3)] == ["a", "b", "c"]
    assert made.check() == 3


def test_many_callers_share_and_do_not_hurt_each_other(made: Home) -> None:
    """Eight threads, every third call failing: what succeeded is there once, what failed is not."""
    kept: list[str] = []
    failed: list[str] = []

    def caller(number: int) -> None:
        for turn in range(12):
            name = f"{number}-{turn}"

            def work(conn: Connection, name: str = name, turn: int = turn) -> None:
                put_alert(conn, name, made.ledger.append(conn, "alert:issued", {}, {"n": name}))
                if turn % 3 == 2:
                    raise Malformed("bad", "on purpose")

            try:
                written = made.ledger.write(work)
                assert written.first == written.last
                kept.append(name)
            except Malformed:
                failed.append(name)

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alerts = _alerts(made)
    assert sorted(alerts) == sorted(kept)
    assert len(failed) == 32
    assert sorted(alerts.values()) == list(range(64))
    assert {name: made.ledger.open_personal(seq)["n"] for name, seq in alerts.items()} == {
        name: name for name in kept
    }
    assert made.check() == 64


def test_two_ledgers_on_one_store_take_turns(made: Home) -> None:
    """Two processes' worth of ledgers on one store write one log without gap or fork."""
    with reopened(made.url, made.keyring) as other:

        def caller(target: Home, name: str) -> None:
            for turn in range(15):
                issue(target, f"{name}{turn}")

        threads = [
            threading.Thread(target=caller, args=(target, name))
            for target, name in ((made, "a"), (other, "b"), (made, "c"), (other, "d"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made.check() == other.check() == 60
        assert sorted(_alerts(made).values()) == list(range(60))


def test_written_names_the_entries(made: Home) -> None:
    """Written tells first and last; work that appends nothing has last before first."""
    issue(made, "a")
    none = made.ledger.write(lambda _: "nothing")
    assert (none.result, none.first, none.last) == ("nothing", 1, 0)
    two = made.ledger.write(lambda conn: made.ledger.append_many(conn, [Item("x", {})] * 2))
    assert (two.first, two.last) == (1, 2)


def test_misuse_is_refused_at_once(made: Home) -> None:
    """Appending on a reader, or a write in a write, is a bug that says so and leaves no trace."""
    with made.store.read() as conn, pytest.raises(RuntimeError, match="append needs"):
        made.ledger.append(conn, "x", {})
    with pytest.raises(RuntimeError, match="inside a ledger write"):
        made.ledger.write(lambda _: made.ledger.write(lambda _: None))
    with pytest.raises(RuntimeError, match="inside a write"), made.store.write():
        made.ledger.write(lambda _: None)
    assert made.check() == 0


@pytest.mark.parametrize("public", [{"n": 1.5}, {"é": 1}, {"n": "x" * 70_000}, {"n": {1, 2}}])
def test_what_is_no_leaf_is_refused(tmp_path: Path, public: dict[str, object]) -> None:
    """A public part without one plain form, or too large, is Malformed and leaves no trace."""
    with home(tmp_path) as made:
        with pytest.raises(Malformed):
            made.ledger.write(lambda conn: made.ledger.append(conn, "x", public))
        assert made.check() == 0


def test_erasing_closes_an_entry_and_keeps_the_tree(made: Home) -> None:
    """Once its key is gone an entry does not open nor is found, and still the log verifies."""
    for name in ("a", "b"):
        issue(made, name)
    before = made.ledger.proof(0)
    with made.store.write() as conn:
        assert made.vault.erase(conn, "entry:0")
        assert made.vault.erase(conn, "subject:a")
    with pytest.raises(NotFound) as caught:
        made.ledger.open_personal(0)
    assert caught.value.code == "record-erased"
    assert made.ledger.about("a") == []
    assert made.ledger.open_personal(1) == {"name": "ERIKSSON b"}
    assert made.check() == 2
    assert made.ledger.proof(0) == before


def test_entries_under_a_records_key_go_with_the_record(made: Home) -> None:
    """Personal parts sealed under an alert's key are erased with the alert, by one deletion."""
    with made.store.write() as conn:
        made.vault.new_key(conn, "alert:1")
        for _ in range(3):
            made.ledger.append(conn, "alert:issued", {}, {"n": 1}, record_id="alert:1")
    assert made.ledger.open_personal(2) == {"n": 1}
    with made.store.write() as conn:
        made.vault.erase(conn, "alert:1")
    for seq in range(3):
        with pytest.raises(NotFound):
            made.ledger.open_personal(seq)
    with pytest.raises(NotFound), made.store.write() as conn:
        made.ledger.append(conn, "x", {}, {"n": 1}, record_id="alert:1")
    assert made.check() == 3


def test_what_is_not_there_is_not_found(made: Home) -> None:
    """Entries, personal parts, proofs and sizes outside the log are NotFound."""
    made.ledger.write(lambda conn: made.ledger.append(conn, "x", {}))
    for ask in (
        lambda: made.ledger.entry(1),
        lambda: made.ledger.entry(-1),
        lambda: made.ledger.proof(1),
        lambda: made.ledger.proof(-1),
        lambda: made.ledger.consistency(0, 2),
        lambda: made.ledger.consistency(1, 0),
        lambda: made.ledger.open_personal(0),
        lambda: made.ledger.open_personal(7),
    ):
        with pytest.raises(NotFound):
            ask()


def test_cosignatures_are_kept_and_served(made: Home) -> None:
    """Known witnesses' lines join the head; proofs then go by the newest cosigned head."""
    issue(made, "a")
    assert (made.ledger.cosigned_size(), made.ledger.cosigned_at()) == (0, None)
    head = made.ledger.checkpoint()
    stranger = type(WITNESSES[0])("witness.example/stranger", b"\x99" * 32)
    assert made.ledger.add_cosignature(cosigned(head, WITNESSES[0], stranger)) == 1
    assert made.ledger.add_cosignature(cosigned(head, WITNESSES[1], at=1_700_000_100)) == 1
    assert made.ledger.add_cosignature(cosigned(head, WITNESSES[1], at=1_700_000_200)) == 1
    keys: list[note.NoteVerifier] = [made.ledger.verifier, *(w.verifier for w in WITNESSES)]
    assert note.verified_by(note.open_note(made.ledger.checkpoint(), keys), keys) == 3
    assert (made.ledger.cosigned_size(2), made.ledger.cosigned_size(3)) == (1, 0)
    seen = made.ledger.cosigned_at(2)
    assert seen is not None
    assert seen.timestamp() == 1_700_000_200
    issue(made, "b")
    assert made.ledger.checkpoint().decode().split("\n")[1] == "2"
    leaf = tlog.leaf_hash(made.ledger.entry(0).leaf)
    witnesses = [w.verifier for w in WITNESSES]
    proven = check_tlog_proof(
        made.ledger.proof(0), leaf, made.ledger.verifier, witnesses=witnesses, quorum=2
    )
    assert (proven.head.size, proven.witnesses) == (1, 2)
    assert made.check() == 2


def test_foreign_cosignatures_are_refused(made: Home) -> None:
    """A head of another log, a fork, a size to come, or a broken line changes nothing."""
    issue(made, "a")
    good = cosigned(made.ledger.checkpoint(), WITNESSES[0])
    signer = made.keyring.signer
    for head in (
        checkpoint.Checkpoint("log.example/other", 1, bytes(32)),
        checkpoint.Checkpoint(signer.name, 1, bytes(32)),
        checkpoint.Checkpoint(signer.name, 2, bytes(32)),
    ):
        lie = note.sign_note(checkpoint.format_checkpoint(head), [signer])
        with pytest.raises(Unverified):
            made.ledger.add_cosignature(cosigned(lie, WITNESSES[0]))
    text, lines = note.split_note(good)
    for bad in (good.replace(b"\n1\n", b"\n2\n"), note.sign_note(text, [], others=lines[1:]),
                note.sign_note(text, [note.Signer(signer.name, b"\x05" * 32)], others=lines[1:]),
                good[:-9] + b"AAAAAAA=\n", b"", b"\xff"):  # fmt: skip
        with pytest.raises(ComityError):
            made.ledger.add_cosignature(bad)
    assert made.ledger.cosigned_size() == 0


def test_only_the_newest_hundred_cosigned_heads_are_kept(tmp_path: Path) -> None:
    """The table of cosigned heads does not grow without end."""
    with home(tmp_path) as made:
        for number in range(105):
            made.ledger.write(lambda conn, n=number: made.ledger.append(conn, "x", {"n": n}))  # type: ignore[misc]
            made.ledger.add_cosignature(cosigned(made.ledger.checkpoint(), WITNESSES[0]))
        with made.store.read() as conn:
            sizes = conn.execute(select(tables.log_cosigned.c.size)).scalars().all()
        assert sorted(sizes) == list(range(6, 106))


def test_evidence_of_the_ledger_verifies(made: Home) -> None:
    """A bundle with one opened part and a claimed law verifies under the quorum; too few do not."""
    law = "Article 1.\n"
    digest = hashlib.sha256(law.encode()).hexdigest()
    for number in range(3):
        made.ledger.write(
            lambda conn, n=number: made.ledger.append(conn, "x", {"law": digest}, {"n": n})  # type: ignore[misc]
        )
    with pytest.raises(Unavailable):
        made.ledger.evidence([0, 2], quorum=1)
    made.ledger.add_cosignature(cosigned(made.ledger.checkpoint(), *WITNESSES[:2]))
    data = made.ledger.evidence([2, 0], disclose={2}, claims=[("law", law)], quorum=2)
    trusted = [made.ledger.verifier.vkey, *(w.verifier.vkey for w in WITNESSES)]
    verdict = verify_evidence(data, trusted=trusted, quorum=2)
    assert [entry.personal for entry in verdict.entries] == [None, {"n": 2}]
    assert (verdict.size, verdict.witnesses, verdict.claims) == (3, 2, ("law",))


def test_another_key_or_origin_does_not_open_the_log(made: Home, tmp_path: Path) -> None:
    """A node with another name or key refuses the store instead of continuing its log."""
    issue(made, "a")
    seed = b"\x31" * 32
    with pytest.raises(Conflict):
        Ledger(made.store, made.vault, note.Signer("log.example/x", seed), made.clock)
    with pytest.raises(Unverified):
        Ledger(made.store, made.vault, note.Signer(made.ledger.verifier.name, seed), made.clock)
    other = Keyring.create(tmp_path / "other", made.ledger.verifier.name)
    with pytest.raises(ComityError):
        check_ledger(made.store, other.signer.verifier.vkey)


def test_a_restored_backup_does_not_become_a_second_history(tmp_path: Path) -> None:
    """A store put back to before a cosigned head does not open; one that only lags does."""
    anchor = tmp_path / "log.head"

    def opened(made: Home) -> Ledger:
        keys = [witness.verifier for witness in WITNESSES]
        return Ledger(
            made.store, made.vault, made.keyring.signer, made.clock, witnesses=keys, anchor=anchor
        )

    with home(tmp_path) as made:
        ledger = opened(made)
        issue(made, "a")
        made.store.purge()
        backup = (tmp_path / "store.db").read_bytes()
        ledger.add_cosignature(cosigned(ledger.checkpoint(), WITNESSES[0]))
        assert opened(made).size() == 1
        issue(made, "b")
        ledger.add_cosignature(cosigned(ledger.checkpoint(), WITNESSES[0]))
        issue(made, "c")
        assert opened(made).size() == 3
    for path in tmp_path.glob("store.db*"):
        path.unlink()
    (tmp_path / "store.db").write_bytes(backup)
    with reopened(made.url, made.keyring) as again:
        with pytest.raises(Unverified, match="ledger-rolled-back"):
            opened(again)
        # Gone on from there, it has the size again, but another history.
        issue(again, "x")
        issue(again, "y")
        with pytest.raises(Unverified, match="ledger-rolled-back"):
            opened(again)
        anchor.write_bytes(b"damaged")
        with pytest.raises(ComityError):
            opened(again)


TAMPERINGS: dict[str, Callable[[Connection], Any]] = {
    "leaf": lambda _: update(tables.log_entry).where(tables.log_entry.c.seq == 1).values(
        leaf=b'{"kind":"alert:issued","public":{},"time":"2026-11-23T12:00Z","v":1}'),
    "kind": lambda _: update(tables.log_entry).where(tables.log_entry.c.seq == 1).values(kind="x"),
    "entry gone": lambda _: delete(tables.log_entry).where(tables.log_entry.c.seq == 1),
    "last gone": lambda _: delete(tables.log_entry).where(tables.log_entry.c.seq == 2),
    "swap": lambda c: update(tables.log_entry).where(tables.log_entry.c.seq == 1).values(
        sealed=c.execute(select(tables.log_entry.c.sealed).limit(1)).scalar()),
    "unsealed": lambda _: update(tables.log_entry).values(sealed=None),
    "tile": lambda _: update(tables.log_tile).values(hashes=bytes(96)),
    "tile gone": lambda _: delete(tables.log_tile),
    "frontier": lambda _: update(tables.log_head).values(frontier=bytes(64)),
    "size": lambda _: update(tables.log_head).values(size=2),
    "note": lambda c: update(tables.log_head).values(
        note=c.execute(select(tables.log_cosigned.c.text)).scalar_one().encode()),
    "cosigned": lambda _: update(tables.log_cosigned).values(size=1),
    "row": lambda _: update(tables.alert).values(entry=3),
    "key": lambda _: update(tables.record_key).where(
        tables.record_key.c.record_id == "entry:0").values(record_id="entry:9"),
    "wrapped": lambda _: update(tables.record_key).values(wrapped=bytes(60)),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_oracle_sees_every_tampering(name: str, tmp_path: Path) -> None:
    """Whatever one row is changed into behind the ledger's back, the oracle refuses the store."""
    with home(tmp_path) as made:
        for number in range(3):
            issue(made, f"a{number}")
        made.ledger.add_cosignature(cosigned(made.ledger.checkpoint(), WITNESSES[0]))
        assert made.check() == 3
        with made.store.write() as conn:
            conn.execute(TAMPERINGS[name](conn))
        with pytest.raises(ComityError):
            made.check()


_STEPS = st.lists(
    st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), min_size=1, max_size=6
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_any_history_verifies(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bool, bool]]) -> None:  # fmt: skip # noqa: E501
    """Any batches, some failing, some personal, leave a log that the oracle accepts."""
    with home(tmp_path_factory.mktemp("history")) as made:
        expected = 0
        for count, fails, personal in steps:
            items = [Item("x", {"n": n}, {"n": n} if personal else None) for n in range(count)]
            with contextlib.suppress(ZeroDivisionError), made.store.write() as conn:
                made.ledger.append_many(conn, items)
                expected += 0 if fails else count
                _ = 1 / (not fails)
        assert made.check() == made.ledger.size() == expected
        with made.store.read() as conn:
            assert (
                conn.execute(select(func.count()).select_from(tables.log_entry)).scalar()
                == expected
            )
