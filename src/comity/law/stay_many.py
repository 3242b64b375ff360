"""The same count for a million people at once.

For a rolling limit only. Stays come flat: person ``i`` has the stays ``offsets[i]`` to
``offsets[i + 1]`` of ``entries`` and ``exits``, as ordinals, in any order, overlapping or not.
Equal to `comity.law.stay.count` for every person; the tests hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from comity.errors import Malformed

Days = NDArray[np.int32]
F = TypeVar("F", bound=Callable[..., Any])
_MOST_PER_PERSON = 512


@dataclass(frozen=True, slots=True)
class ManyStays:
    """Stays of n people: ``entries`` and ``exits`` int32 ordinals (m,), ``offsets`` (n + 1,)."""

    entries: Days
    exits: Days
    offsets: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ManyCounts:
    """For each person (n,): days used, days left from the day asked, excess at control."""

    used: Days
    left: Days
    overstay_at_control: Days


def used_many(stays: ManyStays, on: int, *, span: int = 180) -> Days:
    """Days of stay in the ``span`` days that end on the ordinal ``on``, per person, int32 (n,)."""
    _check(stays)
    used: Days = _used((stays.entries, stays.exits, stays.offsets), on, span)
    return used


def count_many(stays: ManyStays, on: int, *, days: int = 90, span: int = 180) -> ManyCounts:
    """Days used and left and the excess, per person, as of the ordinal ``on``."""
    if not 0 < days < span <= 3660:
        raise Malformed("stay-limit", "needs 0 < days < span <= 3660", where="days, span")
    _check(stays)
    used, left = _used_and_left((stays.entries, stays.exits, stays.offsets), on, days, span)
    return ManyCounts(used, left, np.maximum(used - days, 0).astype(np.int32))


def _check(stays: ManyStays) -> None:
    offsets = stays.offsets
    sizes = np.diff(offsets)
    fits = (
        offsets.ndim == 1
        and len(offsets) >= 1
        and offsets[0] == 0
        and int(offsets[-1]) == len(stays.entries) == len(stays.exits)
        and (len(sizes) == 0 or (int(sizes.min()) >= 0 and int(sizes.max()) <= _MOST_PER_PERSON))
    )
    if not fits:
        raise Malformed(
            "stays-format",
            "offsets do not divide the stays into persons",
            where="offsets",
            hint=f"begin with 0, never fall, end with the number of stays, at most "
            f"{_MOST_PER_PERSON} a person",
        )
    if bool(np.any(stays.exits < stays.entries)):
        raise Malformed("stay-exit-before-entry", "an exit lies before its entry", where="exits")


Flat = tuple[Days, Days, NDArray[np.int64]]
_CHUNKS = 64


def _compiled(*, parallel: bool = False) -> Callable[[F], F]:
    return cast("Callable[[F], F]", numba.njit(nogil=True, parallel=parallel))


@_compiled()
def _gather(flat: Flat, person: int, first: int, on: int, spans: Days) -> int:
    """Write the person's spans within [first, on], sorted and disjoint; say how many."""
    entries, exits, offsets = flat
    size = 0
    for k in range(offsets[person], offsets[person + 1]):
        if exits[k] >= first and entries[k] <= on:
            low, high = max(entries[k], first), min(exits[k], on)
            j = size - 1
            while j >= 0 and spans[j, 0] > low:
                spans[j + 1, 0], spans[j + 1, 1] = spans[j, 0], spans[j, 1]
                j -= 1
            spans[j + 1, 0], spans[j + 1, 1] = low, high
            size += 1
    joined = 0
    for k in range(size):
        if joined > 0 and spans[k, 0] <= spans[joined - 1, 1] + 1:
            spans[joined - 1, 1] = max(spans[joined - 1, 1], spans[k, 1])
        else:
            spans[joined, 0], spans[joined, 1] = spans[k, 0], spans[k, 1]
            joined += 1
    return joined


@_compiled()
def _total(spans: Days, size: int) -> int:
    total = 0
    for k in range(size):
        total += spans[k, 1] - spans[k, 0] + 1
    return total


@_compiled(parallel=True)
def _used(flat: Flat, on: int, span: int) -> Days:
    people = len(flat[2]) - 1
    used = np.zeros(people, np.int32)
    for chunk in numba.prange(_CHUNKS):
        spans = np.empty((_MOST_PER_PERSON, 2), np.int32)
        for i in range(people * chunk // _CHUNKS, people * (chunk + 1) // _CHUNKS):
            used[i] = _total(spans, _gather(flat, i, on - span + 1, on, spans))
    return used


@_compiled(parallel=True)
def _used_and_left(flat: Flat, on: int, days: int, span: int) -> tuple[Days, Days]:
    people = len(flat[2]) - 1
    used = np.zeros(people, np.int32)
    left = np.zeros(people, np.int32)
    for chunk in numba.prange(_CHUNKS):
        spans = np.empty((_MOST_PER_PERSON, 2), np.int32)
        for i in range(people * chunk // _CHUNKS, people * (chunk + 1) // _CHUNKS):
            size = _gather(flat, i, on - span + 1, on, spans)
            used[i] = _total(spans, size)
            present = size > 0 and spans[size - 1, 1] == on
            left[i] = _left(spans, size, on + 1 if present else on, days, span)
    return used, left


@_compiled()
def _left(spans: Days, size: int, start: int, days: int, span: int) -> int:
    """Days that may follow from ``start``, span by span as the window slides over them.

    After ``taken`` days the window begins on ``reach + taken``. Until that passes the first day
    of the next span, each further day adds one; while it passes over the span, each day adds one
    and drops one, so the span is passed whole or not at all. ``days < span``: no day of the new
    stay itself can drop out before the limit ends it.
    """
    reach = start - span + 1
    remaining = 0
    for k in range(size):
        remaining += max(0, spans[k, 1] - max(spans[k, 0], reach) + 1)
    taken = 0
    for k in range(size):
        low, high = max(spans[k, 0], reach), spans[k, 1]
        if high < low:
            continue
        gap = low - (reach + taken)
        room = days - remaining - taken
        if room <= gap:
            return max(0, taken + room)
        taken += gap + high - low + 1
        remaining -= high - low + 1
    return days - remaining
