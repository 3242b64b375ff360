"""Invented people have the frequencies that their docstring states."""

from __future__ import annotations

import collections

import pytest

from comity.match.synthetic import CULTURES, Population
from comity.terms.identity import Identity

PEOPLE = 100_000


@pytest.fixture(scope="module")
def people() -> list[Identity]:
    """A hundred thousand invented people."""
    return [identity for _, identity in Population(1).people(PEOPLE)]


def test_names_are_as_distinct_as_in_the_reference_population(people: list[Identity]) -> None:
    """98 to 99.5 % of names are borne once, with 65,000 to 85,000 different parts."""
    names = {one.names[0].full for one in people}
    parts = {part for name in names for part in name.split()}
    assert 0.98 < len(names) / PEOPLE < 0.995
    assert 65_000 < len(parts) < 85_000


def test_few_people_are_one_population_with_many() -> None:
    """The first of five thousand people are the same as the first of fifty; seeds differ."""
    many = list(Population(3).people(5000))
    assert many[:50] == list(Population(3).people(50))
    assert many[:50] != list(Population(4).people(50))
    assert len(Population(3).cultures(5000)) == 5000
    assert Population(3).cultures(50) == Population(3).cultures(5000)[:50]


def test_cultures_have_their_shares() -> None:
    """Each culture has its share of people, within half a percent of all."""
    counted = collections.Counter(Population(1).cultures(PEOPLE))
    assert len(CULTURES) == 12
    for culture in CULTURES:
        assert abs(counted[culture.name] / PEOPLE - culture.share) < 0.005


def test_the_commonest_names_have_realistic_shares(people: list[Identity]) -> None:
    """In a culture the commonest man's name is borne by 2 to 8 %, the family name by 0.3 to 5 %."""
    cultures = Population(1).cultures(PEOPLE)
    for culture in CULTURES:
        named = [
            one.names[0].full.lower().split()
            for one, place in zip(people, cultures, strict=True)
            if place == culture.name and one.sex == "M"
        ]
        given = sum(culture.men[0] in parts for parts in named) / len(named)
        family = sum(parts[0 if culture.name == "East Asian" else -1] == culture.family[0]
                     for parts in named) / len(named)  # fmt: skip
        assert 0.015 < given < 0.17, culture.name  # several given names and fathers' names
        assert 0.003 < family < 0.05, culture.name


def test_dates_and_documents_have_the_stated_shares(people: list[Identity]) -> None:
    """1 % without a date, 4 % a year only, about 6 % 1 January, 60 % with a document."""
    dates = [one.birth_dates[0] if one.birth_dates else None for one in people]
    assert abs(sum(d is None for d in dates) / PEOPLE - 0.01) < 0.002
    assert abs(sum(d is not None and d.month is None for d in dates) / PEOPLE - 0.04) < 0.004
    january = sum(d is not None and (d.month, d.day) == (1, 1) for d in dates)
    assert abs(january / PEOPLE - 0.06) < 0.006
    assert abs(sum(bool(one.documents) for one in people) / PEOPLE - 0.6) < 0.01


def test_patronymics_and_womens_surnames_follow_the_language(people: list[Identity]) -> None:
    """East Slavic women bear -vna and -ova; men -vich."""
    cultures = Population(1).cultures(PEOPLE)
    named = [
        (one.sex, one.names[0].full.lower().split())
        for one, place in zip(people, cultures, strict=True)
        if place == "East Slavic"
    ]
    women = [parts for sex, parts in named if sex == "F"]
    assert not any(part.endswith("vich") for parts in women for part in parts[1:-1])
    assert any(parts[-1] == "ivanova" for parts in women)
    assert not any(parts[-1] == "ivanov" for parts in women)
    assert sum(parts[1].endswith("vna") for parts in women if len(parts) == 3) > 100
