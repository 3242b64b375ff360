# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901
"""Weigh the names of all candidates: align parts one to one, add bits, subtract what is left."""

from __future__ import annotations

import numpy as np

from comity.match.card import SPILLED, parts_on, script_on
from comity.match.distance import common
from comity.match.question import (
    ALIGNED,
    BIT_COLUMNS,
    BITS_AT,
    BONES_AT,
    FAR,
    KIND_COLUMNS,
    KNOWN,
    LENGTH_AT,
    MOST,
    NAME,
    NAME_ASKED,
    NAME_LISTED,
    PART_AT,
    PARTS_ASKED_MAX,
    SIZE_AT,
    SOUND_AT,
    SPAN,
    USED_AT,
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
)
from comity.match.table import U64, whole
from comity.match.weights import INITIAL, PLACE, SKELETON, WEAK

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


def whole_sound(sounds: U64, first: int, n: int) -> np.uint64:
    """Join the coarse codes of n parts from place ``first`` on, at most 15 symbols."""
    joined = np.uint64(0)
    for i in range(n):
        folded = sounds[first + i]
        size = length(folded)
        if size and length(joined) + size <= 15:
            joined = (joined << np.uint64(4 * size)) | folded
    return joined


def align(grid: F64, marks: U64, n: int, m: int) -> tuple[float, int, int]:
    """Pair parts one to one, best bits first; give bits, parts that tell, parts in order.

    Marks what is used: for each part asked level + 16 (1 + place), for each listed one 1.
    """
    total = 0.0
    telling = 0
    in_order = 0
    for _ in range(min(n, m)):
        best = 0.0
        at = -1
        for i in range(n):
            if marks[USED_AT + i] == _NONE:
                for j in range(m):
                    if marks[LISTED + j] == _NONE and marks[i * MOST + j] != _NONE:
                        bits = grid[i * MOST + j]
                        if at < 0 or bits > best or (bits == best and i == j):
                            best = bits
                            at = i * MOST + j
        if at < 0:
            break
        i = at // MOST
        j = at % MOST
        level = whole(marks[at])
        marks[USED_AT + i] = np.uint64(level + 16 * (1 + j))
        marks[LISTED + j] = _ONE
        total += best
        telling += level not in (INITIAL, WEAK)
        in_order += i == j or n - i == m - j
    return total, telling, in_order


def rejoin(grid: F64, marks: U64, n: int, m: int) -> tuple[float, int]:
    """Pair parts left over that are written together on the other side; bits and how many."""
    total = 0.0
    pairs = 0
    for i in range(n):
        for j in range(m):
            if marks[USED_AT + i] or marks[LISTED + j]:
                continue
            mark = np.uint64(JOINED + 16 * (1 + j))
            bones_a = marks[BONES_AT + i]
            bones_b = marks[BONES_AT + MOST + j]
            la = marks[LENGTH_AT + i]
            lb = marks[LENGTH_AT + MOST + j]
            if i + 1 < n and marks[USED_AT + i + 1] == _NONE:
                more = la + marks[LENGTH_AT + i + 1]
                if (more == lb or more == lb + _ONE) and joins(
                    bones_a, marks[BONES_AT + i + 1], bones_b
                ):
                    marks[USED_AT + i] = mark
                    marks[USED_AT + i + 1] = mark
                    marks[LISTED + j] = _ONE
                    total += max(grid[BITS_AT + i] + grid[BITS_AT + i + 1], 8.0)
                    pairs += 1
                    continue
            if j + 1 < m and marks[LISTED + j + 1] == _NONE:
                more = lb + marks[LENGTH_AT + MOST + j + 1]
                if (more == la or more == la + _ONE) and joins(
                    bones_b, marks[BONES_AT + MOST + j + 1], bones_a
                ):
                    marks[USED_AT + i] = mark
                    marks[LISTED + j] = _ONE
                    marks[LISTED + j + 1] = _ONE
                    total += grid[BITS_AT + i]
                    pairs += 1
    return total, pairs


def settle(w: F64, marks: U64, counted: tuple[int, int, int, int, float]) -> float:
    """Subtract for parts that stand on both sides without a partner, or on one side only."""
    n, m, telling, in_order, total = counted
    lonely = 0
    for i in range(n):
        lonely += marks[USED_AT + i] == _NONE and marks[SIZE_AT + i] > _ONE
    others = 0
    for j in range(m):
        others += marks[LISTED + j] == _NONE
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
        size = q.part_starts[base + t + 1] - q.part_starts[base + t]
        pad.marks[PART_AT + i] = np.uint64(t)
        pad.marks[SIZE_AT + i] = np.uint64(size)
        pad.marks[BONES_AT + i] = parts.codes[4 * t + BONES]
        pad.marks[SOUND_AT + i] = parts.codes[4 * t + FOLDED]
        pad.marks[LENGTH_AT + i] = np.uint64(length(parts.codes[4 * t + BONES]))
        pad.grid[BITS_AT + i] = parts.bits[t * SPAN + SKELETON]
    return n


def weigh_pair(w: F64, grid: F64, marks: U64, n: int, m: int) -> float:
    """Weigh the two readings on the pad."""
    for i in range(2 * MOST):
        marks[USED_AT + i] = _NONE
    total, telling, in_order = align(grid, marks, n, m)
    if telling < n and telling < m:
        more, pairs = rejoin(grid, marks, n, m)
        total += more - w[W_JOINED] * pairs
        telling += pairs
    if telling == 0 and total < 3.0:
        a = whole_sound(marks, SOUND_AT, n)
        b = whole_sound(marks, SOUND_AT + MOST, m)
        both = max(length(a) + length(b), 1)
        total = min(total, 1.0) + w[W_NOTHING] + w[W_LIKENESS] * 2.0 * common(a, b) / both
    return settle(w, marks, (n, m, telling, in_order, total))


def weigh_names(
    people: People, q: Questions, desk: tuple[Parts, Memo, Sheet, Pad, F64],
    span: tuple[int, int, int],
) -> None:  # fmt: skip
    """Weigh the names of candidates: the best pair of readings, in the same kind of script.

    ``span``: question, first and last place on the sheet. What a pair can weigh at most is said
    in glance.py; the two change together.
    """
    parts, memo, sheet, pad, w = desk
    question, begin, end = span
    first = q.question_names[question]
    rows, starts, scripts = people.rows, people.names, people.scripts
    grid, marks, levels, bits = pad.grid, pad.marks, memo.levels, parts.bits
    for c in range(begin, end):
        sheet.bits[c * BIT_COLUMNS + NAME] = UNMATCHED
    for name in range(first, q.question_names[question + 1]):
        script = whole(q.scripts[name])
        n = lay_asked(q, parts, pad, name, q.question_parts[question])
        for c in range(begin, end):
            person = whole(sheet.people[c])
            m = parts_on(people.cards, person)
            other = script_on(people.cards, person)
            start = 0
            stop = 1 if m else 0
            spilled = m == SPILLED
            if spilled:
                start = whole(rows[person * COLUMNS + NAME_START])
                stop = whole(rows[(person + 1) * COLUMNS + NAME_START])
            place = sheet.firsts[c]
            for listed in range(start, stop):
                if spilled:
                    other = whole(scripts[listed])
                    m = whole(starts[listed + 1]) - whole(starts[listed])
                place += m
                if (script | other) & NATIVE_FLAG and script != other:
                    continue
                far = FAR if is_far(script, other) else 0
                for j in range(m):
                    slot = whole(memo.places[place - m + j])
                    marks[BONES_AT + MOST + j] = memo.codes[KNOWN * slot]
                    marks[SOUND_AT + MOST + j] = memo.codes[KNOWN * slot + 1]
                    marks[LENGTH_AT + MOST + j] = memo.codes[KNOWN * slot + 2]
                    for i in range(n):
                        t = whole(marks[PART_AT + i])
                        level = whole(levels[slot * PARTS_ASKED_MAX + t])
                        marks[i * MOST + j] = np.uint64(level)
                        grid[i * MOST + j] = bits[t * SPAN + far + level]
                total = weigh_pair(w, grid, marks, n, m)
                if script != other:
                    total -= w[W_CROSS]
                total = np.round(max(total, w[W_LEAST]) * 100.0) / 100.0
                if total > sheet.bits[c * BIT_COLUMNS + NAME]:
                    sheet.bits[c * BIT_COLUMNS + NAME] = total
                    sheet.kinds[c * KIND_COLUMNS + NAME_ASKED] = name - first
                    sheet.kinds[c * KIND_COLUMNS + NAME_LISTED] = listed - start
                    for i in range(ALIGNED):
                        sheet.aligned[c * ALIGNED + i] = np.uint8(marks[USED_AT + i])
    clear_unmatched(sheet, begin, end)


def clear_unmatched(sheet: Sheet, begin: int, end: int) -> None:
    """Where no readings could be compared the name weighs nothing."""
    for c in range(begin, end):
        if sheet.bits[c * BIT_COLUMNS + NAME] == UNMATCHED:
            sheet.bits[c * BIT_COLUMNS + NAME] = 0.0
            sheet.kinds[c * KIND_COLUMNS + NAME_ASKED] = 0
            sheet.kinds[c * KIND_COLUMNS + NAME_LISTED] = 0
            for i in range(ALIGNED):
                sheet.aligned[c * ALIGNED + i] = np.uint8(0)


LISTED = USED_AT + MOST
