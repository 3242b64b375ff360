"""Look documents and objects up by number, in an index as large as a union of states has.

    python bench/match_documents.py [--full | --quick] [--objects N] [--json]

A seeded generator makes the numbers: seven documents in ten, then plates, vehicles and serials.
The index is built in this process, written, and opened by another one from a memory map: that
one's start, memory and look-ups are shown. Rates are per core, in CPU time.
"""

from __future__ import annotations

import argparse
import json
import mmap
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from persons import resident

from comity.match.lookup import Numbers
from comity.match.objects import KINDS, ObjectIndex

FULL, USUAL, QUICK = 93_000_000, 10_000_000, 1_000_000
BLOCK = 1_000_000
ASKED = 20_000
SYMBOLS = "0123456789ACDEFHJKMNPRTUVWXY"
"""What is left of letters and digits once look-alikes are folded, in the order of the index."""
SHAPES = {"document": "AA9999999", "plate": "AAA999AA", "vehicle": "A" * 17, "serial": "A" * 12}
TURNS = ["document"] * 7 + ["plate", "vehicle", "serial"]
"""The kind of each block of numbers, over and over."""
ASKED_FOR = (
    ("look-ups of the number as it stands", ">= 50,000/s"),
    ("look-ups of a misread number", ">= 50,000/s"),
    ("look-ups of a number that is not there", "as of one that is"),
)


def main() -> None:
    """Build, write, and measure what another process makes of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help=f"{FULL:,} objects")
    options.add_argument("--quick", action="store_true", help=f"{QUICK:,} objects")
    options.add_argument("--objects", type=int)
    options.add_argument("--json", action="store_true")
    options.add_argument("--opened", help=argparse.SUPPRESS)
    asked = options.parse_args()
    count = asked.objects or (FULL if asked.full else QUICK if asked.quick else USUAL)
    if asked.opened:
        print(json.dumps(look_up(Path(asked.opened), count)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "objects"
        start = time.process_time()
        index = ObjectIndex.build_blocks(lambda: blocks(count), count)
        built = time.process_time() - start
        most = resident("VmHWM")
        with file.open("wb") as out:
            index.dump(out.write)
        del index
        words = [sys.executable, __file__, "--opened", str(file), "--objects", str(count)]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
        result = {
            "objects": count,
            "build_cpu_seconds": round(built, 1),
            "build_most_mb": most,
            "file_mb": round(file.stat().st_size / 1e6),
            **json.loads(done.stdout),
        }
    print(json.dumps(result)) if asked.json else show(result)


def blocks(count: int) -> Iterator[Numbers]:
    """Give the numbers in blocks, each of one kind; the same every time."""
    for first in range(0, count, BLOCK):
        yield block(first, min(BLOCK, count - first))


def block(first: int, size: int) -> Numbers:
    """Draw one block: letters and digits in the shape of the kind, as symbols 1..28."""
    kind = TURNS[first // BLOCK % len(TURNS)]
    draw = np.random.default_rng([93, first])
    shape = SHAPES[kind]
    symbols = draw.integers(1, 11, (size, len(shape)), dtype=np.uint8)
    letters = [at for at, char in enumerate(shape) if char == "A"]
    symbols[:, letters] = draw.integers(11, 29, (size, len(letters)), dtype=np.uint8)
    starts = np.arange(0, (size + 1) * len(shape), len(shape))
    return Numbers(symbols.reshape(-1), starts, np.full(size, KINDS.index(kind), np.uint8))


def look_up(file: Path, count: int) -> dict[str, Any]:
    """Open the index where it lies and look numbers up: as they stand, misread, and unknown."""
    numbers = held(count)
    misread = [wrong(number, at) for at, number in enumerate(numbers)]
    # The first look-up reads the compiled kernels from numba's cache: not the index's business.
    ObjectIndex.build(("serial", str(10**8 + n)) for n in range(500)).search("X1")
    before = resident("VmRSS")
    start = time.perf_counter()
    with file.open("rb") as stream:
        index = ObjectIndex.load(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY))
    index.search(numbers[0])
    result: dict[str, Any] = {"start_seconds": round(time.perf_counter() - start, 3)}
    unknown = [wrong(wrong(wrong(number, 3), 5), 7) for number in numbers]
    for name, asked, near in (
        ("exact", numbers, False),
        ("misread", misread, True),
        ("unknown", unknown, True),
    ):
        index.search_many(asked[:100], near=near)
        start = time.process_time()
        found = index.search_many(asked, near=near)
        result[f"{name}_per_second"] = round(len(asked) / (time.process_time() - start))
        if name != "unknown":
            result[f"{name}_found"] = sum(map(bool, found)) / len(asked)
    result["resident_mb"] = resident("VmRSS")
    result["resident_before_mb"] = before
    return result


def held(count: int) -> list[str]:
    """Give some numbers that stand in the index, of all kinds."""
    firsts = range(0, min(count, len(TURNS) * BLOCK), BLOCK)
    each = ASKED // len(firsts)
    numbers = []
    for first in firsts:
        drawn = block(first, min(BLOCK, count - first))
        for at in range(min(each, drawn.kinds.size)):
            symbols = drawn.symbols[drawn.starts[at] : drawn.starts[at + 1]]
            numbers.append("".join(SYMBOLS[symbol - 1] for symbol in symbols.tolist()))
    random.Random(5).shuffle(numbers)
    return numbers


def wrong(number: str, seed: int) -> str:
    """Misread one character as another that is no look-alike."""
    draw = random.Random(seed)
    at = draw.randrange(len(number))
    other = draw.choice([char for char in SYMBOLS if char != number[at]])
    return number[:at] + other + number[at + 1 :]


def show(result: dict[str, Any]) -> None:
    """Print the table: work, asked, reached."""
    print(f"{result['objects']:,} documents and objects")
    rows = [
        (*words, f"{result[f'{name}_per_second']:,}/s")
        for words, name in zip(ASKED_FOR, ("exact", "misread", "unknown"), strict=True)
    ]
    rows += [
        ("found, as it stands", "", f"{result['exact_found']:.2%}"),
        ("found, misread", "", f"{result['misread_found']:.2%}"),
        ("start from the memory-mapped file", "<= 5 s", f"{result['start_seconds']} s"),
        ("resident while looking up", "<= 3,000 MB", f"{result['resident_mb']:,} MB"),
        ("file", "", f"{result['file_mb']:,} MB"),
        ("build, CPU", "", f"{result['build_cpu_seconds']} s"),
        ("resident while building, at most", "", f"{result['build_most_mb']:,} MB"),
    ]
    for work, asked, reached in rows:
        print(f"{work:44} {asked:20} {reached}")


if __name__ == "__main__":
    main()
