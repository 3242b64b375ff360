"""What the matcher is worth: recall, what strangers are shown, by class, band, script and culture.

Every figure comes from one ranking of one trial (see trial.py), so that the same version and the
same seed give the same report, bit for bit.

Groups are compared at one threshold, where LEVEL of all strangers are shown anything: low enough
that every group is found equally well (their recall stands beside), so that what differs is how
often strangers of a group are shown (R23). At the default bands so few are shown that their
counts say little. Every rate stands beside the interval that a count of its size leaves open
(Wilson, 95 %).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.match.candidate import Bands
from comity.match.evaluate import BANDS, Outcome, outcome
from comity.match.index import Index, Ranking
from comity.match.noise import CLASSES
from comity.match.trial import LATIN, SCRIPTS, STRANGER, Asked

BASE_RATE = 2.7e-5
"""True hits among searches: 1,100 of 41 million a day (eu-LISA for 2024, as reported)."""

CURVE = (-5.0, 0.0, 2.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0)
"""Thresholds of the curve, in bits beyond the list's size."""

LEVEL = 0.02
"""Share of strangers shown anything at the threshold where groups are compared."""

Mask = NDArray[np.bool_]


class Judged:
    """A trial with its outcome, as arrays over the questions."""

    def __init__(self, asked: Sequence[Asked], judged: Outcome) -> None:
        self.outcome = judged
        self.kinds = np.array([one.kind for one in asked])
        self.cultures = np.array([one.culture for one in asked])
        self.scripts = np.array([one.script for one in asked])
        self.weights = np.array([one.weight for one in asked])
        self.strangers: Mask = self.kinds == STRANGER
        self.known: Mask = ~self.strangers

    def share(self, hits: Any, among: Mask) -> float:
        """Give the weighted share of ``hits`` among some questions; 0 where there are none."""
        weights = self.weights[among]
        if not len(weights):
            return 0.0
        return round(float(np.average(hits[among], weights=weights)), 5)


def judge(index: Index, asked: Sequence[Asked], ranking: Ranking, bands: Bands) -> Judged:
    """Judge a ranking of the trial's questions."""
    return Judged(asked, outcome(index, [one.query for one in asked], ranking, bands))


def report(of: Judged) -> dict[str, Any]:
    """Give every figure: overall, classes, curve, bands, chance, cultures, scripts."""
    return {
        "overall": _overall(of),
        "classes": [_class(of, kind) for kind in CLASSES],
        "curve": _curve(of),
        "bands": _bands(of),
        "chance": _chance(of),
        "cultures": groups(of, of.cultures, sorted(set(of.cultures)), of.scripts == LATIN),
        "scripts": groups(of, of.scripts, SCRIPTS, np.ones(len(of.kinds), bool)),
    }


def _overall(of: Judged) -> dict[str, float]:
    found, latin = of.outcome, of.strangers & (of.scripts == LATIN)
    dated = of.known & ~np.isin(of.kinds, [k for k in CLASSES if "no date" in k])
    return {
        "recall_at_1": of.share(found.ranks == 0, of.known),
        "recall_at_10": of.share(_in_ten(found), of.known),
        "recall_at_threshold": of.share(found.bands > 0, of.known),
        "recall_where_1_percent_shown": of.share(
            found.right >= threshold_of(found.wrong[latin], of.weights[latin], 0.01), dated
        ),
        "candidates_per_search": of.share(found.compared, latin),
        "shown_per_stranger": of.share(found.shown, latin),
        "strangers_shown": of.share(found.bands > 0, latin),
    }


def _in_ten(found: Outcome) -> Mask:
    hits: Mask = (found.ranks >= 0) & (found.ranks < 10)
    return hits


def _class(of: Judged, kind: str) -> dict[str, Any]:
    mine = of.kinds == kind
    return {
        "class": kind,
        "questions": int(mine.sum()),
        "recall_at_1": of.share(of.outcome.ranks == 0, mine),
        "recall_at_10": of.share(_in_ten(of.outcome), mine),
        "recall_at_threshold": of.share(of.outcome.bands > 0, mine),
        "candidates_per_search": of.share(of.outcome.compared, mine),
    }


def _curve(of: Judged) -> list[dict[str, float]]:
    latin = of.strangers & (of.scripts == LATIN)
    return [
        {
            "bits": bits,
            "recall": of.share(of.outcome.right >= bits, of.known),
            "strangers_shown": of.share(of.outcome.wrong >= bits, latin),
        }
        for bits in CURVE
    ]


def _bands(of: Judged) -> list[dict[str, Any]]:
    """Give for each band how many of those shown in it would be right, at the base rate."""
    latin = of.strangers & (of.scripts == LATIN)
    rows = []
    for place, name in enumerate(BANDS):
        if name is None:
            continue
        right = of.share(of.outcome.bands == place, of.known)
        shown = of.share(of.outcome.bands == place, latin)
        true = BASE_RATE * right
        # The high end: that no stranger was shown does not mean that none ever will be.
        false = (1 - BASE_RATE) * interval(shown, int(latin.sum()))[1]
        precision = true / (true + false)
        rows.append({"band": name, "right": right, "strangers": shown,
                     "right_of_100_shown_at_least": round(100 * precision, 3)})  # fmt: skip
    return rows


def _chance(of: Judged) -> list[dict[str, float]]:
    """Compare what evidence means with what it should: x bits by chance once in 2 ** x."""
    latin = of.strangers & (of.scripts == LATIN)
    return [
        {"bits": bits, "stated": round(min(2.0**-bits, 1.0), 5),
         "measured": of.share(of.outcome.wrong >= bits, latin)}
        for bits in CURVE if bits >= 0
    ]  # fmt: skip


def groups(of: Judged, labels: Any, names: Iterable[str], among: Mask) -> list[dict[str, Any]]:
    """Give for each group recall and strangers shown, at the default bands and at LEVEL.

    ``ratio`` is the group's share of strangers shown at LEVEL, to the median group's.
    """
    masks = {str(name): among & (labels == name) for name in names}
    strangers = [of.strangers & mine for mine in masks.values()]
    weights = [np.full(int(rows.sum()), 1.0 / max(1, int(rows.sum()))) for rows in strangers]
    evidence = np.concatenate([of.outcome.wrong[rows] for rows in strangers])
    level = threshold_of(evidence, np.concatenate(weights), LEVEL)
    rows = [_group(of, name, mine, level) for name, mine in masks.items()]
    middle = float(np.median([row["shown_at_level"] for row in rows]))
    return [
        {**row, "ratio": round(row["shown_at_level"] / middle, 3) if middle else 0.0}
        for row in rows
    ]


def _group(of: Judged, name: str, mine: Mask, level: float) -> dict[str, Any]:
    known, strangers = of.known & mine, of.strangers & mine
    found = of.outcome
    shown = found.wrong >= level
    needed = threshold_of(found.right[known], of.weights[known], 0.95)
    return {
        "group": name,
        "questions": int(known.sum()),
        "strangers": int(strangers.sum()),
        "recall_at_10": of.share(_in_ten(found), known),
        "recall_at_threshold": of.share(found.bands > 0, known),
        "strangers_shown": of.share(found.bands > 0, strangers),
        "bits_of_95_percent": round(needed, 2) if math.isfinite(needed) else None,
        "recall_at_level": of.share(found.right >= level, known),
        "shown_at_level": of.share(shown, strangers),
        "interval": interval(of.share(shown, strangers), int(strangers.sum())),
    }


def threshold_of(bits: Any, weights: Any, share: float) -> float:
    """Give the highest threshold that at least a share of ``bits`` reaches (-inf where none)."""
    if not len(bits):
        return -math.inf
    order = np.argsort(-bits, kind="stable")
    reached = np.cumsum(weights[order]) / np.sum(weights)
    place = min(int(np.searchsorted(reached, share - 1e-9)), len(bits) - 1)
    return float(bits[order][place])


def interval(share: float, total: int) -> tuple[float, float]:
    """Give the 95 % interval of a share counted among so many (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    z = 1.96
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return round(max(0.0, middle - spread) / scale, 5), round((middle + spread) / scale, 5)
