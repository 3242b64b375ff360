"""What the law keeps back: own alerts and letters that came to the gate and did not pass.

Each is a row of the table ``gate``: ``withheld``, ``released`` (a person has established the
conditions of a way out, for this one case) or, of a letter, ``passed``. The log has an entry with
the article for each group; which alerts they are stands sealed beside it.
"""

from __future__ import annotations

import datetime
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select

from comity.accord.agreement import Agreement
from comity.bureau.gate import Established, Ruling, gate_to
from comity.bureau.node import Node
from comity.record import tables
from comity.terms.alert import Alert

ALERT = "alert"
WITHHELD = "withheld"
RELEASED = "released"
PASSED = "passed"

_ROW = tables.gate.c
_STEP = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing the law keeps back: ``kind`` "alert" or a letter's; ``subject`` the alert's or
    the match's id.
    """

    id: str
    kind: str
    subject: str
    agreement: str
    peer: str
    category: str
    purpose: str
    state: str
    created_at: datetime.datetime

    def as_dict(self) -> dict[str, str]:
        """Give the JSON form."""
        return {
            "id": self.id,
            "kind": self.kind,
            "subject": self.subject,
            "agreement": self.agreement,
            "peer": self.peer,
            "category": self.category,
            "purpose": self.purpose,
            "state": self.state,
            "at": self.created_at.isoformat(),
        }


def keep_alerts(node: Node, conn: Connection, kept: Sequence[tuple[Alert, Ruling]]) -> None:
    """Note the alerts that a gate keeps back, and say so in the log, once for each ruling."""
    groups: dict[Ruling, list[str]] = defaultdict(list)
    for alert, ruling in kept:
        groups[ruling].append(alert.id)
    for ruling, ids in groups.items():
        keep(node, conn, ruling, ids)


def keep(node: Node, conn: Connection, ruling: Ruling, ids: Sequence[str]) -> None:
    """The same for the ids of alerts under one ruling."""
    entry = node.ledger.append(
        conn, "law:withheld", {**said(ruling), "alerts": len(ids)}, {"alerts": list(ids)}
    )
    # What a person released stays out only as long as the way out which they took is there.
    forget(conn, ids, ruling.agreement, ruling.peer, states=(WITHHELD, RELEASED))
    now = node.clock.now()
    conn.execute(
        insert(tables.gate),
        [
            {
                "id": secrets.token_hex(16),
                "kind": ALERT,
                "subject": one,
                "agreement": ruling.agreement,
                "peer": ruling.peer,
                "category": ruling.category,
                "state": WITHHELD,
                "created_at": now,
                "entry": entry,
            }
            for one in ids
        ],
    )


def said(ruling: Ruling) -> dict[str, Any]:
    """Give what the log says of a ruling: no personal data."""
    return {
        "agreement": ruling.agreement,
        "peer": ruling.peer,
        "category": ruling.category,
        "state": ruling.state,
        "cite": ruling.cite[:300],
        "law": ", ".join(ruling.giver) or "none",
    }


def forget(
    conn: Connection,
    ids: Sequence[str],
    agreement: str,
    peer: str,
    *,
    states: Sequence[str] = (WITHHELD,),
) -> None:
    """Drop what stands as withheld of some alerts: they pass, or are noted anew."""
    mine = and_(
        _ROW.kind == ALERT,
        _ROW.state.in_(states),
        _ROW.agreement == agreement,
        _ROW.peer == peer,
    )
    for at in range(0, len(ids), _STEP):
        conn.execute(delete(tables.gate).where(mine, _ROW.subject.in_(ids[at : at + _STEP])))


def forget_alert(conn: Connection, alert_id: str) -> None:
    """Drop everything that stands of an alert which has ended."""
    conn.execute(delete(tables.gate).where(_ROW.kind == ALERT, _ROW.subject == alert_id))


def released(conn: Connection, agreement: str, peer: str) -> dict[str, Established]:
    """Give the alerts that a person has released to a peer, with what was established."""
    query = select(tables.gate).where(
        _ROW.kind == ALERT,
        _ROW.state == RELEASED,
        _ROW.agreement == agreement,
        _ROW.peer == peer,
    )
    return {row.subject: established(row) for row in conn.execute(query)}


def established(row: Row[Any]) -> Established:
    """Give what a person has established for a row of the gate."""
    return Established(frozenset(row.established), frozenset(row.settled))


def waiting(
    conn: Connection, agreement: str, peer: str, categories: Iterable[str], limit: int
) -> list[str]:
    """Give the ids of alerts withheld from a peer, of some categories, at most ``limit``."""
    query = (
        select(_ROW.subject)
        .where(_ROW.kind == ALERT, _ROW.state == WITHHELD)
        .where(_ROW.agreement == agreement, _ROW.peer == peer)
        .where(_ROW.category.in_(list(categories)))
        .order_by(_ROW.subject)
        .limit(limit)
    )
    return list(conn.execute(query).scalars())


def why(
    node: Node, conn: Connection, agreements: Iterable[Agreement], ids: Sequence[str]
) -> tuple[Ruling, ...]:
    """Say why some alerts are kept back, each reason once: what their issuer is told."""
    found: set[tuple[str, str, str]] = set()
    columns = select(_ROW.agreement, _ROW.peer, _ROW.category).distinct()
    columns = columns.where(_ROW.kind == ALERT, _ROW.state == WITHHELD)
    for at in range(0, len(ids), _STEP):
        rows = conn.execute(columns.where(_ROW.subject.in_(ids[at : at + _STEP])))
        found |= {(row.agreement, row.peer, row.category) for row in rows}
    known = {one.id: one for one in agreements}
    return tuple(
        gate_to(node, conn, known[agreement], peer).rule(category)
        for agreement, peer, category in sorted(found)
        if agreement in known
    )


def listing(node: Node, *, limit: int = 100) -> list[Kept]:
    """List what is withheld or released, the newest first; ids only, nothing is opened."""
    query = (
        select(tables.gate)
        .where(_ROW.state.in_((WITHHELD, RELEASED)))
        .order_by(_ROW.created_at.desc(), _ROW.id)
        .limit(max(1, limit))
    )
    with node.store.read() as conn:
        return [kept(row) for row in conn.execute(query)]


def counts(node: Node) -> dict[tuple[str, str, str], int]:
    """Count what is withheld by (agreement, peer, category)."""
    query = (
        select(_ROW.agreement, _ROW.peer, _ROW.category, func.count().label("number"))
        .where(_ROW.state == WITHHELD)
        .group_by(_ROW.agreement, _ROW.peer, _ROW.category)
    )
    with node.store.read() as conn:
        return {(r.agreement, r.peer, r.category): r.number for r in conn.execute(query)}


def kept(row: Row[Any]) -> Kept:
    """Give a row of the gate as a list shows it."""
    return Kept(
        row.id,
        row.kind,
        row.subject,
        row.agreement,
        row.peer,
        row.category,
        row.purpose,
        row.state,
        row.created_at,
    )
