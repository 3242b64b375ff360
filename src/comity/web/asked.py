"""Read the question form of a check: a machine-readable zone, or what is known in words.

Nothing is repaired silently: where a check digit of the zone does not hold, the form comes back
with the digits and with the readings that would hold, and the officer chooses.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.bureau.answer import Traveller
from comity.bureau.travellers import kind_of
from comity.documents.check_digit import CheckDigit
from comity.documents.mrz import Reading, identity_of, read_mrz
from comity.documents.repair import Proposal, propose
from comity.errors import ComityError, Malformed
from comity.terms.country import country_code
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate
from comity.web.wording import problem, spell

FIELDS = ("mrz", "surname", "forenames", "nationality", "document", "reference", "origin")
ZONE_CHARS_MAX = 1000
PROPOSALS_SHOWN = 4
AS_READ = "as-read"

FIELD_OF = {"check-reference": "reference", "check-purpose": "purpose", "check-empty": "mrz"}

Error = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as typed, and the traveller it gives; None where something is to be settled.

    ``facts`` are those of the zone that the law asks for: the issuer, and until when it is valid.
    """

    form: Mapping[str, Any]
    traveller: Traveller | None
    errors: tuple[Error, ...] = ()
    checks: tuple[CheckDigit, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Zone:
    reading: Reading | None
    checks: tuple[CheckDigit, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    error: str = ""


def blank(form: Mapping[str, str]) -> dict[str, Any]:
    """Give all fields of the form, empty where ``form`` says nothing."""
    birth = {part: form.get(f"birth-{part}", "").strip() for part in ("day", "month", "year")}
    fields: dict[str, Any] = {name: form.get(name, "").strip() for name in FIELDS}
    fields["mrz"] = fields["mrz"].upper()  # as the field shows it
    return fields | {
        "birth": birth,
        "protection": form.get("protection", ""),
        "reading": form.get("reading", ""),
    }


def read(form: Mapping[str, str], on: datetime.date) -> Asked:
    """Read the form as typed on the day ``on``."""
    typed = blank(form)
    wrong: list[Error] = []
    zone = _read_zone(typed["mrz"], form.get("reading", ""), on) if typed["mrz"] else _Zone(None)
    if zone.error:
        wrong.append({"field": "mrz", "text": zone.error})
    identity = _identity(typed, zone.reading, wrong)
    if not typed["reference"]:
        wrong.append({"field": "reference", "text": "Enter the reference of the encounter"})
    if not wrong and not identity.names and not identity.documents:
        text = "Scan the document, or enter a name or a document number"
        wrong.append({"field": "mrz", "text": text})
    origins = _origins(typed, wrong)
    if wrong:
        return Asked(typed, None, tuple(wrong), zone.checks, zone.proposals)
    kind = "" if zone.reading is None else kind_of(zone.reading.read.kind)
    return Asked(
        typed,
        Traveller(
            identity=identity, reference=typed["reference"], document_kind=kind, origins=origins
        ),
        facts={} if zone.reading is None else _facts(zone.reading),
    )


def _facts(zone: Reading) -> dict[str, str]:
    expires = zone.inferred.expiry_date
    facts = {"issuer": zone.read.issuer}
    if expires is not None and expires.day is not None:
        facts["expires"] = str(expires)
    return {name: value for name, value in facts.items() if value}


def _read_zone(text: str, chosen: str, on: datetime.date) -> _Zone:
    if len(text) > ZONE_CHARS_MAX:
        return _Zone(None, error="This is longer than any machine-readable zone")
    try:
        reading = read_mrz(text, on=on)
        fault = "A check digit does not hold: compare with the document and choose below"
    except Malformed as error:
        reading = None
        fault = spell(error) + (f" ({error.where})" if error.where else "")
    if reading is not None and (reading.holds or chosen == AS_READ):
        return _Zone(reading)
    proposals = tuple(propose(text))[:PROPOSALS_SHOWN]
    for one in proposals:
        if "\n".join(one.lines) == chosen.replace("\r\n", "\n"):
            return _Zone(read_mrz(one.lines, on=on))
    return _Zone(reading, () if reading is None else reading.checks, proposals, fault)


def _identity(typed: Mapping[str, Any], zone: Reading | None, wrong: list[Error]) -> Identity:
    read = Identity() if zone is None else identity_of(zone)
    names = list(read.names)
    dates, documents = list(read.birth_dates), list(read.documents)
    countries = list(read.nationalities)
    surname, forenames = typed["surname"], typed["forenames"]
    if surname or forenames:
        _try(
            "surname",
            wrong,
            lambda: names.append(Name.of(surname or forenames, forenames if surname else "")),
        )
    if any(typed["birth"].values()):
        _try("birth", wrong, lambda: dates.append(birth_date(typed["birth"])))
    if typed["nationality"]:
        _try(
            "nationality",
            wrong,
            lambda: countries.append(country_code(typed["nationality"].upper())),
        )
    if typed["document"]:
        _try("document", wrong, lambda: documents.append(DocumentNumber(typed["document"].upper())))
    return Identity(
        names=tuple(dict.fromkeys(names)),
        birth_dates=tuple(dict.fromkeys(dates)),
        nationalities=tuple(dict.fromkeys(countries)),
        sex=read.sex,
        documents=tuple(dict.fromkeys(documents)),
    )


def birth_date(parts: Mapping[str, str]) -> PartialDate:
    """Read a date of which day, or day and month, may be left out."""
    year, month, day = parts["year"], parts["month"], parts["day"]
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Malformed("date-year", "enter a year with four digits")
    if day and not month:
        raise Malformed("date-month", "enter the month, or leave the day out too")
    text = "-".join(
        part
        for part in (year, month.zfill(2) if month else "", day.zfill(2) if day else "")
        if part
    )
    return PartialDate.parse(text)


def _origins(typed: Mapping[str, Any], wrong: list[Error]) -> tuple[str, ...] | None:
    if typed["protection"] != "yes":
        return None
    found: list[str] = []
    for code in typed["origin"].replace(",", " ").split():
        _try("origin", wrong, lambda code=code: found.append(country_code(code.upper())))
    return tuple(found)


def _try(field: str, wrong: list[Error], read: Any) -> None:
    try:
        read()
    except ComityError as error:
        place = f"{field}-year" if field == "birth" else field
        wrong.append(problem(place, spell(error)))
