"""Errors of acts in the words of a page, at the field where they belong."""

from __future__ import annotations

from comity.errors import ComityError


def spell(error: ComityError) -> str:
    """Write what is wrong, and what to do, as one line."""
    return error.what[:1].upper() + error.what[1:] + (f": {error.hint}" if error.hint else "")


def problem(field: str, text: str) -> dict[str, str]:
    """Give one error of a form: the field's name and the words."""
    return {"field": field, "text": text}
