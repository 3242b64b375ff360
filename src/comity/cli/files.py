"""Files that a command reads or writes whole: bounded, and each error in one line."""

from __future__ import annotations

from pathlib import Path

import click

from comity.errors import Malformed, NotFound

SMALL = 64 * 1024
"""Cards, signatures and lists of keys: no true one comes near."""

entry_number = click.IntRange(0, 2**53 - 1)
"""The number of a log's entry."""

row_count = click.IntRange(1, 100_000)
"""How many rows to list."""


def read_small(file: Path) -> bytes:
    """Read at most 64 kB; Malformed for more, NotFound where it cannot be read."""
    try:
        with file.open("rb") as stream:
            data = stream.read(SMALL + 1)
    except OSError as error:
        raise NotFound("file-unreadable", _said(error), where=str(file)) from None
    if len(data) > SMALL:
        raise Malformed("file-large", "the file is larger than 64 kB", where=str(file))
    return data


def write_whole(file: Path, data: bytes) -> None:
    """Write ``data``; NotFound where that cannot be."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise NotFound("file-unwritable", _said(error), where=str(file)) from None


def _said(error: OSError) -> str:
    return str(error.strerror).lower()
