# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: SIM102
"""One search, from the question's arrays to the best people and the sheet of their comparison.

Searching and explaining run the same ``compare`` (R24).
"""

from __future__ import annotations

import numpy as np

from comity.match.enter import id_hash
from comity.match.expand import expand, part_bits
from comity.match.glance import ANY, bound_dates, bound_names, bound_traits, pick, rate, survey
from comity.match.likeness import complete
from comity.match.probe import date_keys, gather, name_keys, paper_keys
from comity.match.question import (
    ALIGNED,
    BIT_COLUMNS,
    DATE,
    FEW_SLOTS,
    KIND_COLUMNS,
    NAME,
    NATION,
    PAPER,
    SEX,
    SLOT_MASK,
    TOTAL,
    Desk,
    Questions,
    Results,
    Sheet,
)
from comity.match.state import F64, LIVE, PEOPLE, State, Texts
from comity.match.table import I32, whole
from comity.match.traits import weigh_dates, weigh_papers, weigh_traits
from comity.match.weigh import weigh_names

EPOCHS = (1 << 31) - 1
"""After so many questions the marks on a desk are wiped, so that none is taken for a new one."""


def clear(k: Desk) -> None:
    """Make the desk ready for the next question: a new epoch forgets what lies on it."""
    if k.epoch[0] == EPOCHS:
        k.memo.slots[:] = 0
        k.probes.slots[:] = 0
        k.epoch[0] = 0
    k.epoch[0] += 1
    k.memo.rows[:] = 0
    k.memo.rows[SLOT_MASK] = FEW_SLOTS


def prepare(s: State, q: Questions, k: Desk, w: F64, question: int) -> None:
    """Expand every name part of a question."""
    clear(k)
    base = q.question_parts[question]
    tables = (s.word_table, s.word_chain)
    desk = (k.parts, k.memo, k.kin)
    people = np.float64(s.figures.sizes[LIVE])
    wide = q.question_dates[question] == q.question_dates[question + 1]
    for t in range(q.question_parts[question + 1] - base):
        about = (t, base + t, k.epoch[0], wide)
        part_bits(k.parts, w, t, people, expand(s.words, tables, q, desk, about))


def bound(s: State, q: Questions, k: Desk, w: F64, span: tuple[int, int]) -> int:
    """Read the people found and bound what each can weigh; give how many there was room for."""
    question, count = span
    base = q.question_parts[question]
    asked = q.question_parts[question + 1] - base
    who = k.probes.people
    count = survey(s.people, k.memo, k.sheet, who, (count, k.epoch[0]))
    complete(s.words, q, k.parts, k.memo, (base, asked))
    rate(q, k.parts, k.memo, question, asked)
    desk = (k.parts, k.memo, k.sheet, k.pad, w)
    bound_names(s.people, q, desk, (who, question, count, asked))
    bound_dates(s.people, s.figures, q, (k.sheet, who, w), (question, count))
    bound_traits(s.figures, q, (k.sheet, w), (question, count))
    return count


def compare(s: State, q: Questions, k: Desk, w: F64, span: tuple[int, int, int]) -> None:
    """Compare a prepared question with the people in some places of the sheet; write them."""
    _, begin, end = span
    desk = (k.parts, k.memo, k.sheet, k.pad, w)
    weigh_names(s.people, q, desk, span)
    weigh_dates(s.people, s.figures, q, (k.sheet, w), span)
    weigh_traits(s.people, s.figures, q, (k.sheet, w), span)
    weigh_papers(s.people, q, (k.sheet, w), span)
    bits = k.sheet.bits
    for c in range(begin, end):
        at = c * BIT_COLUMNS
        total = bits[at + NAME] + bits[at + DATE] + bits[at + NATION]
        total += bits[at + SEX] + bits[at + PAPER]
        bits[at + TOTAL] = np.round(total * 100.0) / 100.0


def compare_best(s: State, q: Questions, k: Desk, w: F64, about: tuple[int, int, I32]) -> int:
    """Weigh, largest bounds first, until nobody left can be among the best; give how many were."""
    question, count, best = about
    sheet, who = k.sheet, k.probes.people
    least = -ANY
    last = 0
    while True:
        picked = pick(sheet.bounds, best, count, least)
        for i in range(picked):
            c = whole(best[i])
            sheet.people[last + i] = who[c]
            sheet.firsts[last + i] = sheet.places[c]
            sheet.bounds[c] = -np.inf
        compare(s, q, k, w, (question, last, last + picked))
        last += picked
        if picked < best.size:
            return last
        least = least_of_best(sheet.bits, best, last)


def least_of_best(bits: F64, best: I32, count: int) -> float:
    """Give the weight of the last of the ``best.size`` heaviest on the sheet."""
    kept = 0
    for c in range(count):
        weight = bits[c * BIT_COLUMNS + TOTAL]
        if kept == best.size and weight <= bits[whole(best[kept - 1]) * BIT_COLUMNS + TOTAL]:
            continue
        at = min(kept, best.size - 1)
        while at > 0 and bits[whole(best[at - 1]) * BIT_COLUMNS + TOTAL] < weight:
            best[at] = best[at - 1]
            at -= 1
        best[at] = np.int32(c)
        kept = min(kept + 1, best.size)
    return float(bits[whole(best[best.size - 1]) * BIT_COLUMNS + TOTAL])


def choose(texts: Texts, sheet: Sheet, best: I32, count: int) -> int:
    """Write the places of the heaviest candidates to ``best``; ties go by the hash of the id."""
    bits, hashes = sheet.bits, sheet.hashes
    least = least_of_best(bits, best, count) if count > best.size else -ANY
    hash_all(texts, sheet, count, least)
    kept = 0
    for c in range(count):
        weight = bits[c * BIT_COLUMNS + TOTAL]
        if weight < least:
            continue
        if kept == best.size and weight < bits[whole(best[kept - 1]) * BIT_COLUMNS + TOTAL]:
            continue
        at = kept
        while at > 0:
            other = whole(best[at - 1])
            less = bits[other * BIT_COLUMNS + TOTAL]
            if less > weight:
                break
            if less == weight:
                if hashes[other] < hashes[c]:
                    break
            if at < best.size:
                best[at] = best[at - 1]
            at -= 1
        if at < best.size:
            best[at] = np.int32(c)
            kept = min(kept + 1, best.size)
    return kept


def hash_all(texts: Texts, sheet: Sheet, count: int, least: float) -> None:
    """Hash the ids of people on the sheet who weigh enough; first their places, all at once."""
    hashes, bits = sheet.hashes, sheet.bits
    for c in range(count):
        if bits[c * BIT_COLUMNS + TOTAL] >= least:
            hashes[c] = np.uint64(texts.starts[whole(sheet.people[c])])
    for c in range(count):
        if bits[c * BIT_COLUMNS + TOTAL] >= least:
            hashes[c] = np.uint64(texts.data[whole(hashes[c])])
    for c in range(count):
        if bits[c * BIT_COLUMNS + TOTAL] >= least:
            hashes[c] = id_hash(texts, whole(sheet.people[c]))


def search_all(s: State, q: Questions, k: Desk, w: F64, to: tuple[int, int, Results]) -> None:
    """Search for every question; ``to``: the first row of the results, the limit, the results."""
    row, limit, results = to
    best = np.zeros(limit, np.int32)
    for question in range(q.nations.size):
        prepare(s, q, k, w, question)
        listed = paper_keys(q, k.probes, s.people.sieve, question, 0)
        listed = date_keys(q, k.parts.codes, k.probes, question, listed)
        listed = name_keys(q, k.kin, k.probes, question, listed)
        alive = s.people.alive
        whole_list = s.figures.sizes[LIVE] == s.figures.sizes[PEOPLE]
        about = (k.epoch[0], listed, whole_list)
        count, over = gather(s.people_table, s.people_chain, alive, k.probes, about)
        fitting = bound(s, q, k, w, (question, count))
        over += count - fitting
        count = fitting
        weighed = compare_best(s, q, k, w, (question, count, best))
        found = choose(s.texts, k.sheet, best, weighed)
        first = (row + question) * limit
        for i in range(found):
            c = whole(best[i])
            results.people[first + i] = k.sheet.people[c]
            _copy(k, c, first + i, results)
        results.counts[3 * (row + question)] = found
        results.counts[3 * (row + question) + 1] = count
        results.counts[3 * (row + question) + 2] = over


def _copy(k: Desk, c: int, to: int, results: Results) -> None:
    for i in range(BIT_COLUMNS):
        results.bits[to * BIT_COLUMNS + i] = k.sheet.bits[c * BIT_COLUMNS + i]
    for i in range(KIND_COLUMNS):
        results.kinds[to * KIND_COLUMNS + i] = k.sheet.kinds[c * KIND_COLUMNS + i]
    for i in range(ALIGNED):
        results.aligned[to * ALIGNED + i] = k.sheet.aligned[c * ALIGNED + i]


def explain(s: State, q: Questions, k: Desk, w: F64, to: tuple[int, Results]) -> None:
    """Compare the first question with one person, as a search does."""
    person, results = to
    prepare(s, q, k, w, 0)
    compare_one(s, q, k, w, person)
    results.people[0] = np.int32(person)
    _copy(k, 0, 0, results)


def compare_one(s: State, q: Questions, k: Desk, w: F64, person: int) -> None:
    """Compare the first question, prepared, with one person; write the first row of the sheet."""
    k.probes.people[0] = np.int32(person)
    bound(s, q, k, w, (0, 1))
    k.sheet.people[0] = np.int32(person)
    k.sheet.firsts[0] = 0
    compare(s, q, k, w, (0, 0, 1))
