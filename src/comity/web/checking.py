"""The check: the question as an officer puts it, and the answer page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from comity.bureau.answer import Answer, Traveller
from comity.bureau.check import check
from comity.bureau.question import Inquiry
from comity.errors import ComityError
from comity.terms.purpose import PURPOSES
from comity.web import asked
from comity.web.desk import Page, Visit
from comity.web.law_at_check import refusal_fields, said_of
from comity.web.wording import spell

MAY = ("first-line", "bureau")

NEXT = {
    "match": "Ask the traveller to wait. Compare below, then say what you find, with reasons.",
    "no-match": "Continue the check as usual.",
    "not-permitted": "Continue without this source. It is not a sign against the person.",
    "unavailable": "Do not rely on this answer. Call the bureau, or check again later.",
}


def show(visit: Visit) -> Response:
    """Show the empty question, with a fresh encounter reference."""
    day = visit.node.today().strftime("%Y%m%d")
    form = {"reference": f"E-{day}-{secrets.token_hex(3).upper()}"}
    return _page(visit, asked.blank(form), "border-check")


def ask(visit: Visit) -> Response:
    """Ask what was typed, or show it again with what is wrong with it."""
    purpose = visit.typed("purpose") or "border-check"
    question = asked.read(visit.form, visit.node.today())
    if question.traveller is None:
        return _page(visit, question.form, purpose, question=question)
    inquiry = Inquiry(officer=visit.who, purpose=purpose)
    try:
        answer = check(visit.node, inquiry, [question.traveller])[0]
    except ComityError as error:
        if error.code.startswith("check-"):
            wrong = [{"field": asked.FIELD_OF.get(error.code, "mrz"), "text": spell(error)}]
            return _page(visit, question.form, purpose, errors=wrong)
        raise
    return _answer_page(visit, answer, question.traveller, question, purpose)


def _answer_page(
    visit: Visit, answer: Answer, traveller: Traveller, question: asked.Asked, purpose: str
) -> Response:
    return visit.page(
        "answer.html",
        here="/check",
        answer=answer,
        traveller=rows_of(traveller),
        next=NEXT[answer.state],
        form=question.form,
        purpose=purpose,
        law=said_of(visit.node.today(), traveller, question.facts),
        refusal=refusal_fields(traveller, question.facts),
    )


def rows_of(traveller: Traveller) -> list[dict[str, str]]:
    """Give what was asked about, as rows of a summary list."""
    identity = traveller.identity
    documents = [f"{d.number} {d.issuer}".strip() for d in identity.documents]
    rows = [
        ("Name", "; ".join(name.full for name in identity.names)),
        ("Date of birth", " or ".join(str(date) for date in identity.birth_dates)),
        ("Nationality", ", ".join(identity.nationalities)),
        ("Sex", identity.sex or ""),
        ("Document", ", ".join(documents)),
        ("Encounter", traveller.reference),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _page(
    visit: Visit,
    form: Mapping[str, Any],
    purpose: str,
    *,
    question: asked.Asked | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    wrong = errors or (list(question.errors) if question else [])
    purposes = [{"value": one.id, "text": one.title} for one in PURPOSES.values()]
    return visit.page(
        "check.html",
        status=422 if wrong or question else 200,
        here="/check",
        form=form,
        purposes=purposes,
        purpose=purpose,
        errors=wrong,
        checks=question.checks if question else (),
        proposals=question.proposals if question else (),
    )


PAGES = (
    Page("/check", show, roles=MAY),
    Page("/check", ask, roles=MAY, method="POST"),
)
