"""Dates in other calendars, as possible readings beside the date as written.

A year of birth before 1500 is taken for the Islamic or the Solar Hijri calendar, one after 2300
for the Buddhist era; Japanese eras are read from text. Sources: Reingold and Dershowitz,
Calendrical Calculations (arithmetic civil Islamic calendar; 2,820-year Solar Hijri cycle).
"""

from __future__ import annotations

import datetime
import re

from comity.terms.identity import PartialDate

ERAS = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
"""Year before the first of Meiji, Taisho, Showa, Heisei, Reiwa."""
_ERA = re.compile(r"([MTSHR])\.?\s?(\d{1,2})(?:[./-](\d{1,2})[./-](\d{1,2}))?")


def readings(date: PartialDate) -> tuple[PartialDate, ...]:
    """Give the date, then what it may be in the common calendar if it was written in another."""
    found = [date]
    if 1250 <= date.year <= 1500:
        found += [d for d in (_islamic(date), _solar(date)) if d is not None]
    elif 2380 <= date.year <= 2700:
        year = date.year - 543
        found += [_valid(year, date.month, date.day, estimated=date.estimated)]
    return tuple(found)


def japanese(text: str) -> PartialDate | None:
    """Read a year or date of a Japanese era (S52, S52.8.12); None where it is none."""
    match = _ERA.fullmatch(text.strip().upper())
    if match is None:
        return None
    year = ERAS[match[1]] + int(match[2])
    month, day = (int(g) if g else None for g in match.groups()[2:])
    return _valid(year, month, day, estimated=False)


def _valid(year: int, month: int | None, day: int | None, *, estimated: bool) -> PartialDate:
    try:
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        month = day = None
    return PartialDate(year, month, day, estimated)


def _from_julian(day_number: int) -> datetime.date:
    return datetime.date.fromordinal(day_number - 1721425)


def _islamic(date: PartialDate) -> PartialDate | None:
    def start(year: int, month: int, day: int) -> datetime.date:
        months = -(-59 * (month - 1) // 2)
        return _from_julian(day + months + (year - 1) * 354 + (3 + 11 * year) // 30 + 1948439)

    return _converted(date, start)


def _solar(date: PartialDate) -> PartialDate | None:
    def start(year: int, month: int, day: int) -> datetime.date:
        base = year - 474
        cycle = 474 + base % 2820
        months = (month - 1) * 31 if month <= 7 else (month - 1) * 30 + 6
        leaps = (cycle * 682 - 110) // 2816
        days = leaps + (cycle - 1) * 365 + base // 2820 * 1029983 + 1948320
        return _from_julian(day + months + days)

    return _converted(date, start)


def _converted(date: PartialDate, start: object) -> PartialDate | None:
    assert callable(start)  # noqa: S101 - both callers pass a function
    if date.month is None or date.day is None:
        middle = start(date.year, date.month or 7, 1)
        return PartialDate(middle.year, None, None, date.estimated)
    day = start(date.year, date.month, date.day)
    return PartialDate(day.year, day.month, day.day, date.estimated)
