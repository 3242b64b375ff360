"""The pages of a node as one application: addresses to functions, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from comity.bureau.node import Node
from comity.web import (
    agreements,
    alerts,
    checking,
    deciding,
    description,
    door,
    entering,
    health,
    law_asking,
    law_changes,
    law_library,
    law_staying,
    law_tables,
    refusing,
    sign_in,
    supervision,
)
from comity.web.assets import STATIC, load_assets
from comity.web.desk import Desk, Page
from comity.web.rendering import renderer
from comity.web.static_files import serve_static

PAGES: tuple[Page, ...] = (
    *sign_in.PAGES,
    *checking.PAGES,
    *deciding.PAGES,
    *refusing.PAGES,
    *entering.PAGES,  # before alerts: /alerts/new is no alert
    *alerts.PAGES,
    *supervision.PAGES,
    *agreements.PAGES,
    *health.PAGES,
    *description.PAGES,
    *law_asking.PAGES,
    *law_staying.PAGES,
    *law_library.PAGES,
    *law_tables.PAGES,
    *law_changes.PAGES,
)


def page_app(
    node: Node, openapi: Mapping[str, Any] | None = None, *, static: Path = STATIC
) -> Starlette:
    """Give the application which officers open in a browser.

    ``openapi`` describes the door for systems, where it is to be shown. Unavailable where the
    style sheets in ``static`` were not built.
    """
    render = renderer(load_assets("/static/", static=static))
    desk = Desk(node, render, openapi)

    async def http_fault(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        return door.answer_http(desk, request, error)

    routes: list[BaseRoute] = [door.route(desk, page) for page in PAGES]
    routes.append(Route("/static/{name}", serve_static(static)))
    return Starlette(
        routes=routes,
        middleware=[Middleware(door.Headers)],
        exception_handlers={HTTPException: http_fault},
    )
