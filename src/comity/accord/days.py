"""Days: as policies compare them, and as the cache may tell them apart.

Rules read most dates in one way only: against the day of the decision. Then a date can stand for
every other on the same side of that day, and one decision serves all of them. Whether that is so
is read off the rules themselves, attribute by attribute; a rule that reads a date in any other
way turns this off for that date.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_TODAY = {".": {"left": {"Var": "context"}, "attr": "on"}}


def day(date: datetime.date) -> int:
    """Give a date as the number YYYYMMDD, the form in which policies compare days."""
    return int(date.year * 10_000 + date.month * 100 + date.day)


def only_against_today(forms: Iterable[Mapping[str, Any]], attribute: str) -> bool:
    """Whether every rule (in Cedar's JSON form) that reads ``attribute`` compares it with today."""
    return not any(
        _otherwise(clause["body"], attribute) for form in forms for clause in form["conditions"]
    )


def beside(date: datetime.date, on: datetime.date) -> datetime.date:
    """Give one date for all on the same side of ``on``: the day before, the day, the day after."""
    if not datetime.date.min < on < datetime.date.max or date == on:
        return date
    step = datetime.timedelta(1)
    return on - step if date < on else on + step


def _otherwise(node: Any, attribute: str) -> bool:
    """Whether ``attribute`` is read in ``node`` otherwise than in a comparison with today."""
    if isinstance(node, list):
        return any(_otherwise(item, attribute) for item in node)
    if not isinstance(node, dict):
        return False
    for kind, body in node.items():
        if kind in _COMPARISONS and _is_against_today(body, attribute):
            continue
        if kind == "." and body["attr"] == attribute:
            return True
        if _otherwise(body, attribute):
            return True
    return False


def _is_against_today(body: Mapping[str, Any], attribute: str) -> bool:
    sides = (body["left"], body["right"])
    for one, other in (sides, sides[::-1]):
        if other == _TODAY and "." in one and one["."]["attr"] == attribute:
            return "Var" in one["."]["left"]
    return False
