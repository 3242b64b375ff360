"""Days of stay under a law pack: the table, the evidence, the territory, the limits, one report.

1. Read the table (`comity.law.stay_table`).
2. Where stamps and records differ, ask the pack's companion which prevails on the day asked.
3. Count under every limit in force whose condition holds for the facts given.
4. Report the limit that leaves least first, with the days no limit counts and why.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comity.bureau.law import load_pack
from comity.errors import Malformed, NotFound
from comity.law.decide import decide
from comity.law.facts import Facts, parse_facts
from comity.law.pack import Pack, sets_on
from comity.law.presence import Stay
from comity.law.stay import StayAnswer, count_between
from comity.law.stay_answer import as_mapping, as_words, stay_notes
from comity.law.stay_evidence import Discrepancy, Prevails, Reconciled, reconcile
from comity.law.stay_limit import StayLimit
from comity.law.stay_picture import draw_window
from comity.law.stay_table import parse_stays
from comity.law.truth import compile_condition
from comity.terms.country import country_code

COMPANIONS = {"eu.short-stay": "eu.stay", "eu.stay": "eu.stay"}
"""Which pack says how days in this one are counted and proved."""

TERRITORY = "counting_states"
REGISTER = {
    "record with biometrics": "with-biometrics",
    "record without biometrics": "without-biometrics",
}


@dataclass(frozen=True, slots=True)
class StayReport:
    """The answers, tightest limit first; the stays as counted; what the evidence disputes."""

    pack: Pack
    answers: tuple[StayAnswer, ...]
    stays: tuple[Stay, ...]
    discrepancies: tuple[Discrepancy, ...]
    notes: tuple[str, ...]
    territory: Mapping[str, datetime.date] | None = None

    def record(self) -> dict[str, Any]:
        """The tightest answer as JSON values, the other limits under ``others``."""
        first, *others = self.answers
        found = as_mapping(first, self.stays, self.notes)
        found["pack"] = {
            "law": self.pack.name,
            "hash": self.pack.hash,
            "status": self.pack.status,
        }
        found["others"] = [as_mapping(answer, ()) for answer in others]
        found["discrepancies"] = [
            {"day": each.day.isoformat(), "prevails": each.prevails} for each in self.discrepancies
        ]
        return found

    def words(self) -> str:
        """The same for a terminal."""
        first, *others = self.answers
        parts = [as_words(first, [*self.notes, *stay_notes(first, self.stays)])]
        parts += [as_words(answer) for answer in others]
        parts.append(f"{self.pack.name}: {self.pack.status}; a person decides")
        return "\n\n".join(parts)

    def picture(self) -> str:
        """The window of the tightest limit as SVG."""
        return draw_window(self.answers[0], self.stays, counting_from=self.territory)


def count_table(
    pack: Pack, text: str, on: datetime.date, facts: Mapping[str, str] | None = None
) -> StayReport:
    """Count the stays of a table under the limits of ``pack`` as of ``on``.

    Malformed for the table or a fact; Conflict for contradictory stays; NotFound
    "stay-limit-absent" where no limit is in force or applies to the person.
    """
    given = parse_facts(facts or {}, pack.facts)
    stays = [_known_state(stay) for stay in parse_stays(text)]
    companion = load_pack(COMPANIONS[pack.name]) if pack.name in COMPANIONS else None
    settled = _settle(stays, companion, on)
    territory = None if companion is None else counting_from(companion)
    limits, notes = _limits(pack, given, on)
    answers = [
        count_between(settled.fewest, settled.most, limit, on, counting_from=territory)
        for limit in limits
    ]
    return StayReport(
        pack,
        tuple(sorted(answers, key=_tightness)),
        settled.most,
        settled.discrepancies,
        (
            *notes,
            *_territory_notes(stays, territory),
            *_evidence_notes(settled),
            *_extension_notes(companion, given, on),
        ),
        territory,
    )


def counting_from(pack: Pack) -> dict[str, datetime.date]:
    """For each state of the pack's territory, the first day on which presence there counts."""
    first: dict[str, datetime.date] = {}
    for part in pack.sets[TERRITORY].parts if TERRITORY in pack.sets else ():
        start = part.period.first or datetime.date.min
        for member in part.members:
            first[str(member)] = min(start, first.get(str(member), start))
    # The area is older than the limit: only a later accession cuts days off.
    opening = min(first.values(), default=datetime.date.min)
    return {state: datetime.date.min if day == opening else day for state, day in first.items()}


def _known_state(stay: Stay) -> Stay:
    if not stay.state:
        return stay
    try:
        return replace(stay, state=country_code(stay.state))
    except Malformed as error:
        raise Malformed(error.code, error.what, where=stay.where, hint=error.hint) from None


def _settle(stays: list[Stay], companion: Pack | None, on: datetime.date) -> Reconciled:
    if companion is None:
        return Reconciled(tuple(stays), tuple(stays), ())

    def prevails(stamp: Stay, record: Stay) -> Prevails:
        given: dict[str, Any] = {"stamp": True, "enter": stamp.entry}
        if record.evidence in REGISTER:
            given["register"] = REGISTER[record.evidence]
        outcome = decide(companion, Facts(given), on, "evidence").outcome
        # UNKNOWN and case by case leave the choice to the officer: the count is a range.
        return {"stamp": "stamp", "record": "record"}.get(outcome, "officer")  # type: ignore[return-value]

    return reconcile(stays, prevails)


def _limits(pack: Pack, given: Facts, on: datetime.date) -> tuple[list[StayLimit], list[str]]:
    limits, notes = [], []
    for clause in pack.stay_limits:
        if not clause.limit.holds_on(on):
            continue
        holds = compile_condition(clause.condition, sets_on(pack, on), on)(given.given)
        if holds is False:
            continue
        limits.append(clause.limit)
        if holds is None:
            notes.append(f"{clause.limit.id} applies only if {clause.when}")
    if not limits:
        raise NotFound(
            "stay-limit-absent",
            "the law has no stay limit in force on that day for this person",
            where=pack.name,
            hint="choose another day or pack, or other facts",
        )
    return limits, notes


def _tightness(answer: StayAnswer) -> tuple[bool, int, int]:
    most = answer.most
    return (most.left is None, most.left or 0, -most.days_in_breach)


def _territory_notes(stays: list[Stay], territory: Mapping[str, datetime.date] | None) -> list[str]:
    if territory is None:
        return []
    outside = sorted({s.state for s in stays if s.state and s.state not in territory})
    later = sorted(
        {s.state for s in stays if s.state in territory and s.entry < territory[s.state]}
    )
    notes = [f"days in {state} are outside the area and are not counted" for state in outside]
    return notes + [f"days in {state} count from {territory[state]}" for state in later]


def _evidence_notes(settled: Reconciled) -> list[str]:
    if any(each.prevails == "officer" for each in settled.discrepancies):
        return ["stamps and records differ where the law leaves it to the officer: a range"]
    if settled.discrepancies:
        return ["stamps and records differ; the account that prevails by law is counted"]
    return []


def _extension_notes(companion: Pack | None, given: Facts, on: datetime.date) -> list[str]:
    if companion is None or not {"nationality", "destination"} <= given.given.keys():
        return []
    found = decide(companion, given, on, "extension")
    if found.outcome != "bilateral":
        return []
    return [f"{rule.effect} ({rule.cite})" for rule in found.deciding]
