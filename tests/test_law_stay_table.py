"""The table of stays: what it reads and what it refuses."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import ComityError, Conflict, Malformed
from comity.law.stay import count
from comity.law.stay_answer import as_mapping, as_words
from comity.law.stay_limit import StayLimit
from comity.law.stay_table import parse_stays, read_title

SCHENGEN = StayLimit(id="stay.90-180", cite="SBC art. 6", days=90, window="rolling", span=180)


VECTORS = sorted((Path(__file__).parent / "vectors" / "stays").glob("*.csv"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vectors(path: Path) -> None:
    """Each file is read and counted, or refused with the code in its name."""
    expected = path.stem.split("--")[0]
    text = path.read_bytes().decode("utf-8")
    if expected == "good":
        assert count(parse_stays(text), SCHENGEN, date(2026, 6, 1)).limit is SCHENGEN
        return
    with pytest.raises(ComityError) as caught:
        count(parse_stays(text), SCHENGEN, date(2026, 6, 1))
    assert caught.value.code == expected


def test_reads_entry_exit_and_title() -> None:
    """Columns by name, in any order; an empty exit is unknown; blank lines are nothing."""
    read = parse_stays(
        "\ufefftitle,exit,entry\r\n,2026-01-20,2026-01-10\r\n\r\nresidence permit,,2026-03-01\r\n"
    )
    assert [(s.entry, s.exit, s.title, s.line) for s in read] == [
        (date(2026, 1, 10), date(2026, 1, 20), "", 2),
        (date(2026, 3, 1), None, "residence permit", 4),
    ]


def test_a_header_without_stays_is_nobody_staying() -> None:
    """A table may be empty of stays, never of its header."""
    assert parse_stays("entry,exit\n") == []


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "stays-header", "line 1"),
        ("2026-01-01,2026-01-02\n", "stays-header", "line 1"),
        ("entry;exit\n2026-01-01;2026-01-02\n", "stays-header", "line 1"),
        ("entry,exit,name\n", "stays-header", "line 1"),
        ("entry,entry,exit\n", "stays-header", "line 1"),
        ("entry,exit\n2026-01-01,2026-01-02,permit\n", "stays-format", "line 2"),
        ("entry,exit\n,2026-01-02\n", "stay-entry-missing", "line 2, entry"),
        ("entry,exit\n2025-02-29,2025-03-02\n", "day-unknown", "line 2, entry"),
        ("entry,exit\n2025-02-01,2025-02-29\n", "day-unknown", "line 2, exit"),
        ("entry,exit\n2025-02-30,\n", "day-unknown", "line 2, entry"),
        ("entry,exit\n2025-13-01,\n", "day-unknown", "line 2, entry"),
        ("entry,exit\n01/02/2025,\n", "day-format", "line 2, entry"),
        ("entry,exit\n20250201,\n", "day-format", "line 2, entry"),
        ("entry,exit\n2025-W05-1,\n", "day-format", "line 2, entry"),
        ("entry,exit\n0025-02-01,\n", "day-out-of-range", "line 2, entry"),
        ("entry,exit\n2026-01-01,2026-01-02\n٢٠٢٦-01-01,\n", "day-format", "line 3, entry"),
        ('entry,exit\n"2026-01-01,\n', "stays-format", "line 2"),
        ("entry,exit\n2026-01-01\0,\n", "stays-format", ""),
        ("entry,exit,title\n2026-01-01,,library card\n", "stay-title-unknown", "line 2, title"),
        ("entry,exit,title\n2026-01-01,,visa\n", "stay-title-unknown", "line 2, title"),
        (
            "entry,exit,title\n2026-01-01,,permit application pending\n",
            "stay-title-pending",
            "line 2, title",
        ),
        ("entry,exit,state\n2026-01-01,,Croatia\n", "stays-format", "line 2, state"),
        ("entry,exit\n" + "2026-01-01,2026-01-01\n" * 10_001, "stays-too-many", ""),
        ("entry,exit\n" + " " * 1_000_001, "stays-too-large", ""),
    ],
)
def test_refuses_with_line_and_field(text: str, code: str, place: str) -> None:
    """Each fault is one error with its place; what stood there is not repeated."""
    with pytest.raises(Malformed) as caught:
        parse_stays(text)
    assert (caught.value.code, caught.value.where) == (code, place)


def test_29_february_of_a_common_year_is_said_plainly() -> None:
    """The message says that the year has no such day."""
    with pytest.raises(Malformed, match="2025 is no leap year"):
        parse_stays("entry,exit\n2025-02-29,\n")
    assert parse_stays("entry,exit\n2024-02-29,\n")[0].entry == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("", ""),
        ("Residence permit", "residence permit"),
        ("residence_permit", "residence permit"),
        ("FRA permit", "residence permit"),
        ("titre de séjour", "residence permit"),
        ("long-stay visa", "long-stay visa"),
        ("Long stay visa (D)", "long-stay visa"),
        ("D visa", "long-stay visa"),
        ("visa D", "long-stay visa"),
        ("short-stay visa", ""),
        ("visa C", ""),
        ("none", ""),
    ],
)
def test_titles(written: str, title: str) -> None:
    """Permits and long-stay visas stop the count; a short-stay visa does not."""
    assert read_title(written) == title


def test_contradictions_name_both_lines() -> None:
    """Two exits for one entry: the error points at both rows."""
    read = parse_stays("entry,exit\n2026-01-01,2026-01-31\n2026-01-01,2026-02-28\n")
    with pytest.raises(Conflict) as caught:
        count(read, SCHENGEN, date(2026, 3, 1))
    assert caught.value.where == "line 2 and line 3"


def test_the_answer_as_a_mapping() -> None:
    """The keys of the answer, plain where all exits are known."""
    read = parse_stays("entry,exit\n2013-06-28,2013-08-09\n2013-09-19,2014-03-01\n")
    answer = count(read, SCHENGEN, date(2014, 3, 1))
    found = as_mapping(answer, read)
    assert found["used"] == 164
    assert found["left"] == 0
    assert found["last_lawful_day"] == "2013-11-04"
    assert found["overstay_at_control"] == 74
    assert found["days_in_breach"] == 117
    assert [stay["days"] for stay in found["stays"]] == [43, 164]
    assert "min" not in found
    assert "74 days above the limit" in as_words(answer)


def test_the_answer_as_a_range() -> None:
    """Where an exit is missing each figure has a least and a greatest."""
    read = parse_stays("entry,exit\n2026-01-01,\n")
    found = as_mapping(count(read, SCHENGEN, date(2026, 4, 30)), read)
    assert found["used"] == {"min": 1, "max": 120}
    assert found["left"] == {"min": 0, "max": 90}
    assert found["last_lawful_day"] == {"min": "2026-03-31", "max": "2026-07-28"}
    assert found["overstay_at_control"] == {"min": 0, "max": 30}
    assert found["days_in_breach"] == {"min": 0, "max": 30}
    assert found["min"]["used"] == 1
    assert found["max"]["used"] == 120
    assert "1 to 120 days" in as_words(count(read, SCHENGEN, date(2026, 4, 30)))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in a way of its own."""
    with suppress(ComityError):
        parse_stays(text)


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet='0123456789-,"\n permitD', max_size=120))
def test_any_rows_are_read_or_refused(text: str) -> None:
    """Rows that look like stays are read or refused too."""
    with suppress(ComityError):
        count(parse_stays("entry,exit,title\n" + text), SCHENGEN, date(2026, 1, 1))


def test_overlapping_stays_are_noted() -> None:
    """Counted once, and said: a person cannot enter twice without leaving."""
    rows = "entry,exit\n2026-01-01,2026-01-20\n2026-01-10,2026-01-31\n"
    read = parse_stays(rows)
    found = as_mapping(count(read, SCHENGEN, date(2026, 2, 1)), read)
    assert found["used"] == 31
    assert any("overlap" in note for note in found["notes"])
    touching = parse_stays("entry,exit\n2026-01-01,2026-01-10\n2026-01-10,2026-01-31\n")
    notes = as_mapping(count(touching, SCHENGEN, date(2026, 2, 1)), touching)["notes"]
    assert notes == []
