"""What the law says of a traveller, on the page of a check: lines, the next question, a refusal.

Only published law is asked, with facts that name nobody. Where it finds that a condition of entry
fails, a refusal may be prepared; what the law finds is never the decision.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from comity.bureau import law
from comity.bureau.answer import Traveller
from comity.errors import ComityError
from comity.law.decide import Decision
from comity.law.suggestion import suggestions_from
from comity.law.view import GAP
from comity.terms.identity import Identity
from comity.web.law_asking import FIRST_PACK, input_of, view


def said_of(
    on: datetime.date, traveller: Traveller, read: Mapping[str, str]
) -> dict[str, Any] | None:
    """Say what the law asks of a traveller; None where no nationality is known to it.

    ``read``: further facts, as the machine-readable zone gives them.
    """
    facts = facts_of(traveller, read)
    if "nationality" not in facts:
        return None
    pack = law.load_pack(FIRST_PACK)
    try:
        found = law.ask(pack, facts, on)
    except ComityError:
        return None
    decisions = (found.decision, *found.others)
    return {
        "title": pack.title,
        "status": pack.status,
        "pack": pack.name,
        "on": on.isoformat(),
        "facts": facts,
        "lines": [_line(one, facts) for one in decisions],
        "known": found.decision.outcome != GAP,
        "grounds": sorted({one.letter for one in suggestions_from(decisions)}),
    }


def facts_of(traveller: Traveller, read: Mapping[str, str]) -> dict[str, str]:
    """Give the facts of a traveller that the law asks for."""
    identity = traveller.identity
    facts = dict(read)
    if identity.nationalities:
        facts["nationality"] = identity.nationalities[0]
    if traveller.document_kind:
        facts["document"] = traveller.document_kind
    return facts


def _line(decision: Decision, facts: Mapping[str, str]) -> dict[str, Any]:
    shown = view(decision)
    wanted = shown["ask"][0] if shown["ask"] else ""
    given = {**dict.fromkeys(decision.view.pack.facts, ""), **facts}
    return {
        "question": shown["question"],
        "title": shown["title"],
        "said": shown["said"],
        "outcome": shown["outcome"],
        "could": shown["could"] if len(shown["possible"]) > 1 else "",
        "because": [{"cite": one["cite"], "text": one["text"]} for one in shown["because"]],
        "ask": input_of(decision.view.pack, wanted, given) if wanted else None,
    }


def refusal_fields(traveller: Traveller, read: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give what a check knows of a person as fields of the refusal form, none of them empty."""
    fields = [
        *identity_fields(traveller.identity),
        ("document-kind", traveller.document_kind),
        ("law-expires", read.get("expires", "")),
        ("reference", traveller.reference),
    ]
    return [(name, value) for name, value in fields if value]


def identity_fields(identity: Identity) -> list[tuple[str, str]]:
    """Give the fields of the form that an identity fills."""
    fields = []
    if identity.names:
        name = identity.names[0]
        fields += [
            ("person-surname", name.surname or name.full),
            ("person-given-names", name.forenames),
        ]
    if identity.birth_dates:
        fields.append(("person-birth-date", str(identity.birth_dates[0])))
    if identity.nationalities:
        fields.append(("person-nationality", identity.nationalities[0]))
    if identity.documents:
        document = identity.documents[0]
        fields += [("document-number", document.number), ("document-issued-in", document.issuer)]
    return [*fields, ("person-sex", identity.sex or "")]
