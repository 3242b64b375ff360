"""Keep the figures of every group of names, for the gate in tests/test_match_report.py (R23).

Run by `make match-report`. A difference in the file is a decision: it is reviewed like code.
"""

from __future__ import annotations

import json
from pathlib import Path

from comity.match import fairness
from comity.match.index import Index

FILE = Path(__file__).parent.parent / "tests" / "fixtures" / "match-fairness.json"


def main() -> None:
    """Measure and write."""
    figures = fairness.measure()
    kept = {"version": Index().version.rsplit("/", 1)[0], "groups": figures}
    FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")
    for line in fairness.unfair(figures):
        print("beyond the bound:", line)


if __name__ == "__main__":
    main()
