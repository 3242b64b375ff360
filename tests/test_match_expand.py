"""Looking far for like-sounding words: what is passed over early could not have counted."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.match.compile import Interpreted
from comity.match.expand import LATIN
from comity.match.table import empty_table, locate, make_table
from comity.match.variants import hashes

KERNELS = Interpreted()
PARTS = st.text("aeikmnoprstvz", min_size=2, max_size=12)


def drawn(part: str) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Give letters, skeleton and coarse sound of a part."""
    chars = np.array([ord(c) for c in part], np.uint16)
    bones = np.uint64(KERNELS.codes(chars)[1])
    return np.uint64(KERNELS.letters(chars)), bones, np.uint64(KERNELS.coarse(bones))


def rank(one: str, two: str, people: int) -> int:
    """Rank two parts plainly, as the docstring of ``alikeness`` says, without a bound."""
    (set_a, bones_a, folded_a), (set_b, bones_b, folded_b) = drawn(one), drawn(two)
    shared, either = (int(s & LATIN).bit_count() for s in (set_a & set_b, set_a | set_b))
    score = 80 * shared // max(either, 1)
    for most, a, b in ((160, bones_a, bones_b), (120, folded_a, folded_b)):
        size = max(KERNELS.length(a) + KERNELS.length(b), 1)
        score += most * KERNELS.common(a, b) // size
    for _ in range(people.bit_length() - 1):
        score += 3 if score < 252 else 0
    return int(min(score, 255))


@given(PARTS, PARTS, st.integers(1, 2**31 - 1), st.integers(0, 255))
def test_a_word_is_passed_over_only_where_its_rank_is_not_above_the_least(
    one: str, two: str, people: int, least: int
) -> None:
    """Whatever rank is asked for at least, a word above it keeps its rank, and no other passes."""
    plain = rank(one, two, people)
    found = KERNELS.alikeness(drawn(one), drawn(two), people, least)
    assert found == plain if plain > least else found <= least


@given(st.integers(1, 2**31 - 1))
def test_doublings_are_the_whole_binary_logarithm(people: int) -> None:
    """So many bearers of a name count for as much as they can be halved."""
    assert KERNELS.doublings(people) == people.bit_length() - 1


@given(st.lists(PARTS, max_size=40))
def test_every_key_is_located_in_its_bucket(parts: list[str]) -> None:
    """Keys looked up side by side lead to all entries that one look-up each finds."""
    keys = np.array([h for part in parts for h in (hash_of(part), *hashes(part))], np.uint64)
    values = np.arange(keys.size, dtype=np.uint64)
    table = make_table(keys, values)
    spans = np.zeros(2 * keys.size + 1, np.int64)
    locate(table, keys, spans, keys.size)
    for at in range(keys.size):
        inside = table.entries[spans[2 * at] : spans[2 * at + 1]]
        assert at in [int(e) & (2**28 - 1) for e in inside]


def test_an_empty_table_locates_nothing() -> None:
    """A list that holds nothing yet answers every key with an empty span."""
    spans = np.full(5, 7, np.int64)
    locate(empty_table(), np.array([1, 2], np.uint64), spans, 2)
    assert spans[:4].tolist() == [0, 0, 0, 0]


def hash_of(part: str) -> int:
    """Hash a part as the index does."""
    return int(KERNELS.hash_chars(np.array([ord(c) for c in part], np.uint16)))
