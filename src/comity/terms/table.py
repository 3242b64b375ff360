"""The tables of the vocabulary: TOML beside the code, each row with its source and its date.

A table file has ``[table]`` with ``title``, ``as_of`` (the date on which it was held against its
sources) and ``status`` ("encoded, not reviewed" until a named person has), then ``[[row]]``s.
The loader refuses a table without a date and a row without ``id`` and ``source``.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

from comity.errors import Malformed

Row = Mapping[str, Any]


def parse_table(text: str, *, where: str) -> Mapping[str, Row]:
    """Read one table: id → row, in the file's order. Malformed names the file and the row."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Malformed("table-toml", str(error).lower(), where=where) from None
    head = data.get("table")
    if not isinstance(head, dict) or not isinstance(head.get("as_of"), datetime.date):
        raise Malformed("table-undated", "the table has no date", where=where, hint="set as_of")
    rows: dict[str, Row] = {}
    for number, row in enumerate(data.get("row", []), start=1):
        key = row.get("id")
        place = f"{where} row {number}"
        if not isinstance(key, str) or not key:
            raise Malformed("table-row-id", "the row has no id", where=place)
        if not row.get("source"):
            raise Malformed("table-row-source", "the row cites no source", where=place)
        if key in rows:
            raise Malformed("table-row-twice", "the id stands twice", where=place)
        rows[key] = MappingProxyType(row)
    return MappingProxyType(rows)


def load_table(name: str) -> Mapping[str, Row]:
    """Load the table ``tables/<name>.toml`` that ships with this package."""
    file = resources.files("comity.terms") / "tables" / f"{name}.toml"
    return parse_table(file.read_text("utf-8"), where=f"terms/tables/{name}.toml")
