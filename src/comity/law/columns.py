"""The truth of a condition for many profiles at once: two masks, surely true and surely false.

The same tree as `comity.law.truth`, over numpy columns. A profile whose masks are both off is
open (a fact is missing). Columns broadcast: a fact that varies along one axis of a grid costs
that axis alone until another fact joins it.

A column of codes or words holds places in `Alphabet`, of yes-no facts 1, 0, of dates ordinals, of
numbers themselves; -1 is a missing fact.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.law.condition import (
    All,
    Always,
    AnyOf,
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
from comity.law.facts import FactKind, Value
from comity.law.truth import OPERATORS

Mask = NDArray[np.bool_]
Column = NDArray[Any]
EPOCH = datetime.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class Alphabet:
    """Codes and words as small numbers: ``words`` by place, ``places`` by word."""

    words: tuple[str, ...]
    places: Mapping[str, int]

    @classmethod
    def of(cls, words: Iterable[str]) -> Alphabet:
        """Number the distinct words."""
        distinct = tuple(dict.fromkeys(words))
        return cls(distinct, {word: place for place, word in enumerate(distinct)})

    def number(self, value: Value | None) -> int:
        """Give a value as a column holds it."""
        if value is None:
            return -1
        if isinstance(value, str):
            return self.places[value]
        return value.toordinal() if isinstance(value, datetime.date) else int(value)

    def value(self, kind: FactKind, number: int) -> Value | None:
        """Give back the value that a column's number stands for."""
        if number == -1:
            return None
        if kind.type == "yes-no":
            return bool(number)
        if kind.type == "date":
            return datetime.date.fromordinal(number)
        return int(number) if kind.type == "number" else self.words[number]


@dataclass(frozen=True, slots=True)
class Masks:
    """Where a condition surely holds and where it surely does not."""

    true: Mask
    false: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Profiles as columns, with the sets of one date."""

    columns: Mapping[str, Column]
    alphabet: Alphabet
    sets: Mapping[str, frozenset[Value]]
    on: datetime.date

    def column(self, name: str) -> Column:
        """Give the column of a fact; missing everywhere where there is none."""
        return self.columns.get(name, MISSING)


MISSING: Column = np.array([-1], dtype=np.int32)


def masks_of(condition: Condition, table: Table) -> Masks:
    """Evaluate a condition over all profiles."""
    if isinstance(condition, Always):
        return Masks(np.array([True]), np.array([False]))
    if isinstance(condition, Flag):
        column = table.column(condition.name)
        return Masks(column == 1, column == 0)
    if isinstance(condition, Compare):
        return compare_masks(condition, table)
    if isinstance(condition, Member):
        return member_masks(condition, table)
    if isinstance(condition, Not):
        inner = masks_of(condition.part, table)
        return Masks(inner.false, inner.true)
    return joined([masks_of(part, table) for part in condition.parts], condition)


def joined(parts: list[Masks], condition: All | AnyOf) -> Masks:
    """Join the masks of parts by Kleene's and, or."""
    true, false = parts[0].true, parts[0].false
    for part in parts[1:]:
        if isinstance(condition, All):
            true, false = true & part.true, false | part.false
        else:
            true, false = true | part.true, false & part.false
    return Masks(true, false)


def member_masks(condition: Member, table: Table) -> Masks:
    """Evaluate ``item in set`` by looking each value up once."""
    members = table.sets[condition.set_name] if condition.set_name else condition.listed
    column = operand_column(condition.item, table)
    if _type(condition.item) in {"date", "number"}:
        held = np.isin(column, [table.alphabet.number(value) for value in members])
        return Masks(held & (column != -1), ~held & (column != -1))
    looked = np.zeros((2, len(table.alphabet.words) + 1), dtype=np.bool_)
    for place, word in enumerate(table.alphabet.words):
        looked[0 if word in members else 1, place] = True
    # the last place answers for -1, a missing fact: neither true nor false
    return Masks(looked[0][column], looked[1][column])


def compare_masks(condition: Compare, table: Table) -> Masks:
    """Evaluate a comparison; a missing side leaves it open."""
    left, right = operand_column(condition.left, table), operand_column(condition.right, table)
    known = (left != -1) & (right != -1)
    held = OPERATORS[condition.op](left, right)
    return Masks(held & known, ~held & known)


def operand_column(operand: Operand, table: Table) -> Column:
    """Give the column of an operand: a fact, a literal, a shifted date."""
    if isinstance(operand, Literal):
        value = operand.value
        if isinstance(value, str) and value not in table.alphabet.places:
            return np.array([-2], dtype=np.int32)  # a word that no profile has equals nothing
        return np.array([table.alphabet.number(value)], dtype=np.int32)
    if isinstance(operand, Fact):
        if operand.name == "on":
            return np.array([table.on.toordinal()], dtype=np.int32)
        return table.column(operand.name)
    return shifted_column(operand_column(operand.operand, table), operand)


def shifted_column(column: Column, operand: Shift) -> Column:
    """Add days, months or years to a column of ordinals; months end on their last day."""
    missing = column == -1
    last = datetime.date.max.toordinal()
    if operand.unit == "days":
        moved = np.minimum(column.astype(np.int64) + operand.count, last)
        return np.where(missing, -1, moved)
    months = operand.count * (12 if operand.unit == "years" else 1)
    days = np.where(missing, EPOCH, column).astype(np.int64) - EPOCH
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    within = (dates - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(
        np.int64
    )
    moved = target.astype("datetime64[D]").astype(np.int64) + np.minimum(within, length - 1) + EPOCH
    beyond = target > np.datetime64("9998-12")
    return np.where(missing, -1, np.where(beyond, last, moved))


def _type(operand: Operand) -> str:
    return "date" if isinstance(operand, Shift) else operand.type
