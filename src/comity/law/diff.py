"""One law on two dates: rules and sets that changed, and for whom the answer became another."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from comity.law.axes import Axis, further_axes, nationalities, read_facts
from comity.law.facts import Value, words_of
from comity.law.pack import Pack, sets_on
from comity.law.rule import Rule
from comity.law.sweep import Swept, spelled, sweep
from comity.law.view import view_of

NAMED = ("nationality", "document", "biometric")
MOST_CELLS = 200_000
"""Each profile that changed is looked at by itself."""


@dataclass(frozen=True, slots=True)
class SetChange:
    """Members that a set gained and lost, with the citations of the parts that changed."""

    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Profiles whose answer changed in one way: ``values`` by fact, the deciding rules."""

    before: str
    after: str
    rules: tuple[str, str]
    profiles: int
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What changed in a law between two dates for one question."""

    pack: Pack
    question: str
    dates: tuple[datetime.date, datetime.date]
    began: tuple[Rule, ...]
    ended: tuple[Rule, ...]
    sets: tuple[SetChange, ...]
    changes: tuple[Change, ...]


def diff(pack: Pack, before: datetime.date, after: datetime.date, question: str = "") -> Difference:
    """Compare the law on two dates for every nationality and kind of document.

    Facts that the question reads besides, and of which the law presumes nothing, are varied too.
    """
    old, new = view_of(pack, question, before), view_of(pack, question, after)
    named = diff_axes(pack, question, before, after)
    most = MOST_CELLS // prod(len(axis.values) for axis in named)
    further: dict[str, dict[Value | None, None]] = {}
    for axis in (axis for view in (old, new) for axis in further_axes(view, most)):
        further.setdefault(axis.fact, {}).update(dict.fromkeys(axis.values))
    axes = (*named, *(Axis(name, tuple(values)) for name, values in further.items()))
    return Difference(
        pack,
        new.question.id,
        (before, after),
        tuple(rule for rule in new.rules if rule not in old.rules),
        tuple(rule for rule in old.rules if rule not in new.rules),
        set_changes(pack, before, after),
        changes(sweep(pack, axes, before, question), sweep(pack, axes, after, question)),
    )


def diff_axes(
    pack: Pack, question: str, before: datetime.date, after: datetime.date
) -> tuple[Axis, ...]:
    """Give nationality, document and biometric as far as the question reads them."""
    views = (view_of(pack, question, before), view_of(pack, question, after))
    read = {name for view in views for name in read_facts(view)}
    axes = []
    if "nationality" in read:
        codes = dict.fromkeys(code for view in views for code in nationalities(view))
        axes.append(Axis("nationality", tuple(codes)))
    if "document" in read:
        axes.append(Axis("document", words_of(pack.facts["document"])))
    if "biometric" in read:
        axes.append(Axis("biometric", (True, False)))
    return tuple(axes)


def set_changes(pack: Pack, before: datetime.date, after: datetime.date) -> tuple[SetChange, ...]:
    """List the sets that changed between two dates."""
    old, new = sets_on(pack, before), sets_on(pack, after)
    found = []
    for name, dated in pack.sets.items():
        added, removed = new[name] - old[name], old[name] - new[name]
        if not added and not removed:
            continue
        cites = dict.fromkeys(
            part.cite
            for part in dated.parts
            if part.period.covers(before) != part.period.covers(after)
        )
        found.append(SetChange(name, _sorted(added), _sorted(removed), tuple(cites)))
    return tuple(found)


def changes(old: Swept, new: Swept) -> tuple[Change, ...]:
    """Group the cells whose outcome differs by outcomes and reasons."""
    before = np.array(old.labels, dtype=object)[old.outcomes]
    after = np.array(new.labels, dtype=object)[new.outcomes]
    cells = np.argwhere(before != after)
    found: dict[tuple[str, str, str, str], list[tuple[int, ...]]] = {}
    for row in cells:
        place = tuple(int(number) for number in row)
        key = (before[place], after[place], old.reason(*place), new.reason(*place))
        found.setdefault(key, []).append(place)
    rows = [
        Change(key[0], key[1], (key[2], key[3]), len(places), _values(new, places))
        for key, places in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: -row.profiles))


def _values(swept: Swept, places: list[tuple[int, ...]]) -> dict[str, tuple[str, ...]]:
    found = {}
    for number, axis in enumerate(swept.axes):
        values = dict.fromkeys(spelled(axis.values[place[number]]) for place in places)
        # a fact of which any value will do says nothing about the change
        if axis.fact in NAMED or len(values) < len(axis.values):
            found[axis.fact] = tuple(values)
    return found


def _sorted(values: frozenset[Value]) -> tuple[str, ...]:
    return tuple(sorted(str(value) for value in values))
