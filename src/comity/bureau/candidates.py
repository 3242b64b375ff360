"""Steps 6 and 7 of a check: what of each candidate may be shown, and the record of it.

Guards, in this order; the first that stands withholds the candidate, and the ledger says which:

1. the issuer was asked (step 3); 2. the alert stands and has not expired; 3. the band reaches the
agreement's threshold for this purpose, and a name alone never does (R20): it is counted where
guard 4 stands aside; 4. the field group ``alert`` may be read; 5. nobody has found before that
this is someone else (R27).

Every field group that is not permitted is left out, and the comparison of its attributes too.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from comity.accord.question import Decision, Question
from comity.bureau import offer
from comity.bureau.agreement import Adopted
from comity.bureau.answer import OWN_RULE, Shown, overall
from comity.bureau.holdings import ISSUED, Held, open_alert
from comity.bureau.node import Node
from comity.bureau.question import Asked, Inquiry, article_for
from comity.errors import NotFound
from comity.match.candidate import Bands, Candidate, Compared, Found
from comity.proof.canonical import canonical
from comity.record import tables
from comity.record.batch import Item
from comity.record.vault import Sealing
from comity.terms.alert import Alert
from comity.terms.field_group import FIELD_GROUPS
from comity.terms.identity import Identity
from comity.terms.restriction import RESTRICTIONS

GROUPS = tuple(group.id for group in FIELD_GROUPS.values() if not group.sensitive)
"""What a first check asks for; sensitive groups need a second officer and an act of their own."""

BANDS = {"name-only": 0, "possible": 1, "strong": 2}
DEFAULT_THRESHOLD = "possible"
SHOWN_MAX = 10
"""Candidates shown of each issuer."""

_GROUP_OF = {"document": "documents"}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one traveller's candidates came to: shown, name alone, and the outcome's entry."""

    shown: tuple[Shown, ...]
    name_only: int
    entry: int


@dataclass(slots=True)
class _Scale:
    """One traveller on the scale."""

    asked: Asked
    found: Found
    shown: list[Shown] = field(default_factory=list)
    kept: list[Candidate] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    name_only: int = 0


def weigh(
    node: Node, conn: Connection, inquiry: Inquiry, pairs: Sequence[tuple[Asked, Found]]
) -> list[Weighed]:
    """Weigh each traveller's candidates and record the outcomes, in the caller's transaction."""
    scales = []
    for asked, found in pairs:
        scale = _Scale(asked, found)
        for candidate in found.candidates:
            _weigh(node, conn, inquiry, scale, candidate)
        scales.append(scale)
    items = [
        _outcome(inquiry, scale, found) for scale, (_, found) in zip(scales, pairs, strict=True)
    ]
    first = node.ledger.append_many(conn, items)
    _keep_matches(node, conn, inquiry, scales, first)
    return [
        Weighed(tuple(scale.shown), scale.name_only, first + place)
        for place, scale in enumerate(scales)
    ]


def encounter_tag(node: Node, identity: Identity) -> str:
    """Give the keyed hash under which decisions about this very traveller are found again."""
    said = canonical(identity.as_dict())
    return hmac.new(node.keyring.store_key, b"encounter:" + said, hashlib.sha256).hexdigest()


def _weigh(
    node: Node, conn: Connection, inquiry: Inquiry, scale: _Scale, candidate: Candidate
) -> None:
    held = _standing(node, conn, scale.asked, candidate.id)
    if held is None:
        return  # as if it were not there; the intent's entry says which issuer was not asked
    granted = _decide(node, scale.asked, held, GROUPS)
    if candidate.band == "name-only":
        # Even a count tells that there is an alert.
        scale.name_only += granted["alert"].permitted
        return
    beside = sum(one.issuer == held.alert.issuer for one in scale.shown)
    if not _reaches(scale.asked, inquiry, held, candidate) or beside == SHOWN_MAX:
        scale.withheld.append("threshold")
    elif not granted["alert"].permitted:
        scale.withheld.append(granted["alert"].rule)
    elif _cleared(node, conn, scale.asked.traveller.identity, held.alert):
        scale.withheld.append("cleared")
    else:
        _keep(scale, candidate, held, granted)


def _standing(node: Node, conn: Connection, asked: Asked, alert_id: str) -> Held | None:
    """Give the alert where its issuer was asked and it stands today (guards 1 and 2)."""
    issuer = alert_id.split("-", 1)[0]
    if issuer != node.country and not any(one == issuer for one, _ in asked.questions):
        return None
    try:
        held = open_alert(conn, node.vault, alert_id)
    except NotFound:
        return None  # ended since the index was read
    if issuer != node.country and _put(asked, held) is None:
        return None
    stands = held.state == ISSUED and held.alert.expires >= node.today()
    return held if stands else None


def _put(asked: Asked, held: Held) -> tuple[Adopted, Question] | None:
    """Give the question put to the alert's issuer under the agreement that brought the alert."""
    return asked.questions.get((held.alert.issuer, held.agreement or ""))


def _reaches(asked: Asked, inquiry: Inquiry, held: Held, candidate: Candidate) -> bool:
    put = _put(asked, held)
    weakest = DEFAULT_THRESHOLD if put is None else put[0].agreement.thresholds[inquiry.purpose]
    return BANDS[candidate.band] >= BANDS[weakest]


def _keep(scale: _Scale, candidate: Candidate, held: Held, granted: dict[str, Decision]) -> None:
    scale.shown.append(_show(candidate, held.alert, granted))
    scale.kept.append(candidate)
    scale.held.append(held)


def _decide(node: Node, asked: Asked, held: Held, groups: tuple[str, ...]) -> dict[str, Decision]:
    put = _put(asked, held)
    if put is None:
        return dict.fromkeys(groups, own_decision(node, held))
    adopted, question = put
    facts = offer.facts(held.alert, held.state, node.today(), held.restrictions)
    # One authority may hold grants under several articles: the category says which.
    article = article_for(
        adopted.agreement, question.asker.authority, question.purpose, held.alert.category
    )
    question = dataclasses.replace(question, article=article or question.article)
    decisions = adopted.policy.may_see(question, facts, groups, node.today())
    return dict(zip(groups, decisions, strict=True))


def own_decision(node: Node, held: Held) -> Decision:
    """Decide on an own alert: national law shows it, unless it is restricted (R59, R46)."""
    if not held.restrictions:
        return Decision(
            permitted=True, rule=OWN_RULE, article="national law", text="", text_sha256=""
        )
    rule = RESTRICTIONS[min(held.restrictions)].rule
    article = node.constitution.article_of(rule)
    cite = f"{node.constitution.title}, art. {article.id}"
    return Decision(
        permitted=False, rule=rule, article=cite, text=article.text, text_sha256=article.text_sha256
    )


def _show(candidate: Candidate, alert: Alert, granted: dict[str, Decision]) -> Shown:
    permitted = {group for group, decision in granted.items() if decision.permitted}
    return Shown(
        match=f"m-{secrets.token_hex(8)}",
        alert=alert.id,
        issuer=alert.issuer,
        band=candidate.band,
        weight=candidate.weight,
        compared=tuple(_blank(one, permitted) for one in candidate.compared),
        contrary=candidate.contrary,
        fields={group: fields_of(alert, group) for group in GROUPS if group in permitted},
        rule=granted["alert"].rule,
        article=granted["alert"].article,
    )


def _blank(one: Compared, permitted: set[str]) -> Compared:
    if _GROUP_OF.get(one.attribute, "identity") in permitted:
        return one
    return dataclasses.replace(one, ours="", why="the agreement does not disclose this attribute")


def fields_of(alert: Alert, group: str) -> dict[str, Any]:
    """Give the fields of one group of an alert, as an answer shows them."""
    whole = alert.as_dict()
    identity = whole["identity"]
    shown: dict[str, dict[str, Any]] = {
        "identity": {k: identity[k] for k in ("names", "birth_dates", "nationalities", "sex")},
        "documents": {"documents": identity["documents"]},
        "alert": {
            "category": alert.category,
            "issuer": alert.issuer,
            "reason": alert.reason,
            "action": alert.action,
            "expires": whole["expires"],
        },
        "warnings": {"warnings": whole["warnings"]},
        "decision": {
            "reference": alert.reference,
            "authority": alert.authority,
            "decided_on": whole["decided_on"],
            "basis": alert.basis,
        },
        "contact": {"contact": alert.contact or f"bureau of {alert.issuer}"},
        "particulars": {"birth_place": identity["birth_place"]},
    }
    return shown.get(group, {})


def _cleared(node: Node, conn: Connection, identity: Identity, alert: Alert) -> bool:
    found = select(tables.match.c.id).where(
        tables.match.c.alert_id == alert.id,
        tables.match.c.alert_version == alert.version,
        tables.match.c.encounter == encounter_tag(node, identity),
        tables.match.c.state == "rejected",
    )
    return conn.execute(found).first() is not None


def _outcome(inquiry: Inquiry, scale: _Scale, found: Found) -> Item:
    public = {
        "purpose": inquiry.purpose,
        "state": overall(scale.asked.sources, scale.shown),
        "shown": len(scale.shown),
        "groups": sorted({group for one in scale.shown for group in one.fields}),
        "withheld": sorted(scale.withheld),
        "matcher": found.version,
    }
    personal = {
        "check": scale.asked.id,
        "officer": inquiry.officer.id,
        "reference": scale.asked.traveller.reference,
        "ignored": list(found.ignored),
        "candidates": [
            {"match": one.match, "version": held.alert.version, **candidate.as_dict()}
            for one, candidate, held in zip(scale.shown, scale.kept, scale.held, strict=True)
        ],
    }
    return Item("check:answered", public, personal)


def _content(node: Node, scale: _Scale, candidate: Candidate, held: Held) -> dict[str, Any]:
    """Give what is sealed of a match: whoever has it can compute the comparison again (R25)."""
    traveller = scale.asked.traveller
    basis = node.holdings.basis(traveller.identity, held.alert, scale.found.version)
    return {
        "traveller": traveller.identity.as_dict(),
        "reference": traveller.reference,
        "document_kind": traveller.document_kind,
        "origins": None if traveller.origins is None else list(traveller.origins),
        "candidate": candidate.as_dict(),
        "listed": held.alert.identity.as_dict(),
        "matcher": scale.found.version,
        "bands": Bands().as_dict(),
        "basis": basis,
    }


def _keep_matches(
    node: Node, conn: Connection, inquiry: Inquiry, scales: Sequence[_Scale], first: int
) -> None:
    rows, sealings = [], []
    for place, scale in enumerate(scales):
        if not scale.shown:
            continue
        tag = encounter_tag(node, scale.asked.traveller.identity)
        for one, candidate, held in zip(scale.shown, scale.kept, scale.held, strict=True):
            content = _content(node, scale, candidate, held)
            sealings.append(Sealing(f"match:{one.match}", "match", 1, canonical(content)))
            rows.append(
                {
                    "id": one.match,
                    "alert_id": one.alert,
                    "alert_version": held.alert.version,
                    "encounter": tag,
                    "agreement": held.agreement,
                    "purpose": inquiry.purpose,
                    "state": "candidate",
                    "officer": inquiry.officer.id,
                    "created_at": node.clock.now(),
                    "entry": first + place,
                }
            )
    if rows:
        sealed = node.vault.seal_new(conn, sealings)
        conn.execute(
            insert(tables.match),
            [{**row, "sealed": content} for row, content in zip(rows, sealed, strict=True)],
        )
