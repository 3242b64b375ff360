"""Stay limits as a type: how many days a law allows, and within which window.

A pack writes a limit as data (docs/spec/law-pack.md section 7):

    [[stay_limit]]
    id          = "stay.90-180"
    cite        = "Reg (EU) 2016/399 art. 6(1)-(2)"
    days        = 90
    window      = "rolling"
    window_days = 180
    counts      = "entry day and exit day"
    not_counted = ["residence permit", "long-stay visa"]

Windows: ``rolling`` (of ``window_days``), ``per-entry``, ``calendar-year``, ``anniversary``
(twelve months from the first entry, then from each anniversary) and ``year-from-entry`` (twelve
months from the first entry; the next year begins with the next entry). Instead of ``days`` a
limit per entry may say ``months``; ``month_end`` then says where a day of that number is lacking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from comity.errors import Malformed
from comity.law.calendar import MonthEnd, plus_months

Window = Literal["rolling", "per-entry", "calendar-year", "anniversary", "year-from-entry"]
Counts = Literal["entry day and exit day", "entry day", "not stated"]
T = TypeVar("T", bound=str)

_KEYS = frozenset(
    "id cite days months window window_days counts not_counted month_end extendable_to"
    " in_force".split()
)

_WINDOWS: dict[str, Window] = {
    "rolling": "rolling",
    "per-entry": "per-entry",
    "calendar-year": "calendar-year",
    "anniversary": "anniversary",
    "year-from-entry": "year-from-entry",
}
_PER = {
    "per-entry": "per entry",
    "calendar-year": "per calendar year",
    "anniversary": "per year from the first entry",
    "year-from-entry": "per year, which begins with the first entry",
}
_COUNTS: dict[str, Counts] = {
    "entry day and exit day": "entry day and exit day",
    "entry day": "entry day",
    "not stated": "not stated",
}
_MONTH_ENDS: dict[str, MonthEnd] = {"last day": "last day", "next day": "next day"}


@dataclass(frozen=True, slots=True)
class StayLimit:
    """One limit: at most ``days`` (or ``months`` per entry) in each ``window``.

    ``span`` is the length of a rolling window in days, the day itself included. ``extendable_to``
    is what an authority may extend to, in days in all; it is shown, never counted as given.
    """

    id: str
    cite: str
    days: int = 0
    months: int = 0
    window: Window = "rolling"
    span: int = 0
    counts: Counts = "entry day and exit day"
    not_counted: tuple[str, ...] = ()
    month_end: MonthEnd = "last day"
    extendable_to: int = 0
    in_force: tuple[date | None, date | None] = (None, None)

    def holds_on(self, day: date) -> bool:
        """Whether the limit is in force on ``day`` (both ends included)."""
        first, last = self.in_force
        return (first is None or first <= day) and (last is None or day <= last)

    def allowance(self, start: int) -> int:
        """Days allowed in the window that begins on the ordinal ``start``.

        For months the day of the same number is still within (Reg 1182/71 art. 3(2)(c)).
        """
        if not self.months:
            return self.days
        first = date.fromordinal(start)
        end = plus_months(first, self.months, month_end=self.month_end)
        return end.toordinal() - start + 1

    def describe(self) -> str:
        """In plain words: ``90 days in any rolling 180 days``."""
        amount = f"{self.months} months" if self.months else f"{self.days} days"
        if self.window == "rolling":
            return f"{amount} in any rolling {self.span} days"
        return f"{amount} {_PER[self.window]}"


def parse_limit(table: Mapping[str, Any], *, where: str = "") -> StayLimit:
    """Read one ``[[stay_limit]]`` table; raise `Malformed` naming the field that is wrong."""
    for key in table:
        if key not in _KEYS:
            raise _wrong(str(key)[:40], "is no key of a stay limit", where)
    window = _one_of(_WINDOWS, table.get("window"), "window", where)
    span = _amount(table, "window_days", where)
    days, months = _amount(table, "days", where), _amount(table, "months", where)
    if bool(days) == bool(months):
        raise _wrong("days", "needs either days or months, above zero", where)
    if months and window != "per-entry":
        raise _wrong("months", "months are counted per entry only", where)
    if bool(span) != (window == "rolling"):
        raise _wrong("window_days", "is the length of a rolling window, and of no other", where)
    if span and days > span:
        raise _wrong("days", "allows more days than its window has", where)
    return StayLimit(
        id=_text(table, "id", where),
        cite=_text(table, "cite", where),
        days=days,
        months=months,
        window=window,
        span=span,
        counts=_one_of(_COUNTS, table.get("counts", "not stated"), "counts", where),
        not_counted=_texts(table.get("not_counted", ()), "not_counted", where),
        month_end=_one_of(_MONTH_ENDS, table.get("month_end", "last day"), "month_end", where),
        extendable_to=_amount(table, "extendable_to", where),
        in_force=_in_force(table.get("in_force", ()), where),
    )


def _text(table: Mapping[str, Any], field: str, where: str) -> str:
    value = table.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(field, "is missing", where)
    return value


def _texts(value: Any, field: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise _wrong(field, "must be a list of texts", where)
    return tuple(value)


def _amount(table: Mapping[str, Any], field: str, where: str) -> int:
    value = table.get(field, 0)
    if type(value) is not int or not 0 <= value <= 3660:
        raise _wrong(field, "must be a whole number from 0 to 3660", where)
    return value


def _one_of(known: Mapping[str, T], value: Any, field: str, where: str) -> T:
    if not isinstance(value, str) or value not in known:
        raise _wrong(field, "is not known", where, hint="one of: " + ", ".join(known))
    return known[value]


def _in_force(value: Any, where: str) -> tuple[date | None, date | None]:
    dates = tuple(value) if isinstance(value, (list, tuple)) else (None,)
    if len(dates) > 2 or not all(type(item) is date for item in dates):
        raise _wrong("in_force", "must be [first day] or [first day, last day]", where)
    first, last = (*dates, None, None)[:2]
    if first and last and last < first:
        raise _wrong("in_force", "ends before it begins", where)
    return first, last


def _wrong(field: str, what: str, where: str, *, hint: str = "") -> Malformed:
    place = f"{where}, {field}" if where else field
    return Malformed("stay-limit", f"{field} {what}", where=place, hint=hint)
