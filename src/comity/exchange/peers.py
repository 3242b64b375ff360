"""The nodes we have joined: their cards, as kept in the store."""

from __future__ import annotations

import datetime
import functools

from sqlalchemy import Connection, insert, select, update

from comity.errors import Conflict, NotFound
from comity.exchange.card import NodeCard, parse_card
from comity.record.tables import peer as table

JOINED = "joined"
LEFT = "left"

# A card is immutable text: parse and verify each once, not for each message.
_parsed = functools.lru_cache(maxsize=512)(parse_card)


def admit(
    conn: Connection,
    card: NodeCard,
    *,
    now: datetime.datetime,
    entry: int | None = None,
    replace: bool = False,
) -> None:
    """Keep ``card`` as that of a joined peer.

    A newer card signed by the same key replaces the old one. A card with another key for a code
    we know is a `Conflict` ("peer-key") unless ``replace``, which a person decides by telephone.
    """
    row = conn.execute(select(table.c.card).where(table.c.code == card.code)).one_or_none()
    values = {"card": card.text.decode(), "state": JOINED, "joined_at": now, "entry": entry}
    if row is None:
        conn.execute(insert(table).values(code=card.code, **values))
        return
    known = _parsed(row.card.encode())
    if known.vkey != card.vkey and not replace:
        raise Conflict(
            "peer-key",
            "this peer is joined under another key",
            where=card.code,
            hint="compare fingerprints by telephone, then join again and say that it replaces",
        )
    if known.vkey == card.vkey and card.created < known.created:
        raise Conflict("peer-older", "this card is older than the one we hold", where=card.code)
    conn.execute(update(table).where(table.c.code == card.code).values(**values))


def dismiss(conn: Connection, code: str, *, entry: int | None = None) -> None:
    """The peer has left: it is no longer admitted, written to or believed."""
    find(conn, code)
    conn.execute(update(table).where(table.c.code == code).values(state=LEFT, entry=entry))


def find(conn: Connection, code: str) -> NodeCard:
    """The card of a joined peer; `NotFound` ("peer-unknown") otherwise."""
    query = select(table.c.card).where(table.c.code == code, table.c.state == JOINED)
    text = conn.execute(query).scalar_one_or_none()
    if text is None:
        raise NotFound(
            "peer-unknown", "no such peer is joined", where=code, hint="exchange node cards first"
        )
    return _parsed(text.encode())


def joined(conn: Connection) -> list[NodeCard]:
    """The cards of all joined peers, by code."""
    query = select(table.c.card).where(table.c.state == JOINED).order_by(table.c.code)
    return [_parsed(text.encode()) for text in conn.execute(query).scalars()]
