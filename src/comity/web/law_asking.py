"""Ask the law: one question about one person, answered with article, text, facts and exceptions.

Nobody signs in here: these are published texts. The facts in the address name nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from comity.bureau import law
from comity.errors import ComityError
from comity.law.explain import as_record, explain
from comity.law.pack import Pack
from comity.terms.country import COUNTRIES
from comity.terms.document_kind import DOCUMENT_KINDS
from comity.web.desk import Page, Visit
from comity.web.law_library import pack_named
from comity.web.wording import problem, spell

FIRST_PACK = "eu.short-stay"
MAIN = ("nationality", "document", "biometric", "issuer", "residence", "permit")
"""The facts asked first; the pack's others stand behind a fold."""

SETTLED = ("exempt", "yes", "permitted")
OPEN = {"UNKNOWN": "match", "CONFLICT": "match", "GAP": "match"}
SAID = {
    "UNKNOWN": "It depends: something has to be known first",
    "CONFLICT": "The texts contradict each other here",
    "GAP": "The texts say nothing about this case",
    "state_option": "Each state may decide",
    "officer_may": "The officer may decide",
    "exempt": "Exempt",
    "required": "Required",
    "yes": "Yes",
    "no": "No",
}


def ask(visit: Visit) -> Response:
    """Show the form, and the answer where a fact is given."""
    pack = pack_named(visit.query.get("pack", FIRST_PACK))
    given = {key: visit.query.get(key, "").strip() for key in pack.facts}
    on = visit.query.get("on", "") or visit.node.today().isoformat()
    question = visit.query.get("question", "")
    facts = {key: _code(pack, key, value) for key, value in given.items() if value}
    wrong: list[dict[str, str]] = []
    answers: list[dict[str, Any]] = []
    if facts:
        try:
            found = law.ask(pack, facts, law.parse_day(on), question)
            answers = [view(one) for one in (found.decision, *found.others)]
        except ComityError as error:
            wrong = [problem(_field(error, given), spell(error))]
    return visit.page(
        "law_ask.html",
        here="/law",
        status=422 if wrong else 200,
        packs=_packs(),
        pack=pack,
        main=[input_of(pack, key, given) for key in MAIN if key in pack.facts],
        more=[input_of(pack, key, given) for key in pack.facts if key not in MAIN],
        questions=[{"value": q.id, "text": q.title} for q in pack.questions],
        question=question,
        on=on,
        answers=answers,
        errors=wrong,
    )


def view(decision: Any) -> dict[str, Any]:
    """Give one decision as the page shows it, for the three audiences."""
    record = as_record(decision)
    outcome = record["outcome"]
    return {
        **record,
        "title": decision.view.question.title,
        "said": SAID.get(outcome, outcome.replace("_", " ")),
        "band": _band(outcome),
        "could": " or ".join(one.replace("_", " ") for one in record["possible"]),
        "traveller": explain(decision, "traveller"),
        "officer": explain(decision, "officer"),
        "court": explain(decision, "court"),
    }


def _band(outcome: str) -> str:
    if outcome in SETTLED:
        return "no-match"
    return OPEN.get(outcome, "match" if outcome.endswith(("option", "may")) else "not-permitted")


def _code(pack: Pack, key: str, value: str) -> str:
    return value.upper() if pack.facts[key].type == "country" and value != "none" else value


def _field(error: ComityError, given: Mapping[str, str]) -> str:
    named = error.where.removeprefix("fact ").split(" ")[0]
    return named if named in given else ("on" if "date" in error.where else "nationality")


def _packs() -> list[dict[str, str]]:
    return [
        {"value": shelf.name, "text": shelf.title or shelf.name}
        for shelf in law.library()
        if shelf.rules
    ]


def input_of(pack: Pack, key: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Give the input of one fact: name, label, options or hint, and what was typed."""
    kind = pack.facts[key]
    choices: list[str] = []
    if kind.type == "yes-no":
        choices = ["yes", "no"]
    elif kind.type == "document":
        choices = [name for name in DOCUMENT_KINDS if name]
    elif kind.type == "word":
        choices = list(kind.words)
    options = [{"value": "", "text": "Not stated"}]
    options += [{"value": one, "text": one.replace("-", " ")} for one in choices]
    hint = {"country": "Code, such as GEO", "date": "YYYY-MM-DD"}.get(kind.type, "")
    if kind.none and kind.type == "country":
        hint += "; none for none"
    return {
        "name": key,
        "label": kind.ask or key,
        "options": options if choices else [],
        "hint": hint,
        "value": given[key],
        "country": COUNTRIES[given[key].upper()].name if given[key].upper() in COUNTRIES else "",
    }


PAGES = (Page("/law", ask, roles=()),)
