"""Decide one question of law for one person, with the whole trace.

    1. The rules of the question that are in force on the date.
    2. What is given, then what the law presumes where nothing is given.
    3. Every rule: fires, does not, or is left open by a missing fact.
    4. A rule that fires beats what it names in ``despite``, and what that beats.
    5. Survivors agree: the outcome. They disagree: CONFLICT. None: GAP.
    6. A rule left open could change it: UNKNOWN, with the possible outcomes and what to ask.

The caller still has to say which pack is the law of the place, and a person has to decide.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from comity.law.facts import Facts, Value
from comity.law.pack import Pack
from comity.law.possible import possible_outcomes
from comity.law.rule import Rule
from comity.law.view import UNKNOWN, Assumption, View, presume, view_of, weigh

ENGINE = "comity-law 1"
"""Name and version of these rules of decision; a receipt states it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question and how it was reached.

    ``outcome`` is a rule's ``then``, UNKNOWN, CONFLICT or GAP. ``deciding`` are the rules that
    fired and were not beaten, ``beaten`` those that fired and were, ``open`` those that a missing
    fact left open, ``idle`` those that did not fire. ``facts`` holds what was given and presumed.
    """

    view: View
    outcome: str
    possible: tuple[str, ...]
    ask: tuple[str, ...]
    deciding: tuple[Rule, ...]
    beaten: tuple[Rule, ...]
    open: tuple[Rule, ...]
    idle: tuple[Rule, ...]
    facts: Mapping[str, Value]
    assumed: tuple[Assumption, ...]
    withheld: frozenset[str]

    def overridden_by(self, rule: Rule) -> tuple[Rule, ...]:
        """Give the rules that fired and that ``rule`` beats."""
        bits = self.view.beats[self.view.rules.index(rule)]
        return tuple(
            other for other in self.beaten if bits & self.view.bits[self.view.rules.index(other)]
        )

    def beaten_by(self, rule: Rule) -> tuple[Rule, ...]:
        """Give the deciding rules that beat ``rule``."""
        bit = self.view.bits[self.view.rules.index(rule)]
        return tuple(
            other for other in self.deciding if self.view.beats[self.view.rules.index(other)] & bit
        )


def decide(pack: Pack, facts: Facts, on: datetime.date, question: str = "") -> Decision:
    """Answer one question (the pack's first by default) about one person on one date.

    Malformed "law-name-unknown" where the pack does not decide that question.
    """
    view = view_of(pack, question, on)
    values, assumed = presume(view, facts.given, facts.withheld)
    weighed = weigh(view, values)
    outcome = weighed.outcome(view)
    possible: tuple[str, ...] = (outcome,)
    ask: tuple[str, ...] = ()
    if not weighed.settled(view):
        possible, ask = possible_outcomes(view, values, facts.withheld)
        outcome = possible[0] if len(possible) == 1 else UNKNOWN
    rules = view.rules
    return Decision(
        view,
        outcome,
        possible,
        ask,
        tuple(rules[place] for place in weighed.deciding),
        tuple(rules[place] for place in weighed.beaten),
        tuple(rules[place] for place in weighed.open),
        tuple(rules[place] for place in weighed.idle),
        values,
        assumed,
        facts.withheld,
    )
