"""Invented people, seeded, with name frequencies like those of real populations.

Twelve cultures in the proportions of alerts on third-country nationals (``share``). The r-th
commonest name of a culture is borne in proportion to (r + q) ** -s (Zipf and Mandelbrot): s is
1.2 for given names and 1.05 for family names, q follows from the share of the commonest (Law.top:
2 to 6 % of given names, 0.5 to 4 % of family names), and Law.kinds ends the tail. The first are
keyed by hand, the others composed of the culture's syllables and endings. Forms of the whole name
(two given names, a father's name, patronymics, double surnames, ``al``) have shares of their own.

Calibrated to the reference population of a published trial, which drew its tails from half a
million names of real people: of 1, 2 and 10 million people 94, 92 and 86 % of the names are
distinct, in 286, 397 and 610 thousand different parts. Reached here: 94, 92 and 84 % in 305, 418
and 654 thousand. Births follow a normal distribution around 1983 (14 years); 6 % are 1 January, 4 %
a year only, 1 % unknown; one in four is a woman; 60 % have a document. Not calibrated: how names,
years and places go together. Nobody in it exists. ``people(n)`` is a prefix of ``people(m)`` for
n < m under one seed, and another seed gives strangers of the same distribution.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.match.culture import Culture, Law
from comity.match.cultures_east import EAST
from comity.match.cultures_west import WEST
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

CULTURES = (*EAST, *WEST)
BLOCK = 4096
GIVEN_EXPONENT, FAMILY_EXPONENT = 1.2, 1.05

_SLOTS = 4
_CULTURE, _FORM, _SEX, _BORN, _DAY, _NATION, _HAS_PAPER, _PAPER, _PARTS = range(9)
_COLUMNS = _PARTS + _SLOTS
VOWELS = "aeiou"


class Population:
    """Draws people of the cultures; the same seed gives the same people."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._shares = np.cumsum([c.share for c in CULTURES])
        self._laws = [
            (_cumulated(c.given_law, GIVEN_EXPONENT), _cumulated(c.family_law, FAMILY_EXPONENT))
            for c in CULTURES
        ]
        self._forms = [
            (np.cumsum([share for share, _ in c.forms]), [form.split() for _, form in c.forms])
            for c in CULTURES
        ]

    def people(
        self, count: int, *, prefix: str = "p", first: int = 0
    ) -> Iterator[tuple[str, Identity]]:
        """Give (id, identity) pairs; ids are the prefix and a running number.

        ``first``, a multiple of BLOCK: leave out so many.
        """
        for start in range(first, count, BLOCK):
            table, cultures, births = self._block(start)
            given, family, forms = self._ranks(table, cultures)
            for at in range(min(BLOCK, count - start)):
                place = cultures[at]
                ranks = (given[at], family[at])
                form = self._forms[place][1][forms[at]]
                yield (
                    f"{prefix}{start + at}",
                    _person(CULTURES[place], form, ranks, table[at].tolist(), births[at]),
                )

    def cultures(self, count: int) -> list[str]:
        """Give the culture's name of each of the first people."""
        found: list[str] = []
        for start in range(0, count, BLOCK):
            found += [CULTURES[place].name for place in self._block(start)[1]]
        return found[:count]

    def _block(self, start: int) -> tuple[NDArray[np.float64], list[int], list[float]]:
        """Draw a block: a table of uniform numbers, the cultures, the years of birth."""
        draw = np.random.default_rng([self._seed, start])
        table = draw.random((BLOCK, _COLUMNS))
        births = draw.normal(1983.0, 14.0, BLOCK)
        return table, _placed(self._shares, table[:, _CULTURE]).tolist(), births.tolist()

    def _ranks(self, table: NDArray[np.float64], cultures: list[int]) -> tuple[Any, Any, Any]:
        """Give for each person the rank of each slot as given and family name, and the form."""
        given = np.zeros((BLOCK, _SLOTS), np.int64)
        family = np.zeros((BLOCK, _SLOTS), np.int64)
        forms = np.zeros(BLOCK, np.int64)
        of = np.array(cultures)
        for place, laws in enumerate(self._laws):
            rows = np.nonzero(of == place)[0]
            drawn = table[rows, _PARTS:]
            given[rows], family[rows] = _placed(laws[0], drawn), _placed(laws[1], drawn)
            forms[rows] = _placed(self._forms[place][0], table[rows, _FORM])
        return given.tolist(), family.tolist(), forms.tolist()


def _placed(cumulated: NDArray[np.float64], drawn: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.minimum(np.searchsorted(cumulated, drawn, side="right"), len(cumulated) - 1)


def _cumulated(law: Law, exponent: float) -> NDArray[np.float64]:
    """Cumulate (r + q) ** -s with the q that gives the commonest name its share."""
    ranks = np.arange(law.kinds, dtype=np.float64)
    low, high = 0.01, 1e5
    for _ in range(60):
        middle = (low * high) ** 0.5
        weights = (ranks + middle) ** -exponent
        low, high = (middle, high) if weights[0] / weights.sum() > law.top else (low, middle)
    return np.cumsum(weights / weights.sum())


def _person(
    culture: Culture, form: list[str], ranks: tuple[Any, Any], row: list[float], birth: float
) -> Identity:
    woman = row[_SEX] < 0.25
    parts = []
    slot = 0
    for kind in form:
        if kind in ("g", "m", "p", "f"):
            parts.append(_part(culture, kind, (ranks[0][slot], ranks[1][slot]), woman=woman))
            slot += 1
        else:
            parts.append(kind)
    return Identity(
        names=(Name(" ".join(parts).title()),),
        birth_dates=_birth(birth, row[_BORN], row[_DAY]),
        nationalities=(culture.states[int(row[_NATION] ** 1.5 * len(culture.states))],),
        sex="F" if woman else "M",
        documents=_document(row[_HAS_PAPER], row[_PAPER]),
    )


def _part(culture: Culture, kind: str, ranks: tuple[int, int], *, woman: bool) -> str:
    if kind == "f":
        found = _named(culture, culture.family, culture.ends, ranks[1])
        return _feminine(culture, found) if woman and culture.feminine else found
    head = culture.women if kind == "g" and woman else culture.men
    found = _named(culture, head, culture.given_ends, ranks[0])
    return _patronymic(found, woman=woman) if kind == "p" else found


def _named(culture: Culture, head: tuple[str, ...], ends: tuple[str, ...], rank: int) -> str:
    return head[rank] if rank < len(head) else composed(culture.starts, ends, rank)


def composed(starts: tuple[str, ...], ends: tuple[str, ...], rank: int) -> str:
    """Compose the name of a rank: one start and an end, or two starts where it is rarer."""
    mixed = (rank + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    mixed, first = divmod(mixed >> 8, len(starts))
    mixed, last = divmod(mixed, len(ends))
    mixed, more = divmod(mixed, 8)
    name = starts[first]
    if rank > 400 or more < 3:
        mixed, second = divmod(mixed, len(starts))
        name = _joined(name, starts[second])
        if rank > 4000 and more < 5:
            name = _joined(name, starts[mixed % len(starts)])
    return _joined(name, ends[last])


def _joined(first: str, second: str) -> str:
    """Put syllables together: no vowel twice, no letter doubled, no heap of consonants."""
    last, next_ = first[-1] in VOWELS, second[0] in VOWELS
    if first[-1] == second[0] or (last and next_):
        return first[:-1] + second
    if not (last or next_ or first[-2:-1] in VOWELS or second[1:2] in VOWELS):
        return f"{first}a{second}"
    return first + second


def _feminine(culture: Culture, family: str) -> str:
    for ending, woman in culture.feminine:
        if family.endswith(ending):
            return family[: -len(ending)] + woman
    return family


def _patronymic(father: str, *, woman: bool) -> str:
    stem = father[:-1] + "e" if father[-1] in "iy" else father.rstrip("ao") + "o"
    return stem + ("vna" if woman else "vich")


def _birth(year_drawn: float, kind: float, day_drawn: float) -> tuple[PartialDate, ...]:
    year = min(max(int(year_drawn), 1925), 2012)
    if kind < 0.01:
        return ()
    if kind < 0.05:
        return (PartialDate(year),)
    if kind < 0.11:
        return (PartialDate(year, 1, 1),)
    day = datetime.date(year, 1, 1) + datetime.timedelta(int(day_drawn * 365))
    return (PartialDate(day.year, day.month, day.day),)


def _document(chance: float, drawn: float) -> tuple[DocumentNumber, ...]:
    if chance > 0.6:
        return ()
    number = int(drawn * 10**15)
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    head = letters[number % 23] + (letters[number // 23 % 23] if chance < 0.3 else "")
    return (DocumentNumber(f"{head}{number // 529 % 10**7:07d}"),)
