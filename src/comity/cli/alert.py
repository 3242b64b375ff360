"""``comity alert``: issue, extend, withdraw and show one alert."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import click

from comity.bureau import alert, officer
from comity.bureau.opened import read_alert
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table
from comity.errors import Malformed, NotFound
from comity.proof.canonical import parse_json

DRAFT_BYTES_MAX = 64_000


@click.group()
def command() -> None:
    """Issue, extend and withdraw alerts of this country."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@officer_option
@home_option
@json_option
def issue(file: Path, *, officer_id: str, home: Path, as_json: bool) -> None:
    """Issue the alerts drafted in FILE (JSON lines, one draft each): all of them or none."""
    with opened(home) as node:
        who = officer.find(node, officer_id)
        alerts = []
        for number, draft in drafts(file):
            try:
                alerts.append(alert.draft(node, draft))
            except Malformed as error:
                error.where = f"{file.name} line {number} {error.where}".rstrip()
                raise
        issued = alert.issue(node, who, alerts)
    value = {
        "issued": [{"alert": one.alert.id, "entry": one.entry} for one in issued],
        "offered": issued[0].offered if issued else 0,
    }
    words = f"{len(issued)} alerts issued, {value['offered']} rows offered to parties"
    emit(value, words, as_json=as_json)


def drafts(file: Path) -> list[tuple[int, Any]]:
    """Read a file of drafts: (line, JSON value) each; Malformed names the line."""
    found = []
    try:
        with file.open("rb") as stream:
            # A line beyond the limit is read no further: parse_json refuses it by its length.
            number = 0
            while line := stream.readline(DRAFT_BYTES_MAX + 2):
                number += 1
                if line.strip():
                    found.append((number, _draft(file, number, line)))
    except OSError as error:
        raise NotFound("file-unreadable", str(error.strerror).lower(), where=str(file)) from None
    if not found:
        raise Malformed("drafts-none", "no draft of an alert in this file", where=file.name)
    return found


def _draft(file: Path, number: int, line: bytes) -> Any:
    try:
        return parse_json(line, limit=DRAFT_BYTES_MAX)
    except Malformed as error:
        error.where = f"{file.name} line {number}"
        raise


@command.command()
@click.argument("alert_id")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--assessment", required=True, help="The individual assessment, in words.")
@officer_option
@home_option
@json_option
def extend(
    alert_id: str,
    *,
    until: datetime.datetime,
    assessment: str,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Extend ALERT_ID after an individual assessment, which is recorded."""
    with opened(home) as node:
        who = officer.find(node, officer_id)
        done = alert.extend(node, who, alert_id, until=until.date(), assessment=assessment)
    value = {"alert": alert_id, "version": done.alert.version, "expires": str(done.alert.expires)}
    emit(value, f"{alert_id} stands until {done.alert.expires}", as_json=as_json)


@command.command()
@click.argument("alert_id")
@click.option("--event", required=True, help="The event that ends it, such as decision-withdrawn.")
@click.option("--reason", required=True, help="In words; sealed in the log.")
@officer_option
@home_option
@json_option
def withdraw(
    alert_id: str, *, event: str, reason: str, officer_id: str, home: Path, as_json: bool
) -> None:
    """Withdraw ALERT_ID: erased here at once, and at every holder, who must acknowledge."""
    with opened(home) as node:
        who = officer.find(node, officer_id)
        done = alert.withdraw(node, who, alert_id, event=event, reason=reason)
    value = {"alert": alert_id, "entry": done.entry, "told": list(done.told)}
    told = ", ".join(done.told) or "nobody held it"
    emit(value, f"{alert_id} is withdrawn; must acknowledge: {told}", as_json=as_json)


@command.command()
@click.argument("alert_id")
@click.option("--purpose", required=True, help="Why you open it, in words; sealed in the log.")
@officer_option
@home_option
@json_option
def show(alert_id: str, *, purpose: str, officer_id: str, home: Path, as_json: bool) -> None:
    """Show one alert of this country and who holds a copy; the log records who opened it."""
    with opened(home) as node:
        who = officer.find(node, officer_id)
        held = read_alert(node, who, alert_id, purpose=purpose)
        value = {
            **held.alert.as_dict(),
            "state": held.state,
            "received_from": held.received_from,
            "copies": alert.copies(node, alert_id),
        }
    emit(value, json.dumps(value, ensure_ascii=False, indent=2), as_json=as_json)


@command.command()
@click.argument("alert_id")
@home_option
@json_option
def holders(alert_id: str, *, home: Path, as_json: bool) -> None:
    """Say who was last offered ALERT_ID or its withdrawal, and who has acknowledged it."""
    with opened(home) as node:
        rows = alert.copies(node, alert_id)
    head = ("peer", "agreement", "op", "version", "acknowledge by", "acknowledged at")
    words = table(head, [list(row.values()) for row in rows]) if rows else "nobody"
    emit(rows, words, as_json=as_json)
