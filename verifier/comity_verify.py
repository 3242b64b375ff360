#!/usr/bin/env python3
# Cut by tools/cut_verifier.py out of the project's code. Do not edit: change that, and cut.
# ruff: noqa
# mypy: ignore-errors
"""Comity's verifier for a supervisor: one file; needs Python 3.11 and ``cryptography`` alone.

    python comity_verify.py BUNDLE [--trust KEYS] [--quorum N] [--show]
    python comity_verify.py DIRECTORY --trust KEYS [--quorum N]

BUNDLE is a file of evidence. DIRECTORY is a whole log, as ``checkpoint`` and ``tile/entries/…``
(C2SP tlog-tiles); every entry of it is hashed anew. KEYS is a text file with one key (vkey) on each
line: those of the log and of the witnesses which you trust; take them from paper, not from whoever
sent you the bundle. Without it the keys are the bundle's own word, and the last line says so.
``--quorum`` asks for so many witnesses, whatever the bundle asks for. ``--show`` prints entries.

One line for each step. Exit status: 0 verified, 1 refused, 2 the files cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Protocol


# --- comity.errors -------------------------------------------------------------------------------


class ComityError(Exception):
    """The root: ``code``, ``what``, and where known ``where`` and ``hint``."""

    def __init__(self, code: str, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(code, what, where, hint)
        self.code = code
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """One line: ``where: what (hint) [code]``."""
        place = f"{self.where}: " if self.where else ""
        remedy = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{remedy} [{self.code}]"

    def __reduce__(self) -> tuple[object, ...]:
        """Pass from process to process whole: the default would lose what is named by keyword."""
        return _again, (type(self), self.as_dict())

    def as_dict(self) -> dict[str, str]:
        """The same as a mapping with the keys code, what, where, hint; for ``--json`` and HTTP."""
        return {"code": self.code, "what": self.what, "where": self.where, "hint": self.hint}


class Malformed(ComityError):
    """Bytes, text or a field are not what the format says."""


class Unverified(ComityError):
    """A signature, hash, proof or certificate does not hold."""


def _again(kind: type[ComityError], said: dict[str, str]) -> ComityError:
    return kind(**said)


# --- comity.proof.canonical ----------------------------------------------------------------------


DEPTH_MAX = 32


_INT_MAX = 2**53 - 1


_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


_BRACKET = re.compile(r"[\[\]{}]")


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def plain(value: Any) -> bytes:
    """``canonical`` for the part of JSON which every implementation writes alike.

    That is: ASCII keys, no fractions. What stands in the log and in evidence is kept to it, so that
    a supervisor's verifier needs no library for RFC 8785. Malformed otherwise.
    """
    try:
        if _is_plain(value, DEPTH_MAX):
            return _encode(value).encode()
    except (UnicodeError, RecursionError):
        pass
    raise Malformed(
        "json-not-plain",
        "a fraction, a key that is not ASCII, or a value without a JSON form",
        hint="write amounts as whole numbers or text, and keys in ASCII",
    )


def parse_plain(data: bytes, *, limit: int) -> Any:
    """Read JSON which ``plain`` would have written; Malformed otherwise."""
    value = parse_json(data, limit=limit)
    if plain(value) != data:
        raise Malformed("json-not-canonical", "JSON, but not in its canonical form (RFC 8785)")
    return value


def parse_json(data: bytes, *, limit: int) -> Any:
    """Read JSON of at most ``limit`` bytes: UTF-8, no duplicate keys, no NaN, depth ≤ 32.

    Malformed otherwise. Nothing of the content is repeated in the error.
    """
    if len(data) > limit:
        raise Malformed("json-too-large", f"larger than {limit} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("json-not-utf8", "not UTF-8", where=f"byte {error.start}") from None
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_int=_parse_int,
            parse_float=_parse_float,
        )
    except json.JSONDecodeError as error:
        raise Malformed(
            "json-syntax", "not JSON", where=f"line {error.lineno} column {error.colno}"
        ) from None
    except RecursionError:
        raise Malformed("json-too-deep", "nested too deeply") from None


def _is_plain(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_INT_MAX <= value <= _INT_MAX)
    if depth == 0:
        raise RecursionError
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii() or not _is_plain(item, depth - 1):
                return False
        return True
    if kind is list or kind is tuple:
        return all(_is_plain(item, depth - 1) for item in value)
    return False


def _check_depth(text: str) -> None:
    # Counted before parsing: the parser would meet the interpreter's own limit, which varies.
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH_MAX:
            raise Malformed("json-too-deep", f"nested deeper than {DEPTH_MAX}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("json-duplicate-key", "an object names one key twice")
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise Malformed("json-not-a-number", "NaN and Infinity are not JSON")


def _parse_int(digits: str) -> int:
    if len(digits) > 17 or not -_INT_MAX <= int(digits) <= _INT_MAX:
        raise Malformed("json-number-range", "a whole number beyond 2^53 - 1")
    return int(digits)


def _parse_float(digits: str) -> float:
    number = float(digits)
    if len(digits) > 40 or number in (float("inf"), float("-inf")):
        raise Malformed("json-number-range", "a number out of range")
    return number


# --- comity.proof.note ---------------------------------------------------------------------------


ED25519 = 0x01


SIGNATURES_MAX = 100


NOTE_BYTES_MAX = 1 << 20


_VKEY_CHARS_MAX = 2100


_DASH = "— "


class NoteVerifier(Protocol):
    """What ``open_note`` needs of a key: its name, its id, and whether a signature holds."""

    @property
    def name(self) -> str:
        """The key name."""

    @property
    def key_id(self) -> bytes:
        """Four bytes."""

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (without the key id) is this key's over ``text``."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, under which key id (4 bytes), and the signature's bytes."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """The line as it stands in a note, newline included."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """An opened note: its ``text``, the signatures that were ``verified``, and the others."""

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public Ed25519 key: ``name`` and 32 bytes ``public``."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name or key that no note could carry."""
        check_name(self.name)
        if len(self.public) != 32:
            raise Malformed("note-key-length", "an Ed25519 public key has 32 bytes")

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read a vkey of type 0x01; Malformed otherwise."""
        name, public = parse_vkey(vkey, ED25519)
        return cls(name, public)

    @property
    def key_id(self) -> bytes:
        """The key id, 4 bytes."""
        return key_id(self.name, ED25519, self.public)

    @property
    def vkey(self) -> str:
        """The key as text."""
        return format_vkey(self.name, ED25519, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (64 bytes) is this key's over ``text``."""
        return ed25519_verifies(self.public, text, signature)


def open_note(data: bytes, verifiers: Iterable[NoteVerifier]) -> Note:
    """Read a note and verify it.

    Signatures of unknown keys are ignored; one of a known key that does not verify refuses the
    whole note, as does the absence of any that does (Unverified). Malformed for other bytes.
    """
    known: dict[tuple[str, bytes], NoteVerifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) is not verifier:
            raise Malformed("note-key-ambiguous", "two trusted keys share name and id")
    text, signatures = split_note(data)
    body = text.encode()
    verified: dict[tuple[str, bytes], Signature] = {}
    unknown: list[Signature] = []
    for signature in signatures:
        identity = (signature.name, signature.key_id)
        if identity not in known:
            unknown.append(signature)
        elif not known[identity].verifies(body, signature.value):
            raise Unverified("note-signature", "a known key's signature does not hold")
        else:
            verified.setdefault(identity, signature)
    if not verified:
        raise Unverified("note-unsigned", "no trusted key signed the note")
    return Note(text, tuple(verified.values()), tuple(unknown))


def split_note(data: bytes) -> tuple[str, tuple[Signature, ...]]:
    """The text and the signature lines of a note, nothing verified; Malformed otherwise."""
    if len(data) > NOTE_BYTES_MAX:
        raise Malformed("note-too-large", f"a note of more than {NOTE_BYTES_MAX} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Malformed("note-not-utf8", "the note is not UTF-8") from None
    cut = whole.rfind("\n\n")
    if cut < 0 or not whole.endswith("\n"):
        raise Malformed("note-form", "not a signed note", hint="text, empty line, signature lines")
    text, lines = whole[: cut + 1], whole[cut + 2 :].split("\n")[:-1]
    _check_text(text)
    if not lines or len(lines) > SIGNATURES_MAX:
        raise Malformed("note-signature-count", f"a note has 1 to {SIGNATURES_MAX} signatures")
    return text, tuple(parse_signature(line) for line in lines)


def parse_signature(line: str) -> Signature:
    """Read one signature line (without its newline); Malformed otherwise."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    material = decode_base64(encoded)
    if not line.startswith(_DASH) or material is None or len(material) < 5:
        raise Malformed("note-signature-line", "not a signature line", hint="— <name> <base64>")
    check_name(name)
    return Signature(name, material[:4], material[4:])


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name || 0x0A || type || public key)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def format_vkey(name: str, kind: int, public: bytes) -> str:
    """``<name>+<id>+<base64(type || public key)>``."""
    encoded = base64.b64encode(bytes([kind]) + public).decode()
    return f"{name}+{key_id(name, kind, public).hex()}+{encoded}"


def parse_vkey(vkey: str, kind: int, *, size: int = 32) -> tuple[str, bytes]:
    """(name, public key of ``size`` bytes) of a vkey of type ``kind``; Malformed otherwise."""
    bad = Malformed("note-vkey", "not a verifier key", hint="<name>+<id>+<base64>")
    parts = vkey.split("+", 2)
    if len(parts) != 3 or len(vkey) > _VKEY_CHARS_MAX:
        raise bad
    name, identity, encoded = parts
    material = decode_base64(encoded)
    if material is None or len(material) not in (33, 1 + size):
        raise bad
    if material[0] != kind or len(material) != 1 + size:
        raise Malformed("note-vkey-type", f"a key of type {material[0]:#04x}, not {kind:#04x}")
    check_name(name)
    if key_id(name, kind, material[1:]).hex() != identity:
        raise Malformed("note-vkey-id", "the key id does not fit the key")
    return name, material[1:]


def check_name(name: str) -> None:
    """Malformed unless ``name`` may stand in a note."""
    spoiled = any(char.isspace() or char == "+" or char < " " for char in name)
    if not name or spoiled or len(name) > 255:
        raise Malformed("note-key-name", "not a key name", hint="no spaces, no plus sign")


def decode_base64(encoded: str) -> bytes | None:
    """The bytes of standard, padded, canonical base64 (RFC 4648 section 4); None otherwise."""
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == encoded else None


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that of the 32-byte key ``public`` over ``message`` (RFC 8032)."""
    if len(signature) != 64:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verified_by(note: Note, verifiers: Sequence[NoteVerifier]) -> int:
    """How many of the ``verifiers`` signed ``note``."""
    signed = {(signature.name, signature.key_id) for signature in note.verified}
    return sum((verifier.name, verifier.key_id) in signed for verifier in verifiers)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise Malformed("note-text", "not a note's text: newline at its end, no controls")


# --- comity.proof.cosignature --------------------------------------------------------------------


COSIGNATURE_V1 = 0x04


SUBTREE_V1 = 0x06


_PUBLIC_BYTES = {COSIGNATURE_V1: 32, SUBTREE_V1: 1312}


_SIGNED_BYTES = {COSIGNATURE_V1: 8 + 64, SUBTREE_V1: 8 + 2420}


@dataclass(frozen=True, slots=True)
class WitnessVerifier:
    """A witness's public key: ``name``, ``public`` (32 bytes, or 1,312 for type 0x06), ``kind``."""

    name: str
    public: bytes
    kind: int = COSIGNATURE_V1

    def __post_init__(self) -> None:
        """Refuse a name or key that no note could carry."""
        check_name(self.name)
        if len(self.public) != _PUBLIC_BYTES.get(self.kind):
            raise Malformed("note-key-length", "a witness's public key has 32 or 1312 bytes")

    @classmethod
    def parse(cls, vkey: str) -> WitnessVerifier:
        """Read a vkey of type 0x04 or 0x06; Malformed otherwise."""
        kind = SUBTREE_V1 if len(vkey) > 1000 else COSIGNATURE_V1
        name, public = parse_vkey(vkey, kind, size=_PUBLIC_BYTES[kind])
        return cls(name, public, kind)

    @property
    def key_id(self) -> bytes:
        """The key id, 4 bytes."""
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """The key as text."""
        return format_vkey(self.name, self.kind, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (time first) is this witness's over ``text``."""
        if len(signature) != _SIGNED_BYTES[self.kind] or signature[0] & 0x80:
            return False
        at, made = int.from_bytes(signature[:8], "big"), signature[8:]
        if self.kind == COSIGNATURE_V1:
            return ed25519_verifies(self.public, _message(text, at), made)
        message = _head_message(self.name, text, at)
        # Time 0 would say that larger trees may have been seen: no statement for a witness.
        return message is not None and at > 0 and mldsa44_verifies(self.public, message, made)


def subtree_message(witness: str, at: int, head: Checkpoint, *, start: int = 0) -> bytes:
    """What a type 0x06 key signs for the entries ``start`` to ``head.size`` - 1.

    ``head.root`` is then the root of that subtree; a head as a whole starts at 0.
    """
    name, origin = witness.encode(), head.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\x00",
            len(name).to_bytes(1, "big"),
            name,
            at.to_bytes(8, "big"),
            len(origin).to_bytes(1, "big"),
            origin,
            start.to_bytes(8, "big"),
            head.size.to_bytes(8, "big"),
            head.root,
        )
    )


def mldsa44_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that of the 1,312-byte key ``public`` over ``message``."""
    try:
        # Here, so that a supervisor's older library still verifies what has no such signature.
        from cryptography.hazmat.primitives.asymmetric.mldsa import (  # noqa: PLC0415
            MLDSA44PublicKey,
        )
    except ImportError:
        raise Unverified(
            "mldsa-missing", "ML-DSA needs a newer library", hint="install cryptography 50"
        ) from None
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(text: bytes, signed_at: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % signed_at + text


def _head_message(witness: str, text: bytes, at: int) -> bytes | None:
    try:
        head = parse_checkpoint(text.decode())
    except (Malformed, UnicodeDecodeError):
        return None
    fits = len(witness.encode()) < 256 and len(head.origin.encode()) < 256
    return subtree_message(witness, at, head) if fits and not head.extensions else None


# --- comity.proof.tlog ---------------------------------------------------------------------------


HASH_BYTES = 32


EMPTY_ROOT = hashlib.sha256(b"").digest()


SIZE_MAX = 2**63 - 1


Node = tuple[int, int, bytes]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 2.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The O(log n) that appending needs: ``size`` and the complete subtrees, largest first.

    ``hashes`` holds one hash for each set bit of ``size``.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse hashes that do not fit the size."""
        if not 0 <= self.size <= SIZE_MAX or len(self.hashes) != self.size.bit_count():
            raise ValueError("frontier does not fit its size")

    def grow(self, leaf_hashes: Iterable[bytes]) -> tuple[Frontier, list[Node]]:
        """Append leaves; return the new frontier and every node that became complete, in order."""
        stack = list(self.hashes)
        size = self.size
        complete: list[Node] = []
        sha256 = hashlib.sha256
        for leaf in leaf_hashes:
            complete.append((0, size, leaf))
            node, level, index = leaf, 0, size
            while index & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                level, index = level + 1, index >> 1
                complete.append((level, index, node))
            stack.append(node)
            size += 1
        return Frontier(size, tuple(stack)), complete

    def root(self) -> bytes:
        """The root of the tree of ``size`` entries."""
        if not self.hashes:
            return EMPTY_ROOT
        result = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            result = node_hash(left, result)
        return result


def check_inclusion(
    proof: Sequence[bytes], size: int, root_hash: bytes, index: int, leaf: bytes
) -> None:
    """Unverified unless ``proof`` leads from ``leaf`` (a leaf hash) to ``root_hash``.

    RFC 9162 2.1.3.2, its steps 1 to 5.
    """
    if not 0 <= index < size <= SIZE_MAX:  # 1
        raise Unverified("inclusion-index", "the index lies outside the tree")
    fn, sn, result = index, size - 1, leaf  # 2, 3
    for sibling in proof:  # 4
        if sn == 0:
            raise Unverified("inclusion-length", "the inclusion proof is too long")
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or result != root_hash:  # 5
        raise Unverified("inclusion-root", "the inclusion proof does not lead to the root")


# --- comity.proof.checkpoint ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``origin`` names the log; ``size`` entries have the root hash ``root`` (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text; Malformed otherwise."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or "" in lines[:-1]:
        raise Malformed("checkpoint-form", "not a checkpoint", hint="origin, size and root lines")
    origin, digits, encoded, *extensions = lines[:-1]
    root = decode_base64(encoded)
    if root is None or len(root) != HASH_BYTES:
        raise Malformed("checkpoint-root", "not a SHA-256 hash in base64", where="line 3")
    size = parse_decimal(digits)
    if size is None:
        raise Malformed("checkpoint-size", "not a tree size", where="line 2")
    return Checkpoint(origin, size, root, tuple(extensions))


def parse_decimal(digits: str) -> int | None:
    """A number 0 to 2^63 - 1 in ASCII digits without leading zeroes; None otherwise."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > 19:
        return None
    number = int(digits)
    return number if str(number) == digits and number <= SIZE_MAX else None


# --- comity.proof.commitment ---------------------------------------------------------------------


SALT_BYTES = 32


def commit(salt: bytes, personal: bytes) -> bytes:
    """32 bytes that bind to ``personal`` and say nothing about it without the ``salt``."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hmac.digest(salt, personal, "sha256")


# --- comity.proof.tlog_proof ---------------------------------------------------------------------


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
    head: Checkpoint
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
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
    if not extra and extra != b"":
        raise Malformed("tlog-proof-extra", "the extra data is not base64")
    index_line = lines.pop(0) if lines else ""
    index = parse_decimal(index_line.removeprefix("index "))
    if index is None or not index_line.startswith("index "):
        raise Malformed("tlog-proof-index", "no index line")
    path = [decode_base64(line) for line in lines]
    hashes = tuple(node for node in path if node is not None and len(node) == HASH_BYTES)
    if len(hashes) != len(path) or len(path) > PATH_MAX:
        raise Malformed("tlog-proof-path", "the path is not up to 63 hashes in base64")
    parse_checkpoint(split_note(signed)[0])
    found = TlogProof(index, hashes, signed, extra)
    if format_tlog_proof(found) != data:
        raise Malformed("tlog-proof-not-canonical", "not in the form in which it is written")
    return found


def check_tlog_proof(
    data: bytes,
    leaf: bytes,
    log: Verifier,
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
    opened = open_note(proof.checkpoint, [log, *witnesses])
    head = parse_checkpoint(opened.text)
    if verified_by(opened, [log]) != 1 or head.origin != log.name:  # 1
        raise Unverified("tlog-proof-log", "the checkpoint is not signed by this log")
    seen = verified_by(opened, witnesses)
    if seen < quorum:  # 2
        raise Unverified("tlog-proof-quorum", f"{seen} of {quorum} required witnesses cosigned")
    check_inclusion(proof.path, head.size, head.root, proof.index, leaf)  # 3
    return Proven(proof.index, head, seen)


# --- comity.proof.tile ---------------------------------------------------------------------------


HEIGHT = 8


WIDTH = 1 << HEIGHT


ENTRY_BYTES_MAX = 0xFFFF


ENTRIES = -1


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Tile ``index`` at ``level`` (0..63, or ENTRIES), with ``width`` 1..256 hashes or entries."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        """Refuse what no log serves."""
        if not (ENTRIES <= self.level <= 63 and self.index >= 0 and 1 <= self.width <= WIDTH):
            raise ValueError("no such tile")


def tile_path(tile: Tile) -> str:
    """``tile/<L>/<N>[.p/<W>]``, as in ``tile/0/x001/x234/067.p/8``."""
    digits = f"{tile.index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    return f"tile/{level}/{number}" + ("" if tile.width == WIDTH else f".p/{tile.width}")


def parse_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle of 1 to 256; Malformed otherwise."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or at + 2 > len(bundle):
            raise Malformed("tile-entries", "the entry bundle is cut short")
        entries.append(bundle[at + 2 : end])
        at = end
    if not 1 <= len(entries) <= WIDTH:
        raise Malformed("tile-entries", "an entry bundle has 1 to 256 entries")
    return entries


# --- comity.proof.audit --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Audit:
    """What a replay has shown: the log's ``head``, how many ``witnesses`` cosigned it, and how
    many entries of each kind it holds, by name.
    """

    head: Checkpoint
    witnesses: int
    kinds: tuple[tuple[str, int], ...]


def audit_log(
    signed: bytes,
    bundles: Iterable[bytes],
    log: Verifier,
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
    opened = open_note(signed, [log, *witnesses])
    head = parse_checkpoint(opened.text)
    if verified_by(opened, [log]) != 1 or head.origin != log.name:  # 1
        raise Unverified("audit-log", "the checkpoint is not signed by this log")
    seen = verified_by(opened, witnesses)
    if seen < quorum:  # 2
        raise Unverified("audit-quorum", f"{seen} of {quorum} required witnesses cosigned")
    frontier = Frontier()
    kinds: Counter[str] = Counter()
    for bundle in bundles:
        entries = parse_entries(bundle)
        if frontier.size % WIDTH or frontier.size + len(entries) > head.size:  # 3
            raise Unverified("audit-size", "the bundles hold other entries than the head says")
        kinds.update(_kind(entry, frontier.size + n) for n, entry in enumerate(entries))  # 4
        frontier, _ = frontier.grow(leaf_hash(entry) for entry in entries)
    if frontier.size != head.size:  # 3
        raise Unverified("audit-size", "the bundles hold other entries than the head says")
    if frontier.root() != head.root:  # 5
        raise Unverified("audit-root", "the entries do not have the head's root")
    return Audit(head, seen, tuple(sorted(kinds.items())))


def _kind(entry: bytes, seq: int) -> str:
    where = f"entry {seq}"
    try:
        body = parse_plain(entry, limit=ENTRY_BYTES_MAX)
    except Malformed:
        raise Unverified("audit-entry", "an entry is not canonical JSON", where=where) from None
    if not isinstance(body, dict) or body.get("v") != 1 or type(body.get("kind")) is not str:
        raise Unverified("audit-entry", "an entry is not of the known form", where=where)
    return str(body["kind"])


# --- comity.proof.evidence -----------------------------------------------------------------------


FORMAT = "comity-evidence/v1"


EVIDENCE_BYTES_MAX = 16_000_000


ENTRIES_MAX = 10_000


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
    log = Verifier.parse(body["log"])
    witnesses = [WitnessVerifier.parse(vkey) for vkey in body["witnesses"]]
    counted = _count_trusted(log, witnesses, trusted)  # 1
    _check_seal(body, log)  # 2
    needed = body["quorum"] if quorum is None else quorum
    proven = [
        check_tlog_proof(  # 3, 4
            item["proof"].encode(),
            leaf_hash(_bytes(item["leaf"])),
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
    body = parse_plain(data, limit=EVIDENCE_BYTES_MAX)
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
    log: Verifier, witnesses: Sequence[WitnessVerifier], trusted: Collection[str] | None
) -> list[WitnessVerifier]:
    if trusted is None:
        return list(witnesses)
    if log.vkey not in trusted:
        raise Unverified("evidence-log-untrusted", "the log's key is not among the trusted ones")
    return [witness for witness in witnesses if witness.vkey in trusted]


def _seal_text(body: dict[str, Any]) -> str:
    rest = plain({name: value for name, value in body.items() if name != "seal"})
    return f"{FORMAT}\n{hashlib.sha256(rest).hexdigest()}\n"


def _check_seal(body: dict[str, Any], log: Verifier) -> None:
    opened = open_note(body["seal"].encode(), [log])
    if opened.text != _seal_text(body) or opened.unknown or len(opened.verified) != 1:
        raise Unverified("evidence-seal", "the seal is not over this file")


def _check_one_history(
    entries: Sequence[dict[str, Any]], proven: Sequence[Proven]
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
    leaf = parse_plain(_bytes(item["leaf"]), limit=0xFFFF)
    if not isinstance(leaf, dict) or leaf.get("v") != 1 or not {"kind", "public"} <= leaf.keys():
        raise Unverified("evidence-leaf", "an entry is not of the known form")
    return leaf


def _check_opened(item: dict[str, Any], leaf: dict[str, Any]) -> Any:
    if "opened" not in item:
        return None
    salt, personal = _bytes(item["opened"]["salt"]), _bytes(item["opened"]["personal"])
    committed = leaf.get("commitment")
    made = isinstance(committed, str) and len(salt) == SALT_BYTES
    if not made or commit(salt, personal).hex() != committed:
        raise Unverified("evidence-commitment", "a personal part is not what was committed to")
    return parse_json(personal, limit=EVIDENCE_BYTES_MAX)


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
    decoded = decode_base64(encoded)
    if decoded is None:
        raise Malformed("evidence-form", "not base64")
    return decoded


# --- tools.verifier_command ----------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """Verify a file or a directory; print the steps; return the exit status."""
    parser = argparse.ArgumentParser(description="verify evidence, or a whole log, offline")
    parser.add_argument("subject", metavar="BUNDLE|DIRECTORY")
    parser.add_argument("--trust", metavar="KEYS", help="file with one trusted key on each line")
    parser.add_argument("--quorum", type=int, help="witnesses required, whatever the file asks")
    parser.add_argument("--show", action="store_true", help="print what the entries say")
    options = parser.parse_args(arguments)
    try:
        keys = None if options.trust is None else _read(options.trust).decode("ascii").split()
        if Path(options.subject).is_dir():
            _audit(Path(options.subject), keys, options.quorum or 0)
        else:
            _verify(_read(options.subject), keys, options.quorum, show=options.show)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text of keys"
        sys.stderr.write(f"comity-verify: cannot read the files: {reason}\n")
        return 2
    except ComityError as error:
        sys.stderr.write(f"comity-verify: refused: {error}\n")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever the bytes provoke is a refusal in one line
        sys.stderr.write(f"comity-verify: refused: {type(error).__name__} [verifier-failed]\n")
        return 1
    return 0


def _read(path: str | Path) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(EVIDENCE_BYTES_MAX + 1)


def _verify(data: bytes, keys: list[str] | None, quorum: int | None, *, show: bool) -> None:
    verdict = verify_evidence(data, trusted=keys, quorum=quorum)
    for step in verdict.steps:
        sys.stdout.write(f"({step.number}) {step.shown}\n")
    if show:
        for entry in verdict.entries:
            line = {"index": entry.index, "entry": entry.body, "personal": entry.personal}
            sys.stdout.write(json.dumps(line, sort_keys=True) + "\n")
    if keys is None:
        sys.stdout.write("verified, BUT compare the keys by hand: none were named with --trust\n")
    else:
        sys.stdout.write("verified\n")


def _audit(directory: Path, keys: list[str] | None, quorum: int) -> None:
    if keys is None:
        raise Unverified("audit-untrusted", "a whole log needs --trust: it names no keys itself")
    signed = _read(directory / "checkpoint")
    head = parse_checkpoint(split_note(signed)[0])
    witnesses = [WitnessVerifier.parse(key) for key in keys if _is_witness(key)]
    logs = [Verifier.parse(key) for key in keys if not _is_witness(key)]
    log = next((log for log in logs if log.name == head.origin), None)
    if log is None:
        raise Unverified("audit-untrusted", "no trusted key is that of this log")
    found = audit_log(
        signed, _bundles(directory, head.size), log, witnesses=witnesses, quorum=quorum
    )
    sys.stdout.write(f"(1) signed by {log.name}\n(2) cosigned by {found.witnesses} witnesses\n")
    sys.stdout.write(f"(3) {head.size} entries\n(4) of the known form\n(5) with the head's root\n")
    for kind, count in found.kinds:
        sys.stdout.write(f"{json.dumps(kind)}: {count}\n")
    sys.stdout.write("verified\n")


def _is_witness(key: str) -> bool:
    # The name holds no plus sign, the base64 may.
    material = decode_base64(key.split("+", 2)[-1])
    return (material or b"\x00")[0] in (COSIGNATURE_V1, SUBTREE_V1)


def _bundles(directory: Path, size: int) -> Iterator[bytes]:
    for index in range(-(-size // WIDTH)):
        width = min(WIDTH, size - index * WIDTH)
        path = tile_path(Tile(ENTRIES, index, width))
        try:
            yield _read(directory / path)
        except FileNotFoundError:
            raise Malformed("audit-missing", "a bundle of entries is missing", where=path) from None


if __name__ == "__main__":
    sys.exit(main())
