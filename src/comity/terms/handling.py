"""Handling codes: what a recipient may do with what it was told. Stricter beats looser."""

from __future__ import annotations

from dataclasses import dataclass

from comity.terms.table import load_table


@dataclass(frozen=True, slots=True)
class HandlingCode:
    """``id``, ``title`` in plain words, ``rank`` (higher is stricter), ``source``."""

    id: str
    title: str
    rank: int
    source: str


HANDLING_CODES = {
    key: HandlingCode(key, row["title"], row["rank"], row["source"])
    for key, row in load_table("handling").items()
}
