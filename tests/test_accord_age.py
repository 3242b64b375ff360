"""Whether somebody may be a child."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accord.age import may_be_child
from comity.terms.identity import PartialDate

ON = datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("dates", "on", "child"),
    [
        ([], ON, None),
        (["2008-11-22"], ON, False),
        (["2008-11-23"], ON, False),
        (["2008-11-24"], ON, True),
        (["2008-12-31"], ON, True),
        (["2008"], ON, True),
        (["2007"], ON, False),
        (["2008-10"], ON, False),
        (["2008-11"], ON, True),
        (["2008-12"], ON, True),
        (["1970", "2009"], ON, True),
        (["2030"], ON, True),
        (["2008-02-29"], datetime.date(2026, 2, 28), True),
        (["2008-02-29"], datetime.date(2026, 3, 1), False),
        (["9999"], datetime.date(9999, 12, 30), True),
    ],
)
def test_r44_age_in_doubt_is_childhood(
    dates: list[str], on: datetime.date, child: bool | None  # noqa: FBT001
) -> None:  # fmt: skip
    """The youngest age that the recorded dates allow decides, to the day."""
    assert may_be_child([PartialDate.parse(date) for date in dates], on) is child


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)))
def test_r44_less_precision_never_makes_an_adult(born: datetime.date) -> None:
    """Who is a child by the full date is one by the month and by the year alone."""
    full = PartialDate(born.year, born.month, born.day)
    month, year = PartialDate(born.year, born.month), PartialDate(born.year)
    if may_be_child([full], ON):
        assert may_be_child([month], ON)
    if may_be_child([month], ON):
        assert may_be_child([year], ON)
