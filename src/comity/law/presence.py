"""Where a person was, as sets of days: stays joined, permits taken out, gaps left open.

Days are ordinals (``date.toordinal``). A span is a pair of ordinals, both included. This module
knows nothing of limits; `comity.law.stay` counts what it returns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comity.errors import Conflict, Malformed

Span = tuple[int, int]

MOST_STAYS = 10_000
_LONGEST = 366 * 120


@dataclass(frozen=True, slots=True)
class Stay:
    """One presence in the territory: first day, last day (None: not known), and under what.

    ``title`` is empty for an ordinary short stay, else the permit or long-stay visa it rested on.
    ``state`` is the ICAO code of the state where known, ``evidence`` what the dates rest on
    (``stamp``, ``record``, ``statement`` ...), ``line`` the line of the file it was read from.
    """

    entry: date
    exit: date | None
    title: str = ""
    state: str = ""
    evidence: str = ""
    line: int = 0

    @property
    def where(self) -> str:
        """For an error message."""
        return f"line {self.line}" if self.line else "stays"


@dataclass(frozen=True, slots=True)
class Presence:
    """The days up to and including ``on``: what counts, what is covered by a title, who is here.

    ``counted`` and ``titled`` are disjoint, sorted spans; ``titled`` may reach past ``on``.
    ``visits`` are the separate entries, each from its entry to its exit, both included.
    """

    on: int
    counted: tuple[Span, ...]
    titled: tuple[Span, ...]
    visits: tuple[Span, ...]
    present: bool


def join(spans: Iterable[Span]) -> list[Span]:
    """Sorted, disjoint spans of the same days; touching spans become one."""
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def without(spans: Sequence[Span], removed: Sequence[Span]) -> list[Span]:
    """The days of ``spans`` that are in none of ``removed``; both sorted and disjoint."""
    rest: list[Span] = []
    first = 0
    for span_low, high in spans:
        low = span_low
        while first < len(removed) and removed[first][1] < low:
            first += 1
        place = first
        while place < len(removed) and removed[place][0] <= high:
            gone_low, gone_high = removed[place]
            if gone_low > low:
                rest.append((low, gone_low - 1))
            low = gone_high + 1
            place += 1
        if low <= high:
            rest.append((low, high))
    return rest


def check_stays(stays: Sequence[Stay]) -> None:
    """Refuse what cannot be true: an exit before its entry, one entry with two exits.

    Leaving and entering again on one day is lawful and common: two stays may share a day, and a
    stay of one day may share its day with the next. Stays that overlap otherwise are counted once.
    """
    if len(stays) > MOST_STAYS:
        raise Malformed("stays-too-many", f"more than {MOST_STAYS} stays")
    exits: dict[tuple[date, str], Stay] = {}
    for stay in stays:
        if stay.exit is None:
            continue
        if stay.exit < stay.entry:
            raise Malformed(
                "stay-exit-before-entry",
                "the exit lies before the entry",
                where=stay.where,
                hint="check the two dates; is day and month exchanged?",
            )
        if (stay.exit - stay.entry).days > _LONGEST:
            raise Malformed("stay-too-long", "a stay of more than 120 years", where=stay.where)
        if stay.exit > stay.entry:
            _refuse_second_exit(exits, stay)


def _refuse_second_exit(exits: dict[tuple[date, str], Stay], stay: Stay) -> None:
    first = exits.setdefault((stay.entry, stay.title), stay)
    if first.exit != stay.exit:
        raise Conflict(
            "stay-contradiction",
            "two stays begin on the same day and end on different days",
            where=f"{first.where} and {stay.where}",
            hint="say which evidence prevails (column evidence: stamp or record), or drop one",
        )


def presence(
    stays: Sequence[Stay],
    on: date,
    *,
    longest: bool,
    exit_day: bool = True,
    counting_from: Mapping[str, date] | None = None,
) -> Presence:
    """The days of presence up to ``on`` when every unknown exit is as early, or as late, as can be.

    An unknown exit lies between the entry day and the next recorded entry, or ``on`` if there is
    none. With ``longest`` the days that count are as many as can be (a *title* whose end is
    unknown then covers its first day only), without it as few. ``counting_from`` gives for each
    state the first day on which presence there counts; a stay in a state it does not name is
    outside the territory. Without ``exit_day`` the known day of exit is no day of stay, unless it
    is also that of entry.
    """
    today = on.toordinal()
    entries = sorted({stay.entry.toordinal() for stay in stays})
    short: list[Span] = []
    titled: list[Span] = []
    for stay in stays:
        late = longest if not stay.title else not longest
        span = _span(stay, today, entries, late=late)
        if span is not None and counting_from is not None and stay.state and not stay.title:
            span = _within_territory(span, stay, counting_from)
        if span is not None and not exit_day and stay.exit is not None and span[0] < span[1]:
            span = (span[0], span[1] - 1)
        if span is not None:
            (titled if stay.title else short).append(span)
    covered = join(titled)
    past = [(low, min(high, today)) for low, high in short if low <= today]
    visits = _visits(past)
    return Presence(
        on=today,
        counted=tuple(without(join(past), covered)),
        titled=tuple(covered),
        visits=tuple(visits),
        present=any(low <= today <= high for low, high in (*past, *covered)),
    )


def _span(stay: Stay, today: int, entries: Sequence[int], *, late: bool) -> Span | None:
    low = stay.entry.toordinal()
    if stay.exit is not None:
        return low, stay.exit.toordinal()
    if low > today:
        return None
    if not late:
        return low, low
    later = bisect_right(entries, low)
    return low, min(entries[later], today) if later < len(entries) else today


def _within_territory(span: Span, stay: Stay, counting_from: Mapping[str, date]) -> Span | None:
    first = counting_from.get(stay.state)
    if first is None:
        return None
    low = max(span[0], first.toordinal())
    return (low, span[1]) if low <= span[1] else None


def _visits(spans: Iterable[Span]) -> list[Span]:
    """Separate entries: a stay that begins on or after the last exit is a new visit."""
    visits: list[Span] = []
    for low, high in sorted(spans):
        if visits and low < visits[-1][1]:
            visits[-1] = (visits[-1][0], max(visits[-1][1], high))
        elif visits and (low, high) == visits[-1]:
            continue
        else:
            visits.append((low, high))
    return visits
