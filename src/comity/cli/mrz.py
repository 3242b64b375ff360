"""``comity mrz``: read a machine-readable zone."""

from __future__ import annotations

import dataclasses
import datetime
import sys

import click

from comity.cli.output import emit, json_option, table
from comity.documents.mrz import read_mrz
from comity.documents.repair import propose
from comity.errors import Malformed

ZONE_CHARS_MAX = 1000


@click.command()
@click.argument("lines", nargs=-1)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the century is inferred."
)
@json_option
def command(lines: tuple[str, ...], *, on: datetime.datetime | None, as_json: bool) -> None:
    """Read a machine-readable zone from LINES (or standard input), and check its digits.

    What was read and what is inferred stay apart; repairs of misread characters are offered as
    candidates, never applied. Exit status 1 where a check digit does not hold.
    """
    text = "\n".join(lines) if lines else sys.stdin.read(ZONE_CHARS_MAX + 1)
    if len(text) > ZONE_CHARS_MAX:
        raise Malformed("mrz-long", "longer than any machine-readable zone")
    day = on.date() if on else datetime.datetime.now(datetime.UTC).date()
    try:
        reading = read_mrz(text, on=day)
    except Malformed:
        reading = None
    if reading is None or not reading.holds:
        proposals = [dataclasses.asdict(one) for one in propose(text)]
    else:
        proposals = []
    if reading is None and not proposals:
        read_mrz(text, on=day)
    value: dict[str, object] = {
        "read": None if reading is None else dataclasses.asdict(reading.read),
        "inferred": None if reading is None else dataclasses.asdict(reading.inferred),
        "checks": [] if reading is None else [dataclasses.asdict(c) for c in reading.checks],
        "notes": [] if reading is None else list(reading.notes),
        "holds": reading is not None and reading.holds,
        "proposals": proposals,
    }
    emit(_plain(value), lambda: _words(value), as_json=as_json)
    click.get_current_context().exit(0 if value["holds"] else 1)


def _words(value: dict[str, object]) -> str:
    read = value["read"]
    lines = []
    if isinstance(read, dict):
        lines.append(table(("field", "read"), [(k, v) for k, v in read.items() if v]))
    checks = value["checks"]
    if isinstance(checks, list) and checks:
        rows = [
            (c["field"], c["expected"], c["found"], "holds" if c["holds"] else "DOES NOT HOLD")
            for c in checks
        ]
        lines += ["", table(("check digit of", "expected", "found", ""), rows)]
    proposals = value["proposals"]
    if isinstance(proposals, list) and proposals:
        lines += ["", "possible readings, for a person to choose from:"]
        lines += [f"  {'  '.join(one['lines'])}" for one in proposals[:5]]
    return "\n".join(lines)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
