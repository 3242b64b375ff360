"""A decision in words: the sentence, the block, the annex, and the JSON record."""

from __future__ import annotations

import datetime
import json

import pytest

from comity.law.explain import as_record, explain, headline
from law_packs import NOW, ask, project_pack

PACK = project_pack("eu.short-stay")


def test_the_officer_reads_outcome_article_text_facts_and_what_is_overridden() -> None:
    """The block of an officer has everything that the decision rests on."""
    words = explain(ask(PACK, nationality="GEO", document="diplomatic"), "officer")
    assert words.startswith("eu.short-stay: visa on 2026-11-23 = required")
    assert "because Commission implementing act of 6 March 2026" in words
    assert "condition: nationality == GEO and document in official_documents" in words
    assert "facts: nationality=GEO, document=diplomatic" in words
    assert "overrides Reg (EU) 2018/1806 art. 4(1) (would have said: exempt)" in words
    assert "encoded, not reviewed; a person decides" in words


def test_an_unknown_answer_says_what_to_ask_and_what_is_possible() -> None:
    """UNKNOWN is printed with the facts to ask and the outcomes that remain."""
    decision = ask(PACK, nationality="SRB", document="ordinary")
    assert headline(decision) == "UNKNOWN (ask: biometric)"
    assert "could be: exempt, required" in explain(decision)


def test_a_power_is_shown_as_a_power() -> None:
    """A state option is never folded into yes or no, and names whose power it is."""
    words = explain(ask(PACK, nationality="XXB", document="convention-1951", issuer="GBR"))
    assert "= state option" in words
    assert "this is a power, not a rule: decided by each Member State" in words


def test_a_waiver_rests_on_a_finding() -> None:
    """Where an officer may, the open norm that has to be found is named."""
    decision = ask(
        PACK,
        "document_ok",
        expires="2027-02-27",
        leave="2026-11-30",
        issued="2020-01-01",
        emergency="yes",
    )
    words = explain(decision)
    assert "= officer may" in words
    assert "rests on a finding: a justified case of emergency" in words


def test_a_weak_basis_is_named() -> None:
    """An answer that rests on a statement says so."""
    words = explain(ask(project_pack("gh.entry"), nationality="MLI"))
    assert "weak basis: statement" in words


def test_the_traveller_reads_one_plain_answer_with_the_article() -> None:
    """A traveller gets a sentence, the article, and what was taken for granted."""
    words = explain(ask(PACK, nationality="USA", document="ordinary"), "traveller")
    assert words.startswith("You do not need a visa.")
    assert "Why: Reg (EU) 2018/1806 art. 4(1)." in words
    assert "This takes for granted" in words
    assert "Law of 2026-11-23, encoded, not reviewed." in words


def test_the_traveller_is_asked_in_plain_words() -> None:
    """A missing fact becomes a question a person can answer."""
    words = explain(ask(PACK, nationality="SRB", document="ordinary"), "traveller")
    assert "That depends (exempt or required)." in words
    assert "Does the document hold a chip" in words


def test_the_court_reads_hash_engine_facts_presumptions_and_every_rule() -> None:
    """The annex lists each rule considered with the reason why it did or did not apply."""
    decision = ask(PACK, nationality="GEO", document="diplomatic")
    words = explain(decision, "court")
    assert f"sha256:{PACK.hash}" in words
    assert "engine   comity-law" in words
    for rule in decision.view.rules:
        assert f"  {rule.id}: " in words
    assert "visa.annex-I: does not apply (not so: nationality in annex_I)" in words
    assert "visa.annex-II: beaten (by visa.georgia-official)" in words
    assert "visa.vanuatu-2023: 2023-02-04 to 2025-02-02" in words
    assert "permit = none" in words


def test_the_record_has_the_keys_that_programs_rely_on() -> None:
    """outcome, possible, ask, because with rule, cite, text, overrides; JSON all through."""
    record = json.loads(json.dumps(as_record(ask(PACK, nationality="GEO", document="service"))))
    assert record["outcome"] == "required"
    assert record["possible"] == ["required"]
    assert record["ask"] == []
    [reason] = record["because"]
    assert reason["rule"] == "visa.georgia-official"
    assert set(reason["overrides"]) == {"visa.annex-II", "visa.official"}
    assert reason["cite"]
    assert reason["text"]
    assert record["hash"] == PACK.hash
    assert record["status"] == "encoded, not reviewed"


def test_the_court_record_lists_the_rules_considered() -> None:
    """With court, the record names every rule in force and those that are not."""
    decision = ask(PACK, nationality="GEO", document="service")
    record = as_record(decision, court=True)
    assert [row["rule"] for row in record["considered"]] == [r.id for r in decision.view.rules]
    assert {"visa.vanuatu-2022", "visa.vanuatu-2023"} <= {
        row["rule"] for row in record["not_in_force"]
    }


def test_an_assumption_says_what_would_be_otherwise() -> None:
    """Each presumption that matters is listed with the outcomes without it."""
    record = as_record(ask(PACK, nationality="IND", document="ordinary"))
    permits = [row for row in record["assumed"] if row["fact"] == "permit"]
    assert permits[0]["otherwise"] == ["exempt", "required"]
    assert permits[0]["cite"]


def test_a_date_the_pack_does_not_speak_of_says_so() -> None:
    """Outside its own period the pack says that it is silent, and why."""
    decision = ask(PACK, on=datetime.date(2005, 1, 1), nationality="USA")
    assert "the pack speaks from 2009-12-19" in explain(decision)


def test_an_accepted_gap_explains_itself() -> None:
    """A gap that a person has accepted is explained where it is met."""
    words = explain(ask(PACK, nationality="XXX", document="alien", issuer="FRA"))
    assert "= GAP" in words
    assert "the status has to be established first" in words


@pytest.mark.parametrize("audience", ["traveller", "officer", "court"])
def test_every_answer_prints_that_nobody_has_reviewed_the_law(audience: str) -> None:
    """The status stands on every answer, for every audience."""
    for facts in ({"nationality": "USA", "document": "ordinary"}, {}, {"nationality": "XXX"}):
        decision = ask(PACK, "visa", NOW, **facts)
        assert "encoded, not reviewed" in explain(decision, audience)  # type: ignore[arg-type]
