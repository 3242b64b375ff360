"""The vectorised engine: equal to the scalar one, exhaustive, without unexplained findings."""

from __future__ import annotations

import datetime
import itertools
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.law.axes import Axis, axes_of, nationalities
from comity.law.decide import decide
from comity.law.facts import Facts, Value
from comity.law.pack import Pack
from comity.law.sweep import findings, sweep, unexplained
from comity.law.view import view_of
from comity.terms.country import COUNTRIES
from law_packs import HEAD, NOW, names, pack_of, project_pack, rule

CHANGES = [
    datetime.date.fromisoformat(text)
    for text in (
        "2009-12-19 2010-04-05 2010-12-15 2011-01-11 2011-12-19 2013-07-01 2013-07-19 2014-04-28"
        " 2014-06-09 2015-05-06 2015-05-28 2016-07-01 2017-06-11 2018-12-18 2020-12-31 2021-01-01"
        " 2022-05-04 2023-01-01 2023-02-04 2024-01-01 2024-03-31 2024-10-13 2025-02-03 2026-03-06"
        " 2026-11-23 2027-03-07"
    ).split()
]


def same(pack: Pack, axes: tuple[Axis, ...], on: datetime.date, question: str = "") -> None:
    """Hold every cell of a grid against the scalar engine, outcome and reason."""
    swept = sweep(pack, axes, on, question)
    for place in itertools.product(*(range(len(axis.values)) for axis in axes)):
        given_facts = {
            axis.fact: value
            for axis, number in zip(axes, place, strict=True)
            if (value := axis.values[number]) is not None
        }
        decision = decide(pack, Facts(given_facts), on, question)
        assert swept.outcome(*place) == decision.outcome, given_facts
        deciding = decision.deciding[0].id if decision.deciding else ""
        assert swept.reason(*place) == deciding, given_facts


CODES = "SRB IND FRA D XXA XXB XXC XXX HKG MAC TWN RKS VUT GEO GBR GBN NRU UKR TUR CYP HRV".split()
ISSUERS = "SRB IND FRA D IRL GBR HRV BGR CYP TUR USA HKG UNO CHE CHN".split()
DAYS = st.dates(datetime.date(2009, 1, 1), datetime.date(2028, 12, 31))


def some(values: list[str]) -> st.SearchStrategy[tuple[Value | None, ...]]:
    """Draw one to three values, one of them perhaps missing."""
    return st.lists(st.sampled_from([*values, None]), min_size=1, max_size=3, unique=True).map(
        tuple
    )


FLAGS = st.sampled_from([(None,), (True,), (False,), (True, False)])
DATES = st.one_of(st.just((None,)), st.tuples(DAYS))
GRIDS = st.fixed_dictionaries(
    {"nationality": some(CODES)},
    optional={
        "issuer": some(ISSUERS),
        "document": some(
            "ordinary diplomatic convention-1951 stateless-1954 alien laissez-passer".split()
        ),
        "biometric": FLAGS,
        "residence": some("FRA GBR TUR D CHE none".split()),
        "permit": some("FRA CYP IRL HRV none".split()),
        "visa_held": some("FRA CAN none".split()),
        "destination": some("D FRA none".split()),
        "purpose": some(["work", "visit"]),
        "crew": some(["no", "flight", "sea"]),
        "issued": DATES,
        "identity_number": FLAGS,
        "eu_family": FLAGS,
        "school_excursion": FLAGS,
        "nato_orders": FLAGS,
        "local_border_permit": FLAGS,
        "coordination_directorate": FLAGS,
        "purpose_justified": FLAGS,
        "sufficient_means": FLAGS,
        "refusal_alert": FLAGS,
        "threat": FLAGS,
        "national_alert": FLAGS,
        "seeks_protection": FLAGS,
        "humanitarian_grounds": FLAGS,
    },
)


@settings(max_examples=120, deadline=None)
@given(GRIDS, DAYS, st.sampled_from(["visa", "airport_transit", "entry"]))
def test_scalar_and_vector_agree_on_random_profiles(
    grid: dict[str, tuple[Value | None, ...]], on: datetime.date, question: str
) -> None:
    """Both engines give the same outcome and the same deciding rule, also with facts missing."""
    axes = tuple(Axis(name, values) for name, values in grid.items())
    same(project_pack("eu.short-stay"), axes, on, question)


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS, DAYS, st.booleans(), st.sampled_from(["FRA", "IND", None]))
def test_scalar_and_vector_agree_on_dates(
    issued: datetime.date,
    expires: datetime.date,
    leave: datetime.date,
    emergency: bool,  # noqa: FBT001 - drawn
    nationality: str | None,
) -> None:
    """Month and year arithmetic is the same in both engines."""
    axes = (
        Axis("issued", (issued, None)),
        Axis("expires", (expires, None)),
        Axis("leave", (leave, None)),
        Axis("emergency", (emergency,)),
        Axis("nationality", (nationality,)),
    )
    same(project_pack("eu.short-stay"), axes, NOW, "document_ok")


@pytest.mark.parametrize("day", ["2011-11-30", "2012-02-29", "2026-01-31", "2026-12-31"])
def test_scalar_and_vector_agree_at_the_ends_of_months(day: str) -> None:
    """The last days of months are shifted alike."""
    leave = datetime.date.fromisoformat(day)
    near = tuple(
        datetime.date.fromordinal(leave.toordinal() + distance) for distance in range(85, 95)
    )
    axes = (
        Axis("leave", (leave,)),
        Axis("expires", near),
        Axis("issued", (leave,)),
        Axis("enter", (leave,)),
    )
    same(project_pack("eu.short-stay"), axes, NOW, "document_ok")


@pytest.mark.parametrize("name", names())
def test_scalar_and_vector_agree_on_every_pack(name: str) -> None:
    """Every question of every pack: a grid of nationalities and documents, cell by cell."""
    pack = project_pack(name)
    for question in pack.questions:
        axes = (
            Axis("nationality", tuple(CODES[::2])),
            Axis("document", ("ordinary", "diplomatic", "convention-1951", None)),
        )
        same(pack, axes, NOW, question.id)


def test_a_grid_of_rules_that_clash_reports_both() -> None:
    """CONFLICT cells are grouped by the rules that clash, with an example."""
    pack = pack_of(
        rule("one", "nationality in [FRA, ITA]", "exempt")
        + rule("two", "nationality in [ITA, ESP]", "required")
    )
    swept = sweep(pack, (Axis("nationality", ("FRA", "ITA", "ESP", "D")),), NOW)
    assert swept.counts() == {"exempt": 1, "required": 1, "CONFLICT": 1, "GAP": 1}
    gap, clash = sorted(findings(swept), key=lambda group: group.finding, reverse=True)
    assert (gap.finding, gap.values) == ("GAP", {"nationality": ("D",)})
    assert (clash.finding, clash.rules) == ("CONFLICT", ("one", "two"))
    assert clash.example == {"nationality": "ITA"}


def test_three_rules_that_clash_are_seen_whatever_their_order() -> None:
    """A clash of two stays a clash when a third rule says the same as one of them."""
    for order in itertools.permutations(["exempt", "required", "exempt"]):
        pack = pack_of("".join(rule(f"r{n}", "always", then) for n, then in enumerate(order)))
        swept = sweep(pack, (Axis("nationality", ("FRA",)),), NOW)
        assert swept.outcome(0) == "CONFLICT"


def test_an_accepted_finding_carries_its_reason() -> None:
    """A gap that a person has accepted is listed with the reason and is not unexplained."""
    accepted = """
[[accepted]]
finding = "GAP"
decides = "q"
when    = "nationality == ITA"
why     = "left to the courts"
"""
    pack = pack_of(rule("one", "nationality == FRA", "exempt") + accepted, HEAD)
    found = findings(sweep(pack, (Axis("nationality", ("FRA", "ITA", "ESP")),), NOW))
    assert [(group.why, group.cells) for group in found] == [("", 1), ("left to the courts", 1)]
    assert len(unexplained(found)) == 1


@pytest.mark.parametrize("question", ["visa", "airport_transit"])
def test_the_short_stay_pack_has_no_unexplained_gap_or_clash(question: str) -> None:
    """Every nationality, issuer, document, permit: each gap and clash is signed for."""
    pack = project_pack("eu.short-stay")
    swept = sweep(pack, axes_of(pack, NOW, question), NOW, question)
    assert swept.outcomes.size > 10_000
    assert "CONFLICT" not in swept.counts()
    assert "UNKNOWN" not in swept.counts()
    assert unexplained(findings(swept)) == []


@pytest.mark.parametrize("on", CHANGES, ids=str)
def test_no_date_brings_an_unexplained_gap_or_clash(on: datetime.date) -> None:
    """On each day on which the law changed: nationalities, documents, issuers, claims."""
    pack = project_pack("eu.short-stay")
    codes = nationalities(view_of(pack, "visa", on))
    axes = (
        Axis("nationality", codes),
        Axis("document", ("ordinary", "diplomatic", "convention-1951")),
        Axis("issuer", ("FRA", "TUR", "GBR", "HRV", None)),
        Axis("biometric", (True, False)),
        Axis("issued", (datetime.date(2015, 5, 25),)),
    )
    swept = sweep(pack, axes, on, "visa")
    assert "CONFLICT" not in swept.counts()
    assert unexplained(findings(swept)) == []


def test_no_combination_of_claims_clashes() -> None:
    """Permits, family cards, crews, excursions, orders, work: together they never contradict."""
    pack = project_pack("eu.short-stay")
    both = (True, False)
    axes = (
        Axis("nationality", tuple("IND SRB GEO FRA XXB SYR NRU TWN HKG USA".split())),
        Axis("document", ("ordinary", "diplomatic", "convention-1951", "laissez-passer")),
        Axis("issuer", ("FRA", "TUR", "GBR", "IRL", "UNO", "CHN")),
        Axis("residence", ("FRA", "TUR", "GBR", "IRL", "CHE")),
        Axis("permit", ("FRA", "CYP", "none")),
        Axis("crew", ("no", "flight", "seafarer-ashore", "rescue", "inland-waters")),
        Axis("purpose", ("visit", "work")),
        Axis("biometric", both),
        Axis("eu_family_card", both),
        Axis("school_excursion", both),
        Axis("local_border_permit", both),
        Axis("nato_orders", both),
        Axis("destination", ("none", "D")),
    )
    swept = sweep(pack, axes, NOW, "visa")
    assert findings(swept) == [group for group in findings(swept) if group.finding == "GAP"]


ROUND = "2026-11-23 2026-11-24 2027-02-27 2027-02-28 2016-11-22 2016-11-23 2016-11-24".split()


def test_no_dates_of_a_document_make_a_gap_or_a_clash() -> None:
    """Each document, permit, claim, and dates on either side of every limit: always an answer."""
    pack = project_pack("eu.short-stay")
    days = tuple(datetime.date.fromisoformat(text) for text in ROUND)
    axes = (
        *axes_of(pack, NOW, "document_ok", {"enter": NOW, "leave": datetime.date(2026, 11, 30)}),
        Axis("union_citizen", (True, False)),
        Axis("emergency", (True, False)),
        Axis("expires", days),
        Axis("issued", days),
    )
    assert set(sweep(pack, axes, NOW, "document_ok").counts()) == {
        "yes",
        "no",
        "officer_may",
        "state_option",
    }


def test_no_findings_of_an_officer_make_a_gap_or_a_clash() -> None:
    """Every combination of findings, claims, permits: an answer, and never two."""
    pack = project_pack("eu.short-stay")
    both = (True, False)
    axes = (
        *axes_of(pack, NOW, "entry"),
        Axis("union_citizen", both),
        Axis("eu_family", both),
        Axis("humanitarian_grounds", both),
        Axis("biometric_data_refused", both),
    )
    assert set(sweep(pack, axes, NOW, "entry").counts()) == {
        "yes",
        "no",
        "state_option",
        "officer_may",
        "protection",
    }


@pytest.mark.parametrize("name", names())
def test_every_question_of_every_pack_is_swept_without_an_unexplained_finding(name: str) -> None:
    """Whatever facts a question reads, the sweep runs and each gap and clash is signed for."""
    pack = project_pack(name)
    for question in pack.questions:
        swept = sweep(pack, axes_of(pack, NOW, question.id), NOW, question.id)
        assert swept.outcomes.size
        assert unexplained(findings(swept)) == [], question.id


def test_a_question_without_nationality_is_swept_over_what_it_reads() -> None:
    """Stamp and register are varied; only the day of entry, a date, is left to ask."""
    pack = project_pack("eu.stay")
    axes = axes_of(pack, NOW, "evidence")
    assert {axis.fact for axis in axes} == {"stamp", "register"}
    swept = sweep(pack, axes, NOW, "evidence")
    assert swept.counts() == {"stamp": 1, "record": 1, "officer_may": 1, "UNKNOWN": 1}


def test_a_question_that_reads_nothing_is_one_profile() -> None:
    """A rule that always holds, or one that reads a date alone, makes a sweep of one cell."""
    assert sweep(pack_of(rule("a.b", "always", "exempt")), (), NOW).counts() == {"exempt": 1}
    dated = pack_of(rule("a.b", "expires < on", "no"))
    assert sweep(dated, axes_of(dated, NOW), NOW).counts() == {"UNKNOWN": 1}


def test_a_clash_behind_a_fact_that_was_never_asked_is_found() -> None:
    """Two rules that meet only where a purpose and a destination meet: the sweep goes there."""
    pack = pack_of(
        rule("a.all", "always", "exempt")
        + rule("a.work", "purpose == work", "required", "a.all")
        + rule("a.home", "destination == FRA", "state_option", "a.all", more='discretion = "each"')
    )
    found = findings(sweep(pack, axes_of(pack, NOW), NOW))
    assert [group.rules for group in found] == [("a.work", "a.home")]
    assert found[0].example == {"destination": "FRA", "purpose": "work"}


def test_a_clash_of_those_who_reside_where_their_document_was_issued_is_found() -> None:
    """Facts that the rules compare are equal somewhere in the grid, whatever sets they stand in."""
    sets = '[sets.a]\nmembers = ["ITA", "ESP"]\nin_force = [2000-01-01]\ncite = "Act"\n'
    pack = pack_of(
        sets
        + rule("a.all", "issuer in a", "exempt")
        + rule("a.home", "residence == issuer and issuer in a", "required")
    )
    found = findings(sweep(pack, axes_of(pack, NOW), NOW))
    assert ("CONFLICT", ("a.all", "a.home")) in {(one.finding, one.rules) for one in found}


def test_profiles_left_open_are_decided_once_for_all_that_are_alike() -> None:
    """Two hundred nationalities without a date of issue: a handful of decisions, and told so."""
    pack = pack_of(rule("a.b", "issuer == nationality and issued < on", "exempt"))
    codes = nationalities(view_of(pack, "", NOW))
    heard: list[tuple[int, int]] = []
    axes = (Axis("nationality", codes), Axis("issuer", codes))
    swept = sweep(pack, axes, NOW, told=lambda done, of: heard.append((done, of)))
    assert swept.counts() == {"UNKNOWN": len(codes), "GAP": len(codes) * (len(codes) - 1)}
    assert heard == [(1, 1)]


def test_a_pack_of_endless_distinctions_is_swept_by_classes_or_refused() -> None:
    """Every permit its own set: those alike stand together, and the grid stays within bounds."""
    codes = [code for code in COUNTRIES if COUNTRIES[code].kind == "state"][:120]
    rules = "".join(
        rule(f"a.{code.lower()}", f"permit == {code} and nationality != FRA", "exempt")
        for code in codes
    )
    more = rule("a.z", "issuer == FRA and document == ordinary and biometric", "exempt")
    pack = pack_of(rules + more)
    axes = axes_of(pack, NOW)
    assert prod(len(axis.values) for axis in axes) <= 10_000_000
    assert {axis.fact for axis in axes} >= {"nationality", "issuer", "document", "permit"}
    worse = "".join(
        rule(f"b.{code.lower()}", f"issuer == {code} or nationality == {code}", "exempt")
        for code in codes
    )
    with pytest.raises(Malformed, match="law-too-large"):
        axes_of(pack_of(rules + more + worse), NOW)


def test_a_grid_beyond_the_limit_is_refused() -> None:
    """Forty million cells are the most."""
    pack = project_pack("eu.short-stay")
    codes = nationalities(view_of(pack, "visa", NOW))
    axes = tuple(Axis(name, codes) for name in ("nationality", "issuer", "permit", "residence"))
    with pytest.raises(ValueError, match="40 million"):
        sweep(pack, axes, NOW, "visa")


def test_a_missing_fact_could_be_what_it_is_compared_with() -> None:
    """Two states of residence differ where the issuer is missing and could be either."""
    axes = (
        Axis("nationality", ("SRB",)),
        Axis("permit", ("CYP",)),
        Axis("residence", ("FRA", "GBR")),
        Axis("crew", ("no", "flight")),
    )
    same(project_pack("eu.short-stay"), axes, datetime.date(2010, 1, 1), "visa")
