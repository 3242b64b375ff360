"""How long somebody has stayed, may still stay, and has overstayed.

The rule most people meet is Regulation (EU) 2016/399 art. 6(1)-(2): on *every* day of a stay, the
days of stay among the 180 days that end with it are at most 90; the day of entry and the day of
exit both count; days under a residence permit or long-stay visa do not. Other laws count per
entry, per calendar year or from the first entry: `comity.law.stay_limit`.

Two readings of an overstay are in official use, and bans and fines depend on which is taken:

* **overstay at control**: days used in the window that ends on the day asked, less the limit;
* **days in breach**: every day of stay, up to the day asked, on which the limit was exceeded.

>>> from datetime import date
>>> stays = [Stay(date(2013, 6, 28), date(2013, 8, 9)), Stay(date(2013, 9, 19), date(2014, 3, 1))]
>>> limit = StayLimit(id="stay", cite="SBC art. 6(1)", days=90, span=180)
>>> answer = count(stays, limit, date(2014, 3, 1))
>>> answer.most.overstay_at_control, answer.most.days_in_breach
(74, 117)

No clock is read here: the day is always given.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comity.errors import NotFound
from comity.law.calendar import check_year, plus_years
from comity.law.presence import Presence, Stay, check_stays, presence
from comity.law.stay_limit import StayLimit

# A stay that stays lawful this long has no end under the limit (365 days of a calendar year).
_HORIZON = 366 * 6
_FAR = 10**7


@dataclass(frozen=True, slots=True)
class StayCount:
    """What one reading of the dates gives on one day.

    ``used``: days in the window that ends on the day. ``left``: days of stay that may still
    follow, without a break, if the person stays on (from the next day) or enters on the day (from
    that day); None if the limit never ends it. ``last_lawful_day``: the last of them; if the
    person is present in breach, the last day before the breach; None if entry is not lawful on
    the day. ``next_entry``: the first day on which the person may (again) be present after an
    exit on the day; the day itself if absent and free to enter.
    """

    used: int
    left: int | None
    last_lawful_day: date | None
    overstay_at_control: int
    days_in_breach: int
    next_entry: date | None


@dataclass(frozen=True, slots=True)
class StayAnswer:
    """Both ends of what the evidence allows: every unknown exit early (``fewest``) and late.

    ``certain`` is true when no exit is missing; then the two are equal.
    """

    on: date
    limit: StayLimit
    fewest: StayCount
    most: StayCount
    certain: bool
    window: tuple[date, date]
    present: bool


def count(
    stays: Sequence[Stay],
    limit: StayLimit,
    on: date,
    *,
    counting_from: Mapping[str, date] | None = None,
) -> StayAnswer:
    """Count ``stays`` against ``limit`` as of ``on``; days after ``on`` are plans and not counted.

    Raises `Malformed` and `Conflict` (`comity.law.presence.check_stays`).
    """
    return count_between(stays, stays, limit, on, counting_from=counting_from)


def count_between(
    fewest_stays: Sequence[Stay],
    most_stays: Sequence[Stay],
    limit: StayLimit,
    on: date,
    *,
    counting_from: Mapping[str, date] | None = None,
) -> StayAnswer:
    """Count where evidence leaves two accounts of the same stays, one with fewer days.

    1. Refuse contradictions, and a day outside 1900..2200 (Malformed "day-out-of-range"). 2. Lay
    out the days as few and as many as they can be. 3. Count each.
    """
    check_year(on.year, where="day asked")
    check_stays(fewest_stays)
    check_stays(most_stays)
    known = all(stay.exit is not None or stay.entry > on for stay in most_stays)
    certain = known and list(fewest_stays) == list(most_stays)
    exit_day = limit.counts != "entry day"
    late, early = (
        presence(stays, on, longest=longest, exit_day=exit_day, counting_from=counting_from)
        for stays, longest in ((most_stays, True), (fewest_stays, False))
    )
    counted = _Count(late, limit)
    most = counted.answer()
    fewest = most if certain else _Count(early, limit).answer()
    first = counted.window_start(late.on)
    return StayAnswer(
        on=on,
        limit=limit,
        fewest=fewest,
        most=most,
        certain=certain,
        window=(date.fromordinal(first), on),
        present=late.present,
    )


def breach_days(
    stays: Sequence[Stay],
    limit: StayLimit,
    on: date,
    *,
    counting_from: Mapping[str, date] | None = None,
) -> tuple[date, ...]:
    """The days of stay up to ``on`` on which the limit was exceeded, unknown exits taken late."""
    check_stays(stays)
    exit_day = limit.counts != "entry day"
    seen = presence(stays, on, longest=True, exit_day=exit_day, counting_from=counting_from)
    return tuple(date.fromordinal(day) for day in _Count(seen, limit).breach_days())


def count_all(
    stays: Sequence[Stay],
    limits: Sequence[StayLimit],
    on: date,
    *,
    counting_from: Mapping[str, date] | None = None,
) -> list[StayAnswer]:
    """One answer for each limit in force on ``on``, the one that leaves the fewest days first."""
    answers = [
        count(stays, limit, on, counting_from=counting_from)
        for limit in limits
        if limit.holds_on(on)
    ]
    if not answers:
        raise NotFound(
            "stay-limit-absent",
            "the law has no stay limit in force on that day",
            hint="choose another day or another pack",
        )
    return sorted(answers, key=_severity)


def _severity(answer: StayAnswer) -> tuple[int, int]:
    left = answer.most.left
    return (_HORIZON if left is None else left, -answer.most.days_in_breach)


class _Count:
    """One presence against one limit; ``days`` are the counted ordinals up to the day asked."""

    __slots__ = ("days", "free", "limit", "seen", "starts")

    def __init__(self, seen: Presence, limit: StayLimit) -> None:
        self.seen = seen
        self.limit = limit
        self.days = [day for low, high in seen.counted for day in range(low, high + 1)]
        self.free = seen.on + 1 if seen.present else seen.on
        self.starts = self._window_starts()

    def answer(self) -> StayCount:
        used = self.used(self.seen.on)
        left, last = self._walk()
        breach = self.breach_days()
        if last is None and self.seen.present:
            last = self._last_day_before(breach)
        allowed = self.limit.allowance(self.window_start(self.seen.on))
        return StayCount(
            used=used,
            left=left,
            last_lawful_day=None if last is None else date.fromordinal(last),
            overstay_at_control=max(0, used - allowed),
            days_in_breach=len(breach),
            next_entry=self._next_entry(),
        )

    def used(self, day: int) -> int:
        return bisect_right(self.days, day) - bisect_left(self.days, self.window_start(day))

    def window_start(self, day: int) -> int:
        """The ordinal on which the window that holds ``day`` begins."""
        if self.limit.window == "rolling":
            return day - self.limit.span + 1
        if self.limit.window == "calendar-year":
            return date(date.fromordinal(day).year, 1, 1).toordinal()
        return self.starts[max(0, bisect_right(self.starts, day) - 1)]

    def _window_starts(self) -> list[int]:
        """Where each window begins, for the limits that hang on entries."""
        if self.limit.window in {"rolling", "calendar-year"}:
            return []
        if self.limit.window == "per-entry":
            entries = [low for low, _ in self.seen.visits]
            staying = self.seen.present and entries and self.seen.visits[-1][1] >= self.seen.on
            return entries if staying else [*entries, self.free]
        starts = [self.days[0] if self.days else self.free]
        while starts[-1] <= self.free + _HORIZON:
            starts.append(self._next_year(starts))
        return starts

    def _next_year(self, starts: Sequence[int]) -> int:
        end = self.limit.month_end
        if self.limit.window == "anniversary":
            # From the first entry, not from the last start: 29 February must not drift.
            first = date.fromordinal(starts[0])
            return plus_years(first, len(starts), month_end=end).toordinal()
        over = plus_years(date.fromordinal(starts[-1]), 1, month_end=end).toordinal()
        position = bisect_left(self.days, over)
        return self.days[position] if position < len(self.days) else max(over, self.free)

    def _walk(self) -> tuple[int | None, int | None]:
        """Stay on day by day until the limit stops it: the days taken and the last of them."""
        days, day, taken = self.days.copy(), self.free, 0
        last: int | None = None
        oldest = 0
        while taken <= _HORIZON:
            if not self._titled(day):
                start = self.window_start(day)
                while oldest < len(days) and days[oldest] < start:
                    oldest += 1
                if len(days) - oldest + 1 > self.limit.allowance(start):
                    return taken, self._leaving_day(last)
                days.append(day)
                taken += 1
            last = day
            day += 1
        return None, None

    def _leaving_day(self, last: int | None) -> int | None:
        # Where only the entry day counts, the day of leaving costs nothing.
        free_exit = self.limit.counts == "entry day" and last is not None
        return last + 1 if free_exit and last is not None else last

    def _titled(self, day: int) -> bool:
        place = bisect_right(self.seen.titled, (day, _FAR)) - 1
        return place >= 0 and day <= self.seen.titled[place][1]

    def breach_days(self) -> list[int]:
        if self.limit.window == "per-entry":
            return self._breach_by_visit()
        breach, oldest = [], 0
        for position, day in enumerate(self.days):
            start = self.window_start(day)
            while self.days[oldest] < start:
                oldest += 1
            if position - oldest + 1 > self.limit.allowance(start):
                breach.append(day)
        return breach

    def _breach_by_visit(self) -> list[int]:
        # Visit by visit: a day of exit and new entry belongs to both, and may breach the first.
        breach: set[int] = set()
        for low, high in self.seen.visits:
            first = bisect_left(self.days, low)
            spent = self.days[first : bisect_right(self.days, high)]
            breach.update(spent[self.limit.allowance(low) :])
        return sorted(breach)

    def _last_day_before(self, breach: Sequence[int]) -> int | None:
        """The day asked if it is lawful, else the day before this breach if one was stayed."""
        unlawful, day = set(breach), self.seen.on
        while day in unlawful:
            day -= 1
        position = bisect_left(self.days, day)
        stayed = position < len(self.days) and self.days[position] == day
        return day if stayed or self._titled(day) else None

    def _next_entry(self) -> date | None:
        if self.limit.window == "per-entry":
            return date.fromordinal(self.free)
        for day in range(self.free, self.free + _HORIZON):
            start = self.window_start(day)
            before = len(self.days) - bisect_left(self.days, start)
            if before + 1 <= self.limit.allowance(start) or self._titled(day):
                return date.fromordinal(day)
        return None
