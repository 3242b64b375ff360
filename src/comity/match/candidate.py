"""What a search answers: candidates with their bands, and every attribute compared, in words.

A candidate is never a match: a person decides that (R20, R21). The weight and the words come out
of one comparison of one pair of identities (R24).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Band = Literal["strong", "possible", "name-only"]
Second = Literal["none", "in-part", "firm"]
"""What agrees besides the name (R20): nothing that tells people apart; a birth date in part, with
a name that others may bear too; the whole birth date, a document, or a date in part of a rare name.
"""
Verdict = Literal["agrees", "differs", "unknown", "not-informative"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One attribute of a pair: the traveller's value (``theirs``), the alert's (``ours``).

    ``attribute`` is name, birth-date, nationality, sex or document. ``why`` says in words what
    was found; ``weight`` is in bits (log2 of how much likelier the same person makes it).
    """

    attribute: str
    theirs: str
    ours: str
    verdict: Verdict
    why: str
    weight: float

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "attribute": self.attribute,
            "theirs": self.theirs,
            "ours": self.ours,
            "verdict": self.verdict,
            "why": self.why,
            "weight": self.weight,
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """An alert that may be about the person asked for.

    ``weight`` is the sum of the weights compared, in bits. ``contrary`` names checks that would
    show that this is someone else.
    """

    id: str
    band: Band
    weight: float
    compared: tuple[Compared, ...]
    contrary: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "id": self.id,
            "band": self.band,
            "weight": self.weight,
            "compared": [c.as_dict() for c in self.compared],
            "contrary": list(self.contrary),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one search: candidates, best first.

    ``ignored`` says what of the question was not used and why; ``version`` names matcher, weights
    and state of the list, so that the answer can be replayed (R25).
    """

    candidates: tuple[Candidate, ...] = ()
    ignored: tuple[str, ...] = ()
    version: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "candidates": [c.as_dict() for c in self.candidates],
            "ignored": list(self.ignored),
            "version": self.version,
        }


@dataclass(frozen=True, slots=True)
class Bands:
    """Thresholds as data, per agreement and purpose: bits of evidence beyond the list's size.

    At ``x`` bits beyond log2 of the number of alerts, about 2**-x strangers' alerts carry as much
    evidence by chance. ``strong`` needs a firm second identifier, ``possible`` one at least in
    part (R20); ``name_only`` holds for candidates that have none. Below its band nothing is shown.
    """

    strong: float = 10.0
    possible: float = 5.0
    name_only: float = 5.0

    def as_dict(self) -> dict[str, float]:
        """Give the JSON form: ``Bands(**b.as_dict()) == b``."""
        return asdict(self)

    def of(self, beyond: float, *, second: Second) -> Band | None:
        """Give the band for so many bits beyond the list's size, None where nothing is shown."""
        if second == "none":
            return "name-only" if beyond >= self.name_only else None
        if beyond >= self.strong and second == "firm":
            return "strong"
        return "possible" if beyond >= self.possible else None


EVERYTHING = Bands(10.0, float("-inf"), float("-inf"))
"""Show whatever was compared, best first: for duplicate checks and for measuring recall."""
