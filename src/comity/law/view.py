"""One question of a pack on one date, and how its rules weigh for one person's facts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from comity.errors import Malformed
from comity.law.facts import Value, nearest
from comity.law.pack import Pack, sets_on
from comity.law.rule import Presumption, Question, Rule
from comity.law.truth import Read, Test, compile_condition, reader

UNKNOWN, CONFLICT, GAP = "UNKNOWN", "CONFLICT", "GAP"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One question of a pack on one date, ready to be asked.

    ``rules`` are in force, ``bits`` and ``beats`` their bit and the bits of what each beats.
    """

    pack: Pack
    question: Question
    on: datetime.date
    rules: tuple[Rule, ...]
    tests: tuple[Test, ...]
    bits: tuple[int, ...]
    beats: tuple[int, ...]
    presumptions: tuple[tuple[Presumption, Test, Read], ...]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact that was not given and what the law presumes of it."""

    presumption: Presumption
    value: Value


def silence_of(pack: Pack, on: datetime.date) -> str:
    """Say from when to when a pack speaks, where that is not of the date; else nothing."""
    period = pack.period
    if period.covers(on):
        return ""
    first = period.first.isoformat() if period.first else "…"
    last = f" to {period.last.isoformat()}" if period.last else ""
    return f"the pack speaks from {first}{last}, not of this date"


def question_of(pack: Pack, name: str = "") -> Question:
    """Give a question of the pack, the first by default. Malformed "law-name-unknown"."""
    if not pack.questions:
        hint = "it speaks of data: `comity law clauses`" if pack.clauses else ""
        raise Malformed("law-name-unknown", "the pack decides nothing", where=pack.name, hint=hint)
    if not name:
        return pack.questions[0]
    for question in pack.questions:
        if question.id == name:
            return question
    hint = nearest(name, [question.id for question in pack.questions])
    raise Malformed("law-name-unknown", "no question of this name", where=pack.name, hint=hint)


@lru_cache(maxsize=1024)
def view_of(pack: Pack, question: str, on: datetime.date) -> View:
    """Prepare one question of a pack for one date; kept, since packs never change."""
    sets = sets_on(pack, on)
    asked = question_of(pack, question)
    speaks = pack.period.covers(on)
    numbers = [
        number
        for number, rule in enumerate(pack.rules)
        if speaks and rule.decides == asked.id and rule.period.covers(on)
    ]
    rules = tuple(pack.rules[number].as_on(on) for number in numbers)
    presumptions = tuple(
        (p, compile_condition(p.condition, sets, on), reader(p.value, on))
        for p in pack.presumptions
        if p.period.covers(on) and (not p.decides or asked.id in p.decides)
    )
    return View(
        pack,
        asked,
        on,
        rules,
        tuple(compile_condition(rule.condition, sets, on) for rule in rules),
        tuple(1 << number for number in numbers),
        tuple(pack.beats[number] for number in numbers),
        presumptions,
    )


def presume(
    view: View, given: Mapping[str, Value], withheld: frozenset[str]
) -> tuple[dict[str, Value], tuple[Assumption, ...]]:
    """Add what the law presumes of facts that were neither given nor said to be unknown."""
    values = dict(given)
    assumed: list[Assumption] = []
    for presumption, test, read in view.presumptions:
        if presumption.fact in values or presumption.fact in withheld or not test(values):
            continue
        value = read(values)
        if value is not None:
            values[presumption.fact] = value
            assumed.append(Assumption(presumption, value))
    return values, tuple(assumed)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Places (in the view) of rules that fired unbeaten, fired beaten, stay open, did not fire."""

    deciding: tuple[int, ...]
    beaten: tuple[int, ...]
    open: tuple[int, ...]
    idle: tuple[int, ...]

    def outcome(self, view: View) -> str:
        """Give the outcome of the rules that fired alone."""
        outcomes = {view.rules[place].then for place in self.deciding}
        if len(outcomes) == 1:
            return outcomes.pop()
        return CONFLICT if outcomes else GAP

    def settled(self, view: View) -> bool:
        """Say whether no open rule can change the outcome.

        An open rule that says the same as the one outcome there is cannot: should it fire, some
        rule with that outcome remains, whatever it beats.
        """
        if not self.open:
            return True
        outcome = self.outcome(view)
        return all(view.rules[place].then == outcome for place in self.open)


def weigh(view: View, values: Mapping[str, Value]) -> Weighed:
    """Hold every rule against the facts (steps 3 and 4); a beaten open rule counts as idle."""
    fired: list[int] = []
    open_: list[int] = []
    idle: list[int] = []
    beaten_bits = 0
    for place, test in enumerate(view.tests):
        truth = test(values)
        if truth:
            fired.append(place)
            beaten_bits |= view.beats[place]
        elif truth is None:
            open_.append(place)
        else:
            idle.append(place)
    bits = view.bits
    return Weighed(
        tuple(place for place in fired if not bits[place] & beaten_bits),
        tuple(place for place in fired if bits[place] & beaten_bits),
        tuple(place for place in open_ if not bits[place] & beaten_bits),
        tuple(idle + [place for place in open_ if bits[place] & beaten_bits]),
    )
