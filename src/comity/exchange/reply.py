r"""A reply: what comes back for an envelope, a receipt and perhaps the envelope that answers it.

    comity-reply/v1 <size of the receipt in bytes>\n<receipt><answering envelope, if any>

Both parts are signed by themselves; the frame only tells them apart.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from comity.errors import Malformed, Unverified
from comity.exchange import envelope as env
from comity.exchange import receipt as rec
from comity.exchange.card import NodeCard
from comity.exchange.home import Home
from comity.proof import checkpoint

HEADING = b"comity-reply/v1 "
SIZE_LIMIT = rec.SIZE_LIMIT + env.SIZE_LIMIT + 64


@dataclass(frozen=True, slots=True)
class Reply:
    """The ``receipt`` as signed, and the ``answer`` envelope or empty bytes."""

    receipt: bytes
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply that held: the receipt read, as signed, and the opened answer if there is one."""

    receipt: rec.Receipt
    signed: bytes
    answer: env.Envelope | None


def format_reply(reply: Reply) -> bytes:
    """The frame and both parts."""
    return HEADING + b"%d\n" % len(reply.receipt) + reply.receipt + reply.answer


def parse_reply(data: bytes) -> Reply:
    """The inverse of `format_reply`; the parts are not verified."""
    if len(data) > SIZE_LIMIT:
        raise Malformed("reply-size", "larger than any reply")
    heading, newline, rest = data[:64].partition(b"\n")
    fault = Malformed("reply-form", "not a reply", where="reply: first line")
    if not newline or not heading.startswith(HEADING):
        raise fault
    size = checkpoint.parse_decimal(heading[len(HEADING) :].decode("latin-1"))
    rest = data[len(heading) + 1 :]
    if size is None or not 0 < size <= min(rec.SIZE_LIMIT, len(rest)):
        raise fault
    return Reply(rest[:size], rest[size:])


def open_reply(
    data: bytes, sent: bytes, home: Home, peer: NodeCard, now: datetime.datetime
) -> Answered:
    """Verify a peer's reply to the envelope ``sent``.

    (1) The receipt is signed by the peer, for exactly these bytes. (2) An answer is there if and
    only if the receipt names it, and is the one named. (3) It opens, and answers our id.
    """
    reply = parse_reply(data)
    asked = env.header_of(sent)
    receipt = rec.check_receipt(  # (1)
        reply.receipt,
        peer.verifier,
        envelope=env.envelope_hash(sent),
        letter=asked.id,
        receiver=peer.code,
    )
    named = env.envelope_hash(reply.answer) if reply.answer else ""
    if receipt.answer != named:  # (2)
        raise Unverified("reply-answer", "the answer is not the one the receipt names")
    if not reply.answer:
        return Answered(receipt, reply.receipt, None)
    answer = env.open_envelope(reply.answer, home.code, home.keys, peer, now)  # (3)
    if answer.header.answers != asked.id or answer.agreement != asked.agreement:
        raise Unverified("reply-question", "the answer is to another question")
    return Answered(receipt, reply.receipt, answer)
