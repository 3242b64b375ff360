"""The grammar of conditions: what it means, in three values, and that nothing else gets through."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.law.condition import facts_of
from comity.law.explain import spell_condition
from comity.law.facts import STANDARD, FactKind, Value
from comity.law.grammar import Names, parse_condition
from comity.law.truth import compile_condition, shift_date
from law_packs import NOW

FACTS = {**STANDARD, **{name: FactKind(name, "yes-no", "?") for name in "abc"}}
FACTS["points"] = FactKind("points", "number", "?")
SETS = {"club": "country", "papers": "document"}
MEMBERS: dict[str, frozenset[Value]] = {
    "club": frozenset({"FRA", "D"}),
    "papers": frozenset({"ordinary"}),
}
NAMES = Names(FACTS, SETS)


def truth(text: str, facts: Mapping[str, Value]) -> bool | None:
    """Read a condition and evaluate it."""
    return compile_condition(parse_condition(text, NAMES, where="test"), MEMBERS, NOW)(facts)


VALUES = (True, False, None)


@pytest.mark.parametrize("pair", list(itertools.product(VALUES, VALUES)))
def test_and_or_not_are_kleenes(pair: tuple[bool | None, bool | None]) -> None:
    """A missing fact is unknown; false and unknown is false, true or unknown is true."""
    facts = {name: value for name, value in zip("ab", pair, strict=True) if value is not None}
    both = False if False in pair else None if None in pair else True
    either = True if True in pair else None if None in pair else False
    assert truth("a and b", facts) is both
    assert truth("a or b", facts) is either
    assert truth("not a", facts) is (None if pair[0] is None else not pair[0])


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("nationality in club", {"nationality": "D"}, True),
        ("nationality not in club", {"nationality": "ITA"}, True),
        ("nationality in [ITA, DEU]", {"nationality": "D"}, True),
        ("nationality == DEU", {"nationality": "D"}, True),
        ("nationality != DEU", {"nationality": "D"}, False),
        ("permit in club", {"permit": "none"}, False),
        ("permit not in club", {"permit": "none"}, True),
        ("permit == none", {"permit": "none"}, True),
        ("residence == issuer", {"residence": "FRA", "issuer": "FRA"}, True),
        ("residence == issuer", {"residence": "FRA"}, None),
        ("document == convention-1951", {"document": "convention-1951"}, True),
        ('document == "convention-1951"', {"document": "convention-1951"}, True),
        ("document in papers", {"document": "alien"}, False),
        ("purpose in [work, study]", {"purpose": "study"}, True),
        ("points >= 60", {"points": 60}, True),
        ("points < 60 and points > 0", {"points": 60}, False),
        ("points in [1, 2]", {"points": 2}, True),
        ("a == yes", {"a": True}, True),
        ("a != yes", {"a": True}, False),
        ("a == no", {"a": False}, True),
        ("issued >= 2015-05-25", {"issued": datetime.date(2015, 5, 25)}, True),
        ("issued >= '2015-05-25'", {"issued": datetime.date(2015, 5, 24)}, False),
        ("2015-05-25 <= issued", {"issued": datetime.date(2015, 5, 24)}, False),
        ("expires >= on", {"expires": NOW}, True),
        ("expires >= plus_days(on, 1)", {"expires": NOW}, False),
        ("always", {}, True),
        ("not (a or b) and c", {"a": False, "b": False, "c": True}, True),
        ("a or b and c", {"a": True, "b": False, "c": False}, True),
    ],
)
def test_a_condition_means_what_it_says(
    text: str,
    facts: dict[str, Value],
    *,
    expected: bool | None,
) -> None:
    """Sets, lists, equality, order, dates, functions and precedence."""
    assert truth(text, facts) is expected


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        ("2026-11-30", 3, "months", "2027-02-28"),
        ("2027-11-30", 3, "months", "2028-02-29"),
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2026-12-15", 1, "months", "2027-01-15"),
        ("2012-02-29", 10, "years", "2022-02-28"),
        ("2012-02-29", 4, "years", "2016-02-29"),
        ("2026-02-28", 1, "days", "2026-03-01"),
        ("9999-12-31", 1, "days", "9999-12-31"),
        ("9990-01-01", 100, "years", "9999-12-31"),
    ],
)
def test_months_end_on_their_last_day(start: str, count: int, unit: str, end: str) -> None:
    """Regulation 1182/71 art. 3(2)(c): where the last month lacks the day, its last day."""
    day = datetime.date.fromisoformat
    assert shift_date(day(start), count, unit) == day(end)


HOSTILE = [
    "__import__('os').system('true')",
    "nationality.__class__",
    "(lambda: 1)()",
    "[x for x in club]",
    "a if b else c",
    "a := b",
    "f'{a}'",
    "a and (b",
    "a b",
    "and a",
    "a and or b",
    "not",
    "",
    "   ",
    "a;b",
    "a\nand b",
    "nationality in",
    "nationality in []",
    "nationality in club club",
    "nationality in [FRA,]",
    "nationality in (FRA)",
    "nationality is FRA",
    "nationality = FRA",
    "plus_days(on)",
    "plus_days(on, -1) > issued",
    "plus_days(on, 1.5) > issued",
    "plus_weeks(on, 1) > issued",
    "issued > 2026-1-1",
    "issued > 2026-02-29",
    "points == 0x10",
    "points == 1e3",
    "nationality == 'FRA' 'ITA'",
    "a & b",
    "a == b",
    "a > b",
    "known(a)",
    "\u0430 and b",
    "a\x00",
    "\\a",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_outside_the_grammar_is_refused(text: str) -> None:
    """Python, half sentences, foreign letters: each is refused, none is evaluated."""
    with pytest.raises(Malformed) as refused:
        parse_condition(text, NAMES, where="test")
    assert refused.value.code.startswith("law-")
    assert refused.value.where == "test"


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "a b c not and or ( ) [ ] , == != < >= in nationality document issued club papers FRA"
            " D none 2026-01-01 7 plus_days plus_months on always 'x' ordinary QQQ".split()
        ),
        max_size=14,
    )
)
def test_fuzz_tokens_in_any_order(tokens: list[str]) -> None:
    """Any sequence of words of the grammar is read or refused; what is read can be evaluated."""
    try:
        condition = parse_condition(" ".join(tokens), NAMES, where="test")
    except Malformed as error:
        assert error.code.startswith("law-")  # noqa: PT017 - either way is right
        return
    assert compile_condition(condition, MEMBERS, NOW)({}) in {True, False, None}


ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "nationality in club",
        "nationality == FRA",
        "document in papers",
        "residence == issuer",
        "expires < plus_months(leave, 3)",
        "issued >= 2015-05-25",
        "points > 3",
        "always",
    ]
)
TREES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda part: f"not ({part})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
    ),
    max_leaves=6,
)
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "a": st.booleans(),
        "b": st.booleans(),
        "c": st.booleans(),
        "nationality": st.sampled_from(["FRA", "D", "ITA", "XXB"]),
        "issuer": st.sampled_from(["FRA", "D", "ITA"]),
        "residence": st.sampled_from(["FRA", "D", "none"]),
        "document": st.sampled_from(["ordinary", "alien"]),
        "expires": st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)),
        "leave": st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)),
        "issued": st.dates(datetime.date(2015, 1, 1), datetime.date(2016, 1, 1)),
        "points": st.integers(0, 9),
    },
)


@settings(max_examples=300, deadline=None)
@given(TREES, PROFILES)
def test_a_condition_spelled_out_means_the_same(text: str, facts: dict[str, Value]) -> None:
    """Writing a condition from its tree and reading it again changes nothing."""
    once = parse_condition(text, NAMES, where="test")
    again = parse_condition(spell_condition(once), NAMES, where="test")
    assert compile_condition(once, MEMBERS, NOW)(facts) is compile_condition(again, MEMBERS, NOW)(
        facts
    )


@settings(max_examples=300, deadline=None)
@given(TREES, PROFILES, PROFILES)
def test_more_facts_never_overturn_a_truth(
    text: str, facts: dict[str, Value], more: dict[str, Value]
) -> None:
    """What is true or false with some facts stays so when further facts become known."""
    test = compile_condition(parse_condition(text, NAMES, where="test"), MEMBERS, NOW)
    before = test(facts)
    after = test({**more, **facts})
    assert before is None or after is before


def test_the_facts_of_a_condition_are_named_once() -> None:
    """facts_of lists each fact in reading order, without the date asked about."""
    condition = parse_condition(
        "issuer == residence and (expires > on or issuer in club)", NAMES, where="test"
    )
    assert facts_of(condition) == ("issuer", "residence", "expires")
