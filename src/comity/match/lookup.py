"""Look numbers of documents and objects up: the number itself and all one character away.

A number of nine characters has some 530 neighbours. A sieve of 16 bits and more an object says of
nearly all of them that no such number is held; only the rest are looked up in the table.
"""
# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.match.state import I64, U8
from comity.match.table import (
    ID_BITS,
    ID_MASK,
    PRINT_MASK,
    U64,
    VALUE_MASK,
    WIDTH,
    Chain,
    Table,
    entry,
    mix,
    push,
    value,
    whole,
)

NUMBER_MAX = 40
"""Characters of a number that are compared."""
VARIANTS_MAX = 4096
FOUND_MAX = 64
"""Objects found for one number at most."""
NEAR_MIN = 5
"""Characters a number must have for its neighbours to be looked up."""
SYMBOLS = 28
"""Symbols of folded numbers are 1..28 (see objects.symbols_of)."""
_ROOT = np.uint64(37)
_SALT = np.uint64(0xC1)
_ONE = np.uint64(1)
_SIX = np.uint64(6)
_LOW6 = np.uint64(63)
_OTHER = np.uint64(48)


class Numbers(NamedTuple):
    """Numbers asked for: symbols end to end, starts, and the kind wanted (0: any)."""

    symbols: U8
    starts: I64
    kinds: U8


class Found(NamedTuple):
    """Rows of FOUND_MAX values (kind << 28 | row) and whether each is exact; counts."""

    values: U64
    exact: U8
    counts: I64


class Shelf(NamedTuple):
    """The objects: base table with its sieve (a power of two of words), delta, who stands."""

    table: Table
    sieve: U64
    chain: Chain
    alive: U8


class Bench(NamedTuple):
    """Work space of one thread; ``codes``: powers, prefixes and suffixes (3 x NUMBER_MAX + 2)."""

    keys: U64
    codes: U64
    spans: I64
    touched: U64


def empty_bench() -> Bench:
    """Make the work space of a thread."""
    return Bench(
        np.zeros(VARIANTS_MAX, np.uint64),
        np.zeros(3 * (NUMBER_MAX + 2), np.uint64),
        np.zeros(2 * VARIANTS_MAX, np.int64),
        np.zeros(VARIANTS_MAX, np.uint64),
    )


def number_key(symbols: U8) -> np.uint64:
    """Hash a folded number."""
    code = np.uint64(0)
    for i in range(symbols.size):
        code = code * _ROOT + np.uint64(symbols[i])
    return mix(code, _SALT + np.uint64(symbols.size))


def number_keys(symbols: U8, bench: Bench) -> int:
    """Write the key of a number, then of each number one character or one exchange away.

    The code of a number is a polynomial in its symbols, so that a neighbour's costs one sum.
    """
    n = symbols.size
    room = NUMBER_MAX + 2
    power, before, after = bench.codes[:room], bench.codes[room : 2 * room], bench.codes[2 * room :]
    power[0] = _ONE
    before[0] = np.uint64(0)
    after[n] = np.uint64(0)
    for i in range(n):
        power[i + 1] = power[i] * _ROOT
        before[i + 1] = before[i] * _ROOT + np.uint64(symbols[i])
    for i in range(n - 1, -1, -1):
        after[i] = np.uint64(symbols[i]) * power[n - 1 - i] + after[i + 1]
    keys = bench.keys
    salt = _SALT + np.uint64(n)
    keys[0] = mix(before[n], salt)
    count = 1
    for i in range(n):
        rest = before[i] * power[n - i] + after[i + 1]
        for symbol in range(1, SYMBOLS + 1):
            if symbol != symbols[i]:
                keys[count] = mix(rest + np.uint64(symbol) * power[n - 1 - i], salt)
                count += 1
    for i in range(n - 1):
        if symbols[i] != symbols[i + 1]:
            swapped = np.uint64(symbols[i + 1]) * _ROOT + np.uint64(symbols[i])
            head = before[i] * power[n - i]
            keys[count] = mix(head + swapped * power[n - 2 - i] + after[i + 2], salt)
            count += 1
    return _longer_or_shorter(symbols, bench, count)


def _longer_or_shorter(symbols: U8, bench: Bench, count: int) -> int:
    n = symbols.size
    room = NUMBER_MAX + 2
    power, before, after = bench.codes[:room], bench.codes[room : 2 * room], bench.codes[2 * room :]
    shorter, longer = _SALT + np.uint64(n - 1), _SALT + np.uint64(n + 1)
    keys = bench.keys
    for i in range(n):
        # Of a run of one symbol, any one left out or put in gives the same number.
        if i == 0 or symbols[i] != symbols[i - 1]:
            keys[count] = mix(before[i] * power[n - 1 - i] + after[i + 1], shorter)
            count += 1
    if n < NUMBER_MAX:
        for i in range(n + 1):
            rest = before[i] * power[n + 1 - i] + after[i]
            for symbol in range(1, SYMBOLS + 1):
                if i == 0 or symbol != symbols[i - 1]:
                    keys[count] = mix(rest + np.uint64(symbol) * power[n - i], longer)
                    count += 1
    return count


def look_up(shelf: Shelf, asked: Numbers, bench: Bench, to: tuple[bool, Found]) -> None:
    """Find the objects of every number asked; ``to``: whether also those one character away."""
    near, found = to
    for question in range(asked.kinds.size):
        start = asked.starts[question]
        n = min(asked.starts[question + 1] - start, NUMBER_MAX)
        symbols = asked.symbols[start : start + n]
        listed = 1
        if near and n >= NEAR_MIN:
            listed = number_keys(symbols, bench)
        else:
            bench.keys[0] = number_key(symbols)
        first, kind = question * FOUND_MAX, np.uint64(asked.kinds[question])
        found.counts[question] = 0
        exact = bench.keys[0]
        if shelf.chain.fill[0]:
            for i in range(listed):
                take_added(shelf, bench.keys[i], kind, (first, i == 0, found))
        listed = sift(shelf.sieve, bench, listed)
        place(shelf.table, bench, listed)
        for i in range(listed):
            same = bench.keys[i] == exact
            take_rows(shelf, bench, (i, kind), (first, same, found))


def sift(sieve: U64, bench: Bench, listed: int) -> int:
    """Keep the keys that may stand in the table, in order; give how many."""
    kept = 0
    keys, mask = bench.keys, np.uint64(sieve.size - 1)
    for i in range(listed):
        key = keys[i]
        word = sieve[whole((key >> _SIX) & mask)]
        both = (word >> (key & _LOW6)) & (word >> ((key >> _OTHER) & _LOW6)) & _ONE
        keys[kept] = key
        kept += whole(both)
    return kept


def place(table: Table, bench: Bench, listed: int) -> None:
    """Find the buckets of all keys and touch each, so that memory answers in parallel."""
    for i in range(listed):
        bucket = whole(bench.keys[i] >> (WIDTH - table.bits))
        bench.spans[2 * i] = whole(table.offsets[bucket])
        bench.spans[2 * i + 1] = whole(table.offsets[bucket + 1])
    last = table.entries.size - 1
    for i in range(listed):
        bench.touched[i] = table.entries[min(bench.spans[2 * i], last)]


def take_rows(
    shelf: Shelf, bench: Bench, wanted: tuple[int, np.uint64], to: tuple[int, bool, Found]
) -> None:
    """Take the rows of the table under one key."""
    i, kind = wanted
    table = shelf.table
    mark = (bench.keys[i] << table.bits) & PRINT_MASK
    for j in range(bench.spans[2 * i], bench.spans[2 * i + 1]):
        e = table.entries[j]
        if (e & PRINT_MASK) == mark:
            keep(shelf.alive, e & VALUE_MASK, kind, to)


def take_added(shelf: Shelf, key: np.uint64, kind: np.uint64, to: tuple[int, bool, Found]) -> None:
    """Take the rows of the delta under one key."""
    chain = shelf.chain
    at = chain.heads[whole(key & np.uint64(chain.heads.size - 1))]
    while at >= 0:
        if chain.hashes[at] == key:
            keep(shelf.alive, chain.values[at], kind, to)
        at = chain.after[at]


def keep(alive: U8, packed: np.uint64, kind: np.uint64, to: tuple[int, bool, Found]) -> None:
    """Keep a living object of the kind wanted, while there is room."""
    first, same, found = to
    question = first // FOUND_MAX
    count = found.counts[question]
    fits = kind == np.uint64(0) or (packed >> ID_BITS) == kind
    if fits and count < FOUND_MAX and alive[whole(packed & ID_MASK)]:
        found.values[first + count] = packed
        found.exact[first + count] = np.uint8(same)
        found.counts[question] = count + 1


def count_numbers(asked: Numbers, table: Table, sieve: U64) -> None:
    """Count the numbers of each bucket (in ``offsets`` one further on) and mark the sieve."""
    down, mask = WIDTH - table.bits, np.uint64(sieve.size - 1)
    for i in range(asked.kinds.size):
        key = _key_at(asked, i)
        table.offsets[whole(key >> down) + 1] += np.uint32(1)
        both = (_ONE << (key & _LOW6)) | (_ONE << ((key >> _OTHER) & _LOW6))
        sieve[whole((key >> _SIX) & mask)] |= both


def sum_counts(table: Table) -> None:
    """Turn the counts into the places where each bucket begins."""
    for b in range(1, table.offsets.size):
        table.offsets[b] += table.offsets[b - 1]


def place_numbers(asked: Numbers, first: int, table: Table) -> None:
    """Put the numbers in their buckets; rows are counted from ``first``. Moves the offsets."""
    down = WIDTH - table.bits
    for i in range(asked.kinds.size):
        key = _key_at(asked, i)
        b = whole(key >> down)
        packed = value(np.uint64(asked.kinds[i]), np.uint64(first + i))
        table.entries[whole(table.offsets[b])] = entry(key, table.bits, packed)
        table.offsets[b] += np.uint32(1)


def restore_offsets(table: Table) -> None:
    """Move the offsets back after the last number was placed."""
    for b in range(table.offsets.size - 1, 0, -1):
        table.offsets[b] = table.offsets[b - 1]
    table.offsets[0] = np.uint32(0)


def _key_at(asked: Numbers, i: int) -> np.uint64:
    start = asked.starts[i]
    n = min(asked.starts[i + 1] - start, NUMBER_MAX)
    return number_key(asked.symbols[start : start + n])


def push_number(chain: Chain, symbols: U8, packed: np.uint64) -> None:
    """Push one object into the delta (which has room)."""
    push(chain, number_key(symbols), packed)
