"""Take identities in: columns of numbers, words and text, from which an index is built.

Intakes of parts of a list can be taken anywhere (another process, another machine) and joined:
the columns are those of the whole list taken in at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from comity.errors import Malformed
from comity.match import names, packing
from comity.match.record_text import format_record
from comity.match.state import COLUMNS, NATIVE_FLAG
from comity.terms.identity import Identity

KEY_BYTES_MAX = 200
_CODES = {
    "chars": "H", "word_starts": "I", "rows": "I", "names": "I", "scripts": "B", "parts": "I",
    "dates": "i", "papers": "Q", "text_starts": "q",
    "cards": "Q",
}  # fmt: skip


class Intake:
    """Takes identities one after the other into growing columns."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self.columns: dict[str, array[int]] = {k: array(c) for k, c in _CODES.items()}
        self.text = bytearray()
        self.people = 0
        for column in ("word_starts", "names", "text_starts"):
            self.columns[column].append(0)

    def take(self, key: str, identity: Identity) -> None:
        """Append one identity."""
        check_key(key)
        columns = self.columns
        scripts, dates, papers = columns["scripts"], columns["dates"], columns["papers"]
        columns["rows"].extend((len(scripts), len(dates), len(papers)))
        columns["cards"].extend(packing.blank_card(identity))
        for name in identity.names:
            if not self._read_plainly(name.full):
                for reading in names.readings(name.full):
                    self._read(reading)
        dates.extend(packing.dates_of(identity))
        if identity.documents:
            papers.extend(packing.papers_of(identity.documents))
        self.text += format_record(key, identity)
        columns["text_starts"].append(len(self.text))
        self.people += 1

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Identity]]) -> Self:
        """Take in (id, identity) pairs, in order."""
        intake = cls()
        for key, identity in rows:
            intake.take(key, identity)
        intake._written.clear()  # worth nothing to who joins it
        return intake

    def join(self, other: Intake) -> None:
        """Append what another intake took in (neither is closed); its words get numbers here."""
        columns, more = self.columns, other.columns
        number = np.array([self._number(part) for part in other.words], np.uint32)
        firsts = [len(columns[name]) for name in ("scripts", "dates", "papers")]
        rows = np.frombuffer(more["rows"], np.uint32).reshape(-1, COLUMNS)
        columns["rows"].frombytes((rows + np.array(firsts, np.uint32)).tobytes())
        names_end, text_end = np.uint32(len(columns["parts"])), np.int64(len(self.text))
        starts = np.frombuffer(more["names"], np.uint32)[1:] + names_end
        columns["names"].frombytes(starts.tobytes())
        ends = np.frombuffer(more["text_starts"], np.int64)[1:] + text_end
        columns["text_starts"].frombytes(ends.tobytes())
        columns["parts"].frombytes(number[np.frombuffer(more["parts"], np.uint32)].tobytes())
        for name in ("scripts", "dates", "papers", "cards"):
            columns[name].extend(more[name])
        self.text += other.text
        self.people += other.people

    def _read_plainly(self, name: str) -> bool:
        """Read a name whose every word is a part of its own, as written; what most names are."""
        if not name.isascii():
            return False
        written, found = self._written, []
        for word in name.split():
            number = written.get(word)
            if number is None:
                part = names.plain_part(word)
                number = written[word] = self._number(part) if part else -1
            if number < 0:
                return False
            found.append(number)
        if not found:
            return False
        self.columns["parts"].extend(found[: names.PARTS_MAX])
        self.columns["names"].append(len(self.columns["parts"]))
        self.columns["scripts"].append(names.LATIN)
        return True

    def _read(self, reading: names.Reading) -> None:
        parts = self.columns["parts"]
        parts.extend([self._number(part) for part in reading.parts[: names.PARTS_MAX]])
        self.columns["names"].append(len(parts))
        self.columns["scripts"].append(reading.script | (NATIVE_FLAG if reading.native else 0))

    def close(self) -> None:
        """Write the row of ends."""
        self._written.clear()
        columns = self.columns
        columns["rows"].extend(
            (len(columns["scripts"]), len(columns["dates"]), len(columns["papers"]))
        )

    def _number(self, part: str) -> int:
        word = self.words.get(part)
        if word is not None:
            return word
        word = self.words[part] = len(self.words)
        self.columns["chars"].extend([ord(c) & 0xFFFF for c in part])
        self.columns["word_starts"].append(len(self.columns["chars"]))
        return word

    def column(self, name: str, kind: str) -> Any:
        """Give a column as an array with some room to grow, and forget it."""
        return roomy(np.frombuffer(self.columns.pop(name), kind))


def check_key(key: str) -> None:
    """Refuse an id that is empty, long or holds control characters."""
    if not key or len(key.encode("utf-8", "surrogatepass")) > KEY_BYTES_MAX:
        raise Malformed("match-id-size", f"an id has 1 to {KEY_BYTES_MAX} bytes")
    if min(key) < " ":
        raise Malformed("match-id-form", "an id holds no control characters")


def roomy(source: Any) -> Any:
    """Copy an array with some room to grow behind it."""
    made = np.zeros(source.size + source.size // 32 + 64, source.dtype)
    made[: source.size] = source
    return made
