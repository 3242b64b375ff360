"""The truth of a condition for one person: true, false, or None where a missing fact decides.

Conditions become closures bound to the sets of one date, so that a decision costs microseconds.
The values are Kleene's: false and unknown = false, true or unknown = true, else unknown.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping

from comity.errors import Malformed
from comity.law.calendar import plus_months
from comity.law.condition import (
    All,
    Always,
    Compare,
    Condition,
    Fact,
    Flag,
    Literal,
    Member,
    Not,
    Operand,
    Shift,
)
from comity.law.facts import Value

Truth = bool | None
Test = Callable[[Mapping[str, Value]], Truth]
Read = Callable[[Mapping[str, Value]], Value | None]
OPERATORS: dict[str, Callable[..., bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def shift_date(date: datetime.date, count: int, unit: str) -> datetime.date:
    """Add days, months or years; a month without that day ends on its last (Reg 1182/71 3(2)(c)).

    The calendar ends with the year 9999: what lies beyond is its last day.
    """
    try:
        if unit == "days":
            return date + datetime.timedelta(days=count)
        return plus_months(date, count * (12 if unit == "years" else 1))
    except (OverflowError, Malformed):
        return datetime.date.max


def reader(operand: Operand, on: datetime.date) -> Read:
    """Give what reads an operand: its value, or None where the fact is missing."""
    if isinstance(operand, Literal):
        value = operand.value
        return lambda _facts: value
    if isinstance(operand, Fact):
        if operand.name == "on":
            return lambda _facts: on
        name = operand.name
        return lambda facts: facts.get(name)
    return shifted(operand, on)


def shifted(operand: Shift, on: datetime.date) -> Read:
    """Give what reads a shifted date."""
    inner, count, unit = reader(operand.operand, on), operand.count, operand.unit

    def read(facts: Mapping[str, Value]) -> Value | None:
        date = inner(facts)
        return shift_date(date, count, unit) if isinstance(date, datetime.date) else None

    return read


def compile_condition(
    condition: Condition, sets: Mapping[str, frozenset[Value]], on: datetime.date
) -> Test:
    """Make the closure of a condition under the ``sets`` as they stand ``on`` a date."""
    if isinstance(condition, Always):
        return lambda _facts: True
    if isinstance(condition, Flag):
        return _flag(condition.name)
    if isinstance(condition, Compare):
        return _compare(condition, on)
    if isinstance(condition, Member):
        return _member(condition, sets, on)
    if isinstance(condition, Not):
        return _contrary(compile_condition(condition.part, sets, on))
    parts = tuple(compile_condition(part, sets, on) for part in condition.parts)
    return _every(parts) if isinstance(condition, All) else _some(parts)


def _flag(name: str) -> Test:
    def test(facts: Mapping[str, Value]) -> Truth:
        value = facts.get(name)
        return None if value is None else value is True

    return test


def _compare(condition: Compare, on: datetime.date) -> Test:
    left, right = condition.left, condition.right
    compare = OPERATORS[condition.op]
    if isinstance(left, Fact) and left.name != "on" and isinstance(right, Literal):
        name, literal = left.name, right.value

        def with_literal(facts: Mapping[str, Value]) -> Truth:
            value = facts.get(name)
            return None if value is None else compare(value, literal)

        return with_literal
    one, other = reader(left, on), reader(right, on)

    def test(facts: Mapping[str, Value]) -> Truth:
        first, second = one(facts), other(facts)
        return None if first is None or second is None else compare(first, second)

    return test


def _member(condition: Member, sets: Mapping[str, frozenset[Value]], on: datetime.date) -> Test:
    members = sets[condition.set_name] if condition.set_name else condition.listed
    if isinstance(condition.item, Fact) and condition.item.name != "on":
        name = condition.item.name

        def of_fact(facts: Mapping[str, Value]) -> Truth:
            value = facts.get(name)
            return None if value is None else value in members

        return of_fact
    item = reader(condition.item, on)

    def test(facts: Mapping[str, Value]) -> Truth:
        value = item(facts)
        return None if value is None else value in members

    return test


def _contrary(part: Test) -> Test:
    def test(facts: Mapping[str, Value]) -> Truth:
        value = part(facts)
        return None if value is None else not value

    return test


def _every(parts: tuple[Test, ...]) -> Test:
    def test(facts: Mapping[str, Value]) -> Truth:
        result: Truth = True
        for part in parts:
            value = part(facts)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return test


def _some(parts: tuple[Test, ...]) -> Test:
    def test(facts: Mapping[str, Value]) -> Truth:
        result: Truth = False
        for part in parts:
            value = part(facts)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return test
