"""A node's record for tests: store, keys, vault, ledger and a clock that stands still."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert

from comity.proof import note
from comity.proof.cosignature import WitnessSigner
from comity.record import tables
from comity.record.clock import FixedClock
from comity.record.keyring import Keyring, open_vault
from comity.record.ledger import Ledger
from comity.record.oracle import check_ledger
from comity.record.store import Store, open_store
from comity.record.vault import Vault
from postgres import new_database

ORIGIN = "log.example/uto"
NOON = datetime.datetime(2026, 11, 23, 12, 0, 30, tzinfo=datetime.UTC)
WITNESSES = [WitnessSigner(f"witness.example/w{i}", bytes([16 + i]) * 32) for i in range(3)]
KINDS = ("sqlite", "postgresql")


@dataclass
class Home:
    """Where a node's record lives, and the open parts of it."""

    url: str
    keyring: Keyring
    store: Store
    vault: Vault
    ledger: Ledger
    clock: FixedClock

    def check(self) -> int:
        """Ask the oracle; the log's size."""
        return check_ledger(self.store, self.ledger.verifier.vkey, vault=self.vault)


@contextmanager
def home(directory: Path, kind: str = "sqlite") -> Iterator[Home]:
    """A new record in ``directory`` (its keys; for SQLite its file too)."""
    keyring = Keyring.create(directory / "keys", ORIGIN)
    url = f"sqlite:///{directory / 'store.db'}" if kind == "sqlite" else new_database()
    with reopened(url, keyring) as opened:
        yield opened


@contextmanager
def reopened(url: str, keyring: Keyring) -> Iterator[Home]:
    """An existing record, opened as a node opens it when it starts."""
    clock = FixedClock(NOON)
    store = open_store(url, key=keyring.store_key if url.startswith("sqlite") else None)
    try:
        vault = open_vault(store, keyring)
        witnesses = [witness.verifier for witness in WITNESSES]
        ledger = Ledger(store, vault, keyring.signer, clock, witnesses=witnesses)
        yield Home(url, keyring, store, vault, ledger, clock)
    finally:
        store.close()


def cosigned(head: bytes, *witnesses: WitnessSigner, at: int = 1_700_000_000) -> bytes:
    """A head as the ``witnesses`` send it back."""
    text, lines = note.split_note(head)
    return note.sign_note(text, [], others=[*lines, *(w.cosign(text, at=at) for w in witnesses)])


def put_alert(conn: Connection, alert_id: str, entry: int) -> None:
    """A row of state that names its entry."""
    conn.execute(
        insert(tables.alert).values(
            id=alert_id, issuer="UTO", category="return", version=1, state="issued",
            updated_at=NOON, entry=entry,
        )
    )  # fmt: skip


def issue(made: Home, alert_id: str) -> int:
    """A state change with its entry, as every act does it; the entry's number."""

    def work(conn: Connection) -> int:
        personal = {"name": f"ERIKSSON {alert_id}"}
        seq = made.ledger.append(conn, "alert:issued", {"category": "return"}, personal, alert_id)
        put_alert(conn, alert_id, seq)
        return seq

    return made.ledger.write(work).result
