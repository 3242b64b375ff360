# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: SIM110
"""How like two name parts are: one of the levels of weights.py, remembered per word."""

from __future__ import annotations

import numpy as np

from comity.match.distance import common, osa
from comity.match.enter import word_chars
from comity.match.question import MEMO, PARTS_ASKED_MAX, Memo, Parts, Questions
from comity.match.sound import NATIVE, U16, length, popcount
from comity.match.state import BONES, COLUMNS, FOLDED, HEARD, LETTERS, NAME_START, U8, People, Words
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
            for i in range(PARTS_ASKED_MAX):
                memo.levels[at * PARTS_ASKED_MAX + i] = np.uint8(UNSET)
            return at
        if memo.words[at] == word:
            return at
        at = (at + 1) & (MEMO - 1)
    return -1


def word_levels(
    words: Words, q: Questions, parts: Parts, levels: U8, about: tuple[int, int, int, int]
) -> None:
    """Write the levels of a word to the parts asked that have none yet (memo row ``at``)."""
    at, word, base, asked = about
    bones_b = words.codes[4 * word + BONES]
    set_b = words.codes[4 * word + LETTERS]
    size_b = whole(words.starts[word + 1]) - whole(words.starts[word])
    for t in range(asked):
        if levels[at + t] != UNSET:
            continue
        bones_a = parts.codes[4 * t + BONES]
        set_a = parts.codes[4 * t + LETTERS]
        size_a = q.part_starts[base + t + 1] - q.part_starts[base + t]
        native = ((bones_a | bones_b) & NATIVE) != _NONE
        found = NONE
        if parts.words[t] == word:
            found = EXACT
        elif not native and parts.codes[4 * t + HEARD] == words.codes[4 * word + HEARD]:
            found = SOUND if length(bones_a) >= 2 else WEAK
        elif size_a == 1 or size_b == 1:
            first = q.chars[q.part_starts[base + t]]
            found = INITIAL if first == words.chars[whole(words.starts[word])] else NONE
        else:
            alike = not native and bones_a == bones_b and length(bones_a) >= 2
            if worth_letters(set_a & _EVERY, set_b & _EVERY, size_a, size_b):
                found = by_letters(asked_chars(q, base + t), word_chars(words, word))
            if alike and found != ONE_LETTER:
                found = SKELETON
            elif found == NONE and not native and worth_sound(set_a, set_b):
                folded_a = parts.codes[4 * t + FOLDED]
                found = by_sound(bones_a, bones_b, folded_a, words.codes[4 * word + FOLDED])
        levels[at + t] = np.uint8(found)


_EVERY = np.uint64(0xFFFFFFFFFFFFFF01)


def remember(
    words: Words,
    people: People,
    q: Questions,
    desk: tuple[Parts, Memo, I32],
    span: tuple[int, int, int, int],
) -> None:
    """Make sure that the level of every part to every word of the candidates is in the memo."""
    parts, memo, who = desk
    epoch, base, asked, count = span
    for c in range(count):
        row = whole(who[c]) * COLUMNS + NAME_START
        first = whole(people.names[people.rows[row]])
        last = whole(people.names[people.rows[row + COLUMNS]])
        for i in range(first, last):
            word = whole(people.parts[i])
            at = memo_at(memo, epoch, word) * PARTS_ASKED_MAX
            if at >= 0 and memo.levels[at + PARTS_ASKED_MAX - 1] == UNSET:
                word_levels(words, q, parts, memo.levels, (at, word, base, asked))
                memo.levels[at + PARTS_ASKED_MAX - 1] = np.uint8(NONE)
