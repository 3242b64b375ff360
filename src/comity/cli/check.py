"""``comity check``: is there an alert about these travellers, and may I be told?"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from comity.bureau import officer, screening, travellers
from comity.bureau.question import Inquiry
from comity.cli.alerts import progress
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table
from comity.errors import NotFound
from comity.manifests.row import KINDS
from comity.terms.purpose import PURPOSES

STATES = ("match", "no-match", "not-permitted", "unavailable")
LABELS = {
    "match": "MATCH",
    "no-match": "no match",
    "not-permitted": "not permitted",
    "unavailable": "UNAVAILABLE",
}


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--purpose", type=click.Choice(list(PURPOSES)), default="border-check",
              show_default=True)  # fmt: skip
@click.option("--reference", default="", help="Case or encounter, for rows that have none.")
@click.option("--kind", type=click.Choice(KINDS), help="Told by the file's beginning if left out.")
@click.option("--all", "everyone", is_flag=True, help="Print also those without a match.")
@click.option("-o", "out", type=click.Path(path_type=Path), help="Write one JSON line for each.")
@officer_option
@home_option
@json_option
def command(
    manifest: Path,
    *,
    purpose: str,
    reference: str,
    kind: str | None,
    everyone: bool,
    out: Path | None,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Check the travellers in MANIFEST: CSV, machine-readable zones, or UN/EDIFACT PAXLST.

    Each is answered match, no match, not permitted or unavailable, with the deciding article and
    the log entry that proves it. A match is a candidate: a person confirms or rejects it with
    `comity match`. Exit status 1 where there is a match or a row could not be read.
    """
    with opened(home) as node, _sink(out) as write, progress(manifest, quiet=as_json) as told:
        inquiry = Inquiry(officer=officer.find(node, officer_id), purpose=purpose)
        tally: Counter[str] = Counter()
        shown: list[dict[str, Any]] = []
        with manifest.open("rb") as stream:
            checked = travellers.check_manifest(
                node, inquiry, stream, reference=reference, kind=kind, progress=told
            )
            for row in map(screening.plain, checked):
                tally[row["state"]] += 1
                write(row)
                if everyone or row["state"] != "no-match" or as_json:
                    shown.append(row)
    value = {"counts": {key: tally[key] for key in (*STATES, "refused")}, "rows": shown}
    emit(value, lambda: words(tally, shown), as_json=as_json)
    click.get_current_context().exit(1 if tally["match"] or tally["refused"] else 0)


def words(tally: Counter[str], rows: list[dict[str, Any]]) -> str:
    """Lay out the rows for people, the count first."""
    total = sum(tally.values())
    counts = ", ".join(f"{tally[s]} {LABELS.get(s, s)}" for s in (*STATES, "refused") if tally[s])
    lines = [f"{total} travellers: {counts}"]
    if rows:
        head = ("line", "reference", "outcome", "why", "article")
        lines += ["", table(head, [_line(row) for row in rows])]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    if row["state"] == "refused":
        return row["line"], "", "not read", f"{row['field']} {row['reason']}", row["hint"]
    return row["line"], row["reference"], LABELS[row["state"]], _why(row), row["article"]


def _why(row: dict[str, Any]) -> str:
    if row["candidates"]:
        one = row["candidates"][0]
        found = [f"{c['attribute']} {c['verdict']}" for c in one["compared"]]
        return f"{one['match']} {one['band']}: {', '.join(found)}"
    return str(row["rule"])


class _sink:  # noqa: N801 - reads as a verb in a with statement
    """Write JSON lines to a file, or nowhere."""

    def __init__(self, out: Path | None) -> None:
        try:
            self._file = None if out is None else out.open("w", encoding="utf-8")
        except OSError as error:
            what = str(error.strerror).lower()
            raise NotFound("file-unwritable", what, where=str(out)) from None

    def __enter__(self) -> Any:
        """Give the function that writes one row."""
        return self._write

    def __exit__(self, *exception: object) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, row: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
