"""Measure what the law costs: decisions of the accord on the training agreement, in microseconds.

Prints one table. ``cold`` decides anew each time (another question or owner), ``cached`` repeats.
``manifest`` is 200 travellers on a policy just compiled, each with one question and two alerts of
which five groups are decided; no two alerts end on the same day.
"""

from __future__ import annotations

import datetime
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import accord_examples as examples

GROUPS = ("identity", "documents", "alert", "warnings", "decision")


def timed(act: Callable[[int], object], times: int) -> str:
    """Give median and minimum of CPU time per call."""
    spent = []
    for number in range(times):
        start = time.thread_time_ns()
        act(number)
        spent.append((time.thread_time_ns() - start) / 1_000)
    return f"{statistics.median(spent):10.1f} {min(spent):10.1f}"


def later(number: int) -> datetime.date:
    """Give another day for each number."""
    return datetime.date(2027, 1, 1) + datetime.timedelta(number)


def main() -> None:
    """Print the table."""
    policy, on = examples.policy(), examples.ON
    question, record, asker = examples.QUESTION, examples.RECORD, examples.ASKER
    warm = policy.may_see(question, record, GROUPS, on)
    assert all(decision.permitted for decision in warm)
    print(f"{'µs of CPU':28} {'median':>10} {'minimum':>10}")

    def ask_anew(n: int) -> object:
        return policy.may_ask(replace(question, asker=replace(asker, role=f"role-{n}")), on)

    print(f"{'may_ask cold':28} {timed(ask_anew, 500)}")
    print(f"{'may_ask cached':28} {timed(lambda _: policy.may_ask(question, on), 2_000)}")

    def see_anew(n: int) -> object:
        asked = replace(question, asker=replace(asker, role=f"role-{n}"))
        return policy.may_see(asked, record, GROUPS, on)

    print(f"{'may_see 5 groups cold':28} {timed(see_anew, 500)}")
    cached = timed(lambda _: policy.may_see(question, record, GROUPS, on), 2_000)
    print(f"{'may_see 5 groups cached':28} {cached}")

    def receive_anew(n: int) -> object:
        return policy.may_receive("UTO", record, later(-n))

    print(f"{'may_receive cold':28} {timed(receive_anew, 500)}")

    def manifest(turn: int) -> None:
        fresh = examples.policy()
        for place in range(200):
            asked = replace(question, reference=f"encounter-{turn}-{place}")
            fresh.may_ask(asked, on)
            for copy in (0, 1):
                alert = replace(record, expires=later(2 * place + copy))
                fresh.may_see(asked, alert, GROUPS, on)

    print(f"{'manifest of 200, cold':28} {timed(manifest, 5)}")


if __name__ == "__main__":
    main()
