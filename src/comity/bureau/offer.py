"""What leaves this node: an own alert goes to a party only where accord and law let it.

This is the egress guard: ``Policy.may_receive`` and the gate of the law are asked for each alert
and each party, when an alert is issued and when an agreement is adopted; the gate again before
each page is served. A withdrawal is sent to every holder, always.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from comity.accord.age import may_be_child
from comity.accord.policy import Policy
from comity.accord.question import RecordFacts
from comity.bureau import withheld
from comity.bureau.gate import NOTHING, Gate, gate_to
from comity.bureau.holdings import FIELD, ISSUED
from comity.bureau.node import Node
from comity.exchange import feed
from comity.record import tables
from comity.record.vault import Sealed
from comity.terms.alert import Alert, alert_from_dict
from comity.terms.country import PROTECTED_STATUSES

_CHUNK = 1000


def facts(
    alert: Alert, state: str, on: datetime.date, grounds: Collection[str] = ()
) -> RecordFacts:
    """Give the facts of an alert that decide who may receive or see it; no content.

    ``grounds``: restrictions that hold here beside those of its issuer.
    """
    identity = alert.identity
    grounds = {*alert.restrictions, *grounds}
    protected = bool(PROTECTED_STATUSES & set(identity.nationalities))
    return RecordFacts(
        owner=alert.issuer,
        category=alert.category,
        state="active" if state == ISSUED else state,
        expires=alert.expires,
        protected=protected,
        origins=(),
        origins_known=not protected,
        minor=may_be_child(identity.birth_dates, on) is True,
        contested="contested" in grounds,
        erased=False,
        flagged="flagged" in grounds,
        decided=bool(alert.reference),
        final_judgment="final-judgment" in grounds,
        possible_victim="possible-victim" in grounds,
    )


def offer(
    node: Node,
    conn: Connection,
    policies: Sequence[Policy],
    alerts: Sequence[Alert],
    entry: int,
    *,
    only: str = "",
) -> int:
    """Put ``alerts`` into the feeds of all parties who may receive them; how many rows.

    ``only`` names one party. What the accord lets go and the law does not is kept back.
    """
    count = 0
    for policy in policies:
        for party in policy.agreement.parties:
            if party != node.country and party == (only or party):
                way = gate_to(node, conn, policy.agreement, party)
                count += _offer_to(node, conn, way, policy, alerts=alerts, entry=entry)
    return count


def _offer_to(
    node: Node,
    conn: Connection,
    way: Gate,
    policy: Policy,
    *,
    alerts: Sequence[Alert],
    entry: int,
) -> int:
    on, agreement, party = node.today(), policy.agreement, way.peer
    let_go = withheld.released(conn, agreement.id, party)
    by = node.clock.now() + datetime.timedelta(hours=agreement.limits.acknowledge_hours)
    changes, kept = [], []
    for alert in alerts:
        if policy.may_receive(party, facts(alert, ISSUED, on), on).permitted:
            ruling = way.rule(alert.category, established=let_go.get(alert.id, NOTHING))
            if ruling.open:
                changes.append(feed.Change("put", alert.id, alert.version, entry=entry))
                continue
            kept.append((alert, ruling))
        if alert.version > 1 and (party, agreement.id) in feed.holders(conn, alert.id):
            # An earlier version went there; this one may not: theirs must go.
            changes.append(
                feed.Change("withdraw", alert.id, alert.version, acknowledge_by=by, entry=entry)
            )
    feed.append_many(
        conn, agreement=agreement.id, peer=party, changes=changes, now=node.clock.now()
    )
    puts = [change.alert_id for change in changes if change.op == "put"]
    withheld.forget(conn, puts, agreement.id, party)
    withheld.keep_alerts(node, conn, kept)
    return len(puts)


def retract(
    node: Node, conn: Connection, alert_id: str, version: int, *, hours: dict[str, int], entry: int
) -> list[str]:
    """Send the withdrawal of an alert to every holder; the peers' codes.

    ``hours``: agreement → how long a holder has to acknowledge.
    """
    now = node.clock.now()
    told = []
    for peer, agreement in feed.holders(conn, alert_id):
        by = now + datetime.timedelta(hours=hours.get(agreement, 1))
        change = feed.Change("withdraw", alert_id, version, acknowledge_by=by, entry=entry)
        feed.append(conn, agreement=agreement, peer=peer, change=change, now=now)
        told.append(peer)
    withheld.forget_alert(conn, alert_id)
    return told


def open_feed(node: Node, conn: Connection, policy: Policy, entry: int) -> int:
    """Offer what stands already, when an agreement is adopted; how many rows."""
    alert = tables.alert.c
    count, last = 0, ""
    while True:
        rows = conn.execute(
            select(alert.id, alert.version, alert.sealed)
            .where(alert.issuer == node.country, alert.state == ISSUED, alert.id > last)
            .order_by(alert.id)
            .limit(_CHUNK)
        ).all()
        if not rows:
            return count
        count += offer(node, conn, [policy], opened(node, conn, rows), entry)
        last = rows[-1].id


def opened(node: Node, conn: Connection, rows: Iterable[Row[Any, Any, Any]]) -> list[Alert]:
    """Open own alerts of rows (id, version, sealed)."""
    sealed = [Sealed(row.id, FIELD, row.version, row.sealed) for row in rows]
    return [alert_from_dict(json.loads(one)) for one in node.vault.open_many(conn, sealed)]


def body(node: Node, conn: Connection, alert_id: str, version: int) -> bytes:
    """Give the content of an own alert as a feed's page carries it (canonical JSON)."""
    row = conn.execute(
        select(tables.alert.c.version, tables.alert.c.sealed).filter_by(id=alert_id)
    ).one()
    if row.version != version:
        raise AssertionError("a feed row names a version that was superseded")
    return node.vault.open(conn, alert_id, FIELD, version, row.sealed)
