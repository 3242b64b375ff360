"""The SQL store of a node: SQLite under SQLCipher (one file), or PostgreSQL.

``write()`` gives one writer at a time a transaction: BEGIN IMMEDIATE on SQLite, an advisory lock
on PostgreSQL, so that what a writer reads stays true until it commits, also with several processes
on one store. ``read()`` gives a consistent snapshot that never blocks writers.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlcipher3 import dbapi2 as sqlcipher

from comity.errors import Conflict, Malformed, Unavailable, Unverified
from comity.record import tables

BUSY_SECONDS = 20
"""How long a writer waits for its turn before the store is Unavailable."""

_LOOK_SECONDS = 0.001
_POSTGRES_LOCK = 0x434F4D495459
_MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """An open store; made by ``open_store``. Threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = threading.local()
        self.dialect = engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the store; what it writes is rolled back."""
        with named_errors(), self.engine.connect() as conn:
            if self.dialect == "postgresql":
                conn.execution_options(isolation_level="REPEATABLE READ")
            yield conn
            conn.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a transaction that no other writer overlaps; commits at the end.

        An exception inside rolls everything back. Unavailable if the turn does not come within
        ``BUSY_SECONDS`` or the store cannot commit. Not to be nested: one thread, one writer.
        """
        if getattr(self._thread, "writing", False):
            raise RuntimeError("a write inside a write: pass the connection on instead")
        self._thread.writing = True
        try:
            with named_errors(), self.engine.connect() as conn:
                conn.execution_options(comity_write=True)
                # What an earlier transaction on this connection left is not ours.
                conn.info.clear()
                conn.info["before_commit"] = []
                with conn.begin():
                    yield conn
                    for step in conn.info["before_commit"]:
                        step(conn)
        finally:
            self._thread.writing = False

    def purge(self, *, wait_seconds: float = 1.0) -> bool:
        """Drive what was deleted off the disk; False if a reader holds the old state that long.

        SQLite: overwritten pages reach the file and the write-ahead log is cut to nothing.
        PostgreSQL: the key table is rewritten. Neither reaches backups: KEK rotation does.
        """
        with named_errors(), self.engine.connect() as conn:
            autocommit = conn.execution_options(isolation_level="AUTOCOMMIT")
            if self.dialect == "postgresql":
                autocommit.exec_driver_sql("VACUUM FULL record_key")
                return True
            # Writers wait while this does.
            autocommit.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait_seconds * 1000)}")
            row = autocommit.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            autocommit.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
            return bool(row[0] == 0)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __repr__(self) -> str:
        """The kind only: a URL may hold a password."""
        return f"Store({self.dialect})"


def before_commit(conn: Connection, step: Callable[[Connection], None]) -> None:
    """Have ``step`` run at the end of the write that ``conn`` is in, before it commits."""
    conn.info["before_commit"].append(step)


def in_write(conn: Connection) -> bool:
    """Whether ``conn`` came from ``Store.write``."""
    return bool(conn.in_transaction() and conn.get_execution_options().get("comity_write"))


def open_store(url: str, *, key: bytes | None) -> Store:
    """Open (and where new, create) the store at ``url``, and bring its schema up to date.

    ``sqlite:///path`` needs the 32-byte ``key`` of SQLCipher; ``postgresql+psycopg://…`` takes None
    (the operator encrypts its disk; sealed columns are sealed either way). Unverified for a wrong
    key, Conflict for a store that a newer version of this program has migrated.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Malformed(
            "store-url", "not a store's URL", hint="sqlite:///path or postgresql+psycopg://…"
        ) from None
    if parsed.drivername == "sqlite":
        engine = _sqlite_engine(parsed, key)
    elif parsed.drivername == "postgresql+psycopg":
        engine = _postgresql_engine(parsed)
    else:
        raise Malformed(
            "store-url", "no such kind of store", hint="sqlite:///path or postgresql+psycopg://…"
        )
    store = Store(engine)
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def migrate(store: Store) -> None:
    """Run the migrations the store lacks; Conflict if it has one that is unknown here."""
    with store.read() as conn:
        found = _schema(conn)
    if found == tables.SCHEMA:
        return
    # Imported here: a store that is up to date opens without Alembic's third of a second.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise Conflict(
            "store-schema-newer",
            "the store was written by a newer version",
            hint="upgrade this program, or restore the backup made before the upgrade",
        )
    with store.write() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def _schema(conn: Connection) -> str | None:
    if not sqlalchemy.inspect(conn).has_table("alembic_version"):
        return None
    return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _sqlite_engine(url: URL, key: bytes | None) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Malformed("store-url", "a SQLite store is a file", hint="sqlite:///path")
    if key is None or len(key) != 32:
        raise Malformed("store-key", "a SQLite store needs a key of 32 bytes")
    path = url.database
    _create_private(path)

    def connect() -> Any:
        conn = sqlcipher.connect(
            path, check_same_thread=False, isolation_level=None, timeout=BUSY_SECONDS
        )
        # The key comes before anything that reads the file. SQLCipher itself would write to
        # standard error about a wrong one.
        conn.execute("PRAGMA cipher_log_level = NONE")
        conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        conn.execute("PRAGMA cipher_memory_security = OFF")
        try:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher.DatabaseError as error:
            conn.close()
            if "locked" in str(error):
                raise
            raise Unverified(
                "store-key-wrong", "the store does not open with this key", where=Path(path).name
            ) from None
        # secure_delete: erased keys must not stay in free pages.
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "cache_size = -16000",
            "journal_size_limit = 67108864",
        ):
            conn.execute(f"PRAGMA {pragma}")
        return conn

    engine = sqlalchemy.create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=sqlalchemy.QueuePool,
        pool_size=8,
        max_overflow=32,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        if conn.get_execution_options().get("comity_write"):
            _begin_immediate(conn.connection.dbapi_connection)
        else:
            conn.exec_driver_sql("BEGIN")

    return engine


def _begin_immediate(driver: Any) -> None:
    # SQLite's own wait sleeps up to a tenth of a second between two looks: a busy process would
    # shut out a second one for many seconds. Looking each millisecond lets both have their turn.
    deadline = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlcipher.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise Unavailable(
                        "store-unavailable",
                        "the store is locked, full or out of reach",
                        hint="try again; look at disk space and at what else holds the store",
                    ) from None
                time.sleep(_LOOK_SECONDS)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _postgresql_engine(url: URL) -> Engine:
    engine = sqlalchemy.create_engine(
        url, pool_size=8, max_overflow=32, pool_pre_ping=True, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        if conn.get_execution_options().get("comity_write"):
            conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
            conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")

    return engine


def _create_private(path: str) -> None:
    # SQLite gives the -wal and -shm files the mode of the main file.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Unavailable(
            "store-file", f"the store's file cannot be opened: {error.strerror}", where=path
        ) from None


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn the database's errors into ours; its own texts may quote the values of a row."""
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        raise Unavailable(
            "store-unavailable",
            "the store is locked, full or out of reach",
            where=type(getattr(error, "orig", error)).__name__,
            hint="try again; look at disk space and at what else holds the store",
        ) from None
    except IntegrityError:
        raise Conflict("store-constraint", "it contradicts a row that stands already") from None
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("store-unavailable", "the store has gone away") from None
        raise RuntimeError(f"the database refused: {type(error.orig).__name__}") from None
