"""What the law answers, as JSON values: one form for the command line and for systems at home.

Each function gives what `comity law … --json` prints and what ``/api/v1/law/…`` answers.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from comity.bureau import law_compare
from comity.bureau.law import Shelf
from comity.law.compare import Comparison, duties
from comity.law.diff import Difference
from comity.law.facts import spell
from comity.law.gate import Finding
from comity.law.pack import Pack
from comity.law.sweep import Group


def packs_record(
    shelves: Iterable[Shelf], signers: Callable[[str], Iterable[str]] | None = None
) -> list[dict[str, Any]]:
    """Give the list of packs as JSON; ``error`` says why one could not be read.

    ``signed_by`` names the countries that have signed this very text, where a node can say.
    """
    return [
        {
            "law": shelf.name,
            "title": shelf.title,
            "authority": shelf.authority,
            "status": shelf.status,
            "hash": shelf.hash,
            "rules": shelf.rules,
            "clauses": shelf.clauses,
            "error": shelf.error,
            **({"signed_by": list(signers(shelf.hash))} if signers else {}),
        }
        for shelf in shelves
    ]


def sweep_record(found: law_compare.Sweep) -> dict[str, Any]:
    """Give a sweep as JSON: cells by outcome, gaps and clashes in groups."""
    view = found.swept.view
    return {
        "law": view.pack.name,
        "hash": view.pack.hash,
        "status": view.pack.status,
        "question": view.question.id,
        "on": view.on.isoformat(),
        "cells": int(found.swept.outcomes.size),
        "axes": {axis.fact: len(axis.values) for axis in found.swept.axes},
        "outcomes": found.swept.counts(),
        "findings": [group_record(group) for group in found.findings],
        "unexplained": len(found.unexplained()),
    }


def clauses_record(
    giver: Pack, receiver: Pack, on: datetime.date, findings: Iterable[Finding]
) -> dict[str, Any]:
    """Give two laws on data that leave, held against each other on a date, as JSON."""
    return {
        **{
            side: {"law": pack.name, "hash": pack.hash, "status": pack.status}
            for side, pack in (("giver", giver), ("receiver", receiver))
        },
        "on": on.isoformat(),
        "findings": [clause_record(finding) for finding in findings],
    }


def group_record(group: Group) -> dict[str, Any]:
    """Give one group of findings as JSON."""
    return {
        "finding": group.finding,
        "rules": list(group.rules),
        "cells": group.cells,
        "example": dict(group.example),
        "values": {name: list(values) for name, values in group.values.items()},
        "why": group.why,
    }


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """Give a comparison as JSON."""
    return {
        "laws": [
            {"law": pack.name, "hash": pack.hash, "status": pack.status}
            for pack in comparison.packs
        ],
        "question": comparison.question,
        "on": comparison.on.isoformat(),
        "profile": {name: spell(value) for name, value in comparison.profile.items()},
        "nationalities": len(comparison.cells),
        "agreement": round(comparison.agreement(), 4),
        "silent": list(comparison.silences()),
        "classes": [
            {
                "outcomes": list(row.outcomes),
                "rules": list(row.rules),
                "count": len(row.nationalities),
                "nationalities": list(row.nationalities),
            }
            for row in comparison.classes()
        ],
        "stay_limits": [list(side) for side in comparison.limits()],
        "weak_basis": [cell.nationality for cell in comparison.cells if cell.weak],
        "to_change": [
            {"law": duty.law, "easier": list(duty.easier), "harder": list(duty.harder)}
            for duty in duties(comparison)
        ],
    }


def report_record(report: law_compare.Report) -> dict[str, Any]:
    """Give the whole report as JSON."""
    record = comparison_record(report.comparison)
    record["agreement_over_time"] = [
        {"on": day.isoformat(), "agreement": round(share, 4)} for day, share in report.over_time
    ]
    if report.proposed and report.effect:
        record["proposal"] = {
            "agreement": round(report.proposed.agreement(), 4),
            "gains": [cell.nationality for cell in report.effect.gains],
            "loses": [cell.nationality for cell in report.effect.loses],
            "other": [cell.nationality for cell in report.effect.other],
            "unchanged": report.effect.unchanged,
        }
    return record


def diff_record(found: Difference) -> dict[str, Any]:
    """Give a difference as JSON."""
    return {
        "law": found.pack.name,
        "hash": found.pack.hash,
        "status": found.pack.status,
        "question": found.question,
        "dates": [day.isoformat() for day in found.dates],
        "began": [{"rule": rule.id, "cite": rule.cite} for rule in found.began],
        "ended": [{"rule": rule.id, "cite": rule.cite} for rule in found.ended],
        "sets": [
            {
                "set": change.name,
                "added": list(change.added),
                "removed": list(change.removed),
                "cites": list(change.cites),
            }
            for change in found.sets
        ],
        "changes": [
            {
                "before": change.before,
                "after": change.after,
                "rules": list(change.rules),
                "profiles": change.profiles,
                "values": {name: list(values) for name, values in change.values.items()},
            }
            for change in found.changes
        ],
    }


def clause_record(finding: Finding) -> dict[str, Any]:
    """Give one finding as JSON."""
    sides = {"giver": finding.giver, "receiver": finding.receiver}
    return {
        "state": finding.state,
        "kind": finding.kind,
        "sentence": finding.sentence,
        **{
            side: {"clause": clause.id, "cite": clause.cite, "text": clause.text}
            for side, clause in sides.items()
            if clause
        },
        "way_out": [
            {
                "cite": way.cite,
                "text": way.text,
                "purposes": list(way.purposes),
                "any": list(way.any_of),
                "all": list(way.all_of),
            }
            for way in finding.ways_out
        ],
    }
