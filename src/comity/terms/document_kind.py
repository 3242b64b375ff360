"""Kinds of travel documents. Kind, issuer and nationality are different facts."""

from __future__ import annotations

from dataclasses import dataclass

from comity.terms.table import load_table


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """``id``, ``title``, whether it shows ``protection`` under the 1951/1954 Conventions."""

    id: str
    title: str
    protection: bool
    source: str


DOCUMENT_KINDS = {
    key: DocumentKind(key, row["title"], row["protection"], row["source"])
    for key, row in load_table("document_kinds").items()
}
