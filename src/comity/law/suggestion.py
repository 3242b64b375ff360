"""What the law packs and the count of days suggest for a refusal form: never more than that.

A suggestion stands beside the box of a ground with its citation. Ticking the box, and saying why
in one's own words, is left to a named person (`comity.law.refusal`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.law.decide import Decision
from comity.law.explain import facts_used
from comity.law.ground import GROUNDS
from comity.law.rule import Rule
from comity.law.stay import StayAnswer


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was found: a ground, the rule, its citation and text, the facts it was read from.

    ``details``: what of the ground's box follows from the same facts, for the officer to edit.
    """

    letter: str
    rule: str
    cite: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    details: tuple[tuple[str, str], ...] = ()


def suggestions_from(decisions: Iterable[Decision]) -> tuple[Suggestion, ...]:
    """What the deciding rules of some decisions suggest: those that name a letter of the form.

    A visa that is required suggests ground C: whether one was presented, the officer sees.
    """
    found = {
        (letter, rule.id): Suggestion(
            letter, rule.id, rule.cite, rule.text, tuple(facts_used(decision, rule).items())
        )
        for decision in decisions
        for rule in decision.deciding
        if (letter := _letter(decision, rule)) in GROUNDS
    }
    return tuple(found[key] for key in sorted(found))


def _letter(decision: Decision, rule: Rule) -> str:
    needs_visa = decision.view.question.id == "visa" and decision.outcome == "required"
    return rule.ground or ("C" if needs_visa else "")


def suggestion_from_stay(answer: StayAnswer) -> Suggestion | None:
    """Ground F where no day is left on any reading of the evidence, else nothing.

    A range whose better end still leaves a day is a doubt, and a doubt suggests nothing.
    """
    if answer.fewest.left != 0 or answer.limit.window != "rolling":
        return None
    used = answer.fewest.used
    return Suggestion(
        "F",
        answer.limit.id,
        answer.limit.cite,
        f"{used} days used: {answer.limit.describe()}",
        facts=(("days used", str(used)),),
        details=(("days_used", str(used)),),
    )
