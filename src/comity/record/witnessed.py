"""Which heads of the log the witnesses have cosigned, and the anchor.

The anchor is a file outside the store with the newest cosigned head. A store restored from an older
backup would go on from there and sign a second history under heads that the world has seen: with
an anchor the log does not open then.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from comity.errors import Unverified
from comity.proof import checkpoint, note, tile, tlog
from comity.proof.cosignature import WitnessVerifier, cosigned_at
from comity.record import batch
from comity.record.tables import log_cosigned, log_head

KEEP = 100
"""So many cosigned heads are kept; a proof already handed out carries its own."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A head of ``size`` entries as a ``note`` with all its cosignatures, the last made ``at``."""

    size: int
    note: bytes
    at: datetime.datetime


def add(
    conn: Connection, data: bytes, log: note.Verifier, witnesses: Sequence[WitnessVerifier]
) -> int:
    """Keep the known witnesses' lines of a checkpoint of this log; how many there were."""
    opened = note.open_note(data, [log, *witnesses])
    head = checkpoint.parse_checkpoint(opened.text)
    size = conn.execute(select(log_head.c.size)).scalar_one()
    own = [line for line in opened.verified if (line.name, line.key_id) == (log.name, log.key_id)]
    if not own or head.origin != log.name or head.size > size or head.extensions:
        raise Unverified("cosignature-foreign", "the checkpoint is not one of this log")
    read = tile.tile_reader(lambda level, index: batch.load_tile(conn, level, index))
    if tlog.root_at(head.size, read) != head.root:
        raise Unverified("cosignature-fork", "the checkpoint contradicts this log")
    rows = [
        {
            "size": head.size,
            "witness": f"{line.name}+{line.key_id.hex()}",
            "text": opened.text,
            "signature": own[0].line(),
            "line": line.line(),
            "signed_at": datetime.datetime.fromtimestamp(cosigned_at(line), datetime.UTC),
        }
        for line in opened.verified
        if line is not own[0]
    ]
    if rows:
        dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
        upsert = dialect.insert(log_cosigned)
        newer = {"line": upsert.excluded.line, "signed_at": upsert.excluded.signed_at}
        conn.execute(
            upsert.on_conflict_do_update(index_elements=["size", "witness"], set_=newer), rows
        )
        _forget_oldest(conn)
    return len(rows)


def newest(conn: Connection, quorum: int = 1) -> Cosigned | None:
    """The newest head with at least ``quorum`` cosignatures."""
    size = conn.execute(
        select(log_cosigned.c.size)
        .group_by(log_cosigned.c.size)
        .having(func.count() >= quorum)
        .order_by(log_cosigned.c.size.desc())
        .limit(1)
    ).scalar()
    if size is None:
        return None
    found = select(log_cosigned).where(log_cosigned.c.size == size)
    rows = conn.execute(found.order_by(log_cosigned.c.signed_at, log_cosigned.c.witness)).all()
    lines = "".join(row.line for row in rows)
    text = f"{rows[0].text}\n{rows[0].signature}{lines}"
    return Cosigned(size, text.encode(), rows[-1].signed_at)


def newest_note(conn: Connection, size: int) -> bytes | None:
    """The note of the head of exactly ``size`` entries, if that one is cosigned."""
    found = newest(conn)
    return found.note if found is not None and found.size == size else None


def check_anchor(conn: Connection, anchor: Path, log: note.Verifier) -> None:
    """Unverified unless the anchor's head, where there is one, is a state of this log."""
    if not anchor.exists():
        return
    opened = note.open_note(anchor.read_bytes(), [log])
    head = checkpoint.parse_checkpoint(opened.text)
    size = conn.execute(select(log_head.c.size)).scalar_one()
    read = tile.tile_reader(lambda level, index: batch.load_tile(conn, level, index))
    if head.size > size or tlog.root_at(head.size, read) != head.root:
        raise Unverified(
            "ledger-rolled-back",
            "the store is older than a head that witnesses have seen, or contradicts it",
            hint="restore a newer backup; never go on from this one",
        )


def write_anchor(conn: Connection, anchor: Path) -> None:
    """Put the newest cosigned head into the anchor: whole, and never an older one."""
    found = newest(conn)
    if found is None:
        return
    fresh = anchor.with_name(f"{anchor.name}.{os.getpid()}.new")
    with fresh.open("wb") as file:
        file.write(found.note)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(anchor)


def _forget_oldest(conn: Connection) -> None:
    sizes = select(log_cosigned.c.size).distinct().order_by(log_cosigned.c.size.desc())
    oldest = conn.execute(sizes.offset(KEEP - 1).limit(1)).scalar()
    if oldest is not None:
        conn.execute(delete(log_cosigned).where(log_cosigned.c.size < oldest))
