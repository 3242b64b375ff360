"""How long a copy of a peer's alerts supports an answer or an act (R17).

The shortest of three counts: what the issuer granted, what the agreement allows (``lease_hours``),
and the 48 hours of Reg (EU) 2018/1862 art. 56(3).
"""

from __future__ import annotations

import datetime

from sqlalchemy import Connection

from comity.accord.agreement import Agreement
from comity.errors import Unavailable
from comity.exchange import lease


def usable_until(held: lease.Lease, agreement: Agreement) -> datetime.datetime:
    """Give the last instant at which the copy may be relied on."""
    hours = datetime.timedelta(hours=agreement.limits.lease_hours)
    return min(held.granted_until, held.freshness + hours)


def usable(held: lease.Lease | None, agreement: Agreement, now: datetime.datetime) -> bool:
    """Say whether the copy may be relied on at ``now``."""
    return held is not None and held.holds(now) and now <= usable_until(held, agreement)


def require_usable(
    conn: Connection, agreement: Agreement, issuer: str, now: datetime.datetime
) -> None:
    """Unavailable where the copy of ``issuer``'s alerts is too old to act upon."""
    held = lease.find(conn, peer=issuer, agreement=agreement.id)
    if not usable(held, agreement, now):
        raise Unavailable(
            "copy-stale",
            "the copy of this issuer's alerts is too old to act upon",
            where=f"{issuer} under {agreement.id}",
            hint="synchronise, then decide; or ask the issuer by another channel",
        )
