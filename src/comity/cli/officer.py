"""``comity officer``: register the officers of this node."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from comity.bureau import officer
from comity.cli.opening import home_option, opened
from comity.cli.output import emit, json_option, table
from comity.terms.authority import AUTHORITY_KINDS


@click.group()
def command() -> None:
    """Register officers: who may act here, for which authority, trained until when."""


@command.command()
@click.argument("officer_id")
@click.option("--name", required=True, help="The officer's name, for colleagues at this node.")
@click.option("--role", required=True, type=click.Choice(officer.ROLES))
@click.option("--authority", required=True, type=click.Choice(list(AUTHORITY_KINDS)))
@click.option(
    "--trained-until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day on which the training certificate holds (Reg (EU) 2018/1862 art. 14).",
)
@home_option
@json_option
def add(
    officer_id: str,
    *,
    name: str,
    role: str,
    authority: str,
    trained_until: datetime.datetime,
    home: Path,
    as_json: bool,
) -> None:
    """Register OFFICER_ID and print the sign-in code, this once."""
    with opened(home) as node:
        one = officer.Officer(officer_id, name, role, authority, trained_until.date())
        code = officer.register(node, one)
    words = f"{officer_id} is registered. Sign-in code, shown this once: {code}"
    emit({"officer": officer_id, "code": code}, words, as_json=as_json)


@command.command("list")
@home_option
@json_option
def show(*, home: Path, as_json: bool) -> None:
    """List the active officers."""
    with opened(home) as node:
        found = officer.officers(node)
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "role": one.role,
            "authority": one.authority,
            "trained_until": one.trained_until.isoformat(),
        }
        for one in found
    ]
    emit(rows, table(list(rows[0]), [list(r.values()) for r in rows]) if rows else "none",
         as_json=as_json)  # fmt: skip


@command.command()
@click.argument("officer_id")
@home_option
@json_option
def retire(officer_id: str, *, home: Path, as_json: bool) -> None:
    """End OFFICER_ID's access at once, sessions too."""
    with opened(home) as node:
        officer.retire(node, officer_id)
    emit({"officer": officer_id, "state": "retired"}, f"{officer_id} is retired", as_json=as_json)
