"""Step 3 of a check: which issuers may be asked about this traveller, by whom, and why not.

Decided from the agreement and four facts about the person, never from what is held. A copy of an
issuer's alerts whose lease has run out cannot be asked either: it is unavailable, not empty.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, literal, select

from comity.accord.age import may_be_child
from comity.accord.agreement import Agreement
from comity.accord.question import Asker, Question, Subject
from comity.bureau.agreement import Adopted, in_force
from comity.bureau.answer import OWN, OWN_RULE, Source, State, Traveller
from comity.bureau.freshness import usable
from comity.bureau.node import Node
from comity.bureau.officer import CLEARANCE, Officer
from comity.exchange import lease
from comity.record import tables
from comity.terms.country import PROTECTED_STATUSES
from comity.terms.document_kind import DOCUMENT_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Who asks and why: one officer, one purpose, for one or many travellers."""

    officer: Officer
    purpose: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One traveller after step 3: a source for each issuer, and the question put where it may be.

    ``questions``: (issuer, agreement's id) → (agreement, question), for what may be asked.
    """

    id: str
    traveller: Traveller
    sources: tuple[Source, ...]
    questions: dict[tuple[str, str], tuple[Adopted, Question]]
    adopted: tuple[Adopted, ...]

    @property
    def open(self) -> bool:
        """Whether any source may be searched."""
        return any(source.state == "no-match" for source in self.sources)


@dataclass(frozen=True, slots=True)
class _Round:
    """What is the same for all travellers of one call."""

    node: Node
    inquiry: Inquiry
    adopted: tuple[Adopted, ...]
    leases: dict[tuple[str, str], lease.Lease]
    counts: dict[str, int]
    now: datetime.datetime


def ask(node: Node, inquiry: Inquiry, travellers: Sequence[Traveller]) -> list[Asked]:
    """Decide step 3 for each traveller."""
    now = node.clock.now()
    adopted = tuple(in_force(node, now.date()))
    with node.store.read() as conn:
        leases = {(one.peer, one.agreement): one for one in lease.all_leases(conn)}
        counts = {a.agreement.id: _asked_today(conn, a.agreement.id, now) for a in adopted}
    turn = _Round(node, inquiry, adopted, leases, counts, now)
    return [_ask(turn, one, place) for place, one in enumerate(travellers)]


def subject_of(traveller: Traveller, on: datetime.date) -> Subject:
    """Give the facts of a person that the law needs.

    Protected: a document or a nationality that shows protection, or an officer's word; then the
    origin is what the officer recorded, and unknown otherwise, which counts as every country.
    """
    kind = DOCUMENT_KINDS.get(traveller.document_kind)
    shown = kind is not None and kind.protection
    stateless = bool(PROTECTED_STATUSES & set(traveller.identity.nationalities))
    minor = may_be_child(traveller.identity.birth_dates, on)
    protected = shown or stateless or traveller.origins is not None
    origins = traveller.origins or ()
    return Subject(protected, origins, bool(origins) or not protected, minor)


def article_for(agreement: Agreement, authority: str, purpose: str, category: str = "") -> str:
    """Give the agreement's article by which ``authority`` may ask for ``purpose``; "" for none.

    With a ``category``, the article that grants that category: one authority may have several.
    """
    for grant in agreement.grants:
        fits = grant.authority == authority and purpose in grant.purposes
        if fits and (not category or category in grant.categories):
            return grant.article
    return ""


def officer_hash(node: Node, officer_id: str) -> str:
    """Give the salted hash by which the policy engine tells officers apart; never the id."""
    salt = node.keyring.store_key
    return hmac.new(salt, f"officer:{officer_id}".encode(), hashlib.sha256).hexdigest()


def _ask(turn: _Round, traveller: Traveller, place: int) -> Asked:
    sources = [_own(turn)]
    questions: dict[tuple[str, str], tuple[Adopted, Question]] = {}
    for adopted in turn.adopted:
        for issuer in adopted.peers:
            question = _question(turn, adopted, traveller, issuer)
            source = _source(turn, adopted, question, place)
            sources.append(source)
            if source.state == "no-match":
                questions[issuer, adopted.agreement.id] = (adopted, question)
    return Asked(secrets.token_hex(16), traveller, tuple(sources), questions, turn.adopted)


def _own(turn: _Round) -> Source:
    trained = turn.inquiry.officer.trained_until >= turn.now.date()
    return Source(
        issuer=turn.node.country,
        agreement=OWN,
        state="no-match" if trained else "not-permitted",
        rule=OWN_RULE if trained else "training",
        article="national law" if trained else "Reg (EU) 2018/1862 art. 14",
        text="own alerts are searched under national law"
        if trained
        else "training must be valid on the day of the check",
        fresh_at=turn.now,
    )


def _question(turn: _Round, adopted: Adopted, traveller: Traveller, issuer: str) -> Question:
    officer = turn.inquiry.officer
    agreement = adopted.agreement
    return Question(
        agreement=agreement.id,
        article=article_for(agreement, officer.authority, turn.inquiry.purpose),
        purpose=turn.inquiry.purpose,
        asker=Asker(
            country=turn.node.country,
            authority=officer.authority,
            officer=officer_hash(turn.node, officer.id),
            role=officer.role,
            trained_until=officer.trained_until,
            clearance=CLEARANCE[officer.role],
        ),
        reference=traveller.reference,
        subject=subject_of(traveller, turn.now.date()),
        towards=issuer,
    )


def _source(turn: _Round, adopted: Adopted, question: Question, place: int) -> Source:
    agreement = adopted.agreement
    decision = adopted.policy.may_ask(
        question, turn.now.date(), asked_today=turn.counts[agreement.id] + place
    )
    held = turn.leases.get((question.towards, agreement.id))
    state: State = "no-match" if decision.permitted else "not-permitted"
    if decision.permitted and not usable(held, agreement, turn.now):
        return Source(
            issuer=question.towards,
            agreement=agreement.id,
            state="unavailable",
            rule="lease",
            article="Reg (EU) 2018/1862 art. 56(3)",
            text="the copy of this issuer's alerts is too old to rely on; synchronise or call",
            fresh_at=None if held is None else held.freshness,
        )
    return Source(
        issuer=question.towards,
        agreement=agreement.id,
        state=state,
        rule=decision.rule,
        article=decision.article,
        text=decision.text,
        fresh_at=None if held is None else held.freshness,
    )


def _asked_today(conn: Connection, agreement_id: str, now: datetime.datetime) -> int:
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    # Whole ids between commas: the id of one agreement may be a part of another's.
    listed = literal(",") + tables.check_log.c.agreement + ","
    query = select(func.count()).where(
        tables.check_log.c.created_at >= start,
        listed.contains(f",{agreement_id},", autoescape=True),
    )
    return int(conn.execute(query).scalar_one())
