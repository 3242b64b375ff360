"""Alerts on documents and objects: found by number at a check, also misread, and never too many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.bureau import alert
from comity.bureau.answer import Answer
from comity.bureau.check import check
from comity.bureau.objects import NEAR_MAX, Objects
from comity.bureau.question import Inquiry
from comity.terms.identity import DocumentNumber, Identity
from world import CLERK, GUARD, PERSON, World, draft, traveller, world

VIN = "1M8GDM9AXKP042788"
"""The example of 49 CFR 565.15, with its check digit."""


def thing(number: str, issuer: str = "UTO", kind: str = "") -> Identity:
    """A document or an object, of nobody."""
    return Identity(documents=(DocumentNumber(number, issuer, kind),))


def issue(two: World, *things: Identity) -> list[str]:
    """Alerts of Utopia on these objects; their ids."""
    drafts = [draft(one, category="object", basis="", reason="stolen") for one in things]
    made = alert.issue(two.uto, CLERK, [alert.draft(two.uto, one) for one in drafts])
    return [one.alert.id for one in made]


def ask(two: World, *documents: DocumentNumber) -> Answer:
    """What Utopia's border guard is told about someone who shows these."""
    who = traveller(Identity(documents=documents))
    return check(two.uto, Inquiry(officer=GUARD, purpose="border-check"), [who])[0]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia holds alerts on a passport, a vehicle and a plate."""
    with world(tmp_path) as made:
        issue(made, thing("L898902C3"), thing(VIN, kind="vehicle"), thing("UT 4711", kind="plate"))
        yield made


@pytest.mark.parametrize(
    ("number", "issuer", "kind", "band"),
    [
        ("L898902C3", "UTO", "", "strong"),
        ("L8989O2C3", "UTO", "ordinary", "strong"),
        ("L898902C3", "", "", "possible"),
        ("L898902C4", "UTO", "", "possible"),
        ("L89890C3", "UTO", "", "possible"),
        ("L898902C3", "QMA", "", ""),
        ("L898902C3", "UTO", "plate", ""),
        ("L898912C4", "UTO", "", ""),
        (VIN, "UTO", "vehicle", "strong"),
        ("1M8GDM9AXKP042789", "UTO", "", "possible"),
        ("ut-47II", "UTO", "plate", "strong"),
    ],
)
def test_a_number_finds_its_alert(
    two: World, number: str, issuer: str, kind: str, band: str
) -> None:
    """The same number of the same state is strong; near, or of no known state, only possible."""
    shown = ask(two, DocumentNumber(number, issuer, kind)).shown
    assert [one.band for one in shown] == ([band] if band else [])


def test_a_vehicle_number_that_cannot_be_is_said_to_be(two: World) -> None:
    """A check digit that does not hold is told with the candidate."""
    (shown,) = ask(two, DocumentNumber("1M8GDM9AXKP042789", "UTO", "vehicle")).shown
    assert "its check digit does not hold" in shown.compared[0].why


def test_near_a_whole_series_nothing_is_shown(two: World) -> None:
    """Next to a series of stolen blanks a number tells nothing, and the answer says so; one of the

    series itself is found alone.
    """
    series = [thing(f"QZ77410{number}") for number in range(NEAR_MAX + 1)]
    ids = issue(two, *series)
    answer = ask(two, DocumentNumber("QZ774109", "UTO"))
    assert answer.shown == ()
    assert any("series" in words for words in answer.ignored)
    (shown,) = ask(two, series[2].documents[0]).shown
    assert shown.alert == ids[2]


def test_another_state_finds_it_in_its_copy_until_it_is_withdrawn(two: World) -> None:
    """An alert on an object travels like any other, and ends like any other."""
    (made,) = issue(two, thing("ZQ5550001"))
    two.sync()
    (shown,) = two.ask(thing("ZQ5550001")).shown
    assert shown.alert == made
    alert.withdraw(two.uto, CLERK, made, event="decision-withdrawn", reason="found by its holder")
    two.sync()
    assert two.ask(thing("ZQ5550001")).shown == ()
    assert made not in two.qma.holdings.objects
    two.check()


def test_persons_and_their_documents_are_asked_together(two: World) -> None:
    """Who is on a list and carries a stolen passport is shown both alerts."""
    made = alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(PERSON))])[0].alert.id
    both = Identity(PERSON.names, PERSON.birth_dates, documents=(DocumentNumber("L898902C3"),))
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    answer = check(two.uto, inquiry, [traveller(both)])[0]
    assert len(answer.shown) == 2
    assert made in {one.alert for one in answer.shown}


def test_the_order_of_changes_does_not_matter() -> None:
    """The same alerts give the same version and answers after changes, a snapshot, or rebuilt."""
    numbers = [("UTO-a", thing("A1234567")), ("UTO-b", thing("B1234567")), ("UTO-c", thing(VIN))]
    changed = Objects()
    for alert_id, identity in [*reversed(numbers), ("UTO-d", thing("A1234567"))]:
        changed.add(alert_id, identity)
    changed.remove("UTO-d")
    for other in (Objects.build(numbers), Objects.load(changed.dump())):
        assert other.version == changed.version
        for asked in ("A1234567", "A1234568", VIN):
            assert other.search(thing(asked)) == changed.search(thing(asked))
    assert len(changed) == 3
    assert changed.version != Objects.build(numbers[:2]).version


def test_a_node_starts_again_with_its_objects(two: World) -> None:
    """After a restart the alerts on objects stand in the index as before."""
    before = ask(two, DocumentNumber(VIN)).matcher
    two.reopen()
    answer = ask(two, DocumentNumber(VIN))
    assert len(answer.shown) == 1
    assert answer.matcher == before
