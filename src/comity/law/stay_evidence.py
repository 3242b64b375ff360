"""Stamps against records: two accounts of the same stays, and which of them prevails.

While an entry-exit system replaces stamps, the passport and the register may tell different
stories. The law says which prevails, differently by date and by whether the record holds
biometrics (Reg (EU) 2025/1534 art. 5(3); Reg (EU) 2017/2226 art. 22(2)): that is data of a pack,
handed in here as a function. Where the law leaves it to the officer, case by case, nothing is
chosen: the count becomes a range, and the discrepancy is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from comity.errors import Malformed
from comity.law.presence import Stay

Prevails = Literal["stamp", "record", "officer"]
Rule = Callable[[Stay, Stay], Prevails]
"""From the stay as stamped and as recorded: which account the law follows."""

STAMP = "stamp"
_MOST = 1_000
RECORDS = ("record", "record with biometrics", "record without biometrics")


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One stay told in two ways; ``day`` is the crossing the stamp places differently."""

    stamp: Stay
    record: Stay
    day: date
    prevails: Prevails


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The stays as the law reads the evidence.

    ``fewest`` and ``most`` differ only where a discrepancy is left to the officer: the days both
    accounts share, and the days of either.
    """

    fewest: tuple[Stay, ...]
    most: tuple[Stay, ...]
    discrepancies: tuple[Discrepancy, ...]


def reconcile(stays: Sequence[Stay], rule: Rule) -> Reconciled:
    """Pair each stamped stay with the recorded one it overlaps, and settle where they differ.

    A stay in one account only is taken as it stands: where there are no relevant data in the
    register the stamp prevails, where a stamp is missing the register. Stays with other evidence,
    or none, pass through.
    """
    stamps: list[Stay] = []
    records: list[Stay] = []
    rest: list[Stay] = []
    for stay in stays:
        kind = "" if stay.title else stay.evidence
        (stamps if kind == STAMP else records if kind in RECORDS else rest).append(stay)
    if len(stamps) > _MOST or len(records) > _MOST:
        raise Malformed("stays-too-many", f"more than {_MOST} stays with stamps or records")
    fewest, most, found = list(rest), list(rest), []
    for stamp in stamps:
        record = next((each for each in records if _same_stay(stamp, each)), None)
        if record is None:
            settled: tuple[Stay, Stay] = (stamp, stamp)
        else:
            records.remove(record)
            settled, difference = _settle(stamp, record, rule)
            found.extend(difference)
        fewest.append(settled[0])
        most.append(settled[1])
    order = sorted(range(len(fewest)), key=lambda place: fewest[place].entry)
    return Reconciled(
        fewest=(*(fewest[place] for place in order), *records),
        most=(*(most[place] for place in order), *records),
        discrepancies=tuple(found),
    )


def _same_stay(stamp: Stay, record: Stay) -> bool:
    if stamp.entry == record.entry:
        return True
    first, second = sorted((stamp, record), key=lambda stay: stay.entry)
    # Leaving and entering again on one day makes two stays that touch and are not the same.
    return first.exit is not None and second.entry < first.exit


def _settle(stamp: Stay, record: Stay, rule: Rule) -> tuple[tuple[Stay, Stay], list[Discrepancy]]:
    exits = {stamp.exit, record.exit} - {None}
    if stamp.entry == record.entry and len(exits) < 2:
        known = replace(record, exit=exits.pop() if exits else None)
        return (known, known), []
    day = stamp.entry if stamp.entry != record.entry else (stamp.exit or record.entry)
    prevails = rule(stamp, record)
    found = [Discrepancy(stamp, record, day, prevails)]
    if prevails == "stamp":
        return (stamp, stamp), found
    if prevails == "record":
        return (record, record), found
    if prevails != "officer":
        raise Malformed("stay-evidence", "the rule of evidence gives no known outcome")
    return _either(stamp, record), found


def _either(stamp: Stay, record: Stay) -> tuple[Stay, Stay]:
    """The days both accounts share and the days of either."""
    entries = sorted((stamp.entry, record.entry))
    if stamp.exit is None or record.exit is None:
        exits = [day for day in (stamp.exit, record.exit) if day is not None]
        shared = exits[0] if exits else None
        return replace(record, entry=entries[1], exit=shared), replace(
            record, entry=entries[0], exit=None
        )
    ends = sorted((stamp.exit, record.exit))
    return (
        replace(record, entry=entries[1], exit=ends[0]),
        replace(record, entry=entries[0], exit=ends[1]),
    )
