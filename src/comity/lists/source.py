"""Foreign bytes as lines or chunks, each bounded, without ever holding the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

CHUNK = 1 << 18
HEAD = 1 << 12
LINE_BYTES_MAX = 4 << 20
"""A longer line is no entry: the largest published one has under 1 MiB."""


class Line(NamedTuple):
    """One line without its end. ``ended``: it had one. ``long``: its content was dropped."""

    number: int
    data: bytes
    ended: bool
    long: bool


class Source:
    """A stream of bytes whose first ``HEAD`` bytes can be looked at before it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._head = b""

    def head(self) -> bytes:
        """Look at the first bytes; reading still starts with them."""
        while len(self._head) < HEAD:
            more = self._stream.read(HEAD - len(self._head))
            if not more:
                break
            self._head += more
        return self._head

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """Yield all bytes in pieces of at most ``size`` or ``HEAD`` bytes."""
        if self._head:
            yield self._head
        while more := self._stream.read(size):
            yield more

    def lines(self) -> Iterator[Line]:
        r"""Yield lines split at ``\n``, a trailing ``\r`` removed, numbered from 1."""
        number, rest, long = 1, b"", False
        for chunk in self.chunks():
            first, *others = chunk.split(b"\n")
            if not others:
                rest, long = _grow(rest, first, long=long)
                continue
            rest, long = _grow(rest, first, long=long)
            yield Line(number, rest.removesuffix(b"\r"), ended=True, long=long)
            for data in others[:-1]:
                number += 1
                yield Line(number, data.removesuffix(b"\r"), ended=True, long=False)
            number += 1
            rest, long = others[-1], False
        if rest or long:
            yield Line(number, rest, ended=False, long=long)


def _grow(rest: bytes, more: bytes, *, long: bool) -> tuple[bytes, bool]:
    if long or len(rest) + len(more) > LINE_BYTES_MAX:
        return b"", True
    return (rest + more if rest else more), False
