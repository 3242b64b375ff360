"""``comity match``: a person decides on a candidate; the issuer is told of a hit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from comity.bureau import match, officer, opinion, screening
from comity.bureau.question import Inquiry
from comity.cli.match_eval import evaluate
from comity.cli.match_objects import objects
from comity.cli.match_replay import replay
from comity.cli.match_report import report
from comity.cli.match_status import status
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table
from comity.terms.purpose import PURPOSES


@click.group()
def command() -> None:
    """Confirm or reject a candidate, with reasons; see hits; measure the matcher."""


reason_option = click.option(
    "--reason", required=True, help="In your own words; sealed in the log."
)


@command.command()
@click.argument("match_id")
@reason_option
@officer_option
@home_option
@json_option
def confirm(match_id: str, *, reason: str, officer_id: str, home: Path, as_json: bool) -> None:
    """Confirm that MATCH_ID is this person. A possible match needs a second officer."""
    with opened(home) as node:
        done = match.confirm(node, officer.find(node, officer_id), match_id, reason=reason)
    value = {
        "match": match_id,
        "state": done.state,
        "entry": done.entry,
        "message": done.message,
        "withheld": done.withheld.as_dict() if done.withheld else None,
    }
    told = "; the issuer is being told" if done.message else ""
    if done.withheld:
        told = f"; the law keeps its issuer untold: {done.withheld.why} ({done.withheld.cite})"
    emit(value, f"{match_id}: {done.state}{told}", as_json=as_json)


@command.command()
@click.argument("match_id")
@reason_option
@officer_option
@home_option
@json_option
def reject(match_id: str, *, reason: str, officer_id: str, home: Path, as_json: bool) -> None:
    """Find that MATCH_ID is someone else; remembered, so that nobody is stopped twice."""
    with opened(home) as node:
        done = match.reject(node, officer.find(node, officer_id), match_id, reason=reason)
    value = {"match": match_id, "state": done.state, "entry": done.entry}
    emit(value, f"{match_id}: {done.state}", as_json=as_json)


@command.command()
@click.argument("match_id")
@officer_option
@home_option
@json_option
def show(match_id: str, *, officer_id: str, home: Path, as_json: bool) -> None:
    """Compare MATCH_ID with its alert, as this officer may see it; the log records it."""
    with opened(home) as node:
        one = opinion.compare(node, officer.find(node, officer_id), match_id)
    rows = [(c.attribute, c.theirs, c.ours, c.verdict) for c in one.compared]
    words = "\n".join(
        (
            f"{one.match}: {one.state}, for {one.purpose}, {one.reference}; {one.alert}",
            table(("attribute", "at the border", "in the alert", ""), rows),
            f"{one.rule}: {one.article}",
        )
    )
    emit(one.as_dict(), words, as_json=as_json)


@command.command("list")
@click.option("--state", default="", help="candidate, second-opinion, confirmed or rejected.")
@click.option("--limit", default=20, show_default=True)
@home_option
@json_option
def show_all(*, state: str, limit: int, home: Path, as_json: bool) -> None:
    """List the newest matches; no content."""
    with opened(home) as node:
        found = match.matches(node, state=state, limit=limit)
    rows = [
        {
            "match": one.match,
            "alert": one.alert,
            "state": one.state,
            "purpose": one.purpose,
            "since": one.created_at.isoformat(timespec="minutes"),
        }
        for one in found
    ]
    words = table(list(rows[0]), [list(r.values()) for r in rows]) if rows else "none"
    emit(rows, words, as_json=as_json)


@command.command()
@home_option
@json_option
def hits(*, home: Path, as_json: bool) -> None:
    """List hits on this country's alerts, as peers have told us."""
    with opened(home) as node:
        found = match.hits(node)
    rows = [{"alert": h.alert, "peer": h.peer, "at": h.at.isoformat(), **h.detail} for h in found]
    shown = [(r["alert"], r["peer"], r["at"], r["purpose"]) for r in rows]
    emit(rows, table(("alert", "peer", "told at", "purpose"), shown) if rows else "none",
         as_json=as_json)  # fmt: skip


@command.command()
@click.option(
    "--alert", "alerts", multiple=True, required=True, help="A changed alert; repeatable."
)
@click.option(
    "--days", default=7, show_default=True, help="Those checked in the last so many days."
)
@click.option("--after", default=-1, help="Go on behind the question of this log entry.")
@click.option("--purpose", type=click.Choice(list(PURPOSES)), default="border-check",
              show_default=True)  # fmt: skip
@officer_option
@home_option
@json_option
def rescreen(
    *,
    alerts: tuple[str, ...],
    days: int,
    after: int,
    purpose: str,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Check again those of the last days whom changed alerts may mean; exit status 1 on a match."""
    rows: list[dict[str, Any]] = []
    hidden = as_json or not sys.stderr.isatty()
    with opened(home) as node:
        inquiry = Inquiry(officer=officer.find(node, officer_id), purpose=purpose)
        with click.progressbar(length=0, label="checked again", file=sys.stderr,
                               hidden=hidden) as bar:  # fmt: skip
            again = screening.rescreen(
                node, inquiry, alerts, days=days, after=after, progress=bar.update
            )
            rows.extend({"earlier": entry, **answer.as_dict()} for entry, answer in again)
    shown = [(r["earlier"], r["reference"], r["state"]) for r in rows]
    words = table(("earlier entry", "reference", "outcome"), shown) if rows else "nobody is meant"
    emit(rows, words, as_json=as_json)
    matched = any(row["state"] == "match" for row in rows)
    click.get_current_context().exit(1 if matched else 0)


command.add_command(evaluate)
command.add_command(report)
command.add_command(status)
command.add_command(replay)
command.add_command(objects)
