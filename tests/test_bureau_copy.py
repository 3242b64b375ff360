"""The copy of a peer's alerts: what a hostile or broken feed brings, and what it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from comity.bureau import alert, copy
from comity.bureau.courier import Courier
from comity.bureau.node import Node
from comity.exchange import envelope, feed, follow, inbox, peers
from comity.exchange.card import NodeCard
from comity.proof.canonical import canonical
from comity.record import tables
from comity.terms.alert import Alert
from world import AGREEMENT, CLERK, HOUR, OTHER, PERSON, STRANGER, World, draft, world

KINDS = ("sqlite", "postgresql")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


class Hostile:
    """Utopia's door, answering questions with a page of its own making, truly signed."""

    def __init__(self, node: Node, page: Callable[[int], feed.Page]) -> None:
        self.node = node
        self.page = page

    def ask(self, data: bytes) -> bytes:
        """Answer a question for a page."""
        now = self.node.clock.now()

        def read(_conn: Connection, letter: envelope.Envelope) -> inbox.Applied:
            after = follow.parse_pull(letter.body).after
            body = follow.format_page(self.page(after), now + 48 * HOUR)
            return inbox.Applied(answer=inbox.Answer(follow.PAGE, body))

        return inbox.process_question(
            data, write=self.node.write, home=self.node.desk, read=read, now=now
        )

    def send(self, data: bytes) -> bytes:
        """Nothing is sent in these tests."""
        raise AssertionError(data)

    def close(self) -> None:
        """Hang up."""


def feeds(two: World, items: list[tuple[str, str, int, bytes]]) -> None:
    """Arcadia follows a feed of these (op, alert id, version, body)."""
    by = two.clock.now() + HOUR
    made = [
        feed.Item(seq, op, one, version, body, by if op == "withdraw" else None)  # type: ignore[arg-type]
        for seq, (op, one, version, body) in enumerate(items, start=1)
    ]

    def page(after: int) -> feed.Page:
        rest = tuple(item for item in made if item.seq > after)
        return feed.Page(rest, rest[-1].seq if rest else after, len(made))

    def dial(_card: NodeCard) -> Hostile:
        return Hostile(two.uto, page)

    report = Courier(two.qma, dial).make_round()
    assert report.faults == ()
    assert report.applied == len(items)


def body(two: World, who: Any = PERSON, **changes: Any) -> tuple[str, bytes]:
    """An alert as Utopia would send it, changed: its id and its body."""
    made = alert.draft(two.uto, draft(who, local_id="h1")).as_dict()
    return made["id"], canonical(made | changes)


def good(two: World) -> Alert:
    """The good alert at the end of each hostile feed."""
    return alert.draft(two.uto, draft(OTHER, local_id="good"))


CHANGES: dict[str, dict[str, Any]] = {
    "other issuer": {"issuer": "QMA", "id": "QMA-h1"},
    "issuer and id disagree": {"issuer": "QMA"},
    "other version": {"version": 2},
    "version of no store": {"version": 2**40},
    "unknown category": {"category": "annoyance"},
    "category not agreed": {"category": "discreet-check"},
    "no decision": {"reference": ""},
    "longer than the law": {"expires": "2039-01-01"},
    "expired": {"entered_on": "2020-01-01", "expires": "2021-01-01"},
    "date beyond all years": {"entered_on": "9999-01-01", "expires": "9999-12-31"},
    "text of a megabyte": {"reason": "x" * 150_000},
    "extra field": {"risk_score": 9},
    "entry ban in words": {"entry_ban": "perhaps"},
    "a child": {"identity": {**PERSON.as_dict(),
                "birth_dates": [{"date": "2015-01-02", "estimated": False}]}},
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_item_that_fails_is_refused_recorded_and_blocks_nothing(two: World, what: str) -> None:
    """An alert that may not be received is not stored; the next item is."""
    alert_id, data = body(two, **CHANGES[what])
    version = 2**40 if what == "version of no store" else 1
    last = good(two)
    feeds(two, [("put", alert_id, version, data),
                ("put", last.id, 1, canonical(last.as_dict()))])  # fmt: skip
    assert not two.holds(two.qma, alert_id)
    assert two.holds(two.qma, last.id)
    refused = [e for e in two.qma.ledger.entries(0, two.qma.ledger.size())
               if e.kind == "copy:refused"]  # fmt: skip
    assert len(refused) == 1
    assert set(refused[0].public) == {"peer", "agreement", "code"}
    two.check()


def test_any_garbage_body_is_refused_and_blocks_nothing(two: World) -> None:
    """Whatever bytes or JSON a peer signs: refused one by one, the good item arrives."""
    _, whole = body(two)
    values = st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=5,
    )
    keys = sorted(alert.draft(two.uto, draft()).as_dict())
    plain = alert.draft(two.uto, draft(local_id="h1")).as_dict()

    def changed(key: str, value: Any) -> bytes:
        return json.dumps(plain | {key: value}).encode()

    bodies = st.one_of(
        st.binary(max_size=60), st.builds(changed, st.sampled_from(keys), values),
        st.integers(0, len(whole) - 1).map(lambda cut: whole[:cut]),
        st.just(b"[" * 5000), st.just(b'{"a":' * 3000),
    )  # fmt: skip

    page = _envelope(two)
    last = good(two)

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(bodies, min_size=1, max_size=4))
    def hold(garbage: list[bytes]) -> None:
        items = [feed.Item(n, "put", f"UTO-g{n}", 1, data, None)
                 for n, data in enumerate(garbage, start=1)]  # fmt: skip
        items.append(feed.Item(99, "put", last.id, 1, canonical(last.as_dict()), None))
        size = two.qma.ledger.size()
        two.qma.write(lambda conn: copy.apply_items(two.qma)(conn, page, tuple(items)))
        stored = [e for e in two.kinds(two.qma, size) if e == "copy:refused"]
        assert len(stored) == len(garbage)

    hold()
    assert two.holds(two.qma, last.id)
    two.qma.holdings.refresh()
    two.check()


def _envelope(two: World) -> envelope.Envelope:
    """A true page of Utopia's, opened by Arcadia."""
    with two.uto.store.read() as conn:
        card = peers.find(conn, "QMA")
    with two.qma.store.read() as conn:
        sender = peers.find(conn, "UTO")
    now = two.clock.now()
    sent = two.uto.desk.write(card, envelope.Letter(follow.PAGE, b"{}", now, now + HOUR, AGREEMENT))
    return envelope.open_envelope(sent, "QMA", two.qma.desk.keys, sender, now)


@pytest.mark.parametrize("kind", KINDS)
def test_r18_withdrawal_of_what_is_not_the_senders_changes_nothing(
    tmp_path: Path, kind: str
) -> None:
    """A peer withdraws neither our own alerts nor a third's; odd ids are refused, none blocks."""
    with world(tmp_path, kind=kind) as two:
        own = alert.issue(two.qma, CLERK, [alert.draft(two.qma, draft(OTHER))])[0].alert
        last = good(two)
        feeds(
            two,
            [
                ("withdraw", own.id, 1, b""),
                ("withdraw", "QNB-1", 1, b""),
                ("withdraw", "UTO-\x00", 2**40, b""),
                ("withdraw", "UTO-never-held", 1, b""),
                ("put", "UTO-\x01", 2**40, b"\x00"),
                ("put", last.id, 1, canonical(last.as_dict())),
            ],
        )
        assert two.holds(two.qma, own.id)
        assert two.holds(two.qma, last.id)
        assert two.kinds(two.qma).count("copy:refused") == 4
        two.check()


def test_r19_an_older_version_never_replaces_a_newer(two: World) -> None:
    """A page sent again, or one with an older version, changes nothing that stands."""
    made = two.issue()
    later = made.expires + 24 * HOUR
    alert.extend(two.uto, CLERK, made.id, until=later, assessment="assessed anew: it stands")
    two.sync()
    old = feed.Item(1, "put", made.id, 1, canonical(made.as_dict()), None)
    two.qma.write(lambda conn: copy.apply_items(two.qma)(conn, _envelope(two), (old,)))
    (shown,) = two.ask().shown
    assert shown.fields["alert"]["expires"] == later.isoformat()


def test_r18_what_an_issuer_lost_with_its_backup_stands_nowhere(two: World) -> None:
    """After a peer's restore its copy begins anew: what it no longer knows is erased here."""
    kept = two.issue()
    lost = two.issue(OTHER)
    with two.uto.store.write() as conn:
        # What a backup from before the second alert does not know.
        for table in (tables.alert, tables.feed):
            key = table.c.id if "id" in table.c else table.c.alert_id
            conn.execute(table.delete().where(key == lost.id))
    two.round(two.qma)
    assert two.ask().state == "unavailable"
    two.sync()
    assert two.holds(two.qma, kept.id)
    assert not two.holds(two.qma, lost.id)
    assert two.ask().state == "match"
    assert two.ask(OTHER).state == "no-match"


def test_a_feed_may_be_long(two: World) -> None:
    """Alerts beyond one page arrive, each once, in order; the next round brings nothing."""
    drafts = [draft(STRANGER, local_id=f"n{n}", reference=f"MOI/{n}") for n in range(1203)]
    alert.issue(two.uto, CLERK, [alert.draft(two.uto, one) for one in drafts])
    two.sync()
    with two.qma.store.read() as conn:
        assert len(conn.execute(select(tables.alert.c.id)).all()) == 1203
    size = two.qma.ledger.size()
    two.sync()
    assert two.qma.ledger.size() == size
    assert two.kinds(two.uto).count("feed:served") >= 3


def test_r05_egress_is_decided_for_each_alert(two: World) -> None:
    """What the agreement does not name, or the constitution forbids, never enters the feed."""
    kept = [
        alert.issue(two.uto, CLERK, [alert.draft(two.uto, one)])[0]
        for one in (
            draft(category="discreet-check"),
            draft(OTHER, category="judicial"),
        )
    ]
    assert [one.offered for one in kept] == [0, 0]
    child = draft(category="travel-ban", basis="restrictive-measure")
    child["identity"] = {**PERSON.as_dict(),
                         "birth_dates": [{"date": "2012-01-05", "estimated": False}]}  # fmt: skip
    stateless = draft()
    stateless["identity"] = {**PERSON.as_dict(), "nationalities": ["XXA"]}
    for one in (child, stateless):
        assert alert.issue(two.uto, CLERK, [alert.draft(two.uto, one)])[0].offered == 0
    two.sync()
    assert two.kinds(two.qma).count("copy:stored") == 0


def test_a_fault_with_one_peer_ends_no_round(two: World) -> None:
    """Whatever goes wrong on a line, even a fault of our own, the round goes on and says so."""

    class Broken(Hostile):
        def ask(self, data: bytes) -> bytes:
            raise ZeroDivisionError(len(data))

    def dial(_card: NodeCard) -> Broken:
        return Broken(two.uto, lambda after: feed.Page((), after, after))

    report = Courier(two.qma, dial).make_round()
    assert report.faults == (("UTO", "round-bug"),)
