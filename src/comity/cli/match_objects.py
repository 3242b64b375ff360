"""``comity match objects``: a register of documents and objects, found by number."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from comity.bureau import register
from comity.cli.alerts import progress
from comity.cli.output import emit, json_option, table
from comity.match.objects import KINDS, vin_holds

PATH = click.Path(dir_okay=False, path_type=Path)
VIN_NOTE = "its check digit does not hold: read it again (North American numbers must hold)"


@click.group()
def objects() -> None:
    """Lost and stolen documents, plates, vehicles and serials, found by number, also misread."""


@objects.command()
@click.argument("file", type=PATH)
@click.option("-o", "out", type=PATH, required=True, help="The register to write.")
@click.option("--show", default=10, show_default=True, help="Refused rows printed.")
@json_option
def build(file: Path, *, out: Path, show: int, as_json: bool) -> None:
    """Make a register of FILE: CSV with the columns kind, number and id.

    Kinds are document, plate, vehicle, serial, firearm, banknote and other. Exit status 1 where
    rows were refused.
    """
    start = time.perf_counter()
    with progress(file, quiet=as_json) as told:
        report = register.build(file, out, progress=told)
    value = {
        "out": str(out),
        "rows": report.rows,
        "bytes": out.stat().st_size,
        "seconds": round(time.perf_counter() - start, 3),
        "refused_rows": report.refused_rows,
        "refused": [{"line": line, "reason": reason} for line, reason in report.refused],
    }
    emit(value, lambda: _built(value, report, show), as_json=as_json)
    click.get_current_context().exit(1 if report.refused_rows else 0)


@objects.command()
@click.argument("file", type=PATH)
@click.argument("numbers", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(KINDS), default="any", show_default=True)
@json_option
def find(file: Path, numbers: tuple[str, ...], *, kind: str, as_json: bool) -> None:
    """Look NUMBERS up in the register FILE; exit status 1 where one is found.

    Blanks and look-alike characters (O 0, I 1, S 5 ...) do not count. A number one character away
    is found too, and said to be: compare it with the document before anything follows from it.
    """
    found = register.Register.open(file).find(numbers, kind=kind)
    rows: list[dict[str, Any]] = [
        {
            "number": number,
            "note": VIN_NOTE if vin_holds(number) is False else "",
            "found": [{"id": hit.id, "kind": hit.kind, "same": hit.same} for hit in hits],
        }
        for number, hits in zip(numbers, found, strict=True)
    ]
    emit(rows, lambda: _found(rows), as_json=as_json)
    click.get_current_context().exit(1 if any(row["found"] for row in rows) else 0)


def _built(value: dict[str, Any], report: register.Report, show: int) -> str:
    lines = [f"{value['out']}: {report.rows} objects, {report.refused_rows} rows refused"]
    if report.refused:
        lines += ["", table(("line", "reason"), report.refused[:show])]
        if report.refused_rows > show:
            lines.append(f"... and {report.refused_rows - show} more")
    return "\n".join(lines)


def _found(rows: list[dict[str, Any]]) -> str:
    lines = []
    for row in rows:
        for hit in row["found"]:
            how = "the same number" if hit["same"] else "one character away"
            lines.append((row["number"], hit["id"], hit["kind"], how))
        if not row["found"]:
            lines.append((row["number"], "", "", "not in the register"))
        if row["note"]:
            lines.append(("", "", "", row["note"]))
    return table(("number", "id", "kind", "found"), lines)
