"""Days and months as laws count them.

Periods in months are where laws part: 31 January plus one month. Regulation (EEC, Euratom)
1182/71 art. 3(2)(c) ends the period on the last day of the month; the Brazilian Civil Code
art. 132(3) on the first day after it. The pack says which; there is no default in a law.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from comity.errors import Malformed

MonthEnd = Literal["last day", "next day"]

_DAY = re.compile(r"\A(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def parse_day(text: str, *, where: str = "") -> date:
    """Read ``YYYY-MM-DD``; raise `Malformed` saying what is wrong with it.

    Stricter than ISO 8601: no week dates, no basic form, years 1900 to 2200, so that a slip of
    the keyboard is an error and never another day.
    """
    found = _DAY.match(text)
    if found is None:
        raise Malformed(
            "day-format",
            "not a date of the form YYYY-MM-DD",
            where=where,
            hint="write 2026-01-31 for 31 January 2026",
        )
    year, month, day = (int(part) for part in found.groups())
    check_year(year, where=where)
    if not 1 <= month <= 12:
        raise Malformed("day-unknown", f"there is no month {month:02}", where=where)
    if not 1 <= day <= monthrange(year, month)[1]:
        raise Malformed("day-unknown", _no_such_day(year, month, day), where=where)
    return date(year, month, day)


def check_year(year: int, *, where: str = "") -> None:
    """Refuse a year in which no stay can be counted: days before and after it need a calendar."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Malformed(
            "day-out-of-range", f"the year must lie in {_FIRST_YEAR}..{_LAST_YEAR}", where=where
        )


def _no_such_day(year: int, month: int, day: int) -> str:
    if (month, day) == (2, 29):
        return f"{year} is no leap year: it has no 29 February"
    return f"month {month:02} of {year} has no day {day:02}"


def plus_months(start: date, months: int, *, month_end: MonthEnd = "last day") -> date:
    """The same date ``months`` later (or earlier, if negative).

    Where that month has no such day: its last day (``"last day"``, Reg 1182/71 art. 3(2)(c)) or
    the first day of the following month (``"next day"``, Codigo Civil art. 132(3)).
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:
        raise Malformed("day-out-of-range", "the period ends outside the calendar")
    last = monthrange(year, month + 1)[1]
    if start.day <= last:
        return date(year, month + 1, start.day)
    end = date(year, month + 1, last)
    return end if month_end == "last day" else end + timedelta(days=1)


def plus_years(start: date, years: int, *, month_end: MonthEnd = "last day") -> date:
    """The same date ``years`` later; 29 February goes where ``month_end`` sends it."""
    return plus_months(start, years * 12, month_end=month_end)
