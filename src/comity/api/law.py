"""The law for systems at home: the questions of ``comity law``, with the same keys in answer.

What any traveller may ask (packs, ask, stay, clauses) needs no session; a drafter's work (sweep,
compare, diff) takes seconds of this node and needs one. Only packs of this node are asked: a path
is no name. A body is bounded before it is read: see each field.
"""

from __future__ import annotations

import csv
import datetime
import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse, Response
from pydantic import ConfigDict, Field
from starlette.requests import Request

from comity.api.form import Count, Id, Strict, Who
from comity.bureau import law, law_compare, lawbook
from comity.bureau.law_records import (
    clauses_record,
    diff_record,
    packs_record,
    report_record,
    sweep_record,
)
from comity.bureau.node import Node
from comity.bureau.release import release, report
from comity.bureau.stay import count_table
from comity.errors import NotFound
from comity.law.diff import diff
from comity.law.pack import Pack

STAYS_MAX = 10_000
DATES_MAX = 50
PROPOSAL_CHARS_MAX = 100_000
SVG = "image/svg+xml"

Name = Annotated[str, Field(max_length=80, description="such as eu.short-stay")]
Facts = Annotated[dict[str, str], Field(max_length=50)]
Day = datetime.date

router = APIRouter(prefix="/law", tags=["law"])


class Question(Strict):
    """What is asked of a law pack; a fact left out is unknown, never a default."""

    pack: Name
    on: Day
    facts: Facts = Field(default={})
    question: str = ""
    court: bool = Field(default=False, description="with every rule considered and why not")


class OneStay(Strict):
    """One stay; an empty exit is unknown and makes each figure a range."""

    entry: str = Field(description="YYYY-MM-DD")
    exit: str = Field(default="", description="YYYY-MM-DD, or empty")
    title: str = Field(default="", description="the permit or long-stay visa it rests on")
    state: str = Field(default="", description="ICAO 9303 code of the state")
    evidence: str = Field(default="", description="stamp, record, ...")


class Stays(Strict):
    """The stays of one person and the day they are counted on."""

    pack: Name
    on: Day
    stays: list[OneStay] = Field(max_length=STAYS_MAX)
    facts: Facts = Field(default={})


class Sweep(Strict):
    """Which question of a pack to put for every profile, and on which day."""

    pack: Name
    on: Day
    question: str = ""
    facts: Facts = Field(default={}, description="that hold for every profile")


class Comparison(Strict):
    """Two packs, and a draft that would change one of them."""

    model_config = ConfigDict(extra="forbid", str_max_length=PROPOSAL_CHARS_MAX)

    first: Name
    second: Name
    on: Day
    question: str = ""
    facts: Facts = Field(default={}, description="the profile compared, where not the usual one")
    proposal: str = Field(default="", description="TOML, as docs/reference/law.md says")
    over: list[Day] = Field(
        default=[], max_length=DATES_MAX, description="days of the agreement index"
    )


class Difference(Strict):
    """One pack on two days."""

    pack: Name
    before: Day
    after: Day
    question: str = ""


class Release(Strict):
    """What a person has established for one case, and why."""

    established: list[str] = Field(
        default=[], max_length=20, description="conditions, in the words of the way out"
    )
    settle: list[str] = Field(
        default=[], max_length=10, description="kinds of conflict settled for this one case"
    )
    reason: str


class Clauses(Strict):
    """Whose data would leave, and who would receive them."""

    giver: Name
    receiver: Name
    on: Day


@router.get("/packs")
def packs(request: Request) -> list[dict[str, Any]]:
    """List the law packs of this node: status, content hash, who signed; needs no session."""
    node: Node = request.app.state.node
    return packs_record(law.library(), lambda digest: lawbook.signers(node, digest))


@router.get("/gate")
def gate(request: Request, _one: Who, limit: Count = 100) -> JSONResponse:
    """Say what the law lets out today, to whom, and what it keeps back."""
    return JSONResponse(report(request.app.state.node, limit))


@router.post("/release/{withheld_id}")
def let_out(request: Request, withheld_id: Id, body: Release, one: Who) -> dict[str, Any]:
    """Let out one thing kept back, by the way out that the law names."""
    done = release(
        request.app.state.node,
        one,
        withheld_id,
        conditions=body.established,
        settle=body.settle,
        reason=body.reason,
    )
    return {"released": done.id, "entry": done.entry, "to": done.ruling.peer}


@router.post("/ask")
def ask(body: Question, request: Request) -> JSONResponse:
    """Say what a law requires on a day, with article, text and reasons; needs no session."""
    pack = _pack(body.pack)
    answer = law.ask(pack, body.facts, body.on, body.question)
    signed_by = lawbook.signers(request.app.state.node, pack.hash) if body.court else None
    return JSONResponse(answer.record(court=body.court, signed_by=signed_by))


@router.post("/stay", responses={200: {"content": {SVG: {}}}})
def stay(
    body: Stays,
    form: Annotated[Literal["json", "svg", ""], Query(alias="format")] = "",
    accept: Annotated[str, Header()] = "",
) -> Response:
    """Count days used and left, the last lawful day and both readings; needs no session.

    With ``Accept: image/svg+xml`` or ``?format=svg`` the answer is the window as a picture.
    """
    report = count_table(_pack(body.pack), _table(body.stays), body.on, body.facts)
    if form == "svg" or (not form and SVG in accept):
        return Response(report.picture(), media_type=SVG)
    return JSONResponse(report.record())


@router.post("/clauses")
def clauses(body: Clauses) -> JSONResponse:
    """List what blocks an exchange of data, what clashes, and the way out; needs no session."""
    pair = _pack(body.giver), _pack(body.receiver)
    return JSONResponse(clauses_record(*pair, body.on, law.clauses(*pair, body.on)))


@router.post("/sweep")
def sweep(body: Sweep, _one: Who) -> JSONResponse:
    """Ask a pack for every profile; list gaps and clashes."""
    found = law_compare.sweep_pack(_pack(body.pack), body.on, body.question, body.facts)
    return JSONResponse(sweep_record(found))


@router.post("/compare")
def compare(body: Comparison, _one: Who) -> JSONResponse:
    """Show where two laws differ, who gains and loses by a draft, the agreement over time."""
    report = law_compare.compare_packs(
        _pack(body.first),
        _pack(body.second),
        body.on,
        question=body.question,
        facts=body.facts,
        proposal=_proposal(body),
        dates=body.over or law_compare.years_before(body.on),
    )
    return JSONResponse(report_record(report))


@router.post("/diff")
def compare_days(body: Difference, _one: Who) -> JSONResponse:
    """Show what changed in a pack between two days: rules, sets, and for whom."""
    found = diff(_pack(body.pack), body.before, body.after, body.question)
    return JSONResponse(diff_record(found))


def _pack(name: str) -> Pack:
    known = law.pack_names()
    if name not in known:
        raise NotFound(
            "law-pack-unknown", "no such law pack here", hint=f"one of {', '.join(known)}"
        )
    return law.load_pack(name)


def _proposal(body: Comparison) -> Pack | None:
    if not body.proposal:
        return None
    places = {name: name for name in (body.first, body.second)}
    return law_compare.read_proposal(body.proposal, places)


def _table(stays: list[OneStay]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(OneStay.model_fields)
    writer.writerows(tuple(one.model_dump().values()) for one in stays)
    return text.getvalue()
