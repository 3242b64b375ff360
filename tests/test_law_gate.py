"""Clauses on data: what blocks an exchange, what clashes, what is silent, and the way out."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from comity.bureau.law import clauses
from comity.errors import Malformed
from comity.law.clause import Party, days_of
from comity.law.gate import compare_clauses, gate
from law_packs import HEAD, NOW, pack_of, project_pack

EES = project_pack("eu.ees-data").as_party(NOW)
PARTNER = """
[party]
kind = "third-country"

[[clause]]
id   = "p.keep"
kind = "keep"
cite = "Partner Act s. 12"
text = "Records are kept for at least ten years."
min  = "10 years"

[[clause]]
id      = "p.onward"
kind    = "onward"
cite    = "Partner Act s. 20"
text    = "Any public body may use the records."
allowed = "any"

[[clause]]
id      = "p.purpose"
kind    = "purpose"
cite    = "Partner Act s. 3"
text    = "Records serve border checks and returns."
allowed = ["border-check", "return"]

[[clause]]
id    = "p.remedy"
kind  = "remedy"
cite  = "Partner Act s. 40"
text  = "The person may see and correct the record and go to court."
gives = ["information", "access", "rectification", "erasure", "complaint", "court"]

[[clause]]
id      = "p.software"
kind    = "automated_decision"
cite    = "Partner Act s. 50"
text    = "No decision is made by software alone."
allowed = false
"""
AGREED = PARTNER.replace('min  = "10 years"', 'max = "1 year"').replace('"any"', '"same-purpose"')

ALLOWING = (
    AGREED
    + """
[[clause]]
id      = "p.transfer"
kind    = "transfer"
cite    = "Partner Act s. 2"
text    = "Records may be given to another country."
to      = ["third-country"]
allowed = true

[[clause]]
id      = "p.categories"
kind    = "categories"
cite    = "Partner Act s. 2(2)"
text    = "Of returns alone."
allowed = ["return"]
"""
)


def partner(body: str = PARTNER) -> Party:
    """Give an invented third country."""
    return pack_of(body, HEAD).as_party(NOW)


def test_ees_data_to_a_third_country_are_blocked_with_the_way_out() -> None:
    """EES art. 41(1) forbids; art. 41(2) is the way out, for the return of one person."""
    first = compare_clauses(EES, partner())[0]
    assert first.state == "BLOCKED"
    assert first.giver
    assert "art. 41(1)" in first.giver.cite
    assert any("return" in way.purposes for way in first.ways_out)


def test_a_duty_to_keep_longer_is_a_conflict_with_the_exceptions_named() -> None:
    """Ten years against three, five where no exit is recorded: both articles are printed."""
    [found] = [f for f in compare_clauses(EES, partner()) if f.kind == "keep"]
    assert found.state == "CONFLICT"
    assert "must keep 10 years" in found.sentence
    assert "allows 3 years" in found.sentence
    assert "5 years if there is no exit record" in found.sentence


def test_freer_onward_use_is_a_conflict() -> None:
    """Any public body against the bound purpose."""
    [found] = [f for f in compare_clauses(EES, partner()) if f.kind == "onward"]
    assert found.state == "CONFLICT"


def test_a_missing_remedy_is_a_conflict() -> None:
    """What the giver requires for the person and the receiver does not give."""
    poorer = PARTNER.replace(', "court"]', "]")
    [found] = [f for f in compare_clauses(EES, partner(poorer)) if f.kind == "remedy"]
    assert found.state == "CONFLICT"
    assert "court" in found.sentence


def test_software_that_decides_is_a_conflict() -> None:
    """A receiver that decides by software alone cannot be given what forbids it."""
    body = PARTNER.replace("allowed = false", "allowed = true")
    [found] = [f for f in compare_clauses(EES, partner(body)) if f.kind == "automated_decision"]
    assert found.state == "CONFLICT"


def test_silence_is_said_to_be_silence() -> None:
    """Where the receiver's law does not speak, the finding is SILENT and not COMPATIBLE."""
    quiet = compare_clauses(EES, partner('[party]\nkind = "third-country"\n'))
    states = {finding.kind: finding.state for finding in quiet}
    assert states["onward"] == "SILENT"
    assert states["keep"] == "SILENT"
    assert "COMPATIBLE" not in states.values()


def test_what_fits_is_compatible() -> None:
    """Shorter keeping, the same purposes, all remedies: only the transfer itself is blocked."""
    states = {f.kind: f.state for f in compare_clauses(EES, partner(AGREED))}
    assert states.pop("transfer") == "BLOCKED"
    assert set(states.values()) == {"COMPATIBLE"}


def test_a_receiver_that_does_not_say_what_it_is_counts_as_a_third_country() -> None:
    """Without [party] the stricter rule applies."""
    [first, *_] = compare_clauses(EES, project_pack("gh.entry").as_party(NOW))
    assert first.state == "BLOCKED"


def way_for_return() -> tuple[frozenset[str], frozenset[str]]:
    """Give the conditions of the way out for returns: all of, one of."""
    [blocked] = [f for f in compare_clauses(EES, partner()) if f.state == "BLOCKED"]
    [way] = [way for way in blocked.ways_out if "return" in way.purposes]
    return frozenset(way.all_of), frozenset(way.any_of[:1])


def test_the_gate_is_shut_without_a_way_out() -> None:
    """BLOCKED means that nothing leaves."""
    found = gate(EES, partner(AGREED), purpose="return")
    assert not found.open
    assert [finding.state for finding in found.shut_by] == ["BLOCKED"]


def test_the_gate_opens_for_one_case_when_every_condition_is_established() -> None:
    """All of the conditions and one of the alternatives, for the purpose of the way out."""
    all_of, any_of = way_for_return()
    found = gate(EES, partner(AGREED), purpose="return", established=all_of | any_of)
    assert found.open
    assert found.way_out
    assert "art. 41(2)" in found.way_out.cite


@pytest.mark.parametrize("lacking", ["one of all", "any", "purpose"])
def test_the_gate_stays_shut_when_anything_is_lacking(lacking: str) -> None:
    """One condition less, no alternative, or another purpose: shut."""
    all_of, any_of = way_for_return()
    established = all_of | any_of
    if lacking == "one of all":
        established -= {min(all_of)}
    if lacking == "any":
        established -= any_of
    purpose = "visa" if lacking == "purpose" else "return"
    found = gate(EES, partner(AGREED), purpose=purpose, established=established)
    assert not found.open


def test_the_gate_stays_shut_on_a_conflict_whatever_the_way_out() -> None:
    """A duty to keep ten years has to be resolved by agreement first."""
    all_of, any_of = way_for_return()
    found = gate(EES, partner(), purpose="return", established=all_of | any_of)
    assert not found.open
    assert {finding.state for finding in found.shut_by} == {"CONFLICT"}


def test_no_clause_on_transfers_is_no_permission() -> None:
    """A giver whose law is silent on transfers keeps the gate shut."""
    silent = Party("test.silent", "third-country", "", ())
    assert not gate(silent, partner(), purpose="return").open


def test_a_giver_without_clauses_is_an_error() -> None:
    """Nothing may leave on the strength of a law that says nothing."""
    with pytest.raises(Malformed, match="law-no-clauses"):
        clauses(project_pack("gh.entry"), project_pack("eu.ees-data"), NOW)


@pytest.mark.parametrize(("term", "days"), [("3 years", 1095), ("90 days", 90), ("1 month", 30)])
def test_terms_are_compared_in_days(term: str, days: int) -> None:
    """Years count 365 and months 30 days, to compare terms."""
    assert days_of(term) == days


def test_a_term_at_most_longer_than_allowed_is_a_conflict_whatever_the_least() -> None:
    """Who must keep one year and may keep ten may keep too long."""
    body = PARTNER.replace('min  = "10 years"', 'min  = "1 year"\nmax  = "10 years"')
    (keep,) = [one for one in compare_clauses(EES, partner(body)) if one.kind == "keep"]
    assert keep.state == "CONFLICT"
    assert "may keep 10 years" in keep.sentence


def test_each_clause_that_blocks_needs_a_way_out_of_its_own() -> None:
    """The way out of one prohibition does not open another."""
    (first,) = [c for c in EES.of("transfer") if "third-country" in c.words]
    second = replace(first, id="also", ways_out=())
    giver = replace(EES, clauses=(*EES.clauses, second))
    way = first.ways_out[0]
    established = frozenset({*way.all_of, way.any_of[0]})
    assert gate(EES, partner(AGREED), purpose="return", established=established).open
    shut = gate(giver, partner(AGREED), purpose="return", established=established)
    assert not shut.open
    assert [finding.giver for finding in shut.shut_by] == [second]


HARSH = (
    PARTNER.replace('"border-check", "return"', '"border-check", "marketing"')
    .replace('gives = ["information", "access", "rectification", "erasure", "complaint", "court"]',
             'gives = ["complaint"]')
    .replace("allowed = false", "allowed = true")
    + """
[[clause]]
id      = "p.copy"
kind    = "national_copy"
cite    = "Partner Act s. 60"
text    = "A copy is kept for ten years."
allowed = true
max     = "10 years"
"""
)  # fmt: skip
CLAUSES = """
eu.ees-data ees.keep.record                  third-country              CONFLICT
eu.ees-data ees.keep.no-exit                 third-country              named
eu.ees-data ees.keep.family                  third-country              named
eu.ees-data ees.national-copy                third-country              CONFLICT
eu.ees-data ees.transfer                     third-country              BLOCKED
eu.ees-data ees.transfer                     international-organisation BLOCKED
eu.ees-data ees.transfer                     private-body               BLOCKED
eu.ees-data ees.onward                       third-country              CONFLICT
eu.ees-data ees.purpose                      third-country              CONFLICT
eu.ees-data ees.remedy                       third-country              CONFLICT
eu.ees-data ees.automated                    third-country              CONFLICT
eu.ees-data ees.automated.progressive-start  third-country              CONFLICT
eu.sis-data sis.keep.alert                   third-country              CONFLICT
eu.sis-data sis.keep.longer-decision         third-country              named
eu.sis-data sis.national-copy                third-country              CONFLICT
eu.sis-data sis.keep.national-file           third-country              named
eu.sis-data sis.keep.supplementary           third-country              named
eu.sis-data sis.transfer                     third-country              BLOCKED
eu.sis-data sis.transfer                     international-organisation BLOCKED
eu.sis-data sis.transfer.private             private-body               BLOCKED
eu.sis-data sis.onward                       third-country              CONFLICT
eu.sis-data sis.purpose                      third-country              CONFLICT
eu.sis-data sis.remedy                       third-country              CONFLICT
eu.sis-data sis.automated                    third-country              CONFLICT
"""
EXPECTED = [tuple(line.split()) for line in CLAUSES.strip().splitlines()]


def said_of(name: str, clause_id: str, kind: str, without: str = "") -> list[str]:
    """What the comparison with the harsh partner says of one clause; one clause left out."""
    on = datetime.date(2026, 1, 1) if clause_id.endswith("progressive-start") else NOW
    giver = project_pack(name).as_party(on)
    (clause,) = [one for one in giver.clauses if one.id == clause_id]
    giver = replace(giver, clauses=tuple(one for one in giver.clauses if one.id != without))
    findings = compare_clauses(giver, replace(partner(HARSH), kind=kind))
    states = [one.state for one in findings if one.giver == clause]
    named = any(f"if {clause.condition}: {clause.cite}" in one.sentence for one in findings)
    return [*states, *(["named"] if clause.condition and named else [])]


@pytest.mark.parametrize(("name", "clause_id", "kind", "state"), EXPECTED)
def test_every_clause_of_the_union_is_held_against_a_harsh_partner(
    name: str, clause_id: str, kind: str, state: str
) -> None:
    """Each clause blocks, clashes or is named beside the one that does; dropped, it is missed."""
    assert said_of(name, clause_id, kind) == [state]
    assert said_of(name, clause_id, kind, without=clause_id) == []


@pytest.mark.parametrize("name", ["eu.ees-data", "eu.sis-data"])
def test_no_clause_of_the_union_is_left_out_of_the_table(name: str) -> None:
    """The table above names every clause, so that a new one needs a row."""
    assert {row[1] for row in EXPECTED if row[0] == name} == {
        clause.id for clause in project_pack(name).clauses
    }


def test_a_law_says_nothing_before_its_own_first_day() -> None:
    """Clauses without dates of their own are in force as the pack is."""
    pack = project_pack("eu.ees-data")
    first = pack.period.first
    assert first is not None
    assert pack.as_party(first).clauses
    assert pack.as_party(first - datetime.timedelta(days=1)).clauses == ()


def test_the_gate_lets_nothing_out_for_a_purpose_or_category_the_giver_does_not_name() -> None:
    """Both are asked of the giver's own clauses, whatever the receiver's law says."""
    giver, receiver = partner(ALLOWING), partner(AGREED)
    assert gate(giver, receiver, purpose="return", category="return").open
    for purpose, category, kind in (
        ("visa", "return", "purpose"),
        ("return", "arrest", "categories"),
    ):
        made = gate(giver, receiver, purpose=purpose, category=category)
        assert not made.open
        assert [finding.kind for finding in made.shut_by] == [kind]


def test_a_conflict_that_is_settled_does_not_shut_the_gate() -> None:
    """By its kind, and no other."""
    giver, receiver = partner(ALLOWING), partner(PARTNER.replace('"any"', '"same-purpose"'))
    assert not gate(giver, receiver, purpose="return").open
    assert gate(giver, receiver, purpose="return", settled=frozenset({"keep"})).open
    assert not gate(giver, receiver, purpose="return", settled=frozenset({"onward"})).open


def test_parts_of_one_system_transfer_nothing_to_each_other() -> None:
    """Two member states of one system exchange within it: that is no transfer to be blocked."""
    sis = project_pack("eu.sis-data").as_party(NOW)
    assert gate(sis, sis, purpose="return").open
    assert not gate(sis, EES, purpose="return").open


@pytest.mark.parametrize("name", ["eu.ees-data", "eu.sis-data", "uto.data", "qma.data"])
def test_a_law_does_not_clash_with_itself(name: str) -> None:
    """The same term in the same circumstance is no conflict; only a ban on transfers may block."""
    law = project_pack(name).as_party(NOW)
    assert {finding.state for finding in compare_clauses(law, law)} <= {"COMPATIBLE", "BLOCKED"}
