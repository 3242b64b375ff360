"""What the law packs and the count of days suggest for a refusal form: never more than that.

A suggestion stands beside the box of a ground with its citation. Ticking the box, and saying why
in one's own words, is left to a named person (`comity.law.refusal`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.law.decide import Decision
from comity.law.ground import GROUNDS
from comity.law.stay import StayAnswer


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was found: a ground, the rule, its citation and text."""

    letter: str
    rule: str
    cite: str
    text: str


def suggestions_from(decisions: Iterable[Decision]) -> tuple[Suggestion, ...]:
    """What the deciding rules of some decisions suggest: those that name a letter of the form."""
    found = {
        (rule.ground, rule.id): Suggestion(rule.ground, rule.id, rule.cite, rule.text)
        for decision in decisions
        for rule in decision.deciding
        if rule.ground in GROUNDS
    }
    return tuple(found[key] for key in sorted(found))


def suggestion_from_stay(answer: StayAnswer) -> Suggestion | None:
    """Ground F where no day is left on any reading of the evidence, else nothing.

    A range whose better end still leaves a day is a doubt, and a doubt suggests nothing.
    """
    if answer.fewest.left != 0 or answer.limit.window != "rolling":
        return None
    used = answer.fewest.used
    return Suggestion(
        "F", answer.limit.id, answer.limit.cite, f"{used} days used: {answer.limit.describe()}"
    )
