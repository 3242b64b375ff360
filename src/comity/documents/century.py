"""What two-digit years can mean on a given day.

Doc 9303 writes years with two digits and leaves the century to the reader. All that is said
here is inferred and depends on the day on which one reads: keep it apart from what was read.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from comity.errors import Malformed
from comity.terms.century import possible_births
from comity.terms.identity import PartialDate


@dataclass(frozen=True, slots=True)
class Inferred:
    """What follows from the zone together with the day ``on`` which it is read.

    ``birth_dates``: every possible one, the youngest age first; ``expiry_date``: the one nearest
    to that day. Both empty where no day was given. ``notes`` are codes of mrz.NOTES.
    """

    on: datetime.date | None = None
    birth_dates: tuple[PartialDate, ...] = ()
    expiry_date: PartialDate | None = None
    notes: tuple[str, ...] = ()


def infer(birth_date: str, expiry_date: str, on: datetime.date | None) -> Inferred:
    """Infer centuries of two six-character dates, as they stand in the zone."""
    if on is None:
        return Inferred()
    notes: list[str] = []
    births = _births(birth_date, on, notes)
    expiry = _nearest(expiry_date, on, notes)
    return Inferred(on, births, expiry, tuple(notes))


def _births(raw: str, on: datetime.date, notes: list[str]) -> tuple[PartialDate, ...]:
    if not raw[:2].isdecimal():
        notes.append("birth-year-unknown")
        return ()
    if not raw.isdecimal():
        notes.append("birth-date-part-unknown")
    parts = _parts(raw)
    found = () if parts is None else possible_births(int(raw[:2]), *parts, on)
    if not found:
        notes.append("birth-date-not-possible")
    if len(found) > 1:
        notes.append("birth-century-open")
    return found


def _nearest(raw: str, on: datetime.date, notes: list[str]) -> PartialDate | None:
    if not raw[:2].isdecimal():
        return None
    base = on.year - on.year % 100 + int(raw[:2])
    year = min((base - 100, base, base + 100), key=lambda each: abs(each - on.year))
    date = _date(year, raw)
    if date is None:
        notes.append("expiry-date-not-possible")
    return date


def _date(year: int, raw: str) -> PartialDate | None:
    parts = _parts(raw)
    if parts is None or not 1 <= year <= 9999:
        return None
    try:
        return PartialDate(year, *parts)
    except Malformed:
        return None


def _parts(raw: str) -> tuple[int | None, int | None] | None:
    """Month and day as they stand, None where unknown; None where zeroes stand for a date."""
    month = int(raw[2:4]) if raw[2:4].isdecimal() else None
    day = int(raw[4:6]) if raw[4:6].isdecimal() and month is not None else None
    return None if month == 0 or day == 0 else (month, day)
