"""The feed: what we offer one peer under one agreement, in order, each alert once.

Each (agreement, peer) has its own monotonic position. A new version or a withdrawal of an alert
takes the place of the row before, at a new position: a feed is as long as its alerts are many,
what was superseded is gone from the store, and who follows from position *n* reads exactly what
changed since *n*, in O(changes).

The peer's next question names the position up to which it has applied everything: that signed
number is the acknowledgement. A withdrawal carries a deadline for it; `overdue` names the late.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from comity.errors import Malformed
from comity.record.tables import feed as table
from comity.record.tables import setting

Op = Literal["put", "withdraw"]
OPS: tuple[Op, ...] = get_args(Op)
PAGE_LIMIT = 1000
PAGE_BYTES = 500_000
"""What the bodies of one page may sum to: in base64 and JSON still below an envelope's 1 MiB."""

FIRST_EPOCH = "0" * 32
_EPOCH = "exchange.feed-epoch"

BodyOf = Callable[[Connection, str, int], bytes]
"""``body_of(conn, alert_id, version)`` reads the body of a row kept without one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an alert towards a peer: ``op``, the alert and its version, and the body.

    ``body`` is what the peer receives; None leaves it to be read when the page is asked for, so
    that no copy is kept. ``acknowledge_by`` is the deadline of a withdrawal (aware, UTC).
    """

    op: Op
    alert_id: str
    version: int
    body: bytes | None = field(default=None, repr=False)
    acknowledge_by: datetime.datetime | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a feed as it goes out, at position ``seq``."""

    seq: int
    op: Op
    alert_id: str
    version: int
    body: bytes = field(repr=False)
    acknowledge_by: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Items after a position: continue at ``next``; ``head`` is the newest position there is."""

    items: tuple[Item, ...]
    next: int
    head: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """A withdrawal whose acknowledgement is late: which peer, since when."""

    peer: str
    agreement: str
    alert_id: str
    version: int
    seq: int
    acknowledge_by: datetime.datetime


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a peer is behind: rows it has not acknowledged, and since when the oldest waits."""

    peer: str
    agreement: str
    head: int
    waiting: int
    since: datetime.datetime | None


def append(
    conn: Connection, *, agreement: str, peer: str, change: Change, now: datetime.datetime
) -> int:
    """Put one change at the end of a feed, in the caller's write transaction; its position."""
    return append_many(conn, agreement=agreement, peer=peer, changes=[change], now=now)


def append_many(
    conn: Connection,
    *,
    agreement: str,
    peer: str,
    changes: Sequence[Change],
    now: datetime.datetime,
) -> int:
    """Put changes at the end of a feed, in order; return the position of the last.

    Of several changes to one alert the last counts. `Malformed` for a withdrawal without a
    deadline, since without one nobody would ever ask whether it arrived.
    """
    for change in changes:
        _check(change)
    # Read before anything is deleted: the newest row always holds the highest position, and a
    # position once given must never be given again.
    last = head(conn, agreement=agreement, peer=peer)
    latest = {change.alert_id: change for change in changes}
    if not latest:
        return last
    _delete(conn, agreement, peer, list(latest))
    rows = [
        {
            "agreement": agreement,
            "peer": peer,
            "seq": last + place,
            "alert_id": change.alert_id,
            "version": change.version,
            "op": change.op,
            "body": change.body,
            "created": now,
            "acknowledge_by": change.acknowledge_by,
            "acknowledged_at": None,
            "entry": change.entry,
        }
        for place, change in enumerate(latest.values(), start=1)
    ]
    conn.execute(insert(table), rows)
    return last + len(rows)


def head(conn: Connection, *, agreement: str, peer: str) -> int:
    """The newest position of a feed; 0 if it is empty."""
    query = select(func.max(table.c.seq)).where(_of(agreement, peer))
    return conn.execute(query).scalar_one_or_none() or 0


def epoch(conn: Connection) -> str:
    """Which memory our positions belong to (32 hex): another one after each `begin_epoch`."""
    query = select(setting.c.value).where(setting.c.name == _EPOCH)
    return conn.execute(query).scalar_one_or_none() or FIRST_EPOCH


def begin_epoch(conn: Connection) -> None:
    """After restoring a backup: positions given since it was taken will be given again.

    A follower who holds position 9 of the lost memory would miss what is put at 5 to 9 of this
    one, and acknowledge it unseen. With another epoch it notices, and starts its copy anew.
    """
    conn.execute(delete(setting).where(setting.c.name == _EPOCH))
    conn.execute(insert(setting).values(name=_EPOCH, value=os.urandom(16).hex()))


def page(
    conn: Connection,
    *,
    peer: str,
    agreement: str,
    after: int,
    limit: int = PAGE_LIMIT,
    body_of: BodyOf | None = None,
    ends: bool = False,
) -> Page:
    """What changed after position ``after``, oldest first, at most ``limit`` items or 500 kB.

    ``ends``: only the withdrawals, as if nothing else had ever been offered.
    """
    newest = head(conn, agreement=agreement, peer=peer)
    if ends and newest >= after:
        newest = max(after, _last_end(conn, agreement, peer))
    query = (
        select(table)
        .where(_of(agreement, peer, ends=ends), table.c.seq > after)
        .order_by(table.c.seq)
        .limit(max(1, min(limit, PAGE_LIMIT)))
    )
    items: list[Item] = []
    size = 0
    for row in conn.execute(query).all():
        body = _body(conn, row, body_of)
        size += len(body)
        if items and size > PAGE_BYTES:
            break
        by = row.acknowledge_by
        items.append(Item(row.seq, row.op, row.alert_id, row.version, body, by))
    return Page(tuple(items), items[-1].seq if items else after, newest)


def acknowledge(
    conn: Connection,
    *,
    peer: str,
    agreement: str,
    upto: int,
    now: datetime.datetime,
    ends: bool = False,
) -> int:
    """The peer has applied everything up to position ``upto``; how many rows that settles.

    ``ends``: it was offered the withdrawals only, so it has applied no more than those.
    """
    mine = (_of(agreement, peer, ends=ends), table.c.seq <= upto, table.c.acknowledged_at.is_(None))
    return conn.execute(update(table).where(*mine).values(acknowledged_at=now)).rowcount


def overdue(conn: Connection, now: datetime.datetime) -> list[Overdue]:
    """Withdrawals not acknowledged by their deadline, the oldest deadline first."""
    query = (
        select(table)
        .where(table.c.acknowledged_at.is_(None), table.c.acknowledge_by < now)
        .order_by(table.c.acknowledge_by, table.c.peer, table.c.seq)
    )
    return [
        Overdue(r.peer, r.agreement, r.alert_id, r.version, r.seq, r.acknowledge_by)
        for r in conn.execute(query)
    ]


def lags(conn: Connection) -> list[Lag]:
    """Of each feed, how far its peer is behind."""
    waiting = table.c.acknowledged_at.is_(None)
    query = (
        select(
            table.c.peer,
            table.c.agreement,
            func.max(table.c.seq).label("head"),
            func.count().filter(waiting).label("waiting"),
            func.min(table.c.created).filter(waiting).label("since"),
        )
        .group_by(table.c.peer, table.c.agreement)
        .order_by(table.c.peer, table.c.agreement)
    )
    return [Lag(r.peer, r.agreement, r.head, r.waiting, r.since) for r in conn.execute(query)]


def holders(conn: Connection, alert_id: str) -> list[tuple[str, str]]:
    """The (peer, agreement) pairs to whom an alert has gone and from whom it must be withdrawn."""
    query = (
        select(table.c.peer, table.c.agreement)
        .where(table.c.alert_id == alert_id, table.c.op == "put")
        .order_by(table.c.peer, table.c.agreement)
    )
    return [(row.peer, row.agreement) for row in conn.execute(query)]


def live(conn: Connection, *, agreement: str, peer: str) -> list[tuple[str, int]]:
    """(alert id, version) of every alert which the peer ought to hold: what a digest is over."""
    query = select(table.c.alert_id, table.c.version).where(
        _of(agreement, peer), table.c.op == "put"
    )
    return [(row.alert_id, row.version) for row in conn.execute(query)]


def _check(change: Change) -> None:
    if change.op not in OPS:
        raise Malformed("feed-op", "not an operation of a feed", hint=" | ".join(OPS))
    if change.op == "withdraw" and change.acknowledge_by is None:
        raise Malformed("feed-deadline", "a withdrawal needs a deadline for its acknowledgement")
    if change.body is not None and len(change.body) > PAGE_BYTES:
        raise Malformed("feed-body-size", f"a body is at most {PAGE_BYTES} bytes")


def _delete(conn: Connection, agreement: str, peer: str, alerts: list[str]) -> None:
    step = 500
    for at in range(0, len(alerts), step):
        some = alerts[at : at + step]
        conn.execute(delete(table).where(_of(agreement, peer), table.c.alert_id.in_(some)))


def _of(agreement: str, peer: str, *, ends: bool = False) -> ColumnElement[bool]:
    mine = and_(table.c.agreement == agreement, table.c.peer == peer)
    return and_(mine, table.c.op == "withdraw") if ends else mine


def _last_end(conn: Connection, agreement: str, peer: str) -> int:
    query = select(func.max(table.c.seq)).where(_of(agreement, peer, ends=True))
    return conn.execute(query).scalar_one_or_none() or 0


def _body(conn: Connection, row: Row[Any], body_of: BodyOf | None) -> bytes:
    if row.body is not None:
        return bytes(row.body)
    if row.op == "withdraw" or body_of is None:
        return b""
    return body_of(conn, row.alert_id, row.version)
