# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901, SIM102
"""Bound what each candidate can weigh, so that only those who may be among the best are weighed.

Nothing depends on it but speed: a bound is never below the weight (a test holds it), and whoever
may be among the best is weighed in full. It follows from the rules of weigh.py and traits.py:
whoever changes them looks here.
"""

from __future__ import annotations

import numpy as np

from comity.match.card import DATE_MASK, DATES, INLINE, PAPER, PAPERS, SEX_AT, traces
from comity.match.likeness import memo_at
from comity.match.question import (
    FAR,
    FILLED,
    KNOWN,
    PARTS_ASKED_MAX,
    PLACES_MAX,
    SLOT_MASK,
    SPAN,
    Memo,
    Pad,
    Parts,
    Questions,
    Sheet,
)
from comity.match.sound import NATIVE, length, popcount
from comity.match.state import (
    BONES,
    CARD,
    COLUMNS,
    DATE_START,
    F64,
    I64,
    NAME_START,
    NATIVE_FLAG,
    Figures,
    People,
)
from comity.match.table import I32, ID_BITS, ID_MASK, whole
from comity.match.traits import (
    MONTH_ONLY,
    OTHER_YEAR,
    SAME,
    date_bits,
    date_kind,
    date_weight,
    nation_bits,
    year_share,
)
from comity.match.weigh import UNMATCHED, is_far, joins
from comity.match.weights import NONE, PLACE

W_CONFLICT, W_MISSING, W_ORDER = PLACE["conflict"], PLACE["missing"], PLACE["order"]
W_NOTHING, W_LIKENESS, W_LEAST = PLACE["nothing"], PLACE["likeness"], PLACE["least"]
W_TOGETHER = PLACE["together"]
W_CROSS, W_NATION = PLACE["cross_script"], PLACE["nation_differs"]
W_SEX, W_NOT_SEX = PLACE["sex_agrees"], PLACE["sex_differs"]
W_PAPER, W_PAPER_NEAR = PLACE["paper_same"], PLACE["paper_near"]
UNLIKE = -1.0
"""In ``tops``: no part asked is like this word."""
ANY = 1e6
"""A bound where written together and apart makes the weight hard to foresee."""
ROUNDING = 0.05
_PARTS_AT = np.uint64(56)
_TRACES_AT = np.uint64(32)


def survey(people: People, memo: Memo, sheet: Sheet, who: I32, about: tuple[int, int]) -> int:
    """Read the cards of the candidates, give each part a memo row; count those there is room for.

    Cards first: reads that do not wait for one another, so that memory answers many at once.
    """
    count, epoch = about
    cards, held = sheet.cards, people.cards
    places, slots, words = memo.places, memo.slots, memo.words
    for c in range(count):
        at = whole(who[c]) * CARD
        cards[CARD * c] = held[at]
        cards[CARD * c + 1] = held[at + 1]
        cards[CARD * c + 2] = held[at + 2]
        cards[CARD * c + 3] = held[at + 3]
    place = 0
    for c in range(count):
        size = whole(cards[CARD * c] >> _PARTS_AT)
        first = 0
        spilled = size > INLINE
        if spilled:
            row = whole(who[c]) * COLUMNS + NAME_START
            first = whole(people.names[people.rows[row]])
            size = whole(people.names[people.rows[row + COLUMNS]]) - first
        if place + size > PLACES_MAX:
            return c
        sheet.places[c] = place
        for i in range(size):
            if spilled:
                word = whole(people.parts[first + i])
            else:
                pair = cards[CARD * c + i // 2]
                word = whole((pair >> ID_BITS if i % 2 else pair) & ID_MASK)
            slot = slots[(word * 40503) & memo.rows[SLOT_MASK]]
            row = slot & 0xFFFFFFFF
            if slot >> 32 != epoch or words[row] != word:
                row = memo_at(memo, epoch, word)
            places[place] = np.int32(row)
            place += 1
    return count


def lay_readings(q: Questions, pad: Pad, question: int) -> None:
    """Lay the size of each reading asked on the pad, and how many parts are more than initials."""
    base = q.question_parts[question]
    at = 0
    for name in range(q.question_names[question], q.question_names[question + 1]):
        long = 0
        for i in range(q.name_starts[name], q.name_starts[name + 1]):
            t = base + whole(q.name_parts[i])
            long += q.part_starts[t + 1] - q.part_starts[t] > 1
        pad.readings[at] = q.name_starts[name + 1] - q.name_starts[name]
        pad.readings[at + 1] = long
        pad.readings[at + 2] = whole(q.scripts[name])
        at += 3


def rate(q: Questions, parts: Parts, memo: Memo, question: int, asked: int) -> None:
    """Write the most bits that each row of the memo can give."""
    for row in range(memo.rows[FILLED]):
        near = UNLIKE
        far = UNLIKE
        for t in range(asked):
            level = whole(memo.levels[row * PARTS_ASKED_MAX + t])
            if level != NONE:
                near = max(near, parts.bits[t * SPAN + level], 0.0)
                far = max(far, parts.bits[t * SPAN + FAR + level], 0.0)
        for name in range(q.question_names[question], q.question_names[question + 1]):
            for i in range(q.name_starts[name], q.name_starts[name + 1] - 1):
                one = parts.codes[4 * whole(q.name_parts[i]) + BONES]
                two = parts.codes[4 * whole(q.name_parts[i + 1]) + BONES]
                if joins(one, two, memo.codes[KNOWN * row]):
                    near = ANY
                    far = ANY
        memo.tops[2 * row] = near
        memo.tops[2 * row + 1] = far


def joined(parts: Parts, memo: Memo, asked: int, one: int, two: int) -> bool:
    """Say whether two listed parts (memo rows) one after the other may make a part asked."""
    bones_a = memo.codes[KNOWN * one]
    bones_b = memo.codes[KNOWN * two]
    if (bones_a | bones_b) & NATIVE:
        return False
    size = whole(memo.codes[KNOWN * one + 2] + memo.codes[KNOWN * two + 2])
    for t in range(asked):
        bones = parts.codes[4 * t + BONES]
        n = length(bones)
        if (size == n or size == n + 1) and joins(bones_a, bones_b, bones):
            return True
    return False


def wanted_sizes(parts: Parts, asked: int) -> int:
    """Give the lengths that two skeletons need to make a part asked, as a set of bits."""
    sizes = 0
    for t in range(asked):
        n = length(parts.codes[4 * t + BONES])
        if n >= 3:
            sizes |= 3 << n
    return sizes


def bound_names(
    people: People, q: Questions, desk: tuple[Parts, Memo, Sheet, Pad, F64],
    span: tuple[I32, int, int, int],
) -> None:  # fmt: skip
    """Write to ``bounds`` what the name of each candidate weighs at most."""
    parts, memo, sheet, pad, w = desk
    who, question, count, asked = span
    lay_readings(q, pad, question)
    readings = q.question_names[question + 1] - q.question_names[question]
    sizes = wanted_sizes(parts, asked)
    places, tops, codes, cards = memo.places, memo.tops, memo.codes, sheet.cards
    place = 0
    for c in range(count):
        m = whole(cards[CARD * c] >> _PARTS_AT)
        script = whole(cards[CARD * c + 1] >> _PARTS_AT)
        spilled = m > INLINE
        listed = 0
        last = 1 if m else 0
        if spilled:
            row = whole(who[c]) * COLUMNS + NAME_START
            listed = whole(people.rows[row])
            last = whole(people.rows[row + COLUMNS])
        best = UNMATCHED
        for name in range(listed, last):
            if spilled:
                m = whole(people.names[name + 1]) - whole(people.names[name])
                script = whole(people.scripts[name])
            near = 0.0
            far = 0.0
            alike = 0
            before = 0
            for i in range(place, place + m):
                row = whole(places[i])
                if tops[2 * row] >= 0.0:
                    near += tops[2 * row]
                    far += tops[2 * row + 1]
                    alike += 1
                size = whole(codes[KNOWN * row + 2])
                if i > place and (sizes >> (before + size)) & 1:
                    if joined(parts, memo, asked, whole(places[i - 1]), row):
                        near = ANY
                        far = ANY
                before = size
            place += m
            best = max(best, bound_pair(w, pad.readings, readings, (m, alike, script), (near, far)))
        sheet.bounds[c] = 0.0 if best == UNMATCHED else best


def bound_pair(
    w: F64, readings: I64, count: int, listed: tuple[int, int, int], bits: tuple[float, float]
) -> float:
    """Bound a listed reading (parts, those like a part asked, script) beside all those asked."""
    m, alike, other = listed
    near, far = bits
    like = max(w[W_NOTHING] + max(w[W_LIKENESS], 0.0), 0.0)
    each = max(w[W_ORDER], 0.0) + max(-w[W_TOGETHER], 0.0)
    fair = w[W_CONFLICT] >= w[W_MISSING] and w[W_MISSING] >= 0.0
    best = UNMATCHED
    for r in range(count):
        script = readings[3 * r + 2]
        if (script | other) & NATIVE_FLAG and script != other:
            continue
        most = far if is_far(script, other) else near
        paired = min(readings[3 * r], alike)
        total = max(most, min(most, 1.0) + like) + each * paired
        if fair:
            lonely = max(readings[3 * r + 1] - paired, 0)
            both = min(lonely, m - paired)
            total -= w[W_CONFLICT] * both + w[W_MISSING] * (max(lonely, m - paired) - both)
        if script != other:
            total -= w[W_CROSS]
        best = max(best, total, w[W_LEAST])
    return float(best)


def bound_dates(
    people: People, figures: Figures, q: Questions, desk: tuple[Sheet, I32, F64],
    span: tuple[int, int],
) -> None:  # fmt: skip
    """Add to ``bounds`` what the birth dates of each candidate weigh."""
    sheet, who, w = desk
    question, count = span
    first = q.question_dates[question]
    last = q.question_dates[question + 1]
    if first == last:
        return
    alone = last == first + 1
    a = whole(q.dates[first])
    same = np.zeros(MONTH_ONLY + 1, np.float64)
    for kind in range(SAME, MONTH_ONLY + 1):
        same[kind] = date_bits(w, kind, year_share(figures, (a >> 9) & 16383))
    for c in range(count):
        word = whole(sheet.cards[CARD * c + 3])
        b = word & DATE_MASK
        if b and alone:
            kind = date_kind(a, b)
            if kind <= MONTH_ONLY and kind != OTHER_YEAR:
                sheet.bounds[c] += same[kind]
            else:
                sheet.bounds[c] += date_weight(figures, w, a, b)
        elif b or word & DATES:
            row = whole(who[c]) * COLUMNS + DATE_START
            best = -ANY
            for j in range(whole(people.rows[row]), whole(people.rows[row + COLUMNS])):
                for i in range(first, last):
                    bits = date_weight(figures, w, whole(q.dates[i]), whole(people.dates[j]))
                    best = max(best, bits)
            sheet.bounds[c] += best


def bound_traits(
    figures: Figures, q: Questions, desk: tuple[Sheet, F64], span: tuple[int, int]
) -> None:
    """Add to ``bounds`` what nationality, sex and document of each candidate weigh at most."""
    sheet, w = desk
    question, count = span
    asked = whole(q.nations[question])
    sex = whole(q.sexes[question])
    papers = q.question_papers[question + 1] - q.question_papers[question]
    drawn = np.zeros(papers, np.uint64)
    for i in range(papers):
        drawn[i] = traces(q.papers[q.question_papers[question] + i])
    shared = np.zeros(4, np.float64)
    for i in range(4):
        shared[i] = nation_bits(figures, w, (asked >> (16 * i)) & 0xFFFF)
    paper = max(w[W_PAPER], w[W_PAPER_NEAR], 0.0)
    for c in range(count):
        word = whole(sheet.cards[CARD * c + 3])
        held = whole(sheet.cards[CARD * c + 2])
        bits = ROUNDING
        if asked and held:
            best = -1.0
            for i in range(4):
                rest = held
                while rest and (asked >> (16 * i)):
                    if (rest ^ (asked >> (16 * i))) & 0x7FFF == 0:
                        best = max(best, shared[i])
                    rest >>= 16
            bits += best if best >= 0.0 else w[W_NATION]
        other = (word >> SEX_AT) & 3
        if sex and other:
            bits += w[W_SEX] if sex == other else w[W_NOT_SEX]
        if word & PAPERS and papers:
            bits += paper
        elif word & PAPER:
            trace = sheet.cards[CARD * c + 3] >> _TRACES_AT
            near = False
            for i in range(papers):
                near = near or popcount(trace ^ drawn[i]) <= 2
            bits += paper if near else 0.0
        sheet.bounds[c] += bits


def pick(bounds: F64, best: I32, count: int, least: float) -> int:
    """Write the places of the largest bounds, none below ``least``, to ``best``; give how many."""
    kept = 0
    for c in range(count):
        bound = bounds[c]
        if bound < least or (kept == best.size and bound <= bounds[whole(best[kept - 1])]):
            continue
        at = min(kept, best.size - 1)
        while at > 0 and bounds[whole(best[at - 1])] < bound:
            best[at] = best[at - 1]
            at -= 1
        best[at] = np.int32(c)
        kept = min(kept + 1, best.size)
    return kept
