"""A whole log, replayed offline: every entry, the head, the witnesses.

The log comes as C2SP tlog-tiles serve it: its checkpoint and its entry bundles. Tiles of hashes
are not needed, since every hash is computed anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.errors import Malformed, Unverified
from comity.proof import canonical, checkpoint, note, tile, tlog
from comity.proof.cosignature import WitnessVerifier


@dataclass(frozen=True, slots=True)
class Audit:
    """What a replay has shown: the log's ``head``, how many ``witnesses`` cosigned it, and how
    many entries of each kind it holds, by name.
    """

    head: checkpoint.Checkpoint
    witnesses: int
    kinds: tuple[tuple[str, int], ...]


def audit_log(
    signed: bytes,
    bundles: Iterable[bytes],
    log: note.Verifier,
    *,
    witnesses: Sequence[WitnessVerifier] = (),
    quorum: int = 0,
) -> Audit:
    """Replay a log out of its checkpoint (``signed``) and all its entry bundles, in order.

    (1) The checkpoint is signed by the log, and names it as its origin.
    (2) At least ``quorum`` of the ``witnesses`` cosigned it.
    (3) Each bundle but the last is full, and together they hold as many entries as the head says.
    (4) Each entry is of the known form.
    (5) The tree over the entries has the head's root.
    Unverified otherwise, Malformed for bytes that are no checkpoint or bundle.
    """
    opened = note.open_note(signed, [log, *witnesses])
    head = checkpoint.parse_checkpoint(opened.text)
    if note.verified_by(opened, [log]) != 1 or head.origin != log.name:  # 1
        raise Unverified("audit-log", "the checkpoint is not signed by this log")
    seen = note.verified_by(opened, witnesses)
    if seen < quorum:  # 2
        raise Unverified("audit-quorum", f"{seen} of {quorum} required witnesses cosigned")
    frontier = tlog.Frontier()
    kinds: Counter[str] = Counter()
    for bundle in bundles:
        entries = tile.parse_entries(bundle)
        if frontier.size % tile.WIDTH or frontier.size + len(entries) > head.size:  # 3
            raise Unverified("audit-size", "the bundles hold other entries than the head says")
        kinds.update(_kind(entry, frontier.size + n) for n, entry in enumerate(entries))  # 4
        frontier, _ = frontier.grow(tlog.leaf_hash(entry) for entry in entries)
    if frontier.size != head.size:  # 3
        raise Unverified("audit-size", "the bundles hold other entries than the head says")
    if frontier.root() != head.root:  # 5
        raise Unverified("audit-root", "the entries do not have the head's root")
    return Audit(head, seen, tuple(sorted(kinds.items())))


def _kind(entry: bytes, seq: int) -> str:
    where = f"entry {seq}"
    try:
        body = canonical.parse_plain(entry, limit=tile.ENTRY_BYTES_MAX)
    except Malformed:
        raise Unverified("audit-entry", "an entry is not canonical JSON", where=where) from None
    if not isinstance(body, dict) or body.get("v") != 1 or type(body.get("kind")) is not str:
        raise Unverified("audit-entry", "an entry is not of the known form", where=where)
    return str(body["kind"])
