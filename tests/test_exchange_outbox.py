"""Out at least once: each peer its own queue, each item its own clock."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from comity.errors import ComityError, NotPermitted, Unavailable
from comity.exchange import envelope as env
from comity.exchange import inbox, outbox, reply
from comity.exchange import receipt as rec
from comity.record.clock import FixedClock
from comity.record.tables import outbox as table
from exchange_world import HOUR, MINUTE, START, STORES, Node, node, person

QMA, QNB = person("QMA"), person("QNB")


@pytest.fixture(params=STORES)
def uto(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Node]:
    """Utopia, joined to Arcadia and Borduria."""
    made = node("UTO", tmp_path, "QMA", "QNB", kind=request.param)
    yield made
    made.store.close()


@pytest.fixture
def qma(tmp_path: Path) -> Iterator[Node]:
    """Arcadia, joined to Utopia."""
    made = node("QMA", tmp_path, "UTO")
    yield made
    made.store.close()


def queue(uto: Node, body: bytes, *, at: int = 0, to: str = "QMA") -> str:
    """Queue one message, created ``at`` seconds after the start."""
    created = START + datetime.timedelta(seconds=at)
    letter = env.Letter("order", body, created, START + 24 * HOUR, "uto-qma")
    return uto.write(lambda conn: outbox.queue(conn, uto.home, person(to).card, letter, entry=1))


def door(qma: Node, grade: Callable[[env.Envelope], inbox.Applied]) -> Callable[[bytes], bytes]:
    """Arcadia at the other end of the line."""

    def apply(conn: Connection, envelope: env.Envelope) -> inbox.Applied:
        del conn
        return grade(envelope)

    def alarm(conn: Connection, code: str, header: env.Header) -> None:
        raise AssertionError((code, header, conn))

    def send(data: bytes) -> bytes:
        return inbox.process_envelope(
            data, write=qma.write, home=qma.home, apply=apply, alarm=alarm, now=START
        )

    return send


def down(_data: bytes) -> bytes:
    """A line that is down."""
    raise Unavailable("peer-unreachable", "the line is down")


def states(uto: Node) -> dict[str, str]:
    """Id → state."""
    with uto.store.read() as conn:
        return {row.id: row.state for row in conn.execute(select(table.c.id, table.c.state))}


def test_a_queued_item_rolls_back_with_its_cause(uto: Node) -> None:
    """What is queued in a transaction that fails was never owed."""
    letter = env.Letter("order", b"", START, START + HOUR)

    def fail(conn: Connection) -> None:
        outbox.queue(conn, uto.home, QMA.card, letter)
        raise RuntimeError("the act fails")

    with pytest.raises(RuntimeError):
        uto.write(fail)
    assert states(uto) == {}


def test_items_are_sent_in_order_and_settled_by_receipt(uto: Node, qma: Node) -> None:
    """Each outcome is told once, in the transaction that settles it, oldest first."""
    ids = [queue(uto, b"%d" % n, at=n) for n in range(5)]
    told: list[tuple[str, bytes]] = []

    def settled(conn: Connection, item: outbox.Due, answered: reply.Answered) -> None:
        assert outbox.state(conn, item.id) == "applied"
        told.append((item.id, answered.answer.body if answered.answer else b""))

    courier = outbox.Courier(uto.home, uto.write, lambda: START + MINUTE, settled)
    echo = door(qma, lambda e: inbox.Applied(answer=inbox.Answer("told", e.body)))
    assert courier.deliver(QMA.card, echo) == outbox.Delivered("QMA", settled=5)
    assert told == [(id_, b"%d" % n) for n, id_ in enumerate(ids)]
    assert courier.deliver(QMA.card, echo) == outbox.Delivered("QMA")
    with uto.store.read() as conn:
        receipt = outbox.receipt_of(conn, ids[0])
    assert receipt is not None
    assert rec.parse_receipt(receipt, QMA.card.verifier).id == ids[0]


def test_a_poison_item_blocks_nothing(uto: Node, qma: Node) -> None:
    """An item at which the peer fails each time delays none of those after it."""
    poison = queue(uto, b"poison")
    others = [queue(uto, b"fine", at=n) for n in range(1, 4)]
    good = door(qma, lambda _: inbox.Applied())

    def send(data: bytes) -> bytes:
        if env.header_of(data).id == poison:
            raise ComityError("peer-fault", "the peer failed with 500")
        return good(data)

    courier = outbox.Courier(uto.home, uto.write, lambda: START + MINUTE)
    found = courier.deliver(QMA.card, send)
    assert found == outbox.Delivered("QMA", settled=3, failed=1, fault="peer-fault")
    assert states(uto) == {poison: "waiting"} | dict.fromkeys(others, "applied")


def test_a_bug_of_ours_blocks_nothing(uto: Node, qma: Node) -> None:
    """An outcome we stumble over is tried again later and delays none after it."""
    poison, fine = queue(uto, b"x"), queue(uto, b"y", at=1)

    def settled(conn: Connection, item: outbox.Due, answered: reply.Answered) -> None:
        del conn, answered
        if item.id == poison:
            raise KeyError("a bug")

    courier = outbox.Courier(uto.home, uto.write, lambda: START + MINUTE, settled)
    found = courier.deliver(QMA.card, door(qma, lambda _: inbox.Applied()))
    assert (found.settled, found.failed, found.fault) == (1, 1, "delivery-bug")
    assert states(uto) == {poison: "waiting", fine: "applied"}


def test_a_peer_who_is_down_delays_nobody_else(uto: Node, qma: Node) -> None:
    """One round tries a dead peer once and serves the others in full."""
    for n in range(3):
        queue(uto, b"", at=n, to="QNB")
        queue(uto, b"", at=n)
    tries: list[bytes] = []

    def dead(data: bytes) -> bytes:
        tries.append(data)
        return down(data)

    courier = outbox.Courier(uto.home, uto.write, lambda: START + MINUTE)
    routes = [(QNB.card, dead), (QMA.card, door(qma, lambda _: inbox.Applied()))]
    found = courier.deliver_all(routes)
    assert found == [
        outbox.Delivered("QNB", failed=1, fault="peer-unreachable"),
        outbox.Delivered("QMA", settled=3),
    ]
    assert len(tries) == 1
    with uto.store.read() as conn:
        assert outbox.peers_due(conn, START + MINUTE) == ["QNB"]


def test_delays_grow_to_an_hour_and_wake_ends_them(uto: Node) -> None:
    """Attempts grow rarer, never rarer than hourly; a peer who comes back is served at once."""
    queue(uto, b"")
    clock = FixedClock(START)
    courier = outbox.Courier(uto.home, uto.write, clock.now)
    delays: list[float] = []
    for _ in range(16):
        courier.deliver(QMA.card, down)
        with uto.store.read() as conn:
            next_at = conn.execute(select(table.c.next_at)).scalar_one()
        delays.append((next_at - clock.now()).total_seconds())
        clock.advance(next_at - clock.now())
    for attempt, delay in enumerate(delays):
        longest = min(5 * 2**attempt, 3600)
        assert longest / 2 <= delay <= longest
    courier.deliver(QMA.card, down)
    assert courier.deliver(QMA.card, down) == outbox.Delivered("QMA")
    assert uto.write(lambda conn: outbox.wake(conn, "QMA", clock.now())) == 1
    assert courier.deliver(QMA.card, down).failed == 1


@pytest.mark.parametrize("grade", ["received", "validated"])
def test_a_lower_grade_leaves_the_item_open(uto: Node, qma: Node, grade: rec.Grade) -> None:
    """Received is not applied: the item is offered again until its end is receipted."""
    id_ = queue(uto, b"")
    clock = FixedClock(START)
    courier = outbox.Courier(uto.home, uto.write, clock.now)
    send = door(qma, lambda _: inbox.Applied(grade))
    assert courier.deliver(QMA.card, send).settled == 1
    assert states(uto) == {id_: grade}
    assert courier.deliver(QMA.card, send) == outbox.Delivered("QMA")
    clock.advance(HOUR)
    assert courier.deliver(QMA.card, send).settled == 1
    assert states(uto) == {id_: grade}
    assert courier.deliver(QMA.card, send) == outbox.Delivered("QMA")


def test_a_refusal_settles(uto: Node, qma: Node) -> None:
    """A refused item is not offered again; its reason stands beside it."""

    def refuse(_: env.Envelope) -> inbox.Applied:
        raise NotPermitted("no-agreement", "not under this agreement")

    id_ = queue(uto, b"")
    outbox.Courier(uto.home, uto.write, lambda: START).deliver(QMA.card, door(qma, refuse))
    assert states(uto) == {id_: "refused"}
    with uto.store.read() as conn:
        assert conn.execute(select(table.c.last_error)).scalar_one() == "no-agreement"


def test_a_forged_receipt_settles_nothing(uto: Node, qma: Node) -> None:
    """A reply not signed by the peer, or to another envelope, leaves the item waiting."""
    first, second = queue(uto, b"1"), queue(uto, b"2", at=1)
    good = door(qma, lambda _: inbox.Applied())
    with uto.store.read() as conn:
        due = {item.id: item for item in outbox.due(conn, START + MINUTE)}
    crossed = {first: good(due[second].envelope), second: b"comity-reply/v1 3\nyes"}
    courier = outbox.Courier(uto.home, uto.write, lambda: START + MINUTE)
    found = courier.deliver(QMA.card, lambda data: crossed[env.header_of(data).id])
    assert (found.settled, found.failed) == (0, 2)
    assert set(states(uto).values()) == {"waiting"}


def test_two_workers_settle_once(uto: Node, qma: Node) -> None:
    """Two couriers who carry one item at once bring about one outcome."""
    queue(uto, b"")
    told: list[str] = []
    good = door(qma, lambda _: inbox.Applied())

    def settled(conn: Connection, item: outbox.Due, answered: reply.Answered) -> None:
        del conn, answered
        told.append(item.id)

    courier = outbox.Courier(uto.home, uto.write, lambda: START, settled)

    def send(data: bytes) -> bytes:
        if not told:
            courier.deliver(QMA.card, good)
        return good(data)

    courier.deliver(QMA.card, send)
    assert len(told) == 1


def test_what_expires_is_closed_and_named(uto: Node) -> None:
    """An item nobody took in time is closed once, by name, for the alarm."""
    id_ = queue(uto, b"")
    late = START + 25 * HOUR
    with uto.store.read() as conn:
        assert outbox.due(conn, late) == []
    assert uto.write(lambda conn: outbox.expire(conn, late)) == [(id_, "QMA", "order")]
    assert uto.write(lambda conn: outbox.expire(conn, late)) == []
    assert states(uto) == {id_: "expired"}
