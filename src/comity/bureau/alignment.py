"""Bring feeds into line with the law of the day: what it shuts is withdrawn, what it opens goes.

A law changes on a date, a country signs another text, a person releases one alert. In each round
and before each page is served the rulings are compared with those by which the feed was filled;
where they differ, rows move between the feed and what is withheld.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from comity.accord.policy import Policy
from comity.bureau import offer, withheld
from comity.bureau.agreement import in_force
from comity.bureau.gate import Gate, Ruling, gate_to, rule_all
from comity.bureau.holdings import ISSUED
from comity.bureau.node import Node
from comity.exchange import feed
from comity.proof.canonical import canonical
from comity.record import tables

ALIGNED = "law-aligned:"
"""Settings of this name say by which rulings the feed of an agreement to a peer was filled."""

_CHUNK = 1000


def align_all(node: Node) -> None:
    """Align every feed of the agreements in force; written only where something moves."""
    for adopted in in_force(node, node.today()):
        for peer in adopted.peers:
            with node.store.read() as conn:
                due = _Standing.of(node, conn, adopted.policy, peer).digest
                stale = _setting(conn, _name(adopted.policy, peer)) != due
            if stale:
                node.write(lambda conn: align(node, conn, adopted.policy, peer))  # noqa: B023


def align(node: Node, conn: Connection, policy: Policy, peer: str) -> bool:
    """Align the feed to one peer; whether anything had to move.

    What the law now keeps back is withdrawn from the peer too: a copy whose lease is renewed every
    day is given every day.
    """
    now = _Standing.of(node, conn, policy, peer)
    name = _name(policy, peer)
    if _setting(conn, name) == now.digest:
        return False
    conn.execute(delete(tables.setting).where(tables.setting.c.name == name))
    conn.execute(insert(tables.setting).values(name=name, value=now.digest))
    gone = {ruling: _gone(conn, ruling, now.passing) for ruling in now.rulings if not ruling.open}
    back = _back(conn, policy, now)
    if not back and not any(gone.values()):
        return False
    public = {"agreement": policy.agreement.id, "peer": peer, "open": list(now.opened)}
    entry = node.ledger.append(conn, "law:aligned", public)
    for ruling, rows in gone.items():
        _shut(node, conn, policy, ruling, rows=rows, entry=entry)
    while back:
        _reopen(node, conn, policy, back, peer=peer, entry=entry)
        back = withheld.waiting(conn, policy.agreement.id, peer, now.opened, _CHUNK)
    return True


def rulings(node: Node) -> list[Ruling]:
    """Rule on every agreement in force, peer and category: what may leave today, and why not."""
    with node.store.read() as conn:
        return [
            ruling
            for adopted in in_force(node, node.today())
            for peer in adopted.peers
            for ruling in rule_all(gate_to(node, conn, adopted.agreement, peer))
        ]


@dataclass(frozen=True, slots=True)
class _Standing:
    """How the law of the day stands on one feed."""

    peer: str
    rulings: tuple[Ruling, ...]
    opened: tuple[str, ...]
    passing: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, node: Node, conn: Connection, policy: Policy, peer: str) -> _Standing:
        """Rule on each category, and on each alert that a person has released."""
        agreement = policy.agreement
        way = gate_to(node, conn, agreement, peer)
        rulings = tuple(rule_all(way))
        opened = tuple(sorted(ruling.category for ruling in rulings if ruling.open))
        passing = _passing(conn, way, agreement.id)
        said = canonical([agreement.sha256, list(opened), list(passing)])
        return cls(peer, rulings, opened, passing, hashlib.sha256(said).hexdigest())


def _passing(conn: Connection, way: Gate, agreement: str) -> tuple[str, ...]:
    let_go = withheld.released(conn, agreement, way.peer)
    if not let_go:
        return ()
    own = tables.alert.c
    query = select(own.id, own.category).where(own.id.in_(list(let_go)), own.state == ISSUED)
    return tuple(
        row.id
        for row in conn.execute(query.order_by(own.id))
        if way.rule(row.category, established=let_go[row.id]).open
    )


def _gone(conn: Connection, ruling: Ruling, passing: Collection[str]) -> list[tuple[str, int]]:
    """What stands in the feed and may no longer: (alert, version)."""
    row, own = tables.feed.c, tables.alert.c
    query = (
        select(row.alert_id, row.version)
        .join(tables.alert, own.id == row.alert_id)
        .where(row.agreement == ruling.agreement, row.peer == ruling.peer, row.op == "put")
        .where(own.category == ruling.category)
    )
    found = conn.execute(query).all()
    return [(one.alert_id, one.version) for one in found if one.alert_id not in passing]


def _shut(
    node: Node,
    conn: Connection,
    policy: Policy,
    ruling: Ruling,
    *,
    rows: Sequence[tuple[str, int]],
    entry: int,
) -> None:
    now = node.clock.now()
    by = now + datetime.timedelta(hours=policy.agreement.limits.acknowledge_hours)
    for at in range(0, len(rows), _CHUNK):
        changes = [
            feed.Change("withdraw", alert_id, version, acknowledge_by=by, entry=entry)
            for alert_id, version in rows[at : at + _CHUNK]
        ]
        feed.append_many(
            conn, agreement=ruling.agreement, peer=ruling.peer, changes=changes, now=now
        )
        withheld.keep(node, conn, ruling, [change.alert_id for change in changes])


def _back(conn: Connection, policy: Policy, now: _Standing) -> list[str]:
    """What is kept back and may go: at most some of it, and all that a person has released."""
    agreement = policy.agreement.id
    live = {alert_id for alert_id, _ in feed.live(conn, agreement=agreement, peer=now.peer)}
    released = [one for one in now.passing if one not in live]
    return released + withheld.waiting(conn, agreement, now.peer, now.opened, _CHUNK)


def _reopen(
    node: Node, conn: Connection, policy: Policy, ids: Sequence[str], *, peer: str, entry: int
) -> None:
    own = tables.alert.c
    query = select(own.id, own.version, own.sealed).where(own.state == ISSUED)
    rows = conn.execute(query.where(own.id.in_(ids)).order_by(own.id)).all()
    # Also those that the accord no longer lets go: the law has no more to say of them.
    withheld.forget(conn, ids, policy.agreement.id, peer)
    offer.offer(node, conn, [policy], offer.opened(node, conn, rows), entry, only=peer)


def _name(policy: Policy, peer: str) -> str:
    return f"{ALIGNED}{policy.agreement.id} {peer}"


def _setting(conn: Connection, name: str) -> str | None:
    query = select(tables.setting.c.value).where(tables.setting.c.name == name)
    return conn.execute(query).scalar_one_or_none()
