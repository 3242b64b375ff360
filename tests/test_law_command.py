"""``comity law``: the commands as people and programs use them, without any node."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from comity.cli.law import command
from comity.errors import ComityError, Malformed, NotFound
from law_packs import FOLDER


def run(*words: str) -> Result:
    """Run one command; its own errors are raised as they are."""
    result = CliRunner().invoke(command, list(words), standalone_mode=False)
    if isinstance(result.exception, ComityError):
        raise result.exception
    assert result.exception is None, result.output
    return result


def answer(*facts: str, on: str = "2026-11-23", pack: str = "eu.short-stay") -> dict[str, Any]:
    """Ask with --json."""
    result = run("ask", "--pack", pack, "--on", on, *facts, "--json")
    record = json.loads(result.output)
    assert isinstance(record, dict)
    return record


def test_ask_gives_the_record() -> None:
    """The form of the issue: pack, date, facts, --json."""
    record = answer("nationality=GEO", "document=diplomatic")
    assert record["outcome"] == "required"
    assert record["because"][0]["rule"] == "visa.georgia-official"
    assert record["others"]["airport_transit"]["outcome"] == "exempt"


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (["nationality=USA", "document=ordinary"], "exempt"),
        (["nationality=IND", "document=ordinary"], "required"),
        (["nationality=XXB", "document=convention-1951", "issuer=GBR"], "state_option"),
        (["nationality=SRB", "document=ordinary"], "UNKNOWN"),
        (["nationality=XXX", "document=ordinary"], "GAP"),
        (["expires=2027-02-27", "leave=2026-11-30", "issued=2020-01-01"], "no"),
    ],
)
def test_ask_knows_every_kind_of_outcome(facts: list[str], outcome: str) -> None:
    """Exempt, required, state option, unknown, gap; and the question the facts are about."""
    assert answer(*facts)["outcome"] == outcome


@pytest.mark.parametrize("audience", ["traveller", "officer", "court"])
def test_ask_speaks_to_three_audiences(audience: str) -> None:
    """--for chooses sentence, block or annex."""
    words = run(
        "ask", "--pack", "eu.short-stay", "--on", "2026-11-23", "--for", audience, "nationality=USA"
    ).output
    assert "encoded, not reviewed" in words


def test_ask_takes_a_pack_by_its_folder(tmp_path: Path) -> None:
    """A pack of one's own, or a peer's, is asked by its path."""
    place = tmp_path / "mine"
    shutil.copytree(FOLDER / "gh.entry", place)
    assert answer("nationality=NGA", pack=str(place))["outcome"] == "exempt"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--pack", "eu.short-sta", "--on", "2026-11-23"), "law-pack-missing"),
        (("--pack", "../law/gh.entry/none", "--on", "2026-11-23"), "law-pack-missing"),
        (("--pack", "eu.short-stay", "--on", "2026-02-29"), "law-fact-value"),
        (("--pack", "eu.short-stay", "--on", "today"), "law-fact-value"),
        (("--pack", "eu.short-stay", "--on", "2026-11-23", "nationality=QQQ"), "law-code-unknown"),
        (("--pack", "eu.short-stay", "--on", "2026-11-23", "nationality"), "law-fact-value"),
        (("--pack", "eu.short-stay", "--on", "2026-11-23", "nationality="), "law-fact-value"),
        (("--pack", "eu.short-stay", "--on", "2026-11-23", "nat=USA"), "law-name-unknown"),
        (
            ("--pack", "gh.entry", "--on", "2026-11-23", "nationality=USA", "nationality=GHA"),
            "law-fact-value",
        ),
        (("--pack", "gh.entry", "--on", "2026-11-23", "--question", "tax"), "law-name-unknown"),
    ],
)
def test_ask_refuses_clearly(words: tuple[str, ...], code: str) -> None:
    """A wrong pack, date, code, name or form is one clear error with a hint."""
    with pytest.raises((Malformed, NotFound)) as refused:
        run("ask", *words)
    assert refused.value.code == code


def test_ask_needs_a_date() -> None:
    """There is no hidden clock: without --on the command line is wrong."""
    result = CliRunner().invoke(command, ["ask", "--pack", "gh.entry", "nationality=USA"])
    assert result.exit_code == 2
    assert "--on" in result.output


def test_a_broken_pack_names_file_rule_and_remedy(tmp_path: Path) -> None:
    """A copy of a pack with an undated set is refused by file, set and hint."""
    place = tmp_path / "mine"
    shutil.copytree(FOLDER / "gh.entry", place)
    for file in place.glob("*.toml"):
        text = file.read_text("utf-8")
        file.write_text(text.replace("in_force = [2025-01-29]", "", 1), "utf-8")
    with pytest.raises(Malformed) as refused:
        run("ask", "--pack", str(place), "--on", "2026-11-23", "nationality=NGA")
    assert refused.value.code == "law-set-undated"
    assert "set ecowas_left" in refused.value.where
    assert refused.value.hint


def test_a_pack_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A hostile pack of many megabytes costs nothing."""
    (tmp_path / "pack.toml").write_text("#" * 5_000_000, "utf-8")
    with pytest.raises(Malformed, match="larger than"):
        run("ask", "--pack", str(tmp_path), "--on", "2026-11-23")


def test_a_text_without_an_end_is_refused(tmp_path: Path) -> None:
    """A peer's folder may point to a device: no more is read than a text may hold."""
    place = tmp_path / "endless"
    shutil.copytree(FOLDER / "gh.entry", place)
    (place / "zero.toml").symlink_to("/dev/zero")
    with pytest.raises(Malformed) as caught:
        run("ask", "--pack", str(place), "--on", "2026-11-23", "nationality=NGA")
    assert (caught.value.code, caught.value.where) == ("text-large", "zero.toml")


def test_sweep_lists_findings_and_counts() -> None:
    """The full sweep of the short-stay pack: every profile, nothing unexplained, status 0."""
    result = run("sweep", "eu.short-stay", "--on", "2026-11-23", "--json")
    record = json.loads(result.output)
    assert record["unexplained"] == 0
    assert record["cells"] == sum(record["outcomes"].values())
    assert set(record["axes"]) == {"nationality", "issuer", "document", "permit", "biometric"}
    assert all(finding["why"] for finding in record["findings"])


def test_a_sweep_before_the_pack_begins_says_so() -> None:
    """A date that the pack does not speak of is no gap that somebody has to explain."""
    result = run("sweep", "eu.short-stay", "--on", "2005-01-01")
    assert "accepted: the pack speaks from 2009-12-19, not of this date" in result.output
    assert "0 unexplained" in result.output


def test_sweep_finds_a_missing_article(tmp_path: Path) -> None:
    """Without art. 6(2)(d) refugees with documents of Ireland fall into a gap, and it is said."""
    place = tmp_path / "draft"
    shutil.copytree(FOLDER / "eu.short-stay", place)
    text = (place / "visa.toml").read_text("utf-8")
    blocks = text.split("[[rule]]")
    kept = [b for b in blocks if '"visa.protected.ireland"\n' not in b or "id " not in b]
    kept = [b for b in kept if 'id         = "visa.protected.ireland"' not in b]
    (place / "visa.toml").write_text(
        "[[rule]]".join(kept).replace('"visa.protected.ireland", ', ""), "utf-8"
    )
    head = (place / "pack.toml").read_text("utf-8")
    (place / "pack.toml").write_text(head.split("[[accepted]]")[0], "utf-8")
    (place / "cases.toml").unlink()
    result = CliRunner().invoke(
        command, ["sweep", str(place), "--on", "2026-11-23", "--json"], standalone_mode=False
    )
    record = json.loads(result.output)
    gap = next(row for row in record["findings"] if "XXB" in row["values"]["nationality"])
    assert "IRL" in gap["values"]["issuer"]
    assert record["unexplained"] > 0
    assert result.return_value == 1


def test_sweep_prints_the_matrix_as_csv() -> None:
    """One line a nationality, document and biometric, with outcome, rule and citation."""
    rows = list(csv.DictReader(io.StringIO(run("sweep", "eu.short-stay", "--csv").output)))
    assert len(rows) == 209 * 10 * 2
    [row] = [
        r
        for r in rows
        if (r["nationality"], r["document"], r["biometric"]) == ("SRB", "ordinary", "no")
    ]
    assert (row["outcome"], row["rule"]) == ("required", "visa.biometric")


def test_compare_prints_words_json_and_csv(tmp_path: Path) -> None:
    """Two packs and a proposal, in three forms."""
    draft = tmp_path / "draft.toml"
    draft.write_text(
        'law = "gh.entry"\n[[rule]]\nid = "visa.open"\ndecides = "visa"\ncite = "draft"\n'
        'text = "All are welcome."\nwhen = "always"\nthen = "exempt"\n'
        'despite = ["visa.general"]\n',
        "utf-8",
    )
    words = ("compare", "eu.short-stay", "gh.entry", "--on", "2026-11-23")
    assert "agreement index" in run(*words).output
    record = json.loads(run(*words, "--proposal", str(draft), "--json").output)
    assert len(record["proposal"]["gains"]) > 150
    assert record["proposal"]["loses"] == []
    assert record["to_change"][0]["law"] == "eu.short-stay"
    rows = list(csv.DictReader(io.StringIO(run(*words, "--csv").output)))
    assert {row["differs"] for row in rows} == {"yes", "no"}


def test_compare_takes_dates_and_another_profile() -> None:
    """--over gives the index on dates, --fact another document."""
    record = json.loads(
        run(
            *("compare", "eu.short-stay", "gh.entry", "--on", "2026-11-23", "--json"),
            *("--over", "2022-01-01,2025-01-29", "--fact", "document=diplomatic"),
        ).output
    )
    assert [row["on"] for row in record["agreement_over_time"]] == ["2022-01-01", "2025-01-29"]
    assert record["profile"]["document"] == "diplomatic"


def test_a_proposal_for_a_third_pack_is_refused(tmp_path: Path) -> None:
    """A proposal has to be for one of the two laws compared."""
    draft = tmp_path / "draft.toml"
    draft.write_text('law = "uk.visit"\n', "utf-8")
    with pytest.raises(Malformed, match="neither pack"):
        run("compare", "eu.short-stay", "gh.entry", "--proposal", str(draft))


@pytest.mark.parametrize(
    "facts", [("nationality=GEO,USA",), ("nationality=GEO", "nationality=USA")], ids=str
)
def test_two_nationalities_are_two_questions(facts: tuple[str, ...]) -> None:
    """Who holds two passports is told to ask once for each."""
    with pytest.raises(Malformed, match="ask once for each document"):
        run("ask", "--pack", "eu.short-stay", "--on", "2026-11-23", *facts)


def test_a_sweep_runs_whatever_the_question_reads() -> None:
    """A question without nationality, one of dates alone, one fact held for every profile."""
    evidence = json.loads(
        run("sweep", "eu.stay", "--question", "evidence", "--on", "2026-11-23", "--json").output
    )
    assert evidence["axes"] == {"register": 2, "stamp": 2}
    held = run(
        "sweep",
        "eu.stay",
        "--question",
        "evidence",
        "--on",
        "2026-11-23",
        "--fact",
        "enter=2026-11-01",
        "--json",
    )
    assert json.loads(held.output)["outcomes"] == {"record": 2, "stamp": 1, "officer_may": 1}
    dated = run("sweep", "gh.entry", "--question", "travel_document", "--on", "2026-11-23", "--csv")
    assert dated.output.startswith("nationality,document,biometric,outcome,rule,cite")


def test_diff_prints_what_changed() -> None:
    """Law as of two dates."""
    words = run("diff", "eu.short-stay", "2026-03-05", "2026-03-06")
    assert "began visa.georgia-official" in words.output
    record = json.loads(run("diff", "eu.short-stay", "2023-12-31", "2024-01-01", "--json").output)
    changed = {"annex_I", "annex_II", "biometric_only", "biometric_own"}
    assert {row["set"] for row in record["sets"]} == changed


def test_clauses_prints_the_way_out() -> None:
    """BLOCKED with the way out, by the article."""
    words = run("clauses", "eu.ees-data", "gh.entry", "--on", "2026-11-23").output
    assert words.startswith("eu.ees-data to gh.entry on 2026-11-23\nBLOCKED")
    assert "way out: return" in words
    record = json.loads(run("clauses", "eu.ees-data", "gh.entry", "--json").output)
    assert record["findings"][0]["state"] == "BLOCKED"
    assert record["findings"][0]["giver"]["cite"]


def test_clauses_says_which_day_it_asked_for() -> None:
    """The law of a date: the day is printed, today's too, and a law not yet in force is silent."""
    laws = ("eu.ees-data", "gh.entry")
    then = json.loads(run("clauses", *laws, "--on", "2025-10-12", "--json").output)
    assert then["on"] == "2025-10-12"
    assert (then["giver"]["law"], then["receiver"]["law"]) == laws
    today = datetime.datetime.now().astimezone().date()
    now = json.loads(run("clauses", *laws, "--json").output)
    assert datetime.date.fromisoformat(now["on"]) >= today


def test_packs_lists_status_and_hash() -> None:
    """The library on the command line."""
    shelves = json.loads(run("packs", "--json").output)
    assert {"eu.short-stay", "gh.entry"} <= {shelf["law"] for shelf in shelves}
    assert all(shelf["status"] == "encoded, not reviewed" for shelf in shelves)
    assert all(len(shelf["hash"]) == 64 for shelf in shelves)


def test_diff_says_that_nobody_has_reviewed_it() -> None:
    """The status of the pack stands under the changes and in the JSON."""
    words = ("diff", "eu.short-stay", "2026-03-05", "2026-03-06")
    assert "eu.short-stay: encoded, not reviewed" in run(*words).output
    assert json.loads(run(*words, "--json").output)["status"] == "encoded, not reviewed"


def test_compare_refuses_a_nationality_in_the_profile() -> None:
    """Each nationality is compared: one that is given is never passed over in silence."""
    with pytest.raises(Malformed) as raised:
        run("compare", "eu.short-stay", "uk.visit", "--fact", "nationality=GEO")
    assert (raised.value.code, raised.value.where) == ("law-fact-value", "fact nationality")


def test_a_pack_of_clauses_is_not_empty() -> None:
    """The list counts the clauses on data; asked a question, the pack points to them."""
    shelves = {one["law"]: one for one in json.loads(run("packs", "--json").output)}
    assert shelves["eu.sis-data"]["rules"] == 0
    assert shelves["eu.sis-data"]["clauses"] > 0
    with pytest.raises(Malformed, match="comity law clauses"):
        answer("nationality=GEO", pack="eu.sis-data")


def test_the_proposal_of_the_documentation_is_one(tmp_path: Path) -> None:
    """The example in docs/reference/law.md is read as it stands, and says who gains and loses."""
    page = (FOLDER.parent / "docs" / "reference" / "law.md").read_text("utf-8")
    draft = tmp_path / "draft.toml"
    draft.write_text(page.partition("```toml\n")[2].partition("```")[0], "utf-8")
    said = run(
        "compare", "eu.short-stay", "gh.entry", "--on", "2026-11-23", "--proposal", str(draft)
    ).output
    assert "proposal: 1 gain: BRA" in said
    assert "proposal: 3 lose: BFA MLI NER" in said
