"""The fields of a refusal form: their names on the page, and the parts of the case they give.

A field that ``law.refusal.missing`` names ``person.birth_date`` is ``person-birth-date`` on the
page, one it names ``ground F.days_used`` is ``ground-f-days-used``; so every gap has its link.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from comity.bureau.refusal_form import form_words
from comity.errors import ComityError
from comity.law.ground import CHOICES, GROUNDS
from comity.law.refusal import NONE_PRESENTED, Refusal
from comity.terms.document_kind import DOCUMENT_KINDS
from comity.terms.identity import PartialDate
from comity.web.wording import problem, spell

Errors = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``part`` and ``key`` of the case, ``label``, ``options`` where it is chosen."""

    part: str
    key: str
    label: str
    hint: str = ""
    options: tuple[str, ...] = ()
    code: bool = False
    long: bool = False

    @property
    def name(self) -> str:
        """Its name and id on the page."""
        return f"{self.part}-{self.key}".replace("_", "-").lower()


DAY = "As 2026-11-23"
CODE = "Code, such as GEO"

SECTIONS: tuple[tuple[str, tuple[Field, ...]], ...] = (
    (
        "Person",
        (
            Field("person", "surname", "Surname"),
            Field("person", "given_names", "First names"),
            Field("person", "birth_date", "Date of birth", DAY, code=True),
            Field("person", "birth_place", "Place of birth"),
            Field("person", "sex", "Sex", options=("F", "M", "X")),
            Field("person", "nationality", "Nationality", CODE, code=True),
            Field("person", "residence", "Resident in"),
        ),
    ),
    (
        "Travel document",
        (
            Field("document", "kind", "Kind of document", options=tuple(DOCUMENT_KINDS)),
            Field("document", "number", "Document number", code=True),
            Field("document", "issued_in", "Issued in"),
            Field("document", "issued_on", "Issued on", DAY, code=True),
        ),
    ),
    (
        "Visa",
        (
            Field("visa", "number", "Visa number", code=True),
            Field("visa", "kind", "Type of visa"),
            Field("visa", "issued_by", "Visa issued by"),
            Field("visa", "valid_from", "Valid from", DAY, code=True),
            Field("visa", "valid_until", "Valid until", DAY, code=True),
            Field("visa", "days", "For how many days", code=True),
            Field("visa", "purpose", "On which grounds it was given"),
        ),
    ),
    (
        "Crossing",
        (
            Field("crossing", "place", "Border crossing point"),
            Field("crossing", "day", "Day of the refusal", DAY, code=True),
            Field("crossing", "time", "Local time", "As 14:35", code=True),
            Field("crossing", "coming_from", "Coming from"),
            Field("crossing", "means", "By means of", "Flight number, ship, vehicle"),
        ),
    ),
)

LAW_FACTS = (
    Field("law", "issued", "The document was issued on", DAY, code=True),
    Field("law", "expires", "The document expires on", DAY, code=True),
    Field("law", "leave", "The person means to leave on", DAY, code=True),
)

BASIS = (
    Field("form", "national_law", "National law and article under which entry is refused"),
    Field("remedy", "law", "National law and procedure of the appeal"),
    Field("remedy", "authority", "Appeal to"),
    Field("remedy", "deadline", "Time limit"),
    Field("remedy", "how", "How to appeal"),
    Field("remedy", "contact_point", "Who can give the person information and help"),
)

LANGUAGE_NAMES = {
    "en": "English", "fr": "français", "es": "español", "pt": "português", "ar": "العربية",
}  # fmt: skip

GIVING = (
    Field("form", "language", "Language of the form", options=CHOICES["language"]),
    Field(
        "form", "understood", "Language the person understands", "Code, such as en, ka or ar",
        code=True,
    ),
    Field("form", "interpreter", "Interpreter", "Needed where the two languages differ"),
    Field(
        "form", "ees_recorded", "Is the refusal entered in the Entry/Exit System?",
        options=CHOICES["ees_recorded"],
    ),
    Field("form", "signature", "Does the person sign?", options=CHOICES["signature"]),
    Field("form", "comments", "Comments", "A refusal to sign is noted here", long=True),
)  # fmt: skip

FIXED = (*(field for _title, fields in SECTIONS for field in fields), *BASIS, *GIVING)
"""All fields of the form but the law's facts and the grounds."""

_WHOLE_DATES = ("document-issued-on", "visa-valid-from", "visa-valid-until", "crossing-day")
_ABSENT = ("document", "visa")
"""Parts that may not have been presented: one box says so for all their fields."""


def details_of(letter: str) -> tuple[Field, ...]:
    """Give the fields of one ground's box."""
    keys = [*GROUNDS[letter].details]
    if letter == "I":
        keys += ["essence", "withheld_by", "withheld_reference", "court_file"]
    keys.append("observed")
    part = f"ground-{letter.lower()}"
    return tuple(
        Field(part, key, form_words("en")["detail"][key], options=CHOICES.get(key, ()))
        for key in keys
    )


def name_of(missing: str) -> str:
    """Give the name on the page of a field that is missing."""
    if missing == "grounds":
        return "ground-a"
    part, dot, key = missing.partition(".")
    whole = f"{part}.{key}" if dot else f"form.{part}"
    return whole.replace(".", "-").replace("_", "-").replace(" ", "-").lower()


def label_of(name: str) -> str:
    """Give what the page calls a field."""
    return _labels().get(name, name)


@cache
def _labels() -> dict[str, str]:
    known = {
        "ground-a": "At least one ground",
        "form-consultation": "Consultation",
        "reasons": "Your reasons",
    }
    known |= {field.name: field.label for field in FIXED}
    for letter in GROUNDS:
        known |= {one.name: f"Ground {letter}, {one.label}" for one in details_of(letter)}
    return known


def typed(sent: Mapping[str, str]) -> dict[str, str]:
    """Give every field of the form as it was sent, without the blanks around it."""
    names = [field.name for field in (*FIXED, *LAW_FACTS)]
    names += [field.name for letter in GROUNDS for field in details_of(letter)]
    names += [f"ground-{letter.lower()}" for letter in GROUNDS]
    names += [f"{part}-none" for part in _ABSENT]
    return {name: sent.get(name, "").strip() for name in (*names, "law-stays", "reasons")}


def parts_of(form: Mapping[str, str], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Give the parts of the case that the fields come to; ``kept`` those of earlier steps."""
    parts: dict[str, Any] = {}
    for field in FIXED:
        absent = form.get(f"{field.part}-none") == "yes" and field.part in _ABSENT
        value = NONE_PRESENTED if absent else form[field.name]
        if value:
            parts.setdefault(field.part, {})[field.key] = value
    earlier = kept.get("form", {})
    for key in ("title_held", "consultation"):
        if earlier.get(key):
            parts.setdefault("form", {})[key] = earlier[key]
    grounds = []
    for letter in GROUNDS:
        if form[f"ground-{letter.lower()}"] == "yes":
            box = {field.key: form[field.name] for field in details_of(letter)}
            grounds.append({"letter": letter} | {key: text for key, text in box.items() if text})
    if grounds:
        parts["ground"] = grounds
    return parts


def law_of(form: Mapping[str, str], pack: str, on: datetime.date) -> dict[str, Any]:
    """Give the question to the law that the fields come to."""
    facts = {field.key: form[field.name] for field in LAW_FACTS}
    facts["nationality"] = form["person-nationality"].upper()
    if form["document-none"] != "yes" and form["document-kind"] != NONE_PRESENTED:
        facts["document"] = form["document-kind"]
    said = {key: value for key, value in facts.items() if value}
    question: dict[str, Any] = {"pack": pack, "on": on.isoformat(), "facts": said}
    if form["law-stays"]:
        question["stays"] = form["law-stays"]
    return question


def form_of(case: Refusal, parts: Mapping[str, Any], reasons: str) -> dict[str, str]:
    """Give the fields as the case stands, for the page."""
    form = typed({})
    for field in FIXED:
        form[field.name] = str(parts.get(field.part, {}).get(field.key, ""))
    for part in _ABSENT:
        values = parts.get(part, {})
        if values and set(values.values()) == {NONE_PRESENTED}:
            form[f"{part}-none"] = "yes"
            form |= {field.name: "" for field in FIXED if field.part == part}
    question = parts.get("law", {})
    for field in LAW_FACTS:
        form[field.name] = question.get("facts", {}).get(field.key, "")
    form |= {"law-stays": question.get("stays", ""), "reasons": reasons}
    for each in case.suggestions:
        form |= {
            f"ground-{each.letter.lower()}-{key.replace('_', '-')}": value
            for key, value in each.details
        }
    for ground in case.grounds:
        form[f"ground-{ground.letter.lower()}"] = "yes"
        form |= {field.name: ground.detail(field.key) for field in details_of(ground.letter)}
    return form


def misread(form: Mapping[str, str]) -> Errors:
    """Say which days cannot be: the 30th of February, a time in words."""
    errors: Errors = []
    for name in _WHOLE_DATES:
        text = form[name]
        if text and text != NONE_PRESENTED:
            _try(errors, name, lambda text=text: datetime.date.fromisoformat(text))
    if form["person-birth-date"]:
        _try(errors, "person-birth-date", lambda: PartialDate.parse(form["person-birth-date"]))
    if form["crossing-time"]:
        _try(errors, "crossing-time", lambda: datetime.time.fromisoformat(form["crossing-time"]))
    return errors


def _try(errors: Errors, name: str, read: Any) -> None:
    try:
        read()
    except ComityError as error:
        errors.append(problem(name, f"{label_of(name)}: {spell(error)}"))
    except ValueError:
        shape = "a time, such as 14:35" if name.endswith("time") else "a day, such as 2026-11-23"
        errors.append(problem(name, f"{label_of(name)}: enter {shape}"))
