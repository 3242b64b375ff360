"""What peers send to this node: messages that take effect once, questions that may be repeated.

The door hands over bytes and gets bytes back; TLS only admits, each envelope proves itself.
"""

from __future__ import annotations

from sqlalchemy import Connection

from comity.bureau import alignment, match, offer, restriction
from comity.bureau.agreement import Adopted, find
from comity.bureau.node import Node
from comity.errors import Malformed, NotFound, NotPermitted
from comity.exchange import envelope, feed, follow, inbox, link, reconcile

RECEIVERS = {match.HIT: match.receive_hit, restriction.RESTRICTION: restriction.receive}
"""What takes a message of each kind, in the transaction of its receipt."""


def receive_message(node: Node, data: bytes) -> bytes:
    """Take one envelope: its effect and our signed receipt are one transaction."""

    def apply(conn: Connection, letter: envelope.Envelope) -> inbox.Applied:
        _party(node, letter)
        receive = RECEIVERS.get(letter.kind)
        if receive is None:
            raise Malformed("message-kind", "no message of this kind is taken here")
        return inbox.Applied(entry=receive(node, conn, letter))

    def alarm(conn: Connection, code: str, header: envelope.Header) -> int:
        public = {"peer": header.sender, "kind": header.kind, "code": code}
        return node.ledger.append(conn, "exchange:alarm", public)

    return inbox.process_envelope(
        data, write=node.write, home=node.desk, apply=apply, alarm=alarm, now=node.clock.now()
    )


def answer_question(node: Node, data: bytes) -> bytes:
    """Answer one question: a page of the feed which the asker follows."""
    now = node.clock.now()

    def read(conn: Connection, letter: envelope.Envelope) -> inbox.Applied:
        if letter.kind == reconcile.COMPARE:
            adopted = _party(node, letter)
            alignment.align(node, conn, adopted.policy, letter.sender)
            public = {"peer": letter.sender, "agreement": letter.agreement}
            node.ledger.append(conn, "feed:compared", public)
            return reconcile.serve_compare(conn, letter)
        if letter.kind != follow.PULL:
            raise Malformed("question-kind", "no question of this kind is answered here")
        # Whoever received an alert hears of its end, whatever became of the agreement.
        serve = follow.serve_pull(
            now=now,
            body_of=lambda conn, alert, version: offer.body(node, conn, alert, version),
            ends=_only_ends(node, conn, letter),
        )
        return _recorded(node, conn, letter, serve(conn, letter))

    return inbox.process_question(data, write=node.write, home=node.desk, read=read, now=now)


def status(node: Node) -> bytes:
    """Say who this is and which versions it speaks."""
    return link.process_status(node.country, node.clock.now())


def _recorded(
    node: Node, conn: Connection, letter: envelope.Envelope, applied: inbox.Applied
) -> inbox.Applied:
    """Record what left (who, under which agreement, how many): the list of recipients (R18)."""
    if applied.answer is None:
        return applied
    page = follow.parse_page(applied.answer.body).page
    if not page.items:
        return applied
    public = {
        "peer": letter.sender,
        "agreement": letter.agreement,
        "puts": sum(item.op == "put" for item in page.items),
        "withdrawals": sum(item.op == "withdraw" for item in page.items),
        "upto": page.next,
    }
    personal = {"alerts": [[item.op, item.alert_id, item.version] for item in page.items]}
    node.ledger.append(conn, "feed:served", public, personal)
    return applied


def _only_ends(node: Node, conn: Connection, letter: envelope.Envelope) -> bool:
    """Whether the sender is owed the ends of what it received, and nothing else (any more).

    Otherwise its feed is first brought into line with the law of today.
    """
    try:
        adopted = _party(node, letter)
    except (NotFound, NotPermitted):
        if feed.head(conn, agreement=letter.agreement, peer=letter.sender) == 0:
            raise
        return True
    alignment.align(node, conn, adopted.policy, letter.sender)
    return False


def _party(node: Node, letter: envelope.Envelope) -> Adopted:
    adopted = find(node, letter.agreement)
    if letter.sender not in adopted.peers:
        raise NotPermitted(
            "post-not-party", "the sender is not a party to this agreement", where=letter.agreement
        )
    return adopted
