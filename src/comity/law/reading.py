"""Read the tables of a law pack strictly: each key is known, typed and accounted for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from comity.errors import Malformed
from comity.law.facts import nearest

REMEDIES = {
    "law-toml": "correct the line: texts stand in quotes, dates bare, each key once in its table",
    "law-key-missing": "add it; docs/spec/law-pack.md says what each table needs",
    "law-type": "docs/spec/law-pack.md says what each key takes",
    "law-name-unknown": "declare it in the pack, or correct the name",
    "law-id-twice": "give each a name of its own",
    "law-condition-type": "compare values of one type: codes with codes, dates with dates",
    "law-definition-circle": "take one of them out of the circle",
    "law-despite-circle": "of two rules only one beats the other: drop a name from despite",
    "law-dates": "the first day stands first",
    "law-format": "read it with a newer release, or write it in the format of this one",
    "law-too-large": "split it, or say it with sets and groups",
    "law-too-deep": "write it in more and flatter pieces",
}
"""What to do about a refusal that has no remedy of its own."""


@contextmanager
def remedied() -> Iterator[None]:
    """Add the remedy of its code to a refusal that has none."""
    try:
        yield
    except Malformed as error:
        if error.hint or error.code not in REMEDIES:
            raise
        hint = REMEDIES[error.code]
        raise Malformed(error.code, error.what, where=error.where, hint=hint) from None


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included; None is open."""

    first: datetime.date | None = None
    last: datetime.date | None = None

    def covers(self, day: datetime.date) -> bool:
        """Say whether ``day`` lies in it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def within(self, other: Period) -> Period:
        """Give the days both cover, as far as each is bounded."""
        firsts = [day for day in (self.first, other.first) if day]
        lasts = [day for day in (self.last, other.last) if day]
        return Period(max(firsts, default=None), min(lasts, default=None))


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a pack and its place (file, table, id) for errors."""

    table: Mapping[str, Any]
    where: str

    def keys(self, known: Collection[str]) -> None:
        """Refuse a key that is not among the ``known``. Malformed "law-key-unknown"."""
        for key in self.table:
            if key not in known:
                raise Malformed(
                    "law-key-unknown",
                    f"unknown key {str(key)[:40]!r}",
                    where=self.where,
                    hint=nearest(str(key), known),
                )

    def text(self, key: str, *, code: str = "law-key-missing", hint: str = "") -> str:
        """Give a required, non-empty text."""
        value = self.optional(key)
        if not value:
            raise Malformed(code, f"{key} is missing", where=self.where, hint=hint)
        return value

    def optional(self, key: str, default: str = "") -> str:
        """Give a text, or the default where the key is absent."""
        value = self.table.get(key, default)
        if not isinstance(value, str):
            raise self.mistyped(key, "a text")
        return value.strip()

    def choice(self, key: str, known: Collection[str], default: str = "") -> str:
        """Give one of the ``known`` words."""
        value = self.optional(key, default)
        if value not in known:
            raise Malformed(
                "law-type",
                f"{key} is none of its values",
                where=self.where,
                hint=nearest(value, known),
            )
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give a true or false."""
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            raise self.mistyped(key, "true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts, empty where absent; nothing may stand twice."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.mistyped(key, "a list of texts")
        if len(set(value)) != len(value):
            raise Malformed("law-id-twice", f"{key} names something twice", where=self.where)
        return tuple(value)

    def date(self, key: str) -> datetime.date:
        """Give a required date."""
        value = self.table.get(key)
        if type(value) is not datetime.date:
            raise self.mistyped(key, "a date")
        return value

    def period(self, key: str = "in_force") -> Period:
        """Give ``[first]`` or ``[first, last]``; open where absent. Malformed "law-dates"."""
        value = self.table.get(key)
        if value is None:
            return ALWAYS
        if (
            not isinstance(value, list)
            or len(value) not in {1, 2}
            or any(type(day) is not datetime.date for day in value)
        ):
            raise Malformed(
                "law-dates",
                f"{key} is no list of one or two dates",
                where=self.where,
                hint=f"write {key} = [2026-03-06] or [2026-03-06, 2027-03-06]",
            )
        if len(value) == 2 and value[1] < value[0]:
            raise Malformed("law-dates", f"{key} ends before it begins", where=self.where)
        return Period(value[0], value[1] if len(value) == 2 else None)

    def entries(self, key: str) -> list[Entry]:
        """Give the tables of an array of tables."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise Malformed(
                "law-type",
                f"{key} is no list of tables",
                where=self.where,
                hint=f"write [[{key}]] above each",
            )
        found = []
        for number, row in enumerate(value, start=1):
            label = row.get("id", row.get("name", number))
            shown = label if isinstance(label, (str, int)) else number
            found.append(Entry(row, f"{self.where} {key} {str(shown)[:60]}"))
        return found

    def named(self, key: str) -> list[tuple[str, Entry]]:
        """Give the tables under ``[key.name]``."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            raise self.mistyped(key, "a table")
        found = []
        for name, row in value.items():
            where = f"{self.where} {key} {str(name)[:60]}"
            if not isinstance(row, dict):
                raise Malformed("law-type", "no table", where=where, hint=f"write [{key}.{name}]")
            found.append((name, Entry(row, where)))
        return found

    def mistyped(self, key: str, wanted: str) -> Malformed:
        """Say that a key is not what it should be."""
        return Malformed("law-type", f"{key} is not {wanted}", where=self.where)


ID = re.compile(r"[a-z][A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*", re.ASCII)
NAME = re.compile(r"[a-z][A-Za-z0-9_]*", re.ASCII)


def check_id(text: str, where: str, pattern: re.Pattern[str] = ID) -> str:
    """Refuse an id that is not made as the specification says."""
    if not pattern.fullmatch(text) or len(text) > 80:
        raise Malformed(
            "law-type", "not a name of the form the format has", where=where, hint="section 5"
        )
    return text


def cited(entry: Entry) -> str:
    """Give the citation. Malformed "law-no-citation" where there is none."""
    return entry.text("cite", code="law-no-citation", hint="every rule and set cites its source")
