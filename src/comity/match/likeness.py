# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901, SIM110
"""How like two name parts are: one of the levels of weights.py, remembered per word."""

from __future__ import annotations

import numpy as np

from comity.match.distance import common, osa
from comity.match.question import (
    COMPLETE,
    FILLED,
    KNOWN,
    MEMO,
    PARTS_ASKED_MAX,
    SLOT_MASK,
    Memo,
    Parts,
    Questions,
)
from comity.match.sound import NATIVE, U16, length, popcount
from comity.match.state import BONES, FOLDED, HEARD, LETTERS, Words
from comity.match.table import whole
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
    asked: tuple[np.uint64, np.uint64], listed: tuple[np.uint64, np.uint64, int]
) -> int:  # fmt: skip
    """Compare skeleton and coarse sound of two parts (listed: and the length of its skeleton).

    Gives SKELETON_NEAR, COARSE, WEAK or NONE.
    """
    bones, folded_a = asked
    other, folded_b, lb = listed
    la = length(bones)
    longer = max(la, lb)
    if longer >= 3 and abs(la - lb) <= 1 and common(bones, other) >= longer - 1:
        return SKELETON_NEAR
    if folded_a == folded_b:
        return COARSE if length(folded_a) >= 2 else WEAK
    ca = length(folded_a)
    cb = length(folded_b)
    if min(ca, cb) >= 2 and 3 * common(folded_a, folded_b) >= ca + cb:
        return WEAK
    return NONE


def worth_letters(set_a: np.uint64, set_b: np.uint64, size_a: int, size_b: int) -> bool:
    """Say cheaply whether two parts may be two letters apart, or one may begin the other.

    An edit changes two letters of the sets at most; two edits count from six letters on.
    """
    shorter = min(size_a, size_b)
    longer = max(size_a, size_b)
    if shorter >= 3 and longer - shorter <= 2:
        apart = popcount(set_a ^ set_b)
        if apart <= 2 or (apart <= 4 and shorter >= 6):
            return True
    if shorter < 4 or longer == shorter:
        return False
    return bool((set_a & ~set_b) == _NONE or (set_b & ~set_a) == _NONE)


def worth_sound(set_a: np.uint64, set_b: np.uint64) -> bool:
    """Say cheaply whether two parts may sound alike."""
    apart = popcount((set_a ^ set_b) & _SOUNDS)
    return apart <= 1 or (apart == 2 and popcount((set_a ^ set_b) & _LETTERS) <= 6)


def memo_at(memo: Memo, epoch: int, word: int) -> int:
    """Find or make the memo row of a word for this question; MEMO where it is full.

    The slots in use begin few, so that they stay in the nearest cache, and grow with the rows;
    what an earlier, smaller range of slots says of a word stays true.
    """
    slots, rows = memo.slots, memo.rows
    row = rows[FILLED]
    if 2 * row > rows[SLOT_MASK]:
        rows[SLOT_MASK] = 4 * rows[SLOT_MASK] + 3
        for known in range(row):
            at = (whole(memo.words[known]) * 40503) & rows[SLOT_MASK]
            while slots[at] >> 32 == epoch:
                at = (at + 1) & rows[SLOT_MASK]
            slots[at] = epoch << 32 | known
    at = (word * 40503) & rows[SLOT_MASK]
    while slots[at] >> 32 == epoch:
        if memo.words[slots[at] & 0xFFFFFFFF] == word:
            return int(slots[at] & 0xFFFFFFFF)
        at = (at + 1) & rows[SLOT_MASK]
    if row == MEMO:
        return MEMO
    rows[FILLED] = row + 1
    slots[at] = epoch << 32 | row
    memo.words[row] = np.int32(word)
    for i in range(row * PARTS_ASKED_MAX, (row + 1) * PARTS_ASKED_MAX):
        memo.levels[i] = np.uint8(UNSET)
    return int(row)


def fetch_codes(words: Words, memo: Memo, first: int) -> None:
    """Copy what is known of each word side by side: reads that do not wait for one another."""
    codes, starts, known = words.codes, words.starts, memo.codes
    for row in range(first, memo.rows[FILLED]):
        word = whole(memo.words[row])
        known[KNOWN * row] = codes[4 * word + BONES]
        known[KNOWN * row + 1] = codes[4 * word + FOLDED]
        known[KNOWN * row + 3] = codes[4 * word + LETTERS]
        known[KNOWN * row + 4] = codes[4 * word + HEARD]
        known[KNOWN * row + 5] = np.uint64(starts[word + 1] - starts[word])
    for row in range(first, memo.rows[FILLED]):
        known[KNOWN * row + 2] = np.uint64(length(known[KNOWN * row]))


def complete(words: Words, q: Questions, parts: Parts, memo: Memo, about: tuple[int, int]) -> None:
    """Write codes and levels of the rows made since the last call; ``about``: first part, parts."""
    base, asked = about
    codes_a, known, levels = parts.codes, memo.codes, memo.levels
    chars_a, starts_a = q.chars, q.part_starts
    chars_b, starts_b = words.chars, words.starts
    fetch_codes(words, memo, memo.rows[COMPLETE])
    for row in range(memo.rows[COMPLETE], memo.rows[FILLED]):
        word = whole(memo.words[row])
        bones = known[KNOWN * row]
        heard = known[KNOWN * row + 4]
        size = whole(known[KNOWN * row + 5])
        for t in range(asked):
            if levels[row * PARTS_ASKED_MAX + t] != UNSET:
                continue
            native = ((codes_a[4 * t + BONES] | bones) & NATIVE) != _NONE
            start = starts_a[base + t]
            other = starts_a[base + t + 1] - start
            found = NONE
            if parts.words[t] == word:
                found = EXACT
            elif not native and codes_a[4 * t + HEARD] == heard:
                found = SOUND if length(codes_a[4 * t + BONES]) >= 2 else WEAK
            elif size == 1 or other == 1:
                if chars_b[starts_b[word]] == chars_a[start]:
                    found = INITIAL
            else:
                drawn_a = codes_a[4 * t + LETTERS]
                drawn_b = known[KNOWN * row + 3]
                if worth_letters(drawn_a & _EVERY, drawn_b & _EVERY, other, size):
                    first = whole(starts_b[word])
                    found = by_letters(
                        chars_a[start : start + other], chars_b[first : first + size]
                    )
                if (
                    not native
                    and bones == codes_a[4 * t + BONES]
                    and known[KNOWN * row + 2] >= _TWO
                ):
                    found = ONE_LETTER if found == ONE_LETTER else SKELETON
                elif found == NONE and not native and worth_sound(drawn_a, drawn_b):
                    found = by_sound(
                        (codes_a[4 * t + BONES], codes_a[4 * t + FOLDED]),
                        (bones, known[KNOWN * row + 1], whole(known[KNOWN * row + 2])),
                    )
            levels[row * PARTS_ASKED_MAX + t] = np.uint8(found)
    memo.rows[COMPLETE] = memo.rows[FILLED]


_TWO = np.uint64(2)
_EVERY = np.uint64(0xFFFFFFFFFFFFFF01)
