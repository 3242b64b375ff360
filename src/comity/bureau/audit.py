"""The evidence of acts, for a supervisor or a court; and the log as a supervisor reads it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from comity.bureau.node import Node
from comity.errors import Malformed, NotFound
from comity.proof.evidence import Piece, format_evidence
from comity.record import tables
from comity.record.oracle import check_ledger

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the log page shows it: no personal data."""

    seq: int
    kind: str
    minute: datetime.datetime
    public: dict[str, Any]
    sealed: bool


@dataclass(frozen=True, slots=True)
class State:
    """How the log stands: its size, the newest cosigned size and when, its key and witnesses."""

    origin: str
    key: str
    size: int
    cosigned: int
    cosigned_at: datetime.datetime | None
    witnesses: tuple[str, ...]


def log(node: Node, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """Give the newest entries before number ``before``, newest first."""
    stop = min(node.ledger.size(), node.ledger.size() if before is None else before)
    start = max(0, stop - limit)
    entries = node.ledger.entries(start, stop)
    return [
        Line(one.seq, one.kind, one.minute, one.public, one.commitment is not None)
        for one in reversed(entries)
    ]


def state(node: Node) -> State:
    """Say how the log stands."""
    ledger = node.ledger
    return State(
        ledger.verifier.name,
        ledger.verifier.vkey,
        ledger.size(),
        ledger.cosigned_size(),
        ledger.cosigned_at(),
        tuple(one.vkey for one in ledger.witnesses),
    )


def verify(node: Node) -> int:
    """Verify the whole log and every row that names an entry; the number of entries."""
    return check_ledger(node.store, node.ledger.verifier.vkey)


def evidence(node: Node, entries: Sequence[int], *, opened: bool = False) -> bytes:
    """Write the evidence file of ``entries``: proofs, keys, and the agreements they name.

    ``opened`` discloses the personal parts too: for the court or supervisor who may read them.
    The agreement's text and the entry of its adoption go with it. NotFound for an unknown entry.
    """
    if not entries:
        raise Malformed("evidence-empty", "no entry is named", hint="give --entry NUMBER")
    wanted = sorted(set(entries))
    named = {
        agreement for seq in wanted for agreement in _agreements(node.ledger.entry(seq).public)
    }
    texts = _texts(node, named)
    numbers = sorted({*wanted, *(entry for entry, _name, _text in texts)})
    pieces = [
        Piece(
            node.ledger.entry(seq).leaf,
            node.ledger.proof(seq),
            _disclosed(node, seq) if opened and seq in wanted else None,
        )
        for seq in numbers
    ]
    cosigned = bool(node.ledger.witnesses) and node.ledger.cosigned_size() > numbers[-1]
    return format_evidence(
        pieces,
        node.desk.signer,
        witnesses=node.ledger.witnesses,
        quorum=1 if cosigned else 0,
        claims=[(name, text) for _entry, name, text in texts],
    )


def entries_of(node: Node, check_entry: int) -> list[int]:
    """Give the entries of one check by its answer's entry: the question's, the answer's."""
    said = node.ledger.open_personal(check_entry)
    with node.store.read() as conn:
        row = conn.execute(
            select(tables.check_log.c.entry).filter_by(id=said.get("check", ""))
        ).first()
    if row is None:
        raise NotFound("check-unknown", "the entry is not the answer of a check")
    return [int(row.entry), check_entry]


def _agreements(public: dict[str, Any]) -> list[str]:
    many = public.get("agreements")
    if isinstance(many, dict):
        return [str(one) for one in many]
    one = public.get("agreement")
    return [one] if isinstance(one, str) and one else []


def _texts(node: Node, named: set[str]) -> list[tuple[int, str, str]]:
    with node.store.read() as conn:
        rows = conn.execute(
            select(tables.agreement).where(tables.agreement.c.id.in_(sorted(named)))
        ).all()
    found = []
    for row in rows:
        public = node.ledger.entry(row.entry).public
        if public.get("text_sha256") == hashlib.sha256(row.text.encode()).hexdigest():
            found.append((int(row.entry), f"agreement {row.id}", row.text))
    return found


def _disclosed(node: Node, seq: int) -> tuple[bytes, bytes] | None:
    try:
        opened = node.ledger.disclose(seq)
    except NotFound:
        return None  # nothing personal there, or erased: the proof of the public part stands
    return opened.salt, opened.personal
