"""Out at least once: what we owe each peer, queued in the transaction that owes it.

Each peer has a queue of its own, so that one who is down delays nobody else; and within a queue
each item has its own clock, so that one which the peer cannot digest delays no other. An item is

waiting → received → validated → applied | refused,  or waiting → expired,

by the peer's signed receipt, and by nothing else. Receipts below *applied* leave the item open:
it is offered again, slowly, until the peer says what became of it.
"""

from __future__ import annotations

import datetime
import logging
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, insert, select, update

from comity.errors import ComityError, Unavailable
from comity.exchange import envelope as env
from comity.exchange.card import NodeCard
from comity.exchange.home import Home, Send, Write
from comity.exchange.reply import Answered, open_reply
from comity.record.tables import outbox as table

_LOG = logging.getLogger(__name__)
OPEN = ("waiting", "received", "validated")
FIRST_DELAY = datetime.timedelta(seconds=5)
LONGEST_DELAY = datetime.timedelta(hours=1)
WORKERS = 8


@dataclass(frozen=True, slots=True)
class Due:
    """An item whose time has come."""

    id: str
    peer: str
    kind: str
    envelope: bytes = field(repr=False)
    attempts: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round to one ``peer`` came to; ``fault`` is the last error's code, or empty."""

    peer: str
    settled: int = 0
    failed: int = 0
    fault: str = ""


Settled = Callable[[Connection, Due, Answered], None]
"""Called in the transaction which settles an item: what its receipt and answer mean is above us."""


def queue(
    conn: Connection, home: Home, to: NodeCard, letter: env.Letter, *, entry: int | None = None
) -> str:
    """Seal, sign and queue ``letter`` for a peer, in the caller's transaction; return its id.

    ``entry`` is the ledger entry by which we owe it.
    """
    row = {
        "id": letter.id,
        "peer": to.code,
        "kind": letter.kind,
        "envelope": home.write(to, letter),
        "created": letter.created,
        "expires": letter.expires,
        "attempts": 0,
        "next_at": letter.created,
        "state": "waiting",
        "entry": entry,
    }
    conn.execute(insert(table).values(**row))
    return letter.id


def due(
    conn: Connection, now: datetime.datetime, *, peer: str | None = None, limit: int = 100
) -> list[Due]:
    """The items to send now, oldest first; those of one ``peer`` if given."""
    query = (
        select(table.c.id, table.c.peer, table.c.kind, table.c.envelope, table.c.attempts)
        .where(table.c.state.in_(OPEN), table.c.next_at <= now, table.c.expires > now)
        .order_by(table.c.next_at, table.c.created, table.c.id)
        .limit(limit)
    )
    if peer is not None:
        query = query.where(table.c.peer == peer)
    rows = conn.execute(query)
    return [Due(r.id, r.peer, r.kind, bytes(r.envelope), r.attempts) for r in rows]


def peers_due(conn: Connection, now: datetime.datetime) -> list[str]:
    """The peers to whom something is due."""
    query = (
        select(table.c.peer)
        .where(table.c.state.in_(OPEN), table.c.next_at <= now, table.c.expires > now)
        .distinct()
        .order_by(table.c.peer)
    )
    return list(conn.execute(query).scalars())


def state(conn: Connection, id_: str) -> str | None:
    """The state of an item, or None if we never queued it."""
    return conn.execute(select(table.c.state).where(table.c.id == id_)).scalar_one_or_none()


def receipt_of(conn: Connection, id_: str) -> bytes | None:
    """The newest receipt of an item, as signed by the peer."""
    found = conn.execute(select(table.c.receipt).where(table.c.id == id_)).scalar_one_or_none()
    return None if found is None else bytes(found)


def settle(conn: Connection, item: Due, answered: Answered, now: datetime.datetime) -> bool:
    """Record the peer's receipt; False if the item was settled before (and nothing is done).

    Two workers may have carried one item at once: only the first settles it, so that ``Settled``
    runs once for each outcome.
    """
    grade = answered.receipt.grade
    values = {
        "state": grade,
        "receipt": answered.signed,
        "last_error": answered.receipt.reason or None,
        "attempts": table.c.attempts + 1,
        "next_at": now + _delay(item.attempts),
    }
    still_below = (table.c.id == item.id, table.c.state.in_(_before(grade)))
    if conn.execute(update(table).where(*still_below).values(**values)).rowcount == 1:
        return True
    again = {name: values[name] for name in ("attempts", "next_at")}
    conn.execute(update(table).where(table.c.id == item.id, _open()).values(**again))
    return False


def postpone(conn: Connection, item: Due, fault: ComityError, now: datetime.datetime) -> None:
    """Try this item again later: 5 s, 10 s, 20 s … at most an hour, each with half of it chance."""
    values = {
        "attempts": table.c.attempts + 1,
        "next_at": now + _delay(item.attempts),
        "last_error": fault.code,
    }
    conn.execute(update(table).where(table.c.id == item.id, _open()).values(**values))


def wake(conn: Connection, peer: str, now: datetime.datetime) -> int:
    """The peer is back: all that waits for it is due at once; return how many items."""
    mine = (table.c.peer == peer, _open(), table.c.next_at > now)
    return conn.execute(update(table).where(*mine).values(next_at=now)).rowcount


def expire(conn: Connection, now: datetime.datetime) -> list[tuple[str, str, str]]:
    """Close what expired without a final receipt; return (id, peer, kind) for the alarm."""
    over = (_open(), table.c.expires <= now)
    query = select(table.c.id, table.c.peer, table.c.kind).where(*over).order_by(table.c.id)
    rows = [(r.id, r.peer, r.kind) for r in conn.execute(query)]
    conn.execute(update(table).where(*over).values(state="expired"))
    return rows


@dataclass(frozen=True, slots=True)
class Courier:
    """What delivering needs: our ``home``, the store's ``write``, the time, and what an outcome
    means (``settled``), if anything.
    """

    home: Home
    write: Write
    now: Callable[[], datetime.datetime]
    settled: Settled | None = None

    def deliver(self, peer: NodeCard, send: Send, *, limit: int = 100) -> Delivered:
        """One round to one peer: send what is due, settle what is receipted.

        A fault of the line (`Unavailable`) ends the round, since the next item would fare no
        better; any other fault is that item's own and the round goes on.
        """
        items = self.write(lambda conn: due(conn, self.now(), peer=peer.code, limit=limit))
        settled = failed = 0
        code = ""
        for item in items:
            try:
                self._carry(item, peer, send)
                settled += 1
            except ComityError as error:
                failed, code = failed + 1, error.code
                self._postpone(item, error)
                if isinstance(error, Unavailable):
                    break
            except Exception as error:  # noqa: BLE001
                # A bug met by one item must not block the peer's queue. Only the bug's kind is
                # told: its text may hold what the item holds.
                _LOG.error("delivery of %s failed: %s", item.id, type(error).__name__)
                failed, code = failed + 1, "delivery-bug"
                self._postpone(item, ComityError("delivery-bug", "delivery failed by a bug here"))
        return Delivered(peer.code, settled, failed, code)

    def deliver_all(self, routes: Iterable[tuple[NodeCard, Send]]) -> list[Delivered]:
        """One round to each peer, side by side, so that a slow one delays nobody else."""
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            rounds = [pool.submit(self.deliver, peer, send) for peer, send in routes]
            return [each.result() for each in rounds]

    def _carry(self, item: Due, peer: NodeCard, send: Send) -> None:
        data = send(item.envelope)
        answered = open_reply(data, item.envelope, self.home, peer, self.now())

        def work(conn: Connection) -> None:
            if settle(conn, item, answered, self.now()) and self.settled is not None:
                self.settled(conn, item, answered)

        self.write(work)

    def _postpone(self, item: Due, fault: ComityError) -> None:
        self.write(lambda conn: postpone(conn, item, fault, self.now()))


def _open() -> ColumnElement[bool]:
    return table.c.state.in_(OPEN)


def _before(grade: str) -> tuple[str, ...]:
    return {"received": OPEN[:1], "validated": OPEN[:2]}.get(grade, OPEN)


def _delay(attempts: int) -> datetime.timedelta:
    doubling = 1 << min(attempts, 20)
    longest = min(FIRST_DELAY * doubling, LONGEST_DELAY)
    # Jitter: peers who lost the same line must not all come back in the same second.
    return longest * (1000 + secrets.randbelow(1000)) / 2000
