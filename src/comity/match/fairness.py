"""The gate: no group of names worse off than others, and none worse off than before (R23).

Measured on one seeded trial, twice: as people are asked for, and with no more than the year of
birth, where the name must do it. The same version gives the same counts, so a comparison with the
counts kept for the version before needs no allowance for chance; the comparison between groups
does, since other people of the same names would have given other counts: there a group fails
where even the low end of its interval lies beyond the bound. That bound holds for people asked
for with their date of birth; with the year alone short names do worse (see the report), and there
only the comparison with the version before is a gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.match.candidate import Bands
from comity.match.index import Index
from comity.match.report import judge, report
from comity.match.trial import Asked, Scale, by_year, trial

SCALE = Scale(people=20_000, asked=30, strangers=2_000, seed=23)
RATIO_MOST = 2.0
"""No group's strangers may be shown more than so many times as often as the median group's."""
WORSE_MOST = 0.10
"""No change may worsen a group by more than this."""
RECALL_APART = 0.02
"""At the threshold where groups are compared, the share of a group that may be missed."""

Figures = dict[str, dict[str, dict[str, float]]]
"""By way of asking (full, year), then group: recall, shown, low end of its interval, ratio."""


def measure() -> Figures:
    """Measure every group, as asked and by the year of birth."""
    index, asked = trial(SCALE, lambda _people: None)
    return {"full": _figures(index, asked), "year": _figures(index, by_year(asked))}


def _figures(index: Index, asked: list[Asked]) -> dict[str, dict[str, float]]:
    identities = [one.query.identity for one in asked]
    ranking = index.rank(identities, threads=2)
    made = report(judge(index, asked, ranking, Bands()))
    rows = [*made["cultures"], *({**row, "group": f"{row['group']} letters"}
                                 for row in made["scripts"])]  # fmt: skip
    return {row["group"]: _kept(row) for row in rows}


def _kept(row: Mapping[str, Any]) -> dict[str, float]:
    return {
        "recall": row["recall_at_level"],
        "shown": row["shown_at_level"],
        "low": row["interval"][0],
        "ratio": row["ratio"],
    }


def unfair(figures: Figures) -> list[str]:
    """Say which groups are worse off than twice the median group, or are missed more often."""
    said = []
    for group, one in figures["full"].items():
        median = one["shown"] / one["ratio"] if one["ratio"] else 0.0
        if median and one["low"] > RATIO_MOST * median:
            said.append(f"{group}: strangers shown {one['ratio']} x the median group")
        if one["recall"] < 1 - RECALL_APART:
            said.append(f"{group}: recall {one['recall']}")
    return said


def worsened(before: Figures, now: Figures) -> list[str]:
    """Say which groups are more than a tenth worse off than before; one person is rounding."""
    said = []
    for way, found in before.items():
        for group, old in found.items():
            new = now[way][group]
            rounding = 1 / SCALE.strangers
            if new["shown"] > old["shown"] * (1 + WORSE_MOST) + rounding:
                said.append(f"{way}: {group}: strangers shown {old['shown']} -> {new['shown']}")
            if (1 - new["recall"]) > (1 - old["recall"]) * (1 + WORSE_MOST) + 0.002:
                said.append(f"{way}: {group}: recall {old['recall']} -> {new['recall']}")
    return said
