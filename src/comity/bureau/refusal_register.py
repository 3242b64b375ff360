"""The register of refusals of entry: prepared step by step, kept sealed, issued by an officer.

1. ``begin`` opens a case with what is known; one encounter has one case.
2. ``ask_protection`` records the answer to the first question. Yes: no refusal can be made (R28).
3. ``save`` keeps what the officer filled in; ``consult`` notes that another authority was asked.
4. ``issue`` decides: the signed-in officer, trained, with reasons, on a complete form. It gets a
   number and stands in the log.
5. ``claim_protection`` at any time, ``close`` where the person is let in after all.

Every opening of a case is an entry of the log (R51). What is public there holds no personal data.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from comity.bureau import refusal_rows
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require, require_trained
from comity.bureau.refusal import take_case
from comity.bureau.refusal_form import print_form
from comity.bureau.refusal_rows import (
    ASYLUM,
    Filed,
    Row,
    encounter_tag,
    next_number,
    open_case,
)
from comity.errors import Conflict, Malformed, NotPermitted
from comity.law import refusal as law
from comity.terms.authority import AUTHORITY_KINDS

MAY = ("first-line", "bureau")
SEE = (*MAY, "supervisor")
SAME_REASONS_MOST = 2
"""More refusals than this with the same reasons are flagged for a supervisor (R36)."""


def signer(node: Node, officer: Officer) -> dict[str, str]:
    """Give the officer as the form names them: name, number, authority."""
    title = AUTHORITY_KINDS[officer.authority].title
    return {
        "name": officer.name,
        "number": officer.id,
        "authority": f"{node.settings.name}, {title}",
    }


def listing(node: Node, officer: Officer, *, limit: int = 100) -> list[Row]:
    """List the newest refusals, prepared and issued."""
    require(officer, *SEE)
    with node.store.read() as conn:
        return refusal_rows.rows(conn, limit=limit)


def last_appeal(node: Node) -> dict[str, Any]:
    """Give the law and the remedy of the last refusal issued here, to be checked and used again."""
    with node.store.read() as conn:
        last = refusal_rows.issued_before(node, conn, limit=1)
    if not last:
        return {}
    form = last[0]["parts"].get("form", {})
    return {
        "remedy": last[0]["parts"].get("remedy", {}),
        "form": {key: form[key] for key in ("national_law",) if key in form},
    }


def begin(node: Node, officer: Officer, parts: Mapping[str, Any], *, reference: str = "") -> str:
    """Open a case and give its id; the one that stands already where the encounter has one.

    So a person who asked for protection is not refused by opening a second case.
    """
    require(officer, *MAY)
    take_case(parts)
    refusal_id = f"r-{secrets.token_hex(8)}"
    tag = encounter_tag(node, reference or refusal_id)

    def work(conn: Connection) -> str:
        known = refusal_rows.standing(conn, tag)
        if known:
            return known
        public = {"authority": officer.authority}
        personal = {"refusal": refusal_id, "officer": officer.id, "reference": reference}
        entry = node.ledger.append(conn, "refusal:begun", public, personal)
        refusal_rows.add_case(node, conn, refusal_id, parts, tag=tag, entry=entry)
        return refusal_id

    return node.write(work)


def read(node: Node, officer: Officer, refusal_id: str) -> Filed:
    """Open a case; the log knows who did. NotFound where there is none, or it was closed."""
    require(officer, *MAY)

    def work(conn: Connection) -> Filed:
        filed = open_case(node, conn, refusal_id)
        personal = {"refusal": refusal_id, "officer": officer.id}
        node.ledger.append(conn, "refusal:opened", {"state": filed.row.state}, personal)
        return filed

    return node.write(work)


def ask_protection(
    node: Node, officer: Officer, refusal_id: str, answer: Mapping[str, str]
) -> Filed:
    """Record the answer (``answer`` yes or no, ``day``, ``time``, ``language``, ``interpreter``).

    Conflict where it was asked before; a wish that comes later is ``claim_protection``.
    """
    asked = {**answer, "asked_by": signer(node, officer)}

    def change(filed: Filed) -> Filed:
        if "protection" in filed.parts:
            raise Conflict("refusal-asked", "the question was answered", hint="open the case")
        parts = {**filed.parts, "protection": asked}
        case = take_case(parts)
        row = dataclasses.replace(filed.row, state=case.stage)
        return dataclasses.replace(filed, row=row, parts=parts, case=case)

    # The answer is sealed: the public log does not tell who seeks protection.
    return _change(node, officer, refusal_id, "refusal:asked", change)


def save(
    node: Node,
    officer: Officer,
    refusal_id: str,
    parts: Mapping[str, Any],
    *,
    version: int,
    reasons: str = "",
) -> Filed:
    """Keep the parts as filled in so far. Conflict where another has changed the case since."""

    def change(filed: Filed) -> Filed:
        law.fill(filed.case)  # refused before the question, and after the decision
        _hold_version(filed, version)
        kept = {key: filed.parts[key] for key in ("protection",) if key in filed.parts}
        whole = {**parts, **kept}
        return dataclasses.replace(filed, parts=whole, case=take_case(whole), reasons=reasons)

    return _change(node, officer, refusal_id, "refusal:prepared", change)


def consult(node: Node, officer: Officer, refusal_id: str, authority: str) -> Filed:
    """Note which authority is consulted before anything is decided, and since when (R33)."""
    if not authority.strip():
        raise Malformed("refusal-consulted", "say which authority is consulted", where="authority")

    def change(filed: Filed) -> Filed:
        law.fill(filed.case)
        since = node.clock.now().replace(microsecond=0).isoformat()
        return dataclasses.replace(
            filed, consulted={"authority": authority.strip(), "since": since}
        )

    return _change(node, officer, refusal_id, "refusal:consulted", change)


def issue(node: Node, officer: Officer, refusal_id: str, *, version: int) -> Filed:
    """Refuse entry: the officer who is signed in decides, with the reasons kept in the case.

    The errors of ``law.refusal.issue`` and of ``print_form``; Conflict where the case has changed
    since it was shown; NotPermitted where the officer's training has run out, or the officer is
    not of an authority that checks at borders.
    """
    require(officer, *MAY)
    require_trained(node, officer)
    if "border-check" not in AUTHORITY_KINDS[officer.authority].purposes:
        raise NotPermitted(
            "refusal-authority",
            "entry is refused by an officer of border control",
            where="Reg (EU) 2016/399 art. 14(2)",
            hint="hand the case, as it is prepared, to the border guard",
        )

    def work(conn: Connection) -> Filed:
        filed = open_case(node, conn, refusal_id)
        law.fill(filed.case)  # NotPermitted before the question, and where it is decided
        _hold_version(filed, version)
        decision = {
            "officer": signer(node, officer),
            "reasons": filed.reasons,
            "on": node.today().isoformat(),
        }
        parts = {**filed.parts, "decision": decision}
        case = take_case(parts)
        print_form(case)  # what cannot be given to the person is not issued
        earlier = [one["reasons"] for one in refusal_rows.issued_before(node, conn)]
        repeated = law.repeats(case.reasons, earlier, most=SAME_REASONS_MOST)
        public = {
            "authority": officer.authority,
            "grounds": "".join(ground.letter for ground in case.grounds),
            "repeated_reasons": repeated,
        }
        row = dataclasses.replace(
            filed.row,
            state="issued",
            number=next_number(node, conn),
            decided_at=node.clock.now(),
        )
        issued = dataclasses.replace(filed, row=row, parts=parts, case=case)
        return _write(node, conn, officer, issued, "refusal:issued", **public)

    return node.write(work)


def claim_protection(node: Node, officer: Officer, refusal_id: str) -> Filed:
    """The person asks for protection now: no refusal; an issued one is to be withdrawn."""

    def change(filed: Filed) -> Filed:
        row = dataclasses.replace(filed.row, state=ASYLUM)
        return dataclasses.replace(filed, row=row, case=law.claim_protection(filed.case))

    return _change(node, officer, refusal_id, "refusal:asked", change)


def close(node: Node, officer: Officer, refusal_id: str) -> None:
    """End a case that comes to no refusal, and erase what it held."""
    require(officer, *MAY)

    def work(conn: Connection) -> None:
        filed = open_case(node, conn, refusal_id)
        if filed.row.state not in ("protection", "grounds"):
            raise Conflict("refusal-closing", "an issued refusal is not closed", hint="open it")
        personal = {"refusal": refusal_id, "officer": officer.id}
        entry = node.ledger.append(conn, "refusal:closed", {}, personal)
        refusal_rows.erase_case(node, conn, refusal_id, entry)

    node.write(work)


def print_filed(
    node: Node, officer: Officer, refusal_id: str, *, language: str = "", draft: bool = False
) -> tuple[str, bytes]:
    """Print a case: the name of the file and PDF/UA bytes; a draft says that it is no decision."""
    filed = read(node, officer, refusal_id)
    name = (filed.row.number or "draft").replace("/", "-")
    case = dataclasses.replace(filed.case, reasons=filed.reasons)
    return f"refusal-{name}.pdf", print_form(case, language=language, draft=draft)


def _change(
    node: Node, officer: Officer, refusal_id: str, kind: str, change: Callable[[Filed], Filed]
) -> Filed:
    require(officer, *MAY)

    def work(conn: Connection) -> Filed:
        return _write(node, conn, officer, change(open_case(node, conn, refusal_id)), kind)

    return node.write(work)


def _write(
    node: Node, conn: Connection, officer: Officer, filed: Filed, kind: str, **public: Any
) -> Filed:
    personal = {
        "refusal": filed.row.id,
        "officer": officer.id,
        "state": filed.row.state,
        "number": filed.row.number,
    }
    entry = node.ledger.append(conn, kind, public, personal)
    return refusal_rows.keep_case(node, conn, filed, entry)


def _hold_version(filed: Filed, version: int) -> None:
    if filed.version != version:
        raise Conflict(
            "refusal-changed",
            "the case was changed since this page was opened; nothing was done",
            hint="open the case again and look at what changed",
        )
