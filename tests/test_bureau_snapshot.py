"""The sealed index: it saves time, changes no answer, and ends with the alerts it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.bureau import alert, intake
from comity.bureau.index_status import index_status
from comity.bureau.snapshot import WORTH
from comity.cli.main import comity
from comity.terms.identity import Identity, Name, PartialDate
from world import AGREEMENT, CLERK, World, world

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


def test_status_tells_size_start_changes_and_freshness(full: World) -> None:
    """What an operator asks: how many, how much, whence, what came since, how old."""
    people = WORTH + 50
    first = index_status(full.uto)
    assert (first["people"], first["start"]["from"], first["objects"]) == (people, "store", 0)
    assert first["memory_bytes"] > 100 * people
    assert first["generation"] == {"base": people, "added": 0, "removed": 0}
    assert first["snapshot"]["bytes"] > 100 * people
    made = full.issue()
    assert index_status(full.uto)["generation"] == {"base": people, "added": 1, "removed": 0}
    alert.withdraw(full.uto, CLERK, made.id, event="decision-withdrawn", reason="annulled")
    now = index_status(full.uto)
    assert (now["people"], now["generation"]["removed"], now["snapshot"]) == (people, 1, None)
    assert now["changed_at"] == full.clock.now().isoformat()
    assert now["version"] == full.uto.holdings.index.version
    full.sync()
    (copy,) = index_status(full.qma)["copies"]
    assert (copy["peer"], copy["agreement"]) == ("UTO", AGREEMENT)


def test_status_says_that_a_node_started_from_its_snapshot(full: World) -> None:
    """After a restart the index comes from the snapshot, with nothing added."""
    full.reopen()
    found = index_status(full.uto)
    assert found["start"]["from"] == "snapshot"
    assert found["generation"] == {"base": WORTH + 50, "added": 0, "removed": 0}
    home = str(full.uto.home)
    full.uto.close()
    run = CliRunner().invoke(comity, ["match", "status", "--home", home, "--json"])
    assert json.loads(run.stdout)["people"] == WORTH + 50
    words = CliRunner().invoke(comity, ["match", "status", "--home", home]).stdout
    assert "generation" in words
    assert "snapshot in" in words
