"""The one oracle: everything in a store that can be re-verified, re-verified from nothing.

(1) The head is a note signed by the log's key, under the log's origin.
(2) The entries are numbered 0 to size - 1 without gap, each leaf is canonical JSON of the known
    form and agrees with its row; their tree has the head's root, and the frontier is its frontier.
(3) The tiles are those of that tree, no more and no less.
(4) Each cosigned head is a state of that tree and signed by the log's key.
(5) Each row of state that names an entry names one of this log.
(6) Given the vault: each personal part that can still be opened is what was committed to, and no
    key stands for an entry that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from comity.errors import Malformed, Unverified
from comity.proof import canonical, checkpoint, commitment, note, tile, tlog
from comity.record import batch
from comity.record.store import Store
from comity.record.tables import (
    STATEFUL,
    log_cosigned,
    log_entry,
    log_head,
    log_tile,
    record_key,
)
from comity.record.vault import Sealed, Vault, decrypt

_PAGE = 1024
_REQUIRED = {"v", "kind", "time", "public"}
_OPTIONAL = {"commitment", "tag"}


def check_ledger(store: Store, vkey: str, *, vault: Vault | None = None) -> int:
    """Re-verify the whole store by the steps above; return the log's size.

    Unverified, with ``where`` naming the first thing that does not hold.
    """
    verifier = note.Verifier.parse(vkey)
    with store.read() as conn:
        head = _check_head(conn, verifier)  # 1
        grown = _check_entries(conn, vault)  # 2, 6
        row = conn.execute(select(log_head)).one()
        if grown.size != head.size or grown.root() != head.root:
            raise _broken("the entries do not have the head's root", "head")
        if batch.read_frontier(row.size, row.frontier) != grown:
            raise _broken("the frontier is not that of the entries", "head")
        _check_tiles(conn, grown.size)  # 3
        _check_cosigned(conn, verifier, grown.size)  # 4
        _check_state(conn, grown.size)  # 5
        if vault is not None:
            _check_keys(conn, grown.size)  # 6
    return head.size


def _broken(what: str, where: str) -> Unverified:
    return Unverified("ledger-broken", what, where=where)


def _check_head(conn: Connection, verifier: note.Verifier) -> checkpoint.Checkpoint:
    rows = conn.execute(select(log_head)).all()
    if len(rows) != 1:
        raise _broken("the log has no head, or several", "head")
    row = rows[0]
    opened = note.open_note(bytes(row.note), [verifier])
    head = checkpoint.parse_checkpoint(opened.text)
    if not head.origin == row.origin == verifier.name or head.size != row.size:
        raise _broken("the head's note is not about this head", "head")
    return head


def _pages(conn: Connection) -> Iterator[Sequence[Row[Any]]]:
    start = 0
    page = select(log_entry).order_by(log_entry.c.seq).limit(_PAGE)
    while rows := conn.execute(page.where(log_entry.c.seq >= start)).all():
        yield rows
        start = rows[-1].seq + 1


def _check_entries(conn: Connection, vault: Vault | None) -> tlog.Frontier:
    frontier = tlog.Frontier()
    for rows in _pages(conn):
        for expected, row in enumerate(rows, frontier.size):
            if row.seq != expected:
                raise _broken("an entry is missing", f"entry {expected}")
        bodies = [_check_leaf(row) for row in rows]
        if vault is not None:
            _check_personal(conn, vault, rows, bodies)
        frontier, nodes = frontier.grow(tlog.leaf_hash(row.leaf) for row in rows)
        _compare_tiles(conn, nodes)
    return frontier


def _check_leaf(row: Row[Any]) -> dict[str, Any]:
    where = f"entry {row.seq}"
    try:
        body = canonical.parse_plain(row.leaf, limit=tile.ENTRY_BYTES_MAX)
    except Malformed:
        raise _broken("a leaf is not canonical JSON", where) from None
    known = isinstance(body, dict) and body.keys() >= _REQUIRED
    if not known or body.keys() - _REQUIRED - _OPTIONAL or body["v"] != 1:
        raise _broken("a leaf is not of the known form", where)
    if body["kind"] != row.kind or (row.sealed is not None) != ("commitment" in body):
        raise _broken("a leaf and its row disagree", where)
    return dict(body)


def _check_personal(
    conn: Connection, vault: Vault, rows: Sequence[Row[Any]], bodies: Sequence[dict[str, Any]]
) -> None:
    keys = vault.keys(conn, [row.record_id for row in rows if row.sealed is not None])
    for row, body in zip(rows, bodies, strict=True):
        if row.record_id not in keys or row.sealed is None:
            continue
        plain = decrypt(keys[row.record_id], Sealed(row.record_id, batch.FIELD, 0, row.sealed))
        salt, personal = plain[: commitment.SALT_BYTES], plain[commitment.SALT_BYTES :]
        if not commitment.opens(bytes.fromhex(body["commitment"]), salt, personal):
            raise _broken("a personal part is not what was committed to", f"entry {row.seq}")


def _compare_tiles(conn: Connection, nodes: list[tlog.Node]) -> None:
    wanted: dict[tuple[int, int], list[tuple[int, bytes]]] = {}
    for level, index, node in nodes:
        if level % tile.HEIGHT == 0:
            key = (level // tile.HEIGHT, index // tile.WIDTH)
            wanted.setdefault(key, []).append((index % tile.WIDTH, node))
    for (level, index), hashes in wanted.items():
        held = batch.load_tile(conn, level, index)
        for place, node in hashes:
            if held[place * tlog.HASH_BYTES : (place + 1) * tlog.HASH_BYTES] != node:
                raise _broken("a tile does not hold the tree's hashes", f"tile {level}/{index}")


def _check_tiles(conn: Connection, size: int) -> None:
    expected = {(item.level, item.index): item.width for item in tile.tiles_between(0, size)}
    sizes = select(log_tile.c.level, log_tile.c.index, func.length(log_tile.c.hashes))
    found = {(level, index): length for level, index, length in conn.execute(sizes)}
    if found != {key: width * tlog.HASH_BYTES for key, width in expected.items()}:
        raise _broken("the tiles are not those of the tree", "tiles")


def _check_cosigned(conn: Connection, verifier: note.Verifier, size: int) -> None:
    read = tile.tile_reader(lambda level, index: batch.load_tile(conn, level, index))
    for row in conn.execute(select(log_cosigned)):
        where = f"cosigned {row.size}"
        data = f"{row.text}\n{row.signature}{row.line}".encode()
        head = checkpoint.parse_checkpoint(note.open_note(data, [verifier]).text)
        if head.size != row.size or head.size > size or head.origin != verifier.name:
            raise _broken("a cosigned head is not one of this log", where)
        if tlog.root_at(head.size, read) != head.root:
            raise _broken("a cosigned head contradicts the log", where)


def _check_state(conn: Connection, size: int) -> None:
    for table in STATEFUL:
        outside = (table.c.entry < 0) | (table.c.entry >= size)
        if conn.execute(select(func.count()).select_from(table).where(outside)).scalar_one():
            raise _broken("a row names an entry that is not in the log", table.name)


def _check_keys(conn: Connection, size: int) -> None:
    own = record_key.c.record_id.like("entry:%")
    for record_id in conn.execute(select(record_key.c.record_id).where(own)).scalars():
        if int(record_id.removeprefix("entry:")) >= size:
            raise _broken("a key stands for an entry that is not in the log", "record_key")
