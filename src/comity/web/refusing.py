"""Refuse entry, step by step: protection first, title, form, review, then a person decides.

Software never issues a refusal. What the law packs found stands beside the box of a ground; the
officer ticks it. Every step is kept sealed before the next one is shown.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from comity.bureau import refusal_register as register
from comity.bureau.refusal import suggest
from comity.bureau.refusal_form import form_words
from comity.bureau.refusal_rows import ASYLUM, Filed
from comity.errors import ComityError
from comity.law.ground import GROUNDS
from comity.law.refusal import NONE_PRESENTED, missing, must_consult
from comity.web import refusal_fields as fields
from comity.web.desk import Page, Visit
from comity.web.law_asking import FIRST_PACK
from comity.web.rendering import moment
from comity.web.wording import problem, spell

MAY = register.MAY
Errors = list[dict[str, str]]

QUESTION = ("answer", "language", "interpreter", "day", "time")
UNREADABLE = {"refusal-language", "refusal-ground", "refusal-choice", "refusal-case"}

UNISSUED = {
    "refusal-incomplete": "reasons",
    "refusal-reasons-not-own": "reasons",
    "refusal-too-long": "reasons",
    "refusal-unprintable": "person-surname",
}
"""Where an error that keeps a form from being issued is shown."""


def listing(visit: Visit) -> Response:
    """List the refusals of this node, prepared and issued; no person in it."""
    rows = register.listing(visit.node, visit.who)
    return visit.page("refusals.html", rows=rows, may=visit.who.role in MAY)


def begin(visit: Visit) -> Response:
    """Open a case with what the check, or a hit, knew of the person; the question comes first."""
    form = fields.typed(visit.form)
    known = fields.parts_of(form, {})
    parts: dict[str, Any] = {name: known[name] for name in ("person", "document") if name in known}
    question = fields.law_of(form, FIRST_PACK, visit.node.today())
    if visit.typed("alert-issuer"):
        alert = {"issuer": visit.typed("alert-issuer"), "category": visit.typed("alert-category")}
        question["alert"] = alert
    parts |= {"law": question} if _answers(question) else {}
    one = register.begin(visit.node, visit.who, parts, reference=visit.typed("reference"))
    return visit.go(f"/refusals/{one}")


def show(visit: Visit) -> Response:
    """Show the step the case stands at."""
    return _step(visit, register.read(visit.node, visit.who, visit.params["refusal"]))


def _step(visit: Visit, filed: Filed) -> Response:
    case, state = filed.case, filed.row.state
    if state == "protection":
        return _question(visit, filed, {}, [])
    if state == "issued":
        return _page(visit, filed, "refusal_issued.html", languages=fields.LANGUAGE_NAMES)
    if state == ASYLUM:
        return _page(visit, filed, "refusal_asylum.html")
    if not case.title_held or (must_consult(case) and not case.consultation):
        return _title(visit, filed, [])
    parts = filed.parts
    if "remedy" not in parts:
        last = register.last_appeal(visit.node)
        parts = {**parts, **last, "form": {**last.get("form", {}), **parts.get("form", {})}}
    return _form(visit, filed, fields.form_of(case, parts, filed.reasons), [])


def ask_protection(visit: Visit) -> Response:
    """Record whether the person seeks protection."""
    answer = {key: visit.typed(f"protection-{key}") for key in QUESTION}
    asked = {
        "answer": "Say whether the person seeks protection",
        "language": "Enter the language in which you asked",
        "day": "Enter the day",
        "time": "Enter the local time",
    }
    wrong = [problem(f"protection-{key}", text) for key, text in asked.items() if not answer[key]]
    if not wrong:
        wrong = _misread_question(answer)
    one = visit.params["refusal"]
    if wrong:
        return _question(visit, register.read(visit.node, visit.who, one), answer, wrong)
    register.ask_protection(visit.node, visit.who, one, answer)
    return visit.go(f"/refusals/{one}")


def _misread_question(answer: Mapping[str, str]) -> Errors:
    form = fields.typed({"crossing-day": answer["day"], "crossing-time": answer["time"]})
    renamed = {"crossing-day": "protection-day", "crossing-time": "protection-time"}
    return [problem(renamed[one["field"]], one["text"]) for one in fields.misread(form)]


def claim_protection(visit: Visit) -> Response:
    """The person asks for protection now: the case becomes one of asylum, at any stage."""
    one = visit.params["refusal"]
    register.claim_protection(visit.node, visit.who, one)
    return visit.go(f"/refusals/{one}")


def close(visit: Visit) -> Response:
    """End a case that comes to no refusal."""
    register.close(visit.node, visit.who, visit.params["refusal"])
    return visit.go("/refusals")


def save_title(visit: Visit) -> Response:
    """Keep whether the person holds a title; who is consulted; and what was answered (R33)."""
    one, held = visit.params["refusal"], visit.typed("form-title-held")
    filed = register.read(visit.node, visit.who, one)
    authority, answered = visit.typed("consulted"), visit.typed("form-consultation")
    held = held or filed.case.title_held
    wrong = []
    if not held:
        wrong.append(problem("form-title-held", "Say whether the person holds a title"))
    elif held == "yes" and not authority and not filed.consulted:
        wrong.append(problem("consulted", "Enter the authority that you consult"))
    if wrong:
        return _title(visit, filed, wrong)
    said = {"title_held": held}
    if answered and filed.consulted:
        whom, since = filed.consulted["authority"], filed.consulted["since"]
        said["consultation"] = f"{whom}, asked {moment(since)}: {answered}"
    parts = {**filed.parts, "form": {**filed.parts.get("form", {}), **said}}
    register.save(visit.node, visit.who, one, parts, version=filed.version, reasons=filed.reasons)
    if authority:
        register.consult(visit.node, visit.who, one, authority)
    return visit.go(f"/refusals/{one}")


def save(visit: Visit) -> Response:
    """Keep the form as filled in; go on to the review where that is asked for."""
    one = visit.params["refusal"]
    filed = register.read(visit.node, visit.who, one)
    form = fields.typed(visit.form)
    wrong = fields.misread(form)
    parts = fields.parts_of(form, filed.parts)
    question = fields.law_of(form, FIRST_PACK, visit.node.today())
    if "alert" in filed.parts.get("law", {}):
        question["alert"] = filed.parts["law"]["alert"]
    wrong += _law_errors(question)
    parts |= {"law": question} if not wrong and _answers(question) else {}
    if not wrong:
        try:
            filed = register.save(
                visit.node,
                visit.who,
                one,
                parts,
                version=_version(visit),
                reasons=form["reasons"],
            )
        except ComityError as error:
            if error.code not in UNREADABLE | {"country-unknown"}:
                raise
            field = "ground-h-alert-state" if error.code == "country-unknown" else "ground-a"
            wrong = [problem(field, spell(error))]
    if wrong:
        return _form(visit, filed, form, wrong)
    return visit.go(f"/refusals/{one}" + ("/review" if visit.typed("next") == "review" else ""))


def _law_errors(question: Mapping[str, Any]) -> Errors:
    # A nationality that no law knows (a training state) suggests nothing and stops nobody.
    try:
        suggest(question)
    except ComityError as error:
        named = error.where.removeprefix("fact ").split(" ")[0].split(":")[0]
        if named in {"issued", "expires", "leave"}:
            return [problem(f"law-{named}", spell(error))]
        if "stays" in question and named not in question["facts"]:
            place = f" ({error.where})" if error.where else ""
            return [problem("law-stays", spell(error) + place)]
        if named == "nationality":
            return [problem("person-nationality", spell(error))]
    return []


def _answers(question: Mapping[str, Any]) -> bool:
    try:
        suggest(question)
    except ComityError:
        return False
    return True


def review(visit: Visit) -> Response:
    """Show everything once more, before a person decides; or the form with all its gaps."""
    filed = register.read(visit.node, visit.who, visit.params["refusal"])
    if filed.row.state != "grounds":
        return visit.go(f"/refusals/{filed.row.id}")
    gaps = _gaps(filed)
    if gaps:
        form = fields.form_of(filed.case, filed.parts, filed.reasons)
        return _form(visit, filed, form, gaps)
    return _page(
        visit,
        filed,
        "refusal_review.html",
        sections=_review_rows(filed),
        printed=_printed(visit),
        reasons=filed.reasons,
        signer=register.signer(visit.node, visit.who),
    )


def _gaps(filed: Filed) -> Errors:
    names = list(dict.fromkeys(fields.name_of(one) for one in missing(filed.case)))
    names += [] if filed.reasons else ["reasons"]
    return [
        {"field": name, "text": f"{fields.label_of(name)}: this is empty", "here": "Fill this in"}
        for name in names
    ]


def issue(visit: Visit) -> Response:
    """The officer refuses entry."""
    one = visit.params["refusal"]
    try:
        register.issue(visit.node, visit.who, one, version=_version(visit))
    except ComityError as error:
        if error.code not in UNISSUED:
            raise
        filed = register.read(visit.node, visit.who, one)
        form = fields.form_of(filed.case, filed.parts, filed.reasons)
        wrong = _gaps(filed) or [problem(UNISSUED[error.code], spell(error))]
        return _form(visit, filed, form, wrong)
    return visit.go(f"/refusals/{one}")


def print_form(visit: Visit) -> Response:
    """Give the form as PDF; before the decision as a draft that says so on every page."""
    language = visit.query.get("language", "")
    draft = visit.query.get("draft") == "yes"
    name, data = register.print_filed(
        visit.node, visit.who, visit.params["refusal"], language=language, draft=draft
    )
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _question(visit: Visit, filed: Filed, answer: Mapping[str, str], errors: Errors) -> Response:
    form = {key: answer.get(key, "") for key in QUESTION}
    form["day"] = form["day"] or visit.node.today().isoformat()
    return _page(visit, filed, "refusal_protection.html", form=form, errors=errors)


def _title(visit: Visit, filed: Filed, errors: Errors) -> Response:
    waited = ""
    if filed.consulted:
        since = visit.node.clock.now() - datetime.datetime.fromisoformat(filed.consulted["since"])
        hours, minutes = divmod(int(since.total_seconds()) // 60, 60)
        waited = f"{hours} h {minutes} min"
    return _page(visit, filed, "refusal_title.html", waited=waited, errors=errors)


def _version(visit: Visit) -> int:
    said = visit.typed("version")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _form(visit: Visit, filed: Filed, form: Mapping[str, str], errors: Errors) -> Response:
    return _page(
        visit,
        filed,
        "refusal_form.html",
        form=form,
        sections=fields.SECTIONS,
        facts=fields.LAW_FACTS,
        basis=fields.BASIS,
        giving=fields.GIVING,
        grounds=[(letter, fields.details_of(letter)) for letter in GROUNDS],
        printed=_printed(visit),
        language_names=fields.LANGUAGE_NAMES,
        errors=errors,
    )


def _printed(visit: Visit) -> Mapping[str, Any]:
    # The words of the form itself: what the officer ticks is what will be printed.
    return form_words(visit.language if visit.language in fields.LANGUAGE_NAMES else "en")


def _review_rows(filed: Filed) -> list[tuple[str, list[dict[str, str]]]]:
    form = filed.case
    title = [("Title to enter or reside", form.title_held), ("Consulted", form.consultation)]
    found = [("Title", [{"key": key, "value": said} for key, said in title if said])]
    for name, listed in (*fields.SECTIONS, ("Appeal", fields.BASIS), ("The form", fields.GIVING)):
        said = [str(filed.parts.get(one.part, {}).get(one.key, "")) for one in listed]
        if set(said) == {NONE_PRESENTED}:
            found.append((name, [{"key": name, "value": "none presented"}]))
            continue
        found.append(
            (name, [{"key": f.label, "value": v} for f, v in zip(listed, said, strict=True) if v])
        )
    return found


def _page(
    visit: Visit, filed: Filed, template: str, *, errors: Errors | None = None, **more: Any
) -> Response:
    return visit.page(
        template,
        here="/refusals",
        status=422 if errors else 200,
        filed=filed,
        row=filed.row,
        case=filed.case,
        address=f"/refusals/{filed.row.id}",
        errors=errors or [],
        **more,
    )


PAGES = (
    Page("/refusals", listing, roles=register.SEE),
    Page("/refusals", begin, roles=MAY, method="POST"),
    Page("/refusals/{refusal}", show, roles=MAY),
    Page("/refusals/{refusal}", save, roles=MAY, method="POST"),
    Page("/refusals/{refusal}/protection", ask_protection, roles=MAY, method="POST"),
    Page("/refusals/{refusal}/claim", claim_protection, roles=MAY, method="POST"),
    Page("/refusals/{refusal}/close", close, roles=MAY, method="POST"),
    Page("/refusals/{refusal}/title", save_title, roles=MAY, method="POST"),
    Page("/refusals/{refusal}/review", review, roles=MAY),
    Page("/refusals/{refusal}/issue", issue, roles=MAY, method="POST"),
    Page("/refusals/{refusal}/form.pdf", print_form, roles=MAY),
)
