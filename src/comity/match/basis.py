"""What a list said about the rarity of one comparison's data: counts, kept with a match (R25).

A weight depends on how many people of the list bear a name part or one like it, were born around
a year, or have a nationality. The list goes on changing and its people are erased; these counts
name nobody, and with them the weights of a match can be computed again, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity.errors import Malformed
from comity.match import packing
from comity.match.question import Desk, Questions
from comity.match.state import (
    DATED,
    LIVE,
    NATIONAL,
    NATIONS,
    YEAR_FIRST,
    YEARS,
    Figures,
    State,
    empty_state,
)
from comity.terms.identity import Identity

Places = tuple[tuple[int, int], ...]
"""Places of an array that are not zero, with their counts."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The counts one comparison rests on.

    ``people``, ``dated``, ``national``: people on the list, those with a birth date, nationalities
    held. ``parts``: for each part of the name asked for, bearers of it, of a part that sounds so,
    of one a letter away, of one with its consonants, of one coarsely alike, of a variant.
    ``years`` and ``nations``: births around the listed years, bearers of the listed nationalities.
    """

    people: int
    dated: int
    national: int
    parts: tuple[tuple[int, ...], ...]
    years: Places
    nations: Places

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form: ``basis_from_dict(b.as_dict()) == b``."""
        return {
            "people": self.people,
            "dated": self.dated,
            "national": self.national,
            "parts": [list(part) for part in self.parts],
            "years": [list(pair) for pair in self.years],
            "nations": [list(pair) for pair in self.nations],
        }


def basis_from_dict(data: Any) -> Basis:
    """Read what ``Basis.as_dict`` writes; anything else is Malformed."""
    try:
        people, dated, national = (int(data[key]) for key in ("people", "dated", "national"))
        parts = tuple(tuple(int(count) for count in part) for part in data["parts"])
        years, nations = (
            tuple((int(place), int(count)) for place, count in data[key])
            for key in ("years", "nations")
        )
    except (KeyError, TypeError, ValueError):
        raise Malformed("match-basis", "not the counts of a comparison") from None
    return Basis(people, dated, national, parts, years, nations)


def count(kernels: Any, state: State, asked: Questions, desk: Desk, listed: Identity) -> Basis:
    """Count what the list says about the first question and one identity of the list."""
    parts = tuple(expanded(kernels, state, asked, desk))
    sizes = state.figures.sizes
    return Basis(
        int(sizes[LIVE]),
        int(sizes[DATED]),
        int(sizes[NATIONAL]),
        parts,
        _counts(state.figures.years, _years(listed)),
        _counts(state.figures.nations, _nations(listed)),
    )


def expanded(kernels: Any, state: State, asked: Questions, desk: Desk) -> list[tuple[int, ...]]:
    """Expand the first question's parts on the desk, and give the counts of each."""
    kernels.clear(desk)
    wide = bool(asked.question_dates[0] == asked.question_dates[1])
    tables = (state.word_table, state.word_chain)
    held = (desk.parts, desk.memo, desk.kin)
    found = []
    for part in range(int(asked.question_parts[1])):
        about = (part, part, int(desk.epoch[0]), wide)
        found.append(kernels.expand(state.words, tables, asked, held, about))
    return [tuple(int(value) for value in counts) for counts in found]


def figures(basis: Basis) -> Figures:
    """Give the arrays of frequencies that a comparison reads."""
    made = empty_state(1).figures
    for array, places in ((made.years, basis.years), (made.nations, basis.nations)):
        for place, counted in places:
            array[place] = counted
    made.sizes[LIVE], made.sizes[DATED] = basis.people, basis.dated
    made.sizes[NATIONAL] = basis.national
    return made


def _years(listed: Identity) -> set[int]:
    """Give the places of the years that a birth date's share is smoothed over."""
    near = range(-2, 3)
    middles = (min(max(d.year - YEAR_FIRST, 2), YEARS - 3) for d in listed.birth_dates)
    return {middle + step for middle in middles for step in near}


def _nations(listed: Identity) -> set[int]:
    packed = packing.nations_of(listed)
    return {(packed >> (16 * at) & 0xFFFF) % NATIONS for at in range(packing.NATIONS_MAX)}


def _counts(array: Any, places: set[int]) -> Places:
    return tuple((place, int(array[place])) for place in sorted(places) if array[place])
