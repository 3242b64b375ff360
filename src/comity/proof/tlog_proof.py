"""One entry's proof as one text file: C2SP tlog-proof (https://c2sp.org/tlog-proof), version 1.

The layout (notes in brackets)::

    c2sp.org/tlog-proof@v1
    extra YWdlLXY=                                  [optional; not authenticated]
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=    [the path, leaf's sibling first]

    comity.example/uto                              [from here the checkpoint, verbatim,
    109482                                           with the cosignatures gathered]
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

    — comity.example/uto hI2DJw...
    — witness.example/w1 TnKKVH...

``parse_tlog_proof`` accepts only what ``format_tlog_proof`` writes.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from comity.errors import Malformed, Unverified
from comity.proof import checkpoint, note, tlog
from comity.proof.cosignature import WitnessVerifier

HEADER = "c2sp.org/tlog-proof@v1"
PATH_MAX = 63
PROOF_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The entry's ``index``, its inclusion ``path``, the signed ``checkpoint`` and ``extra``."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof has shown: the entry's ``index`` in ``head``, seen by so many ``witnesses``."""

    index: int
    head: checkpoint.Checkpoint
    witnesses: int


def format_tlog_proof(proof: TlogProof) -> bytes:
    """The file's bytes."""
    lines = [HEADER]
    if proof.extra:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(node).decode() for node in proof.path]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode() + proof.checkpoint


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Read a proof, nothing verified; Malformed otherwise."""
    if len(data) > PROOF_BYTES_MAX:
        raise Malformed("tlog-proof-too-large", f"a proof of more than {PROOF_BYTES_MAX} bytes")
    top, cut, signed = data.partition(b"\n\n")
    try:
        lines = top.decode().split("\n")
    except UnicodeDecodeError:
        raise Malformed("tlog-proof-not-utf8", "the proof is not UTF-8") from None
    if not cut or lines.pop(0) != HEADER:
        raise Malformed("tlog-proof-form", "not a tlog-proof", hint=f"begins with {HEADER}")
    extra: bytes | None = b""
    if lines and lines[0].startswith("extra "):
        extra = note.decode_base64(lines.pop(0).removeprefix("extra "))
    if not extra and extra != b"":
        raise Malformed("tlog-proof-extra", "the extra data is not base64")
    index_line = lines.pop(0) if lines else ""
    index = checkpoint.parse_decimal(index_line.removeprefix("index "))
    if index is None or not index_line.startswith("index "):
        raise Malformed("tlog-proof-index", "no index line")
    path = [note.decode_base64(line) for line in lines]
    hashes = tuple(node for node in path if node is not None and len(node) == tlog.HASH_BYTES)
    if len(hashes) != len(path) or len(path) > PATH_MAX:
        raise Malformed("tlog-proof-path", "the path is not up to 63 hashes in base64")
    checkpoint.parse_checkpoint(note.split_note(signed)[0])
    found = TlogProof(index, hashes, signed, extra)
    if format_tlog_proof(found) != data:
        raise Malformed("tlog-proof-not-canonical", "not in the form in which it is written")
    return found


def check_tlog_proof(
    data: bytes,
    leaf: bytes,
    log: note.Verifier,
    *,
    witnesses: Sequence[WitnessVerifier] = (),
    quorum: int = 0,
) -> Proven:
    """Verify offline that the entry of ``leaf`` (a leaf hash) is in the ``log`` and was witnessed.

    (1) the checkpoint is signed by the log, and names it as its origin;
    (2) at least ``quorum`` of the ``witnesses`` cosigned it;
    (3) the path leads from the leaf to its root.
    Unverified otherwise, Malformed for bytes that are no proof.
    """
    proof = parse_tlog_proof(data)
    opened = note.open_note(proof.checkpoint, [log, *witnesses])
    head = checkpoint.parse_checkpoint(opened.text)
    if note.verified_by(opened, [log]) != 1 or head.origin != log.name:  # 1
        raise Unverified("tlog-proof-log", "the checkpoint is not signed by this log")
    seen = note.verified_by(opened, witnesses)
    if seen < quorum:  # 2
        raise Unverified("tlog-proof-quorum", f"{seen} of {quorum} required witnesses cosigned")
    tlog.check_inclusion(proof.path, head.size, head.root, proof.index, leaf)  # 3
    return Proven(proof.index, head, seen)
