"""The rows of the register of refusals: in each one case, sealed; who is in it shows nowhere."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from comity.bureau.node import Node
from comity.bureau.refusal import take_case
from comity.errors import ComityError, NotFound
from comity.law import refusal as law
from comity.record import tables
from comity.record.vault import Sealed, Sealing

ASYLUM = "asylum"
CLOSED = "closed"
ERASED = "erased"
DRAFTS = ("protection", "grounds")
DRAFT_LIFE = datetime.timedelta(days=2)
"""A draft holds a person's data for a decision that is taken at the border, or not at all."""

KEPT = datetime.timedelta(days=3 * 365)
"""As long as the Entry/Exit System keeps a refusal (Reg (EU) 2017/2226 art. 34(1))."""

REASONS_COMPARED = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One refusal of the list: no person in it."""

    id: str
    state: str
    number: str
    created_at: datetime.datetime
    decided_at: datetime.datetime | None
    entry: int


@dataclass(frozen=True, slots=True)
class Filed:
    """One case opened: ``parts`` as ``bureau.refusal`` reads them, ``case`` what they come to.

    ``reasons`` stand here until the decision; ``consulted`` is whom, and since when.
    """

    row: Row
    version: int
    parts: Mapping[str, Any]
    case: law.Refusal
    reasons: str = ""
    consulted: Mapping[str, str] = dataclasses.field(default_factory=dict)


def rows(conn: Connection, *, limit: int) -> list[Row]:
    """Give the newest rows."""
    query = select(tables.refusal).order_by(tables.refusal.c.created_at.desc()).limit(limit)
    return [_row(one) for one in conn.execute(query)]


def standing(conn: Connection, tag: str) -> str:
    """Give the id of the case of an encounter that is not closed; "" for none."""
    kept = select(tables.refusal.c.id).where(
        tables.refusal.c.encounter == tag, tables.refusal.c.sealed.is_not(None)
    )
    return str(conn.execute(kept).scalar() or "")


def add_case(
    node: Node, conn: Connection, refusal_id: str, parts: Mapping[str, Any], *, tag: str, entry: int
) -> None:
    """Put a new case into the register, sealed under a key of its own."""
    record = {"parts": dict(parts), "reasons": "", "consulted": {}}
    sealing = Sealing(_record(refusal_id), "case", 1, _dump(record))
    conn.execute(
        insert(tables.refusal).values(
            id=refusal_id,
            encounter=tag,
            state="protection",
            version=1,
            sealed=node.vault.seal_new(conn, [sealing])[0],
            created_at=node.clock.now(),
            entry=entry,
        )
    )


def open_case(node: Node, conn: Connection, refusal_id: str) -> Filed:
    """Open a case; NotFound where there is none, or it was closed."""
    found = conn.execute(select(tables.refusal).filter_by(id=refusal_id)).first()
    if found is None or found.sealed is None:
        raise NotFound("refusal-unknown", "no refusal of this id is kept here", hint="see the list")
    sealed = node.vault.open(conn, _record(refusal_id), "case", found.version, found.sealed)
    record = json.loads(sealed)
    row, case = _row(found), taken(record["parts"])
    if row.state == ASYLUM:
        case = law.claim_protection(case)
    return Filed(
        row=row,
        version=found.version,
        parts=record["parts"],
        case=dataclasses.replace(case, number=row.number),
        reasons=record["reasons"],
        consulted=record["consulted"],
    )


def taken(parts: Mapping[str, Any]) -> law.Refusal:
    """Take a case from its parts, without the law where its packs have moved on."""
    # What is decided does not change with the law packs, and a case opens whatever they say.
    if "decision" not in parts:
        try:
            return take_case(parts)
        except ComityError:
            pass
    return take_case({name: part for name, part in parts.items() if name != "law"})


def keep_case(node: Node, conn: Connection, filed: Filed, entry: int) -> Filed:
    """Keep a case as it has become; its next version, recorded by ``entry``."""
    row = dataclasses.replace(filed.row, entry=entry)
    filed = dataclasses.replace(filed, row=row, version=filed.version + 1)
    record = {
        "parts": filed.parts,
        "reasons": filed.reasons,
        "consulted": dict(filed.consulted),
    }
    sealed = node.vault.seal(conn, _record(row.id), "case", filed.version, _dump(record))
    conn.execute(
        update(tables.refusal)
        .filter_by(id=row.id)
        .values(
            state=row.state,
            number=row.number or None,
            version=filed.version,
            sealed=sealed,
            decided_at=row.decided_at,
            entry=entry,
        )
    )
    return filed


def erase_case(
    node: Node, conn: Connection, refusal_id: str, entry: int, *, state: str = CLOSED
) -> None:
    """End a case: its key is deleted, the row says that it was."""
    node.vault.erase(conn, _record(refusal_id))
    change = update(tables.refusal).filter_by(id=refusal_id)
    conn.execute(change.values(state=state, sealed=None, entry=entry))


def erase_overdue(node: Node, conn: Connection) -> int:
    """Erase drafts that nobody went on with, and what was kept as long as the law allows."""
    row, now = tables.refusal.c, node.clock.now()
    draft = row.state.in_(DRAFTS) & (row.created_at < now - DRAFT_LIFE)
    kept = row.state.not_in(DRAFTS) & (row.created_at < now - KEPT)
    due = select(row.id, row.state).where(row.sealed.is_not(None), draft | kept)
    found = conn.execute(due).all()
    for one in found:
        entry = node.ledger.append(conn, "refusal:erased", {}, {"refusal": one.id})
        state = CLOSED if one.state in DRAFTS else ERASED
        erase_case(node, conn, one.id, entry, state=state)
    return len(found)


def issued_before(node: Node, conn: Connection, *, limit: int = REASONS_COMPARED) -> list[Any]:
    """Open the newest refusals that were issued: their records, as kept."""
    issued = (
        select(tables.refusal.c.id, tables.refusal.c.version, tables.refusal.c.sealed)
        .where(tables.refusal.c.number.is_not(None), tables.refusal.c.sealed.is_not(None))
        .order_by(tables.refusal.c.decided_at.desc(), tables.refusal.c.number.desc())
        .limit(limit)
    )
    sealed = [
        Sealed(_record(one.id), "case", one.version, one.sealed) for one in conn.execute(issued)
    ]
    return [json.loads(said) for said in node.vault.open_many(conn, sealed)]


def next_number(node: Node, conn: Connection) -> str:
    """Give the number of the next refusal: country, year, and a count that has no holes."""
    year = node.today().year
    start = f"{node.country}/{year}/"
    issued = select(func.count()).where(tables.refusal.c.number.startswith(start, autoescape=True))
    return f"{start}{conn.execute(issued).scalar_one() + 1:05d}"


def encounter_tag(node: Node, reference: str) -> str:
    """Give the keyed hash by which the case of an encounter is found again."""
    key, said = node.keyring.store_key, b"refusal:" + reference.strip().encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def _row(found: Any) -> Row:
    return Row(
        found.id,
        found.state,
        found.number or "",
        found.created_at,
        found.decided_at,
        found.entry,
    )


def _record(refusal_id: str) -> str:
    return f"refusal:{refusal_id}"


def _dump(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()
