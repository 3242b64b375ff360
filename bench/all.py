"""`make bench`: every figure of the project, one script after the other.

Peers are optional and never installed by us: name a Python that has OpenFisca-Core in
OPENFISCA_PYTHON, and the counts of days and the law are measured beside it in the same run; one
that has nomenklatura and tantivy in PEERS_PYTHON, and so is the matching (match_peers.py).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
PEER = os.environ.get("OPENFISCA_PYTHON", "")
BESIDE = ["--openfisca", PEER] if PEER else []
SCRIPTS: list[tuple[str, list[str]]] = [
    ("node.py", []),
    ("bench_record.py", []),
    ("bench_exchange.py", []),
    ("accord_decisions.py", []),
    ("law_bench.py", BESIDE),
    ("stay_days.py", BESIDE),
]
"""Each script, in the order of the house from its doors down."""


def main() -> int:
    """Run them all; how many failed."""
    failed = 0
    matching = [(path.name, sys.argv[1:]) for path in sorted(FOLDER.glob("match_*.py"))]
    for name, words in [*SCRIPTS, *matching]:
        print(f"\n== {name} {' '.join(words)}", flush=True)
        done = subprocess.run([sys.executable, FOLDER / name, *words], check=False)
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
