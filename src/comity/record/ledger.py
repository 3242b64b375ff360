"""The tamper-evident log of a node.

An entry has a public part, which is hashed into the tree and never holds personal data, and where
needed a personal part, which stands sealed beside it; the public part carries a salted commitment
to it. Erasing the personal part (``vault.erase``) leaves the tree as it was.

The leaf of an entry is canonical JSON::

    {"commitment":"<64 hex>","kind":"check:asked","public":{...},"tag":"<32 hex>",
     "time":"2026-11-23T23:32Z","v":1}

``time`` is a bucket of one minute. ``commitment`` and ``tag`` are there only where the entry has a
personal part and a subject.

A state change and its entry are one transaction: ``append`` works on a connection of
``Store.write`` or inside ``Ledger.write``, and the new head is signed in that same transaction.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, insert, select

from comity.errors import Conflict, NotFound, Unavailable, Unverified
from comity.proof import canonical, checkpoint, commitment, cosignature, note, tile, tlog
from comity.proof.evidence import Piece, format_evidence
from comity.proof.tlog_proof import TlogProof, format_tlog_proof
from comity.record import batch, vault, witnessed
from comity.record.batch import Item
from comity.record.clock import Clock
from comity.record.group import Group
from comity.record.store import Store, before_commit, in_write
from comity.record.tables import log_entry, log_head

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry ``seq``: its ``leaf`` bytes, and what they say.

    ``minute`` is the time bucket. ``record_id`` names the key of the personal part, None without.
    """

    seq: int
    kind: str
    minute: datetime.datetime
    public: dict[str, Any]
    commitment: bytes | None
    tag: str | None
    record_id: str | None
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """The personal part of an entry: its canonical bytes and the ``salt`` of the commitment."""

    salt: bytes
    personal: bytes


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """What ``work`` returned, and the entries it appended: ``first`` to ``last``, both included.

    ``last`` is ``first - 1`` where it appended none.
    """

    result: T
    first: int
    last: int


class Ledger:
    """The log in ``store``, signed by ``signer``, whose key name is the log's origin.

    ``witnesses`` are the keys whose cosignatures are accepted. ``anchor`` is a file outside the
    store's backups, where the newest cosigned head is kept. Conflict if the store's log has another
    origin, Unverified if its head was signed by another key or is behind the anchor.
    """

    def __init__(
        self,
        store: Store,
        safe: vault.Vault,
        signer: note.Signer,
        clock: Clock,
        *,
        witnesses: Iterable[cosignature.WitnessVerifier] = (),
        anchor: Path | None = None,
    ) -> None:
        self._store = store
        self._vault = safe
        self._signer = signer
        self._clock = clock
        self.verifier = signer.verifier
        self.witnesses = tuple(witnesses)
        self._anchor = anchor
        self._group: Group[Written[Any]] = Group(store)
        batch.watch_savepoints(store.engine)
        self._open()

    # --- writing ----------------------------------------------------------------------------

    def append(
        self,
        conn: Connection,
        kind: str,
        public: dict[str, Any],
        personal: dict[str, Any] | None = None,
        subject: str | None = None,
        *,
        record_id: str | None = None,
    ) -> int:
        """Append an entry in the caller's transaction and return its number.

        ``public`` is JSON without personal data; ``personal`` is JSON that is sealed under the key
        of ``record_id`` (NotFound if it has none), or a key of its own, ``entry:<seq>``.
        ``subject`` is an opaque id; entries about it can be found with its key only.
        """
        return self.append_many(conn, [Item(kind, public, personal, subject, record_id)])

    def append_many(self, conn: Connection, items: Iterable[Item]) -> int:
        """Append entries in order; the number of the first (of the next one, if none is given)."""
        if not in_write(conn):
            raise RuntimeError("append needs a connection of Store.write or Ledger.write")
        held = batch.batch_of(conn)
        if held is None:
            held = batch.begin(conn, self._vault, self._clock.now())
            before_commit(conn, self._seal)
        first = held.next
        for item in items:
            batch.add(conn, held, self._vault, item)
        return first

    def flush(self, conn: Connection) -> None:
        """Write what the caller's transaction has appended so far, and go on in it.

        For an act too large to be held in memory (the import of a list). It still commits or
        rolls back as a whole.
        """
        self._seal(conn)

    def write(self, work: Callable[[Connection], T]) -> Written[T]:
        """Run ``work`` in a transaction and return once it is on the disk.

        Callers at the same time share one transaction, one signature and one flush; each has a
        savepoint of its own, so that an exception of one (which it gets back) undoes nobody
        else's. Whoever holds the turn commits for all who wait; a lone caller waits for nobody.
        Not to be called from inside ``work``.
        """

        def noted(conn: Connection) -> Written[T]:
            first = self.append_many(conn, [])
            result = work(conn)
            return Written(result, first, self.append_many(conn, []) - 1)

        written: Written[T] = self._group.run(noted)
        return written

    def add_cosignature(self, data: bytes) -> int:
        """Take a checkpoint of ours with witnesses' cosignatures; how many of them were known keys.

        Unverified if it is not a state of this log, or a known witness's line does not hold.
        """
        with self._store.write() as conn:
            count = witnessed.add(conn, data, self.verifier, self.witnesses)
        if count and self._anchor is not None:
            # Within a write: of two processes the later may not put back the earlier's head.
            with self._store.write() as conn:
                witnessed.write_anchor(conn, self._anchor)
        return count

    # --- reading ----------------------------------------------------------------------------

    def checkpoint(self) -> bytes:
        """The newest signed head, with the cosignatures it has."""
        with self._store.read() as conn:
            head = self._head(conn)
            return witnessed.newest_note(conn, head.size) or bytes(head.note)

    def size(self) -> int:
        """How many entries the log has."""
        with self._store.read() as conn:
            return int(self._head(conn).size)

    def proof(self, seq: int, *, quorum: int = 0) -> bytes:
        """The tlog-proof of entry ``seq``, by the newest head that ``quorum`` witnesses cosigned.

        Where none covers it yet, by the newest head. NotFound outside the log.
        """
        with self._store.read() as conn:
            head = self._head(conn)
            if not 0 <= seq < head.size:
                raise NotFound("entry-unknown", "the log has no such entry")
            cosigned = witnessed.newest(conn, max(1, quorum))
            size, signed = head.size, bytes(head.note)
            if cosigned is not None and cosigned.size > seq:
                size, signed = cosigned.size, cosigned.note
            path = tlog.prove_inclusion(seq, size, _reader(conn))
            return format_tlog_proof(TlogProof(seq, tuple(path), signed))

    def evidence(
        self,
        seqs: Iterable[int],
        *,
        disclose: Container[int] = (),
        claims: Iterable[tuple[str, str]] = (),
        quorum: int = 0,
    ) -> bytes:
        """A file of evidence (``proof.evidence``) about the entries ``seqs``, sealed by the node.

        The personal part of those in ``disclose`` is opened. ``claims`` are (name, text) of texts
        whose SHA-256 an entry names. Unavailable where fewer than ``quorum`` witnesses have
        cosigned a head that covers them all.
        """
        wanted = sorted(set(seqs))
        if quorum and wanted and self.cosigned_size(quorum) <= wanted[-1]:
            raise Unavailable("witnesses-missing", "too few witnesses have cosigned so far")
        pieces = [
            Piece(
                self.entry(seq).leaf,
                self.proof(seq, quorum=quorum),
                astuple(self.disclose(seq)) if seq in disclose else None,
            )
            for seq in wanted
        ]
        return format_evidence(
            pieces, self._signer, witnesses=self.witnesses, quorum=quorum, claims=claims
        )

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of ``old`` entries is a prefix of that of ``new``."""
        with self._store.read() as conn:
            if not 0 <= old <= new <= self._head(conn).size:
                raise NotFound("log-size-unknown", "the log never had such sizes")
            return tlog.prove_consistency(old, new, _reader(conn))

    def entry(self, seq: int) -> Entry:
        """Entry ``seq``; NotFound outside the log."""
        return self.entries(seq, seq + 1)[0]

    def entries(self, start: int, stop: int) -> list[Entry]:
        """Entries ``start`` to ``stop`` - 1; NotFound if the log does not reach so far."""
        wanted = log_entry.c.seq >= start, log_entry.c.seq < stop
        with self._store.read() as conn:
            rows = conn.execute(select(log_entry).where(*wanted).order_by(log_entry.c.seq)).all()
        if len(rows) != max(0, stop - start):
            raise NotFound("entry-unknown", "the log has no such entry")
        return [_entry(row) for row in rows]

    def open_personal(self, seq: int) -> dict[str, Any]:
        """The personal part of entry ``seq``.

        NotFound ``record-erased`` once its key is gone, ``entry-impersonal`` where there is none.
        """
        personal: dict[str, Any] = json.loads(self.disclose(seq).personal)
        return personal

    def disclose(self, seq: int) -> Opened:
        """The personal part with its salt, as an evidence bundle carries it; errors as above."""
        with self._store.read() as conn:
            row = conn.execute(select(log_entry).where(log_entry.c.seq == seq)).first()
            if row is None:
                raise NotFound("entry-unknown", "the log has no such entry")
            if row.sealed is None:
                raise NotFound("entry-impersonal", "the entry has no personal part")
            item = vault.Sealed(row.record_id, batch.FIELD, 0, row.sealed)
            plain = self._vault.open_many(conn, [item])[0]
        opened = Opened(plain[: commitment.SALT_BYTES], plain[commitment.SALT_BYTES :])
        if not commitment.opens(_entry(row).commitment or b"", opened.salt, opened.personal):
            raise Unverified("entry-commitment", "the personal part is not what was committed to")
        return opened

    def about(self, subject: str) -> list[int]:
        """The numbers of the entries about ``subject``; empty once its key is erased."""
        with self._store.read() as conn:
            return batch.find_subject(conn, self._vault, subject)

    def tile(self, path: str) -> bytes:
        """What C2SP tlog-tiles serves under ``path``; NotFound if the log has no such tile yet."""
        wanted = tile.parse_tile_path(path)
        absent = NotFound("tile-unknown", "the log has no such tile")
        with self._store.read() as conn:
            if wanted.level != tile.ENTRIES:
                hashes = batch.load_tile(conn, wanted.level, wanted.index)
                found = hashes[: wanted.width * tlog.HASH_BYTES]
                if len(found) != wanted.width * tlog.HASH_BYTES:
                    raise absent
                return found
            first = wanted.index * tile.WIDTH
            span = log_entry.c.seq >= first, log_entry.c.seq < first + wanted.width
            ordered = select(log_entry.c.leaf).where(*span).order_by(log_entry.c.seq)
            leaves = conn.execute(ordered).scalars().all()
        if len(leaves) != wanted.width:
            raise absent
        return tile.format_entries(leaves)

    def export(self, directory: Path) -> int:
        """Write the log as static files: ``checkpoint`` and ``tile/…``; its size.

        The checkpoint is the newest that a witness has cosigned, else the newest. A supervisor
        replays the directory with the single-file verifier.
        """
        with self._store.read() as conn:
            cosigned = witnessed.newest(conn)
        signed = cosigned.note if cosigned is not None else self.checkpoint()
        size = checkpoint.parse_checkpoint(note.split_note(signed)[0]).size
        for path in _paths(size):
            file = directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self.tile(path))
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "checkpoint").write_bytes(signed)
        return size

    def cosigned_size(self, quorum: int = 1) -> int:
        """The size of the newest head which ``quorum`` known witnesses cosigned; 0 if none."""
        with self._store.read() as conn:
            found = witnessed.newest(conn, quorum)
            return found.size if found else 0

    def cosigned_at(self, quorum: int = 1) -> datetime.datetime | None:
        """When that head was cosigned by the last of them."""
        with self._store.read() as conn:
            found = witnessed.newest(conn, quorum)
            return found.at if found else None

    # --- inside -----------------------------------------------------------------------------

    def _open(self) -> None:
        with self._store.read() as conn:
            head = conn.execute(select(log_head)).first()
        if head is None:
            head = self._start()
        if head.origin != self.verifier.name:
            raise Conflict("ledger-origin", "the store holds the log of another origin")
        try:
            note.open_note(bytes(head.note), [self.verifier])
        except Unverified:
            raise Unverified("ledger-key", "the log's head was signed by another key") from None
        if self._anchor is not None:
            with self._store.read() as conn:
                witnessed.check_anchor(conn, self._anchor, self.verifier)

    def _start(self) -> Row[Any]:
        empty = checkpoint.Checkpoint(self.verifier.name, 0, tlog.EMPTY_ROOT)
        signed = note.sign_note(checkpoint.format_checkpoint(empty), [self._signer])
        with self._store.write() as conn:
            # Another process may have started it since we looked.
            if conn.execute(select(log_head)).first() is None:
                row = {"id": 1, "origin": self.verifier.name, "size": 0, "frontier": b""}
                conn.execute(insert(log_head).values(**row, note=signed))
            return conn.execute(select(log_head)).one()

    def _head(self, conn: Connection) -> Row[Any]:
        return conn.execute(select(log_head)).one()

    def _seal(self, conn: Connection) -> None:
        held = batch.batch_of(conn)
        if held is not None:
            batch.write(conn, held, self._vault, self._signer)
            batch.end(conn)


def _paths(size: int) -> Iterator[str]:
    for item in tile.tiles_between(0, size):
        yield tile.tile_path(item)
        if item.level == 0:
            yield tile.tile_path(tile.Tile(tile.ENTRIES, item.index, item.width))


def _reader(conn: Connection) -> tlog.Read:
    return tile.tile_reader(lambda level, index: batch.load_tile(conn, level, index))


def _entry(row: Row[Any]) -> Entry:
    body = canonical.parse_json(row.leaf, limit=tile.ENTRY_BYTES_MAX)
    committed = body.get("commitment")
    minute = datetime.datetime.strptime(body["time"], "%Y-%m-%dT%H:%MZ")  # noqa: DTZ007
    return Entry(
        seq=row.seq,
        kind=body["kind"],
        minute=minute.replace(tzinfo=datetime.UTC),
        public=body["public"],
        commitment=None if committed is None else bytes.fromhex(committed),
        tag=body.get("tag"),
        record_id=row.record_id,
        leaf=row.leaf,
    )
