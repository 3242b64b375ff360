"""Ask one question for every profile at once: outcome and deciding rule of each cell.

`sweep` is the vectorised twin of `comity.law.decide`: the same presumptions, the same order of
exceptions, the same three values. Where a missing fact leaves a cell open, that profile is put to
`decide` itself, once for all profiles that the rules treat alike, so both always agree. A grid is
every combination of its axes (`comity.law.axes`); gaps and clashes found in it are grouped by the
rules that made them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.law.axes import MAX_CELLS, Axis
from comity.law.columns import Alphabet, Column, Masks, Table, masks_of, operand_column
from comity.law.decide import decide
from comity.law.facts import Facts, Value, spell, words_of
from comity.law.pack import Pack, sets_on
from comity.law.possible import shape_of
from comity.law.view import CONFLICT, GAP, UNKNOWN, View, silence_of, view_of

UNASKED = Axis("nationality", (None,))
"""Stands for no axis at all: one profile of which nothing is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """The answers of a grid: ``outcomes`` by place in ``labels``, ``reasons`` by rule of the view.

    A reason is the first deciding rule in the pack's order, -1 for a GAP; in a cell left open it
    is the first rule that fired.
    """

    view: View
    axes: tuple[Axis, ...]
    labels: tuple[str, ...]
    outcomes: NDArray[np.int8]
    reasons: NDArray[np.int16]
    table: Table

    def outcome(self, *places: int) -> str:
        """Give the outcome of one cell."""
        return self.labels[int(self.outcomes[places])]

    def reason(self, *places: int) -> str:
        """Give the id of the deciding rule of one cell, empty where there is none."""
        place = int(self.reasons[places])
        return self.view.rules[place].id if place >= 0 else ""

    def counts(self) -> dict[str, int]:
        """Count the cells of each outcome that occurs."""
        found = np.bincount(self.outcomes.ravel(), minlength=len(self.labels))
        return {name: int(n) for name, n in zip(self.labels, found, strict=True) if n}


def sweep(
    pack: Pack,
    axes: Sequence[Axis],
    on: datetime.date,
    question: str = "",
    *,
    told: Callable[[int, int], object] = lambda _done, _all: None,
) -> Swept:
    """Answer a question for every combination of the axes; facts on no axis are missing.

    ``told`` hears how many of the profiles left open are decided. ValueError where the grid has
    more than 40 million cells.
    """
    view = view_of(pack, question, on)
    axes = tuple(axes) or (UNASKED,)
    table = presumed(view, grid_table(view, axes))
    shape = tuple(len(axis.values) for axis in axes)
    if np.prod(shape, dtype=np.int64) > MAX_CELLS:
        raise ValueError("the grid has more than 40 million cells")
    labels = (*dict.fromkeys(rule.then for rule in view.rules), UNKNOWN, CONFLICT, GAP)
    weighed = weigh_all(view, table)
    outcomes, reasons, unsettled = settle(view, weighed, labels, shape)
    swept = Swept(view, axes, labels, outcomes, reasons, table)
    if unsettled.any():
        ask_each(swept, unsettled, told)
    return swept


def grid_table(view: View, axes: Sequence[Axis]) -> Table:
    """Lay each axis along its own dimension."""
    words = [w for kind in view.pack.facts.values() if kind.type != "date" for w in words_of(kind)]
    alphabet = Alphabet.of(words)
    columns: dict[str, Column] = {}
    for place, axis in enumerate(axes):
        shape = [1] * len(axes)
        shape[place] = len(axis.values)
        numbers = [alphabet.number(value) for value in axis.values]
        columns[axis.fact] = np.array(numbers, dtype=np.int32).reshape(shape)
    return Table(columns, alphabet, sets_on(view.pack, view.on), view.on)


def presumed(view: View, table: Table) -> Table:
    """Add what the law presumes, cell by cell, in the order of the pack."""
    columns = dict(table.columns)
    for presumption, _, _ in view.presumptions:
        now = Table(columns, table.alphabet, table.sets, table.on)
        column = now.column(presumption.fact)
        due = (column == -1) & masks_of(presumption.condition, now).true
        if due.any():
            columns[presumption.fact] = np.where(
                due, operand_column(presumption.value, now), column
            )
    return Table(columns, table.alphabet, table.sets, table.on)


@dataclass(frozen=True, slots=True)
class Weighing:
    """Of one rule: where it fires unbeaten and where it stays open unbeaten."""

    place: int
    decides: NDArray[np.bool_]
    open: NDArray[np.bool_]


def weigh_all(view: View, table: Table) -> list[Weighing]:
    """Hold every rule against every cell; a rule that nowhere fires or waits is left out."""
    masks = [masks_of(rule.condition, table) for rule in view.rules]
    fires = [bool(mask.true.any()) for mask in masks]
    found = []
    for place, mask in enumerate(masks):
        open_ = ~(mask.true | mask.false)
        waits = bool(open_.any())
        if not fires[place] and not waits:
            continue
        free = not_beaten(view, place, masks, fires)
        found.append(Weighing(place, mask.true & free, open_ & free if waits else NOWHERE))
    return found


NOWHERE = np.array([False])


def not_beaten(
    view: View, place: int, masks: Sequence[Masks], fires: Sequence[bool]
) -> NDArray[np.bool_]:
    """Give where no rule that fires beats the one at ``place``."""
    bit = view.bits[place]
    free: NDArray[np.bool_] = np.array([True])
    for other, beats in enumerate(view.beats):
        if beats & bit and fires[other]:
            free = free & ~masks[other].true
    return free


def settle(
    view: View, weighed: list[Weighing], labels: tuple[str, ...], shape: tuple[int, ...]
) -> tuple[NDArray[np.int8], NDArray[np.int16], NDArray[np.bool_]]:
    """Give outcome and reason of each cell, and where an open rule could change them."""
    numbers = {name: number for number, name in enumerate(labels)}
    outcomes = np.full(shape, numbers[GAP], dtype=np.int8)
    reasons = np.full(shape, -1, dtype=np.int16)
    said: dict[int, NDArray[np.bool_]] = {}
    for one in reversed(weighed):
        if not one.decides.any():
            continue
        number = numbers[view.rules[one.place].then]
        said[number] = said[number] | one.decides if number in said else one.decides
        np.copyto(reasons, one.place, where=one.decides)
    for number, where in said.items():
        np.copyto(outcomes, number, where=where)
    outcomes = clashes(outcomes, said, numbers[CONFLICT])
    unsettled = np.zeros(shape, dtype=np.bool_)
    for one in weighed:
        if one.open.any():
            unsettled |= one.open & (outcomes != numbers[view.rules[one.place].then])
    return outcomes, reasons, unsettled


def clashes(
    outcomes: NDArray[np.int8], said: Mapping[int, NDArray[np.bool_]], conflict: int
) -> NDArray[np.int8]:
    """Mark the cells in which surviving rules say different things."""
    wheres = list(said.values())
    for number, first in enumerate(wheres):
        for second in wheres[number + 1 :]:
            both = first & second
            if both.any():
                np.copyto(outcomes, conflict, where=both)
    return outcomes


def ask_each(
    swept: Swept, unsettled: NDArray[np.bool_], told: Callable[[int, int], object]
) -> None:
    """Put each kind of open profile to the scalar engine and write its answer into the cells."""
    places = np.nonzero(unsettled)
    labels = {name: number for number, name in enumerate(swept.labels)}
    _, firsts, kinds = np.unique(alike(swept, places), return_index=True, return_inverse=True)
    answers = np.empty(len(firsts), dtype=np.int8)
    for number, first in enumerate(firsts):
        values = {
            axis.fact: value
            for axis, where in zip(swept.axes, places, strict=True)
            if (value := axis.values[int(where[first])]) is not None
        }
        decision = decide(swept.view.pack, Facts(values), swept.view.on, swept.view.question.id)
        answers[number] = labels[decision.outcome]
        told(number + 1, len(firsts))
    swept.outcomes[places] = answers[kinds]


def alike(swept: Swept, places: tuple[NDArray[np.intp], ...]) -> NDArray[np.int64]:
    """Number the cells so that those of one number have the same answer.

    They have where their values stand in the same sets and literals of the rules, fact by fact,
    and where facts that the rules compare are equal in both or in neither. A missing fact that a
    value is compared with could be that value: then the sets of that fact count for it too.
    """
    known = frozenset(axis.fact for axis in swept.axes if None not in axis.values)
    numbers = np.zeros(len(places[0]), dtype=np.int64)
    compared: list[NDArray[np.int32]] = []
    for axis, where in zip(swept.axes, places, strict=True):
        shape = shape_of(swept.view, axis.fact)
        seen: dict[object, int] = {}
        shapes = [shape_of(swept.view, name) for name in could_equal(swept.view, axis.fact, known)]
        signs = [
            seen.setdefault(tuple(one.sign(value) for one in shapes), len(seen))
            for value in axis.values
        ]
        numbers = numbers * len(seen) + np.array(signs)[where]
        if shape.partners:
            column = [swept.table.alphabet.number(value) for value in axis.values]
            compared.append(np.array(column, dtype=np.int32)[where])
    for one, other in combinations(compared, 2):
        numbers = numbers * 2 + (one == other)
    return numbers


def could_equal(view: View, fact: str, known: frozenset[str]) -> list[str]:
    """Give a fact and the missing facts it is compared with, directly or through one another."""
    found = [fact]
    for name in found:
        partners = shape_of(view, name).partners - known
        found += sorted(partners - set(found))
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """Cells with the same finding made by the same rules; ``why`` where that is explained.

    ``values`` names, for each axis, the values that occur; ``example`` is one whole profile.
    """

    finding: str
    rules: tuple[str, ...]
    cells: int
    example: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    why: str


def groups(swept: Swept, finding: str) -> list[Group]:
    """Group the cells of a finding (GAP, CONFLICT or UNKNOWN) by the rules that made it."""
    where = swept.outcomes == swept.labels.index(finding)
    if not where.any():
        return []
    accepted = [
        (row.why, masks_of(row.condition, swept.table).true)
        for row in swept.view.pack.accepted
        if row.finding == finding and row.decides == swept.view.question.id
    ]
    found: list[Group] = []
    left = where
    for why, mask in accepted:
        taken = left & mask
        found += by_rules(swept, taken, finding, why)
        left = left & ~mask
    # Outside its dates a pack is silent on everybody: no gap of the law that it encodes.
    silence = silence_of(swept.view.pack, swept.view.on)
    return [*by_rules(swept, left, finding, silence), *found]


def by_rules(swept: Swept, where: NDArray[np.bool_], finding: str, why: str) -> list[Group]:
    """Split cells by the sets of rules that decide in them."""
    if not where.any():
        return []
    weighed = [one for one in weigh_all(swept.view, swept.table) if one.decides.any()]
    shape = swept.outcomes.shape
    where = np.broadcast_to(where, shape)
    marks = [np.broadcast_to(one.decides, shape)[where] for one in weighed]
    cells = np.nonzero(where)
    if marks and finding == CONFLICT:
        stacked = np.stack(marks, axis=1)
        kinds, inverse = np.unique(stacked, axis=0, return_inverse=True)
    else:
        kinds, inverse = np.zeros((1, len(weighed)), dtype=np.bool_), np.zeros(len(cells[0]), int)
    found = []
    for number, kind in enumerate(kinds):
        chosen = inverse.ravel() == number
        rules = tuple(
            swept.view.rules[one.place].id for one, held in zip(weighed, kind, strict=True) if held
        )
        found.append(one_group(swept, [axis[chosen] for axis in cells], finding, rules, why))
    return found


def one_group(
    swept: Swept, cells: list[NDArray[Any]], finding: str, rules: tuple[str, ...], why: str
) -> Group:
    """Describe one group of cells."""
    values = {
        axis.fact: tuple(spelled(axis.values[int(place)]) for place in np.unique(places))
        for axis, places in zip(swept.axes, cells, strict=True)
    }
    example = {
        axis.fact: spelled(axis.values[int(places[0])])
        for axis, places in zip(swept.axes, cells, strict=True)
    }
    return Group(finding, rules, len(cells[0]), example, values, why)


def spelled(value: Value | None) -> str:
    """Write a value of an axis."""
    return "unknown" if value is None else spell(value)


def findings(swept: Swept) -> list[Group]:
    """List gaps and clashes, unexplained ones first."""
    found = [*groups(swept, GAP), *groups(swept, CONFLICT)]
    return sorted(found, key=lambda group: (bool(group.why), -group.cells))


def unexplained(found: Iterable[Group]) -> list[Group]:
    """Keep the findings that nobody has accepted."""
    return [group for group in found if not group.why]
