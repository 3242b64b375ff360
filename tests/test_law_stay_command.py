"""``comity law stay``: from a file to the figures, under the packs that ship."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from comity.cli.law_stay import stay
from comity.errors import ComityError


def run(tmp_path: Path, table: str, *words: str, pack: str = "eu.short-stay") -> dict[str, Any]:
    """Run the command on a table and give its JSON."""
    file = tmp_path / "stays.csv"
    file.write_text(table, "utf-8")
    arguments = ["--pack", pack, "--json", *words[:2], str(file), *words[2:]]
    result = CliRunner().invoke(stay, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_swiss_example_6_from_a_file(tmp_path: Path) -> None:
    """The keys a reader of the command relies on, with both overstay readings."""
    table = "entry,exit,title\n2013-06-28,2013-08-09,\n2013-09-19,2014-03-01,\n"
    found = run(tmp_path, table, "--on", "2014-03-01")
    assert found["used"] == 164
    assert found["left"] == 0
    assert found["last_lawful_day"] == "2013-11-04"
    assert found["overstay_at_control"] == 74
    assert found["days_in_breach"] == 117
    assert found["pack"]["status"] == "encoded, not reviewed"


def test_a_missing_exit_is_a_range(tmp_path: Path) -> None:
    """Each figure has min and max."""
    found = run(tmp_path, "entry,exit\n2026-01-01,\n", "--on", "2026-01-10")
    assert found["used"] == {"min": 1, "max": 10}
    assert found["left"] == {"min": 80, "max": 89}


def test_permits_are_not_counted(tmp_path: Path) -> None:
    """A title takes its days out of the count."""
    table = "entry,exit,title\n2026-01-01,2026-04-30,\n2026-01-01,2026-03-31,residence permit\n"
    assert run(tmp_path, table, "--on", "2026-04-30")["used"] == 30


@pytest.mark.parametrize(
    ("state", "used"), [("HRV", 10), ("BGR", 0), ("IRL", 0), ("FRA", 22), ("DEU", 22)]
)
def test_days_count_where_and_since_the_article_applied(
    tmp_path: Path, state: str, used: int
) -> None:
    """Croatia from 2023-01-01, Bulgaria from 2024-03-31, Ireland never, France always."""
    table = f"entry,exit,state\n2022-12-20,2023-01-10,{state}\n"
    found = run(tmp_path, table, "--on", "2023-01-10")
    assert found["used"] == used


@pytest.mark.parametrize(
    ("on", "record", "used"),
    [
        ("2025-12-31", "record with biometrics", 10),
        ("2025-12-31", "record without biometrics", {"min": 10, "max": 20}),
        ("2025-12-31", "record", {"min": 10, "max": 20}),
        ("2026-04-10", "record with biometrics", 20),
    ],
)
def test_stamps_against_records(tmp_path: Path, on: str, record: str, used: object) -> None:
    """While the system starts a biometric file prevails, then the stamp of whoever came before."""
    table = f"entry,exit,evidence\n2025-11-01,2025-11-20,stamp\n2025-11-01,2025-11-10,{record}\n"
    found = run(tmp_path, table, "--on", on)
    assert found["used"] == used
    assert len(found["discrepancies"]) == 1


def test_brazil_has_two_limits_and_the_tighter_leads(tmp_path: Path) -> None:
    """90 days an entry and 180 a year: after 171 days nine are left."""
    table = "entry,exit\n2026-01-01,2026-03-31\n2026-05-01,2026-07-20\n"
    found = run(tmp_path, table, "--on", "2026-08-01", pack="br.entry")
    assert found["limit"]["id"] == "stay.migratory-year"
    assert found["left"] == 9
    assert [other["limit"]["id"] for other in found["others"]] == ["stay.visit"]


def test_a_limit_for_some_persons_says_for_whom(tmp_path: Path) -> None:
    """Ghana's 90 days are for Community citizens: said where the nationality is not given."""
    table = "entry,exit\n2026-01-01,2026-01-10\n"
    found = run(tmp_path, table, "--on", "2026-01-10", pack="gh.entry")
    assert any("applies only if" in note for note in found["notes"])
    told = run(tmp_path, table, "--on", "2026-01-10", "nationality=NGA", pack="gh.entry")
    assert not any("applies only if" in note for note in told["notes"])


def test_six_months_in_the_united_kingdom(tmp_path: Path) -> None:
    """Six months end on the day of the same number."""
    found = run(tmp_path, "entry,exit\n", "--on", "2026-08-31", pack="uk.visit")
    assert found["last_lawful_day"] == "2027-02-28"


def test_the_picture_is_written(tmp_path: Path) -> None:
    """--svg writes a well-formed picture."""
    picture = tmp_path / "window.svg"
    run(tmp_path, "entry,exit\n2026-01-01,2026-01-10\n", "--on", "2026-01-10")
    file = tmp_path / "stays.csv"
    words = ["--pack", "eu.stay", "--on", "2026-01-10", "--svg", str(picture), str(file)]
    result = CliRunner().invoke(stay, words, catch_exceptions=False)
    assert "used                 10 days" in result.output
    assert ET.fromstring(picture.read_text("utf-8")).tag.endswith("svg")  # noqa: S314


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("entry,exit\n2026-02-01,2026-01-31\n", "stay-exit-before-entry"),
        ("entry,exit\n2025-02-29,\n", "day-unknown"),
        ("entry,exit,state\n2026-01-01,2026-01-02,QQQ\n", "country-unknown"),
        ("entry,exit\n2026-01-01,2026-01-09\n2026-01-01,2026-01-05\n", "stay-contradiction"),
    ],
)
def test_bad_tables_are_one_clear_error(tmp_path: Path, table: str, code: str) -> None:
    """Contradictions, impossible dates and unknown codes are refused, never counted."""
    with pytest.raises(ComityError) as caught:
        run(tmp_path, table, "--on", "2026-04-30")
    assert caught.value.code == code


def test_a_bilateral_extension_is_named_and_never_counted(tmp_path: Path) -> None:
    """The state may extend: a note with its basis, the days left stay as the Code has them."""
    table = "entry,exit\n2026-01-01,2026-03-31\n"
    facts = ("--on", "2026-03-31", "nationality=USA", "destination=POL")
    found = run(tmp_path, table, *facts, pack="eu.stay")
    assert found["left"] == 0
    assert any("art. 20(2)(b)" in note for note in found["notes"])
    facts = ("--on", "2026-03-31", "nationality=IND", "destination=POL")
    assert run(tmp_path, table, *facts, pack="eu.stay")["notes"] == []


@pytest.mark.parametrize("pack", ["eu.short-stay", "br.entry", "uk.visit"])
def test_a_day_at_the_end_of_the_calendar_is_refused(tmp_path: Path, pack: str) -> None:
    """Days that nobody can stay through are an error with a place, no fault of the program."""
    with pytest.raises(ComityError) as raised:
        run(tmp_path, "entry,exit\n2026-01-01,2026-01-10\n", "--on", "9999-12-31", pack=pack)
    assert (raised.value.code, raised.value.where) == ("day-out-of-range", "day asked")


def test_a_picture_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """The path is named."""
    place = str(tmp_path / "none" / "window.svg")
    file = tmp_path / "stays.csv"
    file.write_text("entry,exit\n2026-01-01,2026-01-10\n", "utf-8")
    words = ["--pack", "eu.short-stay", "--on", "2026-02-01", "--svg", place, str(file)]
    with pytest.raises(ComityError) as raised:
        CliRunner().invoke(stay, words, catch_exceptions=False, standalone_mode=False)
    assert (raised.value.code, raised.value.where) == ("file-unwritable", place)
