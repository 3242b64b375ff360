"""Which facts a full sweep varies, and over which values.

Nationality, issuer, document, permit and chip as far as the question reads them; then every other
fact it reads that has a list of values and that the law presumes nothing about: without it the
answer would be UNKNOWN, and a clash behind it would stay unseen.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import prod

from comity.errors import Malformed
from comity.law.facts import Value, words_of
from comity.law.pack import Pack
from comity.law.possible import shape_of
from comity.law.view import View, view_of
from comity.terms.country import COUNTRIES

AXES = ("nationality", "issuer", "document", "permit", "biometric")
MAX_CELLS = 40_000_000
MOST_CELLS = 10_000_000
FULL_CELLS = 4_000_000
"""The most profiles of a full sweep; and up to how many further facts join it."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One fact and the values it takes in a grid; None is a missing fact."""

    fact: str
    values: tuple[Value | None, ...]


def nationalities(view: View) -> tuple[str, ...]:
    """Give states, entities and statuses, and what else the rules name as a nationality."""
    kinds = {"state", "entity", "status"}
    named = shape_of(view, "nationality").named
    return tuple(
        code
        for code, country in COUNTRIES.items()
        if country.kind in kinds or (country.kind == "territory" and code in named)
    )


def axes_of(
    pack: Pack, on: datetime.date, question: str = "", fixed: Mapping[str, Value] | None = None
) -> tuple[Axis, ...]:
    """Give the axes of the full sweep.

    Every nationality, issuer and kind of document stands for itself; a value of another fact for
    all that the pack treats alike. ``fixed`` facts become axes of one value. Where a pack makes so
    many distinctions that the grid would not fit, an issuer, and then a nationality, stands for
    all alike too. Malformed "law-too-large" where it does not fit even then.
    """
    view = view_of(pack, question, on)
    fixed = fixed or {}
    read = read_facts(view) - set(fixed)
    values = {name: values_of(view, name) for name in AXES if name in read}
    for name in ("issuer", "nationality"):
        if name in values and prod(map(len, values.values())) > MOST_CELLS:
            values[name] = shape_of(view, name).classes
    cells = prod(map(len, values.values()))
    if cells > MOST_CELLS:
        raise Malformed(
            "law-too-large",
            f"more than {MOST_CELLS} profiles to ask",
            where=pack.name,
            hint="fix a fact: --fact permit=none",
        )
    axes = [Axis(name, (value,)) for name, value in fixed.items()]
    axes += [Axis(name, listed) for name, listed in values.items()]
    return (*axes, *further_axes(view, FULL_CELLS // cells, set(fixed)))


def further_axes(view: View, most: int, fixed: Collection[str] = ()) -> tuple[Axis, ...]:
    """Give the axes of the other facts with a list of values of which the law presumes nothing.

    They have at most ``most`` combinations; what would go beyond is left out.
    """
    presumed = {presumption.fact for presumption, _, _ in view.presumptions}
    axes: list[Axis] = []
    for name in sorted(read_facts(view) - {*AXES, *presumed, *fixed}):
        values = values_of(view, name)
        if values and len(values) <= most:
            axes.append(Axis(name, values))
            most //= len(values)
    return tuple(axes)


def read_facts(view: View) -> set[str]:
    """Name the facts that the rules of a view read, in their conditions or in definitions."""
    return {name for rule in view.rules for name in rule.facts}


def values_of(view: View, name: str) -> tuple[Value, ...]:
    """Give the values that a fact takes in a full sweep; none for a date."""
    if name == "nationality":
        return nationalities(view)
    if name == "issuer":
        others = [code for code, country in COUNTRIES.items() if country.kind == "organisation"]
        return (*nationalities(view), *others)
    kind = view.pack.facts[name]
    if name == "document":
        return words_of(kind)
    shape = shape_of(view, name)
    # a fact that the rules hold against another one has to be able to equal it
    theirs = [
        value for partner in sorted(shape.partners) for value in shape_of(view, partner).classes
    ]
    known = set(words_of(kind)) if theirs else set()
    return tuple(dict.fromkeys([*shape.classes, *(value for value in theirs if value in known)]))
