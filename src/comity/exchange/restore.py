"""After restoring a backup: what this node must forget to have known, and tell its peers."""

from __future__ import annotations

import datetime

from sqlalchemy import Connection

from comity.exchange import feed, inbox, lease


def after_restore(conn: Connection, *, at: datetime.datetime) -> None:
    """Call once, in one write transaction, before a restored store is served; ``at`` is now.

    (1) Envelopes created before ``at`` are refused, lest what was accepted since the backup take
    effect twice. (2) Our feeds begin another epoch, so that followers start their copies anew
    rather than skip positions given twice. (3) Our own copies' leases end: they are as old as the
    backup, whatever their leases say, until the next full synchronisation.
    """
    inbox.raise_floor(conn, at=at)  # 1
    feed.begin_epoch(conn)  # 2
    for each in lease.all_leases(conn):  # 3
        lease.end(conn, peer=each.peer, agreement=each.agreement)
