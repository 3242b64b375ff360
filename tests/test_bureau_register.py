"""A register of documents and objects: built from a CSV list, found by number, also misread."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bureau import register
from comity.cli.main import comity
from comity.errors import ComityError, Malformed, NotFound

LIST = """kind;id;number
document;UTO-1;L898902C3
vehicle;UTO-2;1M8GDM9AXKP042788
plate;UTO-3;UTO 4711
document;UTO-4;L898902C3
"""


def made(folder: Path, text: str = LIST) -> Path:
    """A register built of a list."""
    (folder / "list.csv").write_text(text, "utf-8")
    register.build(folder / "list.csv", folder / "stolen.register")
    return folder / "stolen.register"


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("l898902c3", [("UTO-1", True), ("UTO-4", True)]),
        ("L8989O2C3", [("UTO-1", True), ("UTO-4", True)]),
        ("L898902C4", [("UTO-1", False), ("UTO-4", False)]),
        ("1M8GDM9AXKP042798", [("UTO-2", False)]),
        ("uto-4711", [("UTO-3", True)]),
        ("X000000", []),
    ],
)
def test_a_number_is_found_also_misread(
    tmp_path: Path, number: str, found: list[tuple[str, bool]]
) -> None:
    """Every object of the number is found with its id, the same number told from a near one."""
    (hits,) = register.Register.open(made(tmp_path)).find([number])
    assert [(hit.id, hit.same) for hit in hits] == found


def test_rows_that_are_wrong_are_refused_with_their_line(tmp_path: Path) -> None:
    """A wrong row names its line and reason and does not hold up the others."""
    rows = [
        "horse,X12345,A",
        "plate,--,A",
        "plate,X12345,",
        'plate,"X1',
        "plate",
        "plate,QZ 1234,B",
    ]
    text = "kind,number,id\n" + "\n".join(rows) + "\n\n"
    (tmp_path / "list.csv").write_text(text, "utf-8")
    report = register.build(tmp_path / "list.csv", tmp_path / "register")
    reasons = ["kind-unknown", "number-unusable", "id-unusable", "row-unreadable", "row-unreadable"]
    assert report.refused == list(zip(range(2, 7), reasons, strict=True))
    assert (report.rows, report.refused_rows) == (1, 5)
    opened = register.Register.open(tmp_path / "register")
    assert [hit.id for hit in opened.find(["QZ1234"])[0]] == ["B"]


def test_more_rows_than_a_block_are_all_found(tmp_path: Path) -> None:
    """A list of several blocks loses nothing at their edges."""
    count = register.BLOCK + 2_000
    rows = [f"serial,{number:08d}X,i{number}" for number in range(count)]
    opened = register.Register.open(made(tmp_path, "kind,number,id\n" + "\n".join(rows)))
    some = [0, 1, register.BLOCK - 1, register.BLOCK, count - 1]
    found = opened.find([f"{number:08d}X" for number in some])
    assert len(opened) == count
    assert [hits[0].id for hits in found] == [f"i{number}" for number in some]


def test_the_file_holds_no_number_and_is_for_its_owner(tmp_path: Path) -> None:
    """Numbers stand in it as fingerprints only; others on the machine cannot read it."""
    file = made(tmp_path)
    assert b"L898902C3" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["list.csv", "stolen.register"]


@pytest.mark.parametrize("cut", [0, 8, 31, 64, 500])
def test_a_register_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    """A damaged register is malformed, never an empty one."""
    file = made(tmp_path)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(Malformed) as caught:
        register.Register.open(file)
    assert "build it again" in caught.value.hint or "again from" in caught.value.hint


def test_a_list_without_its_columns_leaves_the_old_register(tmp_path: Path) -> None:
    """What cannot be built replaces nothing."""
    file = made(tmp_path)
    before = file.read_bytes()
    (tmp_path / "list.csv").write_text("number,reference\nX1234,1\n", "utf-8")
    with pytest.raises(Malformed):
        register.build(tmp_path / "list.csv", file)
    with pytest.raises(NotFound):
        register.build(tmp_path / "none.csv", file)
    assert file.read_bytes() == before


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """No list makes the reader fail otherwise than by saying so."""
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "list.csv").write_bytes(b"kind,number,id\n" + data)
    report = register.build(folder / "list.csv", folder / "register")
    assert len(register.Register.open(folder / "register")) == report.rows
    (folder / "other").write_bytes(data)
    with pytest.raises(ComityError):
        register.Register.open(folder / "other")


def test_the_commands(tmp_path: Path) -> None:
    """Build says what was refused, find exits 1 where something is found and 0 where not."""
    (tmp_path / "list.csv").write_text(LIST + "horse;UTO-5;X12345\n", "utf-8")
    out = str(tmp_path / "register")
    words = ["match", "objects", "build", str(tmp_path / "list.csv"), "-o", out, "--json"]
    run = CliRunner().invoke(comity, words)
    said = json.loads(run.stdout)
    assert (run.exit_code, said["rows"], said["refused_rows"]) == (1, 4, 1)
    run = CliRunner().invoke(comity, ["match", "objects", "find", out, "UTO4711", "--json"])
    assert run.exit_code == 1
    assert json.loads(run.stdout)[0]["found"] == [{"id": "UTO-3", "kind": "plate", "same": True}]
    run = CliRunner().invoke(comity, ["match", "objects", "find", out, "1M8GDM9A1KP042700"])
    assert run.exit_code == 0
    assert "not in the register" in run.output
    assert "check digit does not hold" in run.output
