"""A refusal case from its text: the order of the law, the suggestions, the printed form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bureau.refusal import read_case
from comity.cli.law_refusal import refusal
from comity.errors import ComityError

LAW = """
[law]
pack = "eu.stay"
on = 2026-11-23
stays = "entry,exit\\n2026-08-01,2026-11-23\\n"
"""
KNOWN = """
[person]
surname = "SPECIMEN"
given_names = "ANNA MARIA"
birth_date = 1974-08-12
birth_place = "Zenith"
sex = "F"
nationality = "UTO"
residence = "UTO"
[document]
kind = "ordinary"
number = "L898902C3"
issued_in = "UTO"
issued_on = 2020-04-16
[crossing]
place = "Port Utopia"
day = 2026-11-23
time = 14:35:00
coming_from = "Dalmara"
means = "flight QX 123"
"""
ASKED = """
[protection]
answer = "{answer}"
asked_by = {{ name = "Ada Example", number = "BG-0042", authority = "Border Guard of Utopia" }}
day = 2026-11-23
time = 14:20:00
language = "pt"
"""
FILLED = """
[visa]
number = "-"
kind = "-"
issued_by = "-"
valid_from = "-"
valid_until = "-"
days = "-"
purpose = "-"
[form]
national_law = "Aliens Act s. 5"
language = "pt"
understood = "pt"
title_held = "no"
ees_recorded = "yes"
signature = "signed"
[remedy]
law = "Aliens Act s. 12"
authority = "Court of Utopia"
deadline = "15 days"
how = "in writing"
contact_point = "legal aid desk"
[[ground]]
letter = "F"
days_used = 115
"""
DECIDED = """
[decision]
officer = { name = "Ada Example", number = "BG-0042", authority = "Border Guard of Utopia" }
reasons = "The stamps show 115 days in one stay since the first of August; no permit was shown."
on = 2026-11-23
"""
NO = ASKED.format(answer="no")


def run(tmp_path: Path, text: str, *words: str) -> tuple[int, str]:
    """Run the command on a case."""
    file = tmp_path / "case.toml"
    file.write_text(text, "utf-8")
    result = CliRunner().invoke(refusal, [*words, str(file)])
    return result.exit_code, result.output


def test_a_case_goes_as_far_as_its_text() -> None:
    """Opened, asked, filled, issued: each part of the text is one step."""
    assert read_case(LAW + KNOWN).stage == "protection"
    assert read_case(LAW + KNOWN + NO).stage == "grounds"
    assert read_case(LAW + KNOWN + NO + FILLED).stage == "grounds"
    assert read_case(LAW + KNOWN + NO + FILLED + DECIDED).stage == "issued"


def test_r28_yes_ends_the_case_whatever_else_the_text_says() -> None:
    """A decision in the text changes nothing once the person seeks protection."""
    case = read_case(LAW + KNOWN + ASKED.format(answer="yes") + FILLED + DECIDED)
    assert case.stage == "asylum"
    assert case.grounds == ()


def test_r28_nothing_is_issued_without_the_question() -> None:
    """Grounds and a decision without the question leave the case at its first step."""
    assert read_case(LAW + KNOWN + FILLED + DECIDED).stage == "protection"


def test_r34_an_incomplete_case_is_not_issued() -> None:
    """The empty fields are named."""
    with pytest.raises(ComityError) as caught:
        read_case(KNOWN + NO + FILLED.replace('deadline = "15 days"\n', "") + DECIDED)
    assert caught.value.code == "refusal-incomplete"
    assert caught.value.where == "remedy.deadline"


def test_the_trace_suggests_and_ticks_nothing() -> None:
    """The count of days suggests F; the officer has relied on nothing yet."""
    case = read_case(LAW + KNOWN + NO)
    assert [each.letter for each in case.suggestions] == ["F"]
    assert case.grounds == ()


ENTRY = """
[law]
pack = "eu.short-stay"
on = 2026-11-23
[law.facts]
nationality = "IND"
purpose_justified = {purpose}
sufficient_means = {means}
refusal_alert = {alert}
threat = {threat}
biometric_data_refused = {biometrics}
seeks_protection = {protection}
"""
MET = {
    "purpose": "true",
    "means": "true",
    "alert": "false",
    "threat": "false",
    "biometrics": "false",
    "protection": "false",
}


@pytest.mark.parametrize(
    ("name", "found", "letter"),
    [
        ("purpose", "false", "E"),
        ("means", "false", "G"),
        ("alert", "true", "H"),
        ("threat", "true", "I"),
        ("biometrics", "true", "J"),
    ],
)
def test_each_finding_of_the_officer_suggests_its_ground(
    name: str, found: str, letter: str
) -> None:
    """Art. 6(1)(c) to (f): one condition that fails, one letter, the article beside it."""
    case = read_case(ENTRY.format(**{**MET, name: found}) + KNOWN + NO)
    assert [each.letter for each in case.suggestions] == [letter]
    assert "2016/399 art. 6(1)" in case.suggestions[0].cite
    asks = read_case(ENTRY.format(**{**MET, name: found, "protection": "true"}) + KNOWN + NO)
    assert asks.suggestions == ()


def test_conditions_that_are_met_suggest_nothing() -> None:
    """No letter where nothing fails."""
    assert read_case(ENTRY.format(**MET) + KNOWN + NO).suggestions == ()


def test_the_command_says_what_is_empty_and_prints(tmp_path: Path) -> None:
    """JSON without personal data; PDF once issued; a draft only when asked for."""
    status, output = run(tmp_path, KNOWN + NO, "--json")
    assert status == 0
    assert "remedy.deadline" in json.loads(output)["missing"]
    assert "SPECIMEN" not in output
    pdf = tmp_path / "form.pdf"
    status, _ = run(tmp_path, KNOWN + NO + FILLED, "--pdf", str(pdf))
    assert status != 0
    assert not pdf.exists()
    status, output = run(tmp_path, LAW + KNOWN + NO + FILLED, "--pdf", str(pdf), "--draft")
    assert status == 0
    assert "suggested   F" in output
    status, output = run(tmp_path, KNOWN + NO + FILLED + DECIDED, "--pdf", str(pdf))
    assert status == 0
    assert "issued" in output
    assert pdf.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text",
    [
        "[person",
        "[traveller]\n",
        "[person]\nname = 1\n",
        "[person]\nsurname = []\n",
        "person = 1\n",
        "ground = 1\n" + NO,
        "[protection]\nanswer = true\n",
        '[law]\npack = "eu.stay"\n',
        '[form]\nstage = "issued"\n' + NO,
        "x" * 100_001,
    ],
)
def test_a_text_that_is_no_case_is_refused(text: str) -> None:
    """One error that names the part."""
    with pytest.raises(ComityError) as caught:
        read_case(text)
    assert caught.value.code == "refusal-case"
    assert caught.value.where


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_a_case_or_an_error(text: str) -> None:
    """No text makes the reader fail in a way of its own."""
    for written in (text, KNOWN + NO + text):
        try:
            stage = read_case(written).stage
        except ComityError:
            continue
        assert stage in {"protection", "grounds"}
