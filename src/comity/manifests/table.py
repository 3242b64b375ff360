"""CSV manifests: a header, then one line for each traveller.

UTF-8 only, with or without byte-order mark; separated by comma, semicolon or tab, as the header
is; a quoted field holds no line break, so that one stray quotation mark spoils one line only.
Dates are YYYY-MM-DD, YYYY-MM or YYYY (00 for an unknown part): other orders are refused, since
05/06/1990 has two meanings.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from comity.errors import ComityError, Malformed
from comity.manifests.chunks import LINE_BYTES_MAX, split_lines
from comity.manifests.columns import column_of, map_header
from comity.manifests.row import (
    NO_TRAVEL,
    SEXES,
    Refused,
    Row,
    Travel,
    Traveller,
    ZoneRead,
    ZoneReader,
    country,
    refuse,
)
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

_TRAVEL = ("flight", "departure", "departs", "arrival", "arrives", "reference", "role")
_SEX_WORDS = {"FEMALE": "F", "MALE": "M", "<": "", "U": ""}
_BOM = b"\xef\xbb\xbf"
FIELD_CHARS_MAX = 400


def find_separator(header: str) -> str:
    """Give the separator under which the header has most known columns; "" where none has."""
    ranks = {}
    for separator in ",;\t":
        titles = _cells(header, separator) or []
        ranks[separator] = (sum(1 for title in titles if column_of(title)), len(titles))
    best = max(ranks, key=lambda separator: ranks[separator])
    return best if ranks[best][0] else ""


def read_table(chunks: Iterator[bytes], read_zone: ZoneReader | None) -> Iterator[Row]:
    """Read a CSV manifest; Malformed where its header is not one."""
    lines = split_lines(chunks)
    first = next((raw for _, raw in lines if raw is None or raw.strip()), None)
    separator, columns = read_header(first)
    for number, raw in lines:
        if raw is None:
            yield Refused(number, "", "line-long", f"at most {LINE_BYTES_MAX} bytes in a line")
        elif raw.strip():
            yield _read_row(number, raw, separator, columns, read_zone)


def read_header(raw: bytes | None) -> tuple[str, tuple[str, ...]]:
    """Give separator and columns of the first line; Malformed where it is no header."""
    try:
        line = (raw or b"").removeprefix(_BOM).strip(b" \r")
        header = line.decode("utf-8") if len(line) <= LINE_BYTES_MAX else ""
    except UnicodeDecodeError:
        header = ""
    separator = find_separator(header)
    if not separator:
        raise Malformed(
            "manifest-header", "the first line is no header in UTF-8", where="line 1",
            hint="save as CSV UTF-8 with a header (docs/reference/manifests.md)",
        )  # fmt: skip
    return separator, map_header(_cells(header, separator) or [])


def _cells(line: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader((line,), delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _read_row(
    number: int,
    raw: bytes,
    separator: str,
    columns: tuple[str, ...],
    read_zone: ZoneReader | None,
) -> Row:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Refused(number, "", "not-utf-8", "save the file as UTF-8; nothing is guessed")
    cells = _cells(text, separator)
    if cells is None:
        return Refused(number, "", "csv-quotes", "close quotation marks on the same line")
    if len(cells) != len(columns):
        return Refused(number, "", "csv-columns", f"as many fields as the header: {len(columns)}")
    values = {}
    for column, cell in zip(columns, cells, strict=True):
        if column and (value := cell.strip()):
            if len(value) > FIELD_CHARS_MAX or not value.isprintable():
                return Refused(number, column, "field-form", "printable, at most 400 characters")
            values[column] = value
    try:
        return _traveller(number, values, read_zone)
    except ComityError as error:
        return refuse(number, error)


def _traveller(number: int, values: dict[str, str], read_zone: ZoneReader | None) -> Traveller:
    notes: list[str] = []
    identity = _identity(values, notes)
    kind = values.get("document_kind", "")
    zone = tuple(
        part
        for column in ("mrz", "mrz_2", "mrz_3")
        for part in values.get(column, "").replace("|", " ").split()
    )
    if zone:
        read = read_zone_with(read_zone, zone)
        identity = _join(read.identity, identity, notes)
        kind = read.document_kind or kind
        notes += read.notes
    note_gaps(identity, notes)
    travel = NO_TRAVEL
    if any(name in values for name in _TRAVEL):
        travel = Travel(*(values.get(name, "") for name in _TRAVEL))
    return Traveller(number, identity, kind, travel, tuple(dict.fromkeys(notes)), zone)


def read_zone_with(read_zone: ZoneReader | None, zone: tuple[str, ...]) -> ZoneRead:
    """Read a zone, naming the field in every error; without a reader nothing is passed on."""
    if read_zone is None:
        raise Malformed("zone-reader-missing", "no reader for zones was given", where="mrz")
    try:
        return read_zone("\n".join(zone))
    except ComityError as error:
        raise Malformed(error.code, error.what, where="mrz", hint=error.hint) from None


def note_gaps(identity: Identity, notes: list[str]) -> None:
    """Refuse somebody who cannot be looked for at all, note what narrows the search."""
    if not identity.names:
        if not identity.documents:
            raise Malformed("nobody", "neither name nor document number", hint="give one of them")
        notes.append("name-missing")
    if not identity.birth_dates:
        notes.append("birth-date-missing")


def _identity(values: dict[str, str], notes: list[str]) -> Identity:
    surname, forenames = values.get("surname", ""), values.get("forenames", "")
    names = []
    if surname or forenames:
        names.append(Name.of(surname, forenames))
    if (full := values.get("name")) and all(full != name.full for name in names):
        names.append(Name(full))
    birth_dates: tuple[PartialDate, ...] = ()
    if birth := values.get("birth_date"):
        birth_dates = (read_date(birth),)
    nationality = values.get("nationality", "")
    code = country(nationality, notes) if nationality else ""
    sex = _SEX_WORDS.get(values.get("sex", "").upper(), values.get("sex", "").upper())
    if sex and sex not in SEXES:
        notes.append("sex-unknown")
    documents: tuple[DocumentNumber, ...] = ()
    if document := values.get("document_number"):
        issuer = values.get("document_issuer", "")
        issuer = country(issuer, notes) if issuer else ""
        kind = values.get("document_kind", "")
        documents = (DocumentNumber(document, issuer, kind),)
    return Identity(
        names=tuple(names),
        birth_dates=birth_dates,
        nationalities=(code,) if code else (),
        sex=SEXES.get(sex),
        documents=documents,
        birth_place=values.get("birth_place", ""),
    )


def read_date(text: str) -> PartialDate:
    """Read YYYY-MM-DD and its beginnings; 00 stands for a month or day that is not known."""
    return PartialDate.parse(text.removesuffix("-00").removesuffix("-00"))


def _join(zone: Identity, stated: Identity, notes: list[str]) -> Identity:
    """Put both statements side by side, the zone first; a difference is noted, never decided."""
    numbers = {document.number for document in zone.documents}
    documents = tuple(each for each in stated.documents if each.number not in numbers)
    dates = tuple(each for each in stated.birth_dates if each not in zone.birth_dates)
    codes = tuple(each for each in stated.nationalities if each not in zone.nationalities)
    folded = {name.full.casefold() for name in zone.names}
    names = tuple(name for name in stated.names if name.full.casefold() not in folded)
    sexes = {zone.sex, stated.sex} - {None}
    if (
        (documents and zone.documents)
        or (dates and zone.birth_dates)
        or (codes and zone.nationalities)
        or len(sexes) > 1
    ):
        notes.append("zone-differs")
    return Identity(
        names=zone.names + names,
        birth_dates=zone.birth_dates + dates,
        nationalities=zone.nationalities + codes,
        sex=None if len(sexes) > 1 else zone.sex or stated.sex,
        documents=zone.documents + documents,
        birth_place=stated.birth_place,
    )
