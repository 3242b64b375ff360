"""What a list shows: agreements with their texts, alerts with their holders. No personal data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy import Row as Fetched

from comity.accord.agreement import Agreement, parse_agreement
from comity.bureau import offer
from comity.bureau.agreement import ADOPTED, in_force
from comity.bureau.gate import Ruling, gate_to
from comity.bureau.holdings import ISSUED
from comity.bureau.node import Node
from comity.errors import NotFound
from comity.record import tables
from comity.terms.alert import Alert


@dataclass(frozen=True, slots=True)
class Known:
    """An agreement as it stands here; ``signed`` the parties whose signatures were verified."""

    agreement: Agreement
    state: str
    signed: tuple[str, ...]

    def in_force(self, on: datetime.date) -> bool:
        """Whether questions may be asked under it on that day."""
        return self.state == ADOPTED and self.agreement.in_force <= on <= self.agreement.until


@dataclass(frozen=True, slots=True)
class Row:
    """One alert of a list: ``holders`` have a copy or were told of its end, ``silent`` of them
    have not acknowledged the last change.
    """

    id: str
    issuer: str
    category: str
    version: int
    state: str
    expires: datetime.date | None
    agreement: str
    holders: int = 0
    silent: int = 0

    @property
    def standing(self) -> bool:
        """Whether the alert is neither withdrawn nor expired."""
        return self.state == ISSUED


def agreements(node: Node) -> list[Known]:
    """Give every agreement this node knows, those adopted first."""
    with node.store.read() as conn:
        rows = conn.execute(select(tables.agreement).order_by(tables.agreement.c.id)).all()
    known = []
    for row in rows:
        agreement = parse_agreement(row.text, row.policy)
        # Adoption verified every party's signature; before it, only our own stands.
        signed = agreement.parties if row.state == ADOPTED else (node.country,)
        known.append(Known(agreement, row.state, signed))
    return sorted(known, key=lambda one: one.state != ADOPTED)


def find_agreement(node: Node, agreement_id: str) -> Known:
    """Give one agreement in whatever state; NotFound where this node has none of this id."""
    for known in agreements(node):
        if known.agreement.id == agreement_id:
            return known
    raise NotFound("agreement-unknown", "no such agreement here")


def alerts(
    node: Node, *, issuer: str = "", state: str = "", after: str = "", limit: int = 50
) -> list[Row]:
    """List alerts held by review date, the next due first; page on with the last one's key.

    ``after`` is ``EXPIRES/ID`` of the last row seen.
    """
    row = tables.alert.c
    query = select(tables.alert).order_by(row.expires, row.id).limit(limit)
    if issuer:
        query = query.where(row.issuer == issuer)
    if state:
        query = query.where(row.state == state)
    day, _, last = after.partition("/")
    if last:
        since = datetime.date.fromisoformat(day)
        query = query.where((row.expires > since) | ((row.expires == since) & (row.id > last)))
    with node.store.read() as conn:
        found = conn.execute(query).all()
        offered = _offered(conn, [one.id for one in found])
    return [_row(one, *offered.get(one.id, (0, 0))) for one in found]


def find_alert(node: Node, alert_id: str) -> Row:
    """Give the row of one alert; NotFound where none of this id is held."""
    with node.store.read() as conn:
        one = conn.execute(select(tables.alert).filter_by(id=alert_id)).first()
        offered = _offered(conn, [alert_id])
    if one is None:
        raise NotFound("alert-unknown", "no such alert is held here")
    return _row(one, *offered.get(alert_id, (0, 0)))


def copies(node: Node, alert_id: str) -> list[dict[str, Any]]:
    """Say of each party what was last offered of an alert, and whether it was acknowledged."""
    row = tables.feed.c
    query = select(tables.feed).where(row.alert_id == alert_id).order_by(row.peer, row.agreement)
    with node.store.read() as conn:
        return [
            {
                "peer": one.peer,
                "agreement": one.agreement,
                "op": one.op,
                "version": one.version,
                "acknowledge_by": one.acknowledge_by and one.acknowledge_by.isoformat(),
                "acknowledged_at": one.acknowledged_at and one.acknowledged_at.isoformat(),
            }
            for one in conn.execute(query)
        ]


def tally(node: Node) -> dict[str, int]:
    """Count what a supervisor looks at first: alerts, matches waiting, checks of today."""
    start = node.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    with node.store.read() as conn:
        standing = conn.execute(
            select(func.count()).where(tables.alert.c.state == ISSUED)
        ).scalar_one()
        waiting = conn.execute(
            select(func.count()).where(tables.match.c.state.in_(("candidate", "second-opinion")))
        ).scalar_one()
        checks = conn.execute(
            select(func.count()).where(tables.check_log.c.created_at >= start)
        ).scalar_one()
    return {"alerts": int(standing), "waiting": int(waiting), "checks": int(checks)}


def _offered(conn: Connection, ids: list[str]) -> dict[str, tuple[int, int]]:
    row = tables.feed.c
    query = select(row.alert_id, row.peer, row.acknowledged_at).where(row.alert_id.in_(ids))
    found: dict[str, dict[str, bool]] = {}
    for one in conn.execute(query.order_by(row.created, row.seq)):
        # The last row of each peer counts: an earlier version is superseded.
        found.setdefault(one.alert_id, {})[one.peer] = one.acknowledged_at is not None
    return {
        key: (len(peers), sum(not done for done in peers.values())) for key, peers in found.items()
    }


def _row(one: Fetched[Any], holders: int, silent: int) -> Row:
    return Row(
        one.id,
        one.issuer,
        one.category,
        one.version,
        one.state,
        one.expires,
        one.agreement or "",
        holders,
        silent,
    )


def receivers(node: Node, alert: Alert) -> list[Ruling]:
    """Say who would receive an alert of this country today by the accord, and what the law says."""
    today = node.today()
    known = offer.facts(alert, ISSUED, today)
    with node.store.read() as conn:
        return [
            gate_to(node, conn, adopted.agreement, party).rule(alert.category)
            for adopted in in_force(node, today)
            for party in adopted.peers
            if adopted.policy.may_receive(party, known, today).permitted
        ]
