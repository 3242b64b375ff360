"""Compare a copy with its issuer's feed, alert by alert, and heal what differs.

Feeds keep a copy right while both stores keep their memory. Once a day, or when asked, the copy
is held against the feed's digest. What the issuer no longer offers, or offers in another version,
is erased here; then the feed is followed anew from its beginning, which brings what was missing
(what stands already is passed over). Both sets of differences, before and after, are recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from comity.bureau.alert import erase
from comity.bureau.holdings import EXPIRED, ISSUED, WITHDRAWN
from comity.bureau.node import Node
from comity.exchange import follow
from comity.exchange.card import NodeCard
from comity.exchange.home import Send
from comity.exchange.reconcile import Difference, Pair, Reconciler
from comity.proof.canonical import canonical
from comity.record import tables

_COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a comparison found of one copy, and what is left of it after healing."""

    peer: str
    agreement: str
    found: Difference
    left: Difference

    @property
    def healed(self) -> int:
        """How many alerts differ no more."""
        return _size(self.found) - _size(self.left)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: whose, under which agreement, the line for questions, how to follow it."""

    card: NodeCard
    agreement: str
    ask: Send
    pull: Callable[[], object]


def reconcile(node: Node, feed: Feed) -> Reconciled:
    """Compare the copy of a feed and heal it; Unavailable where the line is down.

    Conflict where the feed moves on meanwhile: ask again.
    """
    feed.pull()
    found = _compare(node, feed)
    left = found
    # What could not be healed before (an alert that may not be received) is not tried every day.
    if not found.none and _told(node, feed.card.code, feed.agreement)[1] != _print(found):
        node.write(lambda conn: _begin_anew(node, conn, feed, found))
        feed.pull()
        left = _compare(node, feed)
    done = Reconciled(feed.card.code, feed.agreement, found, left)
    node.write(lambda conn: _record(node, conn, done))
    return done


def due(node: Node, peer: str, agreement: str) -> bool:
    """Whether a copy was last compared before today; one seen for the first time is not due."""
    last, _left = _told(node, peer, agreement)
    if not last:
        node.write(lambda conn: _tell(node, conn, (peer, agreement), Difference()))
    return "" < last < node.today().isoformat()


def _compare(node: Node, feed: Feed) -> Difference:
    with node.store.read() as conn:
        position = follow.position(conn, peer=feed.card.code, agreement=feed.agreement)
        held, elsewhere = _held(conn, feed)
    made = Reconciler(node.desk, node.clock.now())
    told = made.compare(feed.card, feed.agreement, feed.ask, held=held, position=position)
    # An alert that came under two agreements stands here once, under the one that brought it; one
    # whose last day is over has ended here before its issuer says so.
    missing = tuple(one for one in told.missing if one not in elsewhere)
    return Difference(missing, told.surplus, told.another)


def _held(conn: Connection, feed: Feed) -> tuple[list[Pair], set[str]]:
    """What stands under this agreement; and what stands under another, or has expired here."""
    row = tables.alert.c
    query = select(row.id, row.version, row.agreement, row.state)
    query = query.where(row.received_from == feed.card.code, row.state.in_((ISSUED, EXPIRED)))
    held: list[Pair] = []
    elsewhere: set[str] = set()
    for one in conn.execute(query):
        if one.state == ISSUED and one.agreement == feed.agreement:
            held.append((one.id, one.version))
        else:
            elsewhere.add(one.id)
    return held, elsewhere


def _begin_anew(node: Node, conn: Connection, feed: Feed, found: Difference) -> None:
    public = {"peer": feed.card.code, "agreement": feed.agreement,
              "alerts": len(found.surplus) + len(found.another)}  # fmt: skip
    entry = node.ledger.append(conn, "copy:cleared", public)
    for alert_id in (*found.surplus, *found.another):
        erase(node, conn, alert_id, state=WITHDRAWN, entry=entry)
    for alert_id in found.missing:
        node.vault.erase(conn, alert_id)  # a key without its alert would refuse a new one
    follow.restart(conn, peer=feed.card.code, agreement=feed.agreement, now=node.clock.now())


def _record(node: Node, conn: Connection, done: Reconciled) -> None:
    def sizes(one: Difference) -> dict[str, int]:
        return {"missing": len(one.missing), "surplus": len(one.surplus),
                "another": len(one.another)}  # fmt: skip

    public = {"peer": done.peer, "agreement": done.agreement, "found": sizes(done.found),
              "left": sizes(done.left)}  # fmt: skip
    ids = {"alerts": sorted({*done.found.missing, *done.found.surplus, *done.found.another})}
    node.ledger.append(conn, "copy:compared", public, ids if ids["alerts"] else None)
    _tell(node, conn, (done.peer, done.agreement), done.left)


def _told(node: Node, peer: str, agreement: str) -> tuple[str, str]:
    """The day of the last comparison and the print of what it left; empty before the first."""
    name = f"{_COMPARED} {peer} {agreement}"
    with node.store.read() as conn:
        found = conn.execute(select(tables.setting.c.value).filter_by(name=name)).scalar()
    day, _, left = (found or "").partition(" ")
    return day, left


def _tell(node: Node, conn: Connection, of: tuple[str, str], left: Difference) -> None:
    name = " ".join((_COMPARED, *of))
    conn.execute(delete(tables.setting).filter_by(name=name))
    value = f"{node.today().isoformat()} {_print(left)}"
    conn.execute(insert(tables.setting).values(name=name, value=value))


def _print(one: Difference) -> str:
    plain = [list(one.missing), list(one.surplus), list(one.another)]
    return hashlib.sha256(canonical(plain)).hexdigest()


def _size(one: Difference) -> int:
    return len(one.missing) + len(one.surplus) + len(one.another)
