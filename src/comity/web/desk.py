"""One request at the desk: who asks, in which language, what was typed; and what goes back.

A page is a function from a ``Visit`` to a response. What every page owes (headers, session, token
against forged forms, roles, errors in plain words) is kept in ``door``, not in the pages.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from comity.bureau.node import Node
from comity.bureau.officer import ROLES, Officer
from comity.web.rendering import Frame, Link, Render
from comity.web.words import languages

SESSION_COOKIE = "comity_session"
LANGUAGE_COOKIE = "comity_language"

NAVIGATION = (
    ("nav_check", "/check", ("first-line", "bureau")),
    ("nav_matches", "/matches", ("first-line", "bureau")),
    ("nav_alerts", "/alerts", ("bureau",)),
    ("nav_refusals", "/refusals", ROLES),
    ("nav_log", "/log", ("supervisor",)),
    ("nav_agreements", "/agreements", ROLES),
    ("nav_doctor", "/doctor", ("bureau", "supervisor")),
    ("nav_law", "/law", ()),
)
"""Word, address, and the roles that find it in their navigation; () for everybody."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What all requests share: the node and the templates."""

    node: Node
    render: Render
    openapi: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request. ``officer`` is None where nobody is signed in, ``form`` is what was typed.

    ``ended``: the browser holds a session that is over. ``address`` is where the page in another
    language is asked for; "" where it answers a form.
    """

    desk: Desk
    path: str
    language: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    officer: Officer | None = None
    token: str = ""
    ended: bool = False
    secure: bool = False
    address: str = ""

    @property
    def node(self) -> Node:
        """The node this door belongs to."""
        return self.desk.node

    @property
    def who(self) -> Officer:
        """The signed-in officer; only pages behind the sign-in ask."""
        if self.officer is None:
            raise AssertionError("a page without a sign-in asked for the officer")
        return self.officer

    def typed(self, name: str) -> str:
        """What was typed into a field, without the blanks around it; "" for nothing."""
        return self.form.get(name, "").strip()

    def page(self, template: str, *, here: str = "", status: int = 200, **values: Any) -> Response:
        """Render a page in the visitor's language."""
        values.setdefault("errors", [])
        html = self.desk.render(
            template,
            frame(self),
            language=self.language,
            here=here or self.path,
            csrf=csrf_of(self.token),
            **values,
        )
        return HTMLResponse(html, status)

    def go(self, address: str) -> Response:
        """Send the browser on to another page of this node."""
        return RedirectResponse(address, 303)


Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """An address and its function. ``roles`` who may; () for everybody, signed in or not."""

    path: str
    handler: Handler
    roles: Sequence[str] = ROLES
    method: str = "GET"


def csrf_of(token: str) -> str:
    """Give the token a form must carry: bound to the session, useless without it."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest() if token else ""


def frame(visit: Visit) -> Frame:
    """Give what stands around every page for this visitor."""
    node, officer = visit.node, visit.officer
    words = languages()[visit.language].words
    links = [
        Link(words[word], href)
        for word, href, roles in NAVIGATION
        if not roles or (officer is not None and officer.role in roles)
    ]
    return Frame(
        node=node.settings.name,
        state=node.country,
        navigation=tuple(links),
        training=node.settings.training,
        officer="" if officer is None else f"{officer.name}, {officer.role}",
        sign_out="" if officer is None else "/sign-out",
        csrf=csrf_of(visit.token),
        address=visit.address,
        languages=tuple(languages().values()),
        calls="" if visit.desk.openapi is None else "/api",
    )
