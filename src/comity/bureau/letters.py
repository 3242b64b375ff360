"""Letters to peers leave through the gate of the law, and are asked about again before each try.

A letter the law keeps back is not made: what it would say stays sealed here, with the article in
the log. It is made once the law lets it out (a date, another text), or once a person has
established a way out for it. One that was queued and whose law has changed since is held.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from comity.bureau import withheld
from comity.bureau.agreement import Adopted, in_force
from comity.bureau.gate import Ruling, gate_to
from comity.bureau.node import Node
from comity.exchange import envelope, outbox, peers
from comity.record import tables
from comity.record.vault import Sealing

LIFE = datetime.timedelta(days=7)
HELD = "held"
"""The state of an item of the outbox that the law no longer lets out."""

_FIELD = "letter"
_ROW = tables.gate.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a letter is about: ``subject`` a match or an alert, and its category.

    ``purpose`` is the one it was asked for; empty means all for which the parties exchange it.
    """

    kind: str
    subject: str
    category: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """``message`` is the id in the outbox; empty where ``ruling`` kept the letter back."""

    message: str
    ruling: Ruling


def post(
    node: Node,
    conn: Connection,
    adopted: Adopted,
    peer: str,
    matter: Matter,
    *,
    body: bytes,
    entry: int,
) -> Posted:
    """Queue a letter to a peer if the law lets it out; else keep its body, sealed."""
    way = gate_to(node, conn, adopted.agreement, peer)
    ruling = way.rule(matter.category, (matter.purpose,) if matter.purpose else ())
    now = node.clock.now()
    letter = envelope.Letter(matter.kind, body, now, now + LIFE, adopted.agreement.id)
    if not ruling.open:
        personal = {"kind": matter.kind, "subject": matter.subject}
        entry = node.ledger.append(
            conn, "law:withheld", {**withheld.said(ruling), "letters": 1}, personal
        )
    sealed = node.vault.seal_new(conn, [Sealing(_record(letter.id), _FIELD, 1, body)])[0]
    conn.execute(
        insert(tables.gate).values(
            id=letter.id,
            kind=matter.kind,
            subject=matter.subject,
            agreement=adopted.agreement.id,
            peer=peer,
            category=matter.category,
            purpose=matter.purpose,
            state=withheld.PASSED if ruling.open else withheld.WITHHELD,
            sealed=sealed,
            created_at=now,
            entry=entry,
        )
    )
    if not ruling.open:
        return Posted("", ruling)
    return Posted(
        outbox.queue(conn, node.desk, peers.find(conn, peer), letter, entry=entry), ruling
    )


def align(node: Node, peer: str) -> None:
    """Ask about each letter to a peer again, before a round of deliveries.

    What was delivered or has expired is forgotten here.
    """
    with node.store.read() as conn:
        if conn.execute(select(_ROW.id).where(_ROW.kind != withheld.ALERT)).first() is None:
            return
    node.write(lambda conn: align_now(node, conn, peer))


def align_now(node: Node, conn: Connection, peer: str) -> None:
    """The same, in the caller's transaction."""
    known = {one.agreement.id: one for one in in_force(node, node.today())}
    query = select(tables.gate).where(_ROW.kind != withheld.ALERT, _ROW.peer == peer)
    for row in conn.execute(query.order_by(_ROW.created_at, _ROW.id)).all():
        state = outbox.state(conn, row.id)
        if row.state == withheld.PASSED and state not in outbox.OPEN:
            forget(node, conn, row.id)
            continue
        # Under an agreement that is over, nothing leaves.
        adopted = known.get(row.agreement)
        ruling = None if adopted is None else rule(node, conn, adopted, row)
        if ruling is not None and ruling.open:
            if row.state != withheld.PASSED and adopted is not None:
                _send(node, conn, adopted, row)
        elif row.state == withheld.PASSED:
            _hold(node, conn, row, ruling)


def rule(node: Node, conn: Connection, adopted: Adopted, row: Row[Any]) -> Ruling:
    """Rule on one row of the gate, with what a person has established for it."""
    way = gate_to(node, conn, adopted.agreement, row.peer)
    purposes = (row.purpose,) if row.purpose else ()
    return way.rule(row.category, purposes, withheld.established(row))


def forget(node: Node, conn: Connection, letter_id: str) -> None:
    """Drop a letter's row; what it would have said is erased."""
    node.vault.erase(conn, _record(letter_id))
    conn.execute(delete(tables.gate).where(_ROW.id == letter_id))


def _send(node: Node, conn: Connection, adopted: Adopted, row: Row[Any]) -> None:
    now = node.clock.now()
    waiting = tables.outbox.c
    held = (waiting.id == row.id, waiting.state == HELD, waiting.expires > now)
    again = update(tables.outbox).where(*held).values(state="waiting", next_at=now)
    if conn.execute(again).rowcount == 0:
        # Never made, or its time ran out while it was held.
        conn.execute(delete(tables.outbox).where(waiting.id == row.id))
        body = node.vault.open(conn, _record(row.id), _FIELD, 1, row.sealed)
        letter = envelope.Letter(row.kind, body, now, now + LIFE, row.agreement, id=row.id)
        outbox.queue(conn, node.desk, peers.find(conn, row.peer), letter, entry=row.entry)
    public = {"agreement": adopted.agreement.id, "peer": row.peer, "category": row.category}
    entry = node.ledger.append(conn, "law:passed", public, {"subject": row.subject})
    passed = {"state": withheld.PASSED, "entry": entry}
    conn.execute(update(tables.gate).where(_ROW.id == row.id).values(**passed))


def _hold(node: Node, conn: Connection, row: Row[Any], ruling: Ruling | None) -> None:
    public = {"agreement": row.agreement, "peer": row.peer, "category": row.category, "letters": 1}
    if ruling is not None:
        public = {**withheld.said(ruling), "letters": 1}
    entry = node.ledger.append(conn, "law:withheld", public, {"subject": row.subject})
    conn.execute(update(tables.outbox).where(tables.outbox.c.id == row.id).values(state=HELD))
    kept = {"state": withheld.WITHHELD, "entry": entry}
    conn.execute(update(tables.gate).where(_ROW.id == row.id).values(**kept))


def _record(letter_id: str) -> str:
    return f"letter:{letter_id}"
