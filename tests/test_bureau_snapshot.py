"""The sealed index: it saves time, changes no answer, and ends with the alerts it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.bureau import alert, intake
from comity.bureau.snapshot import WORTH
from comity.terms.identity import Identity, Name, PartialDate
from world import CLERK, World, world

SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]


def name(number: int) -> tuple[str, str]:
    """Give an invented forename and surname, another for each number."""
    size = len(SYLLABLES)
    one, two, three = number % size, number // size % size, number * 7 % size
    return (
        f"{SYLLABLES[one]}{SYLLABLES[three]}n".title(),
        f"{SYLLABLES[two]}{SYLLABLES[one]}r".title(),
    )


@pytest.fixture
def full(tmp_path: Path) -> Iterator[World]:
    """Utopia holds a little more than a snapshot is worth."""
    with world(tmp_path) as two:
        file = tmp_path / "list.jsonl"
        with file.open("w", encoding="utf-8") as stream:
            for number in range(WORTH + 50):
                first, last = name(number)
                said = {
                    "name": [f"{first} {last}"],
                    "lastName": [last],
                    "birthDate": [f"{1940 + number % 60}-0{1 + number % 9}-{10 + number % 18}"],
                    "topics": ["sanction"],
                }
                one = {"id": f"s-{number}", "schema": "Person", "properties": said}
                stream.write(json.dumps(one) + "\n")
        intake.import_list(two.uto, CLERK, file)
        two.uto.holdings.refresh()
        yield two


def asked() -> list[Identity]:
    """Give some of the persons listed, and one who is not."""
    people = [(*name(n), 1940 + n % 60) for n in (3, 700, 1999)] + [
        ("Nobody", "Quillfeather", 1970)
    ]
    return [
        Identity(names=(Name.of(last, first),), birth_dates=(PartialDate(year),))
        for first, last, year in people
    ]


def test_a_snapshot_answers_as_the_index_it_was_made_from(full: World) -> None:
    """After a restart from the snapshot every answer is the same, to the bit."""
    before = full.uto.holdings.index.search_many(asked(), limit=10)
    assert (full.uto.home / "index.sealed").exists()
    assert any(found.candidates for found in before)
    full.reopen()
    full.uto.holdings.refresh()
    assert full.uto.holdings.index.search_many(asked(), limit=10) == before


def test_r18_a_withdrawal_takes_the_snapshot_off_the_disk(full: World) -> None:
    """A withdrawn alert is in no sealed index, and no restart brings it back."""
    file = full.uto.home / "index.sealed"
    alert.withdraw(
        full.uto, CLERK, "UTO-ftm-s-3", event="measure-ended", reason="annulled by the court"
    )
    assert not file.exists()
    full.reopen()
    full.uto.holdings.refresh()
    assert "UTO-ftm-s-3" not in full.uto.holdings.index


@pytest.mark.parametrize("damage", ["empty", "flipped", "cut"])
def test_a_damaged_snapshot_is_not_used(full: World, damage: str) -> None:
    """The index is then built from the store; nothing is lost and nobody is told otherwise."""
    before = full.uto.holdings.index.search_many(asked(), limit=10)
    file = full.uto.home / "index.sealed"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes({"empty": b"", "flipped": bytes(data), "cut": bytes(data[:100])}[damage])
    full.reopen()
    full.uto.holdings.refresh()
    assert full.uto.holdings.index.search_many(asked(), limit=10) == before


def test_the_snapshot_shows_nothing_of_a_person(full: World) -> None:
    """No name stands in the file as it lies on the disk."""
    data = (full.uto.home / "index.sealed").read_bytes().lower()
    shown = [" ".join(name(number)).lower().encode() for number in range(WORTH)]
    assert not any(one in data for one in shown)
    assert b"comitym1" not in data
