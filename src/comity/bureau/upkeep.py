"""What a store owes to time: what it closes, forgets, erases; what a restored one owes its peers.

Both are safe to repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from comity.bureau import refusal_rows
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require
from comity.errors import Malformed
from comity.exchange import inbox, outbox, restore

REASON_CHARS_MIN = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """A day's upkeep: letters that expired undelivered, ids forgotten, refusals erased."""

    expired: int
    forgotten: int
    erased: int = 0


def keep(node: Node) -> Kept:
    """Close letters that no peer took in time; forget ids past all lives; erase old refusals.

    Each letter that is closed and each refusal that is erased has its entry.
    """

    def work(conn: Connection) -> Kept:
        now = node.clock.now()
        closed = outbox.expire(conn, now)
        for _id, peer, kind in closed:
            node.ledger.append(conn, "message:expired", {"peer": peer, "kind": kind})
        erased = refusal_rows.erase_overdue(node, conn)
        return Kept(len(closed), inbox.forget(conn, now=now), erased)

    return node.write(work)


def restored(node: Node, officer: Officer, *, reason: str) -> int:
    """Say that this store was put back from a backup, before it is served; the entry.

    Letters from before it are refused, our feeds begin another epoch so that holders start their
    copies anew, and our own copies support nothing until they are whole again. Malformed without
    a reason in words.
    """
    require(officer, "bureau", "supervisor")
    if len(reason.strip()) < REASON_CHARS_MIN:
        raise Malformed(
            "restore-reason",
            "a restore needs a reason in words",
            where="reason",
            hint=f"at least {REASON_CHARS_MIN} characters: which backup, and why",
        )

    def work(conn: Connection) -> int:
        restore.after_restore(conn, at=node.clock.now())
        personal = {"officer": officer.id, "reason": reason}
        return node.ledger.append(conn, "node:restored", {}, personal)

    node.holdings.drop_snapshot()
    return node.write(work)
