"""Entries of a log, their proofs and the keys, in one file that a supervisor checks offline.

The file is one JSON object in canonical form (RFC 8785), at most 16 MB::

    {"claims":[{"name":"agreement","sha256":"<64 hex>","text":"..."}],
     "entries":[{"index":17,"leaf":"<base64>","proof":"<tlog-proof text>",
                 "opened":{"personal":"<base64>","salt":"<base64>"}}],
     "format":"comity-evidence/v1",
     "log":"<vkey of the log>",
     "quorum":1,
     "seal":"<signed note>",
     "witnesses":["<vkey>","<vkey>"]}

``opened`` is there where the personal part is disclosed with the entry. A claim is a text (an
agreement, a constitution, a law pack) whose hash an entry names. The seal is a note by the log's
key over ``comity-evidence/v1`` and the SHA-256 of the file without its seal: it says who made the
file and holds every byte of it together. It is no substitute for the proofs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from comity.errors import Malformed, Unverified
from comity.proof import canonical, commitment, note, tlog, tlog_proof
from comity.proof.cosignature import WitnessVerifier

FORMAT = "comity-evidence/v1"
EVIDENCE_BYTES_MAX = 16_000_000
ENTRIES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry to be shown: its ``leaf`` bytes, its tlog-``proof``, and what is ``opened``.

    ``opened`` is (salt, canonical personal part), or None where it stays closed.
    """

    leaf: bytes
    proof: bytes
    opened: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A verified entry: its ``index``, what its leaf says, and its personal part if opened."""

    index: int
    body: dict[str, Any]
    personal: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the verification and what it has shown."""

    number: int
    shown: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence proves.

    ``origin`` and ``size`` of the newest head; ``witnesses`` is the smallest number of counted
    witnesses that cosigned any head used; ``trusted`` is False where the keys are the file's own
    word, because the caller named none.
    """

    origin: str
    size: int
    witnesses: int
    trusted: bool
    entries: tuple[Shown, ...]
    claims: tuple[str, ...]
    steps: tuple[Step, ...]


def format_evidence(
    pieces: Iterable[Piece],
    signer: note.Signer,
    *,
    witnesses: Sequence[WitnessVerifier] = (),
    quorum: int = 0,
    claims: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The file's bytes; ``claims`` are (name, text). Sealed by ``signer``, the log's key."""
    body: dict[str, Any] = {
        "claims": [
            {"name": name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text}
            for name, text in claims
        ],
        "entries": [_format_piece(piece) for piece in pieces],
        "format": FORMAT,
        "log": signer.verifier.vkey,
        "quorum": quorum,
        "witnesses": [witness.vkey for witness in witnesses],
    }
    body["seal"] = note.sign_note(_seal_text(body), [signer]).decode()
    data = canonical.plain(body)
    if len(data) > EVIDENCE_BYTES_MAX:
        raise Malformed("evidence-too-large", "evidence of more than 16 MB", hint="split it")
    return data


def verify_evidence(
    data: bytes, *, trusted: Collection[str] | None = None, quorum: int | None = None
) -> Verdict:
    """Verify a file of evidence offline.

    (0) The bytes are one canonical JSON object of the known form, at most 16 MB.
    (1) The log's key is among the ``trusted`` vkeys, and only trusted witnesses count. With
        ``trusted`` None the keys are the file's own word: the caller MUST compare them by hand.
    (2) The seal is the log's, over every byte of the rest.
    (3) Each head is signed by the log and cosigned by ``quorum`` counted witnesses (None: as many
        as the file itself asks for).
    (4) Each entry's path leads from its leaf to its head, under its index; no two heads of one
        size differ, no two entries of one index.
    (5) Each leaf is an entry of the known form.
    (6) Each opened personal part is the one which its entry commits to.
    (7) Each claimed text has the hash it claims, and an entry names that hash.

    Malformed for (0) and bytes that are no proof or key, Unverified for the others. What the
    entries mean, and that nothing else was logged, is not shown by this.
    """
    body = _parse(data)  # 0
    log = note.Verifier.parse(body["log"])
    witnesses = [WitnessVerifier.parse(vkey) for vkey in body["witnesses"]]
    counted = _count_trusted(log, witnesses, trusted)  # 1
    _check_seal(body, log)  # 2
    needed = body["quorum"] if quorum is None else quorum
    proven = [
        tlog_proof.check_tlog_proof(  # 3, 4
            item["proof"].encode(),
            tlog.leaf_hash(_bytes(item["leaf"])),
            log,
            witnesses=counted,
            quorum=needed,
        )
        for item in body["entries"]
    ]
    _check_one_history(body["entries"], proven)  # 4
    shown = tuple(
        Shown(item["index"], leaf, _check_opened(item, leaf))  # 6
        for item in body["entries"]
        for leaf in [_parse_leaf(item)]  # 5
    )
    _check_claims(body["claims"], shown)  # 7
    newest = max(proven, key=lambda found: found.head.size).head
    fewest = min(found.witnesses for found in proven)
    claims = tuple(claim["name"] for claim in body["claims"])
    opened = sum("opened" in item for item in body["entries"])
    texts = (
        f"canonical, {len(data)} bytes, {len(shown)} entries",
        "the keys are trusted" if trusted is not None else "the keys are the file's own word",
        f"sealed by {log.name}",
        f"every head signed by the log and at least {fewest} of {len(counted)} witnesses",
        f"every entry is in the log of {newest.size} entries",
        "every entry is of the known form",
        f"{opened} personal parts are what was committed to",
        f"{len(claims)} texts have the hash that an entry names",
    )
    steps = tuple(Step(number, text) for number, text in enumerate(texts))
    return Verdict(log.name, newest.size, fewest, trusted is not None, shown, claims, steps)


def _parse(data: bytes) -> dict[str, Any]:
    body = canonical.parse_plain(data, limit=EVIDENCE_BYTES_MAX)
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise Malformed("evidence-form", "not a file of evidence", hint=f"format {FORMAT}")
    _check_fields(body, _TOP, "top")
    for name, fields in (("entries", _PIECE), ("claims", _CLAIM)):
        for number, item in enumerate(body[name]):
            _check_fields(item, fields, f"{name} {number}")
    for number, item in enumerate(body["entries"]):
        if "opened" in item:
            _check_fields(item["opened"], _OPENED, f"entries {number} opened")
    if not 1 <= len(body["entries"]) <= ENTRIES_MAX or body["quorum"] < 0:
        raise Malformed("evidence-form", f"evidence holds 1 to {ENTRIES_MAX} entries")
    if not all(isinstance(vkey, str) for vkey in body["witnesses"]):
        raise Malformed("evidence-form", "a witness is not a vkey", where="witnesses")
    if len(set(body["witnesses"])) != len(body["witnesses"]):
        raise Malformed("evidence-form", "a witness is named twice", where="witnesses")
    return body


_TOP: dict[str, type] = {
    "claims": list,
    "entries": list,
    "format": str,
    "log": str,
    "quorum": int,
    "seal": str,
    "witnesses": list,
}
_PIECE: dict[str, type] = {"index": int, "leaf": str, "proof": str}
_CLAIM: dict[str, type] = {"name": str, "sha256": str, "text": str}
_OPENED: dict[str, type] = {"personal": str, "salt": str}


def _check_fields(item: Any, fields: dict[str, type], where: str) -> None:
    given = set(item) - {"opened"} if isinstance(item, dict) and "proof" in item else item
    if not isinstance(item, dict) or set(given) != set(fields):
        raise Malformed("evidence-form", "fields are missing or unknown", where=where)
    for name, kind in fields.items():
        if type(item[name]) is not kind:
            raise Malformed("evidence-form", f"{name} is not of its type", where=where)


def _count_trusted(
    log: note.Verifier, witnesses: Sequence[WitnessVerifier], trusted: Collection[str] | None
) -> list[WitnessVerifier]:
    if trusted is None:
        return list(witnesses)
    if log.vkey not in trusted:
        raise Unverified("evidence-log-untrusted", "the log's key is not among the trusted ones")
    return [witness for witness in witnesses if witness.vkey in trusted]


def _seal_text(body: dict[str, Any]) -> str:
    rest = canonical.plain({name: value for name, value in body.items() if name != "seal"})
    return f"{FORMAT}\n{hashlib.sha256(rest).hexdigest()}\n"


def _check_seal(body: dict[str, Any], log: note.Verifier) -> None:
    opened = note.open_note(body["seal"].encode(), [log])
    if opened.text != _seal_text(body) or opened.unknown or len(opened.verified) != 1:
        raise Unverified("evidence-seal", "the seal is not over this file")


def _check_one_history(
    entries: Sequence[dict[str, Any]], proven: Sequence[tlog_proof.Proven]
) -> None:
    roots: dict[int, bytes] = {}
    indexes: set[int] = set()
    for item, found in zip(entries, proven, strict=True):
        if found.index != item["index"] or found.index in indexes:
            raise Unverified("evidence-index", "an entry's index is not the proven one, or twice")
        indexes.add(found.index)
        if roots.setdefault(found.head.size, found.head.root) != found.head.root:
            raise Unverified("evidence-fork", "two heads of one size differ: the log was forked")


def _parse_leaf(item: dict[str, Any]) -> dict[str, Any]:
    leaf = canonical.parse_plain(_bytes(item["leaf"]), limit=0xFFFF)
    if not isinstance(leaf, dict) or leaf.get("v") != 1 or not {"kind", "public"} <= leaf.keys():
        raise Unverified("evidence-leaf", "an entry is not of the known form")
    return leaf


def _check_opened(item: dict[str, Any], leaf: dict[str, Any]) -> Any:
    if "opened" not in item:
        return None
    salt, personal = _bytes(item["opened"]["salt"]), _bytes(item["opened"]["personal"])
    committed = leaf.get("commitment")
    made = isinstance(committed, str) and len(salt) == commitment.SALT_BYTES
    if not made or commitment.commit(salt, personal).hex() != committed:
        raise Unverified("evidence-commitment", "a personal part is not what was committed to")
    return canonical.parse_json(personal, limit=EVIDENCE_BYTES_MAX)


def _check_claims(claims: Sequence[dict[str, Any]], shown: Sequence[Shown]) -> None:
    named = {text for entry in shown for text in _texts(entry.body["public"])}
    for claim in claims:
        if hashlib.sha256(claim["text"].encode()).hexdigest() != claim["sha256"]:
            raise Unverified("evidence-claim", "a claimed text does not have its hash")
        if claim["sha256"] not in named:
            raise Unverified("evidence-claim-unbound", "no entry names a claimed text's hash")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = list(value.values()) if isinstance(value, dict) else value
    return [text for part in parts for text in _texts(part)] if isinstance(parts, list) else []


def _bytes(encoded: str) -> bytes:
    decoded = note.decode_base64(encoded)
    if decoded is None:
        raise Malformed("evidence-form", "not base64")
    return decoded


def _format_piece(piece: Piece) -> dict[str, Any]:
    item: dict[str, Any] = {
        "index": tlog_proof.parse_tlog_proof(piece.proof).index,
        "leaf": base64.b64encode(piece.leaf).decode(),
        "proof": piece.proof.decode(),
    }
    if piece.opened is not None:
        salt, personal = piece.opened
        item["opened"] = {
            "personal": base64.b64encode(personal).decode(),
            "salt": base64.b64encode(salt).decode(),
        }
    return item
