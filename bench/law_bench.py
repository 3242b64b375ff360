"""Measure the law engine: one explained decision, 200 x 200 decisions with reasons, a full sweep.

    python bench/law_bench.py [--openfisca PYTHON]

``--openfisca`` names an interpreter that has OpenFisca-Core; it is given the same visa rules and
the same 200 x 200 profiles in the same run, and its answers must be equal. It gives no reasons.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from comity.bureau.law import load_pack
from comity.law.axes import Axis, axes_of, nationalities
from comity.law.decide import decide
from comity.law.explain import as_record
from comity.law.facts import parse_facts
from comity.law.pack import parse_pack, sets_on
from comity.law.sweep import sweep
from comity.law.view import view_of

ON = datetime.date(2026, 11, 23)
PACK = load_pack("eu.short-stay")
PROFILE = {"nationality": "GEO", "document": "diplomatic", "issuer": "GEO", "permit": "none"}


def milliseconds(act: Callable[[], object], times: int) -> float:
    """Give the median wall time of ``act`` in milliseconds, after one call to warm up."""
    act()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1_000)
    return statistics.median(spent)


def world() -> tuple[Axis, ...]:
    """200 nationalities by 200 issuers, ordinary biometric passports."""
    codes = nationalities(view_of(PACK, "visa", ON))[:200]
    return (
        Axis("nationality", codes),
        Axis("issuer", codes),
        Axis("document", ("ordinary",)),
        Axis("biometric", (True,)),
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--openfisca", metavar="PYTHON")
    peer = options.parse_args().openfisca
    facts = parse_facts(PROFILE, PACK.facts)
    rules = len(view_of(PACK, "visa", ON).rules)
    files = {f.name: f.read_text("utf-8") for f in Path("law/eu.short-stay").glob("*.toml")}
    print(f"read the pack of {len(PACK.rules)} rules     ", end="")
    print(f"{milliseconds(lambda: parse_pack(files), 20):10.3f} ms")
    one = milliseconds(lambda: decide(PACK, facts, ON), 2_000)
    print(f"one decision with its trace          {one * 1_000:10.1f} µs   (promise: 100)")
    record = milliseconds(lambda: as_record(decide(PACK, facts, ON)), 100)
    print(f"the same as a record for --json      {record * 1_000:10.1f} µs")
    grid = milliseconds(lambda: sweep(PACK, world(), ON), 50)
    print(f"200 x 200 x {rules} rules with reasons    {grid:10.2f} ms   (promise: 20)")
    axes = axes_of(PACK, ON, "visa")
    cells = int(np.prod([len(axis.values) for axis in axes]))
    full = milliseconds(lambda: sweep(PACK, axes, ON), 3)
    print(f"full sweep, {cells:9} profiles     {full:10.1f} ms")
    if peer:
        beside(peer, one, grid)


def beside(peer: str, one: float, grid: float) -> None:
    """Ask OpenFisca the same: the lists and footnotes as formulas, the same profiles."""
    sets = sets_on(PACK, ON)
    axes = world()
    names = ("annex_I", "annex_II", "free_movement", "protected_status")
    question = {
        "codes": list(axes[0].values),
        "sets": {name: sorted(str(code) for code in sets[name]) for name in names},
    }
    script = Path(__file__).with_name("law_openfisca.py")
    done = subprocess.run(
        [peer, str(script)], input=json.dumps(question), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    swept = sweep(PACK, axes, ON)
    ours = [swept.labels[n] for n in swept.outcomes.reshape(-1)]
    same = sum(a == b for a, b in zip(ours, found["outcomes"], strict=True))
    print(
        f"OpenFisca, one decision, no reason   {found['one'] * 1_000:10.1f} µs   "
        f"({found['one'] / one:.0f} times as long)"
    )
    print(
        f"OpenFisca, 200 x 200, no reasons     {found['many']:10.2f} ms   "
        f"({found['many'] / grid:.1f} times as long)"
    )
    print(f"same answer in {same} of {len(ours)} profiles (OpenFisca: four lists only)")


if __name__ == "__main__":
    main()
