"""Look numbers of documents and objects up: the number itself and all one character away."""
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
_ROOT = np.uint64(37)
_SALT = np.uint64(0xC1)
SYMBOLS = np.array([i for i, c in enumerate(" 0123456789ACDEFHJKMNPRTUVWXY") if i], np.uint8)
"""Symbols of folded numbers, as numbers 1..27 (see objects.digits_of)."""


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


class Bench(NamedTuple):
    """Work space of one thread."""

    keys: U64
    spans: I64
    symbols: U8


def number_key(symbols: U8, n: int) -> np.uint64:
    """Hash the first n symbols of a folded number."""
    code = np.uint64(0)
    for i in range(n):
        code = code * _ROOT + np.uint64(symbols[i])
    return mix(code, _SALT + np.uint64(n))


def number_keys(symbols: U8, n: int, keys: U64, made: U8) -> int:
    """Write the key of a number, then of each number one character or one exchange away."""
    keys[0] = number_key(symbols, n)
    count = 1
    for i in range(n):
        made[i] = symbols[i]
    for i in range(n):
        for symbol in SYMBOLS:
            if symbol != symbols[i] and count < keys.size:
                made[i] = symbol
                keys[count] = number_key(made, n)
                count += 1
        made[i] = symbols[i]
        if i + 1 < n and symbols[i] != symbols[i + 1] and count < keys.size:
            made[i] = symbols[i + 1]
            made[i + 1] = symbols[i]
            keys[count] = number_key(made, n)
            count += 1
            made[i] = symbols[i]
            made[i + 1] = symbols[i + 1]
    return _longer_or_shorter(symbols, n, keys, made, count)


def _longer_or_shorter(symbols: U8, n: int, keys: U64, made: U8, count: int) -> int:
    for i in range(n):
        for j in range(n - 1):
            made[j] = symbols[j] if j < i else symbols[j + 1]
        if count < keys.size:
            keys[count] = number_key(made, n - 1)
            count += 1
    for i in range(n + 1):
        for j in range(n + 1):
            made[j] = symbols[j] if j < i else symbols[j - 1]
        for symbol in SYMBOLS:
            if count < keys.size:
                made[i] = symbol
                keys[count] = number_key(made, n + 1)
                count += 1
    return count


def look_up(
    tables: tuple[Table, Chain], alive: U8, asked: Numbers, bench: Bench, to: tuple[bool, Found]
) -> None:
    """Find the objects of every number asked; ``to``: whether also those one character away."""
    table, _ = tables
    near, found = to
    for question in range(asked.kinds.size):
        start = asked.starts[question]
        n = min(asked.starts[question + 1] - start, NUMBER_MAX)
        symbols = asked.symbols[start : start + n]
        listed = 1
        if near and n > 4:
            listed = number_keys(symbols, n, bench.keys, bench.symbols)
        else:
            bench.keys[0] = number_key(symbols, n)
        place(table, bench, listed)
        kind = np.uint64(asked.kinds[question])
        count = 0
        for i in range(listed):
            span = (question * FOUND_MAX, count)
            after = take_rows(tables, alive, bench, (i, kind), (span, found))
            for j in range(count, after):
                found.exact[question * FOUND_MAX + j] = np.uint8(i == 0)
            count = after
        found.counts[question] = count


def place(table: Table, bench: Bench, listed: int) -> None:
    """Find the buckets of all keys first, so that memory answers in parallel."""
    bench.spans[: 2 * listed] = 0
    if table.entries.size:
        for i in range(listed):
            bucket = whole(bench.keys[i] >> (WIDTH - table.bits))
            bench.spans[2 * i] = whole(table.offsets[bucket])
            bench.spans[2 * i + 1] = whole(table.offsets[bucket + 1])


def take_rows(
    tables: tuple[Table, Chain], alive: U8, bench: Bench, wanted: tuple[int, np.uint64],
    to: tuple[tuple[int, int], Found],
) -> int:  # fmt: skip
    """Take the rows under one key; give how many the question has then."""
    table, chain = tables
    i, kind = wanted
    (first, count), found = to
    key = bench.keys[i]
    mark = (key << table.bits) & PRINT_MASK
    for j in range(bench.spans[2 * i], bench.spans[2 * i + 1]):
        e = table.entries[j]
        if (e & PRINT_MASK) == mark and count < FOUND_MAX:
            count = _keep(e & VALUE_MASK, kind, alive, found, first + count)
    if chain.fill[0]:
        at = chain.heads[whole(key & np.uint64(chain.heads.size - 1))]
        while at >= 0:
            if chain.hashes[at] == key and count < FOUND_MAX:
                count = _keep(chain.values[at], kind, alive, found, first + count)
            at = chain.after[at]
    return count


def _keep(packed: np.uint64, kind: np.uint64, alive: U8, found: Found, at: int) -> int:
    """Keep a living object of the kind wanted; give how many the question has."""
    fits = kind == np.uint64(0) or (packed >> ID_BITS) == kind
    if fits and alive[whole(packed & ID_MASK)]:
        found.values[at] = packed
        return at % FOUND_MAX + 1
    return at % FOUND_MAX


def key_numbers(asked: Numbers, first: int, keys: U64, values: U64) -> None:
    """Write key and packed value (kind, row) of each number; rows are counted from ``first``."""
    for i in range(asked.kinds.size):
        start = asked.starts[i]
        n = min(asked.starts[i + 1] - start, NUMBER_MAX)
        keys[i] = number_key(asked.symbols[start : start + n], n)
        values[i] = value(np.uint64(asked.kinds[i]), np.uint64(first + i))


def push_number(chain: Chain, key: np.uint64, packed: np.uint64) -> None:
    """Push one object into the delta (which has room)."""
    push(chain, key, packed)
