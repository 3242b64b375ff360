"""``comity screen``: check a manifest of any size into a file, resumable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from comity.bureau import officer, screening, workers
from comity.bureau.node import Node
from comity.bureau.question import Inquiry
from comity.bureau.travellers import Answering
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
@click.option("--ray", "count", type=click.IntRange(1, 256), metavar="N",
              help="In N workers on Ray (comity[ray]): the same answers.")  # fmt: skip
@officer_option
@home_option
@json_option
def command(
    manifest: Path,
    *,
    out: Path,
    purpose: str,
    reference: str,
    count: int | None,
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
        with _answering(node, inquiry, reference, count) as answering:
            for one in screening.screen(
                node,
                inquiry,
                manifest,
                out,
                reference=reference,
                progress=told,
                answering=answering,
            ):
                tally[screening.plain(one)["state"]] += 1
    value = {"out": str(out), "new": sum(tally.values()), "counts": {s: tally[s] for s in STATES}}
    counts = ", ".join(f"{tally[s]} {s}" for s in STATES if tally[s]) or "nothing left to do"
    emit(value, f"{out}: {counts}", as_json=as_json)
    click.get_current_context().exit(1 if tally["match"] or tally["refused"] else 0)


@contextmanager
def _answering(
    node: Node, inquiry: Inquiry, reference: str, count: int | None
) -> Iterator[Answering | None]:
    if count is None:
        yield None
        return
    with workers.workers(node, inquiry, reference, count) as answering:
        yield answering
