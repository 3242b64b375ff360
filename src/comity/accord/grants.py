"""Grants: which authority may, for which purpose, see which field groups of which alerts."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from comity.accord.article import Article
from comity.accord.sheet import Sheet
from comity.errors import Malformed
from comity.terms.authority import AUTHORITY_KINDS
from comity.terms.category import CATEGORIES
from comity.terms.field_group import FIELD_GROUPS

GRANTS_MAX = 100
CELLS_MAX = 5_000
"""So many (purpose, category, group) cells at most; a full lawful table has about 1,000."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One row of the access table, under one article of the agreement."""

    article: str
    authority: str
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    groups: tuple[str, ...]

    def as_dict(self) -> dict[str, str | list[str]]:
        """Give the form that is bound to the article."""
        return {
            "article": self.article,
            "authority": self.authority,
            "categories": list(self.categories),
            "groups": list(self.groups),
            "purposes": list(self.purposes),
        }


def take_grants(
    sheet: Sheet, *, articles: Mapping[str, Article], purposes: Container[str],
    categories: Container[str],
) -> tuple[Grant, ...]:  # fmt: skip
    """Read ``[[grant]]``; every word must be known and within what the agreement names."""
    found = tuple(_take_grant(row) for row in sheet.take_sheets("grant", GRANTS_MAX))
    for number, grant in enumerate(found, start=1):
        place = f"{sheet.where} grant {number}"
        _within(place, "article", [grant.article], articles, "the agreement has no such article")
        _within(place, "purpose", grant.purposes, purposes, "the agreement has no such purpose")
        _within(place, "category", grant.categories, categories, "not a category exchanged")
        bound = AUTHORITY_KINDS[grant.authority].purposes
        _within(place, "purpose", grant.purposes, bound, f"not a purpose of {grant.authority}")
    if sum(len(g.purposes) * len(g.categories) * len(g.groups) for g in found) > CELLS_MAX:
        raise Malformed("grants-many", f"more than {CELLS_MAX} grants", where=sheet.where)
    return found


def take_terms(sheet: Sheet, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
    """Take a list of one or more distinct words that a table of ``comity.terms`` knows."""
    words = sheet.take_words(key)
    if not words:
        raise Malformed("agreement-empty", f"{key} is empty", where=f"{sheet.where} {key}")
    _within(sheet.where, key, words, known, f"one of {', '.join(known)}")
    return words


def _take_grant(row: Sheet) -> Grant:
    authority = row.take_id("authority")
    _within(row.where, "authority", [authority], AUTHORITY_KINDS, ", ".join(AUTHORITY_KINDS))
    grant = Grant(
        row.take_id("article"),
        authority,
        row.take_words("purposes"),
        take_terms(row, "categories", CATEGORIES),
        take_terms(row, "groups", FIELD_GROUPS),
    )
    if not grant.purposes:
        raise Malformed("agreement-empty", "purposes is empty", where=f"{row.where} purposes")
    row.close()
    return grant


def _within(
    where: str, key: str, words: Iterable[str], known: Container[str], hint: str
) -> None:  # fmt: skip
    for word in words:
        if word not in known:
            raise Malformed(
                "agreement-unknown-term", f"{ascii(word)[:60]} may not stand here",
                where=f"{where} {key}", hint=hint,
            )  # fmt: skip
