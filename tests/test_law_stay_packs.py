"""The packs of Ghana, Brazil, the United Kingdom, and the Union's stay and data packs."""

from __future__ import annotations

import datetime

import pytest

from comity.law.clause import Party
from comity.law.decide import decide
from comity.law.facts import parse_facts
from comity.law.gate import compare_clauses
from comity.law.pack import parse_pack, sets_on
from comity.terms.country import COUNTRIES
from law_packs import project_pack

DATA = ("eu.ees-data", "eu.sis-data")
pack = project_pack


def ask(name: str, on: str, question: str = "", **facts: str) -> str:
    """One outcome."""
    law = pack(name)
    return decide(
        law, parse_facts(facts, law.facts), datetime.date.fromisoformat(on), question
    ).outcome


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
