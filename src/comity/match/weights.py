"""The weights, as data: how often the same person's two records stand in each relation.

``m`` of a level is the probability that two records of one person agree at just that level; how
often strangers do (``u``) is learnt from the list at hand wherever it can be counted, and stands
here where it cannot. A weight is log2(m / u), in bits (Fellegi and Sunter 1969). Change a number
and VERSION changes with it: every answer names the version (R25).
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

LEVELS = (
    "none", "exact", "sound", "one-letter", "skeleton", "two-letters", "skeleton-near", "coarse",
    "initial", "beginning", "variant", "weak",
)  # fmt: skip
(
    NONE, EXACT, SOUND, ONE_LETTER, SKELETON, TWO_LETTERS, SKELETON_NEAR, COARSE, INITIAL,
    BEGINNING, VARIANT, WEAK,
) = range(12)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weights:
    """Every number of the score; see the module's docstring."""

    # m: the same part of the same person's name
    exact: float = 0.25
    sound: float = 0.07
    one_letter: float = 0.25
    skeleton: float = 0.06
    two_letters: float = 0.012
    skeleton_near: float = 0.012
    coarse: float = 0.02
    initial: float = 0.01
    beginning: float = 0.01
    variant: float = 0.01
    weak: float = 0.018
    # m where one of the names stands in Arabic, Hebrew, Han, kana or Hangul
    far_exact: float = 0.12
    far_sound: float = 0.08
    far_one_letter: float = 0.12
    far_skeleton: float = 0.22
    far_two_letters: float = 0.05
    far_skeleton_near: float = 0.2
    far_coarse: float = 0.25
    far_initial: float = 0.01
    far_beginning: float = 0.02
    far_variant: float = 0.03
    far_weak: float = 0.2
    # u where it is not counted: the chance that two people's parts agree so
    two_letters_u: float = 0.0015
    skeleton_near_u: float = 0.006
    initial_u: float = 0.06
    beginning_u: float = 0.002
    weak_u: float = 0.05
    coarse_symbol_u: float = 0.28
    # a short list says little about how common a name is: so many people without it are assumed
    prior_people: float = 1500.0
    # names as wholes
    rarity_most: float = 17.0
    together: float = 0.5
    conflict: float = 4.8
    missing: float = 2.6
    order: float = 0.6
    joined: float = 1.0
    nothing: float = -4.5
    likeness: float = 6.0
    least: float = -5.5
    cross_script: float = 0.5
    # birth dates: m of each relation
    date_same: float = 0.93
    date_swapped: float = 0.01
    date_part: float = 0.02
    date_year: float = 0.012
    # other relations and attributes, in bits
    date_other: float = -6.4
    nation_share: float = 0.5
    nation_most: float = 3.0
    nation_differs: float = -2.5
    sex_agrees: float = 0.5
    sex_differs: float = -3.5
    paper_same: float = 22.0
    paper_near: float = 11.0

    def array(self) -> NDArray[np.float64]:
        """Give the numbers in the order of the fields, for the kernels."""
        return np.array(astuple(self), np.float64)

    @property
    def version(self) -> str:
        """Name these numbers: eight hexadecimal digits of their hash."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:8]


PLACE = {field.name: at for at, field in enumerate(fields(Weights))}
"""Where each number stands in the array."""
DEFAULT = Weights()
ALGORITHM = "match-6"
"""Changes with any change of the code that can change an answer."""
