"""The arrays of an index, with room to grow; kernels read them, one writer appends.

``words`` are the distinct parts of names, ``people`` the identities. Arrays of starts hold
offsets: the values of row i are ``values[starts[i]:starts[i + 1]]``. Kernels take the smallest
group they need: numba counts references of every array it passes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.table import I32, U32, U64, Chain, Table, empty_chain, empty_table

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

YEARS = 512
YEAR_FIRST = 1700
NATIONS = 1 << 15
SCRIPT_MASK = 15
NATIVE_FLAG = 16
"""In ``scripts``: this reading stands in its own script."""

WORDS, NAMES, PEOPLE, LIVE, DATED, NATIONAL, DIGEST = range(7)
"""Places in ``sizes``: rows in use; people not removed; those with a date; nationalities held;
digest of the records."""

COLUMNS = 3
NAME_START, DATE_START, PAPER_START = range(COLUMNS)
"""Columns of ``people.rows``; the row after the last person holds the ends."""
CARD = 4
"""Words of 64 bits in a card, the digest of a person that a search reads first (see card.py)."""
CODES = 4
HEARD, BONES, LETTERS, FOLDED = range(CODES)
"""Columns of ``words.codes`` (see sound.py)."""


class Words(NamedTuple):
    """Parts of names: characters, codes (4 a word), how many people bear each."""

    chars: U16
    starts: U32
    codes: U64
    counts: I32


class People(NamedTuple):
    """Identities: rows of 3; names (first part, script); parts as words; dates; documents; cards.

    ``sieve`` is a bit set of document numbers (one bit each by hash), which spares most look-ups
    of numbers one character away.
    """

    rows: U32
    names: U32
    scripts: U8
    parts: U32
    dates: I32
    papers: U64
    alive: U8
    sieve: U64
    cards: U64


class Texts(NamedTuple):
    """Each identity as record_text writes it."""

    starts: I64
    data: U8


class Figures(NamedTuple):
    """Frequencies learnt from the list: births by year, nationalities; sizes."""

    years: I32
    nations: I32
    sizes: I64


class State(NamedTuple):
    """Everything a search reads."""

    words: Words
    people: People
    texts: Texts
    figures: Figures
    word_table: Table
    word_chain: Chain
    people_table: Table
    people_chain: Chain


def zeros(kind: Any, room: int) -> Any:
    """Make a growing array."""
    return np.zeros(room, kind)


def empty_state(room: int = 64) -> State:
    """Make the state of an empty index."""
    n = room * 8 + 1
    return State(
        Words(zeros("u2", n), zeros("u4", n), zeros("u8", CODES * n), zeros("i4", n)),
        People(
            zeros("u4", COLUMNS * n), zeros("u4", n), zeros("u1", n), zeros("u4", n),
            zeros("i4", n), zeros("u8", n), zeros("u1", n), zeros("u8", 64),
            zeros("u8", CARD * n),
        ),
        Texts(zeros("i8", n), zeros("u1", n)),
        Figures(zeros("i4", YEARS), zeros("i4", NATIONS), zeros("i8", 8)),
        empty_table(),
        empty_chain(n),
        empty_table(),
        empty_chain(n),
    )  # fmt: skip
