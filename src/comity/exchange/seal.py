"""Seal bytes to one node: HPKE (RFC 9180) with ML-KEM-768 and X25519 together.

One suite, no choice on the wire: MLKEM768-X25519, HKDF-SHA256, AES-256-GCM, base mode, as
`cryptography` ships it. Asylum data must stay secret for decades, so what is recorded on the wire
today must not open to a quantum computer later; the hybrid costs 1,136 bytes and some 20 µs.

A node keeps one 32-byte secret. The X25519 key is the secret itself, the ML-KEM seed is derived
from it (HKDF-SHA256), so backing up and rotating a node's key stays backing up 32 bytes.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.errors import Malformed, Unverified

OVERHEAD = 1136
PUBLIC_SIZE = 1184 + 32
SECRET_SIZE = 32

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class SealKey:
    """A node's private key for sealed bodies. Never shows its secret."""

    __slots__ = ("_private", "public")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_SIZE:
            raise Malformed("seal-secret-size", "a seal secret is 32 bytes")
        seed = HKDF(hashes.SHA256(), 64, salt=None, info=b"comity/v1 ml-kem-768 seed")
        kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed.derive(secret))
        curve = x25519.X25519PrivateKey.from_private_bytes(secret)
        self._private = hpke.MLKEM768X25519PrivateKey(kem, curve)
        raw = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        self.public = base64.b64encode(raw).decode("ascii")

    def __repr__(self) -> str:
        return "SealKey(…)"

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """The plaintext; `Unverified` when key, bytes or ``info`` are not those of the sealing."""
        try:
            return _SUITE.decrypt(sealed, self._private, info)
        except (InvalidTag, ValueError) as error:
            raise Unverified("seal-not-ours", "the seal does not open with this key") from error


def seal(public: str, plaintext: bytes, info: bytes) -> bytes:
    """Seal to ``public`` (base64, as in a card); ``info`` must be repeated exactly to open."""
    try:
        return _SUITE.encrypt(plaintext, _public_key(public), info)
    except ValueError as error:
        raise Malformed("seal-public-weak", "nothing can be sealed to this key") from error


def check_public(public: str) -> None:
    """Raise `Malformed` unless ``public`` is canonical base64 of a usable key.

    By sealing to it: a point of small order has the right form and fails only then.
    """
    seal(public, b"", b"comity/v1 trial")


def _public_key(public: str) -> hpke.MLKEM768X25519PublicKey:
    try:
        raw = base64.b64decode(public, validate=True)
        if len(raw) != PUBLIC_SIZE or base64.b64encode(raw).decode("ascii") != public:
            raise Malformed("seal-public-form", "not a seal key: 1,216 bytes in base64")
        return hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(raw[:1184]),
            x25519.X25519PublicKey.from_public_bytes(raw[1184:]),
        )
    except (ValueError, binascii.Error) as error:
        raise Malformed("seal-public-form", "not a seal key: 1,216 bytes in base64") from error
