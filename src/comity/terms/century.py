"""Which birth dates a year of two digits can mean on a given day.

Doc 9303 and EDIFACT write years with two digits and leave the century to the reader. What is
said here is inferred and depends on the day on which one reads.
"""

from __future__ import annotations

import datetime

from comity.errors import Malformed
from comity.terms.identity import PartialDate

AGE_MAX = 120
"""Nobody older is known to travel; a birth date further back is not offered."""


def possible_births(
    year: int, month: int | None, day: int | None, on: datetime.date
) -> tuple[PartialDate, ...]:
    """Give every birth date of ``year`` (0 to 99) possible on the day ``on``, youngest age first.

    ``month`` and ``day`` None where unknown; none at all where no calendar has such a day.
    """
    newest = on.year - (on.year - year) % 100
    dates = (_possible(each, month, day, on) for each in (newest, newest - 100))
    return tuple(date for date in dates if date is not None)


def _possible(
    year: int, month: int | None, day: int | None, on: datetime.date
) -> PartialDate | None:
    try:
        date = PartialDate(year, month, day)
    except Malformed:
        return None
    first = datetime.date(year, month or 1, day or 1)
    return date if first <= on and on.year - year <= AGE_MAX else None
