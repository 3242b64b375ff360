"""The vocabulary: every row dated and cited, every code known or refused."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.terms.authority import AUTHORITY_KINDS
from comity.terms.category import CATEGORIES, category, review_due
from comity.terms.country import ALIASES, COUNTRIES, TRAINING_STATES, country_code
from comity.terms.identity import (
    DocumentNumber,
    Identity,
    Name,
    PartialDate,
    identity_from_dict,
)
from comity.terms.long_key import has_long_key
from comity.terms.purpose import PURPOSES
from comity.terms.table import parse_table

ROW = '[[row]]\nid = "a"\nsource = "somewhere"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ROW, "table-undated"),
        ("[table]\nas_of = 2026-01-01\n[[row]]\nid = 'a'\n", "table-row-source"),
        ("[table]\nas_of = 2026-01-01\n[[row]]\nsource = 'x'\n", "table-row-id"),
        ("[table]\nas_of = 2026-01-01\n" + ROW + ROW, "table-row-twice"),
        ("[table", "table-toml"),
    ],
)
def test_a_table_without_date_or_source_is_refused(text: str, code: str) -> None:
    """The loader refuses an undated table and an uncited, unnamed or doubled row."""
    with pytest.raises(Malformed) as caught:
        parse_table(text, where="t.toml")
    assert caught.value.code == code


def test_germany_is_d_and_aliases_lead_to_codes() -> None:
    """Codes are those of the machine-readable zone; aliases lead to them."""
    assert country_code("D<<") == country_code("deu") == "D"
    assert country_code("XKX") == "RKS"
    assert set(ALIASES.values()) <= set(COUNTRIES)


@given(st.text(max_size=10))
def test_an_unknown_code_is_refused_without_repeating_it(text: str) -> None:
    """Any text is either a known code or refused with one clear error."""
    known = text.strip().rstrip("<").upper()
    if ALIASES.get(known, known) in COUNTRIES:
        assert country_code(text) in COUNTRIES
    else:
        with pytest.raises(Malformed) as caught:
            country_code(text)
        assert caught.value.code == "country-unknown"


def test_every_training_state_is_marked() -> None:
    """Utopia and the private-use codes are training states, no real state is."""
    assert sorted(TRAINING_STATES) == ["QMA", "QNB", "QPC", "QRD", "QZZ", "UTO"]


def test_authorities_have_only_known_purposes() -> None:
    """The upper bound of purposes of a kind of authority names known purposes."""
    for kind in AUTHORITY_KINDS.values():
        assert set(kind.purposes) <= set(PURPOSES)


@pytest.mark.parametrize(
    ("key", "years"),
    [("arrest", 5), ("missing-protect", 5), ("judicial", 3), ("unknown-wanted", 3),
     ("child-abduction", 1), ("discreet-check", 1), ("information", 1), ("object", 10),
     ("entry-refusal-ban", 3), ("return", 3)],
)  # fmt: skip
def test_review_periods_are_those_of_the_articles(key: str, years: int) -> None:
    """Reg (EU) 2018/1862 arts. 53-54 and 2018/1861 art. 39, row by row."""
    assert category(key).review_years == years
    due = review_due(category(key), datetime.date(2024, 2, 29))
    assert due == datetime.date(2024 + years, 2, 28)


def test_minimum_sets_are_those_of_the_articles() -> None:
    """2018/1861 art. 22 asks for the decision's reference; 2018/1862 art. 22 does not."""
    assert "decision_reference" in CATEGORIES["travel-ban"].minimum
    assert "decision_reference" not in CATEGORIES["arrest"].minimum
    assert {"surname", "birth_date"} <= set(CATEGORIES["arrest"].minimum)


def test_no_coercive_category_may_concern_a_child() -> None:
    """R44: no coercive alert type for a child."""
    assert not [c.id for c in CATEGORIES.values() if c.coercive and c.minor_ok]


dates = st.dates(min_value=datetime.date(1, 1, 1)).map(
    lambda d: PartialDate(d.year, d.month, d.day)
)
partial = st.one_of(
    dates,
    dates.map(lambda d: PartialDate(d.year)),
    dates.map(lambda d: PartialDate(d.year, d.month, estimated=True)),
)
words = st.text(min_size=1, max_size=30).filter(str.strip)
identities = st.builds(
    Identity,
    names=st.lists(st.builds(Name, words, words, words), max_size=3).map(tuple),
    birth_dates=st.lists(partial, max_size=2).map(tuple),
    nationalities=st.lists(st.sampled_from(sorted(COUNTRIES)), max_size=2).map(tuple),
    sex=st.sampled_from([None, "F", "M", "X"]),
    documents=st.lists(st.builds(DocumentNumber, words), max_size=2).map(tuple),
    birth_place=st.text(max_size=10),
)


@given(identities)
def test_an_identity_survives_its_json_form(identity: Identity) -> None:
    """identity_from_dict(as_dict(i)) is i, for any identity."""
    assert identity_from_dict(identity.as_dict()) == identity


@given(partial)
def test_a_partial_date_survives_its_text(date: PartialDate) -> None:
    """parse(str(d)) is d."""
    assert PartialDate.parse(str(date), estimated=date.estimated) == date


@pytest.mark.parametrize("text", ["", "2026-13", "2026-02-30", "20260101", "2026-1-1", "٢٠٢٦"])
def test_what_is_no_date_is_refused(text: str) -> None:
    """Half a date is fine, an impossible one is not."""
    with pytest.raises(Malformed):
        PartialDate.parse(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=8,
    )
)
def test_any_other_shape_is_malformed(data: object) -> None:
    """A foreign JSON value is an identity or Malformed, nothing else."""
    try:
        identity_from_dict(data)
    except Malformed:
        return
    pytest.fail("accepted")


def test_a_dotted_key_without_end_is_seen_and_a_text_with_dots_is_not() -> None:
    """Bare, quoted, spaced, in an inline table; not in any kind of text or in a comment."""
    dots = "a." * 20
    for key in (f"{dots}a = 1", '"a".' * 20 + "a = 1", f"[{dots}a]", f"x = {{ {dots}a = 1 }}"):
        assert has_long_key(f'title = "one"\n{key}\n')
    assert has_long_key("a . " * 20 + "b = 1")
    for said in (f'"{dots}"', f"'{dots}'", f'"""\n{dots}\n"""', f"'''\n{dots}\n'''", f"1 # {dots}"):
        assert not has_long_key(f"x = {said}\ny.z = 1\n")
