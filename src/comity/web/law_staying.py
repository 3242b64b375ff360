"""Days of stay: rows of entries and exits, the days used and left, and the window as a picture.

What is typed is somebody's travel: it is posted, answered and forgotten.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from comity.bureau import law
from comity.bureau.stay import StayReport, count_table
from comity.errors import ComityError
from comity.web.desk import Page, Visit
from comity.web.law_library import pack_named
from comity.web.wording import problem, spell

FIRST_PACK = "eu.short-stay"
ROWS = 6

FIGURES = (
    ("used", "Days used"),
    ("left", "Days left"),
    ("last_lawful_day", "Last lawful day"),
    ("next_entry", "Next entry from"),
    ("overstay_at_control", "Overstay: excess at control"),
    ("days_in_breach", "Overstay: days in breach"),
)


def show(visit: Visit) -> Response:
    """Show the empty rows."""
    form = {"pack": FIRST_PACK, "on": visit.node.today().isoformat(), "table": ""}
    return _page(visit, form | {"nationality": ""}, [{} for _ in range(ROWS)], None, [])


def count(visit: Visit) -> Response:
    """Count what was typed, in rows or as a table."""
    rows = [
        {key: visit.typed(f"{key}-{number}") for key in ("entry", "exit", "title")}
        for number in range(1, ROWS + 1)
    ]
    form = {key: visit.typed(key) for key in ("pack", "on", "table", "nationality")}
    form["table"] = visit.typed("table-file") or form["table"]
    try:
        pack = pack_named(form["pack"])
        facts = {"nationality": form["nationality"].upper()} if form["nationality"] else {}
        report = count_table(pack, _table(form, rows), law.parse_day(form["on"]), facts)
    except ComityError as error:
        place = f" ({error.where})" if error.where else ""
        wrong = [problem(_field(error, form, rows), spell(error) + place)]
        return _page(visit, form, rows, None, wrong)
    return _page(visit, form, rows, report, [])


def _table(form: Mapping[str, str], rows: list[dict[str, str]]) -> str:
    if form["table"]:
        return form["table"]
    lines = ["entry,exit,title"]
    lines += [",".join(_cell(one[key]) for key in one) for one in rows if any(one.values())]
    return "\n".join(lines)


def _field(error: ComityError, form: Mapping[str, str], rows: list[dict[str, str]]) -> str:
    # The line of the table is that of a row on the page; rows left empty are none.
    if "asked" in error.where or error.code == "stay-limit-absent":
        return "on"
    if error.code == "law-pack-missing":
        return "pack"
    if error.where.startswith("fact "):
        return "nationality"
    if form["table"]:
        return "table"
    filled = [number for number, one in enumerate(rows, 1) if any(one.values())]
    line = re.match(r"line (\d+)(?:, (entry|exit|title))?", error.where)
    place = int(line[1]) - 2 if line else 0
    row = filled[place] if 0 <= place < len(filled) else 1
    column = (line[2] if line else "") or (
        "exit" if error.code.startswith("stay-exit") else "entry"
    )
    return f"{column}-{row}"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if text else ""


def _page(
    visit: Visit,
    form: Mapping[str, str],
    rows: list[dict[str, str]],
    report: StayReport | None,
    errors: list[dict[str, str]],
) -> Response:
    record = None if report is None else report.record()
    return visit.page(
        "law_stay.html",
        here="/law",
        status=422 if errors else 200,
        form=form,
        rows=rows,
        packs=[
            {"value": name, "text": law.load_pack(name).title}
            for name in law.pack_names()
            if law.load_pack(name).stay_limits
        ],
        record=record,
        figures=[] if record is None else figures(record),
        picture="" if report is None else _picture(report),
        errors=errors,
    )


def figures(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Give the figures of an answer; a range where an exit is missing."""
    return [{"key": title, "value": _range(record[key])} for key, title in FIGURES]


def _range(value: Any) -> str:
    if isinstance(value, dict):
        least, most = _plain(value["min"]), _plain(value["max"])
        return least if least == most else f"{least} to {most}"
    return _plain(value)


def _plain(value: Any) -> str:
    return "–" if value is None else str(value)


def _picture(report: StayReport) -> str:
    # As an image: whatever it holds, it is no part of the page.
    return "data:image/svg+xml;base64," + base64.b64encode(report.picture().encode()).decode()


PAGES = (
    Page("/law/stay", show, roles=()),
    Page("/law/stay", count, roles=(), method="POST"),
)
