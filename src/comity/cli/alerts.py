"""``comity alerts``: import lists of alerts, list what is held, list what is overdue."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from comity.bureau import alert, intake, officer
from comity.bureau.courier import Courier
from comity.cli.files import row_count
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table
from comity.errors import NotFound
from comity.lists.reading import KINDS

path_option = click.Path(path_type=Path, dir_okay=False)


@click.group()
def command() -> None:
    """Import alerts from lists; list them; see who has not acknowledged a withdrawal."""


@command.command("import")
@click.argument("file", type=path_option)
@click.option("--kind", type=click.Choice(KINDS), help="Told by the file's beginning if left out.")
@click.option("--alt", type=path_option, help="OFAC: the file of other names (alt.csv).")
@click.option("--whole", is_flag=True, help="The file is the whole list: withdraw who is gone.")
@click.option("--show", default=20, show_default=True, help="So many refused rows are printed.")
@officer_option
@home_option
@json_option
def import_file(
    file: Path,
    *,
    kind: str | None,
    alt: Path | None,
    whole: bool,
    show: int,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Import the persons on a list as travel-ban alerts (Reg (EU) 2018/1861 art. 25).

    Takes the UN consolidated list (XML), OFAC SDN (CSV, with --alt) and FollowTheMoney JSON
    lines. All accepted rows are entered or, where the file breaks off, none; the same file again
    changes nothing. Exit status 1 where rows were refused.
    """
    with opened(home) as node:
        who = officer.find(node, officer_id)
        with progress(file, quiet=as_json) as told:
            report = intake.import_list(
                node,
                who,
                file,
                companions={"alt": alt} if alt else None,
                kind=kind,
                whole=whole,
                progress=told,
            )
    value = {
        "kind": report.kind,
        "sha256": report.sha256,
        "again": report.again,
        "counts": dict(report.counts),
        "notes": dict(report.notes),
        "refused": [one.as_dict() for one in report.refused],
    }
    emit(value, lambda: _words(report, show), as_json=as_json)
    click.get_current_context().exit(1 if report.refused else 0)


@contextmanager
def progress(file: Path, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show a progress bar over the bytes of ``file`` on standard error, where a person watches."""
    try:
        size = file.stat().st_size
    except OSError as error:
        what = str(error.strerror).lower()
        raise NotFound("file-unreadable", what, where=str(file)) from None
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(length=size, label=file.name, file=sys.stderr, hidden=hidden) as bar:
        yield bar.update


def _words(report: intake.Report, show: int) -> str:
    if report.again:
        return "this very file was imported before: nothing changed"
    counts = ", ".join(f"{count} {name}" for name, count in sorted(report.counts.items()))
    lines = [f"{report.kind} list: {counts}"]
    if report.refused:
        rows = [(r.line, r.source_id, r.field, r.code, r.reason) for r in report.refused[:show]]
        lines += ["", table(("line", "id", "field", "code", "reason"), rows)]
        if report.counts["refused"] > show:
            lines.append(f"... and {report.counts['refused'] - show} more (--json lists them)")
    return "\n".join(lines)


@command.command("list")
@click.option("--issuer", default="", help="Only of this issuer.")
@click.option("--limit", default=50, type=row_count, show_default=True)
@home_option
@json_option
def show_all(*, issuer: str, limit: int, home: Path, as_json: bool) -> None:
    """List the alerts held: id, category, state, review date; no content."""
    with opened(home) as node:
        rows = alert.listing(node, issuer=issuer, limit=limit)
    words = table(list(rows[0]), [list(r.values()) for r in rows]) if rows else "none"
    emit(rows, words, as_json=as_json)


@command.command()
@home_option
@json_option
def overdue(*, home: Path, as_json: bool) -> None:
    """List withdrawals that a holder has not acknowledged in time; exit status 1 if any."""
    with opened(home) as node:
        found = alert.overdue(node)
    rows = [
        {"peer": o.peer, "alert": o.alert_id, "due": o.acknowledge_by.isoformat()} for o in found
    ]
    words = table(("peer", "alert", "due"), [list(r.values()) for r in rows]) if rows else "none"
    emit(rows, words, as_json=as_json)
    click.get_current_context().exit(1 if rows else 0)


@command.command()
@click.option("--peer", default="", help="Only the copy of this country's alerts.")
@home_option
@json_option
def reconcile(*, peer: str, home: Path, as_json: bool) -> None:
    """Compare the copies of others' alerts with their feeds, and heal them; exit 1 if one differed.

    A serving node does so by itself once a day.
    """
    with opened(home) as node:
        courier = Courier(node)
        done = courier.reconcile(peer)
        courier.close()
    rows = [
        {
            "peer": one.peer,
            "agreement": one.agreement,
            "missing": list(one.found.missing),
            "surplus": list(one.found.surplus),
            "another_version": list(one.found.another),
            "healed": one.healed,
            "left": len(one.left.missing) + len(one.left.surplus) + len(one.left.another),
        }
        for one in done
    ]
    head = ("peer", "agreement", "missing", "surplus", "another version", "healed", "left")
    shown = [[len(v) if isinstance(v, list) else v for v in row.values()] for row in rows]
    emit(rows, table(head, shown) if rows else "no copies are held", as_json=as_json)
    click.get_current_context().exit(1 if any(not one.found.none for one in done) else 0)
