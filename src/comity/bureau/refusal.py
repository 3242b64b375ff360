"""Read a refusal case from text, step by step in the order of the law, and prefill it.

A case is one TOML file; every part but ``[protection]`` may still be missing while it is prepared:

    [law]                              # optional: what the packs suggest, beside the boxes
    pack  = "eu.short-stay"
    on    = 2026-11-23
    facts = { nationality = "UTO", document = "ordinary" }
    stays = "..."                      # the table of stays, as CSV
    alert = { issuer = "UTO", category = "entry-refusal-ban" }    # a hit that was confirmed

    [person]      surname given_names birth_date birth_place sex nationality residence
    [document]    kind number issued_in issued_on             ("-": none presented)
    [visa]        number kind issued_by valid_from valid_until days purpose
    [crossing]    place day time coming_from means
    [protection]  answer = "no", asked_by = { name, number, authority }, day, time, language
    [form]        national_law language understood interpreter title_held consultation comments
                  ees_recorded signature
    [remedy]      law authority deadline how contact_point
    [[ground]]    letter = "F", and the details of its box
    [decision]    officer = { name, number, authority }, reasons, on

Steps are taken in the order of `comity.law.refusal`; with ``[decision]`` the case is issued, or
refused with the names of what is lacking.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from comity.bureau.law import ask, load_pack, parse_day
from comity.bureau.stay import count_table
from comity.errors import Malformed
from comity.law.refusal import (
    FILLABLE,
    Crossing,
    Officer,
    Person,
    Presented,
    ProtectionAnswer,
    Refusal,
    Remedy,
    Visa,
    answer_protection,
    fill,
    issue,
    open_refusal,
    rely,
)
from comity.law.suggestion import Suggestion, suggestion_from_stay, suggestions_from
from comity.terms.category import CATEGORIES
from comity.terms.country import country_code

T = TypeVar("T", Person, Presented, Visa, Crossing, Remedy, Officer)
_PARTS = ("law", "person", "document", "visa", "crossing", "protection", "form", "remedy",
          "ground", "decision")  # fmt: skip
_WORDS = tuple(name for name in FILLABLE if name not in {"person", "document", "visa", "crossing",
                                                         "remedy"})  # fmt: skip
_LONGEST = 100_000


def read_case(text: str) -> Refusal:
    """Take a case as far as its text goes: opened, asked, filled, relied on, issued.

    Malformed "refusal-case" where the text is not of the form; otherwise the errors of the steps.
    """
    return take_case(_parse(text))


def take_case(table: Mapping[str, Any]) -> Refusal:
    """Take a case from the same parts as mappings, as a page posts them."""
    _known(table, _PARTS, "case")
    case = open_refusal(
        person=_part(Person, table, "person"),
        document=_part(Presented, table, "document"),
        crossing=_part(Crossing, table, "crossing"),
        suggestions=suggest(_table(table, "law")),
    )
    if "protection" not in table:
        return case
    case = answer_protection(case, _protection(_table(table, "protection")))
    if case.stage == "asylum":
        return case
    words = _table(table, "form")
    _known(words, _WORDS, "form")
    case = fill(
        case,
        visa=_part(Visa, table, "visa"),
        remedy=_part(Remedy, table, "remedy"),
        **{name: _text(words[name], f"form, {name}") for name in words},
    )
    for ground in _rows(table):
        details = {name: _text(ground[name], f"ground, {name}") for name in ground}
        case = rely(case, details.pop("letter", ""), **details)
    return _decide(case, _table(table, "decision")) if "decision" in table else case


def suggest(law: Mapping[str, Any]) -> tuple[Suggestion, ...]:
    """What a pack, and the count of days under it, suggest for the facts of a case."""
    if not law:
        return ()
    _known(law, ("pack", "on", "facts", "stays", "alert"), "law")
    if not law.get("on"):
        raise _wrong("law, on", "is not a date")
    on = parse_day(_text(law["on"], "law, on"))
    pack = load_pack(_text(law.get("pack", ""), "law, pack"))
    facts = {name: _fact(value) for name, value in _table(law, "facts").items()}
    answer = ask(pack, facts, on)
    found = list(suggestions_from((answer.decision, *answer.others)))
    if "stays" in law:
        report = count_table(pack, _text(law["stays"], "law, stays"), on)
        overstay = suggestion_from_stay(report.answers[0])
        found += [overstay] if overstay else []
    if "alert" in law:
        found.append(_alert(_table(law, "alert")))
    return tuple(found)


def _alert(alert: Mapping[str, Any]) -> Suggestion:
    # C-225/19: the state whose alert weighed is named to the person.
    _known(alert, ("issuer", "category"), "law, alert")
    kind = CATEGORIES.get(_text(alert.get("category", ""), "law, alert, category"))
    if kind is None:
        raise _wrong("law, alert, category", "is not known")
    issuer = country_code(_text(alert.get("issuer", ""), "law, alert, issuer"))
    details = (("alert_state", issuer),)
    return Suggestion("H", kind.id, kind.article, kind.title, (("issuer", issuer),), details)


def _decide(case: Refusal, decision: Mapping[str, Any]) -> Refusal:
    _known(decision, ("officer", "reasons", "on"), "decision")
    officer = _part(Officer, decision, "officer")
    reasons = _text(decision.get("reasons", ""), "decision, reasons")
    return issue(case, officer, reasons, _text(decision.get("on", ""), "decision, on"))


def _protection(table: Mapping[str, Any]) -> ProtectionAnswer:
    _known(table, ("answer", "asked_by", "day", "time", "language", "interpreter"), "protection")
    if table.get("answer") not in {"yes", "no"}:
        raise _wrong("protection, answer", "is yes or no")
    words = {name: _text(table.get(name, ""), f"protection, {name}") for name in
             ("day", "time", "language", "interpreter")}  # fmt: skip
    return ProtectionAnswer(table["answer"] == "yes", _part(Officer, table, "asked_by"), **words)


def _parse(text: str) -> dict[str, Any]:
    if len(text) > _LONGEST:
        raise _wrong("case", f"is longer than {_LONGEST} characters")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("case", f"is not TOML: {str(error).lower()[:80]}") from None


def _part(kind: type[T], table: Mapping[str, Any], name: str) -> T:
    part = _table(table, name)
    _known(part, tuple(item.name for item in fields(kind)), name)
    return kind(**{key: _text(value, f"{name}, {key}") for key, value in part.items()})


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = table.get(name, {})
    if not isinstance(part, dict):
        raise _wrong(name, "is not a table")
    return part


def _rows(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = table.get("ground", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _wrong("ground", "is written [[ground]]")
    return rows


def _text(value: object, where: str) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if type(value) is int:
        return str(value)
    if not isinstance(value, str):
        raise _wrong(where, "is not text")
    return value


def _fact(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else _text(value, "law, facts")


def _known(table: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in names:
            raise _wrong(f"{where}, {str(key)[:40]}", "is not known here")


def _wrong(where: str, what: str) -> Malformed:
    return Malformed(
        "refusal-case", f"a part of the case {what}", where=where, hint="docs/reference/refusal.md"
    )
