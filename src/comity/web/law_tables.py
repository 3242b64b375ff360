"""For the drafter: a pack asked for every profile, and two laws side by side; as page and CSV."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from starlette.responses import Response

from comity.bureau import law, law_compare
from comity.law.compare import duties
from comity.law.facts import spell
from comity.law.pack import Pack
from comity.web.desk import Page, Visit
from comity.web.law_library import pack_of

FIRST, SECOND = "eu.short-stay", "uk.visit"
KEPT = 16
"""Sweeps and comparisons kept: they follow from the texts and the day alone."""


def sweep(visit: Visit) -> Response:
    """Show what the pack answers for every nationality, issuer, document and permit."""
    pack, on = pack_of(visit), _day(visit, "on")
    found = _swept(pack.name, pack.hash, on)
    counts = found.swept.counts()
    cells = int(found.swept.outcomes.size)
    return visit.page(
        "law_sweep.html",
        here="/law",
        pack=pack,
        on=on.isoformat(),
        cells=f"{cells:,}",
        axes=[(axis.fact, len(axis.values)) for axis in found.swept.axes],
        counts=[
            {"outcome": name, "number": f"{number:,}", "share": f"{number / cells:.1%}"}
            for name, number in sorted(counts.items(), key=lambda pair: -pair[1])
        ],
        findings=found.findings,
        unexplained=len(found.unexplained()),
    )


def sweep_csv(visit: Visit) -> Response:
    """Give the matrix of nationalities and documents as CSV."""
    pack, on = pack_of(visit), _day(visit, "on")
    rows = law_compare.document_matrix(pack, on)
    head = ("nationality", "document", "biometric", "outcome", "rule", "cite")
    table = ((r.nationality, r.document, r.biometric, r.outcome, r.rule, r.cite) for r in rows)
    return _csv(f"{pack.name}-{on}.csv", head, table)


def compare(visit: Visit) -> Response:
    """Show where two laws differ, for whom, and what each would have to change."""
    first, second, on = _pair(visit)
    comparison, index, matrix = _compared(first.name, second.name, first.hash + second.hash, on)
    return visit.page(
        "law_compare.html",
        here="/law",
        packs=[
            {"value": shelf.name, "text": shelf.title} for shelf in law.library() if shelf.rules
        ],
        first=first,
        second=second,
        on=on.isoformat(),
        profile=[(key, spell(value)) for key, value in matrix.profile.items()],
        agreement=f"{comparison.agreement():.0%}",
        over_time=[(day.isoformat(), f"{share:.0%}") for day, share in index],
        classes=comparison.classes(),
        duties=duties(comparison),
        rows=matrix.rows,
        differing=sum(len({cell.outcome for cell in row.cells}) > 1 for row in matrix.rows),
    )


def compare_csv(visit: Visit) -> Response:
    """Give the matrix of two laws as CSV."""
    first, second, on = _pair(visit)
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
    days = [datetime.date(year, 1, 1) for year in range(on.year - 4, on.year + 1)] + [on]
    report = law_compare.compare_packs(*packs, on, dates=days)
    return report.comparison, report.over_time, law_compare.matrix(list(packs), on)


def _pair(visit: Visit) -> tuple[Pack, Pack, datetime.date]:
    names = law.pack_names()
    first, second = visit.query.get("first", FIRST), visit.query.get("second", SECOND)
    chosen = (first if first in names else FIRST, second if second in names else SECOND)
    return law.load_pack(chosen[0]), law.load_pack(chosen[1]), _day(visit, "on")


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
    Page("/law/compare/matrix.csv", compare_csv, roles=()),
)
