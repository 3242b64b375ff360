"""The packs of Ghana, Brazil, the United Kingdom, and the Union's stay and data packs."""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from comity.law.clause import Party
from comity.law.decide import decide
from comity.law.facts import parse_facts
from comity.law.gate import compare_clauses
from comity.law.pack import Pack, parse_pack, sets_on
from comity.law.priority import close_despite
from comity.law.rule import Case
from comity.terms.country import COUNTRIES

LAW = Path(__file__).parent.parent / "law"
DECIDING = ("br.entry", "eu.stay", "gh.entry", "uk.visit")
DATA = ("eu.ees-data", "eu.sis-data")


@cache
def files(name: str) -> dict[str, str]:
    """The texts of one pack."""
    return {path.name: path.read_text("utf-8") for path in sorted((LAW / name).glob("*.toml"))}


@cache
def pack(name: str) -> Pack:
    """One pack, parsed."""
    return parse_pack(files(name))


def ask(name: str, on: str, question: str = "", **facts: str) -> str:
    """One outcome."""
    law = pack(name)
    return decide(
        law, parse_facts(facts, law.facts), datetime.date.fromisoformat(on), question
    ).outcome


def failures(law: Pack, cases: tuple[Case, ...]) -> list[str]:
    """The names of the cases that ``law`` answers differently, or by another rule."""
    wrong = []
    for case in cases:
        facts = parse_facts(case.facts, law.facts)
        for question, expected in case.expect.items():
            found = decide(law, facts, case.on, question)
            by = [rule.id for rule in found.deciding]
            first = question == next(iter(case.expect))
            if found.outcome != expected or (case.because and first and case.because not in by):
                wrong.append(f"{case.name}: {question} = {found.outcome} by {by}")
    return wrong


@pytest.mark.parametrize("name", DECIDING)
def test_every_case_of_the_pack_is_answered_as_written(name: str) -> None:
    """Each worked case that stands beside the rules holds, by the rule it names."""
    assert pack(name).cases
    assert failures(pack(name), pack(name).cases) == []


RULES = [(name, rule.id) for name in DECIDING for rule in pack(name).rules]


@pytest.mark.parametrize(("name", "dropped"), RULES)
def test_drop_any_rule_and_a_case_fails(name: str, dropped: str) -> None:
    """No rule is without a case that would miss it."""
    rules = tuple(
        replace(rule, despite=tuple(other for other in rule.despite if other != dropped))
        for rule in pack(name).rules
        if rule.id != dropped
    )
    mutant = replace(pack(name), rules=rules, beats=close_despite(rules))
    assert len(mutant.rules) == len(pack(name).rules) - 1
    assert failures(mutant, pack(name).cases)


@pytest.mark.parametrize("name", [*DECIDING, *DATA])
def test_each_pack_says_that_no_lawyer_has_reviewed_it(name: str) -> None:
    """The status stands on every answer until a named person has reviewed the pack."""
    assert pack(name).status == "encoded, not reviewed"


# Ghana


def test_mali_before_and_after_it_left() -> None:
    """By treaty until 2025-01-28, by a statement from 2025-01-29: never a silent visa duty."""
    law = pack("gh.entry")
    facts = parse_facts({"nationality": "MLI"}, law.facts)
    before = decide(law, facts, datetime.date(2024, 12, 1))
    after = decide(law, facts, datetime.date(2025, 1, 29))
    assert before.outcome == after.outcome == "exempt"
    assert before.deciding[0].strength == "treaty"
    assert after.deciding[0].strength == "statement"
    assert [rule.id for rule in after.overridden_by(after.deciding[0])] == ["visa.general"]


def test_ghana_exempts_fifteen_states() -> None:
    """Twelve members, Ghana among them, and the three that left."""
    on = "2026-11-23"
    states = [c for c, row in COUNTRIES.items() if row.kind == "state"]
    exempt = [code for code in states if ask("gh.entry", on, nationality=code) == "exempt"]
    assert len(exempt) == 15


# United Kingdom

CHANGES = [
    ("2022-05-11", "SLV", "exempt", "required"),
    ("2022-11-03", "COL", "required", "exempt"),
    ("2022-11-03", "GUY", "required", "exempt"),
    ("2022-11-03", "PER", "required", "exempt"),
    ("2023-07-14", "DMA", "exempt", "required"),
    ("2023-07-14", "HND", "exempt", "required"),
    ("2023-07-14", "NAM", "exempt", "required"),
    ("2023-07-14", "TLS", "exempt", "required"),
    ("2023-07-14", "VUT", "exempt", "required"),
    ("2024-01-05", "QAT", "required", "exempt"),
    ("2024-02-06", "BHR", "required", "exempt"),
    ("2024-02-06", "JOR", "required", "exempt"),
    ("2024-02-06", "KWT", "required", "exempt"),
    ("2024-02-06", "OMN", "required", "exempt"),
    ("2024-02-06", "SAU", "required", "exempt"),
    ("2024-02-06", "ARE", "required", "exempt"),
    ("2024-08-29", "JOR", "exempt", "required"),
    ("2024-11-26", "COL", "exempt", "required"),
    ("2025-03-10", "TTO", "exempt", "required"),
    ("2025-10-07", "BWA", "exempt", "required"),
    ("2025-12-01", "NRU", "exempt", "required"),
    ("2026-02-20", "NIC", "exempt", "required"),
    ("2026-02-20", "LCA", "exempt", "required"),
]


@pytest.mark.parametrize(("day", "code", "before", "after"), CHANGES)
def test_the_british_list_changes_on_its_days(day: str, code: str, before: str, after: str) -> None:
    """Each change of the published list: the day before and the day itself."""
    eve = datetime.date.fromisoformat(day) - datetime.timedelta(1)
    facts = {"nationality": code, "document": "ordinary"}
    assert ask("uk.visit", eve.isoformat(), **facts) == before
    assert ask("uk.visit", day, **facts) == after


@pytest.mark.parametrize("code", ["SWZ", "GMB", "MKD", "MMR", "COD", "PSE"])
def test_new_names_change_nothing(code: str) -> None:
    """States renamed on the list were listed before and after."""
    for day in ("2016-01-01", "2020-01-01", "2026-01-01"):
        assert ask("uk.visit", day, nationality=code) == "required"


def test_nobody_needs_both_a_visa_and_an_authorisation() -> None:
    """Visa nationals need no authorisation, on any day, Taiwan by its own rule."""
    law = pack("uk.visit")
    for day in ("2023-12-01", "2024-09-01", "2025-04-02", "2026-11-23"):
        held = sets_on(law, datetime.date.fromisoformat(day))
        assert held["visa_nationals"] & held["eta_nationals"] <= {"TWN"}


# The Union's data

PARTNER = parse_pack(
    {
        "pack.toml": """
law = "utopia.data"
title = "Border data act of Utopia"
status = "training"
[party]
kind = "third-country"
[[clause]]
id = "keep"
kind = "keep"
cite = "Border Data Act s. 12"
text = "Records are kept for at least ten years."
min = "10 years"
from = "entry"
[[clause]]
id = "onward"
kind = "onward"
cite = "Border Data Act s. 14"
text = "Any public body may use the records."
allowed = "any"
"""
    }
)
ON = datetime.date(2026, 11, 23)


def findings(name: str) -> dict[str, list[str]]:
    """Finding states and sentences of a Union system against the training partner."""
    found: dict[str, list[str]] = {}
    for finding in compare_clauses(pack(name).as_party(ON), PARTNER.as_party(ON)):
        found.setdefault(finding.state, []).append(finding.kind)
    return found


@pytest.mark.parametrize("name", DATA)
def test_nothing_leaves_a_union_system_for_a_third_country(name: str) -> None:
    """BLOCKED by the rule on transfers, and two conflicts that stand even if a way out is taken."""
    found = findings(name)
    assert found["BLOCKED"] == ["transfer"]
    assert {"keep", "onward"} <= set(found["CONFLICT"])


@pytest.mark.parametrize("name", DATA)
def test_the_way_out_is_return_of_one_person(name: str) -> None:
    """The way out is printed with its article and its conditions."""
    blocked = [
        finding
        for finding in compare_clauses(pack(name).as_party(ON), PARTNER.as_party(ON))
        if finding.state == "BLOCKED"
    ]
    (out, *_) = blocked[0].ways_out
    assert out.purposes == ("return",)
    assert "art. 15" in out.cite or "art. 41(2)-(3)" in out.cite
    assert out.any_of
    assert out.all_of


def test_between_states_of_the_system_nothing_is_blocked() -> None:
    """The ban on transfers is one towards third countries."""
    inside = Party("member", "member-state-system", "EES", ())
    states = {
        finding.state for finding in compare_clauses(pack("eu.ees-data").as_party(ON), inside)
    }
    assert "BLOCKED" not in states


def test_no_adverse_decision_on_a_missing_record_alone() -> None:
    """Reg (EU) 2025/1534 art. 5(3) held while the system started, and ended with that."""
    during = pack("eu.ees-data").as_party(datetime.date(2026, 4, 9))
    after = pack("eu.ees-data").as_party(datetime.date(2026, 4, 10))
    name = "ees.automated.progressive-start"
    assert name in {clause.id for clause in during.clauses}
    assert name not in {clause.id for clause in after.clauses}
