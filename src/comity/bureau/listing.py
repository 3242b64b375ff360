"""A file of alerts, one JSON object a line, taken in by all processors for an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from comity.match import evaluate
from comity.match.intake import Intake

SHARE_BYTES = 4 << 20
"""A share of a file that is worth another process, which takes about a second to start."""
READ_MAX = 4 * evaluate.LINE_BYTES_MAX + 4
"""So much of a line is too long in any characters."""


@dataclass(frozen=True, slots=True)
class Share:
    """The lines of a file that begin in bytes first to last; ``line`` numbers the first."""

    path: Path
    first: int
    last: int
    line: int


def take(path: Path, ignored: Counter[str], *, processes: int) -> Intake:
    """Take in every line; the same, to the bit, in one process and in several.

    ``ignored`` counts what was left out (see evaluate.read_alerts); a bad line is Malformed.
    """
    if not path.is_file():  # a pipe has no size and is read once
        return Intake.of(evaluate.read_alerts(lines(path), ignored))
    parts = shares(path, min(processes, path.stat().st_size // SHARE_BYTES))
    if len(parts) == 1:
        intake, left_out = take_share(parts[0])
        ignored.update(left_out)
        return intake
    # A new process, not a copy of this one: the kernels' threads do not survive a fork.
    with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as pool:
        whole = Intake()
        for intake, left_out in pool.map(take_share, parts):
            whole.join(intake)
            ignored.update(left_out)
    return whole


def shares(path: Path, count: int) -> list[Share]:
    """Part a file at ends of lines into at most ``count`` shares of about the same size."""
    size, found = path.stat().st_size, []
    first, line = 0, 1
    with path.open("rb") as file:
        for at in range(1, max(count, 1) + 1):
            last = size
            if at < count:
                file.seek(max(size * at // count, first))
                file.readline()
                last = file.tell()
            found.append(Share(path, first, last, line))
            if last >= size:
                break
            file.seek(first)
            line += file.read(last - first).count(b"\n")
            first = last
    return found


def take_share(share: Share) -> tuple[Intake, Counter[str]]:
    """Take in the lines of a share; gives what was left out besides."""
    ignored: Counter[str] = Counter()
    read = lines(share.path, share.first, share.last)
    return Intake.of(evaluate.read_alerts(read, ignored, first=share.line)), ignored


def lines(path: Path, first: int = 0, last: int | None = None) -> Iterator[str]:
    """Give the lines that begin in bytes first to last; of an endless line only its beginning."""
    with path.open("rb") as file:
        if first:
            file.seek(first)
        while last is None or first < last:
            raw = file.readline(READ_MAX)
            if not raw:
                return
            first += len(raw)
            yield raw.decode("utf-8", "replace")
