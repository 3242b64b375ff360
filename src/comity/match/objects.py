"""Documents and objects by number: plates, vehicles, serials, blank and issued documents.

Numbers are compared without spaces and with look-alike characters folded (O 0, I 1, ...); a
search also finds numbers one character away. The index is flat arrays (about 14 bytes an object),
searched where a memory map puts them; a caller's row number stands for each object.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from comity.errors import Malformed, NotFound
from comity.match.compile import COMPILE_AT, Interpreted, compiled_kernels
from comity.match.lookup import FOUND_MAX, NUMBER_MAX, Bench, Found, Numbers, Shelf, empty_bench
from comity.match.snapshot import ALIGN, array_at
from comity.match.table import ID_BITS, ID_MASK, IDS_MAX, Chain, Table, bits_for, empty_chain

KINDS = ("any", "document", "plate", "vehicle", "serial", "firearm", "banknote", "other")
MAGIC = b"COMITYO2"

_LOOKALIKES = bytes.maketrans(b"OQILZSBG", b"00112586")
_SYMBOLS = b"0123456789ACDEFHJKMNPRTUVWXY"
_DIGITS = bytes((_SYMBOLS.find(bytes([c]).translate(_LOOKALIKES)) + 1) % 256 for c in range(256))
_DROPPED = bytes(c for c in range(256) if _DIGITS[c] == 0)

_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4,
    5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)  # fmt: skip
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def symbols_of(number: str) -> bytes:
    """Fold a number: letters and digits only, look-alikes made one, as symbols 1..27."""
    return number.upper().encode("ascii", "ignore").translate(_DIGITS, _DROPPED)[:NUMBER_MAX]


def vin_holds(number: str) -> bool | None:
    """Say whether the check digit of a vehicle number holds (ISO 3779, 49 CFR 565.15).

    None where it is not 17 characters of a vehicle number. Only North American numbers must hold.
    """
    plain = "".join(number.upper().split())
    if len(plain) != 17 or any(c not in _VIN_VALUES for c in plain):
        return None
    total = sum(_VIN_VALUES[c] * w for c, w in zip(plain, _VIN_WEIGHTS, strict=True))
    return plain[8] == "0123456789X"[total % 11]


@dataclass(frozen=True, slots=True)
class ObjectFound:
    """An object whose number agrees: its row, its kind, and whether but for look-alikes alone."""

    row: int
    kind: str
    same: bool


class ObjectIndex:
    """Objects by number. One writer at a time; readers never block."""

    def __init__(self) -> None:
        self._kernels: Any = Interpreted()
        self._shelf = _empty_shelf(0)
        self._rows = 0
        self._writing = threading.Lock()
        self._benches = threading.local()

    def __len__(self) -> int:
        return int(self._shelf.alive[: self._rows].sum())

    @classmethod
    def build(cls, rows: Iterable[tuple[str, str]]) -> Self:
        """Build from (kind, number) pairs; the first is row 0."""
        block = block_of(rows)
        return cls.build_blocks(lambda: (block,), int(block.kinds.size))

    @classmethod
    def build_blocks(cls, blocks: Callable[[], Iterable[Numbers]], count: int) -> Self:
        """Build from blocks of ``count`` folded numbers, given twice: to count, then to place.

        So that tens of millions need no more memory than the index has and one block.
        """
        if count >= IDS_MAX:
            raise Malformed("match-too-many", "more objects than one index holds")
        index = cls()
        kernels = compiled_kernels() if count >= COMPILE_AT else Interpreted()
        shelf = _empty_shelf(count)
        for block in blocks():
            kernels.count_numbers(block, shelf.table, shelf.sieve)
        kernels.sum_counts(shelf.table)
        at = 0
        for block in blocks():
            kernels.place_numbers(block, at, shelf.table)
            at += int(block.kinds.size)
        kernels.restore_offsets(shelf.table)
        shelf.alive[:count] = 1
        index._shelf, index._rows, index._kernels = shelf, count, kernels
        return index

    def add(self, kind: str, number: str) -> int:
        """Add an object; gives its row. The next search finds it."""
        symbols = np.frombuffer(symbols_of(number), np.uint8)
        packed = np.uint64(_kind(kind)) << ID_BITS
        with self._writing:
            row, shelf = self._rows, self._shelf
            if row >= shelf.alive.size:
                alive = np.concatenate((shelf.alive, np.zeros(row, np.uint8)))
                shelf = shelf._replace(alive=alive)
            if int(shelf.chain.fill[0]) == shelf.chain.after.size:
                larger = empty_chain(2 * shelf.chain.after.size)
                self._kernels.rehash(shelf.chain, larger)
                shelf = shelf._replace(chain=larger)
            shelf.alive[row] = 1
            self._kernels.push_number(shelf.chain, symbols, packed | np.uint64(row))
            self._shelf, self._rows = shelf, row + 1
        return row

    def remove(self, row: int) -> None:
        """Remove an object; no later search finds it. NotFound where it is not there."""
        with self._writing:
            if not 0 <= row < self._rows or not self._shelf.alive[row]:
                raise NotFound("match-row-unknown", "no object in this row of the index")
            self._shelf.alive[row] = 0

    def search(
        self, number: str, *, kind: str = "any", near: bool = True
    ) -> tuple[ObjectFound, ...]:
        """Find the objects of a number, the same first; with ``near`` one character away too."""
        return self.search_many((number,), kind=kind, near=near)[0]

    def search_many(
        self, numbers: Sequence[str], *, kind: str = "any", near: bool = True
    ) -> list[tuple[ObjectFound, ...]]:
        """Find the objects of each number, in order; at most 64 each, by row."""
        found = self.rank(numbers, kind=kind, near=near)
        answers = []
        for at in range(len(numbers)):
            rows = range(at * FOUND_MAX, at * FOUND_MAX + int(found.counts[at]))
            seen: dict[int, ObjectFound] = {}
            for i in rows:
                packed = int(found.values[i])
                row = packed & int(ID_MASK)
                one = ObjectFound(row, KINDS[packed >> 28], bool(found.exact[i]))
                seen.setdefault(row, one)
            answers.append(tuple(sorted(seen.values(), key=lambda o: (not o.same, o.row))))
        return answers

    def rank(self, numbers: Sequence[str], *, kind: str = "any", near: bool = True) -> Found:
        """Find raw rows for each number; see lookup.Found."""
        asked = block_of((kind, number) for number in numbers)
        found = Found(
            np.zeros(len(numbers) * FOUND_MAX, np.uint64),
            np.zeros(len(numbers) * FOUND_MAX, np.uint8),
            np.zeros(len(numbers), np.int64),
        )
        self._kernels.look_up(self._shelf, asked, self._bench(), (near, found))
        return found

    def dump(self, write: Callable[[Any], object]) -> None:
        """Write a snapshot: magic, header (JSON), aligned arrays."""
        with self._writing:
            arrays = {
                "offsets": self._shelf.table.offsets, "entries": self._shelf.table.entries,
                "sieve": self._shelf.sieve, "alive": self._shelf.alive,
                **self._shelf.chain._asdict(),
            }  # fmt: skip
            places, at = {}, 0
            for name, value in arrays.items():
                places[name] = [value.dtype.str, int(value.size), at]
                at += -(-value.nbytes // ALIGN) * ALIGN
            header = json.dumps({"rows": self._rows, "arrays": places}).encode()
            write(MAGIC + len(header).to_bytes(8, "little") + header)
            write(bytes(-(16 + len(header)) % ALIGN))
            for value in arrays.values():
                write(memoryview(value).cast("B") if value.size else b"")
                write(bytes(-value.nbytes % ALIGN))

    @classmethod
    def load(cls, buffer: Any) -> Self:
        """Open a snapshot where it lies: a private writable map (mmap.ACCESS_COPY) or bytes."""
        view = memoryview(buffer)
        size = int.from_bytes(view[8:16], "little")
        if bytes(view[:8]) != MAGIC or not 0 < size <= 1 << 16:
            raise Malformed("match-snapshot-form", "not a snapshot of this format")
        try:
            header = json.loads(bytes(view[16 : 16 + size]))
            first = -(-(16 + size) // ALIGN) * ALIGN
            arrays = {
                name: array_at(view, np.dtype(kind), int(count), first + int(at))
                for name, (kind, count, at) in header["arrays"].items()
            }
            index = cls()
            index._rows = int(header["rows"])
            bits = int(arrays["offsets"].size - 1).bit_length() - 1
            index._shelf = Shelf(
                Table(np.uint64(bits), arrays["offsets"], arrays["entries"]),
                arrays["sieve"],
                Chain(**{name: arrays[name] for name in Chain._fields}),
                arrays["alive"],
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            hint = "build the index again from the store"
            raise Malformed("match-snapshot-form", "the snapshot is damaged", hint=hint) from None
        index._kernels = compiled_kernels() if index._rows >= COMPILE_AT else Interpreted()
        return index

    def _bench(self) -> Bench:
        bench: Bench | None = getattr(self._benches, "bench", None)
        if bench is None:
            bench = self._benches.bench = empty_bench()
        return bench


def block_of(rows: Iterable[tuple[str, str]]) -> Numbers:
    """Fold (kind, number) pairs into a block for ``ObjectIndex.build_blocks``."""
    symbols, starts, kinds = bytearray(), [0], bytearray()
    for kind, number in rows:
        symbols += symbols_of(number)
        starts.append(len(symbols))
        kinds.append(_kind(kind))
    return Numbers(
        np.frombuffer(symbols, np.uint8),
        np.array(starts, np.int64),
        np.frombuffer(kinds, np.uint8),
    )


def _empty_shelf(count: int) -> Shelf:
    bits = bits_for(count)
    words = 1 << max((count // 4 - 1).bit_length(), 4)
    return Shelf(
        Table(np.uint64(bits), np.zeros((1 << bits) + 1, np.uint32), np.empty(count, np.uint64)),
        np.zeros(words, np.uint64),
        empty_chain(64),
        np.zeros(count + 64, np.uint8),
    )


def _kind(kind: str) -> int:
    if kind not in KINDS:
        raise Malformed("match-object-kind", "unknown kind", hint=f"one of {', '.join(KINDS)}")
    return KINDS.index(kind)
