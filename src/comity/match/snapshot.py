"""An index as one flat file: 8 bytes of magic, header length, header (JSON), aligned arrays.

Arrays stand at multiples of 64 bytes, so that a memory-mapped file is searched as it lies. The
header names type, length and place of each. Mapped copy-on-write, changes stay in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from comity.errors import Malformed
from comity.match.state import Figures, People, State, Texts, Words
from comity.match.table import Chain, Table

MAGIC = b"COMITYM2"
ALIGN = 64
HEADER_MAX = 1 << 20

GROUPS: dict[str, Any] = {
    "words": Words,
    "people": People,
    "texts": Texts,
    "figures": Figures,
    "word_table": Table,
    "word_chain": Chain,
    "people_table": Table,
    "people_chain": Chain,
}


def flat(state: State) -> dict[str, Any]:
    """Name every array of a state."""
    return {
        f"{group}.{name}": array
        for group, members in state._asdict().items()
        for name, array in members._asdict().items()
        if isinstance(array, np.ndarray)
    }


def write_state(state: State, about: dict[str, Any], write: Callable[[Any], object]) -> None:
    """Write a state with ``about`` (version) piece by piece."""
    arrays = flat(state)
    places: dict[str, Any] = {}
    at = 0
    for name, value in arrays.items():
        places[name] = [value.dtype.str, int(value.size), at]
        at += -(-value.nbytes // ALIGN) * ALIGN
    header = json.dumps({"about": about, "arrays": places}, sort_keys=True).encode()
    lead = len(MAGIC) + 8 + len(header)
    write(MAGIC + len(header).to_bytes(8, "little") + header + bytes(-lead % ALIGN))
    for value in arrays.values():
        write(memoryview(value).cast("B") if value.size else b"")
        write(bytes(-value.nbytes % ALIGN))


def read_state(buffer: Any) -> tuple[State, dict[str, Any]]:
    """Read a state from a buffer, without copying where it is writable (mmap.ACCESS_COPY).

    The file is the node's own: lengths and places are checked, the numbers in it are not.
    """
    view = memoryview(buffer)
    if bytes(view[:8]) != MAGIC:
        raise Malformed("match-snapshot-form", "not a snapshot of this format")
    size = int.from_bytes(view[8:16], "little")
    if not 0 < size <= HEADER_MAX:
        raise Malformed("match-snapshot-form", "the header has no possible length")
    try:
        header = json.loads(bytes(view[16 : 16 + size]))
        first = -(-(16 + size) // ALIGN) * ALIGN
        arrays = {
            str(name): array_at(view, np.dtype(kind), int(count), first + int(at))
            for name, (kind, count, at) in header["arrays"].items()
        }
        return State(**{g: _group(g, kind, arrays) for g, kind in GROUPS.items()}), header["about"]
    except (ValueError, KeyError, TypeError, AttributeError):
        hint = "build the index again from the store"
        raise Malformed("match-snapshot-form", "the snapshot is damaged", hint=hint) from None


def array_at(view: memoryview, kind: Any, count: int, at: int) -> Any:
    """Give an array of a snapshot, writable; ValueError where it does not fit the buffer."""
    if kind.hasobject or at < 0 or count < 0 or at + kind.itemsize * count > view.nbytes:
        raise ValueError
    array = np.frombuffer(view, kind, count, at)
    return array if array.flags.writeable else array.copy()


def _group(group: str, kind: Any, arrays: dict[str, Any]) -> Any:
    if kind is Table:
        offsets = arrays[f"{group}.offsets"]
        bits = np.uint64(int(offsets.size - 1).bit_length() - 1)
        return Table(bits, offsets, arrays[f"{group}.entries"])
    return kind(**{name: arrays[f"{group}.{name}"] for name in kind._fields})
