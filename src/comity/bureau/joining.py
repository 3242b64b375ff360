"""Join another node by its card, the one signed file which it shows; leave it again."""

from __future__ import annotations

from sqlalchemy import Connection

from comity.bureau.node import Node
from comity.errors import Conflict, NotPermitted
from comity.exchange import lease, peers
from comity.exchange.card import NodeCard, parse_card
from comity.terms.country import TRAINING_STATES


def join(node: Node, data: bytes, *, replace: bool = False) -> NodeCard:
    """Keep the card of a peer: from now on it is admitted, written to and believed.

    ``replace`` accepts a new key for a known peer, which two officers have compared by telephone.
    NotPermitted where one of the two is a training node and the other is not.
    """
    card = parse_card(data)
    if card.code == node.country:
        raise Conflict("join-self", "this is the card of a node of this country")
    if (card.code in TRAINING_STATES) != node.settings.training:
        raise NotPermitted(
            "join-training",
            "a training node and a production node never join",
            where=card.code,
        )

    def work(conn: Connection) -> None:
        public = {"peer": card.code, "card": card.fingerprint}
        entry = node.ledger.append(conn, "peer:joined", public)
        peers.admit(conn, card, now=node.clock.now(), entry=entry, replace=replace)

    node.write(work)
    return card


def leave(node: Node, code: str, *, reason: str) -> None:
    """Cut a peer off at once: not admitted, not written to, not believed (R56)."""

    def work(conn: Connection) -> None:
        entry = node.ledger.append(conn, "peer:left", {"peer": code, "reason": reason})
        peers.dismiss(conn, code, entry=entry)
        # Its copy supports nothing any more; after a new join only a synchronised one does.
        lease.end_peer(conn, code)

    node.write(work)


def joined(node: Node) -> list[NodeCard]:
    """List the cards of joined peers."""
    with node.store.read() as conn:
        return peers.joined(conn)
