"""Dates of EDIFACT messages: DTM with formats 101 (YYMMDD), 102 (CCYYMMDD), 201, 203."""

from __future__ import annotations

import datetime
import re

from comity.errors import Malformed
from comity.terms.century import possible_births
from comity.terms.identity import PartialDate

_FORMATS = {
    6: re.compile(r"(\d{2})(\d{2})(\d{2})"),
    8: re.compile(r"(\d{4})(\d{2})(\d{2})"),
}
_MOMENTS = {
    "101": "%y%m%d", "102": "%Y%m%d", "201": "%y%m%d%H%M", "203": "%Y%m%d%H%M",
}  # fmt: skip


def read_birth(text: str, on: datetime.date | None) -> tuple[PartialDate, ...]:
    """Read YYMMDD or CCYYMMDD, 00 for an unknown part; every century possible on that day.

    Without a day a two-digit year says too little: no date is given then.
    """
    form = _FORMATS.get(len(text))
    found = form.fullmatch(text) if form and text.isascii() else None
    if found is None:
        raise Malformed("date-form", "not a date", hint="CCYYMMDD or YYMMDD")
    year, month, day = (int(part) for part in found.groups())
    if len(text) == 8:
        return (PartialDate(year, month or None, (month and day) or None),)
    if on is None:
        return ()
    possible = possible_births(year, month or None, (month and day) or None, on)
    if not possible:
        raise Malformed("date-not-in-calendar", "no such date in the calendar")
    return possible


def read_moment(text: str, form: str) -> str:
    """Give ISO 8601 for a DTM of formats 101, 102, 201 or 203; "" for any other."""
    pattern = _MOMENTS.get(form)
    if pattern is None or not text.isascii():
        return ""
    try:
        moment = datetime.datetime.strptime(text, pattern)  # noqa: DTZ007 - local to the place
    except ValueError:
        return ""
    day = moment.date().isoformat()
    return f"{day}T{moment:%H:%M}" if "H" in pattern else day
