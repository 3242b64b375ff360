"""The round that a serving node makes again and again: nothing here waits for a person.

1. End what has passed its review date, open the feeds of agreements that came into force, and
bring every feed into line with the law of the day.
2. Have the log witnessed. 3. Follow the feeds of all peers; once a day each copy is compared with
its feed, and healed. 4. Deliver what is owed. A peer that is down delays nobody else; what failed
is tried again in the next round, and said in the report.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from comity.bureau import alert, copy, letters, reconciliation, upkeep, witnessing
from comity.bureau.agreement import in_force, open_feeds
from comity.bureau.alignment import align_all
from comity.bureau.joining import joined
from comity.bureau.node import Node
from comity.bureau.reconciliation import Feed, Reconciled
from comity.errors import ComityError, Unavailable
from comity.exchange import follow, outbox
from comity.exchange.card import NodeCard
from comity.exchange.link import Link

_LOG = logging.getLogger("comity.courier")


@dataclass(frozen=True, slots=True)
class Report:
    """What one round came to. ``faults``: (what, error code) of what did not work."""

    expired: int
    witnessed: int
    applied: int
    delivered: int
    faults: tuple[tuple[str, str], ...]
    healed: int = 0

    @property
    def quiet(self) -> bool:
        """Whether nothing happened and nothing failed."""
        return not (self.expired or self.applied or self.delivered or self.faults or self.healed)


class Line(Protocol):
    """A line to one peer; the network's is ``comity.exchange.link.Link``."""

    def send(self, data: bytes) -> bytes:
        """Carry an envelope; its reply, not yet verified."""

    def ask(self, data: bytes) -> bytes:
        """Carry a question that may be repeated; its reply, not yet verified."""

    def close(self) -> None:
        """Hang up."""


class Courier:
    """Makes rounds for ``node``; keeps its lines to peers open between them.

    ``dial`` gives the line to the peer of a card where it is not the network's.
    """

    def __init__(self, node: Node, dial: Callable[[NodeCard], Line] | None = None) -> None:
        self._node = node
        self._dial = dial or (lambda card: Link(card, node.leaf))
        self._links: dict[str, tuple[NodeCard, Line]] = {}
        self._kept: datetime.date | None = None

    def make_round(self) -> Report:
        """Make one round."""
        node = self._node
        faults: list[tuple[str, str]] = []
        expired = len(alert.expire(node))  # 1
        if self._kept != node.today():
            upkeep.keep(node)
            self._kept = node.today()
        open_feeds(node)
        align_all(node)
        witnessed = self._witness(faults)  # 2
        applied = delivered = healed = 0
        for card in joined(node):  # 3, 4
            try:
                applied += self._follow(card, faults)
                healed += self._heal(card, faults)
                delivered += self._deliver(card, faults)
            except ComityError as error:
                faults.append((card.code, error.code))
            except Exception as error:  # noqa: BLE001
                faults.append((card.code, _bug(error)))
        if applied:
            witnessed = self._witness(faults)
        return Report(expired, witnessed, applied, delivered, tuple(faults), healed)

    def reconcile(self, peer: str = "") -> list[Reconciled]:
        """Compare every copy (or those of one peer) with its feed now, and heal it."""
        return [
            reconciliation.reconcile(self._node, self._feed(card, agreement))
            for card in joined(self._node)
            if peer in ("", card.code)
            for agreement in self._live(card)
        ]

    def run(self, stop: threading.Event, *, pause: float, told: Callable[[Report], None]) -> None:
        """Make rounds until ``stop`` is set, ``pause`` seconds apart; tell each report."""
        while not stop.is_set():
            try:
                told(self.make_round())
            except ComityError as error:
                told(Report(0, 0, 0, 0, (("round", error.code),)))
            except Exception as error:  # noqa: BLE001
                told(Report(0, 0, 0, 0, (("round", _bug(error)),)))
            stop.wait(pause)
        self.close()

    def close(self) -> None:
        """Hang up all lines."""
        for _card, line in self._links.values():
            line.close()
        self._links.clear()

    def _witness(self, faults: list[tuple[str, str]]) -> int:
        ledger = self._node.ledger
        if not ledger.witnesses or ledger.cosigned_size() == ledger.size():
            return ledger.cosigned_size()
        try:
            return witnessing.cosign_now(self._node)
        except ComityError as error:
            faults.append(("witness", error.code))
            return ledger.cosigned_size()

    def _follow(self, card: NodeCard, faults: list[tuple[str, str]]) -> int:
        node, count = self._node, 0
        live = self._live(card)
        past = [agreement for peer, agreement in copy.winding_down(node) if peer == card.code]
        for agreement in (*live, *past):
            try:
                done = self._pull(card, agreement, ends=agreement in past)
                count += done.applied
                if agreement in live and done.granted_until <= node.clock.now():
                    faults.append((card.code, "feed-only-ends"))
            except Unavailable:
                raise
            except ComityError as error:
                # One feed that is refused or broken holds up neither the others nor the letters.
                faults.append((card.code, error.code))
                if error.code == "feed-rolled-back":
                    self._restart(card, agreement)
        return count

    def _live(self, card: NodeCard) -> list[str]:
        adopted = in_force(self._node, self._node.today())
        return [one.agreement.id for one in adopted if card.code in one.peers]

    def _pull(self, card: NodeCard, agreement: str, *, ends: bool = False) -> follow.Followed:
        node = self._node
        follower = follow.Follower(node.desk, node.write, node.clock.now, copy.apply_items(node))
        return follower.pull(card, agreement, self._line(card).ask, ends=ends)

    def _feed(self, card: NodeCard, agreement: str) -> Feed:
        line = self._line(card)
        return Feed(card, agreement, line.ask, lambda: self._pull(card, agreement))

    def _heal(self, card: NodeCard, faults: list[tuple[str, str]]) -> int:
        count = 0
        for agreement in self._live(card):
            if not reconciliation.due(self._node, card.code, agreement):
                continue
            try:
                done = reconciliation.reconcile(self._node, self._feed(card, agreement))
            except Unavailable:
                raise
            except ComityError as error:
                faults.append((card.code, error.code))
                continue
            count += done.healed
            if not done.found.none:
                faults.append((card.code, "copy-differed"))
        return count

    def _restart(self, card: NodeCard, agreement: str) -> None:
        now = self._node.clock.now()

        def work(conn: Connection) -> None:
            copy.clear(self._node, conn, peer=card.code, agreement=agreement)
            follow.restart(conn, peer=card.code, agreement=agreement, now=now)

        self._node.write(work)

    def _deliver(self, card: NodeCard, faults: list[tuple[str, str]]) -> int:
        node = self._node
        letters.align(node, card.code)
        carrier = outbox.Courier(node.desk, node.write, node.clock.now)
        done = carrier.deliver(card, self._line(card).send)
        if done.fault:
            faults.append((card.code, done.fault))
        return done.settled

    def _line(self, card: NodeCard) -> Line:
        known = self._links.get(card.code)
        if known is not None and known[0].text == card.text:
            return known[1]
        if known is not None:
            known[1].close()
        line = self._dial(card)
        self._links[card.code] = (card, line)
        return line


def _bug(error: Exception) -> str:
    # The node serves on. Only the bug's kind is told: its text may hold what it failed on.
    _LOG.error("a fault of this program in a round: %s", type(error).__name__)
    return "round-bug"
