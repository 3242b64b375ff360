"""Law packs side by side, for the drafter: sweep, compare, propose, a matrix."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from comity.bureau.law import pack_folder, read_files
from comity.bureau.texts import read_text
from comity.errors import Malformed
from comity.law.axes import Axis, axes_of, nationalities
from comity.law.compare import (
    Comparison,
    Effect,
    agreement_over_time,
    answer,
    compare,
    effect,
)
from comity.law.diff import diff_axes
from comity.law.facts import Value, nearest, parse_facts
from comity.law.pack import Pack
from comity.law.proposal import propose, subject_of
from comity.law.sweep import Group, Swept, findings, spelled, sweep
from comity.law.view import question_of, view_of
from comity.terms.country import COUNTRIES

PROFILE = {"document": "ordinary", "biometric": "yes", "permit": "none"}
"""The profile that is compared where no other is named; printed with every comparison."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A pack asked for every profile: the cells and what stands out in them."""

    swept: Swept
    findings: tuple[Group, ...]

    def unexplained(self) -> tuple[Group, ...]:
        """Give the gaps and clashes that nobody has accepted."""
        return tuple(group for group in self.findings if not group.why)


def sweep_pack(
    pack: Pack,
    on: datetime.date,
    question: str = "",
    facts: Mapping[str, str] | None = None,
    *,
    told: Callable[[int, int], object] = lambda _done, _all: None,
) -> Sweep:
    """Ask a question for every nationality, issuer, document, permit and kind of passport.

    ``facts`` hold for every profile; ``told`` hears how far the profiles left open are decided.
    """
    fixed = parse_facts(facts or {}, pack.facts).given
    swept = sweep(pack, axes_of(pack, on, question, fixed), on, question, told=told)
    return Sweep(swept, tuple(findings(swept)))


def shared_question(packs: Iterable[Pack], name: str = "") -> str:
    """Find the question to compare: the one named, or the first that all packs decide."""
    listed = [[question.id for question in pack.questions] for pack in packs]
    shared = [name_ for name_ in listed[0] if all(name_ in others for others in listed)]
    if name and name in shared:
        return name
    if name or not shared:
        raise Malformed(
            "law-name-unknown",
            "the packs do not all decide that question",
            where=name or "question",
            hint=nearest(name, shared) if shared else "they have no question in common",
        )
    return shared[0]


def profile_of(packs: Iterable[Pack], facts: Mapping[str, str]) -> dict[str, Value]:
    """Read the profile to compare: an ordinary biometric passport, unless facts say otherwise.

    Malformed as for facts, and for a nationality: each one is compared.
    """
    if "nationality" in facts:
        raise Malformed(
            "law-fact-value",
            "every nationality is compared, so it is no part of the profile",
            where="fact nationality",
            hint="leave it out; each nationality has its row",
        )
    kinds = {name: kind for pack in packs for name, kind in pack.facts.items()}
    return dict(parse_facts({**PROFILE, **facts}, kinds).given)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Two laws compared; with a proposal also what it changes, and the agreement over time."""

    comparison: Comparison
    over_time: tuple[tuple[datetime.date, float], ...]
    proposed: Comparison | None
    change: Comparison | None
    effect: Effect | None


def compare_packs(
    first: Pack,
    second: Pack,
    on: datetime.date,
    *,
    question: str = "",
    facts: Mapping[str, str] | None = None,
    proposal: Pack | None = None,
    dates: Iterable[datetime.date] = (),
) -> Report:
    """Compare two packs; a proposal stands for whichever of them has its name.

    Malformed "law-name-unknown" where the proposal is for neither.
    """
    packs = (first, second)
    asked = shared_question(packs, question)
    profile = profile_of(packs, facts or {})
    base = compare(first, second, on, question=asked, profile=profile)
    index = agreement_over_time(packs, dates, question=asked, profile=profile)
    if proposal is None:
        return Report(base, tuple(index), None, None, None)
    if proposal.name not in {first.name, second.name}:
        raise Malformed("law-name-unknown", "the proposal is for neither pack", where="proposal")
    own = first if proposal.name == first.name else second
    sides = (proposal, second) if own is first else (first, proposal)
    after = compare(*sides, on, question=asked, profile=profile)
    change = compare(own, proposal, on, question=asked, profile=profile)
    return Report(base, tuple(index), after, change, effect(change))


def load_proposal(file: str, packs: Mapping[str, str]) -> Pack:
    """Read a proposal and give the pack as it would be; ``packs``: names and where each was found.

    Malformed "law-name-unknown" where it is for none of them.
    """
    return read_proposal(read_text(Path(file)), packs)


def read_proposal(text: str, packs: Mapping[str, str]) -> Pack:
    """Give the pack as it would be under the text of a proposal; as ``load_proposal``."""
    subject = subject_of(text)
    if subject not in packs:
        raise Malformed(
            "law-name-unknown",
            "the proposal is for neither pack",
            where="proposal",
            hint=nearest(subject, packs),
        )
    return propose(read_files(pack_folder(packs[subject])), text)


def years_before(on: datetime.date) -> list[datetime.date]:
    """Give 1 January of the five years up to a date, and the date."""
    years = range(max(on.year - 4, datetime.MINYEAR), on.year + 1)
    return [*(datetime.date(year, 1, 1) for year in years), on]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One answer in a matrix: outcome, deciding rule and its citation."""

    outcome: str
    rule: str
    cite: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One nationality: code, name, one cell per law."""

    nationality: str
    name: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A table a minister can read: nationalities down, laws across, one question, one date."""

    question: str
    on: datetime.date
    profile: Mapping[str, Value]
    laws: tuple[str, ...]
    statuses: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def matrix(
    packs: list[Pack],
    on: datetime.date,
    *,
    question: str = "",
    facts: Mapping[str, str] | None = None,
) -> Matrix:
    """Answer one question for every nationality under each pack."""
    asked = shared_question(packs, question)
    profile = profile_of(packs, facts or {})
    codes = dict.fromkeys(c for pack in packs for c in nationalities(view_of(pack, asked, on)))
    rows = []
    for code in codes:
        cells = []
        for pack in packs:
            made = answer(pack, asked, on, code, profile)
            rule = made.deciding[0] if made.deciding else None
            cells.append(
                MatrixCell(made.outcome, rule.id if rule else "", rule.cite if rule else "")
            )
        rows.append(MatrixRow(code, COUNTRIES[code].name, tuple(cells)))
    return Matrix(
        question_of(packs[0], asked).id,
        on,
        profile,
        tuple(pack.name for pack in packs),
        tuple(pack.status for pack in packs),
        tuple(rows),
    )


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One nationality with one kind of document: outcome and deciding rule."""

    nationality: str
    document: str
    biometric: str
    outcome: str
    rule: str
    cite: str


def document_matrix(
    pack: Pack, on: datetime.date, question: str = "", facts: Mapping[str, str] | None = None
) -> list[DocumentRow]:
    """Answer a question for every nationality and kind of document; the rest as presumed.

    ``facts`` hold in every row.
    """
    fixed = parse_facts(facts or {}, pack.facts).given
    axes = [Axis(name, (value,)) for name, value in fixed.items()]
    axes += [axis for axis in diff_axes(pack, question, on, on) if axis.fact not in fixed]
    swept = sweep(pack, axes, on, question)
    rows = []
    for place in np.ndindex(swept.outcomes.shape):
        values = {
            axis.fact: spelled(axis.values[number])
            for axis, number in zip(swept.axes, place, strict=True)
        }
        number = int(swept.reasons[place])
        rule = swept.view.rules[number] if number >= 0 else None
        rows.append(
            DocumentRow(
                values.get("nationality", ""),
                values.get("document", ""),
                values.get("biometric", ""),
                swept.outcome(*place),
                rule.id if rule else "",
                rule.cite if rule else "",
            )
        )
    return rows
