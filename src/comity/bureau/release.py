"""A person lets out one thing that the law keeps back, by the way out which the law itself names.

BLOCKED: every condition of the way out is established, in the words of the clause. CONFLICT: the
officer settles it for this one case, with reasons. What the clause does not open, nobody here can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from comity.bureau import alignment, letters, withheld
from comity.bureau.agreement import Adopted, find
from comity.bureau.gate import Established, Ruling, gate_to
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require, require_trained
from comity.errors import Conflict, Malformed, NotFound, NotPermitted
from comity.record import tables

REASON_CHARS_MIN = 20


@dataclass(frozen=True, slots=True)
class Released:
    """What was let out: the ruling with what was established, and the entry that records it."""

    id: str
    ruling: Ruling
    entry: int


def report(node: Node, limit: int = 100) -> dict[str, Any]:
    """Give what an operator looks at: every ruling of today, and what is kept back, as JSON."""
    numbers = withheld.counts(node)
    return {
        "rulings": [
            one.as_dict() | {"withheld": numbers.get((one.agreement, one.peer, one.category), 0)}
            for one in alignment.rulings(node)
        ],
        "withheld": [one.as_dict() for one in withheld.listing(node, limit=limit)],
    }


def release(
    node: Node,
    officer: Officer,
    withheld_id: str,
    *,
    conditions: Sequence[str] = (),
    settle: Sequence[str] = (),
    reason: str,
) -> Released:
    """Let out one thing kept back; ``conditions`` in the words of the clause, ``settle`` kinds.

    Malformed without an assessment in words, or for words that no way out has; NotPermitted
    "law-shut" where the law stays shut for all that; NotFound and Conflict for the id.
    """
    require(officer, "bureau")
    require_trained(node, officer)
    if len(reason.strip()) < REASON_CHARS_MIN:
        raise Malformed(
            "release-reason",
            "letting something out needs an assessment of this one case in words",
            where="reason",
            hint=f"at least {REASON_CHARS_MIN} characters",
        )
    told = Established(frozenset(conditions), frozenset(settle))

    def work(conn: Connection) -> Released:
        row = conn.execute(select(tables.gate).filter_by(id=withheld_id)).first()
        if row is None:
            raise NotFound("release-unknown", "nothing of this id is kept back here")
        if row.state != withheld.WITHHELD:
            raise Conflict("release-done", f"it is {row.state} already")
        adopted = find(node, row.agreement)
        way = gate_to(node, conn, adopted.agreement, row.peer)
        purposes = (row.purpose,) if row.purpose else ()
        _hold(way.rule(row.category, purposes), told)
        ruling = way.rule(row.category, purposes, told)
        if not ruling.open:
            raise NotPermitted(
                "law-shut", ruling.why, where=ruling.cite, hint=_missing(ruling, told)
            )
        public = {**withheld.said(ruling), "settled": sorted(settle)}
        personal = {
            "officer": officer.id,
            "subject": row.subject,
            "conditions": sorted(conditions),
            "reason": reason,
        }
        entry = node.ledger.append(conn, "law:released", public, personal)
        values = {
            "state": withheld.RELEASED,
            "established": sorted(conditions),
            "settled": sorted(settle),
            "entry": entry,
        }
        conn.execute(update(tables.gate).filter_by(id=withheld_id).values(**values))
        _let_out(node, conn, adopted, row.kind, row.peer)
        return Released(withheld_id, ruling, entry)

    return node.write(work)


def _hold(ruling: Ruling, told: Established) -> None:
    known = {text for way in ruling.ways_out for text in (*way.any_of, *way.all_of)}
    clashes = {finding.kind for finding in ruling.shut_by if finding.state == "CONFLICT"}
    if told.conditions - known:
        raise Malformed(
            "release-condition",
            "a condition is not one of a way out of this clause",
            where=ruling.cite,
            hint=("one of: " + "; ".join(sorted(known))) if known else "the clause has no way out",
        )
    if told.settled - clashes:
        raise Malformed(
            "release-conflict",
            "there is no conflict of that kind",
            where=ruling.cite,
            hint=", ".join(sorted(clashes)) or "nothing to settle",
        )


def _missing(ruling: Ruling, told: Established) -> str:
    for way in ruling.ways_out:
        lacking = [text for text in way.all_of if text not in told.conditions]
        if way.any_of and not set(way.any_of) & told.conditions:
            lacking.append("one of " + " / ".join(way.any_of))
        if lacking:
            return f"by {way.cite} establish: " + "; ".join(lacking)
    clashes = [finding.kind for finding in ruling.shut_by if finding.state == "CONFLICT"]
    if clashes and len(clashes) == len(ruling.shut_by):
        return "settle: " + ", ".join(clashes)
    return "the law names no way out for this purpose"


def _let_out(node: Node, conn: Connection, adopted: Adopted, kind: str, peer: str) -> None:
    if kind == withheld.ALERT:
        alignment.align(node, conn, adopted.policy, peer)
    else:
        letters.align_now(node, conn, peer)
