"""``comity match``: a person decides on a candidate; the issuer is told of a hit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.bureau import match, officer
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table


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
    value = {"match": match_id, "state": done.state, "entry": done.entry, "message": done.message}
    told = "; the issuer is being told" if done.message else ""
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


@command.command("list")
@click.option("--state", default="", help="candidate, second-opinion, confirmed or rejected.")
@click.option("--limit", default=20, show_default=True)
@home_option
@json_option
def show(*, state: str, limit: int, home: Path, as_json: bool) -> None:
    """List the newest matches."""
    with opened(home) as node:
        found = match.matches(node, state=state, limit=limit)
    rows: list[dict[str, Any]] = [
        {
            "match": one.id,
            "alert": one.alert,
            "state": one.state,
            "band": one.detail["candidate"]["band"],
            "reference": one.detail["reference"],
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
