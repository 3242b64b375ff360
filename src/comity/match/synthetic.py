"""Invented people, seeded, with name frequencies like those of real populations.

Twelve cultures in the proportions of alerts on third-country nationals. A given name or surname
is drawn from a head of common ones (rank r with weight (r + 1) ** -0.8) or from a long tail of
names composed of the culture's syllables and endings. Births follow a normal distribution around
1983 (14 years); 6 % are 1 January, 4 % a year only, 1 % unknown; 60 % have a document. Nobody in
it exists. ``people(n, seed)`` is a prefix of ``people(m, seed)`` for n < m.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import numpy as np

from comity.match.cultures import CULTURES, Culture
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

BLOCK = 4096


def _zipf(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = (np.arange(count) + 1.0) ** -0.8
    return np.cumsum(weights / weights.sum())


class Population:
    """Draws people of the cultures; the same seed gives the same people."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._shares = np.cumsum([c.share for c in CULTURES])
        self._heads = [(_zipf(len(c.given)), _zipf(len(c.family))) for c in CULTURES]

    def people(self, count: int, *, prefix: str = "p") -> Iterator[tuple[str, Identity]]:
        """Give (id, identity) pairs; ids are the prefix and a running number."""
        for start in range(0, count, BLOCK):
            draw = np.random.default_rng([self._seed, start])
            table = draw.random((BLOCK, 24))
            births = draw.normal(1983.0, 14.0, BLOCK)
            for at in range(min(BLOCK, count - start)):
                row = table[at].tolist()
                yield f"{prefix}{start + at}", self._person(row, float(births[at]))

    def culture(self, row: list[float]) -> int:
        """Give the culture of a draw."""
        return min(int(np.searchsorted(self._shares, row[0])), len(CULTURES) - 1)

    def _person(self, row: list[float], birth: float) -> Identity:
        at = self.culture(row)
        culture = CULTURES[at]
        heads = self._heads[at]
        given = self._given(culture, heads[0], row[1:4])
        family = self._family(culture, heads[1], row[4:8])
        if row[8] < 0.25:
            given += " " + self._given(culture, heads[0], row[9:12])
        if culture.name == "Ibero-Latin" and row[12] < 0.6:
            family += " " + self._family(culture, heads[1], row[13:17])
        elif culture.name == "Arabic" and row[12] < 0.2:
            family = "al " + family
        sex = "F" if row[17] < 0.25 else "M"
        return Identity(
            names=(Name(f"{given} {family}".title()),),
            birth_dates=_birth(birth, row[18:21]),
            nationalities=(culture.state[int(row[21] ** 1.5 * len(culture.state))],),
            sex="F" if sex == "F" else "M",
            documents=_document(row[22], row[23]),
        )

    def _given(self, c: Culture, head: object, row: list[float]) -> str:
        if row[0] < 0.75:
            return c.given[int(np.searchsorted(head, row[1]))]  # type: ignore[call-overload]
        return _composed(c.starts, c.starts[::-1], row[1:]) if row[0] < 0.9 else _tail(c, row[1:])

    def _family(self, c: Culture, head: object, row: list[float]) -> str:
        if row[0] > c.tail:
            return c.family[int(np.searchsorted(head, row[1]))]  # type: ignore[call-overload]
        return _tail(c, row[1:])


def _tail(c: Culture, row: list[float]) -> str:
    first = c.starts[int(row[0] * len(c.starts))]
    second = c.starts[int((row[1] * 7919) % 1 * len(c.starts))]
    last = c.ends[int(row[1] * len(c.ends))]
    return first + (second if (row[0] * 613) % 1 < 0.6 else "") + last


def _composed(a: tuple[str, ...], b: tuple[str, ...], row: list[float]) -> str:
    return a[int(row[0] ** 1.5 * len(a))] + b[int(row[1] ** 1.5 * len(b))]


def _birth(year_drawn: float, row: list[float]) -> tuple[PartialDate, ...]:
    year = min(max(int(year_drawn), 1925), 2012)
    if row[0] < 0.01:
        return ()
    if row[0] < 0.05:
        return (PartialDate(year),)
    if row[0] < 0.11:
        return (PartialDate(year, 1, 1),)
    day = datetime.date(year, 1, 1) + datetime.timedelta(int(row[1] * 365))
    return (PartialDate(day.year, day.month, day.day),)


def _document(chance: float, drawn: float) -> tuple[DocumentNumber, ...]:
    if chance > 0.6:
        return ()
    number = int(drawn * 10**15)
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    head = letters[number % 23] + (letters[number // 23 % 23] if chance < 0.3 else "")
    return (DocumentNumber(f"{head}{number // 529 % 10**7:07d}"),)
