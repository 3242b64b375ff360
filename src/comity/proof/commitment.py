"""A salted commitment: what stands in the log in place of what may not stand there.

``commit`` is HMAC-SHA256 under 32 random bytes of salt. With the salt gone nobody can tell which
personal part was meant (a plain hash of a name or a passport number is guessable), and the tree
over the commitments still verifies: EDPB Guidelines 02/2025 on erasure.
"""

from __future__ import annotations

import hmac

SALT_BYTES = 32


def commit(salt: bytes, personal: bytes) -> bytes:
    """32 bytes that bind to ``personal`` and say nothing about it without the ``salt``."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hmac.digest(salt, personal, "sha256")


def opens(commitment: bytes, salt: bytes, personal: bytes) -> bool:
    """Whether ``commitment`` is to ``personal`` under ``salt``."""
    return len(salt) == SALT_BYTES and hmac.compare_digest(commitment, commit(salt, personal))
