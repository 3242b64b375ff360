"""The door for systems at home, described by OpenAPI at ``/api/v1/openapi.json``.

Every call but the status acts for an officer: ``POST /api/v1/session`` gives a token for an id
and a sign-in code, which goes into the header ``Authorization: Bearer ...``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from comity import __version__
from comity.api import law
from comity.api.faults import Guard, answer_fault
from comity.api.form import Count, Id, Strict, Who
from comity.bureau import alert, audit, match, officer, opinion, restriction, witnessing
from comity.bureau.answer import Traveller
from comity.bureau.check import BATCH_MAX, check
from comity.bureau.node import Node
from comity.bureau.question import Inquiry
from comity.bureau.travellers import kind_of, read_zone
from comity.errors import ComityError
from comity.match.objects import KINDS
from comity.terms.country import country_code
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

Entry = Annotated[int, Path(ge=0, le=2**53 - 1)]
Code = Annotated[str, Query(max_length=3, pattern=r"^[A-Z]*$")]
Number = Annotated[int, Query(ge=0, le=2**53 - 1)]


class SignIn(Strict):
    """Who signs in."""

    officer: str
    code: str


class Document(Strict):
    """A travel document as shown, or an object: a vehicle, a plate."""

    number: str
    issuer: str = ""
    kind: Literal["", *KINDS[1:]] = Field(  # type: ignore[valid-type]
        default="", description="of an object; empty for a travel document, or where it is open"
    )


class Person(Strict):
    """Who is asked about: a machine-readable zone, or what is known in words."""

    reference: str = Field(description="case or encounter, without which nobody asks")
    mrz: str = ""
    names: list[str] = Field(default=[], max_length=20)
    birth_date: str = Field(default="", description="YYYY, YYYY-MM or YYYY-MM-DD")
    nationality: list[str] = Field(default=[], max_length=10)
    sex: Literal["F", "M", "X", ""] = ""
    documents: list[Document] = Field(default=[], max_length=20)
    document_kind: str = Field(default="", description="a kind of the terms, or a zone's code")
    origins: list[str] | None = Field(
        default=None, description="countries fled; [] where protection is sought, origin unknown"
    )


class Check(Strict):
    """One question about one or several travellers."""

    purpose: str
    travellers: list[Person] = Field(min_length=1, max_length=BATCH_MAX)


class Decision(Strict):
    """A person's decision, with reasons in their own words."""

    reason: str


class Withdrawal(Strict):
    """Which event ends the alert, and why."""

    event: str
    reason: str


class Restriction(Strict):
    """On which ground the alert's use stops, or may go on, and why."""

    ground: Literal["contested", "flagged", "final-judgment", "possible-victim"]
    reason: str
    quiet: bool = Field(default=False, description="on a copy: do not tell the issuer")


class Extension(Strict):
    """Until when, and the individual assessment."""

    until: datetime.date
    assessment: str


def machine_app(node: Node) -> FastAPI:
    """Give the application which systems at home call."""
    app = FastAPI(
        title=f"Comity: {node.settings.name}",
        version=__version__,
        description="Is there an alert about this traveller, and may I be told?",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    for kind in (ComityError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer_fault)
    app.add_middleware(Guard)

    app.state.node = node

    @app.post("/session", tags=["officer"])
    def sign_in(body: SignIn) -> dict[str, str]:
        """Give a token for an officer's id and sign-in code."""
        return {"token": officer.sign_in(node, body.officer, body.code)}

    @app.get("/status", tags=["node"])
    def status() -> dict[str, Any]:
        """Say who this is and how its log stands; needs no session."""
        state = audit.state(node)
        return {
            "country": node.country,
            "training": node.settings.training,
            "version": __version__,
            "alerts": len(node.holdings),
            "log": {
                "origin": state.origin,
                "size": state.size,
                "witnessed": state.cosigned,
                "alarm": witnessing.alarm(node),
            },
        }

    @app.post("/check", tags=["check"])
    def ask(body: Check, one: Who) -> JSONResponse:
        """Check travellers: match, no match, not permitted or unavailable, each with its proof."""
        people = [_traveller(node, person) for person in body.travellers]
        answers = check(node, Inquiry(officer=one, purpose=body.purpose), people)
        return JSONResponse({"answers": [answer.as_dict() for answer in answers]})

    _add_matches(app, node)
    _add_alerts(app, node)
    _add_restrictions(app, node)
    app.include_router(law.router)
    _add_log(app, node)
    return app


def _add_matches(app: FastAPI, node: Node) -> None:
    @app.get("/matches/{match_id}", tags=["match"])
    def show(match_id: Id, one: Who) -> JSONResponse:
        """Open one match as this officer may see it; the log records it."""
        return JSONResponse(opinion.compare(node, one, match_id).as_dict())

    @app.post("/matches/{match_id}/confirm", tags=["match"])
    def confirm(match_id: Id, body: Decision, one: Who) -> dict[str, Any]:
        """Confirm that this is the person; the issuer is told."""
        done = match.confirm(node, one, match_id, reason=body.reason)
        return {"state": done.state, "entry": done.entry, "message": done.message,
                "withheld": done.withheld.as_dict() if done.withheld else None}  # fmt: skip

    @app.post("/matches/{match_id}/reject", tags=["match"])
    def reject(match_id: Id, body: Decision, one: Who) -> dict[str, Any]:
        """Find that this is someone else; remembered, so that nobody is stopped twice."""
        done = match.reject(node, one, match_id, reason=body.reason)
        return {"state": done.state, "entry": done.entry}


def _add_alerts(app: FastAPI, node: Node) -> None:
    @app.post("/alerts", tags=["alert"], status_code=201)
    def issue(body: dict[str, Any], one: Who) -> dict[str, Any]:
        """Issue an alert from a draft."""
        issued = alert.issue(node, one, [alert.draft(node, body)])[0]
        return {"alert": issued.alert.id, "entry": issued.entry, "offered": issued.offered,
                "withheld": [ruling.as_dict() for ruling in issued.withheld]}  # fmt: skip

    @app.get("/alerts", tags=["alert"])
    def listing(_one: Who, issuer: Code = "", limit: Count = 50) -> list[dict[str, Any]]:
        """List alerts held, without content."""
        return alert.listing(node, issuer=issuer, limit=limit)

    @app.post("/alerts/{alert_id}/withdraw", tags=["alert"])
    def withdraw(alert_id: Id, body: Withdrawal, one: Who) -> dict[str, Any]:
        """Withdraw an own alert here and at every holder."""
        done = alert.withdraw(node, one, alert_id, event=body.event, reason=body.reason)
        return {"alert": alert_id, "entry": done.entry, "told": list(done.told)}

    @app.post("/alerts/{alert_id}/extend", tags=["alert"])
    def extend(alert_id: Id, body: Extension, one: Who) -> dict[str, Any]:
        """Extend an own alert after an individual assessment."""
        done = alert.extend(node, one, alert_id, until=body.until, assessment=body.assessment)
        return {"alert": alert_id, "version": done.alert.version}


def _add_restrictions(app: FastAPI, node: Node) -> None:
    def change(act: Callable[..., restriction.Done], alert_id: str, body: Restriction,
               one: officer.Officer) -> dict[str, Any]:  # fmt: skip
        done = act(node, one, alert_id, ground=body.ground, reason=body.reason, quiet=body.quiet)
        return {"alert": alert_id, "version": done.version, "entry": done.entry,
                "message": done.message}  # fmt: skip

    @app.post("/alerts/{alert_id}/restrict", tags=["alert"])
    def restrict(alert_id: Id, body: Restriction, one: Who) -> dict[str, Any]:
        """Stop the use of an own alert everywhere, or of a copy at this node."""
        return change(restriction.restrict, alert_id, body, one)

    @app.post("/alerts/{alert_id}/lift", tags=["alert"])
    def lift(alert_id: Id, body: Restriction, one: Who) -> dict[str, Any]:
        """Lift a restriction: the alert may be used again."""
        return change(restriction.lift, alert_id, body, one)


def _add_log(app: FastAPI, node: Node) -> None:
    @app.get("/log", tags=["log"])
    def log(_one: Who, before: Number | None = None, limit: Count = 50) -> list[dict[str, Any]]:
        """List the newest entries: no personal data stands in them."""
        return [
            {"entry": line.seq, "minute": line.minute.isoformat(), "kind": line.kind,
             "public": line.public}
            for line in audit.log(node, before=before, limit=limit)
        ]  # fmt: skip

    @app.get("/log/checkpoint", tags=["log"])
    def checkpoint() -> dict[str, str]:
        """Give the newest signed tree head with its cosignatures; needs no session."""
        return {"checkpoint": node.ledger.checkpoint().decode()}

    @app.get("/log/{entry}/proof", tags=["log"])
    def proof(entry: Entry, _one: Who) -> dict[str, str]:
        """Give the proof that an entry stands in the witnessed log."""
        return {"proof": node.ledger.proof(entry).decode()}


def _traveller(node: Node, person: Person) -> Traveller:
    kind, identity = person.document_kind, _identity(person)
    if person.mrz:
        zone = read_zone(node.today())(person.mrz)
        kind, identity = kind or zone.document_kind, zone.identity
    origins = None if person.origins is None else tuple(country_code(c) for c in person.origins)
    return Traveller(
        identity=identity,
        reference=person.reference,
        document_kind=kind_of(kind),
        origins=origins,
    )


def _identity(person: Person) -> Identity:
    return Identity(
        names=tuple(Name(full) for full in person.names),
        birth_dates=(PartialDate.parse(person.birth_date),) if person.birth_date else (),
        nationalities=tuple(country_code(code) for code in person.nationality),
        sex=person.sex or None,
        documents=tuple(
            DocumentNumber(d.number, country_code(d.issuer) if d.issuer else "", d.kind)
            for d in person.documents
        ),
    )
