"""The law asked before anything leaves this node (docs/decisions/0007).

The accord says whether the parties have agreed; the gate says whether the law of the country that
gives lets it out to the law of the country that receives, on this day, for these purposes. Which
packs speak for a country: `comity.bureau.lawbook`.

1. A giver whose law nobody has declared: what the agreement says of it, ``open`` or ``shut``.
2. Each pack of the giver is held against each of the receiver, for each purpose; a receiver that
   has declared none is a third country whose law says nothing.
3. Open only where every one of them is open. The findings that shut it come back, with the ways
   out.

Withdrawals and erasures are never asked about: they only take away.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from comity.accord.agreement import Agreement
from comity.bureau import lawbook
from comity.bureau.law_records import clause_record
from comity.bureau.node import Node
from comity.law.clause import Party, WayOut
from comity.law.gate import Finding, gate
from comity.law.pack import Pack
from comity.terms.category import CATEGORIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Whether alerts of a ``category`` may go to ``peer`` for ``purposes`` on the day ``on``.

    ``giver`` and ``receiver`` name the laws asked; ``shut_by`` is empty where it is open.
    """

    agreement: str
    peer: str
    category: str
    purposes: tuple[str, ...]
    on: datetime.date
    giver: tuple[str, ...]
    receiver: tuple[str, ...]
    open: bool
    shut_by: tuple[Finding, ...] = ()

    @property
    def state(self) -> str:
        """OPEN, BLOCKED or CONFLICT."""
        if self.open:
            return "OPEN"
        blocked = any(finding.state == "BLOCKED" for finding in self.shut_by) or not self.shut_by
        return "BLOCKED" if blocked else "CONFLICT"

    @property
    def cite(self) -> str:
        """The article that shuts it, or why it is shut without one."""
        if self.open:
            return ""
        for finding in self.shut_by:
            clause = finding.giver or finding.receiver
            if clause is not None:
                return clause.cite
        return self.shut_by[0].sentence if self.shut_by else UNDECLARED

    @property
    def why(self) -> str:
        """The same in a sentence."""
        if self.open:
            return "the law lets it out" if self.giver else "no law declared; agreed to be open"
        return "; ".join(dict.fromkeys(f.sentence for f in self.shut_by)) or UNDECLARED

    @property
    def ways_out(self) -> tuple[WayOut, ...]:
        """How it may still be lawful in one case, for a purpose at hand."""
        found = dict.fromkeys(way for finding in self.shut_by for way in finding.ways_out)
        return tuple(
            way for way in found if not way.purposes or set(way.purposes) & set(self.purposes)
        )

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "agreement": self.agreement,
            "peer": self.peer,
            "category": self.category,
            "purposes": list(self.purposes),
            "on": self.on.isoformat(),
            "giver": list(self.giver),
            "receiver": list(self.receiver),
            "state": self.state,
            "why": self.why,
            "cite": self.cite,
            "findings": [clause_record(finding) for finding in self.shut_by],
        }


UNDECLARED = "the giver's law is not declared, and the agreement keeps the gate shut"


@dataclass(frozen=True, slots=True)
class Established:
    """What a person has established for one case: conditions of a way out, conflicts settled."""

    conditions: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()


NOTHING = Established()


@dataclass(slots=True)
class Gate:
    """The gate from this country to one peer under one agreement, on one day."""

    agreement: Agreement
    giver: str
    peer: str
    on: datetime.date
    own: list[Pack]
    theirs: list[Pack]
    _known: dict[tuple[str, tuple[str, ...], Established], Ruling] = field(default_factory=dict)

    def rule(
        self, category: str, purposes: Sequence[str] = (), established: Established = NOTHING
    ) -> Ruling:
        """Rule on alerts of a category: for ``purposes``, else all it is exchanged for."""
        asked = tuple(purposes) or purposes_of(self.agreement, category)
        key = (category, asked, established)
        if key not in self._known:
            self._known[key] = self._rule(category, asked, established)
        return self._known[key]

    def _rule(self, category: str, purposes: tuple[str, ...], established: Established) -> Ruling:
        settled = self.agreement.laws.settles(self.giver, self.peer) | established.settled
        shut: dict[Finding, None] = {}
        for giver in self.own:
            for receiver in self._receivers():
                for purpose in purposes:
                    made = gate(
                        giver.as_party(self.on),
                        receiver,
                        purpose=purpose,
                        category=category,
                        established=established.conditions,
                        settled=settled,
                    )
                    shut.update(dict.fromkeys(made.shut_by))
        undeclared = not self.own and self.agreement.laws.undeclared == "shut"
        return Ruling(
            agreement=self.agreement.id,
            peer=self.peer,
            category=category,
            purposes=purposes,
            on=self.on,
            giver=tuple(pack.name for pack in self.own),
            receiver=tuple(pack.name for pack in self.theirs),
            open=not shut and not undeclared,
            shut_by=tuple(sorted(shut, key=lambda finding: finding.state)),
        )

    def _receivers(self) -> list[Party]:
        if self.theirs:
            return [pack.as_party(self.on) for pack in self.theirs]
        return [Party(self.peer, "third-country", "", ())]


def gate_to(node: Node, conn: Connection, agreement: Agreement, peer: str) -> Gate:
    """Give the gate from this country to a peer, today."""
    return Gate(
        agreement,
        node.country,
        peer,
        node.today(),
        lawbook.speaking(conn, agreement, node.country),
        lawbook.speaking(conn, agreement, peer),
    )


def purposes_of(agreement: Agreement, category: str) -> tuple[str, ...]:
    """Give the purposes for which a grant lets somebody ask for alerts of a category."""
    granted = {
        purpose
        for grant in agreement.grants
        if category in grant.categories
        for purpose in grant.purposes
    }
    return tuple(p for p in agreement.purposes if p in granted) or agreement.purposes


def rule_all(one: Gate) -> Iterable[Ruling]:
    """Rule on each category that an agreement exchanges."""
    return [one.rule(category) for category in CATEGORIES if category in one.agreement.categories]
