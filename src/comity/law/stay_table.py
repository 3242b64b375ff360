"""Stays as a table: ``entry,exit[,title[,state[,evidence]]]`` in CSV.

    entry,exit,title
    2026-01-10,2026-01-20,
    2026-03-01,2026-05-30,residence permit
    2026-06-02,,

Dates are ISO 8601. An empty ``exit`` is unknown. ``title`` names the permit or long-stay visa the
days rest on; a short-stay visa gives no title and its days count. ``state`` is the ICAO code of
the state; ``evidence`` is ``stamp`` or ``record`` (or another word, kept as it is).
"""

from __future__ import annotations

import csv
import io
import re

from comity.errors import Malformed
from comity.law.calendar import parse_day
from comity.law.presence import MOST_STAYS, Stay

_COLUMNS = ("entry", "exit", "title", "state", "evidence")
_MOST_CHARACTERS = 1_000_000
_STATE = re.compile(r"\A[A-Z]{1,3}\Z", re.ASCII)
_WORD = re.compile(r"\A[a-z][a-z -]{0,39}\Z", re.ASCII)

# What a person may have written for the two kinds that are not counted (SBC art. 6(2)) ...
_LONG_STAY = re.compile(
    r"long[ -]?stay|long[ -]?term visa|\bvisa d\b|\bd[ -]?visa\b|\btype d\b|\bd\b|national visa"
    r"|long s[eé]jour|larga duraci[oó]n|longa dura[cç][aã]o"
)
_PERMIT = re.compile(
    r"permit|residen|blue card|titre de s[eé]jour|permiso|permesso|aufenthalts(titel|erlaubnis)"
)
# ... and for those that are: Regulation (EC) 810/2009 short-stay visas, and no visa at all.
_SHORT_STAY = re.compile(
    r"short[ -]?stay|\bvisa c\b|\bc[ -]?visa\b|\btype c\b|\bc\b|visa[ -](free|exempt|waiver)"
    r"|exempt|transit|\betias\b|\btourist\b|\bvisit(or)?\b"
    r"|court s[eé]jour|\bnone\b|\A-\Z"
)
# SBC art. 2(16)(b): a paper given while an application is pending is no residence permit.
_PENDING = re.compile(r"pending|applicat|applied|asylum seeker|temporary authori")


def parse_stays(text: str) -> list[Stay]:
    """Read the table; raise `Malformed` with line and field, and never with what stood there."""
    if len(text) > _MOST_CHARACTERS:
        raise Malformed("stays-too-large", f"more than {_MOST_CHARACTERS} characters")
    if "\0" in text:
        raise Malformed("stays-format", "holds a NUL character")
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    stays: list[Stay] = []
    columns: list[str] | None = None
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if columns is None:
                columns = _columns(cells, rows.line_num)
            elif len(stays) == MOST_STAYS:
                raise Malformed("stays-too-many", f"more than {MOST_STAYS} stays")
            else:
                stays.append(_stay(columns, cells, rows.line_num))
    except csv.Error as error:
        raise Malformed(
            "stays-format", "not comma-separated values", where=f"line {rows.line_num}"
        ) from error
    if columns is None:
        raise _no_header("line 1")
    return stays


def _columns(cells: list[str], line: int) -> list[str]:
    names = [cell.lower() for cell in cells]
    known = all(name in _COLUMNS for name in names) and len(set(names)) == len(names)
    if not known or not {"entry", "exit"} <= set(names):
        raise _no_header(f"line {line}")
    return names


def _no_header(where: str) -> Malformed:
    return Malformed(
        "stays-header",
        "the first line does not name the columns entry and exit",
        where=where,
        hint="begin with entry,exit or entry,exit,title (also known: state, evidence)",
    )


def _stay(columns: list[str], cells: list[str], line: int) -> Stay:
    where = f"line {line}"
    if len(cells) > len(columns):
        raise Malformed("stays-format", "more cells than columns", where=where)
    row = dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True))
    if not row["entry"]:
        raise Malformed(
            "stay-entry-missing",
            "the entry is missing",
            where=f"{where}, entry",
            hint="give the first day for which there is evidence of presence",
        )
    return Stay(
        entry=parse_day(row["entry"], where=f"{where}, entry"),
        exit=parse_day(row["exit"], where=f"{where}, exit") if row["exit"] else None,
        title=read_title(row.get("title", ""), where=f"{where}, title"),
        state=_matching(_STATE, row.get("state", ""), f"{where}, state"),
        evidence=_matching(_WORD, row.get("evidence", "").lower(), f"{where}, evidence"),
        line=line,
    )


def _matching(pattern: re.Pattern[str], value: str, where: str) -> str:
    if value and not pattern.match(value):
        raise Malformed("stays-format", "not what the column holds", where=where)
    return value


def read_title(written: str, *, where: str = "") -> str:
    """``residence permit``, ``long-stay visa``, or empty for a short stay, whose days count.

    Raises `Malformed` for anything else: whether a paper stops the count is never guessed.
    """
    plain = " ".join(written.lower().replace("_", " ").split())
    if not plain:
        return ""
    if _PENDING.search(plain):
        raise Malformed(
            "stay-title-pending",
            "a paper given while an application is pending is not counted as a permit by itself",
            where=where,
            hint="leave title empty, or write residence permit if the state has notified it as one",
        )
    if _SHORT_STAY.search(plain):
        return ""
    if _LONG_STAY.search(plain):
        return "long-stay visa"
    if _PERMIT.search(plain):
        return "residence permit"
    raise Malformed(
        "stay-title-unknown",
        "not a title Comity knows",
        where=where,
        hint="write residence permit or long-stay visa; leave empty for a short stay",
    )
