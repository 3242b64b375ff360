"""Withdrawn means withdrawn, whatever became of the agreement under which the alert went out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from comity.bureau import agreement, alert, restriction
from comity.bureau.agreement import Text
from comity.bureau.node import Node
from comity.bureau.texts import texts_folder
from comity.record import tables
from world import AGREEMENT, CLERK, DAY, OTHER, PERSON, STRANGER, World, draft, world

ANNULLED = {"event": "decision-withdrawn", "reason": "the ban was annulled on appeal"}
WHO = ("uto", "qma", "both")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


def suspenders(two: World, who: str) -> list[Node]:
    """Who suspends: the issuer, the holder, or both."""
    return {"uto": [two.uto], "qma": [two.qma], "both": [two.uto, two.qma]}[who]


def rounds(two: World) -> None:
    """Rounds of both nodes; under a suspended agreement the only fault is that it is."""
    for node in (two.qma, two.uto, two.qma):
        faults = {fault[1] for fault in two.round(node).faults}
        assert faults <= {"feed-only-ends", "agreement-not-in-force"}, faults


def adopted_again(two: World, who: str) -> None:
    """The same text, adopted again by whoever had suspended it."""
    folder = texts_folder() / "agreements" / AGREEMENT
    text: Text = agreement.read_folder(folder)
    signatures = [agreement.sign(node, text) for node in two.nodes]
    for node in suspenders(two, who):
        agreement.adopt(node, text, signatures)


@pytest.mark.parametrize("who", WHO)
def test_r18_withdrawals_pass_under_a_suspended_agreement(two: World, who: str) -> None:
    """Whoever suspends it: the holder's copy is erased, acknowledged, and nothing else arrives."""
    gone, kept = two.issue(), two.issue(OTHER)
    for node in suspenders(two, who):
        agreement.suspend(node, AGREEMENT, reason="exercise")
    alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(STRANGER))])
    alert.withdraw(two.uto, CLERK, gone.id, **ANNULLED)
    size = two.qma.ledger.size()
    rounds(two)
    assert not two.holds(two.qma, gone.id)
    assert two.holds(two.qma, kept.id)
    assert two.kinds(two.qma, size).count("copy:stored") == 0
    two.clock.advance(2 * DAY)
    assert alert.overdue(two.uto) == []
    assert two.ask(OTHER).state != "match"
    two.check()


@pytest.mark.parametrize("who", WHO)
def test_what_was_held_back_arrives_when_it_is_in_force_again(two: World, who: str) -> None:
    """Resumed, the copy is what it ought to be: nothing skipped, nothing that was withdrawn."""
    gone, kept = two.issue(), two.issue(OTHER)
    for node in suspenders(two, who):
        agreement.suspend(node, AGREEMENT, reason="exercise")
    alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(STRANGER))])
    alert.withdraw(two.uto, CLERK, gone.id, **ANNULLED)
    restriction.restrict(two.uto, CLERK, kept.id, ground="contested", reason="a complaint stands")
    rounds(two)
    adopted_again(two, who)
    two.sync()
    states = [two.ask(one).state for one in (PERSON, OTHER, STRANGER)]
    assert states == ["no-match", "no-match", "match"]
    two.check()


def test_puts_held_back_are_not_acknowledged_unseen(two: World) -> None:
    """A holder that asks for withdrawals only acknowledges withdrawals only."""
    first = two.issue()
    agreement.suspend(two.qma, AGREEMENT, reason="exercise")
    late = alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(OTHER))])[0].alert
    alert.withdraw(two.uto, CLERK, first.id, **ANNULLED)
    rounds(two)
    rows = select(tables.feed.c.alert_id, tables.feed.c.acknowledged_at)
    with two.uto.store.read() as conn:
        known = {one.alert_id: one.acknowledged_at is not None for one in conn.execute(rows)}
    assert known == {first.id: True, late.id: False}


def test_r56_suspension_by_the_issuer_ends_the_holders_lease(two: World) -> None:
    """From the next round on, the holder's copy supports no act, and the node says why."""
    two.issue()
    agreement.suspend(two.uto, AGREEMENT, reason="exercise")
    assert ("UTO", "feed-only-ends") in two.round(two.qma).faults
    two.clock.advance(DAY / 24)
    assert two.ask().state == "unavailable"


def test_withdrawals_pass_after_the_agreements_last_day(two: World) -> None:
    """An agreement that has run out no more stops a withdrawal than one that is suspended."""
    made = two.issue(expires="2029-06-30")
    two.clock.advance(800 * DAY)
    assert agreement.in_force(two.uto, two.uto.today()) == []
    alert.withdraw(two.uto, CLERK, made.id, **ANNULLED)
    rounds(two)
    assert not two.holds(two.qma, made.id)
