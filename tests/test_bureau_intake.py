"""Lists and manifests: all or nothing, twice is once, and memory stays bounded."""

from __future__ import annotations

import dataclasses
import gc
import io
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import psutil
import pytest
from sqlalchemy import func, select

from comity.bureau import alert, intake, travellers
from comity.bureau.question import Inquiry
from comity.errors import ComityError, Conflict, Malformed, NotFound, NotPermitted
from comity.manifests.row import Refused
from comity.record import tables
from comity.record.oracle import check_ledger
from world import CLERK, DAY, GUARD, World, world

PARTS = "Aldric Bastien Corvin Delphine Elowen Fenwick Gisella Hadrian Isolde Jorun".split()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


def person(number: int, **changes: Any) -> str:
    """One line of a list in FollowTheMoney's form: an invented person."""
    name = f"{PARTS[number % 10]} Thistle{number:06d}"
    properties = {
        "name": [name],
        "birthDate": [f"19{50 + number % 50}-0{1 + number % 9}-1{number % 10}"],
        "nationality": ["qz"],
        "passportNumber": [f"ZQ{number:07d}"],
        "topics": ["sanction"],
        "program": ["training programme"],
        **changes,
    }
    said = {"id": f"tr-{number}", "schema": "Person", "properties": properties}
    return json.dumps(said) + "\n"


def listed(folder: Path, numbers: Any, name: str = "list.json", **changes: Any) -> Path:
    """A list of these persons."""
    file = folder / name
    file.write_text("".join(person(number, **changes) for number in numbers), "utf-8")
    return file


def held(two: World) -> int:
    """How many own alerts stand."""
    with two.uto.store.read() as conn:
        query = select(func.count()).select_from(tables.alert).filter_by(state="issued")
        return int(conn.execute(query).scalar_one())


def counts(report: intake.Report) -> dict[str, int]:
    """What is not zero."""
    return {key: count for key, count in report.counts.items() if count}


def load(two: World, file: Path, **more: Any) -> intake.Report:
    """Import as the clerk."""
    return intake.import_list(two.uto, CLERK, file, **more)


def test_list_is_imported_and_reaches_the_peer(two: World, tmp_path: Path) -> None:
    """Every row becomes an alert, in one act with one entry about the list."""
    report = load(two, listed(tmp_path, range(30)))
    assert counts(report) == {"new": 30}
    assert two.kinds(two.uto).count("list:imported") == 1
    two.sync()
    with two.qma.store.read() as conn:
        ids = conn.execute(select(tables.alert.c.id)).scalars().all()
    assert len(ids) == 30
    two.check()


def test_same_list_twice_changes_nothing(two: World, tmp_path: Path) -> None:
    """The very same file again: no alert, no entry."""
    file = listed(tmp_path, range(10))
    load(two, file)
    size = two.uto.ledger.size()
    report = load(two, file)
    assert report.again
    assert two.uto.ledger.size() == size


def test_new_edition_adds_changes_leaves_and_counts_who_is_gone(two: World, tmp_path: Path) -> None:
    """Only what differs is touched; who is missing is counted, and stands."""
    load(two, listed(tmp_path, range(10)))
    edition = tmp_path / "new.json"
    lines = [person(n) for n in range(2, 12)]
    lines[0] = person(2, name=["Corvin Thistlechanged"])
    edition.write_text("".join(lines), "utf-8")
    report = load(two, edition)
    assert counts(report) == {"new": 2, "changed": 1, "unchanged": 7, "gone": 2}
    assert held(two) == 12
    two.check()


def test_next_day_an_unchanged_row_is_unchanged(two: World, tmp_path: Path) -> None:
    """A list without dates does not change by the mere passing of days."""
    load(two, listed(tmp_path, range(5)))
    two.clock.advance(3 * DAY)
    assert counts(load(two, listed(tmp_path, range(6)))) == {"new": 1, "unchanged": 5}


def test_whole_list_withdraws_who_is_gone_also_when_said_later(two: World, tmp_path: Path) -> None:
    """With ``whole`` the missing are withdrawn, also if the file was imported without before."""
    load(two, listed(tmp_path, range(10)))
    two.sync()
    edition = listed(tmp_path, range(3, 10), "new.json")
    assert counts(load(two, edition))["gone"] == 3
    report = load(two, edition, whole=True)
    assert (report.again, counts(report)["withdrawn"]) == (False, 3)
    assert load(two, edition, whole=True).again
    assert held(two) == 7
    two.sync()
    assert not two.holds(two.qma, "UTO-ftm-tr-0")
    assert two.holds(two.qma, "UTO-ftm-tr-5")


def test_older_edition_again_is_a_change(two: World, tmp_path: Path) -> None:
    """Going back to an edition imported before is not 'the same file again'."""
    first, second = listed(tmp_path, range(4)), listed(tmp_path, range(2, 6), "new.json")
    load(two, first, whole=True)
    load(two, second, whole=True)
    report = load(two, first, whole=True)
    assert counts(report) == {"changed": 2, "unchanged": 2, "gone": 2, "withdrawn": 2}
    assert held(two) == 4
    two.check()


def test_r18_what_a_person_withdrew_no_list_revives_unchanged(two: World, tmp_path: Path) -> None:
    """A next edition that says the same of somebody does not undo an annulment; a new one may."""
    load(two, listed(tmp_path, range(4)))
    alert.withdraw(
        two.uto, CLERK, "UTO-ftm-tr-1", event="measure-annulled", reason="annulled by the court"
    )
    assert counts(load(two, listed(tmp_path, range(5)))) == {"new": 1, "unchanged": 4}
    assert not two.holds(two.uto, "UTO-ftm-tr-1")
    report = load(two, listed(tmp_path, range(5), gender=["female"]))
    assert counts(report) == {"changed": 5}
    assert two.holds(two.uto, "UTO-ftm-tr-1")


@pytest.mark.parametrize(
    "tail", [b"\xff\xfe\x00garbage\n", b'{"id": "x"\n', b"[" * 100_000 + b"\n", b"\x00" * 50],
    ids=["bytes", "json", "deep", "nul"],
)  # fmt: skip
def test_broken_row_is_refused_with_its_line(two: World, tmp_path: Path, tail: bytes) -> None:
    """A row that cannot be read is refused by its line, or the whole file is; never a fault."""
    file = listed(tmp_path, range(20))
    file.write_bytes(file.read_bytes() + tail)
    try:
        report = load(two, file)
    except ComityError:
        assert held(two) == 0
    else:
        assert [one.line for one in report.refused] == [21]
        assert counts(report) == {"new": 20, "refused": 1}
    two.check()


def test_file_that_is_no_list_imports_nothing(two: World, tmp_path: Path) -> None:
    """Empty, binary, another format, a folder, nothing there: one clear error, nothing entered."""
    size = two.uto.ledger.size()
    for name, content in (
        ("empty", b""), ("binary", bytes(range(256)) * 40), ("text", b"hello\n" * 10),
        ("xml", b"<a>" * 5000), ("bomb", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("line", b"x" * 5_000_000),
    ):  # fmt: skip
        file = tmp_path / name
        file.write_bytes(content)
        for kind in (None, "un", "ofac", "ftm"):
            try:
                report = load(two, file, kind=kind)
            except ComityError:
                continue
            assert counts(report).keys() <= {"refused"}
    for missing in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotFound):
            load(two, missing)
    assert held(two) == 0
    assert {"list:imported"} >= set(two.kinds(two.uto, size))


def test_broken_off_list_imports_nothing(two: World, tmp_path: Path) -> None:
    """An XML list that ends in the middle is imported not at all."""
    demo = Path(__file__).parent.parent / "demo" / "un-list.xml"
    whole = demo.read_bytes()
    size = two.uto.ledger.size()
    for cut in (len(whole) // 3, len(whole) // 2, len(whole) - 30):
        file = tmp_path / f"cut{cut}.xml"
        file.write_bytes(whole[:cut])
        with pytest.raises(Malformed):
            load(two, file)
    assert (held(two), two.uto.ledger.size()) == (0, size)
    two.check()


def test_only_a_trained_bureau_officer_imports(two: World, tmp_path: Path) -> None:
    """A first-line officer, or one whose training ran out, imports nothing."""
    file = listed(tmp_path, range(3))
    late = dataclasses.replace(CLERK, trained_until=two.uto.today() - DAY)
    for by in (GUARD, late):
        with pytest.raises(NotPermitted):
            intake.import_list(two.uto, by, file)


def test_killed_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Killed at any moment, the store holds the whole list or none of it, and verifies."""
    chance = random.Random(20261123)  # noqa: S311
    file = listed(tmp_path, range(2500))
    with world(tmp_path) as made:
        home = made.folder / "UTO"
        made.uto.close()
        for turn in range(5):
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).parent / "import_crash.py"), home, file],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": ":".join(sys.path), "PATH": ""},
            )  # fmt: skip
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 9)):
                process.stdout.read(1)
            process.kill()
            process.wait()
            process.stdout.close()
            made.reopen()
            found = held(made)
            assert found in (0, 2500), turn
            check_ledger(made.uto.store, made.uto.ledger.verifier.vkey, vault=made.uto.vault)
            made.uto.close()
        made.reopen()
        report = load(made, file)
        assert report.again or counts(report)["new"] == 2500
        assert held(made) == 2500


class Endless(io.RawIOBase):
    """A file of so many lines which is never all in memory."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._rest = b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give the next bytes."""
        while len(self._rest) < len(buffer) and (line := next(self._lines, b"")):
            self._rest += line
        piece = self._rest[: len(buffer)]
        self._rest = self._rest[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


def manifest(count: int) -> BinaryIO:
    """A manifest of so many travellers, made as it is read."""

    def lines() -> Iterator[bytes]:
        yield b"surname,forenames,birth_date,nationality,document_number,reference\n"
        for n in range(count):
            yield f"Oakenshaw{n},Perpetua,1980-02-03,QZZ,ZR{n:07d},QM/{n}\n".encode()

    return io.BufferedReader(Endless(lines()))


def resident() -> int:
    """Bytes of memory this process holds."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def test_manifest_of_any_length_takes_bounded_memory(two: World) -> None:
    """Three thousand travellers more take no more memory than a few hundred."""
    inquiry = Inquiry(officer=GUARD, purpose="border-check")

    def run(count: int) -> int:
        answered = sum(1 for _ in travellers.check_manifest(two.qma, inquiry, manifest(count)))
        assert answered == count
        return resident()

    warm = run(600)
    assert run(3000) - warm < 12_000_000


def test_list_of_any_length_takes_bounded_memory(two: World, tmp_path: Path) -> None:
    """Eight thousand rows more take little more memory than their ids."""
    load(two, listed(tmp_path, range(1500), "warm.json"))
    warm = resident()
    load(two, listed(tmp_path, range(2000, 10_000)))
    assert resident() - warm < 24_000_000
    two.check()


def test_manifest_rows_are_answered_in_order_and_refused_by_line(two: World) -> None:
    """Each row has its answer or its refusal, by its line, whatever stands in it."""
    text = (
        "surname,forenames,birth_date,nationality,document_number,reference\n"
        "Quillfeather,Zephyrine,1971-03-14,QZZ,ZQ4417205,QM/1\n"
        ",,,,,QM/2\n"
        "Oakshott,Wilhelmina,not-a-date,QZZ,,QM/3\n"
        "Oakshott,Wilhelmina,1994-06-02,QZZ,ZQ1102938,QM/4\n"
    )
    two.issue()
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    done = list(travellers.check_manifest(two.qma, inquiry, io.BytesIO(text.encode())))
    lines = [one.line if isinstance(one, Refused) else one[0].line for one in done]
    assert lines == [2, 3, 4, 5]
    states = ["refused" if isinstance(o, Refused) else o[1].state for o in done]
    assert (states[0], states[1], states[3]) == ("match", "refused", "no-match")


def test_r01_manifest_row_without_reference_is_never_asked(two: World) -> None:
    """Rows without a reference of their own need one for the encounter."""
    text = b"surname,birth_date\nQuillfeather,1971-03-14\n"
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    with pytest.raises(Malformed):
        list(travellers.check_manifest(two.qma, inquiry, io.BytesIO(text)))
    (one,) = travellers.check_manifest(two.qma, inquiry, io.BytesIO(text), reference="QM617")
    assert not isinstance(one, Refused)
    assert one[1].reference == "QM617/2"


def test_aliases_are_not_lost_by_forgetting_a_file(two: World, tmp_path: Path) -> None:
    """OFAC's list again without its other names is refused; with them it is taken."""
    folder = Path(__file__).parent / "fixtures" / "lists"
    alt = {"alt": folder / "alt.csv"}
    load(two, folder / "sdn.csv", companions=alt)
    size, before = two.uto.ledger.size(), held(two)
    again = tmp_path / "sdn.csv"
    again.write_bytes((folder / "sdn.csv").read_bytes().replace(b"[SDGT]", b"[SDGT] [NPWMD]"))
    for file in (folder / "sdn.csv", again):
        with pytest.raises(Conflict) as caught:
            load(two, file)
        assert caught.value.code == "list-names-lost"
    assert (two.uto.ledger.size(), held(two)) == (size, before)
    load(two, again, companions=alt)
    assert held(two) == before
