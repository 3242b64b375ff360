"""The two forms of every answer: words for people, one JSON object with ``--json``.

Exit status: 0 done; 1 done, and the answer is no (a proof fails, a match is found where none was
wanted, a row was refused); 2 the command line is wrong; 3 malformed input; 4 not permitted;
5 not found; 6 conflict; 7 unavailable; 8 a signature or proof does not hold; 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from comity import errors

STATUS: dict[type[errors.ComityError], int] = {
    errors.Malformed: 3,
    errors.NotPermitted: 4,
    errors.NotFound: 5,
    errors.Conflict: 6,
    errors.Unavailable: 7,
    errors.Unverified: 8,
}

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def emit(value: Any, words: str | Callable[[], str], *, as_json: bool) -> None:
    """Print ``value`` as JSON, or the words made for people."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(words() if callable(words) else words)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay out rows in columns for a terminal; the last column is not padded."""
    lines = [tuple(head), *(tuple(str(cell) for cell in row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    shown = []
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        shown.append("  ".join(cells).rstrip())
    shown.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(shown)


def report(error: errors.ComityError, *, as_json: bool) -> int:
    """Print one line about ``error`` to standard error (or JSON to standard output)."""
    if as_json:
        click.echo(json.dumps({"error": error.as_dict()}, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(f"comity: {error}", err=True)
    return STATUS.get(type(error), 1)


def report_usage(error: click.ClickException, *, as_json: bool) -> int:
    """Print what is wrong with the command line, as any error: code "usage", exit status 2."""
    said = " ".join(error.format_message().split()).rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    known = errors.Malformed(
        "usage",
        said[:1].lower() + said[1:],
        hint=f"`{context.command_path if context else 'comity'} --help` explains it",
    )
    report(known, as_json=as_json)
    return error.exit_code


def wants_json() -> bool:
    """Say whether this command line asked for JSON, also where parsing it failed."""
    return "--json" in sys.argv[1:]
