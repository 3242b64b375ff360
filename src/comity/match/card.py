# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
"""A person's card: what a search reads of everybody whom a key leads to, in half a cache line.

Four words of 64 bits. 0: first and second part of the name (28 bits each), how many parts (8
bits). 1: third and fourth part, script (8 bits). 2: nationalities, 16 bits each. 3: the birth date
(24 bits), sex (2), flags, traces of the document's number (32 bits). A person with several
readings or more than four parts is SPILLED: the lists hold them.
"""

from __future__ import annotations

import numpy as np

from comity.match.state import CARD, COLUMNS, DATE_START, NAME_START, PAPER_START, People
from comity.match.table import ID_BITS, U64, whole

SPILLED = 255
"""In place of the number of parts."""
INLINE = 4
"""Parts of a name that a card holds."""
DATES, PAPERS, PAPER = 1 << 26, 1 << 27, 1 << 28
"""Flags of word 3: several dates; several documents; one document."""
SEX_AT = 24
DATE_MASK = (1 << SEX_AT) - 1
_PARTS_AT = np.uint64(56)
_TRACES_AT = np.uint64(32)
_HIGH = np.uint64(63)
_LOW = np.uint64(0xFFFFFFFF)
_NONE = np.uint64(0)
_ONE = np.uint64(1)
_ROOT = np.uint64(37)
_FIVE_BITS = np.uint64(31)


def nations_on(cards: U64, person: int) -> int:
    """Give the nationalities on a card, 16 bits each."""
    return whole(cards[CARD * person + 2])


def sex_on(cards: U64, person: int) -> int:
    """Give the sex on a card: 0 not stated."""
    return (whole(cards[CARD * person + 3]) >> SEX_AT) & 3


def date_on(cards: U64, person: int) -> int:
    """Give the only birth date, packed; 0 where there is none."""
    return whole(cards[CARD * person + 3]) & DATE_MASK


def has_dates(cards: U64, person: int) -> bool:
    """Say whether the lists hold several birth dates."""
    return (whole(cards[CARD * person + 3]) & DATES) != 0


def parts_on(cards: U64, person: int) -> int:
    """Give how many parts the only reading has; SPILLED where the lists hold the name."""
    return whole(cards[CARD * person] >> _PARTS_AT)


def script_on(cards: U64, person: int) -> int:
    """Give the script of the only reading."""
    return whole(cards[CARD * person + 1] >> _PARTS_AT)


def traces(packed: np.uint64) -> np.uint64:
    """Draw the characters of a number as a set of 32 bits; numbers one character or swap apart

    differ in two bits at most.
    """
    if packed >> _HIGH:
        return (packed ^ (packed >> _TRACES_AT)) & _LOW
    bits = _NONE
    while packed:
        bits |= _ONE << (packed % _ROOT & _FIVE_BITS)
        packed //= _ROOT
    return bits


def write_cards(people: People, first: int, last: int) -> None:
    """Complete the cards of people first..last-1, which hold nationalities and sex."""
    rows, cards = people.rows, people.cards
    for person in range(first, last):
        row = person * COLUMNS
        at = person * CARD
        names = whole(rows[row + NAME_START])
        readings = whole(rows[row + COLUMNS + NAME_START]) - names
        start = whole(people.names[names])
        size = whole(people.names[names + 1]) - start if readings else 0
        cards[at] = _NONE
        cards[at + 1] = _NONE
        if readings > 1 or size > INLINE:
            cards[at] = np.uint64(SPILLED) << _PARTS_AT
        elif readings:
            cards[at] = np.uint64(size) << _PARTS_AT
            cards[at + 1] = np.uint64(people.scripts[names]) << _PARTS_AT
            for i in range(size):
                part = np.uint64(people.parts[start + i])
                cards[at + i // 2] |= part << ID_BITS if i % 2 else part
        flags = whole(cards[at + 3]) & (3 << SEX_AT)
        born = whole(rows[row + DATE_START])
        dates = whole(rows[row + COLUMNS + DATE_START]) - born
        if dates == 1:
            flags |= whole(people.dates[born])
        elif dates > 1:
            flags |= DATES
        paper = whole(rows[row + PAPER_START])
        papers = whole(rows[row + COLUMNS + PAPER_START]) - paper
        cards[at + 3] = _NONE
        if papers == 1:
            flags |= PAPER
            cards[at + 3] = traces(people.papers[paper]) << _TRACES_AT
        elif papers > 1:
            flags |= PAPERS
        cards[at + 3] |= np.uint64(flags)
