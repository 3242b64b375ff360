"""The store: keys, schema, transactions, faults at each step, and processes killed at work."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Insert, event, insert, select, text, update
from sqlalchemy.exc import OperationalError

from comity.errors import ComityError, Conflict, Malformed, Unavailable, Unverified
from comity.proof import checkpoint, note, tlog
from comity.record import clock, tables
from comity.record import store as store_module
from comity.record.batch import Item
from comity.record.instant import format_instant
from comity.record.keyring import rotate_kek
from comity.record.store import open_store
from record_world import KINDS, NOON, WITNESSES, Home, cosigned, home, issue, put_alert, reopened


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """A new record on each kind of store."""
    with home(tmp_path, request.param) as opened:
        yield opened


# --- opening --------------------------------------------------------------------------------


def test_the_migrations_make_the_tables(made: Home) -> None:
    """The schema that the migrations build is the one which tables.py declares."""
    with made.store.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        differences = compare_metadata(context, tables.metadata)
    assert differences == [], "run python tools/make_migration.py"


def test_the_newest_migration_is_the_schema() -> None:
    """tables.SCHEMA names the head of the one line of migrations."""
    config = Config()
    config.set_main_option("script_location", str(store_module._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [tables.SCHEMA]


def test_a_store_of_a_newer_version_is_refused(made: Home) -> None:
    """A schema that this version does not know is a Conflict that says what to do."""
    with made.store.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict) as caught, reopened(made.url, made.keyring):
        pass
    assert caught.value.code == "store-schema-newer"
    assert caught.value.hint


def test_the_store_opens_with_its_key_only(tmp_path: Path) -> None:
    """Another key, no key or a short one is refused, and the file is as it was."""
    with home(tmp_path) as made:
        issue(made, "a")
        made.store.purge()
        before = (tmp_path / "store.db").read_bytes()
        with pytest.raises(Unverified) as caught:
            open_store(made.url, key=b"\x01" * 32)
        assert caught.value.code == "store-key-wrong"
        for key in (None, b"", b"short", b"\x00" * 33):
            with pytest.raises(Malformed):
                open_store(made.url, key=key)
        assert (tmp_path / "store.db").read_bytes() == before


def test_the_files_are_the_owners_alone(tmp_path: Path) -> None:
    """Store, log and shared memory are readable by their owner only."""
    with home(tmp_path) as made:
        issue(made, "a")
        assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("store.db*")} == {0o600}


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://host/db", "sqlite+x:///a"]
)
def test_other_urls_are_refused(url: str) -> None:
    """What is no store's URL is Malformed, with the two forms that are."""
    with pytest.raises(Malformed):
        open_store(url, key=b"\x01" * 32)


def test_a_file_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """A store in a directory that is not there says so in one line."""
    with pytest.raises(Unavailable):
        open_store(f"sqlite:///{tmp_path}/absent/store.db", key=b"\x01" * 32)
    with pytest.raises(Unavailable):
        open_store("postgresql+psycopg://comity@/x?host=/nonexistent", key=None)


def test_garbage_for_a_store_is_refused(tmp_path: Path) -> None:
    """A file of other bytes is not taken for a store, nor overwritten."""
    path = tmp_path / "store.db"
    path.write_bytes(b"not a database, but long enough to be taken for one " * 200)
    before = path.read_bytes()
    with pytest.raises(Unverified):
        open_store(f"sqlite:///{path}", key=b"\x01" * 32)
    assert path.read_bytes() == before


_PRAGMAS = {
    "secure_delete": 1,
    "synchronous": 2,
    "foreign_keys": 1,
    "journal_mode": "wal",
    "temp_store": 2,
}


def test_connections_are_safe_ones(tmp_path: Path) -> None:
    """Each SQLite connection overwrites what is deleted, flushes fully and holds foreign keys."""
    with home(tmp_path) as made, made.store.read() as conn:
        asked = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in (
                "secure_delete",
                "synchronous",
                "foreign_keys",
                "journal_mode",
                "temp_store",
            )
        }
    assert asked == _PRAGMAS


# --- transactions ---------------------------------------------------------------------------


def test_a_reader_sees_one_state(made: Home) -> None:
    """What is written while a reader reads, it sees only when it begins again."""
    issue(made, "a")
    count = select(tables.alert.c.id)
    with made.store.read() as conn:
        assert len(conn.execute(count).all()) == 1
        issue(made, "b")
        assert len(conn.execute(count).all()) == 1
    with made.store.read() as conn:
        assert len(conn.execute(count).all()) == 2


def test_a_reader_keeps_nothing(made: Home) -> None:
    """A change made on a reader's connection is gone when it ends."""
    with made.store.read() as conn:
        conn.execute(insert(tables.setting).values(name="x", value="y"))
    with made.store.read() as conn:
        assert conn.execute(select(tables.setting).where(tables.setting.c.name == "x")).all() == []


def test_writers_take_turns(made: Home) -> None:
    """Sixteen threads that each read, add one and write lose no update."""
    with made.store.write() as conn:
        conn.execute(insert(tables.setting).values(name="n", value="0"))

    def add() -> None:
        with made.store.write() as conn:
            of_n = tables.setting.c.name == "n"
            value = int(conn.execute(select(tables.setting.c.value).where(of_n)).scalar_one())
            conn.execute(update(tables.setting).where(of_n).values(value=str(value + 1)))

    threads = [threading.Thread(target=add) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with made.store.read() as conn:
        assert ("n", "16") in conn.execute(select(tables.setting)).all()


def test_an_error_of_the_database_shows_no_values(made: Home) -> None:
    """The text of a database error never carries what was being written."""
    row = insert(tables.setting).values(name="ERIKSSON", value="secret")
    with made.store.write() as conn:
        conn.execute(row)
    # PostgreSQL's own message names the key's value: it belongs in no log.
    for attempt in (_direct, _through_the_ledger):
        with pytest.raises(Conflict) as caught:
            attempt(made, row)
        shown = "".join(traceback.format_exception(caught.value))
        assert "'secret'" not in shown
        assert "(ERIKSSON)" not in shown


def _direct(made: Home, row: Insert) -> None:
    with made.store.write() as conn:
        conn.execute(row)


def _through_the_ledger(made: Home, row: Insert) -> None:
    made.ledger.write(lambda conn: conn.execute(row))


def test_instants_are_utc_and_sort(made: Home) -> None:
    """An instant comes back as written, in UTC; a naive one is refused."""
    later = NOON.replace(microsecond=5)
    with made.store.write() as conn:
        for number, instant in enumerate((later, NOON)):
            row = {"code": f"Q{number}", "card": "", "joined_at": instant}
            conn.execute(insert(tables.peer).values(**row))
        ordered = select(tables.peer.c.joined_at).order_by(tables.peer.c.joined_at)
        assert conn.execute(ordered).scalars().all() == [NOON, later]
    with pytest.raises(ValueError, match="aware"):
        format_instant(NOON.replace(tzinfo=None))


def test_clocks_tell_utc_and_never_run_back() -> None:
    """The system's clock is aware and in UTC; a fixed one moves forward only."""
    import datetime  # noqa: PLC0415

    assert clock.SystemClock().now().utcoffset() == datetime.timedelta(0)
    fixed = clock.FixedClock(NOON)
    assert fixed.advance(datetime.timedelta(days=1)) == fixed.now() == NOON.replace(day=24)
    with pytest.raises(ValueError, match="backwards"):
        fixed.advance(datetime.timedelta(seconds=-1))
    with pytest.raises(ValueError, match="aware"):
        clock.FixedClock(NOON.replace(tzinfo=None))


# --- faults ---------------------------------------------------------------------------------


class Fault:
    """Lets the ``at``-th step of a write fail: before it is done, or after.

    A step is a statement or the commit.
    """

    def __init__(self, made: Home, at: int, *, applied: bool) -> None:
        self.seen = 0
        self.fired = False
        self._at = at
        self._applied = applied
        self._engine = made.store.engine
        self._hooks: list[tuple[str, Callable[..., Any]]] = [
            ("before_cursor_execute", lambda *_: self._step(before=True)),
            ("after_cursor_execute", lambda *_: self._step(before=False)),
            ("commit", self._commit),
        ]

    def __enter__(self) -> Self:
        """Arm it."""
        for name, hook in self._hooks:
            event.listen(self._engine, name, hook)
        return self

    def __exit__(self, *_: object) -> None:
        """Disarm it."""
        for name, hook in self._hooks:
            event.remove(self._engine, name, hook)

    def _step(self, *, before: bool) -> None:
        self.seen += before
        if not self.fired and self.seen - 1 == self._at and before != self._applied:
            self._fail()

    def _commit(self, conn: Connection) -> None:
        self.seen += 1
        if not self.fired and self.seen - 1 == self._at:
            if self._applied:
                # Done, but the answer is lost: what a cut power line looks like to the caller.
                driver = conn.connection.dbapi_connection
                assert driver is not None
                driver.commit()
            self._fail()

    def _fail(self) -> None:
        self.fired = True
        raise OperationalError("step", {}, OSError("injected"))


def _fill_tile(made: Home) -> None:
    """One entry short of a full tile, so that two more open the next."""
    missing = 254 - made.ledger.size() % 256
    with made.store.write() as conn:
        made.ledger.append_many(conn, [Item("x", {"n": n}) for n in range(missing)])
        made.ledger.append(conn, "y", {}, {"n": 1})


def _two_at_once(made: Home) -> None:
    with made.store.write() as conn:
        for name in ("one", "two"):
            seq = made.ledger.append(conn, "alert:issued", {}, {"n": name}, f"subject {name}")
            put_alert(conn, f"{seq}", seq)


def _grouped(made: Home) -> None:
    issue(made, f"grouped {made.ledger.size()}")


def _cosigning(made: Home) -> None:
    made.ledger.add_cosignature(cosigned(made.ledger.checkpoint(), WITNESSES[0]))


def _rotating(made: Home) -> None:
    rotate_kek(made.store, made.vault, made.keyring)


def _erasing(made: Home) -> None:
    with made.store.write() as conn:
        seq = made.ledger.append(conn, "record:erased", {"entry": made.ledger.size() - 1})
        made.vault.erase(conn, f"entry:{seq - 1}")


@pytest.mark.parametrize("applied", [False, True], ids=["failed", "failed but applied"])
@pytest.mark.parametrize("act", [_two_at_once, _grouped, _cosigning, _rotating, _erasing])
def test_a_fault_at_any_step_leaves_a_whole_store(
    made: Home, act: Callable[[Home], None], *, applied: bool
) -> None:
    """Each step of each write, failed or failed but applied: the oracle accepts what is left.

    The same node goes on, and so does one that is started anew.
    """
    at, fired = 0, True
    _fill_tile(made)
    while fired:
        size = made.ledger.size()
        with Fault(made, at, applied=applied) as fault, contextlib.suppress(ComityError):
            act(made)
        fired = fault.fired
        assert made.check() >= size
        _check_together(made)
        issue(made, f"later {at}")
        with reopened(made.url, made.keyring) as again:
            issue(again, f"last {at}")
            assert again.ledger.size() == made.ledger.size()
        at += 1
    assert at > 5
    assert made.check() == made.ledger.size()
    _check_together(made)


def _check_together(made: Home) -> None:
    """Alerts and their entries came together, or neither."""
    with made.store.read() as conn:
        alerts = conn.execute(select(tables.alert.c.entry)).scalars().all()
        issued = select(tables.log_entry.c.seq).where(tables.log_entry.c.kind == "alert:issued")
        assert sorted(conn.execute(issued).scalars().all()) == sorted(alerts)


# --- kills ----------------------------------------------------------------------------------

_WORKER = """
import sys, threading
from pathlib import Path
sys.path[:0] = sys.argv[3].split(":")
from comity.record.keyring import Keyring
from record_world import issue, reopened

def work(made, name):
    turn = 0
    while True:
        seq = issue(made, f"{name}-{turn}")
        sys.stdout.write(f"{seq} {name}-{turn}\\n")
        sys.stdout.flush()
        turn += 1

with reopened(sys.argv[1], Keyring(Path(sys.argv[2]))) as made:
    threads = [threading.Thread(target=work, args=(made, f"{sys.argv[4]}{n}")) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


@pytest.mark.parametrize(("kind", "rounds"), [("sqlite", 5), ("postgresql", 2)])
def test_two_processes_killed_at_work_lose_nothing(tmp_path: Path, kind: str, rounds: int) -> None:
    """Two processes of three threads write one log and are killed, again and again.

    After each kill the oracle accepts the store, the log extends the one before, and every entry
    that was confirmed to a caller is there with its row.
    """
    chance = random.Random(11)  # noqa: S311 - which moment is no secret
    tests = Path(__file__).parent
    paths = f"{tests}:{tests.parent / 'src'}"
    head = checkpoint.Checkpoint("", 0, tlog.EMPTY_ROOT)
    with home(tmp_path, kind) as made:
        for number in range(rounds):
            arguments = [made.url, str(tmp_path / "keys"), paths]
            children = [
                subprocess.Popen(
                    [sys.executable, "-c", _WORKER, *arguments, f"{number}{side}"],
                    stdout=subprocess.PIPE, text=True,
                )
                for side in "ab"
            ]  # fmt: skip
            confirmed = [line for child in children for line in _until_killed(child, chance)]
            head = _check_extends(made, head)
            with made.store.read() as conn:
                rows = conn.execute(select(tables.alert.c.id, tables.alert.c.entry)).all()
            held = {f"{row.entry} {row.id}" for row in rows}
            assert {line for line in confirmed if line} <= held
            assert len(held) == head.size


def _until_killed(child: subprocess.Popen[str], chance: random.Random) -> list[str]:
    """Kill after some confirmations, wherever it has got to by then; what was confirmed."""
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(chance.randint(1, 25))]
    child.kill()
    rest = child.stdout.read().split("\n")
    child.wait()
    child.stdout.close()
    # The last line may be cut by the kill.
    return [line.strip() for line in lines] + rest[:-1]


def _check_extends(made: Home, old: checkpoint.Checkpoint) -> checkpoint.Checkpoint:
    made.check()
    _check_together(made)
    new = checkpoint.parse_checkpoint(note.split_note(made.ledger.checkpoint())[0])
    assert new.size > old.size
    if old.size:
        path = made.ledger.consistency(old.size, new.size)
        tlog.check_consistency(path, old.size, old.root, new.size, new.root)
    return new
