# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
"""Hash tables in flat arrays: a base that never changes (memory-mapped), a delta that grows.

An entry is 64 bits: fingerprint (27) | payload (9) | id (28). The bucket of a hash are its top
``bits`` bits, so that base entries carry 27 + bits bits of it; the delta keeps the whole hash.
The functions run compiled or interpreted alike (see compile.py): no Python integer may enter an
expression of unsigned ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
I32 = NDArray[np.int32]

if TYPE_CHECKING:

    def whole(number: Any) -> int:
        """Read an integer of any width as a signed one of 64 bits."""

else:
    whole = np.int64

ID_BITS = np.uint64(28)
ID_MASK = np.uint64((1 << 28) - 1)
VALUE_MASK = np.uint64((1 << 37) - 1)
PRINT_MASK = np.uint64(((1 << 27) - 1) << 37)
IDS_MAX = (1 << 28) - 1
WIDTH = np.uint64(64)

_A = np.uint64(0x9E3779B97F4A7C15)
_B = np.uint64(0xBF58476D1CE4E5B9)
_C = np.uint64(0x94D049BB133111EB)
_S30 = np.uint64(30)
_S27 = np.uint64(27)
_S31 = np.uint64(31)


class Table(NamedTuple):
    """Base table: entries of bucket b are ``entries[offsets[b]:offsets[b + 1]]``."""

    bits: np.uint64
    offsets: U32
    entries: U64


class Chain(NamedTuple):
    """Delta table: ``heads`` (power of two) and ``after`` link slots, -1 ends; ``fill`` counts."""

    heads: I32
    after: I32
    hashes: U64
    values: U64
    fill: I32


def mix(a: np.uint64, b: np.uint64) -> np.uint64:
    """Hash two 64-bit words (the finaliser of SplitMix64); order matters."""
    x = (a ^ (b * _A)) + _A
    x = (x ^ (x >> _S30)) * _B
    x = (x ^ (x >> _S27)) * _C
    return x ^ (x >> _S31)


def value(payload: np.uint64, ident: np.uint64) -> np.uint64:
    """Pack 9 bits of payload and an id."""
    return (payload << ID_BITS) | ident


def entry(hashed: np.uint64, bits: np.uint64, packed: np.uint64) -> np.uint64:
    """Pack the fingerprint below the bucket bits, with the value."""
    return ((hashed << bits) & PRINT_MASK) | packed


def collect(table: Table, chain: Chain, hashed: np.uint64, out: U64) -> int:
    """Write the values stored under ``hashed`` to ``out``; count them, at most ``out.size``."""
    found = 0
    if table.entries.size:
        bucket = whole(hashed >> (WIDTH - table.bits))
        mark = (hashed << table.bits) & PRINT_MASK
        for i in range(whole(table.offsets[bucket]), whole(table.offsets[bucket + 1])):
            e = table.entries[i]
            if (e & PRINT_MASK) == mark:
                if found == out.size:
                    return found
                out[found] = e & VALUE_MASK
                found += 1
    if chain.fill[0]:
        at = chain.heads[whole(hashed & np.uint64(chain.heads.size - 1))]
        while at >= 0:
            if chain.hashes[at] == hashed:
                if found == out.size:
                    return found
                out[found] = chain.values[at]
                found += 1
            at = chain.after[at]
    return found


def locate(table: Table, keys: U64, spans: NDArray[np.int64], n: int) -> None:
    """Find the entries of n keys' buckets, all at once, so that memory answers in parallel.

    ``spans``: first and end of each, then room for one number more, what was read there.
    """
    entries, offsets = table.entries, table.offsets
    if entries.size == 0:
        spans[: 2 * n] = 0
        return
    down = WIDTH - table.bits
    for i in range(n):
        bucket = whole(keys[i] >> down)
        spans[2 * i] = whole(offsets[bucket])
        spans[2 * i + 1] = whole(offsets[bucket + 1])
    read = np.uint64(0)
    for i in range(n):
        if spans[2 * i] < spans[2 * i + 1]:
            read ^= entries[spans[2 * i]] ^ entries[spans[2 * i + 1] - 1]
    # A compiler leaves out reads of which nothing comes.
    spans[spans.size - 1] = whole(read >> np.uint64(1))


def push(chain: Chain, hashed: np.uint64, packed: np.uint64) -> None:
    """Add to a chain that has room; the head moves last, so that readers see whole slots."""
    at = chain.fill[0]
    slot = whole(hashed & np.uint64(chain.heads.size - 1))
    chain.hashes[at] = hashed
    chain.values[at] = packed
    chain.after[at] = chain.heads[slot]
    chain.heads[slot] = at
    chain.fill[0] = at + 1


def fill_table(hashes: U64, values: U64, offsets: U32, entries: U64) -> None:
    """Counting sort by bucket, stable; ``offsets`` (buckets + 1, zeroed), ``entries`` (empty)."""
    bits = np.uint64(0)
    while (whole(1) << whole(bits)) < offsets.size - 1:
        bits += np.uint64(1)
    down = WIDTH - bits
    for i in range(hashes.size):
        offsets[whole(hashes[i] >> down) + 1] += np.uint32(1)
    for b in range(1, offsets.size):
        offsets[b] += offsets[b - 1]
    for i in range(hashes.size):
        b = whole(hashes[i] >> down)
        entries[whole(offsets[b])] = entry(hashes[i], bits, values[i])
        offsets[b] += np.uint32(1)
    for b in range(offsets.size - 1, 0, -1):
        offsets[b] = offsets[b - 1]
    offsets[0] = np.uint32(0)


def bucket_shift(offsets: U32) -> np.uint64:
    """Give how far a key is shifted to name one of the buckets of an array of offsets."""
    bits = 0
    while (1 << bits) < offsets.size - 1:
        bits += 1
    return np.uint64(64 - bits)


def start_buckets(offsets: U32, other: U32) -> None:
    """Turn the counts of two halves of the people into where the entries of each half begin.

    Those of bucket b begin at ``offsets[b]`` and ``other[b]``; the last one counts them all.
    """
    total = np.uint32(0)
    for b in range(1, offsets.size):
        first, second = offsets[b], other[b]
        offsets[b - 1] = total
        other[b - 1] = total + first
        total += first + second
    offsets[offsets.size - 1] = total


def close_buckets(other: U32, offsets: U32) -> None:
    """Write the offsets after both halves are placed: bucket b ends where the second half does."""
    for b in range(offsets.size - 1):
        offsets[b + 1] = other[b]
    offsets[0] = np.uint32(0)


def bits_for(count: int, *, per_bucket: int = 4) -> int:
    """How many bucket bits give about ``per_bucket`` entries a bucket; at least 4, at most 27."""
    return min(max((max(count, 1) // per_bucket).bit_length(), 4), 27)


def empty_chain(room: int) -> Chain:
    """Make a chain with room for so many entries."""
    buckets = 1 << max(room.bit_length(), 4)
    return Chain(
        np.full(buckets, -1, np.int32),
        np.full(room, -1, np.int32),
        np.zeros(room, np.uint64),
        np.zeros(room, np.uint64),
        np.zeros(1, np.int32),
    )


def empty_table() -> Table:
    """Make a base table without entries."""
    return Table(np.uint64(4), np.zeros(17, np.uint32), np.zeros(0, np.uint64))


def make_table(hashes: U64, values: U64, fill: Any = fill_table) -> Table:
    """Build a base table; ``fill`` is fill_table or its compiled twin."""
    bits = bits_for(hashes.size)
    offsets = np.zeros((1 << bits) + 1, np.uint32)
    entries = np.empty(hashes.size, np.uint64)
    fill(hashes, values, offsets, entries)
    return Table(np.uint64(bits), offsets, entries)
