"""Hands questions to Cedar and reads the verdicts. Anything but a clean verdict is a refusal.

Cedar leaves out a ``forbid`` that errs while it is evaluated, and then a permit may win: it fails
open (cedar-policy/cedar#2428). So every fact is mandatory in the schema, request and entities are
validated against it, and any diagnostic error, no decision, or exception refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cedarpy

from comity.accord.agreement import Agreement
from comity.accord.days import day
from comity.accord.question import Question, RecordFacts
from comity.errors import Malformed
from comity.terms.country import COUNTRIES, country_code

ERROR_CHARS = 160
ERRORS_MAX = 5
"""A broken fact breaks many rules: the first few say enough."""

READ = "read:"

_GOVERNED = frozenset({"state", "entity", "training"})

Entity = dict[str, Any]
Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine said: ``allowed``, the ids of the deciding rules, the errors."""

    allowed: bool
    rules: frozenset[str]
    errors: tuple[str, ...]


class Engine:
    """Policies, schema and the entities that do not change, parsed once."""

    def __init__(self, policies: str, schema: str, entities: Iterable[Entity]) -> None:
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._schema = cedarpy.Schema.from_str(schema)
        self._base = cedarpy.Entities.from_json_str(json.dumps(list(entities)), self._schema)

    def verdicts(self, requests: Sequence[Request], entities: list[Entity]) -> tuple[Verdict, ...]:
        """Decide each request on the base entities and ``entities``; one verdict each."""
        try:
            facts = self._base.with_added_json_str(json.dumps(entities), self._schema)
            answers = cedarpy.is_authorized_batch(
                list(requests), self._policies, facts, self._schema
            )
        except (ValueError, TypeError, KeyError) as error:
            return (Verdict(allowed=False, rules=frozenset(), errors=(_short(error),)),) * len(
                requests
            )
        if len(answers) != len(requests):
            nothing = Verdict(allowed=False, rules=frozenset(), errors=("answers are missing",))
            return (nothing,) * len(requests)
        return tuple(_verdict(answer) for answer in answers)


def _verdict(answer: cedarpy.AuthzResult) -> Verdict:
    notes = answer.diagnostics
    errors = tuple(_short(error) for error in notes.errors[:ERRORS_MAX])
    if answer.decision is cedarpy.Decision.NoDecision and not errors:
        errors = ("no decision",)
    named = notes.id_annotations_by_reason
    rules = frozenset(named.get(reason, reason) for reason in notes.reasons)
    allowed = answer.decision is cedarpy.Decision.Allow and not errors
    return Verdict(allowed, rules, errors)


def _short(error: object) -> str:
    # the first line says what failed; what follows may quote values, which no log shall have
    return (str(error).strip().splitlines() or ["error"])[0][:ERROR_CHARS]


def agreement_entity(agreement: Agreement) -> Entity:
    """Give the agreement as the facts that the generic permits read."""
    bases = sorted({(g.article, g.authority, p) for g in agreement.grants for p in g.purposes})
    cells = sorted(
        {
            (g.article, g.authority, purpose, category, group)
            for g in agreement.grants
            for purpose in g.purposes
            for category in g.categories
            for group in g.groups
        }
    )
    return _entity(
        "Agreement",
        agreement.id,
        {
            "parties": list(agreement.parties),
            "purposes": list(agreement.purposes),
            "categories": list(agreement.categories),
            "inForce": day(agreement.in_force),
            "until": day(agreement.until),
            "suspended": agreement.suspended,
            "assessedUntil": day(agreement.assessment.until),
            "clearance": agreement.clearance,
            "bases": [{"article": a, "authority": k, "purpose": p} for a, k, p in bases],
            "grants": [
                {
                    "article": article, "authority": authority, "purpose": purpose,
                    "category": category,
                    "action": {"__entity": {"type": "Action", "id": READ + group}},
                }
                for article, authority, purpose, category, group in cells
            ],
        },
    )  # fmt: skip


def question_entities(question: Question) -> list[Entity]:
    """Give the officer and the traveller of a question as entities."""
    asker, subject = question.asker, question.subject
    officer = {
        "country": code_of(asker.country),
        "authority": asker.authority,
        "role": asker.role.strip(),
        "officer": asker.officer.strip(),
        "trainedUntil": day(asker.trained_until),
        "clearance": asker.clearance,
    }
    traveller = {
        "protected": subject.protected,
        **_fled(subject.origins, known=subject.origins_known),
        "minor": subject.minor is not False,
    }
    return [_entity("Officer", "asker", officer), _entity("Traveller", "subject", traveller)]


def record_entity(record: RecordFacts) -> Entity:
    """Give the facts of an alert as an entity."""
    return _entity(
        "Record",
        "record",
        {
            "owner": code_of(record.owner),
            "category": record.category,
            "state": record.state,
            "expires": day(record.expires),
            "protected": record.protected,
            **_fled(record.origins, known=record.origins_known),
            "minor": record.minor,
            "contested": record.contested,
            "erased": record.erased,
            "flagged": record.flagged,
            "decided": record.decided,
            "finalJudgment": record.final_judgment,
            "possibleVictim": record.possible_victim,
        },
    )


def code_of(country: str) -> str:
    """Give the ICAO code for a code or alias; what no table knows stays, and is no party."""
    try:
        return country_code(country)
    except Malformed:
        return country


def _fled(origins: tuple[str, ...], *, known: bool) -> dict[str, Any]:
    # DEU and D are one country, XXB (refugee) is none, and who fled a territory may have fled the
    # state that holds it: unless a state or an entity is named, the country fled is not known
    codes = [code_of(origin) for origin in origins]
    kinds = {COUNTRIES[code].kind if code in COUNTRIES else "status" for code in codes}
    sure = bool(kinds & _GOVERNED) and kinds <= _GOVERNED | {"territory"}
    return {"origins": codes, "originsKnown": sure if known is True else known}


def party_entity(country: str) -> Entity:
    """Give the country that an alert would leave to as an entity."""
    return _entity("Party", "party", {"country": code_of(country)})


def circumstances(question: Question, on: Any, *, within_volume: bool) -> Mapping[str, Any]:
    """Give the context of a question: what is neither the officer nor the record."""
    second = question.second_officer.strip()
    return {
        "agreement": {"__entity": {"type": "Agreement", "id": question.agreement}},
        "article": question.article,
        "purpose": question.purpose,
        "traveller": {"__entity": {"type": "Traveller", "id": "subject"}},
        "referenced": bool(question.reference.strip()),
        "subjects": question.subjects,
        "standing": question.standing,
        "withinVolume": within_volume,
        "towards": code_of(question.towards),
        "onwardTo": [code_of(country) for country in question.onward_to],
        "fourEyes": bool(second) and second != question.asker.officer.strip(),
        "on": day(on),
    }


def request(
    principal: tuple[str, str], action: str, resource: tuple[str, str], context: str
) -> Request:  # fmt: skip
    """Give a Cedar request; ``context`` is JSON, written once for all requests of a batch."""
    return {
        "principal": {"type": principal[0], "id": principal[1]},
        "action": {"type": "Action", "id": action},
        "resource": {"type": resource[0], "id": resource[1]},
        "context": context,
    }


def _entity(kind: str, name: str, attributes: Mapping[str, Any]) -> Entity:
    return {"uid": {"type": kind, "id": name}, "attrs": dict(attributes), "parents": []}
