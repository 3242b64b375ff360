"""Search for persons: speed, recall by class of noise, memory, build, start, the curve.

    python bench/match_persons.py [--people N | --full | --quick] [--json]

The index is built in this process, written, and opened by another one from a memory map; that one
only searches, and its start, memory and answers are shown. Two processes take the people in; the
time that making them takes is taken off the build. The curve is measured on a list of 1,000,000.
"""

from __future__ import annotations

import argparse
import json
import math
import mmap
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from persons import Person, build, dated, questions, resident, strangers

from comity.match.index import Index
from comity.match.question import TOTAL
from comity.terms.identity import Identity

USUAL, QUICK, CURVE = 2_000_000, 200_000, 1_000_000
STRANGERS = 20_000
SINGLE = 2_000
STEPS = range(-2, 21)
"""Thresholds of the curve, in bits beyond the list's size."""


def main() -> None:
    """Measure, at the size asked for and for the curve; print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=USUAL)
    options.add_argument("--quick", action="store_true", help=f"{QUICK:,} people, also the curve")
    options.add_argument("--full", action="store_true", help="as it is without (for make)")
    options.add_argument("--each", type=int, default=2_000, help="questions of each class")
    options.add_argument("--curve-people", type=int, default=CURVE)
    options.add_argument("--no-curve", action="store_true")
    options.add_argument("--json", action="store_true")
    options.add_argument("--opened", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.opened:
        print(json.dumps(measure(asked.opened)))
        return
    size = QUICK if asked.quick else asked.people
    result = at_size(size, asked.each)
    if not asked.no_curve:
        same = asked.quick or size == asked.curve_people
        of_curve = result if same else at_size(asked.curve_people, asked.each)
        result["at_one_percent"] = of_curve["at_one_percent"]
        result["curve"] = of_curve["curve"]
        result["curve_people"] = of_curve["people"]
    print(json.dumps(result)) if asked.json else show(result)


def at_size(people: int, each: int) -> dict[str, Any]:
    """Build an index of so many people, and have another process search in it."""
    Index.warm()
    made = build(people)
    index, pool = made.index, made.pool
    built = {
        "people": people,
        "build_seconds": round(made.wall, 1),
        "build_cpu_seconds": round(made.cpu, 1),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "index").open("wb") as out:
            index.dump(out.write)
        del index, made
        (folder / "asked").write_bytes(pickle.dumps(questions(pool, each)))
        words = [sys.executable, __file__, "--opened", str(folder)]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    return {**built, **json.loads(done.stdout)}


def measure(folder: Path) -> dict[str, Any]:
    """Open the index where it lies, and search in it only."""
    asked: dict[str, list[Person]] = pickle.loads((folder / "asked").read_bytes())  # noqa: S301
    unknown = strangers(STRANGERS)
    Index.warm()
    before = resident()
    start = time.perf_counter()
    with (folder / "index").open("rb") as stream:
        index = Index.load(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY))
    index.search(unknown[0])
    result: dict[str, Any] = {"start_seconds": round(time.perf_counter() - start, 2)}
    index.rank(unknown[:512], threads=2)
    result |= batch(index, unknown) | one_by_one(index, asked, unknown)
    result["recall"] = {kind: recall(index, some) for kind, some in asked.items()}
    result["recall_all"] = round(statistics.mean(result["recall"].values()), 5)
    # What the process held before are Python, numba and the questions.
    result["arrays_mb"] = round(int(index.status()["bytes"]) / 1e6)
    result["resident_mb"], result["resident_before_mb"] = resident(), before
    return result | curve(index, asked, unknown)


def batch(index: Index, unknown: Sequence[Identity]) -> dict[str, Any]:
    """Search for all strangers at once with two threads: by the clock, and by CPU time."""
    cpu, wall = time.process_time(), time.perf_counter()
    ranking = index.rank(unknown, threads=2)
    spent, took = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "per_second_wall": round(len(unknown) / took),
        "per_second_two_cores": round(2 * len(unknown) / spent),
        "compared": round(float(ranking.counts[:, 1].mean()), 1),
    }


def one_by_one(
    index: Index, asked: dict[str, list[Person]], unknown: Sequence[Identity]
) -> dict[str, Any]:
    """Time single searches with explanation: half of them noised alerts, half strangers."""
    noised = [identity for some in asked.values() for _, identity in some[:: len(asked)]]
    times: dict[str, list[float]] = {"noised": [], "stranger": []}
    for at in range(SINGLE):
        for name, people in (("noised", noised), ("stranger", unknown)):
            start = time.thread_time()
            index.search(people[at % len(people)])
            times[name].append((time.thread_time() - start) * 1e3)
    both = sorted(times["noised"] + times["stranger"])
    return {
        "p50_ms": round(both[len(both) // 2], 3),
        "p99_ms": round(both[len(both) * 99 // 100], 3),
        "p50_listed_ms": round(statistics.median(times["noised"]), 3),
        "p50_stranger_ms": round(statistics.median(times["stranger"]), 3),
    }


def recall(index: Index, some: Sequence[Person]) -> float:
    """Give the share of questions whose alert is among the first ten."""
    ranking = index.rank([identity for _, identity in some], threads=2)
    hits = 0
    for at, (wanted, _) in enumerate(some):
        people = ranking.people[at, : int(ranking.counts[at, 0])]
        hits += wanted in {index.key_of(int(person)) for person in people}
    return round(hits / len(some), 5)


def curve(
    index: Index, asked: dict[str, list[Person]], unknown: Sequence[Identity]
) -> dict[str, Any]:
    """Recall of noised questions with a whole date of birth, against strangers shown anything."""
    known = [one for kind, some in asked.items() if kind != "same" for one in some if dated(one[1])]
    ranking = index.rank([identity for _, identity in known], threads=2)
    right = np.full(len(known), -math.inf)
    for at, (wanted, _) in enumerate(known):
        for place in range(int(ranking.counts[at, 0])):
            if index.key_of(int(ranking.people[at, place])) == wanted:
                right[at] = ranking.bits[at, place, TOTAL]
                break
    travellers = [one for one in unknown if dated(one)]
    ranking = index.rank(travellers, limit=1, threads=2)
    best = np.where(ranking.counts[:, 0] > 0, ranking.bits[:, 0, TOTAL], -math.inf)
    size = math.log2(len(index))
    one_percent = float(np.quantile(best, 0.99, method="higher"))
    return {
        "at_one_percent": {
            "bits": round(one_percent - size, 2),
            "recall": round(float(np.mean(right > one_percent)), 4),
        },
        "curve": [
            {
                "bits": bits,
                "recall": round(float(np.mean(right - size >= bits)), 5),
                "strangers_shown": round(float(np.mean(best - size >= bits)), 5),
            }
            for bits in STEPS
        ],
    }


def show(result: dict[str, Any]) -> None:
    """Print the table: work, asked, reached; then recall by class and the curve."""
    print(f"{result['people']:,} persons")
    rows = [
        ("searches, batch, two threads, wall", ">= 10,000/s", f"{result['per_second_wall']:,}/s"),
        ("searches, 2 / CPU seconds each", ">= 10,000/s", f"{result['per_second_two_cores']:,}/s"),
        ("people compared for a stranger", "", f"{result['compared']}"),
        ("one search, p50, CPU", "<= 0.3 ms", f"{result['p50_ms']} ms"),
        ("one search, p99, CPU", "<= 3 ms", f"{result['p99_ms']} ms"),
        ("p50 of someone listed / of a stranger", "about the same",
         f"{result['p50_listed_ms']} / {result['p50_stranger_ms']} ms"),
        ("arrays / resident (of it before loading)", "<= 700 MB",
         f"{result['arrays_mb']:,} / {result['resident_mb']:,} ({result['resident_before_mb']})"),
        ("build, wall / CPU", "<= 15 s",
         f"{result['build_seconds']} / {result['build_cpu_seconds']} s"),
        ("start from the memory-mapped snapshot", "<= 2 s", f"{result['start_seconds']} s"),
        ("recall@10 over the classes", ">= 0.99", f"{result['recall_all']:.4f}"),
    ]  # fmt: skip
    rows += [(f"  {kind}", ">= 0.95", f"{share:.4f}") for kind, share in result["recall"].items()]
    if "curve_people" in result:
        reached = result["at_one_percent"]
        work = f"recall where 1 % of strangers are shown anything, {result['curve_people']:,}"
        said = f"{reached['recall']:.4f} at {reached['bits']} bits"
        rows += [("", "", ""), (work, ">= 0.90", said)]
        rows += [
            (f"  at {point['bits']:2} bits beyond the list's size", "",
             f"recall {point['recall']:.4f}, strangers {point['strangers_shown']:.4f}")
            for point in result["curve"]
        ]  # fmt: skip
    for work, asked, reached in rows:
        print(f"{work:62} {asked:16} {reached}")


if __name__ == "__main__":
    main()
