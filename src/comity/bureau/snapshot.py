"""The index of a node, sealed on the disk, so that a node which holds many alerts starts at once.

The file is ``nonce (12) || AES-256-GCM``; inside, the entry up to which the index has followed the
log (8 bytes), the length of the alerts on objects (8) and these (JSON), then the flat arrays of the
index of persons. The key is derived from the store's, the log's origin
is bound in. It only saves time: a file that is missing, of another store, another version or
damaged is not used, and the index is built from the store.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.bureau.objects import Objects
from comity.errors import ComityError
from comity.match.index import Index

WORTH = 2_000
"""An index of fewer alerts is built as fast as a snapshot is opened."""

_NONCE = 12
_PLACE = 8


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Where the snapshot of one node lies, and the key that seals it."""

    file: Path
    origin: str
    cipher: AESGCM

    @classmethod
    def of(cls, file: Path, origin: str, store_key: bytes) -> Snapshots:
        """Derive the key from the store's: whoever opens the one opens the other."""
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"comity/v2 index snapshot")
        return cls(file, origin, AESGCM(derived.derive(store_key)))

    def save(self, index: Index, objects: Objects, seen: int) -> None:
        """Put the indexes, as they stand after entry ``seen``, in the last snapshot's place."""
        things = objects.dump()
        parts = [seen.to_bytes(_PLACE, "big"), len(things).to_bytes(_PLACE, "big"), things]
        index.dump(lambda part: parts.append(bytes(part)))
        nonce = os.urandom(_NONCE)
        sealed = self.cipher.encrypt(nonce, b"".join(parts), self.origin.encode())
        fresh = self.file.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(nonce + sealed)
        fresh.replace(self.file)

    def load(self) -> tuple[Index, Objects, int] | None:
        """Give the indexes and the entry they have followed to, or None where it must be built."""
        try:
            sealed = self.file.read_bytes()
            plain = bytearray(
                self.cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self.origin.encode())
            )
            seen = int.from_bytes(plain[:_PLACE], "big")
            first = 2 * _PLACE + int.from_bytes(plain[_PLACE : 2 * _PLACE], "big")
            objects = Objects.load(bytes(plain[2 * _PLACE : first]))
            # Copied to a fresh buffer: the arrays want their alignment from its beginning.
            return Index.load(bytearray(plain[first:])), objects, seen
        except (OSError, InvalidTag, ValueError, ComityError):
            return None

    def drop(self) -> None:
        """Remove the snapshot: an alert it holds has ended, and may not lie on the disk."""
        self.file.unlink(missing_ok=True)
