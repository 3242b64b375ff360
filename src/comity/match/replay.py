"""Compute a past comparison again from what was kept of it: who was asked for, who was listed,

and the counts of the list (basis.py). The same matcher gives the same words and weights, bit for
bit (R25); another version says so instead of giving another answer.
"""

from __future__ import annotations

import math

import numpy as np

from comity.match import asking, building, explanation
from comity.match.basis import Basis, expanded, figures
from comity.match.candidate import Bands, Candidate
from comity.match.compile import Interpreted
from comity.match.intake import Intake
from comity.match.question import BIT_COLUMNS, TOTAL, make_desk
from comity.match.weights import ALGORITHM, DEFAULT, Weights
from comity.terms.identity import Identity

_KERNELS = Interpreted()
"""One pair is compared sooner than compiled kernels are read."""


def matcher_of(version: str) -> str:
    """Give algorithm and weights of a version, without the state of the list."""
    return "/".join(version.split("/")[:2])


def matcher(weights: Weights = DEFAULT) -> str:
    """Name the algorithm and the weights in use."""
    return f"{ALGORITHM}/{weights.version}"


def replay(
    asked: Identity,
    listed: tuple[str, Identity],
    basis: Basis,
    bands: Bands,
    *,
    weights: Weights = DEFAULT,
) -> Candidate | None:
    """Compare again; None where the bands show nothing."""
    state, kernels = building.build_state(Intake.of([listed]), lambda _people: _KERNELS)
    numbers, desk = weights.array(), make_desk()
    questions = asking.questions((asked,))
    expanded(kernels, state, questions, desk)
    for part, counts in enumerate(basis.parts):
        kernels.part_bits(desk.parts, numbers, part, np.float64(basis.people), counts)
    state = state._replace(figures=figures(basis))
    kernels.compare_one(state, questions, desk, numbers, 0)
    sheet = desk.sheet
    pair = explanation.Pair(asked, listed[1], sheet.bits[:BIT_COLUMNS], sheet.kinds, sheet.aligned)
    beyond = float(sheet.bits[TOTAL]) - math.log2(max(basis.people, 1))
    return explanation.candidate(listed[0], pair, bands, beyond)
