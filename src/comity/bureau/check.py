"""Is there an alert about this traveller, and may I be told? The disclosure cycle, in order.

1. Who asks: officer, authority, role, training (vouched for by this node).
2. Parse once: a frozen inquiry, frozen travellers.
3. May it be asked at all? Each issuer under each agreement: constitution, then agreement. A
   refusal is decided here, before any search, so that it cannot depend on what is held.
4. Record the intent in the ledger, refusals too.
5. Match, once, against the copy at home: no peer learns of the question.
6. For each candidate: may it be seen, which field groups, do guards stand against it.
7. Record the outcome.
8. Answer: one state, the deciding rule, freshness, the entry that proves it.

Step 9, a person confirms or rejects, is ``bureau.match``. A candidate that step 6 withholds
leaves no trace in the answer: it is as if it were not there (R30); the ledger knows.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, insert

from comity.bureau import candidates, question
from comity.bureau.answer import Answer, Traveller, overall
from comity.bureau.node import Node
from comity.bureau.officer import require
from comity.bureau.question import Asked, Inquiry
from comity.bureau.witnessing import witnessed
from comity.errors import Malformed
from comity.match.candidate import Candidate, Found
from comity.record import tables
from comity.record.batch import Item
from comity.terms.document_kind import DOCUMENT_KINDS
from comity.terms.purpose import PURPOSES

BATCH_MAX = 500
"""Travellers whose intents share one transaction, and whose outcomes share another."""

SEARCHED = 50
"""Candidates weighed of each issuer; issuers that may not be asked are then left out."""

CROWDED = 10 * SEARCHED
"""Where so many are alike that they fill the first search, it is made once more, so wide."""


def check(node: Node, inquiry: Inquiry, travellers: Sequence[Traveller]) -> list[Answer]:
    """Answer for each traveller, in order; at most ``BATCH_MAX`` in one call.

    Malformed where purpose or reference is missing (nothing is read, nothing searched, R01);
    NotPermitted where the officer's role may not check; Unavailable where no intent can be
    recorded: without its log entry no question is answered.
    """
    require(inquiry.officer, "first-line", "bureau")  # 1
    _hold(inquiry, travellers)  # 2
    node.holdings.refresh()
    asked = question.ask(node, inquiry, travellers)  # 3
    node.ledger.write(lambda conn: _record_intents(node, conn, inquiry, asked))  # 4
    found = _search(node, asked)  # 5
    written = node.ledger.write(  # 6, 7
        lambda conn: candidates.weigh(node, conn, inquiry, list(zip(asked, found, strict=True)))
    )
    seen = witnessed(node, written.last, [adopted for one in asked for adopted in one.adopted])
    return [  # 8
        _answer(one, hits, weighed, proved=seen)
        for one, hits, weighed in zip(asked, found, written.result, strict=True)
    ]


def _hold(inquiry: Inquiry, travellers: Sequence[Traveller]) -> None:
    if inquiry.purpose not in PURPOSES:
        raise Malformed(
            "check-purpose",
            "a question needs its purpose",
            hint=f"one of {', '.join(PURPOSES)}",
        )
    if not 1 <= len(travellers) <= BATCH_MAX:
        raise Malformed("check-batch", f"1 to {BATCH_MAX} travellers in one call")
    for number, one in enumerate(travellers, start=1):
        place = f"traveller {number}"
        if not one.reference.strip() or len(one.reference) > 100:
            raise Malformed(
                "check-reference",
                "a question needs its case or encounter reference",
                where=place,
                hint="give the reference of the encounter, at most 100 characters",
            )
        if one.document_kind not in ("", *DOCUMENT_KINDS):
            raise Malformed("check-document-kind", "unknown kind of document", where=place)
        if not one.identity.names and not one.identity.documents:
            raise Malformed("check-empty", "neither a name nor a document number", where=place)


def _record_intents(node: Node, conn: Connection, inquiry: Inquiry, asked: Sequence[Asked]) -> None:
    now = node.clock.now()
    first = node.ledger.append_many(conn, [_intent(node, inquiry, one) for one in asked])
    conn.execute(
        insert(tables.check_log),
        [
            {
                "id": one.id,
                "agreement": ",".join(sorted(a.agreement.id for a in one.adopted)),
                "purpose": inquiry.purpose,
                "officer": inquiry.officer.id,
                "outcome": "asked",
                "created_at": now,
                "entry": first + place,
            }
            for place, one in enumerate(asked)
        ],
    )


def _intent(node: Node, inquiry: Inquiry, one: Asked) -> Item:
    public = {
        "purpose": inquiry.purpose,
        "authority": inquiry.officer.authority,
        "constitution": node.constitution.sha256,
        "agreements": {a.agreement.id: a.agreement.sha256 for a in one.adopted},
        "sources": [
            {"issuer": s.issuer, "agreement": s.agreement, "state": s.state, "rule": s.rule}
            for s in one.sources
        ],
    }
    personal = {
        "officer": inquiry.officer.id,
        "reference": one.traveller.reference,
        "identity": one.traveller.identity.as_dict(),
        "document_kind": one.traveller.document_kind,
        "origins": None if one.traveller.origins is None else list(one.traveller.origins),
    }
    return Item("check:asked", public, personal)


def _search(node: Node, asked: Sequence[Asked]) -> list[Found]:
    # Only who may be asked about is searched for; the others' answer is empty beforehand.
    who = [one.traveller.identity for one in asked if one.open]
    first = node.holdings.search(who, limit=SEARCHED)
    crowded = [place for place, found in enumerate(first) if len(found.candidates) >= SEARCHED]
    wider = node.holdings.search([who[place] for place in crowded], limit=CROWDED)
    for place, found in zip(crowded, wider, strict=True):
        first[place] = _shared(found)
    answers = iter(first)
    return [next(answers) if one.open else Found() for one in asked]


def _shared(found: Found) -> Found:
    """Give each issuer its share: the common names of one country must not hide another's alert."""
    kept: list[Candidate] = []
    counts: Counter[str] = Counter()
    for one in found.candidates:
        issuer = one.id.split("-", 1)[0]
        counts[issuer] += 1
        if counts[issuer] <= SEARCHED:
            kept.append(one)
    return dataclasses.replace(found, candidates=tuple(kept))


def _answer(one: Asked, found: Found, weighed: candidates.Weighed, *, proved: bool) -> Answer:
    return Answer(
        reference=one.traveller.reference,
        state=overall(one.sources, weighed.shown),
        sources=one.sources,
        shown=weighed.shown,
        ignored=found.ignored,
        name_only=weighed.name_only,
        matcher=found.version,
        entry=weighed.entry,
        witnessed=proved,
    )
