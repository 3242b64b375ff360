"""Exactly once, though the wire lies and both processes die at random points."""

from __future__ import annotations

import multiprocessing
import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from comity.exchange import receipt as rec
from comity.record.ledger import Entry, Ledger
from comity.record.oracle import check_ledger
from comity.record.tables import outbox
from exchange_crash import MESSAGES, Server, Wire, open_node, receive, send
from exchange_world import person

DEATHS = 20
LONGEST_SECONDS = 120


class Mortal:
    """A process which is killed and started again."""

    def __init__(self, target: Callable[[Path, int, float], None], *args: object) -> None:
        # A fork server has everything imported: a new life begins within milliseconds.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["exchange_crash"])
        self._target, self._args = target, args
        self.process = self._begin()

    def _begin(self) -> multiprocessing.process.BaseProcess:
        process = self._context.Process(target=self._target, args=self._args, daemon=True)
        process.start()
        return process

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.join()

    def revive(self) -> None:
        """Kill it where it stands, and begin again."""
        self.kill()
        self.process = self._begin()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def entries(ledger: Ledger, kind: str) -> list[Entry]:
    """The entries of a kind."""
    return [entry for entry in ledger.entries(0, ledger.size()) if entry.kind == kind]


def run(directory: Path, chance: random.Random) -> tuple[Wire, int]:
    """The crash run itself; the wire with its counts, and how many processes died."""
    zero, port = time.time(), free_port()
    wire = Wire(port, chance)
    deaths = 0
    with Server(0, wire.respond) as between:
        thread = threading.Thread(target=between.serve_forever)
        thread.start()
        receiver = Mortal(receive, directory, port, zero)
        sender = Mortal(send, directory, between.server_address[1], zero)
        until = time.monotonic() + LONGEST_SECONDS
        try:
            while not (directory / "done").exists() and time.monotonic() < until:
                time.sleep(chance.uniform(0.05, 0.4))
                if deaths < DEATHS:
                    chance.choice((receiver, sender)).revive()
                    deaths += 1
                elif not sender.process.is_alive() and not (directory / "done").exists():
                    raise AssertionError("the sender has ended by itself")
        finally:
            receiver.kill()
            sender.kill()
            between.shutdown()
            thread.join()
    return wire, deaths


def test_r18_every_effect_exactly_once_through_loss_forgery_and_kill_9(tmp_path: Path) -> None:
    """300 messages: each applied once and settled once, every receipt and both ledgers verify."""
    wire, deaths = run(tmp_path, random.Random(20261123))  # noqa: S311
    assert (tmp_path / "done").exists(), wire.count
    assert deaths >= 8
    assert min(wire.count[kind] for kind in ("lost", "lost back", "repeated", "forged")) > 10
    assert wire.accepted_forgeries == []

    uto, told = open_node("UTO", tmp_path, 0)
    qma, applied = open_node("QMA", tmp_path, 0)
    for each in (uto, qma):
        check_ledger(each.store, each.card.vkey)
    ids = [f"{number:032x}" for number in range(MESSAGES)]
    effects = {entry.seq: entry.public["id"] for entry in entries(applied, "message:applied")}
    assert sorted(effects.values()) == ids
    assert entries(applied, "message:alarm") == []
    settled = entries(told, "message:settled")
    assert sorted(entry.public["id"] for entry in settled) == ids
    for entry in settled:
        number = int(entry.public["id"], 16)
        assert bytes.fromhex(entry.public["body"]) == (b"message %d" % number)[::-1]
    with uto.store.read() as conn:
        rows = conn.execute(select(outbox)).all()
    assert len(rows) == MESSAGES
    for row in rows:
        receipt = rec.parse_receipt(row.receipt, person("QMA").card.verifier)
        assert (receipt.grade, row.state) == ("applied", "applied")
        assert receipt.entry is not None
        assert effects[receipt.entry] == row.id
    uto.store.close()
    qma.store.close()
