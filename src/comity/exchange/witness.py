"""A witness: remembers the last checkpoint of each log, and cosigns only what extends it.

C2SP tlog-witness (https://c2sp.org/tlog-witness), call ``add-checkpoint``, whole. The state is one
SQLite file of the witness's own, and of each log one row: the size and root last cosigned.

`Witness.process_add_checkpoint` verifies in numbered steps, each with the status the specification
gives it:

(1) the body is well formed, else 400; (2) the origin is known, 404; (3) a trusted key of that
origin signed, 403; (4) old size ≤ size, 400; (5) old size is the size we hold, 409 with ours;
(6) one size has one root, 409; (7) the consistency proof holds, 422; (8) our record moves on,
on the disk, before (9) anything is signed.

A checkpoint signed by the log which contradicts what we hold (steps 6, 7) is kept: two signed
notes that cannot both be true convict the log.
"""

from __future__ import annotations

import base64
import datetime
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from comity.errors import ComityError, Conflict, Malformed, NotFound, Unavailable, Unverified
from comity.proof import checkpoint, cosignature, note, tlog

BODY_LIMIT = 64 * 1024
PROOF_LINES_MAX = 63
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
EVIDENCE_MAX = 1000

_SCHEMA = """
CREATE TABLE log (
    origin TEXT PRIMARY KEY,
    vkey TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note BLOB NOT NULL
) STRICT;
CREATE TABLE evidence (
    origin TEXT NOT NULL,
    held BLOB NOT NULL,
    offered BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (origin, held, offered)
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer: status, content type, body."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """``add-checkpoint`` as parsed: the old size, the proof, and the checkpoint's bytes."""

    old: int
    proof: tuple[bytes, ...]
    signed: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What the witness remembers of a log."""

    origin: str
    vkey: str
    size: int
    root: bytes
    note: bytes


class _Refusal(Exception):
    """A step failed: what to answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def create_witness(path: Path) -> None:
    """Make a new, empty state file; `Conflict` if there is one.

    Apart from opening on purpose: a mistyped path must not start a second history, in which
    this witness would cosign what it has already seen contradicted.
    """
    if path.exists():
        raise Conflict("witness-exists", "the witness's state file exists already", where=path.name)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_SCHEMA)
    db.close()
    path.chmod(0o600)


class Witness:
    """A witness over an existing state file, with its signer and the time."""

    def __init__(
        self, path: Path, signer: cosignature.WitnessSigner, now: Callable[[], datetime.datetime]
    ) -> None:
        if not path.exists():
            raise NotFound(
                "witness-missing",
                "there is no witness's state file here",
                where=path.name,
                hint="create it once, on purpose",
            )
        self._path = path
        self._signer = signer
        self._now = now

    def trust(self, vkey: str) -> None:
        """Accept the log of this Ed25519 key; its name is the origin. Its history starts empty."""
        verifier = note.Verifier.parse(vkey)
        with self._state() as db:
            row = (verifier.name, vkey, 0, tlog.EMPTY_ROOT, b"")
            db.execute("INSERT OR IGNORE INTO log VALUES (?, ?, ?, ?, ?)", row)
            known = db.execute("SELECT vkey FROM log WHERE origin = ?", (verifier.name,)).fetchone()
        if known[0] != vkey:
            raise Conflict("witness-key", "this origin is known under another key")

    def held(self, origin: str) -> Held:
        """What we remember of a log; `NotFound` if it is not trusted."""
        with self._state() as db:
            row = db.execute("SELECT * FROM log WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            raise NotFound("witness-origin", "this log is not known here")
        return Held(*row)

    def evidence(self) -> list[tuple[str, bytes, bytes]]:
        """(origin, checkpoint held, checkpoint offered): pairs which convict a log."""
        with self._state() as db:
            return db.execute("SELECT origin, held, offered FROM evidence ORDER BY at").fetchall()

    def process_add_checkpoint(self, body: bytes) -> Response:
        """The whole of ``POST add-checkpoint``: body in, answer out."""
        try:
            line = self._cosign(body)
        except _Refusal as refusal:
            return refusal.response
        return Response(200, TEXT_TYPE, line.encode())

    def _cosign(self, body: bytes) -> str:
        try:
            request = parse_request(body)  # (1)
            text, _ = note.split_note(request.signed)
            offered = checkpoint.parse_checkpoint(text)
        except Malformed as error:
            raise _refuse(400, error) from error
        try:
            held = self.held(offered.origin)  # (2)
        except NotFound as error:
            raise _refuse(404, error) from error
        try:
            note.open_note(request.signed, [note.Verifier.parse(held.vkey)])  # (3)
        except ComityError as error:
            raise _refuse(403, error) from error
        self._check(held, request, offered)  # (4) to (7)
        if not self._move(held, offered, request.signed):  # (8)
            raise _size(self.held(offered.origin).size)
        at = int(self._now().timestamp())
        return self._signer.cosign(text, at=at).line()  # (9)

    def _check(self, held: Held, request: Request, offered: checkpoint.Checkpoint) -> None:
        if request.old > offered.size:  # (4)
            raise _refuse(400, Malformed("witness-sizes", "old size exceeds the checkpoint's"))
        if request.old != held.size:  # (5)
            raise _size(held.size)
        if offered.size == held.size and offered.root != held.root:  # (6)
            self._convict(held, request.signed)
            raise _size(held.size)
        try:
            _check_proof(held, request.proof, offered)  # (7)
        except Unverified as error:
            self._convict(held, request.signed)
            raise _refuse(422, error) from error

    def _move(self, held: Held, offered: checkpoint.Checkpoint, signed: bytes) -> bool:
        # Compare and swap on what was read, not a transaction around it all: two requests checked
        # side by side must not both move the record, or the later one would roll back the other
        # and we would have cosigned two futures of one past.
        with self._state() as db:
            moved = db.execute(
                "UPDATE log SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ? "
                "AND root = ?",
                (offered.size, offered.root, signed, held.origin, held.size, held.root),
            )
            return moved.rowcount == 1

    def _convict(self, held: Held, offered: bytes) -> None:
        # A 422 may be the log's clumsiness as well as its lie; both notes stay, people judge.
        with self._state() as db:
            count = db.execute("SELECT count(*) FROM evidence WHERE origin = ?", (held.origin,))
            if held.note and count.fetchone()[0] < EVIDENCE_MAX:
                row = (held.origin, held.note, offered, self._now().isoformat())
                db.execute("INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?)", row)

    @contextmanager
    def _state(self) -> Iterator[sqlite3.Connection]:
        try:
            db = sqlite3.connect(f"file:{self._path}?mode=rw", uri=True, timeout=10)
            try:
                db.execute("PRAGMA synchronous = FULL")
                with db:
                    yield db
            finally:
                db.close()
        except sqlite3.OperationalError as error:
            raise Unavailable("witness-state", "the witness cannot use its state file") from error


def format_request(request: Request) -> bytes:
    """The body of ``add-checkpoint``."""
    lines = [f"old {request.old}\n"]
    lines += [base64.b64encode(each).decode() + "\n" for each in request.proof]
    return "".join(lines).encode() + b"\n" + request.signed


def parse_request(body: bytes) -> Request:
    """The inverse of `format_request`; `Malformed` otherwise."""
    if len(body) > BODY_LIMIT:
        raise Malformed("witness-size", "a request is at most 64 kB")
    head, gap, signed = body.partition(b"\n\n")
    try:
        first, *rest = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("witness-form", "the lines before the checkpoint are not ASCII") from error
    old = checkpoint.parse_decimal(first.removeprefix("old "))
    if not gap or not first.startswith("old ") or old is None:
        raise Malformed("witness-form", "not an old size, a proof and a checkpoint")
    if len(rest) > PROOF_LINES_MAX:
        raise Malformed("witness-proof", "a proof has at most 63 lines")
    proof = [note.decode_base64(line) for line in rest]
    hashes = tuple(each for each in proof if each is not None and len(each) == tlog.HASH_BYTES)
    if len(hashes) != len(proof):
        raise Malformed("witness-proof", "a line of the proof is not a hash in base64")
    return Request(old, hashes, signed)


def _check_proof(held: Held, proof: tuple[bytes, ...], offered: checkpoint.Checkpoint) -> None:
    if held.size == 0:
        # Nothing to extend: the proof must be empty, and no entries have one root alone.
        if proof or (offered.size == 0 and offered.root != tlog.EMPTY_ROOT):
            raise Unverified("witness-proof", "from size 0 there is nothing to prove")
        return
    tlog.check_consistency(proof, held.size, held.root, offered.size, offered.root)


def _size(size: int) -> _Refusal:
    return _Refusal(Response(409, SIZE_TYPE, b"%d\n" % size))


def _refuse(status: int, error: ComityError) -> _Refusal:
    return _Refusal(Response(status, TEXT_TYPE, f"{error.what} [{error.code}]\n".encode()))
