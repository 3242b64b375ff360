"""How far a long reading has come: a stream that tells how many bytes were taken from it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

Progress = Callable[[int], None]
"""Told how many bytes have been read since the last call."""


def unwatched(_count: int) -> None:
    """Tell nobody."""


def told(stream: BinaryIO, progress: Progress) -> BinaryIO:
    """Give ``stream``, telling ``progress`` of each piece that is read from it."""
    return io.BufferedReader(_Told(stream, progress), 1 << 16)


class _Told(io.RawIOBase):
    def __init__(self, stream: BinaryIO, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._progress(len(chunk))
        return len(chunk)
