"""For the drafter: one law on two dates, two laws on data that leave; each with its articles."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from starlette.responses import Response

from comity.bureau import law
from comity.errors import ComityError
from comity.law.diff import Difference, diff
from comity.law.pack import Pack
from comity.terms.country import COUNTRIES
from comity.web.desk import Page, Visit
from comity.web.law_library import day_of, pack_named
from comity.web.wording import problem, spell

FIRST_PACK = "eu.short-stay"
GIVER, RECEIVER = "eu.ees-data", "gh.entry"
KEPT = 16
STATES = {
    "BLOCKED": "the giver's law forbids it, but for the way out",
    "CONFLICT": "both laws cannot be kept: an agreement has to settle it first",
    "SILENT": "the receiver's law says nothing: bind it by agreement",
    "COMPATIBLE": "both laws can be kept",
}


def changes(visit: Visit) -> Response:
    """Show what changed in a law between two dates, for whom, and by which text."""
    pack = _chosen(visit, "pack", FIRST_PACK)
    before, said_before, wrong = day_of(visit, "before")
    after, said_after, wrong_after = day_of(visit, "after")
    errors = wrong + wrong_after
    if not visit.query.get("before"):
        before = after.replace(year=max(after.year - 5, datetime.MINYEAR + 1), day=1)
        said_before = before.isoformat()
    found: Difference | None = None
    question = visit.query.get("question", "")
    if not errors:
        try:
            found = _changed(pack.name, pack.hash, before, after, question)
        except ComityError as error:
            errors = [problem("question", spell(error))]
    return visit.page(
        "law_changes.html",
        here="/law",
        status=422 if errors else 200,
        packs=_packs(lambda one: bool(one.questions)),
        pack=pack,
        before=said_before,
        after=said_after,
        question=question or (pack.questions[0].id if pack.questions else ""),
        questions=[{"value": one.id, "text": one.title} for one in pack.questions],
        found=found,
        names={code: one.name for code, one in COUNTRIES.items()},
        errors=errors,
    )


@lru_cache(maxsize=KEPT)
def _changed(
    name: str, _digest: str, before: datetime.date, after: datetime.date, question: str
) -> Difference:
    return diff(law.load_pack(name), before, after, question)


def clauses(visit: Visit) -> Response:
    """Show what blocks data that would leave under one law for another, and the way out."""
    giver, receiver = _chosen(visit, "giver", GIVER), _chosen(visit, "receiver", RECEIVER)
    on, typed, errors = day_of(visit, "on")
    findings: list[Any] = []
    if not errors:
        try:
            findings = law.clauses(giver, receiver, on)
        except ComityError as error:
            errors = [problem("giver", spell(error))]
    counts = {state: sum(one.state == state for one in findings) for state in STATES}
    return visit.page(
        "law_clauses.html",
        here="/law",
        status=422 if errors else 200,
        givers=_packs(lambda one: bool(one.clauses)),
        receivers=_packs(lambda _one: True),
        giver=giver,
        receiver=receiver,
        on=typed,
        findings=findings,
        counts=counts,
        states=STATES,
        errors=errors,
    )


def _chosen(visit: Visit, key: str, first: str) -> Pack:
    return pack_named(visit.query.get(key, first))


def _packs(wanted: Any) -> list[dict[str, str]]:
    loaded = [law.load_pack(name) for name in law.pack_names()]
    return [{"value": one.name, "text": one.title or one.name} for one in loaded if wanted(one)]


PAGES = (
    Page("/law/changes", changes, roles=()),
    Page("/law/clauses", clauses, roles=()),
)
