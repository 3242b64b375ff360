"""A list of alerts is the same whoever takes it in, and in however many parts."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bureau import listing
from comity.errors import Malformed
from comity.match.index import Index
from comity.match.intake import Intake
from comity.match.synthetic import Population
from comity.terms.identity import Identity, Name

PEOPLE = [*Population(5).people(60), ("w", Identity((Name("Анна Эрикссон"), Name("田中 花子"))))]


def dumped(intake: Intake) -> bytes:
    """Give the snapshot of the index built from an intake."""
    pieces: list[bytes] = []
    Index.built(intake).dump(lambda piece: pieces.append(bytes(piece)))
    return b"".join(pieces)


@given(st.lists(st.integers(0, len(PEOPLE)), max_size=4))
def test_a_list_taken_in_by_parts_is_the_list_taken_in_at_once(cuts: list[int]) -> None:
    """Wherever a list is cut, the joined intakes build the index of the whole, to the byte."""
    ends = [0, *sorted(cuts), len(PEOPLE)]
    joined = Intake()
    for first, last in pairwise(ends):
        joined.join(Intake.of(PEOPLE[first:last]))
    assert dumped(joined) == dumped(Intake.of(PEOPLE))


def written(path: Path, people: int) -> Path:
    """Write a list of alerts."""
    with path.open("w", encoding="utf-8") as out:
        for key, one in Population(6).people(people):
            names, born = [n.full for n in one.names], [str(d) for d in one.birth_dates]
            line = {"id": key, "names": names, "birth_date": born[0] if born else None}
            out.write(json.dumps(line) + "\n")
    return path


@pytest.mark.parametrize("count", [1, 2, 3, 7, 500])
def test_every_line_stands_in_just_one_share(tmp_path: Path, count: int) -> None:
    """The shares of a file hold each line once, in order, each with its number."""
    path = written(tmp_path / "alerts.jsonl", 300)
    whole = path.read_bytes()
    parts = listing.shares(path, count)
    assert b"".join(whole[p.first : p.last] for p in parts) == whole
    for part in parts:
        assert whole[: part.first].count(b"\n") == part.line - 1
        assert part.first == 0 or whole[part.first - 1 : part.first] == b"\n"


def test_several_processes_take_in_the_same_list(tmp_path: Path) -> None:
    """Two processes give the index of one, and count what was left out alike."""
    path = written(tmp_path / "alerts.jsonl", 2 * listing.SHARE_BYTES // 60)
    with path.open("a") as out:
        out.write('{"id": "late", "names": ["Odd Date"], "birth_date": "0000-99-99"}\n')
    assert path.stat().st_size >= 2 * listing.SHARE_BYTES
    alone, together = Counter[str](), Counter[str]()
    one = listing.take(path, alone, processes=1)
    two = listing.take(path, together, processes=2)
    assert +alone == +together
    assert sum(alone.values()) == 1
    assert one.columns == two.columns
    assert one.text == two.text


def test_a_bad_line_is_named_by_its_number_in_the_file(tmp_path: Path) -> None:
    """A line that is no object is told by its place in the whole file, from whichever share."""
    path = written(tmp_path / "alerts.jsonl", 2 * listing.SHARE_BYTES // 60)
    lines = path.read_bytes().count(b"\n")
    with path.open("a") as out:
        out.write("nonsense\n")
    with pytest.raises(Malformed) as caught:
        listing.take(path, Counter(), processes=2)
    assert caught.value.where == f"line {lines + 1}"


def test_a_list_from_a_pipe_is_taken_in_whole(tmp_path: Path) -> None:
    """What comes through a pipe, which has no size, is the list of the file."""
    path, pipe = written(tmp_path / "alerts.jsonl", 50), tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(path.read_bytes(),))
    writer.start()
    piped = listing.take(pipe, Counter(), processes=2)
    writer.join()
    assert piped.text == listing.take(path, Counter(), processes=1).text


def test_a_line_without_end_is_refused_by_its_beginning() -> None:
    """A device that never ends a line is refused; it is not read for ever."""
    with pytest.raises(Malformed) as caught:
        listing.take(Path("/dev/zero"), Counter(), processes=1)
    assert caught.value.code == "match-line-long"
