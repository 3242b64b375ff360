# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901, SIM102
"""Weigh the names of all candidates: align parts one to one, add bits, subtract what is left."""

from __future__ import annotations

import numpy as np

from comity.match.distance import common
from comity.match.likeness import memo_at
from comity.match.question import (
    ALIGNED,
    BIT_COLUMNS,
    FAR,
    KIND_COLUMNS,
    MOST,
    NAME,
    NAME_ASKED,
    NAME_LISTED,
    PARTS_ASKED_MAX,
    SPAN,
    Memo,
    Pad,
    Parts,
    Questions,
    Sheet,
)
from comity.match.sound import NATIVE, length
from comity.match.state import (
    BONES,
    COLUMNS,
    F64,
    FOLDED,
    NAME_START,
    NATIVE_FLAG,
    SCRIPT_MASK,
    People,
    Words,
)
from comity.match.table import I32, U32, U64, whole
from comity.match.weights import INITIAL, NONE, PLACE, SKELETON, WEAK

JOINED = 12
"""The level of a part that is written together on one side and apart on the other."""

W_TOGETHER, W_CONFLICT, W_MISSING = PLACE["together"], PLACE["conflict"], PLACE["missing"]
W_ORDER, W_JOINED, W_NOTHING = PLACE["order"], PLACE["joined"], PLACE["nothing"]
W_LEAST = PLACE["least"]
W_LIKENESS, W_CROSS = PLACE["likeness"], PLACE["cross_script"]
UNMATCHED = -40.0
_ONE = np.uint64(1)
_NONE = np.uint64(0)


def joins(a: np.uint64, b: np.uint64, joined: np.uint64) -> bool:
    """Say whether skeletons a and b one after the other make the skeleton ``joined``."""
    n = length(b)
    if (a | b | joined) & NATIVE or length(joined) < 3 or n == 0 or length(a) + n > 15:
        return False
    if ((a << np.uint64(4 * n)) | b) == joined:
        return True
    # A vowel that begins the second part stands inside the joined, where vowels are not coded.
    top = np.uint64(4 * (n - 1))
    return bool((b >> top) == _ONE and ((a << top) | (b & ((_ONE << top) - _ONE))) == joined)


def whole_sound(sounds: U64, n: int) -> np.uint64:
    """Join the coarse codes of n parts, at most 15 symbols."""
    joined = np.uint64(0)
    for i in range(n):
        folded = sounds[i]
        size = length(folded)
        if size and length(joined) + size <= 15:
            joined = (joined << np.uint64(4 * size)) | folded
    return joined


def align(grid: F64, levels: U64, used: U64, n: int, m: int) -> tuple[float, int, int]:
    """Pair parts one to one, best bits first; give bits, parts that tell, parts in order.

    ``grid`` and ``levels``: row i of 8 for part i asked. ``used``: 0..7 level + 16 (1 + place)
    of each part asked, 8..15 whether a listed part is taken.
    """
    total = 0.0
    telling = 0
    in_order = 0
    for _ in range(min(n, m)):
        best = 0.0
        at = -1
        for i in range(n):
            if used[i] == 0:
                for j in range(m):
                    if used[MOST + j] == 0 and levels[i * MOST + j] != NONE:
                        bits = grid[i * MOST + j]
                        if at < 0 or bits > best or (bits == best and i == j):
                            best = bits
                            at = i * MOST + j
        if at < 0:
            break
        i = at // MOST
        j = at % MOST
        level = whole(levels[at])
        used[i] = np.uint64(level + 16 * (1 + j))
        used[MOST + j] = _ONE
        total += best
        telling += level not in (INITIAL, WEAK)
        in_order += i == j or n - i == m - j
    return total, telling, in_order


def rejoin(skeletons: U64, bits: F64, used: U64, n: int, m: int) -> tuple[float, int]:
    """Pair parts left over that are written together on the other side; bits and how many.

    ``skeletons``: 0..7 of the parts asked, 8..15 of the listed; ``bits``: of their skeletons.
    """
    total = 0.0
    pairs = 0
    for i in range(n):
        for j in range(m):
            if used[i] or used[MOST + j]:
                continue
            mark = np.uint64(JOINED + 16 * (1 + j))
            if i + 1 < n and used[i + 1] == 0:
                if joins(skeletons[i], skeletons[i + 1], skeletons[MOST + j]):
                    used[i] = mark
                    used[i + 1] = mark
                    used[MOST + j] = _ONE
                    total += max(bits[i] + bits[i + 1], 8.0)
                    pairs += 1
                    continue
            if j + 1 < m and used[MOST + j + 1] == 0:
                if joins(skeletons[MOST + j], skeletons[MOST + j + 1], skeletons[i]):
                    used[i] = mark
                    used[MOST + j] = _ONE
                    used[MOST + j + 1] = _ONE
                    total += bits[i]
                    pairs += 1
    return total, pairs


def settle(w: F64, used: U64, sizes: U64, counted: tuple[int, int, int, int, float]) -> float:
    """Subtract for parts that stand on both sides without a partner, or on one side only."""
    n, m, telling, in_order, total = counted
    lonely = 0
    for i in range(n):
        lonely += used[i] == 0 and sizes[i] > 1
    others = 0
    for j in range(m):
        others += used[MOST + j] == 0
    both = min(lonely, others)
    total -= w[W_CONFLICT] * both + w[W_MISSING] * (max(lonely, others) - both)
    if telling > 1:
        total -= w[W_TOGETHER] * (telling - 1)
    return float(total + w[W_ORDER] * in_order)


def is_far(a: int, b: int) -> bool:
    """Say whether two readings stand in different scripts, one of them not quite alphabetic."""
    x = a & SCRIPT_MASK
    y = b & SCRIPT_MASK
    return x != y and (3 <= x <= 7 or 3 <= y <= 7)


def lay_asked(q: Questions, parts: Parts, pad: Pad, name: int, base: int) -> int:
    """Lay the parts of a reading asked for on the pad; count them."""
    start = whole(q.name_starts[name])
    n = min(whole(q.name_starts[name + 1]) - start, MOST)
    for i in range(n):
        t = whole(q.name_parts[start + i])
        pad.parts[i] = t
        pad.sizes[i] = np.uint64(q.part_starts[base + t + 1] - q.part_starts[base + t])
        pad.skeletons[i] = parts.codes[4 * t + BONES]
        pad.sounds[i] = parts.codes[4 * t + FOLDED]
        pad.bits[i] = parts.bits[t * SPAN + SKELETON]
    return n


def lay_listed(
    words: Words, listed: U32, desk: tuple[Parts, Memo, Pad], about: tuple[int, int, int]
) -> None:
    """Lay the words of a listed reading on the pad, with their levels to the n parts asked."""
    parts, memo, pad = desk
    epoch, n, far = about
    for j in range(min(listed.size, MOST)):
        word = whole(listed[j])
        pad.skeletons[MOST + j] = words.codes[4 * word + BONES]
        pad.sounds[MOST + j] = words.codes[4 * word + FOLDED]
        at = memo_at(memo, epoch, word) * PARTS_ASKED_MAX
        for i in range(n):
            t = pad.parts[i]
            level = whole(memo.levels[at + t]) if at >= 0 else NONE
            pad.levels[i * MOST + j] = np.uint64(level)
            pad.grid[i * MOST + j] = parts.bits[t * SPAN + far + level]


def weigh_pair(w: F64, pad: Pad, n: int, m: int) -> float:
    """Weigh the two readings on the pad."""
    pad.used[:] = _NONE
    total, telling, in_order = align(pad.grid, pad.levels, pad.used, n, m)
    more, pairs = rejoin(pad.skeletons, pad.bits, pad.used, n, m)
    total += more - w[W_JOINED] * pairs
    telling += pairs
    if telling == 0 and total < 3.0:
        a = whole_sound(pad.sounds, n)
        b = whole_sound(pad.sounds[MOST:], m)
        both = max(length(a) + length(b), 1)
        total = min(total, 1.0) + w[W_NOTHING] + w[W_LIKENESS] * 2.0 * common(a, b) / both
    return settle(w, pad.used, pad.sizes, (n, m, telling, in_order, total))


def weigh_names(
    words: Words, people: People, q: Questions, desk: tuple[Parts, Memo, Sheet, Pad, I32, F64],
    span: tuple[int, int, int],
) -> None:  # fmt: skip
    """Weigh the names of each candidate: the best pair of readings, in the same kind of script."""
    parts, memo, sheet, pad, who, w = desk
    question, epoch, count = span
    base = q.question_parts[question]
    first = q.question_names[question]
    for c in range(count):
        sheet.bits[c * BIT_COLUMNS + NAME] = UNMATCHED
    for name in range(first, q.question_names[question + 1]):
        script = whole(q.scripts[name])
        n = lay_asked(q, parts, pad, name, base)
        for c in range(count):
            row = whole(who[c]) * COLUMNS + NAME_START
            names = whole(people.rows[row])
            for listed in range(names, whole(people.rows[row + COLUMNS])):
                other = whole(people.scripts[listed])
                if (script | other) & NATIVE_FLAG and script != other:
                    continue
                at = whole(people.names[listed])
                m = min(whole(people.names[listed + 1]) - at, MOST)
                far = FAR if is_far(script, other) else 0
                found = people.parts[at : at + m]
                lay_listed(words, found, (parts, memo, pad), (epoch, n, far))
                total = weigh_pair(w, pad, n, m)
                if script != other:
                    total -= w[W_CROSS]
                total = np.round(max(total, w[W_LEAST]) * 100.0) / 100.0
                if total > sheet.bits[c * BIT_COLUMNS + NAME]:
                    sheet.bits[c * BIT_COLUMNS + NAME] = total
                    sheet.kinds[c * KIND_COLUMNS + NAME_ASKED] = name - first
                    sheet.kinds[c * KIND_COLUMNS + NAME_LISTED] = listed - names
                    for i in range(ALIGNED):
                        sheet.aligned[c * ALIGNED + i] = np.uint8(pad.used[i])
    for c in range(count):
        if sheet.bits[c * BIT_COLUMNS + NAME] == UNMATCHED:
            sheet.bits[c * BIT_COLUMNS + NAME] = 0.0
            sheet.aligned[c * ALIGNED : (c + 1) * ALIGNED] = np.uint8(0)
