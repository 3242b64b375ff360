"""The fault table: each step of each act fails, or fails but took place; then all is as if not.

====================  ==========================================================================
act                   steps
====================  ==========================================================================
deliver a message     1 take what is due; 2 carry; 3 apply and receipt; 4 settle
follow a feed         1 read our position; 2 ask; 3 serve; 4 apply the page; 5 the last, empty page
have it cosigned      1 carry; 2 the witness's record; 3 keep the cosignature
====================  ==========================================================================

After each fault the act is repeated by the same code as ever, and one oracle looks at everything.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from sqlalchemy import Connection, select

from comity.errors import ComityError, Conflict, Unavailable
from comity.exchange import envelope as env
from comity.exchange import feed, follow, inbox, lease, outbox, reply
from comity.exchange.cosign import cosign
from comity.exchange.home import Write
from comity.exchange.witness import Witness, create_witness
from comity.proof.cosignature import WitnessSigner
from comity.record.clock import FixedClock
from comity.record.ledger import Ledger
from comity.record.oracle import check_ledger
from comity.record.tables import inbox as inbox_table
from comity.record.tables import outbox as outbox_table
from comity.record.vault import Vault
from exchange_world import HOUR, START, Node, node, person, seed

P = ParamSpec("P")
T = TypeVar("T")

WAYS = ("failed", "failed but applied")


class PowerCut(Exception):
    """Something outside the program ends the step."""


class Fault:
    """Ends the ``count``-th use of a step, before or after it took place."""

    def __init__(self, way: str, count: int = 1) -> None:
        self.way = way
        self.left = count
        self.happened = False

    def at(self, step: Callable[P, T], error: Exception | None = None) -> Callable[P, T]:
        """``step``, which will fail once."""

        def failing(*args: P.args, **kwargs: P.kwargs) -> T:
            self.left -= 1
            if self.left != 0:
                return step(*args, **kwargs)
            self.happened = True
            if self.way == "failed but applied":
                step(*args, **kwargs)
            raise error or PowerCut

        return failing


class World:
    """Two nodes with ledgers, and the oracle."""

    def __init__(self, directory: Path) -> None:
        self.uto, self.qma = node("UTO", directory, "QMA"), node("QMA", directory, "UTO")
        self.clock = FixedClock(START)
        self.told, self.applied = (
            Ledger(each.store, Vault(seed("kek")), each.home.signer, self.clock, witnesses=[W])
            for each in (self.uto, self.qma)
        )
        self.uto_write: Write = lambda work: self.told.write(work).result
        self.qaa_write: Write = lambda work: self.applied.write(work).result

    def entries(self, ledger: Ledger, kind: str) -> list[str]:
        """The ids in a ledger's entries of a kind."""
        found = ledger.entries(0, ledger.size())
        return [entry.public["id"] for entry in found if entry.kind == kind]

    def check(self) -> None:
        """Both ledgers verify, with every row that names an entry."""
        for each in (self.uto, self.qma):
            check_ledger(each.store, each.card.vkey)


W = WitnessSigner("w1", seed("witness")).verifier


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Utopia and Arcadia."""
    return World(tmp_path)


def deliver(world: World, faults: dict[str, Fault]) -> None:
    """One round of delivery, with a fault in one step."""

    def apply(conn: Connection, envelope: env.Envelope) -> inbox.Applied:
        return inbox.Applied(entry=world.applied.append(conn, "test:applied", {"id": envelope.id}))

    def alarm(conn: Connection, code: str, header: env.Header) -> int:
        return world.applied.append(conn, "test:alarm", {"id": header.id, "code": code})

    def settled(conn: Connection, item: outbox.Due, answered: reply.Answered) -> None:
        del answered
        world.told.append(conn, "test:settled", {"id": item.id})

    write = faults["write"].at(world.uto_write) if "write" in faults else world.uto_write
    accept = faults["apply"].at(world.qaa_write) if "apply" in faults else world.qaa_write

    def send(data: bytes) -> bytes:
        try:
            return inbox.process_envelope(
                data, write=accept, home=world.qma.home, apply=apply, alarm=alarm,
                now=world.clock.now(),
            )  # fmt: skip
        except PowerCut as error:
            raise Unavailable("peer-unreachable", "cut off") from error

    if "carry" in faults:
        send = faults["carry"].at(send, Unavailable("peer-unreachable", "cut off"))
    courier = outbox.Courier(world.uto.home, write, world.clock.now, settled)
    try:
        courier.deliver(person("QMA").card, send)
    except PowerCut:
        return


@pytest.mark.parametrize(
    ("step", "count", "way"),
    [
        *((step, 1, way) for step, way in itertools.product(("carry", "apply"), WAYS)),
        *(("write", count, way) for count, way in itertools.product((1, 2), WAYS)),
    ],
)
def test_delivery_survives_each_fault(world: World, step: str, count: int, way: str) -> None:
    """Whichever step fails, and whether or not it took place: one effect, one outcome."""

    def queue(conn: Connection) -> str:
        seq = world.told.append(conn, "test:queued", {"n": 1})
        letter = env.Letter("order", b"x", START, START + 24 * HOUR)
        return outbox.queue(conn, world.uto.home, world.qma.card, letter, entry=seq)

    id_ = world.uto_write(queue)
    fault = Fault(way, count)
    deliver(world, {step: fault})
    assert fault.happened
    for _ in range(2):
        world.clock.advance(HOUR)
        deliver(world, {})
    assert world.entries(world.applied, "test:applied") == [id_]
    assert world.entries(world.told, "test:settled") == [id_]
    assert world.entries(world.applied, "test:alarm") == []
    with world.uto.store.read() as conn:
        assert conn.execute(select(outbox_table.c.state)).scalar_one() == "applied"
    with world.qma.store.read() as conn:
        assert conn.execute(select(inbox_table.c.id)).scalars().all() == [id_]
    world.check()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("step", "count"), [("write", n) for n in range(1, 7)] + [("ask", 1), ("ask", 2), ("serve", 2)]
)
def test_following_survives_each_fault(world: World, step: str, count: int, way: str) -> None:
    """Whichever step fails: each change is applied once and acknowledged, and the lease given."""
    changes = [feed.Change("put", f"a{n}", 1, b"x") for n in range(3)]
    late = feed.Change("withdraw", "w", 2, acknowledge_by=START + HOUR)
    world.uto_write(
        lambda conn: feed.append_many(
            conn, agreement="uto-qma", peer="QMA", changes=[*changes, late], now=START
        )
    )
    fault = Fault(way, count)

    def apply(conn: Connection, envelope: env.Envelope, items: tuple[feed.Item, ...]) -> None:
        for item in items:
            world.applied.append(conn, "test:applied", {"id": item.alert_id})
        assert envelope.sender == "UTO"

    def pull(faults: dict[str, Fault]) -> None:
        serve = faults["serve"].at(world.uto_write) if "serve" in faults else world.uto_write
        write = faults["write"].at(world.qaa_write) if "write" in faults else world.qaa_write

        def ask(data: bytes) -> bytes:
            now = world.clock.now()
            read = follow.serve_pull(now=now)
            return inbox.process_question(
                data, write=serve, home=world.uto.home, read=read, now=now
            )

        asking = faults["ask"].at(ask) if "ask" in faults else ask
        follower = follow.Follower(world.qma.home, write, world.clock.now, apply)
        follower.pull(person("UTO").card, "uto-qma", asking, limit=2)

    with pytest.raises(PowerCut):
        pull({step: fault})
    assert fault.happened
    pull({})
    assert world.entries(world.applied, "test:applied") == ["a0", "a1", "a2", "w"]
    with world.uto.store.read() as conn:
        assert feed.overdue(conn, START + 2 * HOUR) == []
    with world.qma.store.read() as conn:
        found = lease.require(conn, peer="UTO", agreement="uto-qma", now=START)
    assert found.freshness == START
    world.check()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", ["carry", "record", "keep"])
def test_cosigning_survives_each_fault(world: World, tmp_path: Path, step: str, way: str) -> None:
    """Whichever step fails: the next round is cosigned, and witness and ledger agree."""
    create_witness(tmp_path / "w.db")
    witness = Witness(tmp_path / "w.db", WitnessSigner("w1", seed("witness")), world.clock.now)
    witness.trust(world.uto.card.vkey)
    for number in range(3):
        world.uto_write(lambda conn: world.told.append(conn, "test:entry", {"n": number}))  # noqa: B023
    fault = Fault(way)

    def post(body: bytes) -> tuple[int, bytes]:
        answer = witness.process_add_checkpoint(body)
        return answer.status, answer.body

    class Failing:
        """The ledger, whose last step fails."""

        checkpoint = staticmethod(world.told.checkpoint)
        consistency = staticmethod(world.told.consistency)
        cosigned_size = staticmethod(world.told.cosigned_size)
        add_cosignature = staticmethod(fault.at(world.told.add_cosignature))

    if step == "record":
        witness._move = fault.at(witness._move)  # type: ignore[method-assign]
    with pytest.raises(PowerCut):
        cosign(
            Failing() if step == "keep" else world.told,
            W,
            fault.at(post) if step == "carry" else post,
        )
    assert fault.happened
    world.uto_write(lambda conn: world.told.append(conn, "test:entry", {"n": 9}))
    assert cosign(world.told, W, post) == 4
    assert world.told.cosigned_size() == witness.held(world.uto.card.origin).size == 4
    world.check()


def test_a_queue_that_fails_to_commit_owes_nothing(world: World) -> None:
    """An act whose transaction fails leaves neither an entry nor a message."""

    def act(conn: Connection) -> None:
        seq = world.told.append(conn, "test:queued", {"id": "x"})
        letter = env.Letter("order", b"x", START, START + HOUR)
        outbox.queue(conn, world.uto.home, world.qma.card, letter, entry=seq)
        raise Conflict("second-thoughts", "the act is refused")

    with pytest.raises(ComityError):
        world.uto_write(act)
    assert world.told.size() == 0
    assert _rows(world.uto) == 0
    world.check()


def _rows(where: Node) -> int:
    with where.store.read() as conn:
        return len(conn.execute(select(outbox_table.c.id)).all())
