"""A refusal of entry on its way from a question to a decision of a named person.

Regulation (EU) 2016/399 art. 14 and Annex V. The order is the law of this module:

    1. The case is opened; what is known of person and document may be filled in already.
    2. **First** the person is asked, in a language they understand, whether they seek protection.
       Yes: the case goes to the asylum authority, and no refusal can ever be made of it.
    3. Grounds are relied on, one by one, by the officer. What the law packs found is a suggestion
       beside the box, never a tick in it.
    4. Nothing is left empty: not the state whose alert weighed, not the remedy, not its deadline.
    5. A named person decides, with reasons in their own words.

Nothing here issues a refusal by itself, and no function sets more than one step.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from comity.errors import Malformed, NotFound, NotPermitted
from comity.law.ground import CHOICES, GROUNDS
from comity.law.suggestion import Suggestion
from comity.terms.country import country_code

Stage = Literal["protection", "grounds", "asylum", "issued"]
NONE_PRESENTED = "-"
"""Written by the officer where nothing was presented: an answer, unlike an empty field."""

_CONSULT_FIRST = ("diplomatic", "service", "official")
_NO_PERSON = {"admin", "auto", "automatic", "comity", "computer", "root", "software", "system"}
_SHORTEST_REASONS = 30
_MAY_BE_ABSENT = ("person", "document", "visa")


@dataclass(frozen=True, slots=True)
class Person:
    """The person as the document states, and where they live."""

    surname: str = ""
    given_names: str = ""
    birth_date: str = ""
    birth_place: str = ""
    sex: str = ""
    nationality: str = ""
    residence: str = ""


@dataclass(frozen=True, slots=True)
class Presented:
    """The travel document presented; ``-`` in each field where there was none."""

    kind: str = ""
    number: str = ""
    issued_in: str = ""
    issued_on: str = ""


@dataclass(frozen=True, slots=True)
class Visa:
    """The visa presented; ``-`` in each field where there was none."""

    number: str = ""
    kind: str = ""
    issued_by: str = ""
    valid_from: str = ""
    valid_until: str = ""
    days: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where and when (local date and time), and how the person came."""

    place: str = ""
    day: str = ""
    time: str = ""
    coming_from: str = ""
    means: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """How the refusal is contested (art. 14(3)): law, body, time limit, and who can help."""

    law: str = ""
    authority: str = ""
    deadline: str = ""
    how: str = ""
    contact_point: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """The named person who acts."""

    name: str = ""
    number: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class ProtectionAnswer:
    """The question asked first: do you seek protection? With who asked, when and how."""

    seeks_protection: bool
    asked_by: Officer
    day: str
    time: str
    language: str
    interpreter: str = ""


@dataclass(frozen=True, slots=True)
class Reliance:
    """One ground the officer relies on, with the details that its box asks for."""

    letter: str
    details: tuple[tuple[str, str], ...] = ()

    def detail(self, name: str) -> str:
        """One detail, empty where it was not given."""
        return dict(self.details).get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Refusal:
    """One case.

    ``title_held``: does the person hold, or derive, a right to enter or reside? ``ees_recorded``:
    is the refusal entered in the Entry/Exit System (Reg (EU) 2017/2226 art. 18)?
    """

    stage: Stage = "protection"
    person: Person = field(default_factory=Person)
    document: Presented = field(default_factory=Presented)
    visa: Visa = field(default_factory=Visa)
    crossing: Crossing = field(default_factory=Crossing)
    remedy: Remedy = field(default_factory=Remedy)
    national_law: str = ""
    language: str = ""
    understood: str = ""
    interpreter: str = ""
    title_held: str = ""
    consultation: str = ""
    comments: str = ""
    ees_recorded: str = ""
    signature: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    grounds: tuple[Reliance, ...] = ()
    protection: ProtectionAnswer | None = None
    officer: Officer = field(default_factory=Officer)
    reasons: str = ""
    decided_on: str = ""
    number: str = ""
    """Given by the register in which the form stands; empty outside of one."""


FILLABLE = (
    "person", "document", "visa", "crossing", "remedy", "national_law", "language", "understood",
    "interpreter", "title_held", "consultation", "comments",
    "ees_recorded", "signature",
)  # fmt: skip


def open_refusal(
    *,
    person: Person | None = None,
    document: Presented | None = None,
    crossing: Crossing | None = None,
    suggestions: tuple[Suggestion, ...] = (),
) -> Refusal:
    """Open a case with what is known; the next step is the question about protection."""
    return Refusal(
        person=person or Person(),
        document=document or Presented(),
        crossing=crossing or Crossing(),
        suggestions=suggestions,
    )


def answer_protection(case: Refusal, answer: ProtectionAnswer) -> Refusal:
    """Record the answer. Yes: the case is one of asylum and stays so."""
    _refuse_asylum(case)
    if case.stage != "protection":
        raise NotPermitted(
            "refusal-protection-answered",
            "the question was answered",
            hint="a later wish for protection is recorded by claim_protection",
        )
    check_named(answer.asked_by)
    for name in ("day", "time", "language"):
        if not str(getattr(answer, name)).strip():
            raise _incomplete((f"protection.{name}",))
    stage: Stage = "asylum" if answer.seeks_protection else "grounds"
    return replace(case, stage=stage, protection=answer)


def claim_protection(case: Refusal) -> Refusal:
    """The person asks for protection now, at whatever stage: the case becomes one of asylum.

    Also after the form was issued: the refusal is then to be withdrawn by its authority.
    """
    return replace(case, stage="asylum")


def fill(case: Refusal, **parts: object) -> Refusal:
    """Fill fields of the form (`FILLABLE`), once the question about protection is answered no."""
    _refuse_unasked(case)
    for name, value in parts.items():
        if name not in FILLABLE:
            raise NotFound("refusal-field", "no such field to fill", where=name[:40])
        _check_choice(name, value, f"field {name}")
    return replace(case, **parts)  # type: ignore[arg-type]


def rely(case: Refusal, letter: str, **details: str) -> Refusal:
    """Rely on one ground, with its details; relying again replaces them."""
    _refuse_unasked(case)
    if letter not in GROUNDS:
        raise NotFound("refusal-ground", "no such ground", where=letter[:4], hint="A to J")
    for name, value in details.items():
        _check_choice(name, value, f"ground {letter}, {name}")
    if details.get("alert_state"):
        details["alert_state"] = country_code(details["alert_state"])
    kept = tuple(ground for ground in case.grounds if ground.letter != letter)
    grounds = (*kept, Reliance(letter, tuple(sorted(details.items()))))
    return replace(case, grounds=tuple(sorted(grounds, key=lambda ground: ground.letter)))


def _check_choice(name: str, value: object, where: str) -> None:
    if name in CHOICES and value not in CHOICES[name]:
        raise Malformed(
            "refusal-choice",
            "not a box of the form",
            where=where,
            hint="one of: " + ", ".join(CHOICES[name]),
        )


def missing(case: Refusal) -> tuple[str, ...]:
    """The fields that are empty and must not be, by name; empty when the form is complete."""
    names = [
        f"{part}.{item.name}"
        for part in ("person", "document", "visa", "crossing", "remedy")
        for item in fields(getattr(case, part))
        if _empty(getattr(getattr(case, part), item.name), dash=part in _MAY_BE_ABSENT)
    ]
    plain = ("national_law", "language", "understood", "title_held", "ees_recorded", "signature")
    names += [name for name in plain if _empty(getattr(case, name))]
    if not case.grounds:
        names.append("grounds")
    if case.language and case.understood != case.language and not case.interpreter.strip():
        names.append("interpreter")
    if must_consult(case) and not case.consultation.strip():
        names.append("consultation")
    # Annex V part A(1)(a): a refusal to sign is noted under "comments".
    if case.signature == "refused" and not case.comments.strip():
        names.append("comments")
    return (*names, *(name for ground in case.grounds for name in _missing_details(ground)))


def _empty(value: str, *, dash: bool = False) -> bool:
    return not value.strip() or (value.strip() == NONE_PRESENTED and not dash)


def must_consult(case: Refusal) -> bool:
    """Whether other authorities have to be asked before this person may be refused.

    Annex VII(4.3) for official passports; C-503/03 and art. 14(1) where a title is held.
    """
    return case.document.kind in _CONSULT_FIRST or case.title_held == "yes"


def _missing_details(ground: Reliance) -> list[str]:
    wanted = [name for name in GROUNDS[ground.letter].details if _empty(ground.detail(name))]
    if ground.letter == "I" and not ground.detail("essence"):
        withheld = ("withheld_by", "withheld_reference", "court_file")
        lacking = [name for name in withheld if not ground.detail(name)]
        wanted += ["essence"] if len(lacking) == len(withheld) else lacking
    return [f"ground {ground.letter}.{name}" for name in wanted]


def issue(case: Refusal, officer: Officer, reasons: str, decided_on: str) -> Refusal:
    """Decide: a named person, on a day, with reasons in their own words, on a complete form.

    Raises `NotPermitted` (protection not asked or claimed, no named person, reasons not their
    own) and `Malformed` ``refusal-incomplete`` with the names of the empty fields.
    """
    _refuse_unasked(case)
    empty = missing(case) if decided_on.strip() else (*missing(case), "decided_on")
    if empty:
        raise _incomplete(empty)
    check_named(officer)
    _check_own_words(case, reasons)
    return replace(
        case, stage="issued", officer=officer, reasons=reasons.strip(), decided_on=decided_on
    )


def check_named(officer: Officer) -> None:
    """Refuse an act without a named person behind it."""
    words = set(_folded(officer.name).split()) - {"the"}
    if not words or not officer.number.strip() or words <= _NO_PERSON:
        raise NotPermitted(
            "refusal-officer-unnamed",
            "a named person decides, with a service number",
            where="officer",
            hint="software prepares the form; it never issues one",
        )
    if not officer.authority.strip():
        raise _incomplete(("officer.authority",))


def _check_own_words(case: Refusal, reasons: str) -> None:
    own = _folded(reasons)
    borrowed = [_folded(text) for each in case.suggestions for text in (each.text, each.cite)]
    if len(own) < _SHORTEST_REASONS or any(own in text or own == text for text in borrowed):
        raise NotPermitted(
            "refusal-reasons-not-own",
            "the reasons are missing, too short or copied from a suggestion",
            where="reasons",
            hint="write in your own words what you saw and why it fails the condition",
        )


def repeats(reasons: str, earlier: Iterable[str], *, most: int) -> bool:
    """Whether the same reasons stood in more than ``most`` earlier refusals: flag for review."""
    own = _folded(reasons)
    return sum(1 for text in earlier if _folded(text) == own) > most


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _refuse_asylum(case: Refusal) -> None:
    if case.stage == "asylum":
        raise NotPermitted(
            "refusal-protection-claimed",
            "the person seeks protection: no refusal can be made of this case",
            hint="hand the case to the asylum authority",
        )


def _refuse_unasked(case: Refusal) -> None:
    _refuse_asylum(case)
    if case.stage == "issued":
        raise NotPermitted("refusal-issued", "the form is issued and cannot be changed")
    if case.stage == "protection":
        raise NotPermitted(
            "refusal-protection-unasked",
            "the person has not been asked whether they seek protection",
            hint="ask first, in a language the person understands, and record the answer",
        )


def _incomplete(names: tuple[str, ...]) -> Malformed:
    return Malformed(
        "refusal-incomplete",
        f"{len(names)} fields are empty",
        where=", ".join(names[:12]),
        hint="a form with an empty field cannot be issued; write - where nothing was presented",
    )
