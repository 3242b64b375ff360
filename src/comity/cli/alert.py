"""``comity alert``: issue, extend, restrict, withdraw and show one alert."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import click

from comity.bureau import alert, officer, overview, restriction
from comity.bureau.opened import read_alert
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table
from comity.errors import Malformed, NotFound
from comity.proof.canonical import parse_json
from comity.terms.restriction import RESTRICTIONS

DRAFT_BYTES_MAX = 64_000


@click.group()
def command() -> None:
    """Issue, extend, restrict and withdraw alerts of this country; restrict copies of others'."""


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
    kept = issued[0].withheld if issued else ()
    value = {
        "issued": [{"alert": one.alert.id, "entry": one.entry} for one in issued],
        "offered": issued[0].offered if issued else 0,
        "withheld": [ruling.as_dict() for ruling in kept],
    }
    words = f"{len(issued)} alerts issued, {value['offered']} rows offered to parties"
    shut = [f"\n{k.state}: {k.category} kept from {k.peer}: {k.why} ({k.cite})" for k in kept]
    emit(value, words + "".join(shut), as_json=as_json)


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
            "copies": overview.copies(node, alert_id),
        }
    emit(value, json.dumps(value, ensure_ascii=False, indent=2), as_json=as_json)


@command.command()
@click.argument("alert_id")
@home_option
@json_option
def holders(alert_id: str, *, home: Path, as_json: bool) -> None:
    """Say who was last offered ALERT_ID or its withdrawal, and who has acknowledged it."""
    with opened(home) as node:
        rows = overview.copies(node, alert_id)
    head = ("peer", "agreement", "op", "version", "acknowledge by", "acknowledged at")
    words = table(head, [list(row.values()) for row in rows]) if rows else "nobody"
    emit(rows, words, as_json=as_json)


ground_argument = click.argument("ground", type=click.Choice(list(RESTRICTIONS)))
reason_option = click.option(
    "--reason", required=True, help="In your own words; sealed in the log."
)
quiet_option = click.option(
    "--quiet", is_flag=True, help="On a copy: do not tell the issuer, from whom the person fled."
)


@command.command()
@click.argument("alert_id")
@ground_argument
@reason_option
@quiet_option
@officer_option
@home_option
@json_option
def restrict(
    alert_id: str,
    *,
    ground: str,
    reason: str,
    quiet: bool,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Stop the use of ALERT_ID while it stands, on GROUND.

    An own alert: here at once, and at every holder. A copy: at this node at once; the issuer is
    told, except of a possible victim.
    """
    with opened(home) as node:
        who = officer.find(node, officer_id)
        done = restriction.restrict(node, who, alert_id, ground=ground, reason=reason, quiet=quiet)
    told = "; the issuer is being told" if done.message else ""
    emit(_change(done), f"{alert_id} is restricted: {ground}{told}", as_json=as_json)


@command.command()
@click.argument("alert_id")
@ground_argument
@reason_option
@quiet_option
@officer_option
@home_option
@json_option
def lift(
    alert_id: str,
    *,
    ground: str,
    reason: str,
    quiet: bool,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Lift the restriction of ALERT_ID on GROUND: it may be used again."""
    with opened(home) as node:
        who = officer.find(node, officer_id)
        done = restriction.lift(node, who, alert_id, ground=ground, reason=reason, quiet=quiet)
    told = "; the issuer is being told" if done.message else ""
    emit(_change(done), f"{alert_id} is no longer restricted: {ground}{told}", as_json=as_json)


@command.command()
@click.argument("alert_id", default="")
@home_option
@json_option
def restrictions(alert_id: str, *, home: Path, as_json: bool) -> None:
    """List what restricts ALERT_ID, or all alerts: set by us, or by holders of ours."""
    with opened(home) as node:
        found = restriction.standing(node, alert_id)
    rows = [
        {"alert": r.alert, "ground": r.ground, "by": r.by, "since": r.since.isoformat()}
        for r in found
    ]
    words = table(list(rows[0]), [tuple(r.values()) for r in rows]) if rows else "none"
    emit(rows, words, as_json=as_json)


def _change(done: restriction.Done) -> dict[str, Any]:
    return {
        "alert": done.alert,
        "ground": done.ground,
        "version": done.version,
        "entry": done.entry,
        "message": done.message,
    }
