"""Errors of acts in the words of a page, at the field where they belong."""

from __future__ import annotations

from comity.errors import ComityError

HINTS = {"country-unknown": "three letters of ICAO Doc 9303, such as UTO; Germany is D"}
"""What to do on a page, where the error's own hint names a command."""


def spell(error: ComityError) -> str:
    """Write what is wrong, and what to do, as one line; a hint for a terminal is left out."""
    hint = HINTS.get(error.code, "" if "`comity" in error.hint else error.hint)
    return error.what[:1].upper() + error.what[1:] + (f": {hint}" if hint else "")


def problem(field: str, text: str) -> dict[str, str]:
    """Give one error of a form: the field's name and the words."""
    return {"field": field, "text": text}
