"""Prove that two nodes hold the same alerts, without sending them again.

A digest of a set of (alert id, version) does not depend on order: each pair is hashed, the hashes
are sorted within 256 buckets (by the first byte of the alert id's hash), each bucket is hashed and
so is the whole with its count. Equal roots mean equal sets; unequal ones differ in the buckets
which `differing` names, so that only those need to be compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from comity.errors import Malformed
from comity.exchange import wire
from comity.proof.canonical import canonical, parse_canonical

BUCKETS = 256
SIZE_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Digest:
    """``count`` pairs, the ``root`` over all, and 256 hashes of ``buckets`` (hex)."""

    count: int
    root: str
    buckets: tuple[str, ...]


def digest_of(pairs: Iterable[tuple[str, int]]) -> Digest:
    """The digest of a set of (alert id, version); a pair given twice counts once."""
    filled: list[set[bytes]] = [set() for _ in range(BUCKETS)]
    for alert_id, version in pairs:
        raw = alert_id.encode()
        # Length first: no two pairs have the same bytes.
        pair = b"%d:%s:%d" % (len(raw), raw, version)
        filled[bucket_of(alert_id)].add(hashlib.sha256(pair).digest())
    buckets = tuple(hashlib.sha256(b"".join(sorted(each))).hexdigest() for each in filled)
    count = sum(map(len, filled))
    return Digest(count, _root(count, buckets), buckets)


def bucket_of(alert_id: str) -> int:
    """The bucket, 0 to 255, in which an alert of this id is counted."""
    return hashlib.sha256(alert_id.encode()).digest()[0]


def differing(ours: Digest, theirs: Digest) -> list[int]:
    """The buckets in which the two sets differ; empty if the sets are the same."""
    pairs = zip(ours.buckets, theirs.buckets, strict=True)
    return [number for number, (a, b) in enumerate(pairs) if a != b]


def format_digest(digest: Digest) -> bytes:
    """As canonical JSON, for an envelope's body."""
    return canonical({"buckets": list(digest.buckets), "count": digest.count, "root": digest.root})


def parse_digest(data: bytes) -> Digest:
    """The inverse of `format_digest`; `Malformed` unless the root is that of the buckets."""
    said = parse_canonical(data, limit=SIZE_LIMIT)
    if not isinstance(said, dict) or set(said) != {"buckets", "count", "root"}:
        raise Malformed("digest-fields", "not a digest")
    buckets = said["buckets"]
    if not isinstance(buckets, list) or len(buckets) != BUCKETS:
        raise Malformed("digest-buckets", "a digest has 256 buckets")
    for bucket in buckets:
        wire.matching(bucket, wire.HASH, code="digest-buckets", where="digest: buckets")
    count = wire.natural(said["count"], code="digest-count", where="digest: count")
    digest = Digest(count, _root(count, tuple(buckets)), tuple(buckets))
    if said["root"] != digest.root:
        raise Malformed("digest-root", "the root is not that of the buckets")
    return digest


def _root(count: int, buckets: tuple[str, ...]) -> str:
    return hashlib.sha256(f"{count}\n{''.join(buckets)}".encode()).hexdigest()
