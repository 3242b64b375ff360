"""Windows that hang on the calendar or on entries, against a naive reading day by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.law.calendar import plus_months, plus_years
from comity.law.presence import Stay
from comity.law.stay import StayCount, count
from comity.law.stay_limit import StayLimit

EPOCH = date(2023, 11, 1)
DAY = timedelta(1)
spans = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 130)), max_size=6)
Limit = st.integers(1, 200)
Start = Callable[[date], date]


def stays_of(drawn: list[tuple[int, int]]) -> list[Stay]:
    """Stays with distinct entries."""
    return [
        Stay(EPOCH + timedelta(start), EPOCH + timedelta(start + length))
        for start, length in dict(drawn).items()
    ]


def days_until(rows: list[Stay], on: date) -> set[date]:
    """Every day of stay up to ``on``."""
    found = set()
    for row in rows:
        day = row.entry
        while row.exit and day <= min(row.exit, on):
            found.add(day)
            day += DAY
    return found


def check(days: set[date], on: date, limit: int, start_of: Start, answer: StayCount) -> None:
    """Hold an answer against the naive count with windows that begin at ``start_of(day)``."""

    def used(day: date, among: set[date]) -> int:
        start = start_of(day)
        return sum(1 for other in among if start <= other <= day)

    assert answer.used == used(on, days)
    assert answer.overstay_at_control == max(0, used(on, days) - limit)
    assert answer.days_in_breach == sum(1 for day in days if used(day, days) > limit)
    following, day = set(days), on + DAY if on in days else on
    for _ in range(450):
        if used(day, following | {day}) > limit:
            break
        following.add(day)
        day += DAY
    else:
        return
    assert answer.left == len(following) - len(days)


@settings(deadline=None, max_examples=40)
@given(spans, st.integers(0, 1100), Limit)
def test_calendar_year(drawn: list[tuple[int, int]], offset: int, days: int) -> None:
    """Each year begins on 1 January, whatever was stayed before."""
    rows, on = stays_of(drawn), EPOCH + timedelta(offset)
    limit = StayLimit(id="t", cite="s. 1", days=days, window="calendar-year")
    check(
        days_until(rows, on),
        on,
        days,
        lambda day: date(day.year, 1, 1),
        count(rows, limit, on).most,
    )


@settings(deadline=None, max_examples=40)
@given(spans, st.integers(0, 1100), Limit)
def test_anniversary(drawn: list[tuple[int, int]], offset: int, days: int) -> None:
    """Each year begins on an anniversary of the first entry."""
    rows, on = stays_of(drawn), EPOCH + timedelta(offset)
    limit = StayLimit(id="t", cite="s. 1", days=days, window="anniversary")
    seen = days_until(rows, on)
    first = min(seen, default=on)

    years = [plus_years(first, number) for number in range(9)]

    def start_of(day: date) -> date:
        return max([start for start in years if start <= day], default=first)

    check(seen, on, days, start_of, count(rows, limit, on).most)


@settings(deadline=None, max_examples=40)
@given(spans, st.integers(0, 1100), Limit)
def test_year_from_entry(drawn: list[tuple[int, int]], offset: int, days: int) -> None:
    """A year begins with an entry, and the next with the first day of stay after it has ended."""
    rows, on = stays_of(drawn), EPOCH + timedelta(offset)
    limit = StayLimit(id="t", cite="s. 1", days=days, window="year-from-entry")
    seen = days_until(rows, on)
    free = on + DAY if on in seen else on
    starts = [min(seen, default=free)]
    while starts[-1] < on + timedelta(1500):
        over = plus_years(starts[-1], 1)
        starts.append(min([day for day in seen if day >= over], default=max(over, free)))

    def start_of(day: date) -> date:
        return max([start for start in starts if start <= day], default=starts[0])

    check(seen, on, days, start_of, count(rows, limit, on).most)


@settings(deadline=None, max_examples=40)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-60, 60))
def test_months_forward_and_the_law_of_month_ends(start: date, months: int) -> None:
    """The day of the same number, or the last of its month; or the first of the month after."""
    end = plus_months(start, months)
    later = plus_months(start, months, month_end="next day")
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    if end.day == start.day:
        assert later == end
    else:
        assert (end + DAY).day == 1
        assert later == end + DAY


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 40)), min_size=1, max_size=6),
    st.integers(0, 300),
    st.integers(1, 60),
)
def test_per_entry(gaps: list[tuple[int, int]], offset: int, days: int) -> None:
    """Every entry has its own days; separate stays never add up."""
    rows, day = [], EPOCH
    for gap, length in gaps:
        day += timedelta(gap)
        rows.append(Stay(day, day + timedelta(length - 1)))
        day += timedelta(length - 1)
    on = EPOCH + timedelta(offset)
    limit = StayLimit(id="t", cite="s. 1", days=days, window="per-entry")
    answer = count(rows, limit, on).most
    current = [row for row in rows if row.exit and row.entry <= on <= row.exit]
    used = (on - current[-1].entry).days + 1 if current else 0
    assert answer.used == used
    assert answer.left == max(0, days - used)
    breach = set()
    for row in rows:
        last = min(row.exit or on, on)
        breach |= {
            row.entry + timedelta(number)
            for number in range(days, max(days, (last - row.entry).days + 1))
        }
    assert answer.days_in_breach == len(breach)
