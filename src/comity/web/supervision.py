"""The supervisor's pages: the log without personal data, proofs, evidence, the signed head."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from comity.bureau import alert, audit, opened, overview
from comity.bureau.audit import Line
from comity.errors import Malformed
from comity.web.desk import Page, Visit
from comity.web.wording import problem, spell

MAY = ("supervisor",)
PAGE = 50
SCAN = 500
SCANS_MAX = 10
"""A filter looks through at most SCAN * SCANS_MAX entries for one page, then offers to go on."""

KINDS = {
    "": "All entries",
    "check": "Checks",
    "match": "Matches",
    "alert": "Alerts",
    "copy": "Copies of others' alerts",
    "hit": "Hits told by peers",
    "agreement": "Agreements",
    "law": "What the law keeps back or lets out",
    "officer": "Officers",
    "evidence": "Evidence taken",
    "node": "This node",
}

SAID = ("purpose", "category", "event", "reason", "role", "peer")
"""Keys of an entry's public part that say what happened, in the order shown."""


def log(visit: Visit) -> Response:
    """Show the figures and the newest entries, of one kind where asked for."""
    kind = visit.query.get("kind", "")
    kind = kind if kind in KINDS else ""
    lines, older = _lines(visit, kind, _number(visit.query.get("before")))
    state = audit.state(visit.node)
    tally = overview.tally(visit.node)
    late = alert.overdue(visit.node)
    figures = [
        {"key": "Entries", "value": f"{state.size:,}"},
        {
            "key": "Witnessed up to",
            "value": f"{state.cosigned:,}" if state.witnesses else "none",
        },
        {"key": "Checks today", "value": f"{tally['checks']:,}"},
        {"key": "Alerts in force", "value": f"{tally['alerts']:,}"},
        {"key": "Candidates open", "value": f"{tally['waiting']:,}"},
        {"key": "Overdue", "value": f"{len(late):,}"},
    ]
    return visit.page(
        "log.html",
        here="/log",
        figures=figures,
        entries=[row(line) for line in lines],
        older=older,
        overdue=[_late(one) for one in late],
        kinds=[{"value": key, "text": text} for key, text in KINDS.items()],
        kind=kind,
    )


def entry(visit: Visit) -> Response:
    """Show one entry: its public part, its proof, and how evidence is taken."""
    return _entry_page(visit, "", [])


def proof(visit: Visit) -> Response:
    """Give the proof of one entry as a file."""
    number = _wanted(visit)
    return _file(visit.node.ledger.proof(number), f"entry-{number}.tlog-proof", "text/plain")


def checkpoint(visit: Visit) -> Response:
    """Give the newest signed head with its cosignatures as a file."""
    return _file(visit.node.ledger.checkpoint(), "checkpoint.txt", "text/plain")


def evidence(visit: Visit) -> Response:
    """Give the evidence of one entry; with the personal parts only for a purpose in words."""
    number = _wanted(visit)
    name = f"entry-{number}.comity-evidence"
    if visit.typed("opened") != "yes":
        return _file(audit.evidence(visit.node, [number]), name, "application/octet-stream")
    purpose = visit.typed("purpose")
    try:
        bundle = opened.take_evidence(visit.node, visit.who, [number], purpose=purpose)
    except Malformed as error:
        return _entry_page(visit, purpose, [problem("purpose", spell(error))])
    return _file(bundle, name, "application/octet-stream")


def row(line: Line) -> dict[str, Any]:
    """Give one entry as a row of the list."""
    public = line.public
    many = public.get("agreements")
    named = ", ".join(many) if isinstance(many, dict) else str(public.get("agreement", ""))
    said = [str(public[key]).replace("-", " ") for key in SAID if key in public]
    said += [f"version {public['version']}"] if "version" in public else []
    return {
        "number": line.seq,
        "at": line.minute,
        "what": line.kind,
        "agreement": named or "–",
        "said": ", ".join(said) or "–",
        "outcome": str(public.get("state", "–")).replace("-", " "),
    }


def _entry_page(visit: Visit, purpose: str, errors: list[dict[str, str]]) -> Response:
    number = _wanted(visit)
    line = audit.log(visit.node, before=number + 1, limit=1)[0]
    state = audit.state(visit.node)
    return visit.page(
        "log_entry.html",
        here="/log",
        status=422 if errors else 200,
        line=line,
        public=line.public,
        witnessed=state.cosigned > number,
        proof=visit.node.ledger.proof(number).decode("utf-8"),
        purpose=purpose,
        errors=errors,
    )


def _lines(visit: Visit, kind: str, before: int | None) -> tuple[list[Line], int | None]:
    if not kind:
        found = audit.log(visit.node, before=before, limit=PAGE)
        last = found[-1].seq if found else 0
        return found, last or None
    kept: list[Line] = []
    for _turn in range(SCANS_MAX):
        some = audit.log(visit.node, before=before, limit=SCAN)
        for line in some:
            before = line.seq
            if line.kind.split(":", 1)[0] == kind:
                kept.append(line)
            if len(kept) == PAGE:
                return kept, before or None
        if not before:
            return kept, None
    return kept, before


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Malformed("page-address", "the address of this page is wrong")
    return int(text)


def _wanted(visit: Visit) -> int:
    number = _number(visit.params["entry"])
    if number is None:
        raise Malformed("page-address", "the address of this page is wrong")
    visit.node.ledger.entry(number)  # NotFound outside the log
    return number


def _late(one: Any) -> dict[str, Any]:
    due = one.acknowledge_by.strftime("%Y-%m-%d %H:%M UTC")
    return {
        "title": f"Withdrawal not acknowledged by {one.peer}",
        "at": one.acknowledge_by,
        "by": one.agreement,
        "due": True,
        "text": f"Was due {due}. Telephone the holder.",
    }


def _file(data: bytes, name: str, media: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media, headers=headers)


PAGES = (
    Page("/log", log, roles=MAY),
    Page("/log/checkpoint", checkpoint, roles=MAY),
    Page("/log/{entry}", entry, roles=MAY),
    Page("/log/{entry}/proof", proof, roles=MAY),
    Page("/log/{entry}/evidence", evidence, roles=MAY, method="POST"),
)
