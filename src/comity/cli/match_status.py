"""``comity match status``: size, memory, build time, generation and freshness of the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.cli.opening import home_option, opened
from comity.cli.output import emit, json_option, table


@click.command("status")
@home_option
@json_option
def status(*, home: Path, as_json: bool) -> None:
    """Say what the index of this node is like: size, memory, start, changes, freshness.

    The index is read from its snapshot or built for it, as at a start of the node.
    """
    from comity.bureau.index_status import index_status  # noqa: PLC0415 - numpy where needed

    with opened(home) as node:
        found = index_status(node)
    emit(found, lambda: table(("what", "now"), _rows(found)), as_json=as_json)


def _rows(found: dict[str, Any]) -> Iterator[tuple[str, object]]:
    yield "people", f"{found['people']:,}"
    yield "documents and objects", f"{found['objects']:,}"
    yield "memory of the index", f"{found['memory_bytes'] / 1e6:.1f} MB"
    since = found["generation"]
    yield (
        "generation",
        f"{since['base']:,} + {since['added']:,} added, {since['removed']:,} removed",
    )
    yield "started from", f"{found['start']['from']} in {found['start']['seconds']} s"
    kept = found["snapshot"]
    yield "snapshot", f"{kept['age_seconds']} s old, {kept['bytes']:,} bytes" if kept else "none"
    yield "last change of an alert", found["changed_at"] or "none yet"
    for copy in found["copies"]:
        yield f"copy of {copy['peer']} ({copy['agreement']})", f"complete at {copy['complete_at']}"
    yield "compiled", "yes" if found["compiled"] else "no (a short list needs no compiling)"
    yield "version", found["version"]
