"""What every page owes, in one place: limits, session, forged forms, roles, errors, headers.

The order is fixed: size of the body, form, origin, session, role, token of the form, then the
page. A failure at any step is a page in plain words with its code, never a traceback, and the
log says only where in our code it arose.
"""

from __future__ import annotations

import hmac
import logging
import traceback
from collections.abc import Mapping
from email import policy
from email.parser import BytesParser
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity import errors
from comity.bureau import officer
from comity.errors import ComityError, Malformed, NotPermitted
from comity.web.desk import (
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    Desk,
    Page,
    Visit,
    csrf_of,
)
from comity.web.words import languages

_LOG = logging.getLogger("comity")

BODY_BYTES_MAX = 256 * 1024
FIELDS_MAX = 200

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # Not no-referrer: that makes browsers send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
"""On every response; a page's own cache-control stands."""

STATUS: Mapping[type[ComityError], int] = {
    errors.Malformed: 422,
    errors.Unverified: 400,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unavailable: 503,
}

TITLES = {
    400: "This does not hold",
    403: "You may not do this",
    404: "There is no such page",
    405: "This address is not used so",
    409: "This contradicts what already stands",
    413: "Too much was sent",
    422: "This cannot be read",
    503: "This cannot be done now",
}


class Headers:
    """ASGI middleware: puts HEADERS on every response that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response back with its headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                have = {name.lower() for name, _value in message["headers"]}
                more = [
                    (name.encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.encode() not in have
                ]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self._app(scope, receive, sent)


def route(desk: Desk, page: Page) -> Route:
    """Give the route of a page with all that a page owes around it."""

    async def endpoint(request: Request) -> Response:
        body = await _body(request)
        return await run_in_threadpool(_answer, desk, page, request, body)

    return Route(page.path, endpoint, methods=[page.method])


def answer_http(desk: Desk, request: Request, error: HTTPException) -> Response:
    """Answer an address that is not there, or not used so, with a page."""
    visit = _visitor(desk, request, {})
    hint = "go back, or use the navigation above"
    what = "the address is wrong, or what it showed is gone"
    if error.status_code != 404:
        what = TITLES.get(error.status_code, "the request was refused").lower()
    response = fault_page(visit, error.status_code, f"http-{error.status_code}", what, hint=hint)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def fault_page(
    visit: Visit, status: int, code: str, what: str, *, where: str = "", hint: str = ""
) -> Response:
    """Give the one page of errors."""
    title = TITLES.get(status, "This node failed")
    return visit.page(
        "fault.html", status=status, title=title, code=code, what=what, where=where, hint=hint
    )


async def _body(request: Request) -> bytes | None:
    # Counted while it arrives: a length that a client states proves nothing.
    if request.method not in ("POST", "PUT", "PATCH"):
        return b""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_BYTES_MAX:
            return None
        parts.append(part)
    return b"".join(parts)


def _answer(desk: Desk, page: Page, request: Request, body: bytes | None) -> Response:
    visit = _visitor(desk, request, {})
    try:
        if body is None:
            kb = BODY_BYTES_MAX // 1024
            what = f"more than {kb} kB were sent"
            return fault_page(visit, 413, "body-large", what, hint="send less")
        _hold_origin(request)
        visit = _visitor(desk, request, _form(body, request.headers.get("content-type", "")))
        if page.roles and visit.officer is None:
            return _to_sign_in(visit, page)
        if page.roles:
            officer.require(visit.who, *page.roles)
        if page.method != "GET" and visit.officer is not None:
            _hold_token(visit)
        response = page.handler(visit)
    except ComityError as error:
        status = STATUS.get(type(error), 500)
        response = fault_page(
            visit, status, error.code, error.what, where=error.where, hint=error.hint
        )
    except Exception as error:  # noqa: BLE001 - the last line: a page, and where it arose
        last = traceback.extract_tb(error.__traceback__)[-1]
        # Not the message: it may quote what was typed.
        _LOG.error("page %s: %s at %s:%s", page.path, type(error).__name__, last.name, last.lineno)
        what = "something in this node failed; nothing was half done"
        response = fault_page(visit, 500, "fault", what, hint="tell the operator of this node")
    return _remember_language(visit, request, response)


def _visitor(desk: Desk, request: Request, form: Mapping[str, str]) -> Visit:
    token = request.cookies.get(SESSION_COOKIE, "")
    who, ended = None, False
    if token:
        try:
            who = officer.session(desk.node, token)
        except ComityError:
            token, ended = "", True
    return Visit(
        desk=desk,
        path=request.url.path,
        language=_language(request),
        params=dict(request.path_params),
        query=dict(request.query_params),
        form=form,
        officer=who,
        token=token,
        ended=ended,
        secure=request.url.scheme == "https",
        address=request.url.path if request.method == "GET" else "",
    )


def _language(request: Request) -> str:
    for tag in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if tag in languages():
            return str(tag)
    return "en"


def _remember_language(visit: Visit, request: Request, response: Response) -> Response:
    if request.query_params.get("lang") == visit.language:
        response.set_cookie(
            LANGUAGE_COOKIE, visit.language, httponly=True, samesite="strict", secure=visit.secure
        )
    return response


def _form(body: bytes, kind: str) -> Mapping[str, str]:
    if not body:
        return {}
    try:
        pairs = _parts(body, kind) if kind.startswith("multipart/") else _pairs(body)
    except (UnicodeError, ValueError, LookupError):
        raise Malformed(
            "form-unreadable", "what was sent is not a form", hint="send the form of the page"
        ) from None
    form: dict[str, str] = {}
    for name, value in pairs:
        # Ticked boxes share a name; a second token makes the token wrong.
        form[name] = f"{form[name]}\n{value}" if name in form else value
    return form


def _pairs(body: bytes) -> list[tuple[str, str]]:
    text = body.decode("ascii")
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX)


def _parts(body: bytes, kind: str) -> list[tuple[str, str]]:
    # A form with a file (RFC 7578): each part is text, or the form is refused.
    said = BytesParser(policy=policy.HTTP).parsebytes(
        b"content-type: " + kind.encode("ascii") + b"\r\n\r\n" + body
    )
    pairs: list[tuple[str, str]] = []
    for part in said.iter_parts():
        name = part.get_param("name", header="content-disposition")
        held = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(held, bytes) or len(pairs) == FIELDS_MAX:
            raise ValueError("a part without a name")
        text = held.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("not text")
        pairs.append((name, text))
    if not pairs:
        raise ValueError("no part")
    return pairs


def _hold_origin(request: Request) -> None:
    if request.method == "GET":
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    if foreign or site not in ("same-origin", "none"):
        raise NotPermitted("form-foreign", "this form comes from another site", hint="open it here")


def _hold_token(visit: Visit) -> None:
    if not hmac.compare_digest(visit.typed("csrf").encode(), csrf_of(visit.token).encode()):
        raise NotPermitted(
            "form-stale",
            "this form belongs to another session; nothing was done",
            hint="go back, load the page again and send it once more",
        )


def _to_sign_in(visit: Visit, page: Page) -> Response:
    if page.method == "GET":
        return visit.go("/sign-in")
    return fault_page(
        visit,
        403,
        "session-ended",
        "your session has ended; nothing was done",
        hint="sign in again, then repeat what you were doing",
    )
