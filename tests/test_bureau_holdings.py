"""The index follows the store: whole, in every process, and never half."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from comity.bureau import alert
from comity.bureau.agreement import find
from comity.bureau.diagnosis import diagnose
from comity.bureau.freshness import usable, usable_until
from comity.bureau.node import open_node
from comity.bureau.settings import format_settings, parse_settings
from comity.errors import ComityError, Malformed
from comity.exchange.lease import Lease
from comity.record import tables
from world import AGREEMENT, CLERK, HOUR, OTHER, PERSON, START, World, draft, settings, world


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


def test_what_another_process_writes_is_found(two: World) -> None:
    """A check finds what another process of the same node has stored since."""
    two.qma.holdings.refresh()
    other = open_node(two.folder / "QMA", clock=two.clock)
    alert.issue(other, CLERK, [alert.draft(other, draft(local_id="own"))])
    other.close()
    two.sync()
    assert two.ask().shown[0].alert == "QMA-own"


def test_r18_an_unreadable_alert_stops_checks_and_hides_nothing(two: World) -> None:
    """A row that cannot be opened makes every check fail, again and again: never 'no match'."""
    two.issue(PERSON)
    broken = two.issue(OTHER)
    with two.qma.store.write() as conn:
        conn.execute(
            update(tables.alert).filter_by(id=broken.id).values(sealed=b"\x01" + b"\x00" * 60)
        )
    for _ in range(3):
        with pytest.raises(ComityError):
            two.ask(PERSON)
    two.reopen()
    for _ in range(2):
        with pytest.raises(ComityError):
            two.ask(PERSON)


def test_r18_an_alert_that_breaks_later_stops_checks_too(two: World) -> None:
    """The same for an alert that arrives after the index was built."""
    two.issue(PERSON)
    assert two.ask().state == "match"
    second = two.issue(OTHER)
    with two.qma.store.write() as conn:
        conn.execute(
            update(tables.alert).filter_by(id=second.id).values(sealed=b"\x01" + b"\x00" * 60)
        )
    for _ in range(3):
        with pytest.raises(ComityError):
            two.ask(PERSON)


def test_r17_the_shortest_period_counts(two: World) -> None:
    """Of what the issuer granted, what the agreement allows and 48 hours, the shortest holds."""
    agreed = find(two.qma, AGREEMENT).agreement
    limits = dataclasses.replace(agreed.limits, lease_hours=6)
    strict = dataclasses.replace(agreed, limits=limits)
    held = Lease("UTO", AGREEMENT, START + 48 * HOUR, START)
    assert usable_until(held, agreed) == START + 48 * HOUR
    assert usable_until(held, strict) == START + 6 * HOUR
    assert usable(held, strict, START + 6 * HOUR)
    assert not usable(held, strict, START + 6 * HOUR + datetime.timedelta(seconds=1))
    assert not usable(None, agreed, START)
    short = dataclasses.replace(held, granted_until=START + HOUR)
    assert usable_until(short, agreed) == START + HOUR


def test_doctor_says_what_is_wrong_and_what_to_do(two: World) -> None:
    """A copy never synchronised, a line that is down, no witness: each a finding with a hint."""
    findings = {one.what: one for one in diagnose(two.qma)}
    assert findings["copy of UTO"].state == "look"
    assert findings["peer UTO"].state == "look"
    assert findings["witness"].state == "look"
    assert findings["log"].state == "ok"
    assert all(one.hint for one in findings.values() if one.state == "look")
    two.sync()
    after = {one.what: one.state for one in diagnose(two.qma)}
    assert after["copy of UTO"] == "ok"


@pytest.mark.parametrize(
    "text",
    [
        "", "country = 5", 'country = "UTO"', "[",
        'country = "Utopia"\nname = "x"\ntraining = true',
        'country = "UTO"\nname = "x"\ntraining = false',
        'country = "D"\nname = "x"\ntraining = true',
        'country = "UTO"\nname = "x"\ntraining = "yes"',
        'country = "UTO"\nname = "x"\ntraining = true\nrisk = 1',
        'country = "UTO"\nname = "x"\ntraining = true\npeer_port = "8443"',
        'country = "UTO"\nname = "x"\ntraining = true\npeer_port = true',
    ],
)  # fmt: skip
def test_settings_out_of_form_are_refused_with_their_key(text: str) -> None:
    """Each setting has its type; a training node is of a training state, and only it."""
    with pytest.raises(Malformed):
        parse_settings(text, where="node.toml")


def test_settings_are_read_as_written() -> None:
    """What is written is what is read."""
    made = settings("UTO", store="sqlite:x.db", round_seconds=0.5, witness_key='a"b\\c')
    assert parse_settings(format_settings(made), where="node.toml") == made
