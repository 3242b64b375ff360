"""Missing exits: the range that is printed is that of every history the dates allow."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comity.errors import ComityError
from comity.law.presence import Stay
from comity.law.stay import count
from comity.law.stay_answer import value_range
from comity.law.stay_limit import StayLimit

START = date(2024, 2, 1)
NUMBERS = ("used", "left", "overstay_at_control", "days_in_breach")
LIMITS = st.builds(
    lambda days, more: StayLimit(
        id="s", cite="Act s. 1", days=days, window="rolling", span=days + more
    ),
    st.integers(2, 9),
    st.integers(1, 12),
)
STAYS = st.lists(
    st.tuples(st.integers(0, 35), st.one_of(st.none(), st.integers(0, 9))), min_size=1, max_size=4
)


def stay(entry: int, length: int | None) -> Stay:
    """One stay, its exit known or missing."""
    first = START + timedelta(entry)
    return Stay(first, None if length is None else first + timedelta(length))


def histories(stays: list[Stay], on: date) -> list[list[Stay]]:
    """Every way in which the missing exits can have been: up to the next entry, or the day."""
    entries = sorted(each.entry for each in stays)
    options: list[list[Stay | None]] = []
    for each in stays:
        if each.exit is not None:
            options.append([each])
        elif each.entry > on:
            options.append([None])
        else:
            end = min([on, *(entry for entry in entries if entry > each.entry)])
            days = range((end - each.entry).days + 1)
            options.append([replace(each, exit=each.entry + timedelta(day)) for day in days])
    assume(math.prod(len(option) for option in options) <= 200)
    return [[each for each in chosen if each] for chosen in itertools.product(*options)]


@settings(max_examples=150, deadline=None)
@given(STAYS, LIMITS, st.integers(0, 45))
def test_the_range_is_that_of_every_history(
    drawn: list[tuple[int, int | None]], limit: StayLimit, offset: int
) -> None:
    """Used, left and both overstays: no history falls outside, and some history is each end."""
    stays, on = [stay(*row) for row in drawn], START + timedelta(offset)
    try:
        answer = count(stays, limit, on)
        counts = [count(history, limit, on).most for history in histories(stays, on)]
    except ComityError:
        assume(False)
    for field in NUMBERS:
        found = [getattr(each, field) for each in counts]
        assert value_range(answer, field) == (min(found), max(found)), field


@settings(max_examples=100, deadline=None)
@given(STAYS, LIMITS, st.integers(0, 45))
def test_the_least_last_lawful_day_never_lies_after_the_greatest(
    drawn: list[tuple[int, int | None]], limit: StayLimit, offset: int
) -> None:
    """No lawful day at all is the least there is; a known history has one last lawful day."""
    stays, on = [stay(*row) for row in drawn], START + timedelta(offset)
    try:
        answer = count(stays, limit, on)
    except ComityError:
        assume(False)
    least, greatest = value_range(answer, "last_lawful_day")
    assert least is None or (greatest is not None and least <= greatest)
    assert not answer.certain or least == greatest


def test_absent_and_without_a_lawful_day_is_the_least() -> None:
    """Left on the day of entry: no entry on the 9th. Stayed on: lawful until the 7th."""
    limit = StayLimit(id="s", cite="Act s. 1", days=3, window="rolling", span=18)
    stays = [
        Stay(date(2023, 9, 8), None),
        Stay(date(2023, 9, 5), date(2023, 9, 8)),
    ]
    answer = count(stays, limit, date(2023, 9, 9))
    assert value_range(answer, "last_lawful_day") == (None, date(2023, 9, 7))
