"""A person's finding on a candidate: same, different, cannot tell; and the list that waits."""

from __future__ import annotations

from starlette.responses import Response

from comity.bureau import match, opinion
from comity.bureau.answer import Traveller
from comity.errors import Malformed, NotFound
from comity.web.checking import rows_of
from comity.web.desk import Page, Visit
from comity.web.law_at_check import identity_fields
from comity.web.wording import problem, spell

MAY = ("first-line", "bureau")

OWN = "confirmed-own"
KEPT = "confirmed-kept"

REFUSING = ("entry-refusal-ban", "entry-refusal-threat", "travel-ban")
"""Categories of alerts on which entry is refused."""

SAID = {
    match.CONFIRMED: (
        "You found that this is the same person",
        "It is a hit now. Do what the alert asks for; its issuer is told by this node.",
    ),
    KEPT: (
        "You found that this is the same person",
        (
            "It is a hit now. Do what the alert asks for. The law of this country keeps its "
            "issuer untold for now; the bureau sees why."
        ),
    ),
    OWN: (
        "You found that this is the same person",
        "It is a hit now, on an alert of this country. Do what the alert asks for.",
    ),
    match.SECOND: (
        "Your finding is recorded",
        (
            "Two officers must agree on this candidate. Another one now compares without seeing "
            "what you found. Until then it is no match: do not act on it."
        ),
    ),
    match.REJECTED: (
        "You found that this is a different person",
        "Continue the check as usual. This traveller will not be stopped again for this alert.",
    ),
    "left-open": (
        "You could not tell",
        (
            "Your reasons are recorded and the candidate stays open for another officer. It is no "
            "match: do not act on it."
        ),
    ),
}


def waiting(visit: Visit) -> Response:
    """List what waits for an opinion of this officer, the longest waiting first."""
    return visit.page("matches.html", waiting=opinion.waiting(visit.node, visit.who))


def show(visit: Visit) -> Response:
    """Show one candidate for an opinion of one's own."""
    return _page(visit, "", [])


def decide(visit: Visit) -> Response:
    """Record the finding; where reasons are missing, show the page again with what was typed."""
    one, verdict = visit.params["match"], visit.typed("verdict")
    reason = visit.typed("reason")
    try:
        state, entry = _record(visit, one, verdict, reason)
    except Malformed as error:
        return _page(visit, reason, [problem("reason", spell(error))])
    title, then = SAID[state]
    return visit.page(
        "decided.html",
        here="/matches",
        title=title,
        then=then,
        entry=entry,
        state=state,
        refusal=_refusal(visit, one) if state in (match.CONFIRMED, OWN) else [],
    )


def _refusal(visit: Visit, match_id: str) -> list[tuple[str, str]]:
    # A hit on an alert for refusing entry: ground H, once the person was asked about protection.
    one = opinion.compare(visit.node, visit.who, match_id)
    category = one.fields.get("alert", {}).get("category", "")
    if category not in REFUSING:
        return []
    hit = [("alert-issuer", one.issuer), ("alert-category", category), ("reference", one.reference)]
    return [*identity_fields(one.identity), *hit]


def _record(visit: Visit, one: str, verdict: str, reason: str) -> tuple[str, int]:
    if verdict == "unclear":
        return "left-open", opinion.leave_open(visit.node, visit.who, one, reason=reason)
    if verdict not in ("same", "different"):
        raise NotFound("verdict-unknown", "say same, different or cannot tell", hint="go back")
    act = match.confirm if verdict == "same" else match.reject
    done = act(visit.node, visit.who, one, reason=reason)
    if done.withheld is not None:
        return KEPT, done.entry
    own = done.state == match.CONFIRMED and not done.message
    return OWN if own else done.state, done.entry


def _page(visit: Visit, reason: str, errors: list[dict[str, str]]) -> Response:
    one = opinion.compare(visit.node, visit.who, visit.params["match"])
    traveller = Traveller(identity=one.identity, reference=one.reference)
    return visit.page(
        "match.html",
        here="/matches",
        status=422 if errors else 200,
        one=one,
        traveller=rows_of(traveller),
        reason=reason,
        errors=errors,
    )


PAGES = (
    Page("/matches", waiting, roles=MAY),
    Page("/match/{match}", show, roles=MAY),
    Page("/match/{match}", decide, roles=MAY, method="POST"),
)
