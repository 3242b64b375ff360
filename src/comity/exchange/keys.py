"""The keys of this room, kept in the node's keyring as files.

seal.key            32-byte secret which opens what is sealed to us, 64 hex digits
seal.old            the one before, while peers may still hold our former card
tls-authority.key   the private key of our certificate authority, PEM
tls-authority.pem   its certificate, as it stands in our card, PEM
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence

from comity.errors import Malformed
from comity.exchange import tls
from comity.exchange.home import Home
from comity.exchange.seal import SECRET_SIZE, SealKey
from comity.record.keyring import Keyring

SEAL = "seal.key"
SEAL_OLD = "seal.old"
AUTHORITY_KEY = "tls-authority.key"
AUTHORITY_CERT = "tls-authority.pem"


def make_keys(keyring: Keyring, code: str, now: datetime.datetime) -> None:
    """Make the keys that are missing; those that are there stay. Safe to repeat after a crash."""
    if not keyring.has(SEAL):
        keyring.write(SEAL, os.urandom(SECRET_SIZE))
    if not keyring.has(AUTHORITY_CERT):
        made = tls.make_authority(code, now)
        # The certificate last: with it the pair is complete, and until then nobody has seen it.
        keyring.destroy(AUTHORITY_KEY)
        keyring.write(AUTHORITY_KEY, made.key_pem)
        keyring.write(AUTHORITY_CERT, made.cert_pem)


def open_home(keyring: Keyring, code: str) -> Home:
    """Our own side as the keyring has it; `NotFound` where `make_keys` has not been."""
    names = [SEAL, SEAL_OLD] if keyring.has(SEAL_OLD) else [SEAL]
    keys = tuple(SealKey(_secret(keyring, name)) for name in names)
    return Home(code, keyring.signer, keys)


def open_authority(keyring: Keyring) -> tls.Certified:
    """Our certificate authority."""
    return tls.Certified(keyring.read(AUTHORITY_KEY), keyring.read(AUTHORITY_CERT))


def issue_leaf(
    keyring: Keyring, code: str, hosts: Sequence[str], now: datetime.datetime
) -> tls.Certified:
    """A fresh leaf of 90 days for ``hosts``: at each start, and again before it runs out."""
    return tls.issue(open_authority(keyring), code, hosts, now)


def rotate_seal(keyring: Keyring) -> None:
    """A new seal key; the former still opens until `retire_seal`. Then send peers a new card."""
    keyring.destroy(SEAL_OLD)
    keyring.write(SEAL_OLD, _secret(keyring, SEAL))
    keyring.replace(SEAL, os.urandom(SECRET_SIZE))


def retire_seal(keyring: Keyring) -> None:
    """Destroy the former seal key: what was sealed to it and not yet opened is lost for good."""
    keyring.destroy(SEAL_OLD)


def _secret(keyring: Keyring, name: str) -> bytes:
    secret = keyring.read(name)
    if len(secret) != SECRET_SIZE:
        raise Malformed("key-form", "not a secret of 32 bytes", where=name)
    return secret
