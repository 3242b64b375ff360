"""For the drafter: a pack asked for every profile, and two laws side by side; as page and CSV."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from starlette.responses import Response

from comity.bureau import law, law_compare
from comity.errors import ComityError, Malformed
from comity.law.compare import Comparison, duties
from comity.law.facts import spell
from comity.law.pack import Pack
from comity.law.proposal import propose as propose_change
from comity.law.proposal import subject_of
from comity.law.view import question_of
from comity.terms.country import COUNTRIES
from comity.web.desk import Page, Visit
from comity.web.law_library import day_of, pack_named, pack_of
from comity.web.wording import problem
from comity.web.wording import spell as spell_error

FIRST, SECOND = "eu.short-stay", "uk.visit"
KEPT = 16
"""Sweeps and comparisons kept: they follow from the texts and the day alone."""


def sweep(visit: Visit) -> Response:
    """Show what the pack answers for every nationality, issuer, document and permit."""
    pack = pack_of(visit)
    on, typed, wrong = day_of(visit, "on")
    found = _swept(pack.name, pack.hash, on)
    documents, groups = _grouped(pack.name, pack.hash, on)
    counts = found.swept.counts()
    cells = int(found.swept.outcomes.size)
    return visit.page(
        "law_sweep.html",
        here="/law",
        status=422 if wrong else 200,
        pack=pack,
        on=typed,
        day=on.isoformat(),
        errors=wrong,
        documents=documents,
        groups=groups,
        shown=sorted({said for cells, _codes in groups for cell in cells for said in cell}),
        question=found.swept.view.question.title,
        cells=f"{cells:,}",
        axes=[(axis.fact, len(axis.values)) for axis in found.swept.axes],
        counts=[
            {"outcome": name, "number": f"{number:,}", "share": f"{number / cells:.1%}"}
            for name, number in sorted(counts.items(), key=lambda pair: -pair[1])
        ],
        findings=found.findings,
        unexplained=len(found.unexplained()),
    )


@lru_cache(maxsize=KEPT)
def _grouped(
    name: str, _digest: str, on: datetime.date
) -> tuple[list[str], list[tuple[list[tuple[str, ...]], list[tuple[str, str]]]]]:
    # Nationalities that every document of theirs is answered alike for stand in one row.
    rows: dict[str, dict[str, list[str]]] = {}
    for row in law_compare.document_matrix(law.load_pack(name), on):
        cell = rows.setdefault(row.nationality, {}).setdefault(row.document, [])
        said = row.outcome if row.outcome not in cell else ""
        cell += [said] if said else []
    documents = list(dict.fromkeys(kind for cells in rows.values() for kind in cells))
    groups: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for code, cells in rows.items():
        groups.setdefault(tuple(tuple(cells[kind]) for kind in documents), []).append(code)
    ordered = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    return documents, [
        (list(cells), [(code, COUNTRIES[code].name if code in COUNTRIES else "") for code in codes])
        for cells, codes in ordered
    ]


def sweep_csv(visit: Visit) -> Response:
    """Give the matrix of nationalities and documents as CSV."""
    pack, on = pack_of(visit), _day(visit, "on")
    rows = law_compare.document_matrix(pack, on)
    head = ("nationality", "document", "biometric", "outcome", "rule", "cite")
    table = ((r.nationality, r.document, r.biometric, r.outcome, r.rule, r.cite) for r in rows)
    return _csv(f"{pack.name}-{on}.csv", head, table)


def compare(visit: Visit) -> Response:
    """Show where two laws differ, for whom, and what each would have to change."""
    _on, _typed, wrong = day_of(visit, "on")
    return _compare_page(visit, visit.query, None, wrong)


def propose(visit: Visit) -> Response:
    """Show what a draft, typed or uploaded, would change: who gains, who loses."""
    text = visit.typed("proposal-file") or visit.typed("proposal")
    form = {**visit.form, "proposal": text}
    try:
        first, second, on = _pair(visit, form)
        drafted = _draft((first, second), text)
        report = law_compare.compare_packs(first, second, on, proposal=drafted)
    except ComityError as error:
        place = f" ({error.where})" if error.where else ""
        wrong = [problem("proposal", spell_error(error) + place)]
        return _compare_page(visit, form, None, wrong)
    return _compare_page(visit, form, report, [])


def _draft(packs: tuple[Pack, Pack], text: str) -> Pack:
    subject = subject_of(text)
    if subject not in {pack.name for pack in packs}:
        raise Malformed(
            "law-name-unknown", "the proposal is for neither law", hint="choose the law it names"
        )
    return propose_change(law.read_files(law.pack_folder(subject)), text)


def _compare_page(
    visit: Visit,
    asked: Mapping[str, str],
    report: law_compare.Report | None,
    errors: list[dict[str, str]],
) -> Response:
    day, typed, wrong = day_of(visit, "on", asked)
    first, second, on = _pair(visit, {**asked, "on": day.isoformat()})
    errors = errors or wrong
    comparison, index, matrix = _compared(first.name, second.name, first.hash + second.hash, on)
    return visit.page(
        "law_compare.html",
        here="/law",
        status=422 if errors else 200,
        packs=[
            {"value": shelf.name, "text": shelf.title} for shelf in law.library() if shelf.rules
        ],
        first=first,
        second=second,
        on=typed,
        question=question_of(first, comparison.question).title,
        profile=[(key, spell(value)) for key, value in matrix.profile.items()],
        agreement=f"{comparison.agreement():.0%}",
        silences=comparison.silences(),
        over_time=[(day.isoformat(), f"{share:.0%}", round(share * 100)) for day, share in index],
        classes=_classes(comparison),
        duties=[
            (pack, duty) for pack, duty in zip((first, second), duties(comparison), strict=True)
        ],
        limits=list(zip((first, second), comparison.limits(), strict=True)),
        weak=[cell.nationality for cell in comparison.cells if cell.weak],
        rows=matrix.rows,
        compared=len(comparison.cells),
        differing=len(comparison.differing()),
        proposal=asked.get("proposal", "") if visit.form else "",
        proposed=None if report is None else _effect(report),
        errors=errors,
    )


def _classes(comparison: Comparison) -> list[tuple[tuple[str, str], list[str], list[str]]]:
    # One row for each pair of outcomes, the differing ones first: that is what is asked.
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for one in comparison.classes():
        codes, rules = found.setdefault(one.outcomes, ([], []))
        codes += one.nationalities
        rules.append(" / ".join(rule or "–" for rule in one.rules))
    rows = [(outcomes, sorted(codes), rules) for outcomes, (codes, rules) in found.items()]
    return sorted(rows, key=lambda row: (row[0][0] == row[0][1], -len(row[1])))


def _effect(report: law_compare.Report) -> dict[str, Any]:
    if report.effect is None or report.proposed is None:
        raise AssertionError("a report of a proposal has its effect")
    effect = report.effect
    return {
        "agreement": f"{report.proposed.agreement():.0%}",
        "unchanged": effect.unchanged,
        "groups": [
            (title, [cell.nationality for cell in cells])
            for title, cells in (
                ("Easier for", effect.gains),
                ("Harder for", effect.loses),
                ("Otherwise different for", effect.other),
            )
        ],
    }


def compare_csv(visit: Visit) -> Response:
    """Give the matrix of two laws as CSV."""
    first, second, on = _pair(visit, visit.query)
    _comparison, _index, matrix = _compared(first.name, second.name, first.hash + second.hash, on)
    head = ["nationality", "name"]
    head += [f"{part} {name}" for name in matrix.laws for part in ("outcome", "rule", "cite")]
    table = (
        [row.nationality, row.name]
        + [text for cell in row.cells for text in (cell.outcome, cell.rule, cell.cite)]
        for row in matrix.rows
    )
    return _csv(f"{first.name}-{second.name}-{on}.csv", head, table)


@lru_cache(maxsize=KEPT)
def _swept(name: str, _digest: str, on: datetime.date) -> law_compare.Sweep:
    return law_compare.sweep_pack(law.load_pack(name), on)


@lru_cache(maxsize=KEPT)
def _compared(first: str, second: str, _digest: str, on: datetime.date) -> tuple[Any, Any, Any]:
    packs = (law.load_pack(first), law.load_pack(second))
    days = law_compare.years_before(on)
    report = law_compare.compare_packs(*packs, on, dates=days)
    return report.comparison, report.over_time, law_compare.matrix(list(packs), on)


def _pair(visit: Visit, asked: Mapping[str, str]) -> tuple[Pack, Pack, datetime.date]:
    first, second = (
        pack_named(asked.get(key, name)) for key, name in (("first", FIRST), ("second", SECOND))
    )
    day = asked.get("on") or visit.node.today().isoformat()
    return first, second, law.parse_day(day)


def _day(visit: Visit, key: str) -> datetime.date:
    return law.parse_day(visit.query.get(key) or visit.node.today().isoformat())


def _csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


PAGES = (
    Page("/law/sweep/{pack}", sweep, roles=()),
    Page("/law/sweep/{pack}/matrix.csv", sweep_csv, roles=()),
    Page("/law/compare", compare, roles=()),
    Page("/law/compare", propose, roles=(), method="POST"),
    Page("/law/compare/matrix.csv", compare_csv, roles=()),
)
