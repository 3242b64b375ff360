"""What an answer could still be, and which facts to ask for.

Missing facts are completed in every way that matters: a country stands for all countries that the
pack's sets and literals treat alike, a date for the days around which a test turns. Branches end
as soon as no open rule can change the outcome.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from comity.law.condition import Compare, Fact, Member, Operand, Shift, tests_of
from comity.law.condition import Literal as LiteralValue
from comity.law.facts import STANDARD, FactKind, Value, words_of
from comity.law.pack import sets_on
from comity.law.truth import Read, reader
from comity.law.view import CONFLICT, GAP, View, Weighed, presume, weigh
from comity.terms.country import TRAINING_STATES

MAX_LEAVES = 4_000
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
RANK = {name: number for number, name in enumerate(STANDARD)}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One completion of the missing facts (only those that mattered) and its outcome."""

    completed: Mapping[str, Value]
    outcome: str


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How the rules of a view read one fact.

    ``classes``: values that stand for all others; ``partners``: facts it is compared with;
    ``turns``: for a date, what it is held against and what is added to it before; ``marks``:
    the sets and literals tested with it; ``named``: every value that they hold.
    """

    classes: tuple[Value, ...]
    partners: frozenset[str]
    turns: tuple[tuple[Operand, Read], ...]
    marks: tuple[frozenset[Value], ...]
    named: frozenset[Value]

    def sign(self, value: Value | None) -> object:
        """Give what the rules see of a code or word: where it stands; of others, the value."""
        if not isinstance(value, str):
            return value
        return tuple(value in mark for mark in self.marks)


@lru_cache(maxsize=4096)
def shape_of(view: View, name: str) -> Shape:
    """Find the values of a fact that the view's rules and presumptions tell apart."""
    sets = sets_on(view.pack, view.on)
    marks: list[frozenset[Value]] = []
    partners: set[str] = set()
    turns: list[tuple[Operand, Read]] = []
    conditions = [rule.condition for rule in view.rules]
    conditions += [presumption.condition for presumption, _, _ in view.presumptions]
    for test in (test for condition in conditions for test in tests_of(condition)):
        if isinstance(test, Member) and _named(test.item) == name:
            marks.append(sets[test.set_name] if test.set_name else test.listed)
        if not isinstance(test, Compare):
            continue
        for own, other in ((test.left, test.right), (test.right, test.left)):
            if _named(own) != name:
                continue
            turns.append((own, reader(other, view.on)))
            partners |= {_named(other)} - {"", name, "on"}
            if isinstance(other, LiteralValue):
                marks.append(frozenset({other.value}))
    partners |= {
        p.fact
        for p, _, _ in view.presumptions
        if isinstance(p.value, Fact) and p.value.name == name
    }
    classes = _classes(view.pack.facts[name], marks, doubled=bool(partners))
    named = frozenset(value for mark in marks for value in mark)
    return Shape(classes, frozenset(partners), tuple(turns), tuple(marks), named)


def _named(operand: Operand) -> str:
    inner = operand.operand if isinstance(operand, Shift) else operand
    return inner.name if isinstance(inner, Fact) else ""


def _classes(
    kind: FactKind, marks: Iterable[frozenset[Value]], *, doubled: bool
) -> tuple[Value, ...]:
    if kind.type == "yes-no":
        return (False, True)
    if kind.type == "number":
        near = {n + d for mark in marks for n in mark if isinstance(n, int) for d in (-1, 0, 1)}
        return tuple(sorted({n for n in near if n >= 0} | {0, 10**9}))
    if kind.type == "date":
        return ()
    held = list(marks)
    found: dict[tuple[bool, ...], list[Value]] = {}
    for value in words_of(kind):
        if value not in TRAINING_STATES:
            found.setdefault(tuple(value in mark for mark in held), []).append(value)
    # a fact compared with another one needs two values of each class: equal and different
    return tuple(value for alike in found.values() for value in alike[: 2 if doubled else 1])


def completions_of(view: View, name: str, values: Mapping[str, Value]) -> list[Value]:
    """Give the values with which a missing fact has to be tried, given what is known."""
    shape = shape_of(view, name)
    if view.pack.facts[name].type != "date":
        known = [values[p] for p in sorted(shape.partners) if p in values]
        theirs = [v for v in known if v in words_of(view.pack.facts[name])]
        return list(dict.fromkeys([*shape.classes, *theirs]))
    days = {FIRST_DAY, LAST_DAY}
    for own, read in shape.turns:
        day = read(values)
        if not isinstance(day, datetime.date):
            continue  # the other side is missing too: it is tried around this one in its turn
        turn = _back(day, own.count, own.unit) if isinstance(own, Shift) else day
        # month ends differ by up to three days: four on either side is surely across
        for distance in (-4, -1, 0, 1, 4):
            moved = min(max(turn, FIRST_DAY), LAST_DAY) + datetime.timedelta(days=distance)
            days.add(moved)
    return sorted(days)


def _back(day: datetime.date, count: int, unit: str) -> datetime.date:
    try:
        if unit == "days":
            return day - datetime.timedelta(days=count)
        months = day.year * 12 + day.month - 1 - count * (12 if unit == "years" else 1)
        return datetime.date(months // 12, months % 12 + 1, min(day.day, 28))
    except (OverflowError, ValueError):
        return FIRST_DAY


def leaves(view: View, known: Mapping[str, Value], withheld: frozenset[str]) -> Iterator[Leaf]:
    """Complete the missing facts branch by branch; each leaf has a settled outcome."""
    stack: list[tuple[dict[str, Value], dict[str, Value]]] = [(dict(known), {})]
    while stack:
        values, completed = stack.pop()
        values, _ = presume(view, values, withheld)
        weighed = weigh(view, values)
        name = "" if weighed.settled(view) else next_fact(view, weighed, values)
        if not name:
            yield Leaf(completed, weighed.outcome(view))
            continue
        stack.extend(
            ({**values, name: value}, {**completed, name: value})
            for value in completions_of(view, name, values)
        )


def next_fact(view: View, weighed: Weighed, values: Mapping[str, Value]) -> str:
    """Give the missing fact to try next: the first in the order in which facts are asked."""
    missing = {
        name for place in weighed.open for name in view.rules[place].facts if name not in values
    }
    return min(missing, key=lambda name: (RANK.get(name, len(RANK)), name), default="")


def possible_outcomes(
    view: View, values: Mapping[str, Value], withheld: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the outcomes that are still possible and the facts to ask, most telling first.

    First the facts of which one value alone would narrow the outcomes, then those that matter
    only together with others. GAP and CONFLICT are named where fewer than two answers remain
    without them: "exempt, or the law is silent" is not "exempt".
    """
    found: list[Leaf] = []
    for leaf in leaves(view, values, withheld):
        found.append(leaf)
        if len(found) >= MAX_LEAVES:
            return _coarsely(view, values)
    outcomes = {leaf.outcome for leaf in found}
    answers = outcomes - {GAP, CONFLICT}
    possible = tuple(sorted(answers if len(answers) > 1 else outcomes))
    tried = {name for leaf in found for name in leaf.completed}
    telling = {name for name in tried if _narrows(name, found, set(possible))}
    if len(possible) == 1:
        return possible, ()
    return possible, (*_ordered(telling), *_ordered(tried - telling))


def _coarsely(view: View, values: Mapping[str, Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    weighed = weigh(view, values)
    outcomes = {view.rules[place].then for place in (*weighed.deciding, *weighed.open)}
    missing = {
        name for place in weighed.open for name in view.rules[place].facts if name not in values
    }
    return tuple(sorted(outcomes)), _ordered(missing)


def _narrows(name: str, found: list[Leaf], possible: set[str]) -> bool:
    by_value: dict[Value, set[str]] = {}
    free: set[str] = set()
    for leaf in found:
        if name in leaf.completed:
            by_value.setdefault(leaf.completed[name], set()).add(leaf.outcome)
        else:
            free.add(leaf.outcome)
    return any((outcomes | free) & possible != possible for outcomes in by_value.values())


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (RANK.get(name, len(RANK)), name)))
