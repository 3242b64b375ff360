"""A copy is held against its feed once a day, and healed; a restored store begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from comity.bureau import alert, match, upkeep
from comity.bureau.courier import Courier
from comity.bureau.node import Node
from comity.errors import Malformed, NotPermitted
from comity.exchange import feed
from comity.exchange.reconcile import Difference
from comity.record import tables
from world import (
    AGREEMENT,
    CLERK,
    DAY,
    GUARD,
    HOUR,
    OTHER,
    PERSON,
    STRANGER,
    World,
    draft,
    world,
)

KINDS = ("sqlite", "postgresql")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


def hole(node: Node, alert_id: str) -> None:
    """The store loses one alert, silently."""
    with node.store.write() as conn:
        conn.execute(tables.alert.delete().where(tables.alert.c.id == alert_id))


def tomorrow(two: World) -> list[tuple[str, str]]:
    """The first round of Arcadia's next day: its faults."""
    two.clock.advance(DAY)
    return list(two.round(two.qma).faults)


@pytest.mark.parametrize("kind", KINDS)
def test_r18_a_copy_with_a_hole_is_found_and_healed_overnight(tmp_path: Path, kind: str) -> None:
    """What the store lost, what it kept too long, and an older version: all found, all healed."""
    with world(tmp_path, kind=kind) as two:
        lost, longer, kept = two.issue(), two.issue(OTHER), two.issue(STRANGER)
        hole(two.qma, lost.id)
        with two.uto.store.write() as conn:  # withdrawn in a memory that was lost
            gone = tables.feed.c.alert_id == kept.id
            conn.execute(tables.feed.delete().where(gone))
            later = tables.feed.c.alert_id == longer.id
            conn.execute(tables.feed.update().where(later).values(version=2))
            row = tables.alert.c.id == longer.id
            body = two.uto.vault.open(conn, longer.id, "alert", 1, conn.execute(
                select(tables.alert.c.sealed).where(row)).scalar_one())  # fmt: skip
            sealed = two.uto.vault.seal(
                conn, longer.id, "alert", 2, body.replace(b'"version":1', b'"version":2')
            )
            conn.execute(tables.alert.update().where(row).values(version=2, sealed=sealed))
            conn.execute(  # a row at the newest position, so that the feed is where the copy is
                tables.feed.insert().values(
                    agreement=AGREEMENT, peer="QMA", seq=3, alert_id="UTO-none", version=1,
                    op="withdraw", created=two.clock.now(), acknowledge_by=two.clock.now(),
                )
            )  # fmt: skip
        assert ("UTO", "copy-differed") in tomorrow(two)
        assert [two.holds(two.qma, one.id) for one in (lost, longer, kept)] == [True, True, False]
        two.reopen()
        states = [two.ask(one).state for one in (PERSON, OTHER, STRANGER)]
        assert states == ["match", "match", "no-match"]
        (told,) = [
            entry.public
            for entry in two.qma.ledger.entries(0, two.qma.ledger.size())
            if entry.kind == "copy:compared"
        ]
        assert told["found"] == {"missing": 1, "surplus": 1, "another": 1}
        assert told["left"] == {"missing": 0, "surplus": 0, "another": 0}
        assert tomorrow(two) == []
        two.check()


def test_a_whole_copy_is_compared_once_a_day_without_sending_it_again(two: World) -> None:
    """No difference: one comparison, no page, and not again on the same day."""
    two.issue()
    size, served = two.qma.ledger.size(), two.kinds(two.uto).count("feed:served")
    assert tomorrow(two) == []
    for _ in range(3):
        two.round(two.qma)
    assert two.kinds(two.qma, size).count("copy:compared") == 1
    assert two.kinds(two.uto).count("feed:served") == served


def test_reconcile_on_request_names_and_heals(two: World) -> None:
    """The act of the command: what was found, by name, and that nothing is left."""
    lost = two.issue()
    two.issue(OTHER)
    hole(two.qma, lost.id)
    courier = Courier(two.qma, two.dial)
    assert courier.reconcile("QNB") == []
    (done,) = courier.reconcile()
    assert (done.found, done.left) == (Difference((lost.id,)), Difference())
    assert done.healed == 1
    (again,) = courier.reconcile()
    assert again.found.none


def test_an_alert_that_may_not_be_received_does_not_start_the_copy_anew_every_day(
    two: World,
) -> None:
    """What cannot be healed is named each day, and fetched again only the first time."""
    two.issue()
    foreign = alert.issue(
        two.uto, CLERK, [alert.draft(two.uto, draft(OTHER, category="discreet-check"))]
    )[0]
    change = feed.Change("put", foreign.alert.id, 1)
    two.uto.write(
        lambda conn: feed.append(
            conn, agreement=AGREEMENT, peer="QMA", change=change, now=two.clock.now()
        )
    )
    two.sync()
    assert ("UTO", "copy-differed") in tomorrow(two)
    served = two.kinds(two.uto).count("feed:served")
    assert ("UTO", "copy-differed") in tomorrow(two)
    assert two.kinds(two.uto).count("feed:served") == served
    assert two.ask().state == "match"


def test_an_alert_that_has_expired_here_is_not_missing(two: World) -> None:
    """A copy ends on its last day; that its issuer's node sleeps makes it no difference."""
    two.issue(expires="2026-11-24")
    two.issue(OTHER)
    assert tomorrow(two) == []
    assert tomorrow(two) == []
    assert two.kinds(two.qma).count("alert:expired") == 1


def test_letters_nobody_took_are_closed_with_an_entry(two: World) -> None:
    """A hit that could not be told in time is no secret: it stands in the log, once."""
    two.issue()
    two.to_uto.up = False
    two.hit()
    two.clock.advance(8 * DAY)
    for _ in range(3):
        two.round(two.qma)
    assert two.kinds(two.qma).count("message:expired") == 1
    with two.qma.store.read() as conn:
        assert conn.execute(select(tables.outbox.c.state)).scalars().all() == ["expired"]


def test_ids_of_letters_past_all_lives_are_forgotten(two: World) -> None:
    """The inbox remembers as long as a letter may come again, and no longer."""
    two.issue()
    two.hit()
    two.sync()
    with two.uto.store.read() as conn:
        assert conn.execute(select(tables.inbox.c.id)).scalars().all()
    two.clock.advance(60 * DAY)
    two.round(two.uto)
    with two.uto.store.read() as conn:
        assert not conn.execute(select(tables.inbox.c.id)).scalars().all()
    assert len(match.hits(two.uto)) == 1


def test_a_restored_store_starts_its_peers_anew(two: World) -> None:
    """After a restore: holders take the feed from its beginning, our copies rest until whole."""
    two.issue()
    own = alert.issue(two.qma, CLERK, [alert.draft(two.qma, draft(OTHER))])[0].alert
    two.sync()
    upkeep.restored(two.qma, CLERK, reason="the disk of the post failed; backup of the night")
    assert two.ask().state == "unavailable"
    assert two.holds(two.uto, own.id)
    two.round(two.uto)  # another epoch: the copy ends
    assert not two.holds(two.uto, own.id)
    two.clock.advance(HOUR / 60)
    two.sync()
    assert two.holds(two.uto, own.id)
    assert two.ask().state == "match"
    assert two.kinds(two.qma).count("node:restored") == 1


def test_a_restore_is_a_named_persons_with_a_reason(two: World) -> None:
    """No words, or another role: nothing is done."""
    size = two.qma.ledger.size()
    with pytest.raises(Malformed):
        upkeep.restored(two.qma, CLERK, reason="disk")
    with pytest.raises(NotPermitted):
        upkeep.restored(two.qma, GUARD, reason="the disk of the post failed")
    assert two.qma.ledger.size() == size
