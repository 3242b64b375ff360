"""Hold two laws against each other: where they differ, who gains and who loses, how far they agree.

A comparison describes; it recommends nothing. It says which profile was asked (an ordinary
passport by default), which classes of outcome were used, and which answers rest on a weak basis.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from comity.law.axes import nationalities
from comity.law.decide import Decision, decide
from comity.law.facts import Facts, Value
from comity.law.pack import Pack
from comity.law.rule import WEAK
from comity.law.view import GAP, silence_of, view_of
from comity.terms.country import PROTECTED_STATUSES

RANK = {"exempt": 0, "state_option": 1, "officer_may": 1, "required": 2}
"""Outcomes from easy to hard; what stands in no class is neither a gain nor a loss."""

NO_NATIONALITY = PROTECTED_STATUSES | {"XXX"}
"""Codes that state no nationality: such documents are compared by issuer, not here."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One nationality under both laws: outcomes, deciding rules, whether a basis is weak."""

    nationality: str
    outcomes: tuple[str, str]
    rules: tuple[str, str]
    weak: bool


@dataclass(frozen=True, slots=True)
class Class:
    """Nationalities that both laws treat in one way, for the same reasons."""

    outcomes: tuple[str, str]
    rules: tuple[str, str]
    nationalities: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two laws on one question on one date for one profile but the nationality."""

    packs: tuple[Pack, Pack]
    question: str
    on: datetime.date
    profile: Mapping[str, Value]
    cells: tuple[Cell, ...]

    def differing(self) -> tuple[Cell, ...]:
        """Give the nationalities that the two laws treat differently."""
        return tuple(cell for cell in self.cells if cell.outcomes[0] != cell.outcomes[1])

    def classes(self) -> tuple[Class, ...]:
        """Group the nationalities by outcomes and reasons, the largest group first."""
        found: dict[tuple[tuple[str, str], tuple[str, str]], list[str]] = {}
        for cell in self.cells:
            found.setdefault((cell.outcomes, cell.rules), []).append(cell.nationality)
        rows = [Class(key[0], key[1], tuple(codes)) for key, codes in found.items()]
        return tuple(sorted(rows, key=lambda row: -len(row.nationalities)))

    def agreement(self) -> float:
        """Give the share treated alike, 0 to 1, of those of whom at least one law speaks."""
        spoken_of = [cell for cell in self.cells if set(cell.outcomes) != {GAP}]
        if not spoken_of:
            return 0.0
        return 1 - len(self.differing()) / len(spoken_of)

    def silences(self) -> tuple[str, ...]:
        """Say which law does not speak of the date: no agreement can be read from that."""
        found = {pack.name: silence_of(pack, self.on) for pack in self.packs}
        return tuple(f"{name}: {said}" for name, said in found.items() if said)

    def limits(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the stay limits of both laws in words."""
        first, second = (
            tuple(row.limit.describe() for row in pack.stay_limits if row.limit.holds_on(self.on))
            for pack in self.packs
        )
        return first, second


def answer(
    pack: Pack, question: str, on: datetime.date, nationality: str, profile: Mapping[str, Value]
) -> Decision:
    """Decide for one nationality; facts of the profile that the pack does not know are left out."""
    given = {name: value for name, value in profile.items() if name in pack.facts}
    return decide(pack, Facts({**given, "nationality": nationality}), on, question)


def compare(
    first: Pack,
    second: Pack,
    on: datetime.date,
    *,
    question: str = "visa",
    profile: Mapping[str, Value],
) -> Comparison:
    """Compare two packs on a question that both decide, for every nationality either knows."""
    codes = dict.fromkeys(
        code
        for pack in (first, second)
        for code in nationalities(view_of(pack, question, on))
        if code not in NO_NATIONALITY
    )
    cells = []
    for code in codes:
        one, other = (answer(pack, question, on, code, profile) for pack in (first, second))
        cells.append(
            Cell(
                code,
                (one.outcome, other.outcome),
                (_reason(one), _reason(other)),
                any(rule.strength in WEAK for rule in (*one.deciding, *other.deciding)),
            )
        )
    return Comparison((first, second), question, on, profile, tuple(cells))


def _reason(decision: Decision) -> str:
    return decision.deciding[0].id if decision.deciding else ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a proposal does: nationalities with an easier, a harder, an otherwise other answer."""

    gains: tuple[Cell, ...]
    loses: tuple[Cell, ...]
    other: tuple[Cell, ...]
    unchanged: int


def effect(comparison: Comparison) -> Effect:
    """Read a comparison of the law as it is (first) with the law as proposed (second)."""
    gains: list[Cell] = []
    loses: list[Cell] = []
    other: list[Cell] = []
    for cell in comparison.differing():
        before, after = (RANK.get(outcome) for outcome in cell.outcomes)
        if before is None or after is None or before == after:
            other.append(cell)
        else:
            (gains if after < before else loses).append(cell)
    unchanged = len(comparison.cells) - len(comparison.differing())
    return Effect(tuple(gains), tuple(loses), tuple(other), unchanged)


@dataclass(frozen=True, slots=True)
class Duty:
    """What one law would have to change to treat everybody as the other one does."""

    law: str
    easier: tuple[str, ...]
    harder: tuple[str, ...]


def duties(comparison: Comparison) -> tuple[Duty, Duty]:
    """Say for both laws which nationalities they would treat more easily or more strictly."""
    found = []
    for own, theirs in ((0, 1), (1, 0)):
        easier: list[str] = []
        harder: list[str] = []
        for cell in comparison.differing():
            now, then = RANK.get(cell.outcomes[own]), RANK.get(cell.outcomes[theirs])
            if now is None or then is None or now == then:
                continue
            (easier if then < now else harder).append(cell.nationality)
        found.append(Duty(comparison.packs[own].name, tuple(easier), tuple(harder)))
    return found[0], found[1]


def agreement_over_time(
    packs: Sequence[Pack],
    dates: Iterable[datetime.date],
    *,
    question: str = "visa",
    profile: Mapping[str, Value],
) -> list[tuple[datetime.date, float]]:
    """Give the agreement index on each date: the mean over pairs of laws, 0 to 1."""
    index = []
    for on in dates:
        shares = [
            compare(one, other, on, question=question, profile=profile).agreement()
            for one, other in combinations(packs, 2)
        ]
        index.append((on, sum(shares) / len(shares) if shares else 1.0))
    return index
