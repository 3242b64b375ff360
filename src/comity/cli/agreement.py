"""``comity agreement``: run the cases of, sign, adopt, list and suspend agreements."""

from __future__ import annotations

from pathlib import Path

import click

from comity.bureau import agreement
from comity.cli.files import read_small, write_whole
from comity.cli.opening import home_option, opened
from comity.cli.output import emit, json_option, table

folder_argument = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def command() -> None:
    """Sign agreements, adopt those that all parties signed, run their cases."""


@command.command("cases")
@folder_argument
@json_option
def run_cases(folder: Path, *, as_json: bool) -> None:
    """Run the cases of the agreement in FOLDER (before signing it); exit status 1 if one fails."""
    results = agreement.run_cases(folder)
    failed = [one for one in results if not one.held]
    value = {
        "cases": len(results),
        "failed": len(failed),
        "results": [
            {
                "case": one.case.name,
                "title": one.case.title,
                "expected": {"permitted": one.case.permitted, "rule": one.case.rule},
                "found": {"permitted": one.decision.permitted, "rule": one.decision.rule},
                "held": one.held,
            }
            for one in results
        ],
    }
    lines = [*(str(one) for one in failed), f"{len(results) - len(failed)} of {len(results)} hold"]
    emit(value, "\n".join(lines), as_json=as_json)
    click.get_current_context().exit(1 if failed else 0)


@command.command()
@folder_argument
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="Where to write.")
@home_option
@json_option
def sign(folder: Path, *, out: Path, home: Path, as_json: bool) -> None:
    """Sign the agreement in FOLDER for this country; hand the file to the other parties."""
    with opened(home) as node:
        signed = agreement.sign(node, agreement.read_folder(folder))
    write_whole(out, signed)
    emit({"signature": str(out)}, f"signed: {out}", as_json=as_json)


@command.command()
@folder_argument
@click.argument("signatures", nargs=-1, type=click.Path(path_type=Path, exists=True))
@home_option
@json_option
def adopt(folder: Path, signatures: tuple[Path, ...], *, home: Path, as_json: bool) -> None:
    """Adopt the agreement in FOLDER with the SIGNATURES of all its parties."""
    with opened(home) as node:
        text = agreement.read_folder(folder)
        adopted = agreement.adopt(node, text, [read_small(file) for file in signatures])
    one = adopted.agreement
    value = {"agreement": one.id, "hash": one.sha256, "parties": list(one.parties)}
    words = (
        f"{one.title} is adopted between {' and '.join(one.parties)}, in force "
        f"{one.in_force} to {one.until} ({one.status})"
    )
    emit(value, words, as_json=as_json)


@command.command("list")
@home_option
@json_option
def show(*, home: Path, as_json: bool) -> None:
    """List the agreements this node knows."""
    with opened(home) as node:
        found = agreement.agreements(node)
    rows = [
        {
            "agreement": one.id,
            "state": one.state,
            "in_force": one.in_force.isoformat(),
            "until": one.until.isoformat(),
            "hash": one.sha256,
        }
        for one in found
    ]
    words = table(list(rows[0]), [list(r.values()) for r in rows]) if rows else "none"
    emit(rows, words, as_json=as_json)


@command.command()
@click.argument("agreement_id")
@click.option("--reason", required=True, help="Why; goes into the log.")
@home_option
@json_option
def suspend(agreement_id: str, *, reason: str, home: Path, as_json: bool) -> None:
    """Suspend AGREEMENT_ID at once: no question under it, nothing leaves."""
    with opened(home) as node:
        agreement.suspend(node, agreement_id, reason=reason)
    value = {"agreement": agreement_id, "state": "suspended"}
    emit(value, f"{agreement_id} is suspended", as_json=as_json)
