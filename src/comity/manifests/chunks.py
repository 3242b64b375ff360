"""Lines of bounded length from a stream of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

CHUNK_BYTES = 65_536

LINE_BYTES_MAX = 8_192
"""A longer line is refused unread: a traveller takes some hundred bytes."""


def read_chunks(stream: BinaryIO, head: bytes = b"") -> Iterator[bytes]:
    """Yield ``head``, then the rest of the stream in pieces."""
    if head:
        yield head
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def split_lines(chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number from 1, line without its end); None in place of a line that is too long."""
    number, rest, too_long = 0, b"", False
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            number += 1
            yield number, None if too_long or len(line) > LINE_BYTES_MAX else line.rstrip(b"\r")
            too_long = False
        if len(rest) > LINE_BYTES_MAX:
            rest, too_long = b"", True
    if rest or too_long:
        yield number + 1, None if too_long else rest.rstrip(b"\r")
