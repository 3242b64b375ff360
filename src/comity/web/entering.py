"""Enter an alert: the form, then everything once more to be reviewed, then the act.

Nothing is kept between the steps but what the pages themselves carry: a draft that nobody issues
leaves no trace of the person.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from comity.accord.age import may_be_child
from comity.bureau import alert, overview
from comity.errors import ComityError, Malformed
from comity.terms.alert import BASES, WARNINGS, Alert
from comity.terms.category import CATEGORIES
from comity.terms.country import country_code
from comity.terms.identity import DocumentNumber, Identity, Name
from comity.web.asked import birth_date
from comity.web.desk import Page, Visit
from comity.web.rendering import first_upper
from comity.web.wording import problem, spell

MAY = ("bureau",)

TEXTS = (
    "category", "surname", "forenames", "nationality", "document", "issuer", "sex", "authority",
    "decision", "reason", "proportionality", "basis", "entry_ban", "contact",
)  # fmt: skip
DATES = ("birth", "decided", "departure")
PARTS = ("day", "month", "year")

REQUIRED = {
    "category": "Choose what the alert is for",
    "authority": "Enter the authority that decided",
    "decision": "Enter the reference of the decision",
    "reason": "Enter the reason for the alert",
    "proportionality": "Enter why the case is adequate, relevant and important enough",
}

FIELD_OF = {
    "alert-minimum": "category",
    "alert-period": "category",
    "alert-grounds": "proportionality",
    "draft-decided": "decided-day",
}
"""Where an error of the act is shown."""

Form = dict[str, Any]
Errors = list[dict[str, str]]


def ask(visit: Visit) -> Response:
    """Show the form, empty or, sent back from the review, as typed."""
    return _form_page(visit, _typed(visit.form), [])


def review(visit: Visit) -> Response:
    """Show everything once more, with what issuing will do; or the form with what is wrong."""
    form = _typed(visit.form)
    drafted, errors = _draft(visit, form)
    if drafted is None:
        return _form_page(visit, form, errors)
    kind = CATEGORIES[drafted.category]
    return visit.page(
        "alert_review.html",
        here="/alerts",
        kind=kind,
        alert=drafted,
        who=_who(drafted),
        decision=_decision(drafted),
        receivers=overview.receivers(visit.node, drafted),
        minor=may_be_child(drafted.identity.birth_dates, visit.node.today()) is True,
        hidden=_hidden(form),
    )


def issue(visit: Visit) -> Response:
    """Issue the alert as reviewed."""
    form = _typed(visit.form)
    drafted, errors = _draft(visit, form)
    if drafted is None:
        return _form_page(visit, form, errors)
    issued = alert.issue(visit.node, visit.who, [drafted])[0]
    return visit.go(f"/alerts/{issued.alert.id}")


def _typed(sent: Mapping[str, str]) -> Form:
    form: Form = {name: sent.get(name, "").strip() for name in TEXTS}
    for name in DATES:
        form[name] = {part: sent.get(f"{name}-{part}", "").strip() for part in PARTS}
    form["warnings"] = [word for word in sent.get("warnings", "").split("\n") if word]
    return form


def _hidden(form: Form) -> list[tuple[str, str]]:
    pairs = [(name, form[name]) for name in TEXTS]
    pairs += [(f"{name}-{part}", form[name][part]) for name in DATES for part in PARTS]
    return pairs + [("warnings", word) for word in form["warnings"]]


def _draft(visit: Visit, form: Form) -> tuple[Alert | None, Errors]:
    errors = [problem(name, text) for name, text in REQUIRED.items() if not form[name]]
    identity = _identity(form, errors)
    decided = _day(form, "decided", errors, "Enter the date of the decision")
    departure = None
    if any(form["departure"].values()):
        departure = _day(form, "departure", errors, "Enter day, month and year")
    if errors:
        return None, errors
    data: dict[str, Any] = {
        "category": form["category"],
        "identity": identity.as_dict(),
        "reason": form["reason"],
        "reference": form["decision"],
        "authority": form["authority"],
        "decided_on": decided,
        "proportionality": form["proportionality"],
        "basis": form["basis"],
        "warnings": form["warnings"],
        "last_departure": departure,
        "entry_ban": {"yes": True, "no": False}.get(form["entry_ban"]),
        "contact": form["contact"],
    }
    try:
        return alert.draft(visit.node, data), []
    except Malformed as error:
        return None, [problem(FIELD_OF.get(error.code, "category"), spell(error))]


def _identity(form: Form, errors: Errors) -> Identity:
    names, dates, countries, documents = [], [], [], []
    try:
        field = "surname"
        if form["surname"] or form["forenames"]:
            names.append(
                Name.of(
                    form["surname"] or form["forenames"],
                    form["forenames"] if form["surname"] else "",
                )
            )
        field = "birth-day"
        if any(form["birth"].values()):
            dates.append(birth_date(form["birth"]))
        field = "nationality"
        countries = [
            country_code(code.upper()) for code in form["nationality"].replace(",", " ").split()
        ]
        field = "issuer"
        issuer = country_code(form["issuer"].upper()) if form["issuer"] else ""
        field = "document"
        if form["document"]:
            documents.append(DocumentNumber(form["document"].upper(), issuer))
    except ComityError as error:
        errors.append(problem(field, spell(error)))
        return Identity()
    sex = form["sex"] if form["sex"] in ("F", "M", "X") else None
    return Identity(tuple(names), tuple(dates), tuple(countries), sex, tuple(documents))


def _day(form: Form, name: str, errors: Errors, text: str) -> str:
    try:
        return datetime.date.fromisoformat(str(birth_date(form[name]))).isoformat()
    except (Malformed, ValueError):
        errors.append(problem(f"{name}-day", text))
        return ""


def _who(drafted: Alert) -> list[dict[str, str]]:
    identity = drafted.identity
    rows = (
        ("Name", "; ".join(name.full for name in identity.names)),
        ("Date of birth", ", ".join(str(date) for date in identity.birth_dates)),
        ("Nationality", ", ".join(identity.nationalities)),
        ("Sex", identity.sex or ""),
        ("Document", ", ".join(f"{d.number} {d.issuer}".strip() for d in identity.documents)),
        ("Warnings", ", ".join(drafted.warnings)),
    )
    return [{"key": key, "value": value} for key, value in rows if value]


def _decision(drafted: Alert) -> list[dict[str, str]]:
    ban = (
        {True: "yes", False: "no"}.get(drafted.entry_ban, "")
        if drafted.entry_ban is not None
        else ""
    )
    rows = (
        ("Authority", drafted.authority),
        ("Reference", drafted.reference),
        ("Decided on", drafted.decided_on.isoformat()),
        ("Basis", drafted.basis.replace("-", " ")),
        ("Entry ban", ban),
        ("Last day to leave", drafted.last_departure.isoformat() if drafted.last_departure else ""),
        ("Reason", drafted.reason),
        ("Proportionality", drafted.proportionality),
        ("Contact", drafted.contact),
    )
    return [{"key": key, "value": value} for key, value in rows if value]


def _form_page(visit: Visit, form: Form, errors: Errors) -> Response:
    categories = [
        {"value": kind.id, "text": first_upper(kind.title), "hint": kind.article}
        for kind in CATEGORIES.values()
        if kind.subject == "person" and "fingerprints" not in kind.minimum
    ]
    return visit.page(
        "alert_new.html",
        here="/alerts",
        status=422 if errors else 200,
        form=form,
        categories=categories,
        bases=[{"value": "", "text": "Not needed"}, *_words(BASES)],
        warnings=_words(WARNINGS),
        errors=errors,
    )


def _words(words: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"value": word, "text": word.replace("-", " ").capitalize()} for word in words]


PAGES = (
    Page("/alerts/new", ask, roles=MAY),
    Page("/alerts/new", ask, roles=MAY, method="POST"),
    Page("/alerts/review", review, roles=MAY, method="POST"),
    Page("/alerts", issue, roles=MAY, method="POST"),
)
