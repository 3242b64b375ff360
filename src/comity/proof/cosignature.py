"""A witness's timestamped signature: C2SP tlog-cosignature, types 0x04 and 0x06.

It says: at this time, the largest consistent tree this witness has seen under this origin is the
one in this checkpoint. The signature's bytes are the POSIX time in seconds (8 bytes, big-endian)
and what the key makes of a message.

Type 0x04, ``cosignature/v1``: 64 bytes of Ed25519 over::

    cosignature/v1
    time 1679315147
    <the checkpoint's text, newline included>

Type 0x06, ``subtree/v1``: 2,420 bytes of ML-DSA-44 (FIPS 204), which no quantum computer forges,
over the concatenation of ``subtree/v1``, 0x0A, 0x00; the witness's name after its length (1 byte);
the time (8 bytes); the origin after its length (1 byte); start 0 and end, the tree's size (8 bytes
each); the root hash. It says nothing of extension lines, so a checkpoint with such is not accepted.

A key has a vkey with its own type; one seed may not serve two witnesses.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from comity.errors import Malformed, Unverified
from comity.proof import checkpoint, note

COSIGNATURE_V1 = 0x04
SUBTREE_V1 = 0x06
_PUBLIC_BYTES = {COSIGNATURE_V1: 32, SUBTREE_V1: 1312}
_SIGNED_BYTES = {COSIGNATURE_V1: 8 + 64, SUBTREE_V1: 8 + 2420}
_TIME_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WitnessVerifier:
    """A witness's public key: ``name``, ``public`` (32 bytes, or 1,312 for type 0x06), ``kind``."""

    name: str
    public: bytes
    kind: int = COSIGNATURE_V1

    def __post_init__(self) -> None:
        """Refuse a name or key that no note could carry."""
        note.check_name(self.name)
        if len(self.public) != _PUBLIC_BYTES.get(self.kind):
            raise Malformed("note-key-length", "a witness's public key has 32 or 1312 bytes")

    @classmethod
    def parse(cls, vkey: str) -> WitnessVerifier:
        """Read a vkey of type 0x04 or 0x06; Malformed otherwise."""
        kind = SUBTREE_V1 if len(vkey) > 1000 else COSIGNATURE_V1
        name, public = note.parse_vkey(vkey, kind, size=_PUBLIC_BYTES[kind])
        return cls(name, public, kind)

    @property
    def key_id(self) -> bytes:
        """The key id, 4 bytes."""
        return note.key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """The key as text."""
        return note.format_vkey(self.name, self.kind, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (time first) is this witness's over ``text``."""
        if len(signature) != _SIGNED_BYTES[self.kind] or signature[0] & 0x80:
            return False
        at, made = int.from_bytes(signature[:8], "big"), signature[8:]
        if self.kind == COSIGNATURE_V1:
            return note.ed25519_verifies(self.public, _message(text, at), made)
        message = _head_message(self.name, text, at)
        # Time 0 would say that larger trees may have been seen: no statement for a witness.
        return message is not None and at > 0 and mldsa44_verifies(self.public, message, made)


class WitnessSigner:
    """A witness's private key, out of a ``seed`` of 32 bytes."""

    __slots__ = ("_key", "key_id", "name", "verifier")

    def __init__(self, name: str, seed: bytes, kind: int = COSIGNATURE_V1) -> None:
        if len(seed) != 32:
            raise Malformed("note-key-length", "a witness's seed has 32 bytes")
        self._key: Ed25519PrivateKey | MLDSA44PrivateKey = (
            Ed25519PrivateKey.from_private_bytes(seed)
            if kind == COSIGNATURE_V1
            else MLDSA44PrivateKey.from_seed_bytes(seed)
        )
        self.verifier = WitnessVerifier(name, self._key.public_key().public_bytes_raw(), kind)
        self.name = name
        self.key_id = self.verifier.key_id

    def cosign(self, text: str, *, at: int) -> note.Signature:
        """The cosignature over a checkpoint's ``text`` at POSIX second ``at``."""
        if not 0 < at <= _TIME_MAX:
            raise ValueError("time out of range")
        body = text.encode()
        kind = self.verifier.kind
        ed25519 = kind == COSIGNATURE_V1
        message = _message(body, at) if ed25519 else _head_message(self.name, body, at)
        if message is None:
            raise Malformed("cosignature-head", "not a checkpoint that this key can cosign")
        signed = at.to_bytes(8, "big") + self._key.sign(message)
        return note.Signature(self.name, self.key_id, signed)

    def __repr__(self) -> str:
        """The public half only."""
        return f"WitnessSigner({self.name}+{self.key_id.hex()})"


def cosigned_at(signature: note.Signature) -> int:
    """The POSIX second of a cosignature line; Malformed if it is none."""
    if len(signature.value) not in _SIGNED_BYTES.values() or signature.value[0] & 0x80:
        raise Malformed("cosignature-form", "not a cosignature")
    return int.from_bytes(signature.value[:8], "big")


def subtree_message(witness: str, at: int, head: checkpoint.Checkpoint, *, start: int = 0) -> bytes:
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
        head = checkpoint.parse_checkpoint(text.decode())
    except (Malformed, UnicodeDecodeError):
        return None
    fits = len(witness.encode()) < 256 and len(head.origin.encode()) < 256
    return subtree_message(witness, at, head) if fits and not head.extensions else None
