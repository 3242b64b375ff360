"""The curve of growth: time, memory and recall from 100 thousand persons on.

    python bench/match_growth.py [--full | --quick] [--svg FILE] [--json]

100,000, 1,000,000 and 2,000,000 persons; with --full 10,000,000 too; with --quick 50,000 and
200,000. Each size is a run of ``match_persons.py``. ``--svg`` writes the drawing of the docs.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

SIZES = (100_000, 1_000_000, 2_000_000)
FULL, QUICK = 10_000_000, (50_000, 200_000)
EACH = 500
LINES = (
    ("CPU of one search in a batch, µs", "search_us", "0"),
    ("people compared", "compared", "6 4"),
    ("memory of the arrays, MB", "arrays_mb", "1 4"),
)
"""What is drawn: words, figure, dashes (no meaning by colour alone)."""
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 380, 60, 20, 60


def main() -> None:
    """Run each size, print the table, draw."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--svg", type=Path)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    sizes = QUICK if asked.quick else (*SIZES, FULL) if asked.full else SIZES
    results = [run(size) for size in sizes]
    if asked.svg:
        asked.svg.write_text(draw(results), "utf-8")
    if asked.json:
        print(json.dumps(results))
        return
    print(
        "| persons | CPU of one search | compared | p50 | p99 | recall@10 | arrays | build, CPU |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for one in results:
        print(
            f"| {one['people']:,} | {one['search_us']:.0f} µs | {one['compared']:.0f} "
            f"| {one['p50_ms']} ms | {one['p99_ms']} ms | {one['recall_all']:.4f} "
            f"| {one['arrays_mb']:,} MB | {one['build_cpu_seconds']} s |"
        )


def run(size: int) -> dict[str, Any]:
    """Measure one size in a process of its own."""
    script = Path(__file__).with_name("match_persons.py")
    words = [sys.executable, script, "--people", str(size), "--each", str(EACH)]
    done = subprocess.run(
        [*words, "--no-curve", "--json"], check=True, stdout=subprocess.PIPE, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    result["search_us"] = 2e6 / result["per_second_two_cores"]
    return result


def draw(results: list[dict[str, Any]]) -> str:
    """Draw the lines, both axes by powers of ten, as an SVG that can be read without colour."""
    sizes = [one["people"] for one in results]
    top = math.ceil(math.log10(max(one[key] for one in results for _, key, _ in LINES)))
    across = (WIDTH - LEFT - 20) / math.log10(max(sizes) / min(sizes))
    up = (HEIGHT - TOP - BOTTOM) / top

    def x(size: float) -> float:
        return LEFT + math.log10(size / min(sizes)) * across

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - math.log10(max(value, 1)) * up

    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>',
        "<title>Growth of the index of persons</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for value in (10**power for power in range(top + 1)):
        at = y(value)
        parts += [
            f'<path d="M{LEFT} {at:.0f}H{WIDTH - 20}" stroke="#b1b4b6"/>',
            f'<text x="{LEFT - 6}" y="{at + 4:.0f}" text-anchor="end">{value:,}</text>',
        ]
    base = HEIGHT - BOTTOM + 18
    parts += [
        f'<text x="{x(size):.0f}" y="{base}" text-anchor="middle">{size:,}</text>' for size in sizes
    ]
    for place, (words, key, dashes) in enumerate(LINES):
        points = " ".join(f"{x(one['people']):.0f},{y(one[key]):.1f}" for one in results)
        style = f'fill="none" stroke="#0b0c0c" stroke-width="2" stroke-dasharray="{dashes}"'
        legend = LEFT + place * 230
        parts.append(
            f'<polyline points="{points}" {style}/>'
            f'<path d="M{legend} {HEIGHT - 16}h28" {style}/>'
            f'<text x="{legend + 34}" y="{HEIGHT - 12}">{words}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
