# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: SIM110
"""How like two name parts are: one of the levels of weights.py, remembered per word."""

from __future__ import annotations

import numpy as np

from comity.match.distance import common, osa
from comity.match.question import (
    FETCHED,
    MEMO,
    PARTS_ASKED_MAX,
    PLACES_MAX,
    Memo,
    Parts,
    Questions,
    Sheet,
)
from comity.match.sound import NATIVE, U16, length, popcount
from comity.match.state import BONES, COLUMNS, FOLDED, HEARD, LETTERS, PART_START, People, Words
from comity.match.table import I32, whole
from comity.match.weights import (
    BEGINNING,
    COARSE,
    EXACT,
    INITIAL,
    NONE,
    ONE_LETTER,
    SKELETON,
    SKELETON_NEAR,
    SOUND,
    TWO_LETTERS,
    WEAK,
)

UNSET = 255
_SOUNDS = np.uint64(0xFE)
_LETTERS = np.uint64(((1 << 26) - 1) << 33)
_NONE = np.uint64(0)


def asked_chars(q: Questions, part: int) -> U16:
    """Give the characters of a part asked for."""
    return q.chars[q.part_starts[part] : q.part_starts[part + 1]]


def begins(a: U16, b: U16) -> bool:
    """Say whether the shorter of two, of at least four characters, begins the longer."""
    n = min(a.size, b.size)
    if n < 4 or a.size == b.size:
        return False
    for i in range(n):
        if a[i] != b[i]:
            return False
    return True


def by_letters(a: U16, b: U16) -> int:
    """Compare two parts by their letters: ONE_LETTER, TWO_LETTERS, BEGINNING or NONE."""
    shorter = min(a.size, b.size)
    if shorter >= 3 and abs(a.size - b.size) <= 2:
        off = osa(a, b)
        if off <= 1:
            return ONE_LETTER
        if off == 2 and shorter >= 6:
            return TWO_LETTERS
    return BEGINNING if begins(a, b) else NONE


def by_sound(
    bones_a: np.uint64, bones_b: np.uint64, folded_a: np.uint64, folded_b: np.uint64
) -> int:
    """Compare two skeletons that differ: SKELETON_NEAR, COARSE, WEAK or NONE."""
    la = length(bones_a)
    lb = length(bones_b)
    longer = max(la, lb)
    if longer >= 3 and abs(la - lb) <= 1 and common(bones_a, bones_b) >= longer - 1:
        return SKELETON_NEAR
    if folded_a == folded_b:
        return COARSE if length(folded_a) >= 2 else WEAK
    ca = length(folded_a)
    cb = length(folded_b)
    if min(ca, cb) >= 2 and 3 * common(folded_a, folded_b) >= ca + cb:
        return WEAK
    return NONE


def worth_letters(set_a: np.uint64, set_b: np.uint64, size_a: int, size_b: int) -> bool:
    """Say cheaply whether two parts may be two letters apart, or one may begin the other."""
    if abs(size_a - size_b) <= 2 and popcount(set_a ^ set_b) <= 4:
        return True
    return bool((set_a & ~set_b) == _NONE or (set_b & ~set_a) == _NONE)


def worth_sound(set_a: np.uint64, set_b: np.uint64) -> bool:
    """Say cheaply whether two parts may sound alike."""
    apart = popcount((set_a ^ set_b) & _SOUNDS)
    return apart <= 1 or (apart == 2 and popcount((set_a ^ set_b) & _LETTERS) <= 6)


def memo_at(memo: Memo, epoch: int, word: int) -> int:
    """Find or make the memo row of a word for this question; -1 where the memo is full."""
    mark = np.int32(epoch)
    at = (word * 40503) & (MEMO - 1)
    for _ in range(256):
        if memo.marks[at] != mark:
            memo.marks[at] = mark
            memo.words[at] = np.int32(word)
            memo.levels[at * PARTS_ASKED_MAX : (at + 1) * PARTS_ASKED_MAX] = np.uint8(UNSET)
            return at
        if memo.words[at] == word:
            return at
        at = (at + 1) & (MEMO - 1)
    return -1


def fetch(people: People, sheet: Sheet, memo: Memo, who: I32, count: int) -> int:
    """Copy the rows and the parts of all candidates side by side; give how many parts.

    Reads that do not wait for one another, so that memory answers many at once.
    """
    rows, fetched, listed, parts = people.rows, sheet.rows, people.parts, memo.parts
    for c in range(count):
        row = whole(who[c]) * COLUMNS
        for i in range(2 * COLUMNS):
            fetched[c * FETCHED + i] = rows[row + i]
    place = 0
    for c in range(count):
        first = whole(fetched[c * FETCHED + PART_START])
        last = whole(fetched[c * FETCHED + COLUMNS + PART_START])
        for i in range(first, min(last, first + PLACES_MAX - place)):
            parts[place] = np.int32(listed[i])
            place += 1
    return place


def remember(memo: Memo, epoch: int, count: int) -> int:
    """Give each part fetched its memo row; list the rows not complete; count those."""
    words, marks, levels, fresh, places, parts, _ = memo
    mark = np.int32(epoch)
    pending = 0
    for place in range(count):
        word = whole(parts[place])
        at = (word * 40503) & (MEMO - 1)
        steps = 0
        while marks[at] == mark and words[at] != word and steps < 256:
            at = (at + 1) & (MEMO - 1)
            steps += 1
        if steps == 256:
            places[place] = np.int32(-1)
            continue
        if marks[at] != mark:
            marks[at] = mark
            words[at] = np.int32(word)
            for t in range(PARTS_ASKED_MAX):
                levels[at * PARTS_ASKED_MAX + t] = np.uint8(UNSET)
        if levels[at * PARTS_ASKED_MAX + LAST] == UNSET:
            levels[at * PARTS_ASKED_MAX + LAST] = np.uint8(NONE)
            fresh[pending] = np.int32(at)
            pending += 1
        places[place] = np.int32(at)
    return pending


def complete(
    words: Words, q: Questions, parts: Parts, memo: Memo, about: tuple[int, int, int]
) -> None:
    """Write the levels of the fresh words to the parts asked that have none yet."""
    base, asked, pending = about
    codes_a, codes_b, levels = parts.codes, words.codes, memo.levels
    chars_a, starts_a, chars_b, starts_b = q.chars, q.part_starts, words.chars, words.starts
    own = parts.words
    for f in range(pending):
        at = whole(memo.fresh[f])
        word = whole(memo.words[at])
        heard_b = codes_b[4 * word + HEARD]
        bones_b = codes_b[4 * word + BONES]
        set_b = codes_b[4 * word + LETTERS]
        memo.codes[4 * at] = bones_b
        memo.codes[4 * at + 1] = codes_b[4 * word + FOLDED]
        memo.codes[4 * at + 2] = np.uint64(length(bones_b))
        begin_b = whole(starts_b[word])
        end_b = whole(starts_b[word + 1])
        for t in range(min(asked, LAST)):
            place = at * PARTS_ASKED_MAX + t
            if levels[place] != UNSET:
                continue
            bones_a = codes_a[4 * t + BONES]
            set_a = codes_a[4 * t + LETTERS]
            begin_a = starts_a[base + t]
            end_a = starts_a[base + t + 1]
            native = ((bones_a | bones_b) & NATIVE) != _NONE
            found = NONE
            if own[t] == word:
                found = EXACT
            elif not native and codes_a[4 * t + HEARD] == heard_b:
                found = SOUND if length(bones_a) >= 2 else WEAK
            elif end_a - begin_a == 1 or end_b - begin_b == 1:
                found = INITIAL if chars_a[begin_a] == chars_b[begin_b] else NONE
            else:
                alike = not native and bones_a == bones_b and length(bones_a) >= 2
                sizes = (end_a - begin_a, end_b - begin_b)
                if worth_letters(set_a & _EVERY, set_b & _EVERY, sizes[0], sizes[1]):
                    found = by_letters(chars_a[begin_a:end_a], chars_b[begin_b:end_b])
                if alike and found != ONE_LETTER:
                    found = SKELETON
                elif found == NONE and not native and worth_sound(set_a, set_b):
                    folded = (codes_a[4 * t + FOLDED], codes_b[4 * word + FOLDED])
                    found = by_sound(bones_a, bones_b, folded[0], folded[1])
            levels[place] = np.uint8(found)


LAST = PARTS_ASKED_MAX - 1
"""The level of no part: it tells whether a word's row is complete."""
_EVERY = np.uint64(0xFFFFFFFFFFFFFF01)
