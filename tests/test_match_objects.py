"""Objects are found by their numbers, also misread ones."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from comity.errors import Malformed, NotFound
from comity.match.objects import KINDS, ObjectIndex, symbols_of, vin_holds

ROWS = [
    ("plate", "UTO 4711"),
    ("vehicle", "1M8GDM9AXKP042788"),
    ("document", "L898902C3"),
    ("document", "X0000001"),
    ("firearm", "AB-123456"),
]
INDEX = ObjectIndex.build(ROWS)
SERIES = [f"{a}{b}{c:03d}" for a in "AY7" for b in ("C", "HH") for c in range(0, 400, 5)]
"""Numbers near each other, enough of them for the compiled kernels."""
LARGE = ObjectIndex.build(("serial", number) for number in SERIES[:-5])
for late in SERIES[-5:]:
    LARGE.add("serial", late)


@pytest.mark.parametrize(
    ("asked", "row", "same"),
    [
        ("uto-4711", 0, True),
        ("UT0 47II", 0, True),
        ("UTO 4712", 0, False),
        ("1M8GDM9AXKP042788", 1, True),
        ("IM8GDM9AXKPO42788", 1, True),
        ("1M8GDM9AXKP042798", 1, False),
        ("L898920C3", 2, False),
        ("L89890C3", 2, False),
        ("L8989002C3", 2, False),
    ],
)
def test_misread_numbers_are_found(asked: str, row: int, same: bool) -> None:  # noqa: FBT001
    """Look-alikes are the same number; one character or one exchange away is told as such."""
    found = INDEX.search(asked)
    assert [(f.row, f.same) for f in found] == [(row, same)]


def test_only_the_kind_asked_for() -> None:
    """A search in one kind finds no object of another."""
    assert INDEX.search("L898902C3", kind="document")
    assert not INDEX.search("L898902C3", kind="plate")
    with pytest.raises(Malformed):
        INDEX.search("L898902C3", kind="horse")


def test_exact_search_finds_no_neighbours() -> None:
    """Without near only the number itself, look-alikes folded, is found."""
    assert not INDEX.search("UTO 4712", near=False)
    assert INDEX.search("UT0 4711", near=False)


def test_changes_count_at_once_and_survive_a_snapshot() -> None:
    """What is added is found, what is removed is not, also after writing and opening."""
    index = ObjectIndex.build(ROWS)
    row = index.add("plate", "QAA 99")
    index.remove(0)
    out = io.BytesIO()
    index.dump(out.write)
    for one in (
        index,
        ObjectIndex.load(out.getvalue()),
        ObjectIndex.load(bytearray(out.getvalue())),
    ):
        assert [f.row for f in one.search("QAA99")] == [row]
        assert not one.search("UTO 4711")
        assert len(one) == len(ROWS)
    with pytest.raises(NotFound):
        index.remove(0)


def test_growth_loses_nothing() -> None:
    """A thousand additions are all found."""
    index = ObjectIndex()
    for i in range(1000):
        assert index.add("serial", f"UTO{i:06d}") == i
    for i in range(0, 1000, 97):
        assert [f.row for f in index.search(f"UTO{i:06d}", near=False)] == [i]


@pytest.mark.parametrize("cut", [0, 7, 20, 200])
def test_a_damaged_snapshot_is_refused(cut: int) -> None:
    """A snapshot cut short is malformed, with a word on what to do."""
    out = io.BytesIO()
    INDEX.dump(out.write)
    with pytest.raises(Malformed):
        ObjectIndex.load(out.getvalue()[:cut])


def test_vehicle_check_digit() -> None:
    """The check digit of a vehicle number is computed as 49 CFR 565.15 says."""
    assert vin_holds("1M8GDM9AXKP042788") is True
    assert vin_holds("1M8GDM9A1KP042788") is False
    assert vin_holds("UTO 4711") is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(KINDS))
def test_any_text_is_looked_up_without_failing(number: str, kind: str) -> None:
    """No text makes a look-up fail; what has no letter or digit finds nothing by accident."""
    INDEX.search(number, kind=kind)
    assert len(symbols_of(number)) <= 40


@settings(max_examples=150, deadline=None)
@given(st.text("ACY7H0123459", min_size=4, max_size=7))
def test_all_one_character_away_are_found_and_no_others(number: str) -> None:
    """A search finds exactly the numbers within one letter wrong, missing, added or exchanged."""
    far = [OSA.distance(symbols_of(number), symbols_of(held)) for held in SERIES]
    reach = 1 if len(number) > 4 else 0
    wanted = {row: distance == 0 for row, distance in enumerate(far) if distance <= reach}
    assert {found.row: found.same for found in LARGE.search(number)} == wanted
