"""Measure the count of days: one traveller, and a million.

    python bench/stay_days.py [--openfisca PYTHON]

``--openfisca`` names an interpreter that has OpenFisca-Core; it is then asked the same question in
the same run, and both answers must be equal.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from comity.law.presence import Stay
from comity.law.stay import count
from comity.law.stay_limit import StayLimit
from comity.law.stay_many import ManyStays, count_many, used_many

LIMIT = StayLimit(id="stay.90-180", cite="SBC art. 6(1)", days=90, window="rolling", span=180)
# Swiss SEM, stay calculator, example 5: a return after a short overstay, 50 days.
CASE = {
    "stays": [
        ["2013-09-01", "2013-09-30"],
        ["2014-02-21", "2014-04-20"],
        ["2014-05-01", "2014-06-09"],
    ],
    "on": "2014-08-30",
}
PEOPLE = 1_000_000


def milliseconds(act: Callable[[], object], times: int) -> float:
    """Give the median wall time of ``act`` in milliseconds, after one call to warm up."""
    act()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1_000)
    return statistics.median(spent)


def million() -> ManyStays:
    """Four stays each for a million invented people, over some fourteen months."""
    random = np.random.default_rng(0)
    entries = (735_000 + random.integers(0, 400, 4 * PEOPLE)).astype(np.int32)
    exits = (entries + random.integers(0, 40, 4 * PEOPLE)).astype(np.int32)
    return ManyStays(entries, exits, np.arange(0, 4 * PEOPLE + 1, 4, dtype=np.int64))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--openfisca", metavar="PYTHON")
    peer = options.parse_args().openfisca
    stays = [Stay(date.fromisoformat(a), date.fromisoformat(b)) for a, b in CASE["stays"]]
    on = date.fromisoformat(str(CASE["on"]))
    one = milliseconds(lambda: count(stays, LIMIT, on), 500)
    people = million()
    print(f"how long may I stay, one traveller   {one:10.3f} ms")
    used = milliseconds(lambda: used_many(people, 735_400), 5)
    print(f"days used, 1,000,000 people          {used:10.1f} ms   (promise: 200)")
    both = milliseconds(lambda: count_many(people, 735_400), 5)
    print(f"days used and left, 1,000,000 people {both:10.1f} ms")
    if peer:
        beside(peer, one, count(stays, LIMIT, on).most.left)


def beside(peer: str, one: float, left: int | None) -> None:
    """Ask OpenFisca the same and print how many times longer it takes."""
    script = Path(__file__).with_name("stay_openfisca.py")
    run = subprocess.run(
        [peer, str(script)], input=json.dumps(CASE), capture_output=True, text=True, check=True
    )
    answer = json.loads(run.stdout)
    assert answer["left"] == left, "the two do not agree"
    ratio = answer["milliseconds"] / one
    print(f"OpenFisca-Core, the same traveller   {answer['milliseconds']:10.1f} ms")
    print(f"times faster                         {ratio:10.0f}      (promise: 1,000)")


if __name__ == "__main__":
    main()
