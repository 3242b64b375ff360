"""Text files of machine-readable zones: two or three lines for each traveller.

Empty lines and lines that begin with ``#`` may stand between travellers. A zone may also stand in
one line of 72, 88 or 90 characters, as keyboard readers send it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from comity.errors import ComityError
from comity.manifests.chunks import split_lines
from comity.manifests.row import Refused, Row, Traveller, ZoneReader, refuse
from comity.manifests.table import note_gaps, read_zone_with

_LINES = {30: 3, 36: 2, 44: 2}
_WHOLE = (72, 88, 90)
_FIRST = re.compile(r"[A-Z][A-Z<][A-Z<]{3}[A-Z<]+")
_FIRST_TD1 = re.compile(r"[AIC][A-Z<][A-Z<]{3}[A-Z0-9<]{25}")
_SECOND = re.compile(r"[A-Z0-9<]{10}[A-Z<]{3}[0-9<]{7}[A-Z<][0-9<]{7}[A-Z0-9<]+")
_SIGNS = re.compile(rb"[A-Z0-9<]+")
_SHAPE = "3 lines of 30 characters, 2 of 36 or 2 of 44, or all in one line"


def looks_like_zone(line: bytes) -> bool:
    """Whether a line can be one of a zone: by its length, its signs, and a filler among them."""
    return (
        (len(line) in _LINES or len(line) in _WHOLE)
        and b"<" in line
        and _SIGNS.fullmatch(line) is not None
    )


def read_zones(chunks: Iterator[bytes], read_zone: ZoneReader | None) -> Iterator[Row]:
    """Read a file of zones; a damaged one is refused and does not take its neighbours along."""
    pending: list[str] = []
    started = 0
    for number, raw in split_lines(chunks):
        line = None if raw is None else _text(raw)
        if pending and not (line and _continues(pending, line)):
            yield _incomplete(started)
            pending = []
        if line is None:
            yield _incomplete(number)
        if not line:
            continue
        if not pending:
            started = number
        pending.append(line)
        if len(pending) == _wanted(pending[0]):
            yield _read(started, tuple(pending), read_zone)
            pending = []
    if pending:
        yield _incomplete(started)


def _text(raw: bytes) -> str | None:
    if raw.startswith(b"#"):
        return ""
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("ascii").strip()
    except UnicodeDecodeError:
        return None


def _wanted(first: str) -> int:
    """How many lines the zone has which this one begins; 1 where it begins none: refused then."""
    width = len(first)
    if width == 30:
        return 3 if _FIRST_TD1.fullmatch(first) else 1
    return 1 if _SECOND.fullmatch(first) else _LINES.get(width, 1)


def _continues(pending: list[str], line: str) -> bool:
    """Whether ``line`` goes on with the zone begun, and is not the beginning of the next."""
    if len(line) != len(pending[0]):
        return False
    if len(line) != 30:
        return not _FIRST.fullmatch(line)
    # Of a card only the line of names has no digit.
    has_digit = any(sign.isdigit() for sign in line)
    begins = has_digit and _FIRST_TD1.fullmatch(line)
    return not begins and (has_digit or len(pending) == 2)


def _incomplete(line: int) -> Refused:
    return Refused(line, "mrz", "zone-incomplete", _SHAPE)


def _read(line: int, zone: tuple[str, ...], read_zone: ZoneReader | None) -> Row:
    try:
        read = read_zone_with(read_zone, zone)
        notes = list(read.notes)
        note_gaps(read.identity, notes)
    except ComityError as error:
        return refuse(line, error)
    return Traveller(line, read.identity, read.document_kind, notes=tuple(notes), zone=zone)
