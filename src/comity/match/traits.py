# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901, PLR0911, PLR1714, SIM109
"""Weigh birth dates, nationalities, sexes and document numbers of all candidates."""

from __future__ import annotations

import numpy as np

from comity.match.card import date_on, has_dates, nations_on, sex_on
from comity.match.probe import plausible_year
from comity.match.question import (
    BIT_COLUMNS,
    DATE,
    DATE_ASKED,
    DATE_KIND,
    DATE_LISTED,
    KIND_COLUMNS,
    NATION,
    NATION_KIND,
    PAPER,
    PAPER_ASKED,
    PAPER_KIND,
    PAPER_LISTED,
    SEX,
    SEX_KIND,
    Questions,
    Sheet,
)
from comity.match.state import (
    COLUMNS,
    DATE_START,
    DATED,
    F64,
    NATIONAL,
    NATIONS,
    PAPER_START,
    YEAR_FIRST,
    YEARS,
    Figures,
    People,
)
from comity.match.table import whole
from comity.match.weights import PLACE

(
    UNKNOWN, SAME, SWAPPED, OTHER_DAY, OTHER_MONTH, OTHER_YEAR, YEAR_ONLY, MONTH_ONLY, CLOSE,
    DIFFERENT, VAGUE, VAGUE_DIFFERENT, SAME_YEAR,
) = range(13)  # fmt: skip
SECOND = (SAME, SWAPPED, OTHER_DAY, OTHER_MONTH, OTHER_YEAR, MONTH_ONLY)
"""Relations of dates that count as a second identifier beside the name (R20)."""

VAGUE_BIT = 1 << 23
W_DATE_SAME, W_SWAPPED, W_PART = PLACE["date_same"], PLACE["date_swapped"], PLACE["date_part"]
W_YEAR, W_OTHER = PLACE["date_year"], PLACE["date_other"]
W_SHARE, W_MOST, W_NATION = PLACE["nation_share"], PLACE["nation_most"], PLACE["nation_differs"]
W_SEX, W_NOT_SEX = PLACE["sex_agrees"], PLACE["sex_differs"]
W_PAPER, W_PAPER_NEAR = PLACE["paper_same"], PLACE["paper_near"]


def date_kind(a: int, b: int) -> int:
    """Name the relation of two packed dates."""
    ya = (a >> 9) & 16383
    yb = (b >> 9) & 16383
    ma = (a >> 5) & 15
    mb = (b >> 5) & 15
    da = a & 31
    db = b & 31
    apart = abs(ya - yb)
    if (a | b) & VAGUE_BIT:
        return VAGUE if apart <= 1 else VAGUE_DIFFERENT
    if ma == 0 or mb == 0:
        if apart == 0:
            return YEAR_ONLY
        return CLOSE if apart <= 1 else DIFFERENT
    if da == 0 or db == 0:
        if apart == 0:
            return MONTH_ONLY if ma == mb else SAME_YEAR
        return CLOSE if apart <= 1 and ma == mb else DIFFERENT
    if apart == 0:
        if ma == mb:
            return SAME if da == db else OTHER_DAY
        if ma == db and mb == da:
            return SWAPPED
        return OTHER_MONTH if da == db else SAME_YEAR
    if ma == mb and da == db and plausible_year(ya, yb):
        return OTHER_YEAR
    if apart <= 1 and (ma == mb or da == db or (ma == db and mb == da)):
        return CLOSE
    return DIFFERENT


def date_bits(w: F64, kind: int, share: float) -> float:
    """Weigh a relation of dates that agree in part; ``share`` of births in the year."""
    if kind == SAME:
        odds = w[W_DATE_SAME] * 365.0
    elif kind == SWAPPED:
        odds = w[W_SWAPPED] * 365.0
    elif kind == OTHER_DAY:
        odds = w[W_PART] * 12.0
    elif kind == OTHER_MONTH:
        odds = w[W_PART] * 30.0
    elif kind == OTHER_YEAR:
        odds = w[W_YEAR] / 8.0 * 365.0
    elif kind == MONTH_ONLY:
        odds = 0.8 * 12.0
    else:
        odds = 0.8
    return float(np.log2(odds / share))


def date_against(w: F64, kind: int, apart: int) -> float:
    """Weigh a relation of dates that speaks against, or says nothing; ``apart`` in years."""
    if kind == SAME_YEAR:
        return -2.0
    if kind == CLOSE:
        return -2.5
    if kind == DIFFERENT:
        return float(w[W_OTHER] - min(apart, 20) * 0.1)
    if kind == VAGUE_DIFFERENT:
        return -min(0.7 * apart, 5.0)
    return 0.0


def year_share(figures: Figures, year: int) -> float:
    """Give the share of births in a year, smoothed over five."""
    at = min(max(year - YEAR_FIRST, 2), YEARS - 3)
    near = 0
    for i in range(at - 2, at + 3):
        near += figures.years[i]
    return float((near / 5.0 + 1.0) / (figures.sizes[DATED] + 50.0))


def date_weight(figures: Figures, w: F64, a: int, b: int) -> float:
    """Weigh two packed dates, the asked and the listed."""
    kind = date_kind(a, b)
    year = (b >> 9) & 16383
    if kind <= MONTH_ONLY:
        return date_bits(w, kind, year_share(figures, year))
    return date_against(w, kind, abs(((a >> 9) & 16383) - year))


def weigh_dates(
    people: People, figures: Figures, q: Questions, desk: tuple[Sheet, F64],
    span: tuple[int, int, int],
) -> None:  # fmt: skip
    """Weigh the birth dates of each candidate: the best pair of those asked for and listed."""
    sheet, w = desk
    question, begin, end = span
    first = q.question_dates[question]
    for c in range(begin, end):
        alone = date_on(people.cards, whole(sheet.people[c]))
        listed = 0
        last = 1 if alone else 0
        if has_dates(people.cards, whole(sheet.people[c])):
            row = whole(sheet.people[c]) * COLUMNS + DATE_START
            listed = whole(people.rows[row])
            last = whole(people.rows[row + COLUMNS])
        best = 0.0
        kinds = c * KIND_COLUMNS
        sheet.kinds[kinds + DATE_KIND] = UNKNOWN
        sheet.kinds[kinds + DATE_ASKED] = 0
        sheet.kinds[kinds + DATE_LISTED] = 0
        for i in range(first, q.question_dates[question + 1]):
            for j in range(listed, last):
                a = whole(q.dates[i])
                b = alone or whole(people.dates[j])
                kind = date_kind(a, b)
                bits = date_weight(figures, w, a, b)
                if sheet.kinds[kinds + DATE_KIND] == UNKNOWN or bits > best:
                    best = bits
                    sheet.kinds[kinds + DATE_KIND] = kind
                    sheet.kinds[kinds + DATE_ASKED] = i - first
                    sheet.kinds[kinds + DATE_LISTED] = j - listed
        sheet.bits[c * BIT_COLUMNS + DATE] = np.round(best * 100.0) / 100.0


def nation_bits(figures: Figures, w: F64, nation: int) -> float:
    """Weigh a nationality shared, by its rarity."""
    share = (figures.nations[nation % NATIONS] + 1.0) / (figures.sizes[NATIONAL] + 20.0)
    return float(min(max(-np.log2(share), 0.0) * w[W_SHARE], w[W_MOST]))


def weigh_traits(
    people: People, figures: Figures, q: Questions, desk: tuple[Sheet, F64],
    span: tuple[int, int, int],
) -> None:  # fmt: skip
    """Weigh nationality (a shared one by its rarity) and sex of each candidate."""
    sheet, w = desk
    question, begin, end = span
    asked = whole(q.nations[question])
    sex = whole(q.sexes[question])
    for c in range(begin, end):
        held = nations_on(people.cards, whole(sheet.people[c]))
        bits = 0.0
        kind = 0
        if asked and held:
            best = -1.0
            left = asked
            while left:
                rest = held
                while rest:
                    if rest & 0x7FFF == left & 0x7FFF:
                        best = max(best, nation_bits(figures, w, rest & 0xFFFF))
                    rest >>= 16
                left >>= 16
            kind = 1 if best >= 0.0 else 2
            bits = best if best >= 0.0 else w[W_NATION]
        sheet.bits[c * BIT_COLUMNS + NATION] = np.round(bits * 100.0) / 100.0
        sheet.kinds[c * KIND_COLUMNS + NATION_KIND] = kind
        other = sex_on(people.cards, whole(sheet.people[c]))
        kind = 0 if sex == 0 or other == 0 else 1 if sex == other else 2
        sheet.kinds[c * KIND_COLUMNS + SEX_KIND] = kind
        sheet.bits[c * BIT_COLUMNS + SEX] = (
            0.0 if kind == 0 else w[W_SEX] if kind == 1 else w[W_NOT_SEX]
        )


def one_off(a: np.uint64, b: np.uint64) -> bool:
    """Say whether two packed numbers (base 37) are one character or one swap apart."""
    if (a | b) >> np.uint64(63) or min(a, b) < _SHORT:
        return False
    while a % _ROOT == b % _ROOT:
        a //= _ROOT
        b //= _ROOT
    up_a = a // _ROOT
    up_b = b // _ROOT
    if up_a == up_b or up_a == b or a == up_b:
        return True
    swapped = a % _ROOT == up_b % _ROOT and b % _ROOT == up_a % _ROOT
    return bool(swapped and up_a // _ROOT == up_b // _ROOT)


_ROOT = np.uint64(37)
_SHORT = np.uint64(37**4)


def weigh_papers(
    people: People, q: Questions, desk: tuple[Sheet, F64], span: tuple[int, int, int]
) -> None:
    """Weigh the document numbers: the same but for look-alikes, one character off, or other."""
    sheet, w = desk
    question, begin, end = span
    first = q.question_papers[question]
    last = q.question_papers[question + 1]
    for c in range(begin, end):
        row = whole(sheet.people[c]) * COLUMNS + PAPER_START
        listed = whole(people.rows[row])
        best = 0
        sheet.kinds[c * KIND_COLUMNS + PAPER_ASKED] = 0
        sheet.kinds[c * KIND_COLUMNS + PAPER_LISTED] = 0
        for i in range(first, last):
            for j in range(listed, whole(people.rows[row + COLUMNS])):
                kind = 3
                if q.papers[i] == people.papers[j]:
                    kind = 1
                elif one_off(q.papers[i], people.papers[j]):
                    kind = 2
                if best == 0 or kind < best:
                    best = kind
                    sheet.kinds[c * KIND_COLUMNS + PAPER_ASKED] = i - first
                    sheet.kinds[c * KIND_COLUMNS + PAPER_LISTED] = j - listed
        sheet.kinds[c * KIND_COLUMNS + PAPER_KIND] = best
        sheet.bits[c * BIT_COLUMNS + PAPER] = (
            w[W_PAPER] if best == 1 else w[W_PAPER_NEAR] if best == 2 else 0.0
        )
