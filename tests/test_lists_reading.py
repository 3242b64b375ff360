"""Any bytes: told apart, read in bounded memory, refused in one clear line."""

from __future__ import annotations

import io
import itertools
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.lists.entry import NOTES, Entry, Refused
from comity.lists.reading import KINDS, read_list, sniff
from comity.lists.source import LINE_BYTES_MAX, Source
from comity.terms.identity import identity_from_dict

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures" / "lists"
VECTORS = sorted((HERE / "vectors" / "lists").iterdir())
FILES = {
    "un": FIXTURES / "un.xml",
    "ofac": FIXTURES / "sdn.csv",
    "ftm": FIXTURES / "targets.nested.jsonl",
}


def outcome(data: bytes, kind: str | None = None) -> tuple[list[Entry | Refused], Malformed | None]:
    """Read all rows and the error that ended the reading, if one did."""
    rows: list[Entry | Refused] = []
    try:
        rows.extend(read_list(io.BytesIO(data), kind=kind))
    except Malformed as wrong:
        return rows, wrong
    return rows, None


def rows_before_error(data: bytes, kind: str) -> list[Entry | Refused]:
    """Read rows one by one until the end or the error."""
    rows: list[Entry | Refused] = []
    reading = read_list(io.BytesIO(data), kind=kind)
    with pytest.raises(Malformed):
        rows.extend(itertools.islice(reading, None))
    return rows


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_bytes_tell_the_kind(kind: str) -> None:
    """Each format is recognised without being told."""
    assert sniff(FILES[kind].read_bytes()[:4096]) == kind


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"PK\x03\x04", b"<rss/>", b"name,date\nx,y", b'{"local_id": 1}', b"\xff"]
)
def test_other_bytes_are_no_list(data: bytes) -> None:
    """What is none of the three formats is said to be none, in one line with a hint."""
    with pytest.raises(Malformed) as caught:
        list(read_list(io.BytesIO(data)))
    assert caught.value.code == "list-kind"
    assert caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda path: path.name)
def test_each_vector_fails_as_it_is_named(vector: Path) -> None:
    """One failure per file, KIND.CODE.WHAT: the code ends the reading or refuses the row."""
    kind, code = vector.name.split(".")[:2]
    rows, error = outcome(vector.read_bytes(), kind)
    refused = {row.code for row in rows if isinstance(row, Refused)}
    assert {code} == refused | ({error.code} if error else set())
    assert error is None or (error.where and "\n" not in str(error))


def test_rows_before_a_cut_are_reported_and_then_the_error() -> None:
    """A truncated file gives the rows that are whole, then one final error."""
    whole = FILES["ftm"].read_bytes()
    assert len(rows_before_error(whole[:-20], "ftm")) == whole.count(b"\n") - 1
    xml = FILES["un"].read_bytes()
    assert len(rows_before_error(xml[: xml.index(b"<ENTITIES>")], "un")) == 4


def test_no_kind_of_that_name_and_no_companion_for_it() -> None:
    """A wrong kind or companion is refused before anything is read."""
    with pytest.raises(Malformed, match="unknown kind of list"):
        list(read_list(io.BytesIO(b""), kind="eu"))
    with pytest.raises(Malformed, match="no such companion"):
        list(read_list(io.BytesIO(b"{"), kind="ftm", companions={"alt": io.BytesIO()}))
    with pytest.raises(Malformed, match="no such companion"):
        list(read_list(io.BytesIO(b""), kind="ofac", companions={"x": io.BytesIO()}))


def test_no_value_of_a_person_stands_in_a_refusal_or_a_note() -> None:
    """Refusals and notes are words of ours: they go to reports and logs."""
    for kind, path in FILES.items():
        rows, _ = outcome(path.read_bytes(), kind)
        for row in rows:
            if isinstance(row, Entry):
                assert set(row.notes) <= set(NOTES)
                continue
            said = f"{row.field} {row.code} {row.reason} {row.hint}".lower()
            assert not any(name in said for name in ("nobodate", "orsola", "tician", "utopia"))
            assert row.as_dict()["line"] == row.line


def test_entries_are_identities_that_survive_json() -> None:
    """What is read can be stored and read back unchanged."""
    for kind, path in FILES.items():
        for row in outcome(path.read_bytes(), kind)[0]:
            if isinstance(row, Entry):
                stored = json.dumps(row.identity.as_dict(), ensure_ascii=False)
                assert identity_from_dict(json.loads(stored)) == row.identity


@given(st.binary(max_size=2000), st.sampled_from(KINDS))
def test_any_bytes_end_well(data: bytes, kind: str) -> None:
    """Random bytes give rows or one Malformed, never another exception."""
    outcome(data, kind)


@settings(max_examples=300)
@given(st.sampled_from(KINDS), st.data())
def test_any_mutation_of_a_list_ends_well(kind: str, draw: st.DataObject) -> None:
    """Bytes replaced, removed, doubled or cut give rows or one Malformed, never anything else."""
    data = bytearray(FILES[kind].read_bytes())
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, max(0, len(data) - 1)))
        end = at + draw.draw(st.integers(0, 40))
        data[at:end] = draw.draw(
            st.one_of(st.binary(max_size=40), st.just(bytes(data[at:end]) * 3))
        )
    rows, error = outcome(bytes(data), kind)
    assert all(row.line >= 1 for row in rows)
    assert error is None or error.code


class Generated(io.BytesIO):
    """A stream of ``size`` bytes made on demand from a repeating piece between head and tail."""

    def __init__(self, size: int, piece: bytes, head: bytes = b"", tail: bytes = b"") -> None:
        super().__init__()
        many = itertools.chain([head], itertools.repeat(piece, size // len(piece)), [tail])
        self._pieces: Iterator[bytes] = filter(None, many)
        self._rest = b""

    def read(self, size: int | None = -1) -> bytes:
        """Give the next ``size`` bytes."""
        size = size or 0
        while len(self._rest) < size:
            more = next(self._pieces, b"")
            if not more:
                break
            self._rest += more
        given_now, self._rest = self._rest[:size], self._rest[size:]
        return given_now


class Trickle(io.BytesIO):
    """A stream that gives at most ``most`` bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1) -> bytes:
        """Give some of the next bytes."""
        return super().read(min(size or 0, self._most))


def peak_of(stream: Generated, kind: str) -> tuple[int, int]:
    """Read all; give the count of rows and the peak of memory in bytes."""
    tracemalloc.start()
    try:
        rows = sum(1 for _ in read_list(stream, kind=kind))
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_list() -> None:
    """Ten megabytes of persons are read in less than four, as JSON lines and as XML."""
    line = FILES["ftm"].read_bytes().partition(b"\n")[0] + b"\n"
    rows, peak = peak_of(Generated(10 << 20, line), "ftm")
    assert rows == (10 << 20) // len(line)
    assert peak < 4 << 20
    xml = FILES["un"].read_bytes()
    start, end = xml.index(b"    <INDIVIDUAL>"), xml.index(b"  </INDIVIDUALS>")
    people = Generated(3 << 20, xml[start:end], xml[:start], xml[end:])
    rows, peak = peak_of(people, "un")
    assert rows > 1000
    assert peak < 4 << 20


@pytest.mark.parametrize(
    "piece", [b"<JUNK a='b'/>", b" ", b"x" * 100], ids=["elements", "white space", "text"]
)
def test_bytes_without_an_entry_end_soon(piece: bytes) -> None:
    """A gigabyte of XML that holds no person is given up after four megabytes."""
    stream = Generated(1 << 30, piece, b"<CONSOLIDATED_LIST><INDIVIDUALS>")
    with pytest.raises(Malformed, match="larger than any list has"):
        list(read_list(stream, kind="un"))


def test_a_huge_attribute_ends_soon() -> None:
    """An attribute without end is given up after four megabytes."""
    stream = Generated(1 << 30, b"a" * 1000, b"<CONSOLIDATED_LIST x='")
    with pytest.raises(Malformed, match="larger than any list has"):
        list(read_list(stream, kind="un"))


def test_a_line_without_end_costs_no_memory_and_the_next_is_read() -> None:
    """A line beyond the limit is refused, its content dropped; the list goes on."""
    good = FILES["ftm"].read_bytes().partition(b"\n")[0] + b"\n"
    stream = Generated(LINE_BYTES_MAX * 3, b"x" * 1000, b"{", b"\n" + good)
    refused, entry = read_list(stream, kind="ftm")
    assert isinstance(refused, Refused)
    assert refused.code == "line-long"
    assert isinstance(entry, Entry)
    assert entry.line == 2


@given(st.lists(st.binary(max_size=30)), st.integers(1, 9))
def test_lines_are_the_same_however_the_stream_is_cut(lines: list[bytes], size: int) -> None:
    """Chunks may end anywhere: numbers and contents of lines do not depend on them."""
    data = b"\n".join(lines)
    source = Source(Trickle(data, size))
    expected = [part.removesuffix(b"\r") for part in data.split(b"\n")[:-1]]
    rest = data.rpartition(b"\n")[2]
    assert [line.data for line in source.lines()] == expected + ([rest] if rest else [])
