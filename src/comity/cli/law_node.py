"""``comity law sign``, ``trust``, ``gate`` and ``release``: a node's law on data that leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.bureau import alignment, lawbook, officer
from comity.bureau.release import release as release_one
from comity.bureau.release import report
from comity.cli.files import read_small, write_whole
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="Where to write.")
@home_option
@json_option
def sign(pack_name: str, *, out: Path, home: Path, as_json: bool) -> None:
    """Sign PACK as a law of this country; hand the file and the pack to the peers.

    From now on it is asked before anything leaves this node.
    """
    with opened(home) as node:
        signed = lawbook.sign(node, pack_name)
        alignment.align_all(node)
    write_whole(out, signed)
    emit({"signature": str(out)}, f"signed: {out}", as_json=as_json)


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("signature", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@home_option
@json_option
def trust(pack_name: str, signature: Path, *, home: Path, as_json: bool) -> None:
    """Enter PACK as the law of the joined country whose SIGNATURE it bears."""
    with opened(home) as node:
        declared = lawbook.trust(node, pack_name, read_small(signature))
        alignment.align_all(node)
    value = {"country": declared.country, "law": declared.law, "hash": declared.hash}
    words = f"{declared.law} is the law of {declared.country}, signed with its node's key"
    emit(value, words, as_json=as_json)


@click.command()
@click.option("--limit", default=100, show_default=True, help="Withheld items listed.")
@home_option
@json_option
def gate(*, limit: int, home: Path, as_json: bool) -> None:
    """Say what the law lets out today, to whom, and what it keeps back. Exit 1 where it does."""
    with opened(home) as node:
        value = report(node, limit)
    rows, items = value["rulings"], value["withheld"]
    shown = table(
        ("agreement", "to", "category", "law", "gate", "kept back", "why"),
        [
            (
                row["agreement"],
                row["peer"],
                row["category"],
                " ".join(row["giver"]) or "none declared",
                row["state"],
                row["withheld"],
                f"{row['why']} ({row['cite']})" if row["cite"] else row["why"],
            )
            for row in rows
        ],
    )
    lines = [f"{i['id']} {i['state']} {i['kind']} {i['subject']} to {i['peer']}" for i in items]
    lines += ways_out(rows)
    if not rows:
        shown = "no agreement is in force: nothing leaves"
    emit(value, "\n".join([shown, *lines]), as_json=as_json)
    shut = any(row["withheld"] for row in rows) or any(i["state"] == "withheld" for i in items)
    click.get_current_context().exit(1 if shut else 0)


def ways_out(rows: list[dict[str, Any]]) -> list[str]:
    """Say once how what is kept back may be let out, in the words of each clause."""
    ways = {
        f"way out by {way['cite']}: {way['text']}"
        + (f"; one of: {' / '.join(way['any'])}" if way["any"] else "")
        + (f"; all of: {' / '.join(way['all'])}" if way["all"] else "")
        for row in rows
        for finding in row["findings"]
        for way in finding["way_out"]
    }
    return sorted(ways)


@click.command()
@click.argument("withheld_id", metavar="ID")
@click.option("--established", multiple=True, metavar="TEXT", help="A condition of the way out.")
@click.option("--settle", multiple=True, metavar="KIND", help="A conflict settled for this case.")
@click.option("--reason", required=True, help="The assessment of this one case, in words.")
@officer_option
@home_option
@json_option
def release(
    withheld_id: str,
    *,
    established: tuple[str, ...],
    settle: tuple[str, ...],
    reason: str,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Let out one thing kept back (ID of `comity law gate`), by the way out the law names."""
    with opened(home) as node:
        who = officer.find(node, officer_id)
        done = release_one(
            node, who, withheld_id, conditions=established, settle=settle, reason=reason
        )
    value = {"released": done.id, "entry": done.entry, "to": done.ruling.peer}
    words = f"released to {done.ruling.peer}; recorded as entry {done.entry}"
    emit(value, words, as_json=as_json)
