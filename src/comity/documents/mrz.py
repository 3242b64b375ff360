"""Machine-readable zones of travel documents (ICAO Doc 9303 parts 3 to 7): read and write.

A passport (TD3), the specimen of the Doc::

    P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
    L898902C36UTO7408122F1204159ZE184226B<<<<<10

``read_mrz`` refuses only what has not the shape of a zone. A check digit that does not hold, an
impossible date, a digit in a name do not stop the reading: they stand in ``checks`` and ``notes``,
and the officer sees them. Nothing is corrected here (see repair).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from comity.documents.century import Inferred, infer
from comity.documents.check_digit import ALPHABET, CheckDigit, check, compute_digit
from comity.documents.layout import LAYOUTS, Format, Layout, Span, layout_of, split_zone
from comity.documents.name_field import format_names, read_names
from comity.errors import Malformed
from comity.terms.country import ALIASES
from comity.terms.identity import DocumentNumber, Identity, Name, Sex

NOTES = {
    "birth-century-open": "the year of birth has two digits and two centuries are possible",
    "birth-date-not-possible": "no day in the calendar before today fits the date of birth",
    "birth-date-part-unknown": "the document leaves the month or day of birth out",
    "birth-year-unknown": "the document leaves the year of birth out",
    "check-digit-fails": "a check digit does not hold: misread, damaged or forged",
    "document-code-unusual": "the document code is not one of the format",
    "document-number-continues": "a long document number goes on in the optional data",
    "document-number-missing": "there is no document number",
    "expiry-date-not-possible": "the expiry date is not in the calendar",
    "name-may-be-cut": "the name fills its field to the end: letters may be missing",
    "name-third-part": "the name has more parts than surname and forenames",
    "name-with-digit": "a digit stands in a name: probably misread",
    "name-without-surname": "there is no surname",
    "sex-unusual": "the sex is not F, M, X or unspecified",
}
"""What each note of a reading means."""

_SIGNS = frozenset(ALPHABET)
_CODES = {"TD1": "ACI", "TD2": "ACIP", "TD3": "P", "MRV-A": "V", "MRV-B": "V"}
_SEXES: dict[str, Sex] = {"F": "F", "M": "M", "X": "X"}


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in a zone, fillers taken off: read, not inferred.

    ``kind`` document code of 1 or 2 letters; ``issuer`` and ``nationality`` ICAO codes ("D" for
    ``D<<``); dates six characters YYMMDD with ``<<`` for an unknown part; ``sex`` F, M, X or "<";
    ``optional_2`` only in TD1. ``name_cut``: the name fills its field, letters may be missing.
    """

    format: Format
    kind: str
    issuer: str
    surname: str
    forenames: str
    document_number: str
    nationality: str
    birth_date: str
    sex: str
    expiry_date: str
    optional: str = ""
    optional_2: str = ""
    name_cut: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A zone as read: its ``lines``, the fields ``read``, what is ``inferred``, checks and notes.

    ``notes`` are codes explained in NOTES; ``inferred`` is empty where no day was handed in.
    """

    lines: tuple[str, ...]
    read: Fields
    inferred: Inferred
    checks: tuple[CheckDigit, ...]
    notes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every check digit holds."""
        return all(each.holds for each in self.checks)


def read_mrz(source: str | Sequence[str], *, on: datetime.date | None = None) -> Reading:
    """Read a zone given as text or as lines; ``on`` is the day from which centuries follow.

    Raises Malformed where number or length of lines fit no format, or a character is none of
    A-Z, 0-9 and ``<`` (small letters and blanks included: ask repair for proposals).
    """
    lines = split_zone(source) if isinstance(source, str) else tuple(source)
    layout = layout_of(lines)
    zone = "".join(lines)
    if not _SIGNS.issuperset(zone):
        _refuse_sign(lines)
    notes: list[str] = []
    number, number_check, optional = _document_number(zone, layout, notes)
    names = read_names(zone[slice(*layout.name)])
    notes += names.notes
    read = Fields(
        layout.format,
        zone[0:2].rstrip("<"),
        zone[2:5].rstrip("<"),
        names.surname,
        names.forenames,
        number,
        zone[slice(*layout.nationality)].rstrip("<"),
        zone[slice(*layout.birth_date)],
        zone[layout.sex],
        zone[slice(*layout.expiry_date)],
        optional.rstrip("<"),
        zone[slice(*layout.optional_2)].rstrip("<"),
        names.cut,
    )
    if read.kind[:1] not in _CODES[read.format] or not read.kind:
        notes.append("document-code-unusual")
    if read.sex != "<" and read.sex not in _SEXES:
        notes.append("sex-unusual")
    checks = (number_check, *_checks(zone, layout))
    if not all(each.holds for each in checks):
        notes.append("check-digit-fails")
    inferred = infer(read.birth_date, read.expiry_date, on)
    return Reading(lines, read, inferred, checks, (*notes, *inferred.notes))


def _refuse_sign(lines: tuple[str, ...]) -> None:
    for number, line in enumerate(lines, 1):
        for position, sign in enumerate(line, 1):
            if sign not in _SIGNS:
                raise Malformed(
                    "mrz-character",
                    "a character that no machine-readable zone has",
                    where=f"line {number} position {position}",
                    hint="only A-Z, 0-9 and < are printed; ask repair for proposals",
                )


def _document_number(zone: str, layout: Layout, notes: list[str]) -> tuple[str, CheckDigit, str]:
    """Read the number, also where it goes on in the optional data (9303-5 and -6, 4.2.2 note j)."""
    first, last = layout.document_number
    field, found = zone[first:last], zone[last]
    optional = zone[slice(*layout.optional)]
    if layout.format in ("TD1", "TD2") and found == "<" and "<" not in field:
        rest, _, beyond = optional.partition("<")
        if len(rest) >= 2:
            notes.append("document-number-continues")
            number = field + rest[:-1]
            return number, check("document_number", number, rest[-1]), beyond
    number = field.rstrip("<")
    if not number:
        notes.append("document-number-missing")
    return number, check("document_number", field, found), optional


def _checks(zone: str, layout: Layout) -> list[CheckDigit]:
    checks = []
    for field, (first, last) in (
        ("birth_date", layout.birth_date),
        ("expiry_date", layout.expiry_date),
    ):
        checks.append(check(field, zone[first:last], zone[last]))
    if layout.optional_check >= 0:
        text = zone[slice(*layout.optional)]
        checks.append(check("optional", text, zone[layout.optional_check]))
    if layout.composite >= 0:
        covered = "".join(zone[first:last] for first, last in layout.covered)
        checks.append(check("composite", covered, zone[layout.composite]))
    return checks


def format_mrz(fields: Fields) -> tuple[str, ...]:
    """Write a zone: ``read_mrz(format_mrz(f)).read == f``, except for a name that had to be cut.

    Raises Malformed with ``where`` = field for what does not fit the format.
    """
    layout = LAYOUTS[fields.format]
    zone = ["<"] * (layout.lines * layout.width)
    number, digit, optional = _number_parts(fields, layout)
    name, _ = format_names(fields.surname, fields.forenames, layout.name[1] - layout.name[0])
    for span, field, text in (
        ((0, 2), "kind", fields.kind),
        ((2, 5), "issuer", fields.issuer),
        (layout.name, "surname", name),
        (layout.document_number, "document_number", number),
        (layout.nationality, "nationality", fields.nationality),
        (layout.birth_date, "birth_date", fields.birth_date),
        ((layout.sex, layout.sex + 1), "sex", fields.sex),
        (layout.expiry_date, "expiry_date", fields.expiry_date),
        (layout.optional, "optional", optional),
        (layout.optional_2, "optional_2", fields.optional_2),
    ):
        _put(zone, span, field, text)
    zone[layout.document_number[1]] = digit
    _put_digits(zone, layout)
    text = "".join(zone)
    return tuple(text[i : i + layout.width] for i in range(0, len(text), layout.width))


def _number_parts(fields: Fields, layout: Layout) -> tuple[str, str, str]:
    number, optional = fields.document_number, fields.optional
    if len(number) <= 9:
        return number, compute_digit(number.ljust(9, "<")), optional
    if layout.format not in ("TD1", "TD2") or "<" in number:
        raise Malformed("mrz-field", "does not fit its field", where="document_number")
    return number[:9], "<", f"{number[9:]}{compute_digit(number)}<{optional}"


def _put(zone: list[str], span: Span, field: str, text: str) -> None:
    first, last = span
    width = last - first
    exact = field in ("birth_date", "expiry_date", "sex")
    if len(text) > width or (exact and len(text) != width) or not _SIGNS.issuperset(text):
        raise Malformed(
            "mrz-field",
            "does not fit its field",
            where=field,
            hint=f"{'exactly' if exact else 'at most'} {width} characters of A-Z, 0-9 and <",
        )
    zone[first:last] = text.ljust(width, "<")


def _put_digits(zone: list[str], layout: Layout) -> None:
    for first, last in (layout.birth_date, layout.expiry_date):
        zone[last] = compute_digit("".join(zone[first:last]))
    if layout.optional_check >= 0:
        text = "".join(zone[slice(*layout.optional)])
        # Doc 9303-4, 4.2.2.2: zero or filler where unused; the filler says so to a reader.
        zone[layout.optional_check] = compute_digit(text) if text.strip("<") else "<"
    if layout.composite >= 0:
        covered = "".join("".join(zone[first:last]) for first, last in layout.covered)
        zone[layout.composite] = compute_digit(covered)


def identity_of(reading: Reading) -> Identity:
    """Say who the zone says its holder is; birth dates only where a day was handed to read_mrz.

    Uses what was read whether check digits hold or not: look at ``reading.checks`` beside it.
    Codes in use for the same issuer become one (DEU is D); unknown codes stay as read.
    """
    read = reading.read
    nationality = ALIASES.get(read.nationality, read.nationality)
    issuer = ALIASES.get(read.issuer, read.issuer)
    names: tuple[Name, ...] = ()
    if read.surname or read.forenames:
        names = (Name.of(read.surname, read.forenames),)
    documents: tuple[DocumentNumber, ...] = ()
    if read.document_number:
        documents = (DocumentNumber(read.document_number, issuer, read.kind),)
    return Identity(
        names=names,
        birth_dates=reading.inferred.birth_dates,
        nationalities=(nationality,) if nationality else (),
        sex=_SEXES.get(read.sex),
        documents=documents,
    )
