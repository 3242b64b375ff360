"""Per-record keys and sealing. Erasing a record is deleting its key.

Each record has a key of its own (DEK, 32 random bytes), which stands in the store wrapped by the
node's key-encryption key (KEK). Sealed bytes are ``nonce (12) || AES-256-GCM ciphertext``; the
associated data is ``record NUL field NUL version``, so that sealed bytes moved to another row,
field or version do not open. Old backups hold wrapped keys only: after ``rotate`` and the
destruction of the old KEK they open nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from comity.errors import Conflict, NotFound, Unavailable, Unverified
from comity.record.tables import record_key, setting

KEY_BYTES = 32
_NONCE_BYTES = 12
_TIED = select(setting.c.value).where(setting.c.name == "kek")
_CHUNK = 500
"""Rows fetched by one statement: SQLite and PostgreSQL both bind that many."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What to seal: ``plaintext`` of ``field`` in ``version`` of record ``record_id``."""

    record_id: str
    field: str
    version: int
    plaintext: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed bytes and where they belong."""

    record_id: str
    field: str
    version: int
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A key that is made but not stored yet: what seals, and the row that will store it."""

    aead: AESGCM
    row: dict[str, object]


class Vault:
    """Seals and opens under ``kek`` (32 bytes); ``former`` KEKs still open what they wrapped."""

    def __init__(self, kek: bytes, *, former: Iterable[bytes] = ()) -> None:
        self._keks = {kek_id(key): AESGCM(key) for key in (*former, kek)}
        self._current = kek_id(kek)

    @property
    def current(self) -> str:
        """The id of the KEK that wraps new keys."""
        return self._current

    def bind(self, conn: Connection) -> None:
        """Tie a new store to this KEK, or refuse (Unverified) a store tied to an unknown one."""
        tied = conn.execute(_TIED).scalar()
        if tied is None:
            conn.execute(insert(setting).values(name="kek", value=self._current))
        elif tied not in self._keks:
            raise Unverified("kek-wrong", "the store's keys are wrapped by another KEK")

    def follow(self, conn: Connection) -> None:
        """Wrap new keys under the KEK that the store is tied to, as a writer must.

        Unavailable if another process has rotated it away: a key wrapped by a destroyed KEK would
        never open again.
        """
        tied = conn.execute(_TIED).scalar()
        if tied in self._keks:
            self._current = tied
        elif tied is not None:
            raise Unavailable(
                "kek-rotated",
                "the keys were rotated since this vault was opened",
                hint="open the node again",
            )

    def new_key(self, conn: Connection, record_id: str) -> None:
        """Make the key of a new record; Conflict if it has one."""
        self.new_keys(conn, [record_id])

    def new_keys(self, conn: Connection, record_ids: Sequence[str]) -> None:
        """Make the keys of new records; Conflict, and none made, if any has one already."""
        if not record_ids:
            return
        self.follow(conn)
        self._refuse_known(conn, record_ids)
        conn.execute(insert(record_key), [self.fresh_key(item).row for item in record_ids])

    def fresh_key(self, record_id: str) -> FreshKey:
        """A key for ``record_id`` whose row the caller inserts (into ``record_key``)."""
        dek = os.urandom(KEY_BYTES)
        nonce = os.urandom(_NONCE_BYTES)
        wrapped = nonce + self._keks[self._current].encrypt(nonce, dek, _wrap_data(record_id))
        row: dict[str, object] = {"record_id": record_id, "kek": self._current, "wrapped": wrapped}
        return FreshKey(AESGCM(dek), row)

    def seal(
        self, conn: Connection, record_id: str, field: str, version: int, plaintext: bytes
    ) -> bytes:
        """The sealed bytes; NotFound ``record-erased`` where the record has no key."""
        return self.seal_many(conn, [Sealing(record_id, field, version, plaintext)])[0]

    def seal_many(self, conn: Connection, items: Sequence[Sealing]) -> list[bytes]:
        """``seal`` for many records with a few statements, in the order given."""
        keys = self._load(conn, [item.record_id for item in items])
        return [encrypt(keys[item.record_id], item) for item in items]

    def seal_new(self, conn: Connection, items: Sequence[Sealing]) -> list[bytes]:
        """``new_keys`` for the records of ``items`` and ``seal_many``, in one pass."""
        fresh = {item.record_id: self.fresh_key(item.record_id) for item in items}
        if not fresh:
            return []
        self.follow(conn)
        self._refuse_known(conn, list(fresh))
        conn.execute(insert(record_key), [key.row for key in fresh.values()])
        return [encrypt(fresh[item.record_id].aead, item) for item in items]

    def open(
        self, conn: Connection, record_id: str, field: str, version: int, ciphertext: bytes
    ) -> bytes:
        """The plaintext; Unverified if tampered with or moved, NotFound ``record-erased``."""
        return self.open_many(conn, [Sealed(record_id, field, version, ciphertext)])[0]

    def open_many(self, conn: Connection, items: Sequence[Sealed]) -> list[bytes]:
        """``open`` for many records with a few statements, in the order given."""
        keys = self._load(conn, [item.record_id for item in items])
        return [decrypt(keys[item.record_id], item) for item in items]

    def key(self, conn: Connection, record_id: str) -> AESGCM:
        """The record's key as a cipher; NotFound ``record-erased``."""
        return self._load(conn, [record_id])[record_id]

    def has_key(self, conn: Connection, record_id: str) -> bool:
        """Whether the record can be opened still."""
        found = select(record_key.c.record_id).where(record_key.c.record_id == record_id)
        return conn.execute(found).first() is not None

    def erase(self, conn: Connection, record_id: str) -> bool:
        """Delete the record's key: nothing sealed under it opens again. False if there was none.

        The bytes leave the disk with ``Store.purge`` and the backups with the next ``rotate``.
        """
        gone = conn.execute(delete(record_key).where(record_key.c.record_id == record_id))
        return gone.rowcount > 0

    def rotate(self, conn: Connection, new_kek: bytes) -> int:
        """Wrap every key anew under ``new_kek`` and return how many; in the caller's transaction.

        If that rolls back, both KEKs go on opening here and the next writer follows the store; the
        old one is to be destroyed only once the transaction has committed (``keyring.rotate_kek``
        does both in the safe order).
        """
        identity = kek_id(new_kek)
        fresh = AESGCM(new_kek)
        # Known first: rows of either KEK open whatever becomes of the transaction.
        self._keks[identity] = fresh
        count, last = 0, ""
        change = (
            update(record_key)
            .where(record_key.c.record_id == bindparam("key_of"))
            .values(kek=identity, wrapped=bindparam("anew"))
        )
        page = select(record_key).order_by(record_key.c.record_id).limit(5000)
        while rows := conn.execute(page.where(record_key.c.record_id > last)).all():
            changes = []
            for row in rows:
                nonce = os.urandom(_NONCE_BYTES)
                dek = self._unwrap(row.record_id, row.kek, row.wrapped)
                anew = nonce + fresh.encrypt(nonce, dek, _wrap_data(row.record_id))
                changes.append({"key_of": row.record_id, "anew": anew})
            conn.execute(change, changes)
            count, last = count + len(rows), rows[-1].record_id
        conn.execute(update(setting).where(setting.c.name == "kek").values(value=identity))
        self._current = identity
        return count

    def keys(self, conn: Connection, record_ids: Iterable[str]) -> dict[str, AESGCM]:
        """The keys of those records, as ciphers; erased ones are left out."""
        wanted = list(dict.fromkeys(record_ids))
        found: dict[str, AESGCM] = {}
        for i in range(0, len(wanted), _CHUNK):
            chunk = wanted[i : i + _CHUNK]
            for row in conn.execute(select(record_key).where(record_key.c.record_id.in_(chunk))):
                found[row.record_id] = AESGCM(self._unwrap(row.record_id, row.kek, row.wrapped))
        return found

    def _load(self, conn: Connection, record_ids: Sequence[str]) -> dict[str, AESGCM]:
        found = self.keys(conn, record_ids)
        if len(found) != len(set(record_ids)):
            raise NotFound("record-erased", "the record has no key: it was erased, or never was")
        return found

    def _unwrap(self, record_id: str, kek: str, wrapped: bytes) -> bytes:
        if kek not in self._keks:
            raise Unverified("kek-wrong", "the record's key is wrapped by another KEK")
        try:
            return self._keks[kek].decrypt(
                wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], _wrap_data(record_id)
            )
        except InvalidTag:
            raise Unverified("record-key-tampered", "a record's key does not unwrap") from None

    def _refuse_known(self, conn: Connection, record_ids: Sequence[str]) -> None:
        for i in range(0, len(record_ids), _CHUNK):
            chunk = record_ids[i : i + _CHUNK]
            known = select(record_key.c.record_id).where(record_key.c.record_id.in_(chunk))
            if conn.execute(known).first() is not None:
                raise Conflict("record-key-exists", "the record has a key already")

    def __repr__(self) -> str:
        """The KEK's id only."""
        return f"Vault({self._current})"


def kek_id(kek: bytes) -> str:
    """16 hex digits that name a KEK and say nothing of it."""
    if len(kek) != KEY_BYTES:
        raise ValueError("a KEK has 32 bytes")
    return hashlib.sha256(b"comity kek\x00" + kek).hexdigest()[:16]


def encrypt(aead: AESGCM, item: Sealing) -> bytes:
    """``nonce || ciphertext`` of ``item`` under a record's key."""
    nonce = os.urandom(_NONCE_BYTES)
    bound = _seal_data(item.record_id, item.field, item.version)
    return nonce + aead.encrypt(nonce, item.plaintext, bound)


def decrypt(aead: AESGCM, item: Sealed) -> bytes:
    """The plaintext of ``item`` under a record's key; Unverified if it was touched or moved."""
    sealed = item.ciphertext
    bound = _seal_data(item.record_id, item.field, item.version)
    try:
        return aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise Unverified(
            "sealed-tampered", "sealed bytes do not open: altered, or moved from elsewhere"
        ) from None


def _wrap_data(record_id: str) -> bytes:
    return b"dek\x00" + record_id.encode()


def _seal_data(record_id: str, field: str, version: int) -> bytes:
    if "\x00" in record_id or "\x00" in field:
        raise ValueError("no NUL in a record's id or a field's name")
    return f"{record_id}\x00{field}\x00{version}".encode()
