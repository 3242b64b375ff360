"""A stay answer as a mapping for machines and as words for people.

Keys: ``used left last_lawful_day overstay_at_control days_in_breach next_entry``. Where an exit is
missing each is ``{"min": .., "max": ..}``, and the same values stand once more under ``min`` and
``max``; the least of each need not come from one and the same history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from comity.law.presence import Stay
from comity.law.stay import StayAnswer

READINGS = {
    "overstay_at_control": "excess at control: days used in the window that ends on the day "
    "asked, above the limit",
    "days_in_breach": "days in breach: all days of stay on which the limit was exceeded",
}
UNKNOWN_EXIT = (
    "an exit is missing: the least assumes the person left on the day of entry, the most that "
    "the person stayed until the next entry or the day asked; a missing stamp founds a "
    "presumption that the person may rebut (Reg (EU) 2016/399 art. 12)"
)
_FIELDS = (
    "used",
    "left",
    "last_lawful_day",
    "overstay_at_control",
    "days_in_breach",
    "next_entry",
)
# More days of stay mean more of these, and less of the others.
_GROWING = {"used", "overstay_at_control", "days_in_breach", "next_entry"}


def value_range(answer: StayAnswer, field: str) -> tuple[Any, Any]:
    """The least and the greatest of one field; None where there is no such day or no end.

    No lawful day at all lies before every day.
    """
    few, many = getattr(answer.fewest, field), getattr(answer.most, field)
    if field == "last_lawful_day" and few is None and answer.fewest.left is not None:
        return few, many
    return (few, many) if field in _GROWING else (many, few)


def as_mapping(
    answer: StayAnswer, stays: Sequence[Stay], notes: Sequence[str] = ()
) -> dict[str, Any]:
    """The answer as JSON values; ``stays`` are listed with their length in days, as counted."""
    limit = answer.limit
    first, last = answer.window
    result: dict[str, Any] = {
        "on": answer.on.isoformat(),
        "limit": {"id": limit.id, "cite": limit.cite, "says": limit.describe()},
        "window": {"from": first.isoformat(), "to": last.isoformat()},
        "present": answer.present,
        "certain": answer.certain,
        "readings": READINGS,
        "stays": [_stay(stay) for stay in stays],
        "notes": [*notes, *stay_notes(answer, stays)],
    }
    if answer.certain:
        return result | {field: _plain(getattr(answer.most, field)) for field in _FIELDS}
    ranges = {field: value_range(answer, field) for field in _FIELDS}
    for field, (least, greatest) in ranges.items():
        result[field] = {"min": _plain(least), "max": _plain(greatest)}
    result["min"] = {field: _plain(least) for field, (least, _) in ranges.items()}
    result["max"] = {field: _plain(greatest) for field, (_, greatest) in ranges.items()}
    return result


def stay_notes(answer: StayAnswer, stays: Sequence[Stay]) -> list[str]:
    """What a reader must know about this count, each a sentence without a full stop."""
    notes = []
    if not answer.certain:
        notes.append(UNKNOWN_EXIT)
    if any(stay.title for stay in stays):
        notes.append(
            "days under a residence permit or long-stay visa are not counted; days spent in other "
            "states of the area than the one that issued it are, and leave no border record"
        )
    if any(stay.exit is None or stay.exit > answer.on for stay in stays if stay.entry > answer.on):
        notes.append("stays after the day asked are plans and are not counted")
    if _overlap(stays):
        notes.append("stays overlap: their days are counted once; one of the dates may be wrong")
    if answer.limit.counts == "not stated":
        notes.append("the law does not say how days count; here entry and exit day both do")
    if answer.limit.extendable_to:
        notes.append(f"an authority may extend to {answer.limit.extendable_to} days in all")
    return notes


def _overlap(stays: Sequence[Stay]) -> bool:
    spans = sorted((stay.entry, stay.exit) for stay in stays if stay.exit and not stay.title)
    return any(after[0] < before[1] for before, after in pairwise(spans))


def as_words(answer: StayAnswer, notes: Sequence[str] = ()) -> str:
    """The answer for a terminal, a few lines."""
    limit = answer.limit
    first, last = answer.window
    lines = [
        f"{limit.describe()} ({limit.cite}), on {answer.on}",
        f"window               {first} to {last}",
        f"used                 {_words(answer, 'used')} days",
        f"left                 {_words(answer, 'left')} days "
        + ("if the person stays on" if answer.present else "if the person enters then"),
        f"last lawful day      {_words(answer, 'last_lawful_day')}",
        f"overstay at control  {_words(answer, 'overstay_at_control')} days above the limit",
        f"days in breach       {_words(answer, 'days_in_breach')} days of stay beyond the limit",
        f"next entry from      {_words(answer, 'next_entry')}",
    ]
    return "\n".join([*lines, *(f"note: {note}" for note in notes)])


def _words(answer: StayAnswer, field: str) -> str:
    least, greatest = (_shown(value) for value in value_range(answer, field))
    return least if least == greatest else f"{least} to {greatest}"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _stay(stay: Stay) -> dict[str, Any]:
    days = None if stay.exit is None else (stay.exit - stay.entry).days + 1
    return {
        "entry": stay.entry.isoformat(),
        "exit": None if stay.exit is None else stay.exit.isoformat(),
        "days": days,
        "title": stay.title,
    }
