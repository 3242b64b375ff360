"""``comity screen``: check a manifest of any size into a file, resumable."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from comity.bureau import officer, screening
from comity.bureau.question import Inquiry
from comity.cli.alerts import progress
from comity.cli.opening import home_option, officer_option, opened
from comity.cli.output import emit, json_option
from comity.terms.purpose import PURPOSES

STATES = ("match", "no-match", "not-permitted", "unavailable", "refused")


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path, dir_okay=False))
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="JSON lines.")
@click.option("--purpose", type=click.Choice(list(PURPOSES)), default="border-check",
              show_default=True)  # fmt: skip
@click.option("--reference", default="", help="Case or encounter, for rows that have none.")
@officer_option
@home_option
@json_option
def command(
    manifest: Path,
    *,
    out: Path,
    purpose: str,
    reference: str,
    officer_id: str,
    home: Path,
    as_json: bool,
) -> None:
    """Screen MANIFEST into a file, batch by batch; run it again to go on where it was broken off.

    Each traveller is a question of its own, decided and logged. Exit status 1 where there is a
    match or a row could not be read.
    """
    tally: Counter[str] = Counter()
    with opened(home) as node, progress(manifest, quiet=as_json) as told:
        inquiry = Inquiry(officer=officer.find(node, officer_id), purpose=purpose)
        for one in screening.screen(
            node, inquiry, manifest, out, reference=reference, progress=told
        ):
            tally[screening.plain(one)["state"]] += 1
    value = {"out": str(out), "new": sum(tally.values()), "counts": {s: tally[s] for s in STATES}}
    counts = ", ".join(f"{tally[s]} {s}" for s in STATES if tally[s]) or "nothing left to do"
    emit(value, f"{out}: {counts}", as_json=as_json)
    click.get_current_context().exit(1 if tally["match"] or tally["refused"] else 0)
