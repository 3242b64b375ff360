"""Leases: how long a copy of a peer's feed may be relied on.

A technical copy must be no older than 48 hours (Regulation (EU) 2018/1862 Art 56(3)). Each
complete synchronisation renews the lease; once it runs out the copy stays, but supports no act:
the answer is *unavailable*, never a stale match and never "no match".
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from comity.errors import Unavailable
from comity.record.tables import lease as table

LONGEST = datetime.timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Lease:
    """The copy of ``peer``'s feed under ``agreement`` is usable until ``granted_until``.

    ``freshness`` is the instant at which the copy was last known to be complete.
    """

    peer: str
    agreement: str
    granted_until: datetime.datetime
    freshness: datetime.datetime

    def holds(self, now: datetime.datetime) -> bool:
        """Whether the copy is usable at ``now``; a clock set back does not make it so."""
        return self.freshness - datetime.timedelta(minutes=2) <= now <= self.granted_until


def renew(
    conn: Connection,
    *,
    peer: str,
    agreement: str,
    granted_until: datetime.datetime,
    now: datetime.datetime,
) -> Lease:
    """After a complete synchronisation: until what the issuer granted, at most 48 hours."""
    until = min(granted_until, now + LONGEST)
    values = {"granted_until": until, "freshness": now}
    mine = (table.c.peer == peer, table.c.agreement == agreement)
    if conn.execute(update(table).where(*mine).values(**values)).rowcount == 0:
        conn.execute(insert(table).values(peer=peer, agreement=agreement, **values))
    return Lease(peer, agreement, until, now)


def find(conn: Connection, *, peer: str, agreement: str) -> Lease | None:
    """The lease as it stands, run out or not."""
    query = select(table).where(table.c.peer == peer, table.c.agreement == agreement)
    row = conn.execute(query).one_or_none()
    return None if row is None else Lease(row.peer, row.agreement, row.granted_until, row.freshness)


def require(conn: Connection, *, peer: str, agreement: str, now: datetime.datetime) -> Lease:
    """The lease if it holds; `Unavailable` ("lease-expired") otherwise."""
    lease = find(conn, peer=peer, agreement=agreement)
    if lease is None or not lease.holds(now):
        raise Unavailable(
            "lease-expired",
            "the copy of this peer's alerts is too old to rely on",
            where=f"{peer} under {agreement}",
            hint="synchronise with the peer, or ask it by another channel",
        )
    return lease


def all_leases(conn: Connection) -> list[Lease]:
    """Every lease, the one that runs out first at the head."""
    query = select(table).order_by(table.c.granted_until, table.c.peer, table.c.agreement)
    return [Lease(r.peer, r.agreement, r.granted_until, r.freshness) for r in conn.execute(query)]


def end(conn: Connection, *, peer: str, agreement: str) -> None:
    """The agreement is over or the feed is no longer complete: the copy supports nothing now."""
    conn.execute(delete(table).where(table.c.peer == peer, table.c.agreement == agreement))


def end_peer(conn: Connection, peer: str) -> int:
    """The peer is cut off: every copy of its alerts supports nothing now; how many leases ended."""
    return conn.execute(delete(table).where(table.c.peer == peer)).rowcount
