"""Reads TOML into closed tables: every key is known, typed and read exactly once.

What is left over at the end is refused by name. Foreign text: the size is bounded before the
parser sees it, and nesting that exhausts the parser is a one-line error.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Any, TypeVar

from comity.errors import Malformed
from comity.terms.long_key import has_long_key

CHARS_MAX = 262_144
"""No agreement, list of articles or case is longer; the longest real treaty text has 200,000."""

DEPTH_MAX = 6

_ID = re.compile(r"[a-z0-9]+(?:[.:-][a-z0-9]+)*")
_HASH = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Value = TypeVar("Value")


class Sheet:
    """One TOML table with its place in the file; ``take_*`` reads a key, ``close`` ends."""

    def __init__(self, data: dict[str, Any], where: str) -> None:
        self._data = dict(data)
        self.where = where

    def _take(self, key: str, kind: type[Value], default: Value | None) -> Value:
        if key not in self._data:
            if default is not None:
                return default
            raise Malformed("sheet-missing", f"the key {key} is missing", where=self.where)
        value = self._data.pop(key)
        # bool is an int to Python, and datetime is a date: neither is what the text means
        if type(value) is not kind:
            raise Malformed(
                "sheet-type", f"{key} is not a {kind.__name__}", where=f"{self.where} {key}"
            )
        return value

    def take_text(self, key: str, default: str | None = None) -> str:
        """Take a text: not empty, without control characters but line feeds.

        Direction overrides are refused too: they make a signer read another text than the hash.
        """
        value = self._take(key, str, default)
        if not value.strip() and default is None:
            raise Malformed("sheet-empty", f"{key} is empty", where=f"{self.where} {key}")
        if _CONTROL.search(value):
            raise Malformed(
                "sheet-control", f"{key} has a control character", where=f"{self.where} {key}"
            )
        return value

    def take_line(self, key: str, default: str | None = None) -> str:
        """Take a text on one line."""
        value = self.take_text(key, default)
        if "\n" in value:
            raise Malformed("sheet-lines", f"{key} is not one line", where=f"{self.where} {key}")
        return value

    def take_id(self, key: str) -> str:
        """Take an identifier: lower case, digits, single hyphens, dots or colons."""
        value = self.take_text(key)
        if not _ID.fullmatch(value) or len(value) > 80:
            raise Malformed(
                "sheet-id", f"{key} is not an identifier", where=f"{self.where} {key}",
                hint="lower-case letters, digits and hyphens, at most 80",
            )  # fmt: skip
        return value

    def take_hash(self, key: str) -> str:
        """Take a SHA-256 in lower-case hex."""
        value = self.take_text(key)
        if not _HASH.fullmatch(value):
            raise Malformed(
                "sheet-hash", f"{key} is not a SHA-256 in lower-case hex",
                where=f"{self.where} {key}",
            )  # fmt: skip
        return value

    def take_date(self, key: str) -> datetime.date:
        """Take a calendar date; a time of day is refused."""
        return self._take(key, datetime.date, None)

    def take_flag(self, key: str, default: bool | None = None) -> bool:  # noqa: FBT001
        """Take true or false."""
        return self._take(key, bool, default)

    def take_count(self, key: str, low: int, high: int) -> int:
        """Take a whole number within [low, high]."""
        value = self._take(key, int, None)
        if not low <= value <= high:
            raise Malformed(
                "sheet-range", f"{key} is not within {low} and {high}", where=f"{self.where} {key}"
            )
        return value

    def take_words(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """Take a list of distinct texts, in the file's order."""
        values = self._take(key, list, default)
        if not all(isinstance(v, str) for v in values) or len(set(values)) != len(values):
            raise Malformed(
                "sheet-words", f"{key} is not a list of distinct texts", where=f"{self.where} {key}"
            )
        return tuple(values)

    def take_sheet(self, key: str) -> Sheet:
        """Take a table."""
        return Sheet(self._take(key, dict, None), f"{self.where} {key}")

    def take_sheets(self, key: str, most: int) -> list[Sheet]:
        """Take an array of 1 to ``most`` tables."""
        rows = self._take(key, list, None)
        if not all(isinstance(row, dict) for row in rows) or not 1 <= len(rows) <= most:
            raise Malformed(
                "sheet-rows", f"{key} is not a list of 1 to {most} tables", where=self.where
            )
        return [Sheet(row, f"{self.where} {key} {n}") for n, row in enumerate(rows, start=1)]

    def has(self, key: str) -> bool:
        """Say whether ``key`` is there and not yet taken."""
        return key in self._data

    def close(self) -> None:
        """Refuse what nobody read."""
        if self._data:
            raise Malformed(
                "sheet-unknown-key", f"unknown key {ascii(min(self._data))[:60]}", where=self.where,
                hint="see docs/spec/agreement.md for the keys",
            )  # fmt: skip


def read_toml(text: str, where: str) -> dict[str, Any]:
    """Parse TOML of at most ``CHARS_MAX`` characters; Malformed says line and column."""
    if len(text) > CHARS_MAX:
        raise Malformed("sheet-long", f"longer than {CHARS_MAX} characters", where=where)
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Malformed("sheet-text", "not a UTF-8 text", where=where)
    if has_long_key(text):
        raise Malformed("sheet-deep", "a key of eight parts or more", where=where)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Malformed("sheet-toml", str(error).lower(), where=where) from None
    except (RecursionError, ValueError):
        raise Malformed("sheet-toml", "not a TOML text", where=where) from None
    _check_depth(data, where)
    return data


def _check_depth(data: Any, where: str) -> None:
    level = [data]
    for _ in range(DEPTH_MAX):
        rows = (list(v.values()) if isinstance(v, dict) else v for v in level)
        level = [item for row in rows for item in row if isinstance(item, dict | list)]
        if not level:
            return
    raise Malformed("sheet-deep", f"nested deeper than {DEPTH_MAX}", where=where)


def read_sheet(text: str, where: str) -> Sheet:
    """Parse TOML into a closed table."""
    return Sheet(read_toml(text, where), where)
