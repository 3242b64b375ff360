"""Dated sets: lists of codes or words that change over time, each part with its act and dates.

An undated set is refused: ECOWAS lost three members overnight while no text that says "an ECOWAS
country" changed a letter (docs/spec/law-pack.md section 3).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.errors import Malformed
from comity.law.facts import FactKind, Value, nearest
from comity.law.reading import NAME, Entry, Period, check_id, cited
from comity.terms.country import ALIASES, COUNTRIES
from comity.terms.document_kind import DOCUMENT_KINDS

MAX_MEMBERS = 200_000
MAX_INCLUDES = 20


@dataclass(frozen=True, slots=True)
class SetPart:
    """Members for a period, with the act that put them there."""

    members: frozenset[Value]
    includes: tuple[str, ...]
    period: Period
    cite: str
    note: str


@dataclass(frozen=True, slots=True)
class DatedSet:
    """A named set of codes or words that changes over time."""

    id: str
    type: str
    parts: tuple[SetPart, ...]


def members_on(sets: Mapping[str, DatedSet], on: datetime.date) -> dict[str, frozenset[Value]]:
    """Give every set as it stands on a date, with what it includes."""
    found: dict[str, frozenset[Value]] = {}

    def members(name: str) -> frozenset[Value]:
        if name not in found:
            held: set[Value] = set()
            for part in sets[name].parts:
                if part.period.covers(on):
                    held |= part.members
                    held.update(*(members(other) for other in part.includes))
            found[name] = frozenset(held)
        return found[name]

    for name in sets:
        members(name)
    return found


def parse_sets(entries: list[Entry], facts: Mapping[str, FactKind]) -> dict[str, DatedSet]:
    """Read every ``[[sets.name]]``: dated, cited, of one type, without a circle of includes."""
    parts: dict[str, list[tuple[SetPart, str]]] = {}
    declared: dict[str, str] = {}
    size = 0
    for entry in entries:
        for name, value in _set_tables(entry):
            check_id(name, entry.where, NAME)
            if name in parts or name in facts:
                raise Malformed("law-id-twice", f"the name {name} stands twice", where=entry.where)
            parts[name] = [_set_part(name, row, facts) for row in value]
            declared[name] = entry.where
            size += sum(len(part.members) for part, _ in parts[name])
    if size > MAX_MEMBERS:
        raise Malformed("law-too-large", f"more than {MAX_MEMBERS} members of sets")
    types: dict[str, str] = {}
    for name in parts:
        _set_type(name, parts, declared, (), types)
    return {
        name: DatedSet(name, types[name], tuple(part for part, _ in held))
        for name, held in parts.items()
    }


def _set_tables(entry: Entry) -> Iterable[tuple[str, list[Entry]]]:
    value = entry.table.get("sets", {})
    if not isinstance(value, dict):
        raise entry.mistyped("sets", "a table")
    for name, rows in value.items():
        where = f"{entry.where} set {str(name)[:60]}"
        listed = rows if isinstance(rows, list) else [rows]
        if not listed or not all(isinstance(row, dict) for row in listed):
            raise Malformed(
                "law-set-undated",
                "the set has no dates",
                where=where,
                hint=f"write [[sets.{str(name)[:60]}]] with members, in_force and cite",
            )
        yield name, [Entry(row, where) for row in listed]


def _set_part(name: str, row: Entry, facts: Mapping[str, FactKind]) -> tuple[SetPart, str]:
    row.keys(("members", "includes", "in_force", "cite", "note", "title"))
    if "in_force" not in row.table:
        raise Malformed(
            "law-set-undated",
            "the set has no dates",
            where=row.where,
            hint=f"write in_force = [first] or [first, last] under [[sets.{name}]]",
        )
    listed, includes = row.texts("members"), row.texts("includes")
    if not listed and not includes:
        raise Malformed("law-key-missing", "the set has no members", where=row.where)
    kind = _member_type(listed, facts, row.where) if listed else ""
    members: set[Value] = {ALIASES.get(m, m) if kind == "country" else m for m in listed}
    part = SetPart(frozenset(members), includes, row.period(), cited(row), row.optional("note"))
    return part, kind


def _member_type(listed: tuple[str, ...], facts: Mapping[str, FactKind], where: str) -> str:
    if all(m in DOCUMENT_KINDS for m in listed):
        return "document"
    if all(any(m in kind.words for kind in facts.values()) for m in listed):
        return "word"
    for member in listed:
        if ALIASES.get(member, member) not in COUNTRIES:
            raise Malformed(
                "law-code-unknown",
                f"{member[:20]!r} is neither a country code nor a known word",
                where=where,
                hint="`comity terms countries` lists the codes",
            )
    return "country"


def _set_type(
    name: str,
    parts: Mapping[str, list[tuple[SetPart, str]]],
    declared: Mapping[str, str],
    path: tuple[str, ...],
    known: dict[str, str],
) -> str:
    if name in known:
        return known[name]
    where = f"{declared[name]} set {name}"
    if name in path:
        raise Malformed("law-definition-circle", "the set includes itself", where=where)
    if len(path) > MAX_INCLUDES:
        raise Malformed("law-too-deep", f"sets included over {MAX_INCLUDES} deep", where=where)
    types = {kind for _, kind in parts[name] if kind}
    for part, _ in parts[name]:
        for other in part.includes:
            if other not in parts:
                hint = nearest(other, parts)
                raise Malformed(
                    "law-name-unknown", "includes an unknown set", where=where, hint=hint
                )
            types.add(_set_type(other, parts, declared, (*path, name), known))
    if len(types) != 1:
        raise Malformed("law-condition-type", "a set of more than one type", where=where)
    known[name] = types.pop()
    return known[name]
