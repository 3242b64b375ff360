"""The table article, sentence, test: whole, and true of the packs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.law.decide import Decision, decide
from comity.law.facts import parse_facts
from law_packs import names, project_pack

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reference" / "law-sentences.md").read_text("utf-8")
TESTS = "\n".join(
    path.read_text("utf-8") for path in sorted((ROOT / "tests").glob("test_law_*.py"))
)


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence of a provision and what holds it."""

    pack: str
    provision: str
    words: str
    held_by: str


def rows() -> list[Row]:
    """Read the tables of the page, one for each pack."""
    found = []
    for section in PAGE.split("\n## ")[1:]:
        pack, _, body = section.partition("\n")
        for line in body.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if len(cells) == 3 and cells[0] != "provision" and line.startswith("| "):
                found.append(Row(pack, *(cell.strip("| ") for cell in cells)))
    return found


ROWS = rows()
CASES = [
    pytest.param(row, id=f"{row.pack}: {row.provision}: {row.words[:40]}")
    for row in ROWS
    if not row.held_by.startswith(("—", "`"))
]


def answers(row: Row) -> list[Decision]:
    """Decide every question of the worked case that a row names."""
    pack = project_pack(row.pack)
    name = row.held_by.removeprefix("not: ")
    (case,) = [case for case in pack.cases if case.name == name]
    facts = parse_facts(case.facts, pack.facts)
    return [decide(pack, facts, case.on, question) for question in case.expect]


def quoted(row: Row, text: str) -> bool:
    """Say whether a text holds the words of a row, parts left out aside."""
    parts = [part.strip() for part in re.split(r"…|\.\.\.", row.words)]
    return all(part in text for part in parts if part)


@pytest.mark.parametrize("row", CASES)
def test_the_case_decides_by_a_rule_that_quotes_the_sentence(row: Row) -> None:
    """The case named beside a sentence is decided by it; one marked `not` is decided without it."""
    deciding = [
        rule
        for decision in answers(row)
        for rule in decision.deciding
        if decision.view.pack.rule(rule.id).cite == row.provision
    ]
    by_it = any(quoted(row, rule.text) for rule in deciding)
    assert by_it is not row.held_by.startswith("not: ")


@pytest.mark.parametrize("name", [name for name in names() if project_pack(name).cases])
def test_no_rule_is_missing_from_the_table(name: str) -> None:
    """Every rule decides some case that the table names for its provision."""
    held = {
        rule.id
        for row in ROWS
        if row.pack == name and not row.held_by.startswith(("—", "`", "not: "))
        for decision in answers(row)
        for rule in decision.deciding
        if project_pack(name).rule(rule.id).cite == row.provision and quoted(row, rule.text)
    }
    assert held == {rule.id for rule in project_pack(name).rules}


def test_every_test_that_the_table_names_is_there() -> None:
    """A sentence held by a test names one that exists."""
    named = {row.held_by.strip("`") for row in ROWS if row.held_by.startswith("`")}
    assert named
    assert [name for name in sorted(named) if f"def {name}(" not in TESTS] == []


def test_every_sentence_is_held_or_the_reason_is_given() -> None:
    """No cell is empty; a dash is followed by why."""
    assert len(ROWS) > 100
    for row in ROWS:
        assert all((row.provision, row.words, row.held_by)), row
        assert not row.held_by.startswith("—") or len(row.held_by) > 10, row
