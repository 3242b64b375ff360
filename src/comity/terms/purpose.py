"""Why a question is asked. A question without a purpose is never asked (R01)."""

from __future__ import annotations

from dataclasses import dataclass

from comity.terms.table import load_table


@dataclass(frozen=True, slots=True)
class Purpose:
    """``id``, a plain-word ``title`` and the article that allows to ask (``source``)."""

    id: str
    title: str
    source: str


PURPOSES = {
    key: Purpose(key, row["title"], row["source"]) for key, row in load_table("purposes").items()
}
