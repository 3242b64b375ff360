"""Sign in with an id and a code, and out again. The session lives at the node, not in a cookie."""

from __future__ import annotations

from starlette.responses import Response

from comity.bureau import officer
from comity.errors import ComityError, NotPermitted
from comity.web.desk import SESSION_COOKIE, Page, Visit
from comity.web.wording import problem, spell

FIRST_PAGE = {"supervisor": "/log"}


def home(visit: Visit) -> Response:
    """Send to the first page of the officer's role, or to the sign-in."""
    if visit.officer is None:
        return visit.go("/sign-in")
    return visit.go(FIRST_PAGE.get(visit.officer.role, "/check"))


def ask(visit: Visit) -> Response:
    """Ask for id and code."""
    if visit.officer is not None:
        return home(visit)
    return visit.page("sign_in.html", officer_id="", ended=visit.ended)


def enter(visit: Visit) -> Response:
    """Open a session where id and code belong together."""
    officer_id, code = visit.typed("officer").lower(), visit.typed("code")
    wrong = [
        {"field": field, "text": text}
        for field, text in (
            ("officer", "Enter your officer id"),
            ("code", "Enter your sign-in code"),
        )
        if not visit.typed(field)
    ]
    if wrong:
        return visit.page(
            "sign_in.html", status=422, officer_id=officer_id, ended=False, errors=wrong
        )
    try:
        token = officer.sign_in(visit.node, officer_id, code)
    except NotPermitted as error:
        return _refused(visit, officer_id, error, 403)
    except ComityError as error:
        return _refused(visit, officer_id, error, 429)
    response = visit.go("/")
    response.set_cookie(
        SESSION_COOKIE, token, path="/", httponly=True, samesite="strict", secure=visit.secure
    )
    return response


def leave(visit: Visit) -> Response:
    """End the session here and in the browser."""
    officer.sign_out(visit.node, visit.token)
    response = visit.go("/sign-in")
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def _refused(visit: Visit, officer_id: str, error: ComityError, status: int) -> Response:
    return visit.page(
        "sign_in.html",
        status=status,
        officer_id=officer_id,
        ended=False,
        errors=[problem("officer", spell(error))],
    )


PAGES = (
    Page("/", home, roles=()),
    Page("/sign-in", ask, roles=()),
    Page("/sign-in", enter, roles=(), method="POST"),
    Page("/sign-out", leave, method="POST"),
)
