"""``comity audit``: the log, its verification, and evidence files."""

from __future__ import annotations

from pathlib import Path

import click

from comity.bureau import audit, officer
from comity.bureau.opened import take_evidence
from comity.cli.files import entry_number, row_count, write_whole
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table


@click.group()
def command() -> None:
    """Read and verify the tamper-evident log; write evidence that anyone checks offline."""


@command.command()
@click.option("--before", type=entry_number, help="Entries before this number.")
@click.option("--limit", default=20, type=row_count, show_default=True)
@home_option
@json_option
def log(*, before: int | None, limit: int, home: Path, as_json: bool) -> None:
    """List the newest entries: no personal data stands in them."""
    with opened(home) as node:
        lines = audit.log(node, before=before, limit=limit)
    rows = [
        {
            "entry": one.seq,
            "minute": one.minute.isoformat(),
            "kind": one.kind,
            "sealed": one.sealed,
            "public": one.public,
        }
        for one in lines
    ]
    words = table(
        ("entry", "minute", "kind", "sealed part"),
        [(r["entry"], r["minute"], r["kind"], "yes" if r["sealed"] else "no") for r in rows],
    )
    emit(rows, words, as_json=as_json)


@command.command()
@home_option
@json_option
def verify(*, home: Path, as_json: bool) -> None:
    """Verify the whole log from nothing, and every row of state that names an entry."""
    with opened(home) as node:
        size = audit.verify(node)
        state = audit.state(node)
    value = {"entries": size, "origin": state.origin, "key": state.key, "cosigned": state.cosigned}
    words = f"the log of {state.origin} holds: {size} entries, {state.cosigned} of them witnessed"
    emit(value, words, as_json=as_json)


@command.command()
@click.option(
    "--entry", "entries", type=entry_number, multiple=True, help="An entry's number; repeatable."
)
@click.option(
    "--check", type=entry_number, help="The entry of a check's answer: takes the question too."
)
@click.option("--open", "opened_parts", is_flag=True, help="Disclose the personal parts too.")
@click.option("--purpose", default="", help="With --open: why, in words; sealed in the log.")
@officer_option
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="Where to write.")
@home_option
@json_option
def evidence(
    *,
    entries: tuple[int, ...],
    check: int | None,
    opened_parts: bool,
    purpose: str,
    officer_id: str,
    out: Path,
    home: Path,
    as_json: bool,
) -> None:
    """Write the evidence of entries into one file, for `comity verify` or the single-file tool."""
    with opened(home) as node:
        wanted = [*entries, *(audit.entries_of(node, check) if check is not None else [])]
        if opened_parts:
            who = officer.find(node, officer_id)
            data = take_evidence(node, who, wanted, purpose=purpose)
        else:
            data = audit.evidence(node, wanted)
        key = audit.state(node).key
    write_whole(out, data)
    value = {"file": str(out), "bytes": len(data), "log": key}
    words = f"{out}: {len(data)} bytes; compare the log's key with paper: {key}"
    emit(value, words, as_json=as_json)
