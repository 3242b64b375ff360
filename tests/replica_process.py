"""A replica of a node in a process of its own, asked over a pipe, for the tests."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from comity.bureau.check import check
from comity.bureau.node import open_node
from comity.bureau.question import Inquiry
from comity.record.clock import FixedClock
from comity.terms.identity import Identity
from world import GUARD, START, traveller


class Replica:
    """The test's end of the pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def check(self, who: Identity) -> dict[str, Any]:
        """The answer of a check there, without the numbers that are new in every answer."""
        self._pipe.send(who)
        said: dict[str, Any] = self._pipe.recv()
        return said


@contextlib.contextmanager
def replica(home: Path) -> Iterator[Replica]:
    """Start a replica of the node in ``home``; it ends with the block."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(home, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Replica(ours)
    finally:
        ours.close()
        process.join(30)
        if process.is_alive():
            process.kill()
        process.close()


def _serve(home: Path, pipe: Connection) -> None:
    node = open_node(home, clock=FixedClock(START))
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    with contextlib.suppress(EOFError):
        while True:
            answer = check(node, inquiry, [traveller(pipe.recv())])[0].as_dict()
            del answer["entry"]
            for candidate in answer["candidates"]:
                del candidate["match"]
            pipe.send(answer)
    node.close()
