"""Does a search cost the same whether or not a match exists? Single searches, hits beside misses.

Whoever can time answers must not learn from the time alone who is listed. Every question is put
through the whole path in process (`Index.search`, words and all) many times over, in an order that
mixes hits and misses; each question's own median counts, so that other work on the machine does
not. Printed: median and 95th percentile of both, and their ratios. The doors round their answers
to a bucket of time besides (see docs/explanation/disclosure-cycle.md).

    .venv/bin/python bench/match_timing.py [--people 200000] [--json]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import time
from typing import Any

from comity.match.index import Index
from comity.match.noise import noised
from comity.match.synthetic import Population
from comity.terms.identity import Identity

QUESTIONS = 600
ROUNDS = 9
RATIO_MOST = 2.0


def measure(people: int) -> dict[str, Any]:
    """Build the list and time hits (as listed, and with a letter wrong) and misses."""
    Index.warm()
    index = Index.build(Population(1).people(people))
    known = [p for _, p in Population(1).people(QUESTIONS)]
    kinds = {
        "hit": [dataclasses.replace(p, documents=()) for p in known],
        "hit, a letter wrong": [
            q for i, p in enumerate(known) if (q := noised(p, "one typo", i)) is not None
        ],
        "miss": [dataclasses.replace(p, documents=()) for _, p in Population(2).people(QUESTIONS)],
    }
    asked = [(kind, i, q) for kind, questions in kinds.items() for i, q in enumerate(questions)]
    asked.sort(key=lambda one: one[1])
    taken: dict[tuple[str, int], list[int]] = {(kind, i): [] for kind, i, _ in asked}
    for _ in range(ROUNDS):
        for kind, i, question in asked:
            taken[kind, i].append(_timed(index, question))
    rows = {
        kind: _summary([statistics.median(t) for (of, _), t in taken.items() if of == kind])
        for kind in kinds
    }
    ratios = {
        kind: {key: round(row[key] / rows["miss"][key], 3) for key in row}
        for kind, row in rows.items()
    }
    return {"people": people, "microseconds": rows, "ratio_to_miss": ratios}


def _timed(index: Index, question: Identity) -> int:
    start = time.thread_time_ns()
    index.search(question)
    return time.thread_time_ns() - start


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median": round(statistics.median(ordered) / 1e3, 1),
        "p95": round(ordered[int(len(ordered) * 0.95)] / 1e3, 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="time hits against misses")
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--quick", action="store_true", help="20,000 people")
    parser.add_argument("--full", action="store_true", help="2,000,000 people")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    people = 2_000_000 if said.full else 20_000 if said.quick else said.people
    result = measure(people)
    if said.json:
        print(json.dumps(result))
        return
    print(f"{people:,} people; asked: a hit costs at most {RATIO_MOST} x a miss")
    for kind, row in result["microseconds"].items():
        ratio = result["ratio_to_miss"][kind]
        print(f"{kind:20} median {row['median']:8.1f} us ({ratio['median']:.2f} x)"
              f"   p95 {row['p95']:8.1f} us ({ratio['p95']:.2f} x)")  # fmt: skip


if __name__ == "__main__":
    main()
