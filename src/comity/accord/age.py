"""Whether a person may be a child, from birth dates that may be partial or several.

Doubt counts as childhood (UN CRC art. 3): the youngest age that the statements allow decides.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from comity.terms.identity import PartialDate

MAJORITY_YEARS = 18


def may_be_child(birth_dates: Iterable[PartialDate], on: datetime.date) -> bool | None:
    """Say whether somebody born on one of ``birth_dates`` may be under 18 on the day ``on``.

    A date without month or day is taken at its end; who was born on 29 February comes of age on
    1 March; None where there is no date at all.
    """
    latest = [_latest(date) for date in birth_dates]
    if not latest:
        return None
    return any(on < _birthday(date, MAJORITY_YEARS) for date in latest)


def _latest(date: PartialDate) -> datetime.date:
    month = date.month or 12
    if date.day is not None:
        return datetime.date(date.year, month, date.day)
    if month == 12:
        return datetime.date(date.year, 12, 31)
    return datetime.date(date.year, month + 1, 1) - datetime.timedelta(1)


def _birthday(born: datetime.date, years: int) -> datetime.date:
    if born.year + years > datetime.MAXYEAR:
        return datetime.date.max
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return datetime.date(born.year + years, 3, 1)
