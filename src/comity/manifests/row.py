"""What every manifest reader yields, one for each traveller in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from comity.errors import ComityError, Malformed
from comity.terms.country import country_code
from comity.terms.identity import Identity, Sex

Kind = Literal["csv", "mrz", "paxlst"]
KINDS: tuple[Kind, ...] = ("csv", "mrz", "paxlst")

NOTES = {
    "birth-century-open": "the year of birth has two digits and two centuries are possible",
    "birth-date-missing": "no date of birth: a match can only be a candidate",
    "country-unknown": "a nationality or issuer is no ICAO code and was left out",
    "name-missing": "no name: only the document number can be compared",
    "sex-unknown": "the sex is none of F, M, X and was left out",
    "zone-differs": "the machine-readable zone and the columns say different things",
}
"""What the notes of this room mean; those of a zone reader are explained where it is."""


@dataclass(frozen=True, slots=True)
class Travel:
    """Facts of the journey, empty where the file is silent.

    Places are codes as written (IATA airports mostly), times ISO 8601 local to the place, without
    zone. ``reference`` is the encounter, booking or passenger reference; ``role`` "passenger",
    "crew" or "transit".
    """

    flight: str = ""
    departure: str = ""
    departs: str = ""
    arrival: str = ""
    arrives: str = ""
    reference: str = ""
    role: str = ""


NO_TRAVEL = Travel()


@dataclass(frozen=True, slots=True)
class Traveller:
    """One traveller as the file states them.

    ``line`` counts from 1 (in PAXLST: segments from 1 after UNA).
    ``document_kind`` is the code of the first document as written (P, I, V ...). ``zone`` holds
    the lines of a machine-readable zone, where the row had one.
    """

    line: int
    identity: Identity
    document_kind: str = ""
    travel: Travel = NO_TRAVEL
    notes: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not read: where, which ``field`` ("" for the whole row), why, what to do.

    ``reason`` is a stable code. Nothing of the row is repeated: it may hold personal data.
    """

    line: int
    field: str
    reason: str
    hint: str = ""


Row = Traveller | Refused


@dataclass(frozen=True, slots=True)
class ZoneRead:
    """What a zone reader hands back: the ``identity``, the document's code, its own notes."""

    identity: Identity
    document_kind: str
    notes: tuple[str, ...] = ()


ZoneReader = Callable[[str], ZoneRead]
"""Reads the text of one machine-readable zone; raises ComityError where it cannot.

The room that reads travel documents stands beside this one, so the caller joins the two::

    def read_zone(text: str) -> ZoneRead:
        reading = read_mrz(text, on=today)
        return ZoneRead(identity_of(reading), reading.read.kind, reading.notes)
"""

SEXES: dict[str, Sex] = {"F": "F", "M": "M", "X": "X"}


_FIELDS = {
    "date-day-without-month": "birth_date",
    "date-form": "birth_date",
    "date-not-in-calendar": "birth_date",
    "document-number": "document_number",
    "identity-large": "",
    "name-empty": "name",
    "name-long": "name",
}


def refuse(line: int, error: ComityError) -> Refused:
    """Turn an error about one row into a refusal; values know their field by the code."""
    return Refused(line, error.where or _FIELDS.get(error.code, ""), error.code, error.hint)


def country(text: str, notes: list[str]) -> str:
    """Give the ICAO code, or "" with a note: one unknown code does not hide a traveller."""
    try:
        return country_code(text)
    except Malformed:
        notes.append("country-unknown")
        return ""
