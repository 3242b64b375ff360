"""Many people at once: equal to one at a time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from comity.errors import Malformed
from comity.law.presence import Stay
from comity.law.stay import count
from comity.law.stay_limit import StayLimit
from comity.law.stay_many import ManyStays, count_many, used_many


def random_people(people: int, seed: int) -> ManyStays:
    """Up to seven stays a person within some 500 days, unordered, overlapping as they fall."""
    random = np.random.default_rng(seed)
    sizes = random.integers(0, 8, people)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    entries = (739_000 + random.permutation(int(offsets[-1])) % 500).astype(np.int32)
    exits = (entries + random.integers(0, 60, len(entries))).astype(np.int32)
    return ManyStays(entries, exits, offsets)


@pytest.mark.parametrize(("days", "span"), [(90, 180), (30, 31), (1, 365), (180, 365)])
def test_many_equal_one_at_a_time(days: int, span: int) -> None:
    """Used, left and excess of 400 random people are what the scalar count gives for each."""
    many = random_people(400, seed=days)
    on = 739_430
    counts = count_many(many, on, days=days, span=span)
    assert np.array_equal(counts.used, used_many(many, on, span=span))
    limit = StayLimit(id="t", cite="s. 1", days=days, window="rolling", span=span)
    for person in range(400):
        part = range(int(many.offsets[person]), int(many.offsets[person + 1]))
        stays = {
            (date.fromordinal(int(many.entries[k])), date.fromordinal(int(many.exits[k])))
            for k in part
        }
        if len({entry for entry, _ in stays}) < len(stays):
            continue
        one = count([Stay(a, b) for a, b in stays], limit, date.fromordinal(on)).most
        assert one.used == counts.used[person]
        assert one.left == counts.left[person]
        assert one.overstay_at_control == counts.overstay_at_control[person]


def test_nobody() -> None:
    """No people, no counts; and a person without stays has all days left."""
    none = np.empty(0, np.int32)
    assert len(used_many(ManyStays(none, none, np.zeros(1, np.int64)), 739_000)) == 0
    counts = count_many(ManyStays(none, none, np.zeros(2, np.int64)), 739_000)
    assert (counts.used[0], counts.left[0]) == (0, 90)


def test_refuses_what_does_not_fit() -> None:
    """Offsets that do not divide the stays, and exits before entries, are errors."""
    one = np.array([739_000], np.int32)
    with pytest.raises(Malformed, match="offsets"):
        used_many(ManyStays(one, one, np.array([0, 2], np.int64)), 739_000)
    with pytest.raises(Malformed, match="offsets"):
        used_many(ManyStays(one, one, np.array([0, 2, 1], np.int64)), 739_000)
    with pytest.raises(Malformed, match="stay-exit-before-entry"):
        used_many(ManyStays(one, one - 1, np.array([0, 1], np.int64)), 739_000)
    with pytest.raises(Malformed, match="stay-limit"):
        count_many(ManyStays(one, one, np.array([0, 1], np.int64)), 739_000, days=100, span=90)
