"""Conditions of law as a small immutable tree; `comity.law.grammar` reads them from text.

Two evaluators walk the same tree: `comity.law.truth` for one person, `comity.law.columns` for
every profile at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.law.facts import Value


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by name, with its type; ``on`` is the date asked about."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the condition."""

    value: Value
    type: str


@dataclass(frozen=True, slots=True)
class Shift:
    """``operand`` plus ``count`` of ``unit`` (days, months, years)."""

    operand: Operand
    count: int
    unit: str


Operand = Fact | Literal | Shift


@dataclass(frozen=True, slots=True)
class Always:
    """True for everybody."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-no fact."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    """``left op right`` with op one of == != < <= > >=."""

    op: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Member:
    """``item in set`` (by name) or ``item in [literals]``."""

    item: Operand
    set_name: str
    listed: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part."""

    parts: tuple[Condition, ...]


Condition = Always | Flag | Compare | Member | Not | All | AnyOf


def type_of(operand: Operand) -> str:
    """Give the type of the value an operand stands for."""
    return "date" if isinstance(operand, Shift) else operand.type


def tests_of(condition: Condition) -> Iterator[Flag | Compare | Member]:
    """Give every single test of a condition, in reading order."""
    if isinstance(condition, (Flag, Compare, Member)):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    elif isinstance(condition, (All, AnyOf)):
        for part in condition.parts:
            yield from tests_of(part)


def extent(condition: Condition, seen: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Count the tests of a condition, definitions spelled out, and its levels.

    ``seen`` keeps what was counted by object: definitions are shared, so that a few lines can
    stand for more tests than there is memory for, and are counted without spelling them out.
    """
    found = seen.get(id(condition))
    if found is None:
        parts: tuple[Condition, ...] = ()
        if isinstance(condition, Not):
            parts = (condition.part,)
        elif isinstance(condition, (All, AnyOf)):
            parts = condition.parts
        inner = [extent(part, seen) for part in parts]
        found = (
            sum(tests for tests, _ in inner) or 1,
            1 + max((levels for _, levels in inner), default=0),
        )
        seen[id(condition)] = found
    return found


def operands_of(test: Flag | Compare | Member) -> tuple[Operand, ...]:
    """Give the operands of one test (a yes-no fact as a fact)."""
    if isinstance(test, Flag):
        return (Fact(test.name, "yes-no"),)
    if isinstance(test, Member):
        return (test.item,)
    return (test.left, test.right)


def facts_of(condition: Condition) -> tuple[str, ...]:
    """Name every fact a condition reads, once, in reading order (without ``on``)."""
    names: dict[str, None] = {}
    for test in tests_of(condition):
        for operand in operands_of(test):
            inner = operand.operand if isinstance(operand, Shift) else operand
            if isinstance(inner, Fact) and inner.name != "on":
                names[inner.name] = None
    return tuple(names)
