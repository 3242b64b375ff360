"""Kinds of authority. What one may ask is said by an agreement, never by its kind alone."""

from __future__ import annotations

from dataclasses import dataclass

from comity.terms.table import load_table


@dataclass(frozen=True, slots=True)
class AuthorityKind:
    """``id``, ``title``, the purposes it may ever have (an upper bound), and the ``source``."""

    id: str
    title: str
    purposes: tuple[str, ...]
    source: str


AUTHORITY_KINDS = {
    key: AuthorityKind(key, row["title"], tuple(row["purposes"]), row["source"])
    for key, row in load_table("authorities").items()
}
