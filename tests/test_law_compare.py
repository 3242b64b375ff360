"""Two laws, a proposal, one law on two dates."""

from __future__ import annotations

import datetime

import pytest

from comity.bureau.law_compare import compare_packs, matrix, profile_of, shared_question
from comity.errors import Malformed
from comity.law.compare import agreement_over_time, compare, duties, effect
from comity.law.diff import diff
from comity.law.proposal import propose, subject_of
from law_packs import HEAD, NOW, files, pack_of, project_pack, rule

PROFILE = profile_of((project_pack("eu.short-stay"),), {})
GHANA = dict(files("gh.entry"))
OPEN_TO_ALL = """
law    = "gh.entry"
title  = "visa-free for Africa's neighbours and Georgia"
repeal = ["visa.ecowas-left"]

[[rule]]
id      = "visa.opened"
decides = "visa"
cite    = "draft s. 1"
text    = "Nationals of Georgia and Brazil need no visa."
when    = "nationality in [GEO, BRA]"
then    = "exempt"
despite = ["visa.general"]
"""


def test_two_laws_are_compared_for_every_nationality() -> None:
    """The EU and Ghana: who is treated alike, who is not, and for what reason."""
    found = compare(
        project_pack("eu.short-stay"),
        project_pack("gh.entry"),
        NOW,
        question="visa",
        profile=PROFILE,
    )
    by_code = {cell.nationality: cell for cell in found.cells}
    assert by_code["IND"].outcomes == ("required", "required")
    assert by_code["NGA"].outcomes == ("required", "exempt")
    assert by_code["FRA"].outcomes == ("exempt", "required")
    assert by_code["MLI"].weak
    assert not by_code["NGA"].weak
    assert sum(len(row.nationalities) for row in found.classes()) == len(found.cells)
    assert found.agreement() == pytest.approx(1 - len(found.differing()) / len(found.cells))
    assert found.limits() == (
        ("90 days in any rolling 180 days",),
        tuple(row.limit.describe() for row in project_pack("gh.entry").stay_limits),
    )


def test_what_each_law_would_have_to_change_is_a_mirror() -> None:
    """What one law would ease to be like the other, the other would tighten."""
    one, other = duties(
        compare(
            project_pack("eu.short-stay"),
            project_pack("gh.entry"),
            NOW,
            question="visa",
            profile=PROFILE,
        )
    )
    assert one.easier == other.harder
    assert one.harder == other.easier
    assert "NGA" in one.easier


def test_a_law_agrees_with_itself() -> None:
    """The agreement index of a law with itself is 1."""
    pack = project_pack("eu.short-stay")
    index = agreement_over_time((pack, pack), [NOW], question="visa", profile=PROFILE)
    assert index == [(NOW, 1.0)]


def test_the_agreement_index_changes_over_time() -> None:
    """Kosovo moved to annex II on 1 January 2024: one nationality more is treated alike."""
    first = project_pack("eu.short-stay")
    second = pack_of(
        rule("one", "nationality == RKS", "exempt").replace('"q"', '"visa"'),
        HEAD,
    )
    before, after = (
        share
        for _, share in agreement_over_time(
            (first, second),
            [datetime.date(2023, 12, 31), datetime.date(2024, 1, 1)],
            question="visa",
            profile=PROFILE,
        )
    )
    assert after > before


def test_a_proposal_is_a_new_pack_and_changes_nothing() -> None:
    """The pack stays as it was; the proposal has its own hash and says that it is not law."""
    before = project_pack("gh.entry")
    proposed = propose(GHANA, OPEN_TO_ALL)
    assert subject_of(OPEN_TO_ALL) == "gh.entry"
    assert proposed.hash != before.hash
    assert proposed.status == "proposal, not law"
    assert project_pack("gh.entry").hash == before.hash


def test_a_proposal_shows_who_gains_and_who_loses() -> None:
    """Opened to two, closed to three: two gain, three lose, nobody else is touched."""
    proposed = propose(GHANA, OPEN_TO_ALL)
    found = effect(
        compare(project_pack("gh.entry"), proposed, NOW, question="visa", profile=PROFILE)
    )
    assert {cell.nationality for cell in found.gains} == {"GEO", "BRA"}
    assert {cell.nationality for cell in found.loses} == {"BFA", "MLI", "NER"}
    assert found.other == ()


def test_a_report_with_a_proposal_holds_both_states() -> None:
    """Law as it is, law as proposed, and the effect, in one report."""
    report = compare_packs(
        project_pack("eu.short-stay"),
        project_pack("gh.entry"),
        NOW,
        proposal=propose(GHANA, OPEN_TO_ALL),
    )
    assert report.proposed
    assert report.effect
    assert report.proposed.agreement() > report.comparison.agreement()


def test_a_proposal_replaces_a_rule_of_the_same_id_and_a_set_of_the_same_name() -> None:
    """The rest of the pack, also what beats the rule, stays as it was."""
    body = """
law = "gh.entry"
[[sets.ecowas_left]]
members  = ["BFA"]
in_force = [2025-01-29]
cite     = "draft"
"""
    proposed = propose(GHANA, body)
    found = effect(
        compare(project_pack("gh.entry"), proposed, NOW, question="visa", profile=PROFILE)
    )
    assert {cell.nationality for cell in found.loses} == {"MLI", "NER"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('law = "gh.entry"\nrepeal = ["visa.nothing"]\n', "law-name-unknown"),
        ('law = "br.entry"\n', "law-name-unknown"),
        ('law = "gh.entry"\nauthority = "me"\n', "law-key-unknown"),
        ("law = ", "law-toml"),
        ('law = "gh.entry"\nrule = 1\n', "law-type"),
        ('law = "gh.entry"\n' + rule("x", "nationality in nowhere", "exempt"), "law-name-unknown"),
    ],
)
def test_a_broken_proposal_is_refused(text: str, code: str) -> None:
    """A proposal is read as strictly as a pack."""
    with pytest.raises(Malformed) as refused:
        propose(GHANA, text)
    assert refused.value.code == code


def test_packs_without_a_common_question_are_not_compared() -> None:
    """A comparison needs a question that both laws decide."""
    with pytest.raises(Malformed, match="do not all decide"):
        shared_question((project_pack("eu.short-stay"), project_pack("eu.stay")))


def test_the_matrix_has_a_cell_for_every_law_and_nationality() -> None:
    """A table of laws: each cell with outcome, rule and citation."""
    table = matrix([project_pack(name) for name in ("eu.short-stay", "gh.entry", "uk.visit")], NOW)
    assert table.laws == ("eu.short-stay", "gh.entry", "uk.visit")
    assert all(len(row.cells) == 3 for row in table.rows)
    [india] = [row for row in table.rows if row.nationality == "IND"]
    assert [cell.outcome for cell in india.cells] == ["required", "required", "required"]
    assert india.cells[0].cite == "Reg (EU) 2018/1806 art. 3(1)"


def test_diff_shows_the_rule_that_began_and_for_whom() -> None:
    """5 to 6 March 2026: Georgian official passports, and nobody else."""
    found = diff(
        project_pack("eu.short-stay"), datetime.date(2026, 3, 5), datetime.date(2026, 3, 6)
    )
    assert [rule.id for rule in found.began] == ["visa.georgia-official"]
    assert found.ended == ()
    assert found.sets == ()
    [change] = found.changes
    assert (change.before, change.after) == ("state_option", "required")
    assert change.values["nationality"] == ("GEO",)
    assert set(change.values["document"]) == {"diplomatic", "service", "official"}


def test_diff_shows_the_sets_that_changed_with_their_acts() -> None:
    """31 December 2023 to 1 January 2024: Kosovo, by Regulation (EU) 2023/850."""
    found = diff(
        project_pack("eu.short-stay"), datetime.date(2023, 12, 31), datetime.date(2024, 1, 1)
    )
    changed = {change.name: change for change in found.sets}
    assert changed["annex_II"].added == ("RKS",)
    assert changed["annex_I"].removed == ("RKS",)
    assert any("2023/850" in cite for cite in changed["annex_II"].cites)
    assert {code for row in found.changes for code in row.values["nationality"]} == {"RKS"}


def test_diff_varies_what_the_question_reads_besides() -> None:
    """A day of full operation: the record prevails where the officer decided case by case."""
    days = (datetime.date(2026, 4, 9), datetime.date(2026, 4, 10))
    changes = diff(project_pack("eu.stay"), *days, "evidence").changes
    without = [one for one in changes if "without-biometrics" in one.values.get("register", ())]
    assert [(one.before, one.values["stamp"]) for one in without] == [("officer_may", ("yes",))]


def test_diff_of_a_day_with_itself_is_empty() -> None:
    """Nothing changes from a date to itself."""
    found = diff(project_pack("eu.short-stay"), NOW, NOW)
    assert (found.began, found.ended, found.sets, found.changes) == ((), (), (), ())


def test_two_silent_laws_do_not_agree() -> None:
    """Before both packs begin nothing is compared: the index is 0, and each pack says its dates."""
    packs = (project_pack("eu.short-stay"), project_pack("uk.visit"))
    report = compare_packs(*packs, datetime.date(2005, 1, 1), dates=[datetime.date(2005, 1, 1)])
    assert report.comparison.agreement() == 0
    assert report.over_time == ((datetime.date(2005, 1, 1), 0.0),)
    said = report.comparison.silences()
    assert [one.partition(":")[0] for one in said] == ["eu.short-stay", "uk.visit"]
    assert "the pack speaks from 2009-12-19, not of this date" in said[0]
    assert compare_packs(*packs, NOW).comparison.silences() == ()
