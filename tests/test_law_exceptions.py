"""Mutation of exceptions: whatever a rule is said to beat, it beats for somebody."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest

from comity.law.axes import Axis, values_of
from comity.law.facts import Value
from comity.law.pack import Pack
from comity.law.possible import shape_of
from comity.law.priority import close_despite
from comity.law.rule import Rule
from comity.law.sweep import sweep
from comity.law.view import View, view_of
from law_packs import NOW, names, project_pack

EXCEPTIONS = [
    pytest.param(name, rule.id, beaten, id=f"{name}: {rule.id} despite {beaten}")
    for name in names()
    for rule in project_pack(name).rules
    for beaten in rule.despite
]
DISTANCES = (-3653, -3652, -1, 0, 7, 60, 95, 400)
"""Days from the day asked at which the limits on documents turn."""
OTHERS: dict[str, tuple[Value, ...]] = {
    "nationality": ("IND", "SRB", "NRU", "USA"),
    "document": ("ordinary", "convention-1951", "alien"),
    "issuer": ("TUR", "GBR", "FRA"),
    "biometric": (True, False),
    "permit": ("none",),
    "union_citizen": (False,),
    "identity_number": (True,),
    "purpose_justified": (True,),
    "sufficient_means": (True,),
    "refusal_alert": (False,),
    "threat": (False,),
    "national_alert": (True,),
    "seeks_protection": (False,),
}
"""Of the facts that neither rule reads, values with which the answer is not UNKNOWN."""
FAR = {"expires": 400, "leave": 5, "issued": -300}


def without(pack: Pack, rule_id: str, beaten: str) -> Pack:
    """Give the pack with one exception taken out."""
    rules = tuple(
        replace(rule, despite=tuple(name for name in rule.despite if name != beaten))
        if rule.id == rule_id
        else rule
        for rule in pack.rules
    )
    return replace(pack, rules=rules, beats=close_despite(rules))


def day_of_both(pack: Pack, one: Rule, other: Rule) -> datetime.date | None:
    """Give the last day, until now, on which two rules are in force."""
    period = one.period.within(other.period).within(pack.period)
    day = period.last or NOW
    return day if period.covers(day) else None


def varied(view: View, name: str) -> tuple[Value, ...]:
    """Give the values of a fact that either rule reads."""
    if view.pack.facts[name].type == "date":
        return tuple(view.on + datetime.timedelta(days) for days in DISTANCES)
    if name in {"nationality", "issuer"}:
        return shape_of(view, name).classes
    return values_of(view, name)


def grid(view: View, one: Rule, other: Rule) -> list[Axis]:
    """Vary what two rules read; hold the rest."""
    read = {name for rule in view.rules for name in rule.facts}
    own = {*one.facts, *other.facts}
    axes = [Axis(name, varied(view, name)) for name in sorted(own)]
    axes += [Axis(name, OTHERS[name]) for name in sorted(read - own) if name in OTHERS]
    axes += [
        Axis(name, (view.on + datetime.timedelta(days),))
        for name, days in FAR.items()
        if name in read - own
    ]
    return axes


def matters(pack: Pack, mutant: Pack, one: Rule, other: Rule) -> bool:
    """Say whether anybody gets another answer, or another reason, without the exception."""
    day = day_of_both(pack, one, other)
    if day is None:
        return False
    axes = grid(view_of(pack, one.decides, day), one, other)
    before, after = (sweep(law, axes, day, one.decides) for law in (pack, mutant))
    changed = (before.outcomes != after.outcomes) | (before.reasons != after.reasons)
    return bool(np.any(changed))


@pytest.mark.parametrize(("name", "rule_id", "beaten"), EXCEPTIONS)
def test_every_exception_matters_to_somebody(name: str, rule_id: str, beaten: str) -> None:
    """Taken out, it changes an answer or its reason, unless another exception implies it."""
    pack = project_pack(name)
    mutant = without(pack, rule_id, beaten)
    one = pack.rule(rule_id)
    targets = [rule for rule in pack.rules if beaten in {rule.id, rule.group}]
    assert mutant.beats == pack.beats or any(
        matters(pack, mutant, one, target) for target in targets if target.decides == one.decides
    )
