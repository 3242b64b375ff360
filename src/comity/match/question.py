"""What is asked, in flat arrays; and the arrays a search works in.

``Questions`` holds many questions end to end; ``Desk`` is the work space of one thread. Whatever
a question holds, at most KEYS_MAX keys are looked up and CANDIDATES_MAX people compared for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.match.state import CARD, F64, I64, U8, U16
from comity.match.table import I32, U64
from comity.match.weights import LEVELS

PARTS_ASKED_MAX = 16
"""Different name parts of one question that are searched on."""
NAMES_ASKED_MAX = 12
"""Readings of names of one question that are compared."""
KIN_MAX, KIN_WIDE = 8, 48
"""Skeletons of like-sounding words looked up for one name part, with a birth date and without."""
KIN_ROOM = 512
KIN_BLOCK = 256
"""Collected words whose codes are read at once."""
KEY_PEOPLE_MAX = 3000
"""A key shared by so many people says too little and is passed over."""
CANDIDATES_MAX = 12000
"""People compared for one question at most."""
KEYS_MAX = 8192
"""Keys looked up for one question at most (document numbers have their own bound)."""
MOST = 8
"""Parts of one name that are compared."""
LEVEL_AT, USED_AT, SIZE_AT, BONES_AT, SOUND_AT, PART_AT = 0, 64, 80, 88, 104, 120
LENGTH_AT, MARKS = 128, 144
"""Places in ``Pad.marks``: levels of pairs; what is paired (parts asked, then listed); sizes of
parts asked; skeletons and sounds (asked, then listed); numbers of the parts
asked; lengths of the skeletons."""
BITS_AT = 64
"""Place in ``Pad.grid``: bits of the skeletons of the parts asked."""
KIN_KEYS = 256
PLACES_MAX = 1 << 17
"""Listed parts compared for one question at most; people beyond are passed over."""
MEMO = 1 << 16
"""Different words compared for one question at most; row MEMO stands for others, unlike all."""
MEMO_SLOTS = 1 << 18
FILLED, COMPLETE, SLOT_MASK = range(3)
"""Places in ``Memo.rows``: rows made, rows with codes and levels, the slots in use less one."""
FEW_SLOTS = (1 << 10) - 1
KNOWN = 6
SLOTS = 1 << 15
SAME_MAX = 1 << 13
"""A dictionary key with so many words says too little and is passed over."""
FOUND_MAX = 1 << 15
ALIGNED = 8
FAR = len(LEVELS)
"""Where the bits for names in far scripts begin (see weights.py)."""
SPAN = 2 * FAR

TOTAL, NAME, DATE, NATION, SEX, PAPER = range(6)
"""Columns of ``Sheet.bits``."""
(
    DATE_KIND, DATE_ASKED, DATE_LISTED, PAPER_KIND, PAPER_ASKED, PAPER_LISTED, NATION_KIND,
    SEX_KIND, NAME_ASKED, NAME_LISTED,
) = range(10)  # fmt: skip
"""Columns of ``Sheet.kinds``."""
BIT_COLUMNS, KIND_COLUMNS = 6, 10


class Questions(NamedTuple):
    """Questions end to end; row i of an array of starts is question, name or part i."""

    chars: U16
    part_starts: I64
    question_parts: I64
    name_starts: I64
    name_parts: U8
    question_names: I64
    scripts: U8
    variant_starts: I64
    variants: U64
    question_dates: I64
    dates: I32
    nations: U64
    sexes: U8
    question_papers: I64
    papers: U64


class Parts(NamedTuple):
    """The parts asked: word ids (-1: new to the list), codes (4 a part), bits (24 a part)."""

    words: I64
    codes: U64
    bits: F64


class Memo(NamedTuple):
    """Words met in this question, a row each, in the order met.

    ``slots``: epoch << 32 | row, by hash of the word; ``levels``: 16 a row, one for each part
    asked; ``codes``: skeleton, coarse sound, length, letters, sound, characters (KNOWN a row);
    ``tops``: the most bits a row can give, by near and far scripts; ``places``: the row of each
    part of each candidate, in order.
    """

    slots: I64
    words: I32
    levels: U8
    codes: U64
    tops: F64
    places: I32
    rows: I64


class Kin(NamedTuple):
    """Skeletons to look up for each part: room for 512, weights, counts; collected values.

    ``known``: of a block of them, people, skeleton, letters, coarse sound.
    """

    bones: U64
    weights: I64
    counts: I64
    found: U64
    scores: U8
    histogram: I64
    keys: U64
    ends: I64
    spans: I64
    known: U64


class Probes(NamedTuple):
    """Keys to look up with their filters; people found, each once, by slots (epoch << 32 | id).

    ``verdicts`` remembers for each filter, value wanted and payload whether it passes (1 no, 2
    yes); it outlives the question.
    """

    keys: U64
    rules: I64
    spans: I64
    found: U64
    people: I32
    slots: I64
    digits: I64
    verdicts: U8


class Sheet(NamedTuple):
    """The comparison of the candidates weighed: bits, kinds, alignment of parts (8 each).

    ``people``: who they are; ``firsts``: where in ``Memo.places`` their parts begin;
    ``hashes``: of their ids. ``cards``,
    ``places`` (their beginnings) and ``bounds``: of all candidates, weighed or not.
    """

    bits: F64
    kinds: I32
    aligned: U8
    people: I32
    firsts: I64
    hashes: U64
    cards: U64
    places: I64
    bounds: F64


class Pad(NamedTuple):
    """Two readings side by side. ``grid``: bits of each pair of parts, in rows of 8, then of the

    skeleton of each part asked. ``marks``: see the places named above. ``readings``: of each
    reading asked: parts, parts longer than an initial, script.
    """

    grid: F64
    marks: U64
    readings: I64


class Desk(NamedTuple):
    """Work space of one thread."""

    parts: Parts
    memo: Memo
    kin: Kin
    probes: Probes
    sheet: Sheet
    pad: Pad
    epoch: I64


class Results(NamedTuple):
    """What a batch writes: best people of each question, their comparison, and counts.

    ``counts``: found, compared, keys passed over; three a question.
    """

    people: I32
    bits: F64
    kinds: I32
    aligned: U8
    counts: I64


def make_desk() -> Desk:
    """Make the work space: about 5 MB, touched only where used."""
    n = PARTS_ASKED_MAX
    return Desk(
        Parts(np.zeros(n, np.int64), np.zeros(4 * n, np.uint64), np.zeros(n * SPAN, np.float64)),
        Memo(
            np.zeros(MEMO_SLOTS, np.int64),
            np.zeros(MEMO, np.int32),
            np.zeros((MEMO + 1) * n, np.uint8),
            np.zeros(KNOWN * (MEMO + 1), np.uint64),
            np.full(2 * (MEMO + 1), -1.0),
            np.zeros(PLACES_MAX, np.int32),
            np.zeros(3, np.int64),
        ),
        Kin(
            np.zeros(n * KIN_ROOM, np.uint64),
            np.zeros(n * KIN_ROOM, np.int64),
            np.zeros(n, np.int64),
            np.zeros(FOUND_MAX, np.uint64),
            np.zeros(FOUND_MAX, np.uint8),
            np.zeros(256, np.int64),
            np.zeros(KIN_KEYS, np.uint64),
            np.zeros(KIN_KEYS, np.int64),
            np.zeros(2 * KIN_KEYS + 1, np.int64),
            np.zeros(4 * KIN_BLOCK, np.uint64),
        ),
        Probes(
            np.zeros(KEYS_MAX, np.uint64),
            np.zeros(KEYS_MAX, np.int64),
            np.zeros(2 * KEYS_MAX + 1, np.int64),
            np.zeros(KEY_PEOPLE_MAX, np.uint64),
            np.zeros(CANDIDATES_MAX, np.int32),
            np.zeros(SLOTS, np.int64),
            np.zeros(16, np.int64),
            np.zeros(8 * 512 * 512, np.uint8),
        ),
        Sheet(
            np.zeros(CANDIDATES_MAX * BIT_COLUMNS, np.float64),
            np.zeros(CANDIDATES_MAX * KIND_COLUMNS, np.int32),
            np.zeros(CANDIDATES_MAX * ALIGNED, np.uint8),
            np.zeros(CANDIDATES_MAX, np.int32),
            np.zeros(CANDIDATES_MAX, np.int64),
            np.zeros(CANDIDATES_MAX, np.uint64),
            np.zeros(CANDIDATES_MAX * CARD, np.uint64),
            np.zeros(CANDIDATES_MAX, np.int64),
            np.zeros(CANDIDATES_MAX, np.float64),
        ),
        Pad(
            np.zeros(MOST * MOST + MOST, np.float64),
            np.zeros(MARKS, np.uint64),
            np.zeros(3 * NAMES_ASKED_MAX, np.int64),
        ),
        np.zeros(4, np.int64),
    )


def make_results(questions: int, limit: int) -> Results:
    """Make room for the best ``limit`` of each question."""
    rows = questions * limit
    return Results(
        np.zeros(rows, np.int32),
        np.zeros(rows * BIT_COLUMNS, np.float64),
        np.zeros(rows * KIND_COLUMNS, np.int32),
        np.zeros(rows * ALIGNED, np.uint8),
        np.zeros(questions * 3, np.int64),
    )
