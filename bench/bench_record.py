"""How fast the record is: ledger, group commit, sealing, proofs, the oracle.

    python bench/bench_record.py [--entries N] [--postgresql URL]

Prints ``name: value unit`` for each figure. Everything is on: SQLCipher, full flushes, a key for
each personal part, a signed head for each commit.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, insert

from comity.proof import tlog
from comity.proof.tlog_proof import check_tlog_proof
from comity.record import tables
from comity.record.batch import Item
from comity.record.clock import SystemClock
from comity.record.keyring import Keyring, open_vault, rotate_kek
from comity.record.ledger import Ledger
from comity.record.oracle import check_ledger
from comity.record.store import Store, open_store
from comity.record.vault import Sealing, Vault

PUBLIC = {
    "agreement": "uto-qaa-1",
    "purpose": "border-check",
    "groups": ["identity", "documents", "alert"],
    "decision": "match",
    "policy": "9933b68880bf44bfe7d42555c07c687f01a26e7940f8ded16f840c12f5922d95",
}
PERSONAL = {"name": "ERIKSSON ANNA MARIA", "born": "1974-08-12", "document": "L898902C3"}


def say(name: str, value: float, unit: str) -> None:
    """One figure."""
    print(f"{name}: {value:,.0f} {unit}" if value >= 100 else f"{name}: {value:.2f} {unit}")


def rate(name: str, count: int, work: Callable[[], object], unit: str = "/s") -> None:
    """How many of ``count`` things ``work`` does in a second."""
    start = time.perf_counter()
    work()
    say(name, count / (time.perf_counter() - start), unit)


def together(ledger: Ledger, threads: int, each: int) -> None:
    """``threads`` callers that each write ``each`` entries, one by one."""

    def one(conn: Connection) -> int:
        return ledger.append(conn, "check:asked", PUBLIC, PERSONAL)

    def caller() -> None:
        for _ in range(each):
            ledger.write(one)

    running = [threading.Thread(target=caller) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def bulk(store: Store, vault: Vault, ledger: Ledger, count: int) -> None:
    """Import ``count`` alerts: seal the body, log the act, insert the row, 1,000 a transaction."""
    body = b'{"identity":' + b"x" * 500 + b"}"
    now = SystemClock().now()
    for start in range(0, count, 1000):
        names = [f"UTO-{number:09d}" for number in range(start, min(start + 1000, count))]
        with store.write() as conn:
            sealed = vault.seal_new(conn, [Sealing(name, "body", 1, body) for name in names])
            first = ledger.append_many(
                conn, [Item("alert:issued", {"alert": name, "version": 1}) for name in names]
            )
            rows = [
                {"id": name, "issuer": "UTO", "category": "travel-ban", "version": 1,
                 "state": "issued", "sealed": cipher, "updated_at": now, "entry": first + number}
                for number, (name, cipher) in enumerate(zip(names, sealed, strict=True))
            ]  # fmt: skip
            conn.execute(insert(tables.alert), rows)


def run(url: str, directory: Path, count: int) -> None:
    """Every figure on the store at ``url``."""
    keyring = Keyring.create(directory / "keys", "log.example/uto")
    key = keyring.store_key if url.startswith("sqlite") else None
    start = time.perf_counter()
    store = open_store(url, key=key)
    say("record, open a new store", (time.perf_counter() - start) * 1000, "ms")
    vault = open_vault(store, keyring)
    ledger = Ledger(store, vault, keyring.signer, SystemClock())
    items = [Item("check:asked", PUBLIC, PERSONAL)] * 1000

    def batches() -> None:
        for _ in range(count // 1000):
            with store.write() as conn:
                ledger.append_many(conn, items)

    rate("ledger, one caller, 1,000 a transaction", count, batches, "entries/s")
    rate(
        "ledger, one caller, one a transaction", 300, lambda: together(ledger, 1, 300), "entries/s"
    )
    for threads in (8, 32):
        rate(f"ledger, {threads} callers, one each", threads * 200,
             lambda n=threads: together(ledger, n, 200), "entries/s")  # type: ignore[misc]  # fmt: skip
    rate("alerts sealed, logged and inserted", count, lambda: bulk(store, vault, ledger, count))
    size = ledger.size()
    proofs = [ledger.proof(seq) for seq in range(0, size, max(1, size // 200))]
    rate("proof made", len(proofs), lambda: [ledger.proof(seq) for seq in range(len(proofs))])
    leaves = [tlog.leaf_hash(entry.leaf) for entry in ledger.entries(0, 1)] * 300
    first = ledger.proof(0)
    rate("proof checked", 300, lambda: [
        check_tlog_proof(first, leaf, ledger.verifier) for leaf in leaves
    ])  # fmt: skip
    rate(
        "oracle", size, lambda: check_ledger(store, ledger.verifier.vkey, vault=vault), "entries/s"
    )
    rate("keys wrapped anew", size + 1, lambda: rotate_kek(store, vault, keyring), "keys/s")
    store.close()


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where a URL is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--postgresql", default=os.environ.get("COMITY_BENCH_POSTGRESQL"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        run(f"sqlite:///{place / 'store.db'}", place, options.entries)
    if options.postgresql:
        with tempfile.TemporaryDirectory() as directory:
            run(options.postgresql, Path(directory), options.entries)


if __name__ == "__main__":
    main()
