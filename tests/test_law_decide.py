"""Default logic: exceptions, clashes, gaps, missing facts, presumptions, and what to ask."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.law.decide import decide
from comity.law.facts import Facts, Value, parse_facts
from comity.law.pack import Pack
from law_packs import HEAD, NOW, ask, pack_of, project_pack, rule

FLAGS = "".join(f'[facts.{name}]\ntype = "yes-no"\nask = "Is {name}?"\n' for name in "abc")


def flags(*rules: str) -> Pack:
    """Read rules over three yes-no facts a, b, c."""
    return pack_of("".join(rules), HEAD + FLAGS)


def test_a_rule_beats_the_one_it_names() -> None:
    """An exception displaces the general rule, and the answer says so."""
    pack = flags(rule("general", "always", "required"), rule("ex", "a", "exempt", "general"))
    decision = ask(pack, a="yes")
    assert decision.outcome == "exempt"
    assert [one.id for one in decision.deciding] == ["ex"]
    assert [one.id for one in decision.overridden_by(decision.deciding[0])] == ["general"]
    assert ask(pack, a="no").outcome == "required"


def test_an_exception_to_an_exception_also_beats_the_general_rule() -> None:
    """The third layer stays a rule of its own and displaces both below it."""
    pack = flags(
        rule("general", "always", "required"),
        rule("ex", "a", "exempt", "general"),
        rule("exex", "b", "lesser", "ex"),
    )
    assert ask(pack, a="yes", b="yes").outcome == "lesser"
    assert ask(pack, a="no", b="yes").outcome == "lesser"
    assert ask(pack, a="yes", b="no").outcome == "exempt"


def test_a_group_is_beaten_as_a_whole() -> None:
    """An exception may name a group of rules."""
    pack = flags(
        rule("one", "always", "required", more='group = "duty"'),
        rule("two", "a", "lesser", "one", more='group = "duty"'),
        rule("ex", "b", "exempt", "duty"),
    )
    assert ask(pack, a="yes", b="yes").outcome == "exempt"


def test_equal_outcomes_merge_and_both_are_named() -> None:
    """Two rules that say the same are no clash."""
    pack = flags(rule("one", "a", "exempt"), rule("two", "b", "exempt"))
    decision = ask(pack, a="yes", b="yes")
    assert decision.outcome == "exempt"
    assert [one.id for one in decision.deciding] == ["one", "two"]


def test_different_outcomes_are_a_conflict() -> None:
    """Two rules of equal rank that disagree are reported, never resolved in silence."""
    pack = flags(rule("one", "a", "exempt"), rule("two", "b", "required"))
    decision = ask(pack, a="yes", b="yes")
    assert decision.outcome == "CONFLICT"
    assert decision.possible == ("CONFLICT",)
    assert [one.id for one in decision.deciding] == ["one", "two"]


def test_an_answer_or_silence_is_not_that_answer() -> None:
    """Where a missing fact decides between an outcome and a gap the answer is UNKNOWN."""
    decision = ask(flags(rule("one", "a", "exempt")))
    assert decision.outcome == "UNKNOWN"
    assert decision.possible == ("GAP", "exempt")
    assert decision.ask == ("a",)


def test_no_rule_is_a_gap() -> None:
    """Where no rule fires the law is silent, and the answer says GAP."""
    assert ask(flags(rule("one", "a", "exempt")), a="no").outcome == "GAP"


def test_a_missing_fact_that_matters_is_unknown_and_asked() -> None:
    """UNKNOWN names the possible outcomes and the fact to ask."""
    pack = flags(rule("general", "always", "required"), rule("ex", "a", "exempt", "general"))
    decision = ask(pack)
    assert decision.outcome == "UNKNOWN"
    assert decision.possible == ("exempt", "required")
    assert decision.ask == ("a",)
    assert [one.id for one in decision.open] == ["ex"]


def test_a_missing_fact_that_cannot_matter_is_not_asked() -> None:
    """Where every completion gives the same outcome, that is the outcome."""
    pack = flags(
        rule("general", "always", "required"),
        rule("ex", "a", "exempt", "general"),
        rule("exex", "b", "required", "ex"),
    )
    assert ask(pack, b="yes").outcome == "required"


def test_an_open_rule_that_is_beaten_anyway_leaves_nothing_open() -> None:
    """A rule that would be beaten if it fired does not make the answer unknown."""
    pack = flags(rule("ex", "a", "exempt"), rule("strong", "b", "required", "ex"))
    decision = ask(pack, b="yes")
    assert decision.outcome == "required"
    assert [one.id for one in decision.idle] == ["ex"]


def test_cases_that_together_cover_everything_need_no_question() -> None:
    """A or not a is exempt whether or not a is known."""
    pack = flags(rule("one", "a", "exempt"), rule("two", "not a", "exempt"))
    assert ask(pack).outcome == "exempt"


def test_a_country_stands_for_all_that_the_law_treats_alike() -> None:
    """An unknown nationality is completed with every class of countries, and asked."""
    pack = pack_of(
        rule("one", "nationality in [FRA, ITA]", "exempt")
        + rule("two", "nationality not in [FRA, ITA]", "required")
    )
    decision = ask(pack)
    assert decision.possible == ("exempt", "required")
    assert decision.ask == ("nationality",)


def test_two_unknown_facts_that_are_compared_are_tried_equal_and_different() -> None:
    """Residence == issuer is open both ways while neither is known."""
    pack = pack_of(
        rule("one", "residence == issuer", "exempt")
        + rule("two", "residence != issuer", "required")
    )
    assert ask(pack).possible == ("exempt", "required")
    assert ask(pack, issuer="FRA").possible == ("exempt", "required")
    assert ask(pack, issuer="FRA", residence="FRA").outcome == "exempt"


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        ({}, ("no", "yes")),
        ({"expires": "2027-01-01"}, ("no", "yes")),
        ({"leave": "2027-01-01"}, ("no", "yes")),
        ({"leave": "2027-01-01", "expires": "2027-03-31"}, ("no",)),
        ({"leave": "2027-01-01", "expires": "2027-04-01"}, ("yes",)),
    ],
)
def test_unknown_dates_are_tried_on_both_sides(
    facts: dict[str, str], possible: tuple[str, ...]
) -> None:
    """A missing date is tried on the days around which the condition turns."""
    pack = pack_of(
        rule("one", "expires < plus_months(leave, 3)", "no")
        + rule("two", "expires >= plus_months(leave, 3)", "yes")
    )
    assert decide(pack, parse_facts(facts, pack.facts), NOW).possible == possible


PRESUMED = """
[[presume]]
fact = "a"
is   = "no"
cite = "Act s. 2"
text = "Whoever relies on a shows it."
"""


def test_a_presumption_is_used_and_named() -> None:
    """What the law presumes is taken, and the answer says that it was."""
    pack = pack_of(
        PRESUMED + rule("general", "not a", "required") + rule("ex", "a", "exempt"), HEAD + FLAGS
    )
    decision = ask(pack)
    assert decision.outcome == "required"
    assert [(one.presumption.fact, one.value) for one in decision.assumed] == [("a", False)]


def test_a_given_fact_and_one_said_to_be_unknown_are_not_presumed() -> None:
    """A presumption never overrides a fact, nor the statement that it is not known."""
    pack = pack_of(
        PRESUMED + rule("general", "not a", "required") + rule("ex", "a", "exempt"), HEAD + FLAGS
    )
    assert ask(pack, a="yes").outcome == "exempt"
    assert ask(pack, a="yes").assumed == ()
    assert ask(pack, a="unknown").outcome == "UNKNOWN"


def test_a_presumption_may_rest_on_another_fact() -> None:
    """Residence = issuer is presumed only once the issuer is known."""
    body = """
[[presume]]
fact = "residence"
is   = "issuer"
when = "document == convention-1951"
cite = "1951 Convention art. 28"
text = "…"
"""
    pack = pack_of(
        body + rule("one", "residence == issuer", "exempt") + rule("two", "a", "required"),
        HEAD + FLAGS,
    )
    assert ask(pack, a="no", document="convention-1951", issuer="FRA").outcome == "exempt"
    assert ask(pack, a="no", document="convention-1951").outcome == "exempt"
    assert ask(pack, a="no", document="ordinary", issuer="FRA").possible == ("GAP", "exempt")


def test_a_presumption_made_for_one_question_is_not_made_for_another() -> None:
    """Decides restricts a presumption to its questions."""
    body = PRESUMED + 'decides = ["other"]\n' + rule("ex", "a", "exempt") + rule("g", "not a", "x")
    assert ask(pack_of(body, HEAD + FLAGS)).outcome == "UNKNOWN"


def test_an_unknown_question_is_refused() -> None:
    """A question that the pack does not decide is an error with the nearest one."""
    with pytest.raises(Malformed, match="did you mean visa"):
        ask(project_pack("eu.short-stay"), "vis")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"nationality": "QQQ"}, "law-code-unknown"),
        ({"nationality": "Georgia"}, "law-code-unknown"),
        ({"nationality": ""}, "law-code-unknown"),
        ({"nationality": "none"}, "law-code-unknown"),
        ({"nationalty": "GEO"}, "law-name-unknown"),
        ({"document": "passport"}, "law-fact-value"),
        ({"biometric": "maybe"}, "law-fact-value"),
        ({"expires": "2027-02-29"}, "law-fact-value"),
        ({"expires": "27-02-2027"}, "law-fact-value"),
        ({"expires": "20270228"}, "law-fact-value"),
        ({"expires": "2027-W01-1"}, "law-fact-value"),
        ({"enter": "2026-11-30", "leave": "2026-11-29"}, "law-fact-contradiction"),
        ({"issued": "2026-11-30", "expires": "2026-11-29"}, "law-fact-contradiction"),
        ({"born": "2026-11-30", "issued": "2026-11-29"}, "law-fact-contradiction"),
    ],
)
def test_a_wrong_fact_is_a_clear_error(facts: dict[str, str], code: str) -> None:
    """Unknown codes, words, names and dates are refused; nothing has a silent default."""
    with pytest.raises(Malformed) as refused:
        parse_facts(facts, project_pack("eu.short-stay").facts)
    assert refused.value.code == code
    assert "fact" in refused.value.where


def test_a_date_of_birth_never_stands_in_an_error() -> None:
    """An error about a personal date names the fact, not the date."""
    with pytest.raises(Malformed) as refused:
        ask(project_pack("eu.short-stay"), born="1990-02-30")
    assert "1990" not in str(refused.value)


@pytest.mark.parametrize("code", ["GEO", "geo", " GEO ", "GEO<<"])
def test_codes_are_read_as_machine_readable_zones_write_them(code: str) -> None:
    """Case, spaces and fillers of a code do not matter."""
    facts = parse_facts({"nationality": code}, project_pack("eu.short-stay").facts)
    assert facts.given == {"nationality": "GEO"}


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "nationality": st.sampled_from("SRB IND FRA XXB XXA HKG TWN VUT GEO GBR XXX".split()),
        "issuer": st.sampled_from("SRB FRA TUR GBR IRL UNO HKG".split()),
        "document": st.sampled_from("ordinary diplomatic convention-1951 alien".split()),
        "biometric": st.booleans(),
        "residence": st.sampled_from("FRA GBR TUR none".split()),
        "permit": st.sampled_from("FRA CYP none".split()),
        "crew": st.sampled_from(["no", "sea"]),
        "issued": st.dates(datetime.date(2014, 1, 1), datetime.date(2024, 1, 1)),
    },
)


@settings(max_examples=20, deadline=None)
@given(VALUES, VALUES, st.dates(datetime.date(2012, 1, 1), datetime.date(2027, 12, 31)))
def test_learning_more_stays_within_what_was_possible(
    some: dict[str, Value], more: dict[str, Value], on: datetime.date
) -> None:
    """A further fact never leads to an outcome that was not possible before it was known."""
    pack = project_pack("eu.short-stay")
    # presumptions are withheld: a presumption is meant to be overturned by a fact
    hidden = frozenset(one.fact for one in pack.presumptions)
    before = decide(pack, Facts(some, hidden), on)
    after = decide(pack, Facts({**more, **some}, hidden), on)
    silent = {"GAP", "CONFLICT"}
    assert set(after.possible) - silent <= set(before.possible) | silent


@settings(max_examples=60, deadline=None)
@given(VALUES, st.dates(datetime.date(2012, 1, 1), datetime.date(2027, 12, 31)))
def test_what_is_asked_settles_the_question(some: dict[str, Value], on: datetime.date) -> None:
    """Answering every fact that is asked, again and again, ends in an answer."""
    pack = project_pack("eu.short-stay")
    answers: dict[str, Value] = {
        "nationality": "SRB",
        "issuer": "SRB",
        "document": "ordinary",
        "biometric": True,
        "residence": "SRB",
        "permit": "none",
        "issued": datetime.date(2020, 1, 1),
        "identity_number": True,
    }
    known = dict(some)
    for _ in range(10):
        decision = decide(pack, Facts(known), on)
        if decision.outcome != "UNKNOWN":
            return
        known |= {name: answers[name] for name in decision.ask}
    pytest.fail("the questions never end")


def test_the_same_question_has_the_same_answer() -> None:
    """A decision is a function of pack, facts and date: no clock, no memory."""
    pack = project_pack("eu.short-stay")
    one = ask(pack, nationality="GEO", document="diplomatic")
    other = ask(pack, nationality="GEO", document="diplomatic")
    assert one == other
    assert one.view.on == NOW
