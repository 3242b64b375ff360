"""A witness's timestamped signature: C2SP tlog-cosignature, ``cosignature/v1``, type 0x04.

It says: at this time, the largest consistent tree this witness has seen under this origin is the
one in this checkpoint. The signature's bytes are the POSIX time in seconds (8 bytes, big-endian)
and 64 bytes of Ed25519 over::

    cosignature/v1
    time 1679315147
    <the checkpoint's text, newline included>

The key has a vkey of its own (type 0x04); the same seed may not serve two witnesses.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.errors import Malformed
from comity.proof import note

COSIGNATURE_V1 = 0x04
_TIME_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WitnessVerifier:
    """A witness's public key: ``name`` and 32 bytes ``public``."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name or key that no note could carry."""
        note.check_name(self.name)
        if len(self.public) != 32:
            raise Malformed("note-key-length", "an Ed25519 public key has 32 bytes")

    @classmethod
    def parse(cls, vkey: str) -> WitnessVerifier:
        """Read a vkey of type 0x04; Malformed otherwise."""
        name, public = note.parse_vkey(vkey, COSIGNATURE_V1)
        return cls(name, public)

    @property
    def key_id(self) -> bytes:
        """The key id, 4 bytes."""
        return note.key_id(self.name, COSIGNATURE_V1, self.public)

    @property
    def vkey(self) -> str:
        """The key as text."""
        return note.format_vkey(self.name, COSIGNATURE_V1, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (72 bytes, time first) is this witness's over ``text``."""
        if len(signature) != 72 or signature[0] & 0x80:
            return False
        signed_at = int.from_bytes(signature[:8], "big")
        return note.ed25519_verifies(self.public, _message(text, signed_at), signature[8:])


class WitnessSigner:
    """A witness's private key; ``at`` is set by ``cosign``, since the time is signed too."""

    __slots__ = ("_key", "key_id", "name", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != 32:
            raise Malformed("note-key-length", "an Ed25519 seed has 32 bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = WitnessVerifier(name, self._key.public_key().public_bytes_raw())
        self.name = name
        self.key_id = self.verifier.key_id

    def cosign(self, text: str, *, at: int) -> note.Signature:
        """The cosignature over a checkpoint's ``text`` at POSIX second ``at``."""
        if not 0 <= at <= _TIME_MAX:
            raise ValueError("time out of range")
        signature = self._key.sign(_message(text.encode(), at))
        return note.Signature(self.name, self.key_id, at.to_bytes(8, "big") + signature)

    def __repr__(self) -> str:
        """The public half only."""
        return f"WitnessSigner({self.verifier.vkey})"


def cosigned_at(signature: note.Signature) -> int:
    """The POSIX second of a cosignature line; Malformed if it is no cosignature/v1."""
    if len(signature.value) != 72 or signature.value[0] & 0x80:
        raise Malformed("cosignature-form", "not a cosignature/v1")
    return int.from_bytes(signature.value[:8], "big")


def _message(text: bytes, signed_at: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % signed_at + text
