"""How the node fares, for its operator; looking takes seconds, so it is asked for by a button."""

from __future__ import annotations

from starlette.responses import Response

from comity.bureau.diagnosis import diagnose
from comity.web.desk import Page, Visit

MAY = ("bureau", "supervisor")


def show(visit: Visit) -> Response:
    """Explain what is looked at."""
    return visit.page("doctor.html", here="/doctor", findings=None)


def look(visit: Visit) -> Response:
    """Look now, and say what was found and what to do about it."""
    findings = sorted(diagnose(visit.node), key=lambda one: one.state != "look")
    return visit.page("doctor.html", here="/doctor", findings=findings)


PAGES = (
    Page("/doctor", show, roles=MAY),
    Page("/doctor", look, roles=MAY, method="POST"),
)
