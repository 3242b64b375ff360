"""The entries of one transaction: numbered as they come, written and hashed just before it commits.

A batch hangs on the connection of ``Store.write``. Savepoints that roll back take their entries
with them, whoever made the savepoint.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from comity.errors import Conflict, Malformed
from comity.proof import canonical, checkpoint, commitment, note, tile, tlog
from comity.record import vault
from comity.record.tables import log_entry, log_head, log_tile, record_key

FIELD = "entry"
"""The field name under which an entry's personal part is sealed (version 0)."""

PERSONAL = frozenset(
    "address biometrics birth birth_date birth_place birthplace born contact date_of_birth dob "
    "document_number documents_held email face family_name fingerprint fingerprints first_name "
    "forenames full_name given_name given_names iris last_name mrz name names nationality "
    "passport passport_number person phone photo place_of_birth sex surname traveller".split()
)
"""Fields which the public part of an entry may not have, at any depth: a net under those who write
entries, no substitute for thinking.
"""

_BATCH = "ledger"
_MARKS = "savepoints"


@dataclass(frozen=True, slots=True)
class Item:
    """What to append: see ``Ledger.append``."""

    kind: str
    public: dict[str, Any]
    personal: dict[str, Any] | None = None
    subject: str | None = None
    record_id: str | None = None


@dataclass(slots=True)
class Batch:
    """Entries from number ``first`` on, not yet written."""

    first: int
    frontier: tlog.Frontier
    minute: str
    entries: list[dict[str, object]] = field(default_factory=list)
    keys: list[tuple[int, dict[str, object]]] = field(default_factory=list)

    @property
    def next(self) -> int:
        """The number the next entry will have."""
        return self.first + len(self.entries)

    def cut(self, following: int) -> None:
        """Forget the entries numbered ``following`` and above."""
        del self.entries[following - self.first :]
        while self.keys and self.keys[-1][0] >= following:
            self.keys.pop()


def watch_savepoints(engine: Engine) -> None:
    """Keep the batches on ``engine`` in step with its savepoints."""
    # Several ledgers may share a store: one set of listeners is enough, and twice is an error.
    if event.contains(engine, "savepoint", _on_savepoint):
        return
    event.listen(engine, "savepoint", _on_savepoint)
    event.listen(engine, "rollback_savepoint", _on_rollback)


def batch_of(conn: Connection) -> Batch | None:
    """The batch on this connection, if an entry was appended in its transaction."""
    found = conn.info.get(_BATCH)
    return found if isinstance(found, Batch) else None


def begin(conn: Connection, safe: vault.Vault, now: datetime.datetime) -> Batch:
    """Start the batch of the transaction which ``conn`` is in."""
    safe.follow(conn)
    head = conn.execute(select(log_head.c.size, log_head.c.frontier)).one()
    batch = Batch(head.size, read_frontier(head.size, head.frontier), f"{now:%Y-%m-%dT%H:%MZ}")
    conn.info[_BATCH] = batch
    return batch


def end(conn: Connection) -> None:
    """Forget the batch: it is written, or rolled back."""
    conn.info.pop(_BATCH, None)


def add(conn: Connection, batch: Batch, safe: vault.Vault, item: Item) -> int:
    """Number, seal and hold one entry; returns its number."""
    seq = batch.next
    record_id = item.record_id or f"entry:{seq}"
    body: dict[str, Any] = {
        "v": 1,
        "kind": item.kind,
        "time": batch.minute,
        "public": item.public,
    }
    key: vault.FreshKey | None = None
    sealed: bytes | None = None
    if item.subject is not None:
        body["tag"] = subject_tag(safe, conn, item.subject, seq)
    if item.personal is not None:
        salt = os.urandom(commitment.SALT_BYTES)
        secret = canonical.canonical(item.personal)
        body["commitment"] = commitment.commit(salt, secret).hex()
        key = safe.fresh_key(record_id) if item.record_id is None else None
        aead = safe.key(conn, record_id) if key is None else key.aead
        # The salt is sealed with what it hides: deleting one key erases both.
        sealed = vault.encrypt(aead, vault.Sealing(record_id, FIELD, 0, salt + secret))
    _refuse_personal(item.public)
    leaf = canonical.plain(body)
    if len(leaf) > tile.ENTRY_BYTES_MAX:
        raise Malformed("entry-too-large", "an entry's public part has at most 65535 bytes")
    batch.entries.append(
        {
            "seq": seq,
            "kind": item.kind,
            "leaf": leaf,
            "record_id": None if sealed is None else record_id,
            "sealed": sealed,
        }
    )
    if key is not None:
        batch.keys.append((seq, key.row))
    return seq


def subject_tag(safe: vault.Vault, conn: Connection, subject: str, seq: int) -> str:
    """The tag of entry ``seq`` about ``subject``: linkable only with the subject's key.

    Made by sealing nothing under the subject's key with the entry's number as nonce, which never
    comes twice under that key: 32 hex digits.
    """
    record_id = f"subject:{subject}"
    if not safe.has_key(conn, record_id):
        safe.new_key(conn, record_id)
    return _tag(safe.key(conn, record_id), seq)


def find_subject(conn: Connection, safe: vault.Vault, subject: str) -> list[int]:
    """The numbers of the entries tagged with ``subject``'s key; every entry is looked at."""
    record_id = f"subject:{subject}"
    if not safe.has_key(conn, record_id):
        return []
    key = safe.key(conn, record_id)
    rows = conn.execute(select(log_entry.c.seq, log_entry.c.leaf).order_by(log_entry.c.seq))
    # The tag is searched as text: parsing a million leaves would take minutes.
    return [row.seq for row in rows if f'"tag":"{_tag(key, row.seq)}"'.encode() in row.leaf]


def write(conn: Connection, batch: Batch, safe: vault.Vault, signer: note.Signer) -> None:
    """Write what the batch holds: entries, keys, tiles, and the new signed head."""
    if not batch.entries:
        return
    conn.execute(insert(log_entry), batch.entries)
    if batch.keys:
        safe.follow(conn)
        if any(row["kek"] != safe.current for _, row in batch.keys):
            raise Conflict("kek-rotated", "the keys were rotated after an entry was appended")
        conn.execute(insert(record_key), [row for _, row in batch.keys])
    leaves = [tlog.leaf_hash(row["leaf"]) for row in batch.entries]  # type: ignore[arg-type]
    grown, nodes = batch.frontier.grow(leaves)
    _write_tiles(conn, batch.first, nodes)
    head = checkpoint.Checkpoint(signer.name, grown.size, grown.root())
    changed = conn.execute(
        # Compare and swap: the write lock makes a second writer impossible; should it ever fail,
        # two entries with one number would be a fork, so nothing may be committed then.
        update(log_head)
        .where(log_head.c.size == batch.first)
        .values(
            size=grown.size,
            frontier=b"".join(grown.hashes),
            note=note.sign_note(checkpoint.format_checkpoint(head), [signer]),
        )
    )
    if changed.rowcount != 1:
        raise Conflict("ledger-raced", "another writer moved the log's head")


def read_frontier(size: int, hashes: bytes) -> tlog.Frontier:
    """The frontier as ``log_head`` stores it."""
    return tlog.Frontier(size, tuple(hashes[i : i + 32] for i in range(0, len(hashes), 32)))


def load_tile(conn: Connection, level: int, index: int) -> bytes:
    """The hashes of a tile as far as it is filled; empty if there is none."""
    found = select(log_tile.c.hashes).where(log_tile.c.level == level, log_tile.c.index == index)
    return conn.execute(found).scalar() or b""


def _refuse_personal(value: Any) -> None:
    if isinstance(value, dict):
        if found := PERSONAL & value.keys():
            raise Malformed(
                "entry-public-personal",
                "the public part of an entry has a field for personal data",
                where=min(found),
                hint="give it as the personal part",
            )
        for inner in value.values():
            _refuse_personal(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_personal(inner)


def _tag(key: AESGCM, seq: int) -> str:
    return key.encrypt(seq.to_bytes(12, "big"), b"", b"tag").hex()


def _write_tiles(conn: Connection, first: int, nodes: Sequence[tlog.Node]) -> None:
    tiles: dict[tuple[int, int], bytearray] = {}
    for level, index, node in nodes:
        if level % tile.HEIGHT:
            continue
        key = (level // tile.HEIGHT, index // tile.WIDTH)
        if key not in tiles:
            started = index % tile.WIDTH != 0
            tiles[key] = bytearray(load_tile(conn, *key) if started else b"")
        if len(tiles[key]) != index % tile.WIDTH * tlog.HASH_BYTES:
            raise Conflict("ledger-tile", "a tile does not fit the log's head", where=f"{first}")
        tiles[key] += node
    rows = [
        {"level": level, "index": index, "hashes": bytes(hashes)}
        for (level, index), hashes in tiles.items()
    ]
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    upsert = dialect.insert(log_tile)
    conn.execute(
        upsert.on_conflict_do_update(
            index_elements=["level", "index"], set_={"hashes": upsert.excluded.hashes}
        ),
        rows,
    )


def _on_savepoint(conn: Connection, _name: str | None) -> None:
    # SQLAlchemy tells the name only at the end of a savepoint; they are numbered from 1 on each
    # connection, and a write has a connection of its own.
    batch = batch_of(conn)
    conn.info.setdefault(_MARKS, []).append(None if batch is None else batch.next)


def _on_rollback(conn: Connection, name: str, _context: None) -> None:
    batch = batch_of(conn)
    if batch is None:
        return
    mark = conn.info[_MARKS][int(name.rpartition("_")[2]) - 1]
    if mark is None or mark < batch.first:
        # The savepoint is older than the batch (or than a flush): none of it stands.
        end(conn)
    else:
        batch.cut(mark)
