"""Clauses on data that leave: what a law says on keeping, copying, passing on, using, remedies.

The format is docs/spec/law-pack.md section 8; `comity.law.gate` holds two laws against each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.errors import Malformed
from comity.law.reading import Entry, Period

PARTY_KINDS = (
    "member-state-system",
    "third-country",
    "international-organisation",
    "private-body",
)
ONWARD = ("never", "same-purpose", "any")
REMEDIES = ("information", "access", "rectification", "erasure", "complaint", "court")
UNITS = {"day": 1, "month": 30, "year": 365}
TERM = re.compile(r"(\d{1,4}) (day|month|year)s?", re.ASCII)
COMMON = ("id", "kind", "cite", "text", "in_force", "strength", "note", "source")
KEYS: dict[str, tuple[str, ...]] = {
    "keep": ("max", "min", "from", "if"),
    "national_copy": ("allowed", "max"),
    "transfer": ("to", "allowed", "way_out"),
    "onward": ("allowed",),
    "purpose": ("allowed",),
    "categories": ("allowed", "forbidden"),
    "remedy": ("gives", "requires"),
    "automated_decision": ("allowed",),
}


@dataclass(frozen=True, slots=True)
class WayOut:
    """How a blocked transfer may still be lawful: one of ``any_of`` and every one of ``all_of``."""

    cite: str
    text: str
    purposes: tuple[str, ...]
    any_of: tuple[str, ...]
    all_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. ``words`` and ``against`` are its two lists, by kind.

    keep: ``longest``/``shortest`` as written, ``since`` (event), ``condition`` (words).
    transfer: ``words`` = to whom. onward: ``words`` = (one of never, same-purpose, any).
    purpose, categories: ``words`` = allowed, ``against`` = forbidden.
    remedy: ``words`` = gives, ``against`` = requires.
    """

    id: str
    kind: str
    cite: str
    text: str
    period: Period
    strength: str = "regulation"
    allowed: bool = True
    words: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    longest: str = ""
    shortest: str = ""
    since: str = ""
    condition: str = ""
    ways_out: tuple[WayOut, ...] = ()


def days_of(term: str) -> int:
    """Give the length of "3 years" in days, to compare terms (365 and 30 days)."""
    found = TERM.fullmatch(term)
    if found is None:
        raise Malformed("law-type", "not a term", hint='write "3 years" or "90 days"')
    return int(found[1]) * UNITS[found[2]]


def parse_clause(entry: Entry) -> Clause:
    """Read one ``[[clause]]``."""
    kind = entry.choice("kind", tuple(KEYS))
    entry.keys((*COMMON, *KEYS[kind]))
    terms = {key: entry.optional(key) for key in ("max", "min")}
    for term in terms.values():
        if term and not TERM.fullmatch(term):
            raise Malformed(
                "law-type", "not a term", where=entry.where, hint='write "3 years" or "90 days"'
            )
    allowed, words, against = _lists(entry, kind)
    return Clause(
        id=entry.text("id"),
        kind=kind,
        cite=entry.text("cite", code="law-no-citation", hint="every clause cites its source"),
        text=entry.text("text"),
        period=entry.period(),
        strength=entry.optional("strength", "regulation"),
        allowed=allowed,
        words=words,
        against=against,
        longest=terms["max"],
        shortest=terms["min"],
        since=entry.optional("from"),
        condition=entry.optional("if"),
        ways_out=tuple(_way_out(row) for row in entry.entries("way_out")),
    )


def _lists(entry: Entry, kind: str) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    if kind in {"transfer", "national_copy", "automated_decision"}:
        to = entry.texts("to")
        if kind == "transfer" and (not to or not set(to) <= set(PARTY_KINDS)):
            raise Malformed(
                "law-type",
                "to names no known kind of party",
                where=entry.where,
                hint=", ".join(PARTY_KINDS),
            )
        if "allowed" not in entry.table:
            raise Malformed("law-key-missing", "allowed is missing", where=entry.where)
        return entry.flag("allowed"), to, ()
    if kind == "onward":
        return True, (entry.choice("allowed", ONWARD),), ()
    if kind == "remedy":
        gives, requires = entry.texts("gives"), entry.texts("requires")
        if not {*gives, *requires} <= set(REMEDIES):
            raise Malformed(
                "law-type", "unknown remedy", where=entry.where, hint=", ".join(REMEDIES)
            )
        return True, gives, requires
    return True, entry.texts("allowed"), entry.texts("forbidden")


def _way_out(entry: Entry) -> WayOut:
    entry.keys(("cite", "text", "purposes", "any", "all"))
    return WayOut(
        entry.text("cite", code="law-no-citation"),
        entry.text("text"),
        entry.texts("purposes"),
        entry.texts("any"),
        entry.texts("all"),
    )


@dataclass(frozen=True, slots=True)
class Party:
    """Whose clauses: ``name`` of the pack, ``kind`` of the party, its system, its clauses."""

    name: str
    kind: str
    system: str
    clauses: tuple[Clause, ...]

    def of(self, kind: str) -> list[Clause]:
        """Give the clauses of one kind."""
        return [clause for clause in self.clauses if clause.kind == kind]
