"""The bureau's alerts: the list, one alert with its holders, withdrawal and extension."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from comity.bureau import alert, match, opened, overview, restriction
from comity.bureau.candidates import GROUPS, fields_of
from comity.bureau.overview import Row
from comity.errors import Malformed
from comity.terms.category import CATEGORIES, review_due
from comity.terms.restriction import RESTRICTIONS
from comity.web.asked import birth_date
from comity.web.desk import Page, Visit
from comity.web.wording import problem, spell

MAY = ("bureau",)
PAGE = 50

FIELDS = ("event", "reason", "assessment", "ground", "why", "quiet")

ON_PAGE = "the alert's page: to review, extend or withdraw it"
"""The purpose that the log gives for content shown on this page."""

OVERDUE_SHOWN = 20

STATES = (
    {"value": "issued", "text": "In force"},
    {"value": "withdrawn", "text": "Withdrawn"},
    {"value": "expired", "text": "Expired"},
    {"value": "", "text": "All"},
)


def listing(visit: Visit) -> Response:
    """List own and held alerts, the next review first; what is overdue stands above."""
    node = visit.node
    state = visit.query.get("state", "issued")
    whose = visit.query.get("whose", "")
    issuer = node.country if whose == "own" else ""
    try:
        rows = overview.alerts(
            node, issuer=issuer, state=state, after=visit.query.get("after", ""), limit=PAGE + 1
        )
    except ValueError:
        raise Malformed("page-address", "the address of this page is wrong") from None
    return visit.page(
        "alerts.html",
        here="/alerts",
        rows=rows[:PAGE],
        categories=CATEGORIES,
        after=_key(rows[PAGE - 1]) if len(rows) > PAGE else "",
        overdue=[_late(one) for one in alert.overdue(node)[:OVERDUE_SHOWN]],
        states=STATES,
        state=state,
        whose=whose,
        today=node.today(),
        soon=node.today() + datetime.timedelta(days=30),
    )


def show(visit: Visit) -> Response:
    """Show one alert: content where it is our own and stands, holders, what may be done."""
    return _page(visit, {}, [])


def withdraw(visit: Visit) -> Response:
    """Withdraw an own alert, here and at every holder."""
    one = visit.params["alert"]
    event, reason = visit.typed("event"), visit.typed("reason")
    wrong = []
    if not event:
        wrong.append(problem("event", "Choose what ends the alert"))
    if not reason:
        wrong.append(problem("reason", "Enter the reason for the withdrawal"))
    if not wrong:
        try:
            alert.withdraw(visit.node, visit.who, one, event=event, reason=reason)
        except Malformed as error:
            wrong.append(problem("event", spell(error)))
    return _page(visit, visit.form, wrong) if wrong else visit.go(f"/alerts/{one}")


def extend(visit: Visit) -> Response:
    """Extend an own alert after an individual assessment."""
    one, assessment = visit.params["alert"], visit.typed("assessment")
    parts = {part: visit.typed(f"until-{part}") for part in ("day", "month", "year")}
    wrong = []
    try:
        until = datetime.date.fromisoformat(str(birth_date(parts)))
    except (Malformed, ValueError):
        wrong.append(problem("until-day", "Enter day, month and year of the new review date"))
    if not assessment:
        wrong.append(problem("assessment", "Enter the individual assessment"))
    if not wrong:
        try:
            alert.extend(visit.node, visit.who, one, until=until, assessment=assessment)
        except Malformed as error:
            field = "assessment" if error.code == "extension-assessment" else "until-day"
            wrong.append(problem(field, spell(error)))
    return _page(visit, visit.form, wrong) if wrong else visit.go(f"/alerts/{one}")


def restrict(visit: Visit) -> Response:
    """Stop the use of an alert on a ground, or lift that; a copy's at this node only."""
    one, (act, ground) = visit.params["alert"], _chosen(visit)
    quiet = visit.typed("quiet") == "yes"
    wrong = []
    if not ground:
        wrong.append(problem("ground", "Choose what is restricted or lifted"))
    if not visit.typed("why"):
        wrong.append(problem("why", "Enter the reason in your own words"))
    if not wrong:
        try:
            act(visit.node, visit.who, one, ground=ground, reason=visit.typed("why"), quiet=quiet)
        except Malformed as error:
            field = "why" if error.code == "restriction-reason" else "ground"
            wrong.append(problem(field, spell(error)))
    return _page(visit, visit.form, wrong) if wrong else visit.go(f"/alerts/{one}")


def _chosen(visit: Visit) -> tuple[Callable[..., restriction.Done], str]:
    word, _, ground = visit.typed("ground").partition(":")
    return (restriction.lift if word == "lift" else restriction.restrict), ground


def _page(visit: Visit, form: Mapping[str, str], errors: list[dict[str, str]]) -> Response:
    node = visit.node
    row = overview.find_alert(node, visit.params["alert"])
    kind = CATEGORIES[row.category]
    own = row.issuer == node.country
    content: dict[str, dict[str, Any]] = {}
    told = restriction.standing(node, row.id)
    ours = [one.ground for one in told if one.by == node.country]
    if own and row.standing:
        held = opened.read_alert(node, visit.who, row.id, purpose=ON_PAGE)
        content = {group: fields_of(held.alert, group) for group in GROUPS}
        content["decision"]["proportionality"] = held.alert.proportionality
    return visit.page(
        "alert.html",
        here="/alerts",
        status=422 if errors else 200,
        row=row,
        kind=kind,
        own=own,
        content=content,
        copies=overview.copies(node, row.id),
        ours=[RESTRICTIONS[ground] for ground in ours],
        theirs=[(RESTRICTIONS[one.ground], one) for one in told if one.by != node.country],
        grounds=_grounds("issuer" if own else "holder", row.category, ours),
        hits=[hit for hit in match.hits(node) if hit.alert == row.id] if own else [],
        now=node.clock.now().isoformat(),
        events=[
            {"value": event, "text": event.replace("-", " ").capitalize()}
            for event in kind.deleted_on
            if event != "expiry"
        ],
        longest=review_due(kind, node.today(), long=True),
        form={name: form.get(name, "") for name in FIELDS}
        | {"until": {part: form.get(f"until-{part}", "") for part in ("day", "month", "year")}},
        errors=errors,
    )


def _grounds(by: str, category: str, ours: list[str]) -> list[dict[str, str]]:
    """The choices of the form: what we may restrict, and what we may lift."""
    lifted = [{"value": f"lift:{one}", "text": f"Lift: {RESTRICTIONS[one].title}"} for one in ours]
    return lifted + [
        {"value": f"restrict:{one.id}", "text": one.title[0].upper() + one.title[1:]}
        for one in RESTRICTIONS.values()
        if by in one.by and one.applies(category) and one.id not in ours
    ]


def _late(one: Any) -> dict[str, Any]:
    due = one.acknowledge_by.strftime("%Y-%m-%d %H:%M UTC")
    return {"alert": one.alert_id, "peer": one.peer, "agreement": one.agreement, "due": due}


def _key(row: Row) -> str:
    return f"{row.expires}/{row.id}"


PAGES = (
    Page("/alerts", listing, roles=MAY),
    Page("/alerts/{alert}", show, roles=MAY),
    Page("/alerts/{alert}/withdraw", withdraw, roles=MAY, method="POST"),
    Page("/alerts/{alert}/extend", extend, roles=MAY, method="POST"),
    Page("/alerts/{alert}/restrict", restrict, roles=MAY, method="POST"),
)
