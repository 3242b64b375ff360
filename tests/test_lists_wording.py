"""Names, dates, numbers and countries in the words that lists use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.lists.countries import NO_COUNTRY, _names, country_code
from comity.lists.wording import (
    TEXT_CHARS_MAX,
    document,
    months_between,
    split_alias,
    tidy,
    written_date,
    years_between,
)
from comity.terms.country import COUNTRIES


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Democratic Republic of the Congo", "COD"),
        ("Congo, Democratic Republic of the", "COD"),
        ("Korea, North", "PRK"),
        ("Democratic People's Republic of Korea", "PRK"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Germany", "D"),
        ("de", "D"),
        ("DEU", "D"),
        ("The Gambia", "GMB"),
        ("Türkiye", "TUR"),
        ("Burma", "MMR"),
        ("xk", "RKS"),
        ("Hong Kong", "CHN"),
        ("Utopia", "UTO"),
        ("Macedonia, The Former Yugoslav Republic of", "MKD"),
    ],
)
def test_names_of_countries_as_lists_write_them(name: str, code: str) -> None:
    """Each way of writing a country leads to the one code its passports print."""
    assert country_code(name) == code


def test_a_country_is_never_guessed() -> None:
    """A former state has no code; an unknown name is unknown."""
    assert country_code("former Soviet Union") == NO_COUNTRY
    assert country_code("suhh") == NO_COUNTRY
    assert country_code("Utopiaa") is None
    assert country_code("x" * 300) is None
    assert country_code("") is None


def test_every_code_of_the_table_is_a_code_of_the_terms() -> None:
    """The lists' table adds spellings, never countries."""
    assert set(_names().values()) - {NO_COUNTRY} <= set(COUNTRIES)


@pytest.mark.parametrize(
    ("text", "country", "number", "issuer"),
    [
        ("A1234567", "", "A1234567", ""),
        ("Libyan passport No. 513519 ", "", "513519", ""),
        ("CAR diplomatic passport no. D00000898", "", "D00000898", ""),
        ("Libya 428720", "", "428720", "LBY"),
        ("AF465508 Colombia", "", "AF465508", "COL"),
        ("R00012098, South Sudan", "", "R00012098", "SSD"),
        ("381110042 (Expired 25 Jan. 2016)", "Utopia", "381110042", "UTO"),
        ("Russian passport number 8208 No. 555627", "", "8208 555627", ""),
        ("Booklet: A5199819", "Pakistan", "A5199819", "PAK"),
        ("12/BAHANA(N)010023", "Burma", "12/BAHANA(N)010023", "MMR"),
        ("35202- 4135948-7", "", "35202- 4135948-7", ""),
    ],
)
def test_a_number_is_told_from_the_words_around_it(
    text: str, country: str, number: str, issuer: str
) -> None:
    """Labels, remarks and countries are taken off; the number stays as printed."""
    found, note = document(text, "ordinary", country)
    assert found is not None
    assert (found.number, found.issuer, note) == (number, issuer, "")


@pytest.mark.parametrize(
    "text",
    ["", "none", "issued in 1993 under another name", "A1 and Kuwaiti National ID No. 28", "(" * 9],
)
def test_prose_is_no_number(text: str) -> None:
    """Where the number cannot be told with certainty it is left out."""
    assert document(text, "ordinary") == (None, "document-form")


def test_an_unknown_issuer_is_left_out_and_noted() -> None:
    """The number stays, the issuer is not invented."""
    found, note = document("A1234567", "ordinary", "Nowhereland")
    assert found is not None
    assert (found.issuer, note) == ("", "document-issuer")


def test_dates_in_words() -> None:
    """Day and month may be missing; anything else is no date."""
    assert written_date("10 Dec 1948") == "1948-12-10"
    assert written_date("Nov. 1973") == "1973-11"
    assert written_date(" 1948 ") == "1948"
    assert written_date("30-35 years old") is None
    assert written_date("10 Foo 1948") is None
    assert months_between("Between Aug. and Sep. 1977") == ["1977-08", "1977-09"]
    assert months_between("Between Foo and Bar 1977") == []
    assert years_between("1958", "1960") == ["1958", "1959", "1960"]
    assert years_between("1960", "1958") is None
    assert years_between("1900", "1960") is None
    assert years_between("19x0", "1960") is None


def test_an_alias_field_holds_names_scripts_and_remarks() -> None:
    """Brackets with another script are names, brackets with the same are remarks."""
    assert list(split_alias("A Bell; A Bel")) == [("A Bell", ""), ("A Bel", "")]
    assert list(split_alias("Amir (original script: Амир)")) == [("Амир", ""), ("Amir", "")]
    assert list(split_alias("حسن (Hassan; Hasan)"))[:2] == [("Hassan", ""), ("Hasan", "")]
    assert list(split_alias("Ana (birth name)")) == [("Ana", "birth name")]
    assert list(split_alias("Ana Bell, born 1 Jan. 1953 in Utopia")) == [("Ana Bell", "born")]


@given(st.text())
def test_tidy_text_holds_nothing_unseen(text: str) -> None:
    """No control, no half surrogate, no mark that reverses a line; twice changes nothing."""
    clean = tidy(text)
    assert clean == tidy(clean)
    clean.encode("utf-8")
    assert not any(letter < " " or "\u202a" <= letter <= "\u202e" for letter in clean)


@given(st.text(), st.text(max_size=30))
def test_any_words_end_well(text: str, country: str) -> None:
    """Whatever stands in a document's or an alias's field, a value or a note comes out."""
    found, note = document(text, "", country)
    assert found is not None or note
    assert all(isinstance(name, str) for name, _ in split_alias(text))


@pytest.mark.parametrize("piece", ["\u0301\u0323", "(", "()", "; ", "Libya ", "no ", " (,", "A1 "])
def test_hostile_repetition_costs_little(piece: str) -> None:
    """Texts made to repeat a step many times are cut before any step sees them."""
    text = tidy(piece * 200_000)
    assert len(text) <= TEXT_CHARS_MAX * 2
    document(text, "")
    assert sum(1 for _ in split_alias(text)) <= TEXT_CHARS_MAX * 2
