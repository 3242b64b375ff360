"""The grounds of a refusal of entry: Regulation (EU) 2016/399 Annex V part B, letters A to J.

Each ground names what the officer has to add before it may be relied on. The words printed on the
form are in ``forms/refusal/<language>.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ground:
    """``letter``, the condition of entry that fails, and the ``details`` the officer must give."""

    letter: str
    cite: str
    details: tuple[str, ...] = ()


GROUNDS: dict[str, Ground] = {
    ground.letter: ground
    for ground in (
        Ground("A", "Reg (EU) 2016/399 art. 6(1)(a)"),
        Ground("B", "Reg (EU) 2016/399 art. 6(1)(a)"),
        Ground("C", "Reg (EU) 2016/399 art. 6(1)(b)"),
        Ground("D", "Reg (EU) 2016/399 art. 6(1)(b)"),
        Ground("E", "Reg (EU) 2016/399 art. 6(1)(c)", ("documents_missing",)),
        Ground("F", "Reg (EU) 2016/399 art. 6(1)", ("days_used",)),
        Ground("G", "Reg (EU) 2016/399 art. 6(1)(c) and (4)"),
        # R.N.N.S., C-225/19: the person must learn which state's data weighed, and where to go.
        Ground("H", "Reg (EU) 2016/399 art. 6(1)(d)", ("source", "alert_state", "alert_remedy")),
        # ZZ, C-300/11: the essence of the grounds, or the recorded decision to withhold it.
        Ground("I", "Reg (EU) 2016/399 art. 6(1)(e)", ("threat", "national_law")),
        Ground("J", "Reg (EU) 2016/399 art. 6(1)(f)", ("biometrics_for",)),
    )
}

CHOICES: dict[str, tuple[str, ...]] = {
    "source": ("SIS", "national register"),
    "threat": (
        "public policy",
        "internal security",
        "public health",
        "international relations",
    ),
    "biometrics_for": ("individual file", "border checks"),
    "language": ("en", "fr", "es", "pt", "ar"),
    "title_held": ("yes", "no"),
    "ees_recorded": ("yes", "no"),
    "signature": ("signed", "refused"),
}
"""Details and fields that are one of the boxes of the form."""
