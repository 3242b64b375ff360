"""``comity match eval``: measure the matcher on files; no node is needed."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from comity.cli.output import emit, json_option, table

PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("eval")
@click.option("--alerts", type=PATH, required=True, help="Alerts, one JSON object a line.")
@click.option("--threads", type=click.IntRange(1, 64), help="Default: as many as processors.")
@click.option("--limit", type=click.IntRange(10, 100), default=10, help="Candidates kept.")
@click.argument("queries", type=PATH)
@json_option
def evaluate(
    alerts: Path, queries: Path, *, threads: int | None, limit: int, as_json: bool
) -> None:
    """Search for every line of QUERIES in ALERTS: recall, candidates, speed, memory, misses.

    candidates_per_query: people compared for those expected null; shown_per_query: of them in a
    band at the default thresholds. memory_mb: the index's arrays. The first search, which
    compiles, is not timed. What no identity can hold (a date in no calendar, the rest of a name
    of more than 400 characters) is left out and counted on standard error.
    """
    from comity.bureau import listing  # noqa: PLC0415 - numpy only where needed
    from comity.match import evaluate as measured  # noqa: PLC0415
    from comity.match.candidate import Bands  # noqa: PLC0415
    from comity.match.index import Index  # noqa: PLC0415

    Index.warm()
    ignored: Counter[str] = Counter()
    start = time.perf_counter()
    index = Index.built(listing.take(alerts, ignored, processes=os.cpu_count() or 1))
    built = time.perf_counter() - start
    asked = list(measured.read_queries(listing.lines(queries), ignored))
    for what, number in (+ignored).items():
        click.echo(f"ignored: {number} {what}", err=True)
    identities = [q.identity for q in asked]
    start = time.perf_counter()
    ranking = index.rank(identities, limit=limit, threads=threads or os.cpu_count() or 1)
    took = time.perf_counter() - start
    result: dict[str, Any] = measured.summary(
        asked, measured.outcome(index, asked, ranking, Bands())
    )
    result["searches_per_second"] = round(len(asked) / max(took, 1e-9), 1)
    result["build_seconds"] = round(built, 3)
    result["memory_mb"] = round(int(index.status()["bytes"]) / 1e6, 1)
    emit(result, lambda: _words(result, len(index), len(asked)), as_json=as_json)


def _words(result: dict[str, Any], alerts: int, queries: int) -> str:
    rows = [(key, value) for key, value in result.items() if key != "misses"]
    rows += [("alerts", alerts), ("queries", queries), ("missed", len(result["misses"]))]
    return table(("measure", "value"), rows)
