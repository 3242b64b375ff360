"""Questions about invented people, with the answers known: what the matcher is measured on.

Each culture gives the same number of people, each asked for with every class of noise that fits;
strangers come from another seed, as many of each culture, and a part of them in Cyrillic and
Arabic letters too. A culture's share of the list is then put back as a weight, so that rare
cultures are measured as well as common ones.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from comity.match.evaluate import Query
from comity.match.index import Index
from comity.match.noise import CLASSES, noised
from comity.match.synthetic import CULTURES, Population
from comity.terms.identity import Identity, PartialDate

STRANGER = "stranger"
LATIN, CYRILLIC, ARABIC = "Latin", "Cyrillic", "Arabic"
SCRIPTS = (LATIN, CYRILLIC, ARABIC)
CHUNK = 10_000
"""People between two calls of ``progress``."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: people listed; of each culture those asked for, and strangers."""

    people: int = 200_000
    asked: int = 150
    strangers: int = 2_000
    seed: int = 2026

    @classmethod
    def of(cls, people: int) -> Scale:
        """Give the scale of a report on so many people: fewer questions of a short list."""
        return cls(people, min(150, people // 400), min(2_000, people // 40))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the trial: its class of noise (or stranger), culture, script and weight."""

    query: Query
    kind: str
    culture: str
    script: str
    weight: float = 1.0


def trial(scale: Scale, progress: Callable[[int], object]) -> tuple[Index, list[Asked]]:
    """Build the index of ``scale.people`` and the questions; ``progress`` hears of people made."""
    population = Population(scale.seed)
    known: list[tuple[str, str, Identity]] = []

    def listed() -> Iterator[tuple[str, Identity]]:
        left = Counter({c.name: scale.asked for c in CULTURES})
        cultures = iter(population.cultures(scale.people))
        for at, (key, identity) in enumerate(population.people(scale.people), 1):
            culture = next(cultures)
            if left[culture] > 0:
                left[culture] -= 1
                known.append((key, culture, identity))
            if at % CHUNK == 0:
                progress(CHUNK)
            yield key, identity

    index = Index.build(listed())
    return index, [*_about(known), *_strangers(scale)]


def _about(known: list[tuple[str, str, Identity]]) -> Iterator[Asked]:
    shares = {c.name: c.share for c in CULTURES}
    for number, (key, culture, identity) in enumerate(known):
        for kind in CLASSES:
            asked = noised(identity, kind, number)
            if asked is not None and asked.names:
                query = Query(f"{key}/{kind}", asked, key)
                script = kind if kind in SCRIPTS else LATIN
                yield Asked(query, kind, culture, script, shares[culture])


def _strangers(scale: Scale) -> Iterator[Asked]:
    left = Counter({c.name: scale.strangers for c in CULTURES})
    share = {c.name: c.share for c in CULTURES}
    rarest = min(share.values())
    made = int(scale.strangers / rarest * 1.5) + 1000
    population = Population(scale.seed + 1)
    cultures = population.cultures(made)
    for at, (key, identity) in enumerate(population.people(made, prefix="s")):
        culture = cultures[at]
        if left[culture] <= 0:
            if not +left:
                return
            continue
        left[culture] -= 1
        scripts = SCRIPTS if left[culture] % 4 == 0 else (LATIN,)
        for script in scripts:
            asked = identity if script == LATIN else noised(identity, script, at)
            if asked is not None and asked.names:
                query = Query(f"{key}/{script}", asked, None)
                yield Asked(query, STRANGER, culture, script, share[culture])


def by_year(asked: Sequence[Asked]) -> list[Asked]:
    """Ask the same with no more than the year of birth and no document: the name must do it."""
    return [
        dataclasses.replace(one, query=dataclasses.replace(one.query, identity=_blurred(one)))
        for one in asked
    ]


def _blurred(one: Asked) -> Identity:
    identity = one.query.identity
    years = tuple(PartialDate(date.year) for date in identity.birth_dates)
    return dataclasses.replace(identity, birth_dates=years, documents=())
