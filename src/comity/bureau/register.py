"""A register of documents and objects: a CSV list made one file, memory-mapped, found by number.

Lost and stolen documents, plates, vehicles, serials (Reg (EU) 2018/1862 art. 38; a list of tens of
millions). The list has a header and the columns ``kind``, ``number`` and ``id``, in any order,
separated by comma, semicolon or tab, in UTF-8; ``kind`` is one of match.objects.KINDS.

The file, little-endian, parts at multiples of 64 bytes::

    "COMITYR1" | rows (8) | bytes of the index (8) | bytes of the ids (8)
    the index (match.objects)
    where the id of each row begins: rows + 1 numbers of 8 bytes
    the ids, UTF-8, end to end

It holds ids and fingerprints of numbers, neither names nor the numbers themselves.
"""

from __future__ import annotations

import csv
import mmap
import os
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from comity.bureau.progress import Progress, told, unwatched
from comity.errors import Malformed, NotFound
from comity.manifests.chunks import read_chunks, split_lines
from comity.match.lookup import Numbers
from comity.match.objects import KINDS, ObjectFound, ObjectIndex, block_of, symbols_of

MAGIC = b"COMITYR1"
HEAD, ALIGN = 32, 64
BLOCK = 20_000
"""Rows held in memory at once while building."""
COLUMNS = ("kind", "number", "id")
NUMBER_MIN = 4
"""Letters and digits without which a number tells nothing apart."""
NUMBER_CHARS_MAX, ID_CHARS_MAX = 60, 100
REFUSED_MAX = 1000


@dataclass(slots=True)
class Report:
    """What building came to; ``refused``: the first rows not taken, as (line, reason)."""

    rows: int = 0
    refused_rows: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hit:
    """An object of the register: its id and kind; ``same``: but for look-alikes the same number."""

    id: str
    kind: str
    same: bool


class Register:
    """A register, opened where it lies; nothing of it is read before it is needed."""

    def __init__(self, index: ObjectIndex, starts: Any, ids: memoryview) -> None:
        self.index = index
        self._starts = starts
        self._ids = ids

    @classmethod
    def open(cls, file: Path) -> Self:
        """Map a register; NotFound where there is none, Malformed where it is damaged."""
        try:
            with file.open("rb") as stream:
                view = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY))
        except OSError as error:
            what = str(error.strerror).lower()
            raise NotFound("file-unreadable", what, where=str(file)) from None
        except ValueError:  # an empty file cannot be mapped
            raise _damaged(file) from None
        if view.nbytes < HEAD or bytes(view[:8]) != MAGIC:
            raise _damaged(file)
        rows, index_bytes, ids_bytes = np.frombuffer(view[8:HEAD], "<u8").tolist()
        first = _aligned(HEAD)
        second = first + _aligned(index_bytes)
        third = second + _aligned(8 * (rows + 1))
        if third + ids_bytes != view.nbytes:
            raise _damaged(file)
        starts = np.frombuffer(view, "<u8", rows + 1, second)
        return cls(ObjectIndex.load(view[first : first + index_bytes]), starts, view[third:])

    def __len__(self) -> int:
        return len(self.index)

    def find(self, numbers: Sequence[str], *, kind: str = "any") -> list[tuple[Hit, ...]]:
        """Find the objects of each number, the same first, then those one character away."""
        found = self.index.search_many(numbers, kind=kind)
        return [tuple(self._hit(one) for one in some) for some in found]

    def _hit(self, found: ObjectFound) -> Hit:
        first, last = self._starts[found.row : found.row + 2].tolist()
        return Hit(bytes(self._ids[first:last]).decode("utf-8", "replace"), found.kind, found.same)


def build(source: Path, target: Path, *, progress: Progress = unwatched) -> Report:
    """Make a register of a CSV list, in bounded memory; it stands whole or not at all.

    Malformed where the header lacks a column; a row that is wrong is refused, the others go on.
    """
    report = Report()
    try:
        with source.open("rb") as stream, _spool(target) as ids, _spool(target) as numbers:
            starts = array("Q", [0])
            pending: list[tuple[str, str]] = []
            for row in _rows(told(stream, progress), report):
                ids.write(row[2].encode())
                starts.append(starts[-1] + len(row[2].encode()))
                pending.append(row[:2])
                if len(pending) == BLOCK:
                    _put_block(numbers, pending)
            _put_block(numbers, pending)
            report.rows = len(starts) - 1
            index = ObjectIndex.build_blocks(lambda: _blocks(numbers), report.rows)
            _write(target, index, starts, ids)
    except OSError as error:
        where = str(error.filename or target)
        raise NotFound("file-unreadable", str(error.strerror).lower(), where=where) from None
    return report


def _rows(stream: Any, report: Report) -> Iterator[tuple[str, str, str]]:
    lines = split_lines(read_chunks(stream))
    first = next((raw for _, raw in lines if raw is None or raw.strip()), None)
    separator, places = _header(first)
    for line, raw in lines:
        if raw is not None and not raw.strip():
            continue
        row, reason = _row(raw, separator, places)
        if reason:
            report.refused_rows += 1
            if len(report.refused) < REFUSED_MAX:
                report.refused.append((line, reason))
        else:
            yield row


def _header(raw: bytes | None) -> tuple[str, tuple[int, int, int]]:
    text = (raw or b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    for separator in ",;\t":
        titles = [title.strip().strip('"').lower() for title in text.split(separator)]
        if set(COLUMNS) <= set(titles):
            kind, number, key = (titles.index(column) for column in COLUMNS)
            return separator, (kind, number, key)
    raise Malformed(
        "register-header",
        "the first line does not name the columns",
        where="line 1",
        hint=f"name {', '.join(COLUMNS)}, separated by comma, semicolon or tab",
    )


def _row(
    raw: bytes | None, separator: str, places: tuple[int, int, int]
) -> tuple[tuple[str, str, str], str]:
    """Read one line: (kind, number, id) and why it is refused, "" where it is not."""
    none = ("", "", "")
    try:
        cells = next(csv.reader(((raw or b"").decode("utf-8"),), delimiter=separator, strict=True))
        kind, number, key = (cells[place].strip() for place in places)
    except (csv.Error, UnicodeDecodeError, IndexError, StopIteration):
        return none, "row-unreadable"
    if kind not in KINDS[1:]:
        return none, "kind-unknown"
    if len(number) > NUMBER_CHARS_MAX or len(symbols_of(number)) < NUMBER_MIN:
        return none, "number-unusable"
    if not 1 <= len(key) <= ID_CHARS_MAX or not key.isprintable():
        return none, "id-unusable"
    return (kind, number, key), ""


def _put_block(numbers: IO[bytes], pending: list[tuple[str, str]]) -> None:
    if pending:
        for part in block_of(pending):
            np.save(numbers, part, allow_pickle=False)
        pending.clear()


def _blocks(numbers: IO[bytes]) -> Iterator[Numbers]:
    last = numbers.seek(0, os.SEEK_END)
    numbers.seek(0)
    while numbers.tell() < last:
        yield Numbers(*(np.load(numbers, allow_pickle=False) for _ in Numbers._fields))


def _write(target: Path, index: ObjectIndex, starts: array[int], ids: IO[bytes]) -> None:
    fresh = target.with_name(target.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(bytes(_aligned(HEAD)))
        index.dump(out.write)
        index_bytes = out.tell() - _aligned(HEAD)
        out.write(bytes(-out.tell() % ALIGN))
        starts.tofile(out)
        out.write(bytes(-out.tell() % ALIGN))
        ids.seek(0)
        while piece := ids.read(1 << 20):
            out.write(piece)
        out.seek(0)
        sizes = np.array([len(starts) - 1, index_bytes, starts[-1]], "<u8")
        out.write(MAGIC + sizes.tobytes())
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(target)


def _spool(target: Path) -> IO[bytes]:
    # Beside the register: a system's own temporary folder may be a small one in memory.
    return tempfile.TemporaryFile(dir=target.absolute().parent)


def _aligned(size: int) -> int:
    return -(-size // ALIGN) * ALIGN


def _damaged(file: Path) -> Malformed:
    hint = "build it again from its list"
    return Malformed("register-form", "not a whole register", where=file.name, hint=hint)
