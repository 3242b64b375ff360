"""Compare a copy with its feed, alert by alert, without sending the alerts again.

Feeds keep copies right as long as both stores keep their memory. After a restore, or once a night,
the follower asks for the digest of what it ought to hold (kind ``feed-compare``, body
``{"bucket":-1}``; answer ``feed-digest``) and then, for each bucket that differs, for its pairs
(``{"bucket":7}``; answer ``feed-pairs``: ``{"head":n,"pairs":[["alert",version],…]}``). What comes
out is exact: which alerts are missing here, which are held though withdrawn, which are of another
version. Nothing is repaired by itself: what a surplus alert means is the bureau's.

Both sides must speak of the same moment, so an answer names its head, and a head which is not our
position is a `Conflict` ("feed-moved"): pull, then compare again.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from comity.errors import ComityError, Conflict, Malformed, Unavailable, Unverified
from comity.exchange import envelope as env
from comity.exchange import feed, inbox, wire
from comity.exchange.card import NodeCard
from comity.exchange.digest import (
    BUCKETS,
    Digest,
    bucket_of,
    differing,
    digest_of,
    format_digest,
    parse_digest,
)
from comity.exchange.home import Home, Send
from comity.exchange.reply import open_reply
from comity.proof.canonical import canonical, parse_canonical

COMPARE = "feed-compare"
DIGEST = "feed-digest"
PAIRS = "feed-pairs"
WHOLE = -1
QUESTION_LIFE = datetime.timedelta(minutes=5)
Pair = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """Alert ids: ``missing`` here, ``surplus`` here (withdrawn there), of ``another`` version."""

    missing: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    another: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether both sides hold the same set."""
        return not (self.missing or self.surplus or self.another)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Compares what ``held`` says we have of a peer's feed, as of our ``position``."""

    home: Home
    now: datetime.datetime

    def compare(
        self, peer: NodeCard, agreement: str, send: Send, *, held: Iterable[Pair], position: int
    ) -> Difference:
        """Ask for the digest, then for each bucket that differs; what differs, exactly.

        Raises `Conflict` ("feed-moved") when the feed has moved on from ``position``.
        """
        ours: dict[int, dict[str, int]] = defaultdict(dict)
        for alert, version in held:
            ours[bucket_of(alert)][alert] = version
        whole = digest_of(pair for bucket in ours.values() for pair in bucket.items())
        kind, body = self._ask(peer, agreement, send, WHOLE)
        theirs, head = _parse_whole(kind, body)
        _check_head(head, position, peer.code)
        missing: list[str] = []
        surplus: list[str] = []
        another: list[str] = []
        for bucket in differing(whole, theirs):
            kind, body = self._ask(peer, agreement, send, bucket)
            due, head = _parse_pairs(kind, body, bucket)
            _check_head(head, position, peer.code)
            have = ours[bucket]
            missing += due.keys() - have.keys()
            surplus += have.keys() - due.keys()
            another += [a for a in due.keys() & have.keys() if due[a] != have[a]]
        return Difference(*(tuple(sorted(each)) for each in (missing, surplus, another)))

    def _ask(self, peer: NodeCard, agreement: str, send: Send, bucket: int) -> tuple[str, bytes]:
        question = canonical({"bucket": bucket})
        letter = env.Letter(COMPARE, question, self.now, self.now + QUESTION_LIFE, agreement)
        sent = self.home.write(peer, letter)
        answered = open_reply(send(sent), sent, self.home, peer, self.now)
        if answered.receipt.grade == "refused" or answered.answer is None:
            raise ComityError(
                answered.receipt.reason or "feed-refused",
                "the peer refused to compare its feed",
                where=peer.code,
            )
        return answered.answer.kind, answered.answer.body


def serve_compare(conn: Connection, envelope: env.Envelope) -> inbox.Applied:
    """The issuer's side: a ``read`` for `comity.exchange.inbox.process_question`."""
    bucket = _parse_question(envelope.body)
    agreement, peer = envelope.agreement, envelope.sender
    head = feed.head(conn, agreement=agreement, peer=peer)
    pairs = feed.live(conn, agreement=agreement, peer=peer)
    if bucket == WHOLE:
        said = canonical({"digest": format_digest(digest_of(pairs)).decode(), "head": head})
        return inbox.Applied(answer=inbox.Answer(DIGEST, said))
    some = [[alert, version] for alert, version in sorted(pairs) if bucket_of(alert) == bucket]
    said = canonical({"head": head, "pairs": some})
    if len(said) > env.BODY_LIMIT:
        raise Unavailable("feed-bucket-size", "a bucket of this feed does not fit an envelope")
    return inbox.Applied(answer=inbox.Answer(PAIRS, said))


def _parse_question(body: bytes) -> int:
    said = parse_canonical(body, limit=100)
    bucket = said.get("bucket") if isinstance(said, dict) and len(said) == 1 else None
    if not isinstance(bucket, int) or isinstance(bucket, bool) or not WHOLE <= bucket < BUCKETS:
        raise Malformed("feed-compare-bucket", "not a bucket, 0 to 255, or -1 for the whole")
    return bucket


def _parse_whole(kind: str, body: bytes) -> tuple[Digest, int]:
    said = _fields(kind, DIGEST, body, {"digest", "head"})
    if not isinstance(said["digest"], str):
        raise Malformed("digest-fields", "not a digest")
    head = wire.natural(said["head"], code="feed-compare-head", where="compare: head")
    return parse_digest(said["digest"].encode()), head


def _parse_pairs(kind: str, body: bytes, bucket: int) -> tuple[dict[str, int], int]:
    said = _fields(kind, PAIRS, body, {"head", "pairs"})
    head = wire.natural(said["head"], code="feed-compare-head", where="compare: head")
    if not isinstance(said["pairs"], list):
        raise Malformed("feed-compare-pairs", "not pairs of alert and version")
    found: dict[str, int] = {}
    for pair in said["pairs"]:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise Malformed("feed-compare-pairs", "not pairs of alert and version")
        found[pair[0]] = wire.natural(pair[1], code="feed-compare-pairs", where="compare: version")
        if bucket_of(pair[0]) != bucket:
            raise Malformed("feed-compare-pairs", "an alert of another bucket")
    if len(found) != len(said["pairs"]):
        raise Malformed("feed-compare-pairs", "an alert is named twice")
    return found, head


def _fields(kind: str, expected: str, body: bytes, names: set[str]) -> dict[str, Any]:
    said = parse_canonical(body, limit=env.BODY_LIMIT)
    if kind != expected or not isinstance(said, dict) or set(said) != names:
        raise Unverified("feed-no-digest", "the answer is not to this question")
    return said


def _check_head(head: int, position: int, peer: str) -> None:
    if head != position:
        raise Conflict(
            "feed-moved", "the feed is not where we are", where=peer, hint="pull, then compare"
        )
