"""``comity match replay``: compute past comparisons again, bit for bit."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from comity.bureau import officer
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option, table


@click.command("replay")
@click.argument("match_ids", nargs=-1, metavar="[MATCH_ID]...")
@click.option("--all", "everything", is_flag=True, help="Every match whose content is kept.")
@officer_option
@home_option
@json_option
def replay(
    match_ids: tuple[str, ...], *, everything: bool, officer_id: str, home: Path, as_json: bool
) -> None:
    """Compute past comparisons again from what was kept: are words and weights the same?

    Where another version of the matcher answered then, it is named and nothing is computed.
    Exit status 1 where one comes out otherwise.
    """
    from comity.bureau.replay import replay as replayed  # noqa: PLC0415 - numpy where needed

    if bool(match_ids) == everything:
        raise click.UsageError("name matches, or --all")
    hidden = as_json or not sys.stderr.isatty()
    with opened(home) as node:
        who = officer.find(node, officer_id)
        with click.progressbar(length=0, label="replayed", file=sys.stderr, hidden=hidden) as bar:
            found = list(replayed(node, who, match_ids, progress=bar.update))
    counts = Counter(one.outcome for one in found)
    told = found if match_ids else [one for one in found if one.outcome != "same"]
    value = {"counts": dict(counts), "matches": [one.as_dict() for one in told]}
    rows = [(one.match, one.outcome, one.matcher, ", ".join(one.differs)) for one in told]
    words = "\n".join(f"{outcome}: {number}" for outcome, number in sorted(counts.items()))
    listed = table(("match", "outcome", "matcher then", "what differs"), rows) if rows else ""
    emit(value, "\n\n".join(filter(None, (words or "none kept", listed))), as_json=as_json)
    click.get_current_context().exit(1 if counts["differs"] else 0)
