"""An officer's own opinion on a candidate that somebody else came upon: what may be seen, and
what is recorded when they cannot tell.

The comparison is shown again only through the agreement, for this officer and the same purpose;
what an earlier officer found is not part of it (R21), and neither is the machine's band (R38).
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from comity.bureau import offer, question
from comity.bureau.answer import OWN_RULE, Traveller
from comity.bureau.candidates import GROUPS, fields_of
from comity.bureau.holdings import ISSUED, Held, open_alert
from comity.bureau.match import CANDIDATE, REASON_CHARS_MIN, SECOND, match
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require
from comity.bureau.question import Inquiry
from comity.errors import Conflict, Malformed, NotPermitted
from comity.match.candidate import Compared
from comity.record import tables
from comity.terms.identity import Identity, identity_from_dict

WITHHELD = "the agreement does not disclose this attribute"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate that waits for an opinion; no personal data, nobody's finding."""

    id: str
    purpose: str
    issuer: str
    created_at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One candidate as this officer may see it: whose it is, and both sides attribute by
    attribute; ``state`` as the match stands, ``mine`` whether this officer has spoken on it.
    """

    match: str
    alert: str
    state: str
    mine: bool
    purpose: str
    issuer: str
    reference: str
    identity: Identity
    compared: tuple[Compared, ...]
    contrary: tuple[str, ...]
    fields: dict[str, dict[str, Any]]
    rule: str
    article: str

    @property
    def open(self) -> bool:
        """Whether an opinion is still wanted."""
        return self.state in (CANDIDATE, SECOND)

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        plain = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        plain["identity"] = self.identity.as_dict()
        plain["compared"] = [one.as_dict() for one in self.compared]
        plain["contrary"] = list(self.contrary)
        return plain


def waiting(node: Node, officer: Officer, *, limit: int = 100) -> list[Waiting]:
    """List the candidates that wait for an opinion of this officer, the longest waiting first.

    First and second opinions stand side by side, so that the list betrays nobody's finding;
    those on which this officer has spoken, and another must, are left out.
    """
    row = tables.match.c
    own = (row.state == SECOND) & (row.officer == officer.id)
    query = (
        select(row.id, row.purpose, row.alert_id, row.created_at)
        .where(row.state.in_((CANDIDATE, SECOND)), ~own)
        .order_by(row.created_at, row.id)
        .limit(limit)
    )
    with node.store.read() as conn:
        found = conn.execute(query).all()
    return [Waiting(r.id, r.purpose, r.alert_id.split("-", 1)[0], r.created_at) for r in found]


def compare(node: Node, officer: Officer, match_id: str) -> Comparison:
    """Give one candidate as this officer may see it, and record that it was opened.

    NotFound where there is none or the alert has ended; NotPermitted where the agreement does not
    let this officer ask, for the purpose of the match.
    """
    require(officer, "first-line", "bureau")
    found = match(node, match_id)
    traveller = _traveller(found.detail)
    identity = traveller.identity
    with node.store.read() as conn:
        held = open_alert(conn, node.vault, found.alert)
        row = conn.execute(select(tables.match).filter_by(id=match_id)).one()
    groups, rule, article = _permitted(node, officer, found.purpose, traveller, held)
    public = {"purpose": found.purpose, "agreement": row.agreement or ""}
    personal = {"match": match_id, "officer": officer.id}
    node.ledger.write(lambda conn: node.ledger.append(conn, "match:opened", public, personal))
    candidate = found.detail["candidate"]
    return Comparison(
        match=match_id,
        alert=found.alert,
        state=found.state if held.state == ISSUED else held.state,
        mine=row.state == SECOND and row.officer == officer.id,
        purpose=found.purpose,
        issuer=held.alert.issuer,
        reference=found.detail["reference"],
        identity=identity,
        compared=tuple(_blank(Compared(**one), groups) for one in candidate["compared"]),
        contrary=tuple(candidate["contrary"]),
        fields={group: fields_of(held.alert, group) for group in GROUPS if group in groups},
        rule=rule,
        article=article,
    )


def leave_open(node: Node, officer: Officer, match_id: str, *, reason: str) -> int:
    """Record that this officer cannot tell, with reasons; the entry. The match stays open.

    It is an answer like the others and costs the same (R37). Malformed without reasons; Conflict
    where the match is decided already.
    """
    require(officer, "first-line", "bureau")
    if len(reason.strip()) < REASON_CHARS_MIN:
        raise Malformed(
            "decision-reason",
            "an opinion about a person needs reasons in your own words",
            where="reason",
            hint=f"at least {REASON_CHARS_MIN} characters",
        )
    found = match(node, match_id)
    if found.state not in (CANDIDATE, SECOND):
        raise Conflict("match-decided", f"the match is {found.state} already", where=match_id)
    public = {"state": "left-open", "purpose": found.purpose}
    personal = {"match": match_id, "officer": officer.id, "reason": reason}
    return node.write(lambda conn: node.ledger.append(conn, "match:left-open", public, personal))


def _traveller(detail: dict[str, Any]) -> Traveller:
    """Give who was asked about, with what protects them: the agreement reads that too."""
    origins = detail.get("origins")
    return Traveller(
        identity=identity_from_dict(detail["traveller"]),
        reference=detail["reference"],
        document_kind=detail.get("document_kind", ""),
        origins=None if origins is None else tuple(origins),
    )


def _permitted(
    node: Node, officer: Officer, purpose: str, traveller: Traveller, held: Held
) -> tuple[set[str], str, str]:
    if held.restrictions:
        raise Conflict(
            "match-alert-changed",
            "the alert has changed since this match",
            hint="check the traveller again",
        )
    if held.alert.issuer == node.country:
        return set(GROUPS), OWN_RULE, "national law"
    asked = question.ask(node, Inquiry(officer=officer, purpose=purpose), [traveller])[0]
    put = next(
        (
            (adopted, asking)
            for adopted, asking in asked.questions.values()
            if asking.towards == held.alert.issuer and adopted.agreement.id == held.agreement
        ),
        None,
    )
    refused = NotPermitted(
        "match-not-yours",
        "the agreement does not let you ask about this alert",
        hint="another officer must give the opinion",
    )
    if put is None:
        raise refused
    adopted, asking = put
    facts = offer.facts(held.alert, held.state, node.today())
    decisions = adopted.policy.may_see(asking, facts, GROUPS, node.today())
    granted = dict(zip(GROUPS, decisions, strict=True))
    if not granted["alert"].permitted:
        raise refused
    groups = {group for group, decision in granted.items() if decision.permitted}
    return groups, granted["alert"].rule, granted["alert"].article


def _blank(one: Compared, groups: set[str]) -> Compared:
    group = "documents" if one.attribute == "document" else "identity"
    return one if group in groups else dataclasses.replace(one, ours="", why=WITHHELD)
