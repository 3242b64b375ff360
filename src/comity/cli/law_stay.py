"""``comity law stay``: count days of stay against the limits of a law pack."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from comity.bureau.law import load_pack, parse_day
from comity.bureau.stay import count_table
from comity.bureau.texts import read_text
from comity.cli.files import write_whole
from comity.cli.law_facts import read_facts
from comity.cli.output import emit, json_option


@click.command()
@click.option("--pack", "pack_name", required=True, help="A law pack: its name, or its folder.")
@click.option("--on", "on_text", required=True, metavar="DATE", help="YYYY-MM-DD.")
@click.option(
    "--svg",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the window as a picture.",
)
@json_option
@click.argument("table", metavar="STAYS.csv")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
def stay(
    *,
    pack_name: str,
    on_text: str,
    picture: Path | None,
    as_json: bool,
    table: str,
    facts: tuple[str, ...],
) -> None:
    """Count days used and left, the last lawful day, and both readings of an overstay.

    STAYS.csv has the columns entry,exit and, where known, title,state,evidence; an empty exit is
    unknown and makes each figure a range. `-` reads standard input.
    """
    text = sys.stdin.read(2_000_000) if table == "-" else read_text(Path(table))
    report = count_table(load_pack(pack_name), text, parse_day(on_text), read_facts(facts))
    if picture is not None:
        write_whole(picture, report.picture().encode())
    emit(report.record(), report.words, as_json=as_json)
