"""Restrictions: what stops the use of an alert while it stands, who may set it, on what ground.

Encoded, not reviewed. The articles of the constitution that a restriction sets in motion are
named in the table, so that the two cannot drift apart unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.errors import Malformed
from comity.terms.table import load_table


@dataclass(frozen=True, slots=True)
class Restriction:
    """``title`` in plain words; ``by`` who may set it: "issuer", "holder"; ``told`` whether the
    issuer hears of a holder's; ``categories`` it applies to, () for all; ``rule`` of the
    constitution; ``source``.
    """

    id: str
    title: str
    by: tuple[str, ...]
    told: bool
    categories: tuple[str, ...]
    rule: str
    source: str

    def applies(self, category: str) -> bool:
        """Say whether it stops the use of an alert of this category."""
        return not self.categories or category in self.categories


RESTRICTIONS = {
    key: Restriction(
        key,
        row["title"],
        tuple(row["by"]),
        row["told"],
        tuple(row["categories"]),
        row["rule"],
        row["source"],
    )
    for key, row in load_table("restrictions").items()
}


def restriction(key: str, *, by: str, category: str) -> Restriction:
    """Give the restriction ``key``; Malformed where ``by`` may not set it on this category."""
    found = RESTRICTIONS.get(key)
    known = _open_to(by, category)
    if found is None or key not in known:
        raise Malformed(
            "restriction-ground",
            f"no ground on which the {by} restricts an alert of this category",
            where=category if found is None else f"{category}: {found.source}",
            hint=f"one of {', '.join(known)}",
        )
    return found


def _open_to(by: str, category: str) -> list[str]:
    rows: Iterable[Restriction] = RESTRICTIONS.values()
    return [one.id for one in rows if by in one.by and one.applies(category)]
