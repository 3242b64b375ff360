"""The report says what the matcher is worth; no group of names is worse off than others."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from comity.cli import match_lists, match_report
from comity.match import fairness, report
from comity.match.candidate import Bands
from comity.match.noise import CLASSES
from comity.match.synthetic import CULTURES
from comity.match.trial import Scale, by_year, trial

BASELINE = Path(__file__).parent / "fixtures" / "match-fairness.json"
LISTED = {"id": "a1", "names": ["Anna Maria Eriksson"], "birth_date": "1974-08-12",
          "nationality": ["UTO"], "documents": []}  # fmt: skip


@pytest.fixture(scope="module")
def measured() -> fairness.Figures:
    """The figures of every group, for the version at hand."""
    return fairness.measure()


def test_r23_no_group_is_shown_twice_as_often_as_the_median(measured: fairness.Figures) -> None:
    """At one threshold all groups are found alike, and no group's strangers are shown 2 x more."""
    assert fairness.unfair(measured) == []


def test_r23_no_change_worsens_a_group_by_more_than_a_tenth(measured: fairness.Figures) -> None:
    """Compared with the figures kept; `make match-report` renews them, for reviewers to see."""
    before = json.loads(BASELINE.read_text("utf-8"))["groups"]
    assert fairness.worsened(before, measured) == []


def test_r23_the_gate_closes(measured: fairness.Figures) -> None:
    """A group shown far more often than the median, or missed, or worse than before is named."""
    worse = copy.deepcopy(measured)
    one = worse["full"]["Balkan"]
    one.update(shown=one["shown"] * 6, low=one["low"] * 6, ratio=one["ratio"] * 6, recall=0.9)
    assert len(fairness.unfair(worse)) == 2
    assert len(fairness.worsened(measured, worse)) == 2
    assert fairness.worsened(worse, measured) == []


def test_report_has_every_class_culture_and_script_and_is_the_same_again() -> None:
    """The same seed gives the same report, with every class of noise and every group in it."""

    def made() -> dict[str, object]:
        index, asked = trial(Scale(people=600, asked=2, strangers=8), lambda _people: None)
        ranking = index.rank([one.query.identity for one in asked])
        return report.report(report.judge(index, asked, ranking, Bands()))

    first = made()
    assert first == made()
    text = json.dumps(first)
    for name in (*CLASSES, *(c.name for c in CULTURES), "Cyrillic", "Arabic"):
        assert f'"{name}"' in text


def test_asking_by_year_keeps_the_name_alone() -> None:
    """By the year of birth only: no day, no document, the same names and expectations."""
    _, asked = trial(Scale(people=300, asked=1, strangers=2), lambda _people: None)
    for one, bare in zip(asked, by_year(asked), strict=True):
        assert bare.query.identity.names == one.query.identity.names
        assert bare.query.expect == one.query.expect
        assert all(date.month is None for date in bare.query.identity.birth_dates)
        assert bare.query.identity.documents == ()


def test_a_rate_of_few_people_leaves_much_open() -> None:
    """The interval of a share holds it, narrows with the count, and is open where none counted."""
    assert report.interval(0.0, 0) == (0.0, 1.0)
    low, high = report.interval(0.02, 100)
    closer = report.interval(0.02, 10_000)
    assert low < closer[0] < 0.02 < closer[1] < high


def test_command_needs_neither_node_nor_lists(tmp_path: Path) -> None:
    """`comity match report` runs in an empty folder, and writes its page without a date."""
    (tmp_path / "own.alerts.jsonl").write_text(json.dumps(LISTED))
    asked = {**LISTED, "id": "q1", "names": ["Anna Eriksonn"], "expect": "a1"}
    (tmp_path / "own.queries.jsonl").write_text(json.dumps(asked))
    (tmp_path / "translit_russian.tsv").write_text("anna\tа н н а\t2\npetrova\tп е т р о в а\t1\n")
    page = tmp_path / "page.md"
    words = ["match", "report", "--people", "2000", "--lists", str(tmp_path), "--page", str(page)]
    run = subprocess.run(
        [sys.executable, "-m", "comity", *words, "--json"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    made = json.loads(run.stdout)
    own, pairs = made["lists"]
    assert own["with_date"][0]["recall_at_10"] == 1.0
    assert {row["script"] for row in pairs["with_date"]} == {"Cyrillic"}
    assert made["version"] in page.read_text("utf-8")
    assert "## List: own" in page.read_text("utf-8")
    titles = [section[0] for section in match_report.sections(made)]
    assert titles[:3] == ["Overall", "By class of noise", "The curve"]


def test_scripts_of_questions_are_told_apart() -> None:
    """The script is that of the first letter that is not Latin."""
    told = {
        "Eriksson": "Latin",
        "Éva 1": "Latin",
        "анна": "Cyrillic",
        "محمد": "Arabic",
        "王": "Cjk",
    }
    assert {text: match_lists.script_of(text) for text in told} == told
