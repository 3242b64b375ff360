"""The benches of matching run, at a size where they measure nothing, and say what they promise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parent.parent / "bench"


def run(script: str, *words: str) -> Any:
    """Run a bench in a process of its own; what it says with ``--json``."""
    command = [sys.executable, str(BENCH / script), *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return json.loads(done.stdout.splitlines()[-1])


def test_documents_are_all_found_from_the_mapped_file() -> None:
    """Every number is found, as it stands and misread, by a process that only opens the file."""
    result = run("match_documents.py", "--objects", "30000")
    assert result["objects"] == 30_000
    assert result["exact_found"] == result["misread_found"] == 1.0


def test_persons_are_measured_by_class_with_the_curve() -> None:
    """Recall of each class of noise, and a curve that falls as the threshold rises."""
    result = run("match_persons.py", "--people", "3000", "--each", "5", "--curve-people", "3000")
    assert set(result["recall"]) >= {"same", "one typo", "Arabic"}
    assert result["recall"]["same"] == 1.0
    shares = [point["recall"] for point in result["curve"]]
    assert shares == sorted(shares, reverse=True)
    assert 0 <= result["at_one_percent"]["recall"] <= 1


def test_peers_that_are_not_there_hold_up_nobody() -> None:
    """Of a peer that cannot be run it is said; one that can is compared on the same questions."""
    results = run("match_peers.py", "--people", "2000", "--python", "/no/such/python")
    said = {one["peer"].split(",")[0].split()[0]: one for one in results}
    assert "not installed" in said["nomenklatura"]["missing"]
    assert said["rapidfuzz"]["times_cpu"] > 0
    assert said["rapidfuzz"]["comity_recall"] > 0.9


def test_hits_are_timed_beside_misses() -> None:
    """Median and 95th percentile of hits and misses, and their ratio."""
    result = run("match_timing.py", "--people", "2000")
    assert set(result["microseconds"]) == {"hit", "hit, a letter wrong", "miss"}
    assert result["ratio_to_miss"]["miss"] == {"median": 1.0, "p95": 1.0}
