"""The copy of others' alerts at this node: store what their feeds bring, erase what they withdraw.

What arrives is checked by the receiver too, by the same accord as at the sender: issuer and
sender are one, the agreement is in force and names both, the alert may be received here. An item
that fails is refused and recorded, and does not hold up those behind it. A withdrawal is applied
whatever became of the agreement: withdrawn means withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from comity.bureau import offer
from comity.bureau.agreement import find, in_force
from comity.bureau.alert import erase
from comity.bureau.holdings import FIELD, ISSUED, WITHDRAWN
from comity.bureau.node import Node
from comity.errors import ComityError, Conflict, Malformed, NotPermitted, Unverified
from comity.exchange.envelope import Envelope
from comity.exchange.feed import Item as FeedItem
from comity.proof.canonical import canonical, parse_json
from comity.record import tables
from comity.record.batch import Item
from comity.record.vault import Sealing
from comity.terms.alert import Alert, alert_from_dict

BODY_BYTES_MAX = 200_000
VERSION_MAX = 2**31 - 1
"""What the store's column takes."""


def apply_items(node: Node) -> Callable[[Connection, Envelope, tuple[FeedItem, ...]], None]:
    """Give the function which applies one page of a peer's feed, in one transaction."""

    def apply(conn: Connection, envelope: Envelope, items: tuple[FeedItem, ...]) -> None:
        puts: list[Alert] = []
        for item in items:
            try:
                if item.op == "withdraw":
                    _withdraw(node, conn, envelope, item)
                else:
                    puts.append(_read(node, envelope, item))
            except ComityError as error:
                _refuse(node, conn, envelope, item, error)
        _store(node, conn, envelope, puts)

    return apply


def winding_down(node: Node) -> list[tuple[str, str]]:
    """(issuer, agreement) of every feed once followed whose agreement is not in force today.

    Nothing that it brought may be used; its withdrawals are still asked for.
    """
    live = {(peer, one.agreement.id) for one in in_force(node, node.today()) for peer in one.peers}
    with node.store.read() as conn:
        followed = conn.execute(select(tables.cursor.c.peer, tables.cursor.c.agreement))
        return sorted({(one.peer, one.agreement) for one in followed} - live)


def clear(node: Node, conn: Connection, *, peer: str, agreement: str) -> int:
    """Erase the whole copy of a feed that begins anew; how many alerts it held.

    What the peer no longer knows would else stand here for ever, and match.
    """
    row = tables.alert.c
    held = conn.execute(
        select(row.id).where(
            row.received_from == peer, row.agreement == agreement, row.state == ISSUED
        )
    )
    ids = list(held.scalars())
    public = {"peer": peer, "agreement": agreement, "alerts": len(ids)}
    entry = node.ledger.append(conn, "copy:cleared", public)
    for alert_id in ids:
        erase(node, conn, alert_id, state=WITHDRAWN, entry=entry)
    return len(ids)


def _read(node: Node, envelope: Envelope, item: FeedItem) -> Alert:
    adopted = find(node, envelope.agreement)
    if envelope.sender not in adopted.peers:
        raise NotPermitted(
            "copy-not-party", "the sender is not a party", where=adopted.agreement.id
        )
    if item.version > VERSION_MAX:
        raise Malformed("copy-version", "no alert has so many versions")
    try:
        alert = alert_from_dict(parse_json(item.body, limit=BODY_BYTES_MAX))
    except (ValueError, TypeError, RecursionError):
        # Such as a date whose review period has no year: one bad item must not end the page.
        raise Malformed("copy-form", "not an alert") from None
    if (alert.id, alert.version, alert.issuer) != (item.alert_id, item.version, envelope.sender):
        raise Unverified("copy-mismatch", "the alert is not the one the feed names")
    on = node.today()
    decision = adopted.policy.may_receive(node.country, offer.facts(alert, ISSUED, on), on)
    if not decision.permitted:
        raise NotPermitted(
            "copy-not-permitted", "this alert may not be received", where=decision.rule
        )
    return alert


def _store(node: Node, conn: Connection, envelope: Envelope, alerts: Sequence[Alert]) -> None:
    if not alerts:
        return
    known = _known(conn, [alert.id for alert in alerts])
    fresh, newer = [], []
    for alert in alerts:
        row = known.get(alert.id)
        if row is not None and row.received_from != envelope.sender:
            raise Conflict("copy-owner", "an alert of this id is held from another source")
        if row is None:
            fresh.append(alert)
        elif row.state != ISSUED or row.version < alert.version:
            newer.append(alert)
    items = [_item("copy:stored", envelope, alert.id, alert.category) for alert in (*fresh, *newer)]
    first = node.ledger.append_many(conn, items)
    sealed = node.vault.seal_new(conn, [_sealing(alert) for alert in fresh])
    rows = [
        _row(node, envelope, alert, content, first + place)
        for place, (alert, content) in enumerate(zip(fresh, sealed, strict=True))
    ]
    if rows:
        conn.execute(insert(tables.alert), rows)
    for place, alert in enumerate(newer, start=len(fresh)):
        if not node.vault.has_key(conn, alert.id):
            node.vault.new_key(conn, alert.id)
        content = node.vault.seal_many(conn, [_sealing(alert)])[0]
        row = _row(node, envelope, alert, content, first + place)
        conn.execute(update(tables.alert).filter_by(id=alert.id).values(**row))


def _withdraw(node: Node, conn: Connection, envelope: Envelope, item: FeedItem) -> None:
    if not item.alert_id.startswith(f"{envelope.sender}-") or not item.alert_id.isprintable():
        raise Unverified("copy-mismatch", "the withdrawal is not of an alert of the sender")
    row = _known(conn, [item.alert_id]).get(item.alert_id)
    if row is not None and row.received_from != envelope.sender:
        raise Conflict("copy-owner", "an alert of this id is held from another source")
    category = "" if row is None else row.category
    entry = node.ledger.append_many(conn, [_item("copy:erased", envelope, item.alert_id, category)])
    if row is not None:
        erase(node, conn, item.alert_id, state=WITHDRAWN, entry=entry)


def _refuse(
    node: Node, conn: Connection, envelope: Envelope, item: FeedItem, error: ComityError
) -> None:
    public = {"peer": envelope.sender, "agreement": envelope.agreement, "code": error.code}
    node.ledger.append(conn, "copy:refused", public, {"alert": item.alert_id})


def _known(conn: Connection, ids: Sequence[str]) -> dict[str, Any]:
    alert = tables.alert.c
    columns = select(alert.id, alert.version, alert.state, alert.received_from, alert.category)
    found: dict[str, Any] = {}
    for start in range(0, len(ids), 500):
        rows = conn.execute(columns.where(alert.id.in_(ids[start : start + 500])))
        found.update({row.id: row for row in rows})
    return found


def _item(kind: str, envelope: Envelope, alert_id: str, category: str) -> Item:
    public = {"peer": envelope.sender, "agreement": envelope.agreement, "category": category}
    return Item(kind, public, {"alert": alert_id})


def _sealing(alert: Alert) -> Sealing:
    return Sealing(alert.id, FIELD, alert.version, canonical(alert.as_dict()))


def _row(node: Node, envelope: Envelope, alert: Alert, sealed: bytes, entry: int) -> dict[str, Any]:
    return {
        "id": alert.id,
        "issuer": alert.issuer,
        "category": alert.category,
        "version": alert.version,
        "state": ISSUED,
        "received_from": envelope.sender,
        "agreement": envelope.agreement,
        "expires": alert.expires,
        "review_due": alert.expires,
        "sealed": sealed,
        "updated_at": node.clock.now(),
        "entry": entry,
    }
