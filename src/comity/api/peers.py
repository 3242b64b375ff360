"""The door for other nodes. TLS has admitted them; each envelope proves itself."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comity.api.faults import Guard, answer_fault
from comity.bureau import post
from comity.bureau.node import Node
from comity.errors import ComityError, Malformed
from comity.exchange import envelope, link

BINARY = "application/octet-stream"


def peer_app(node: Node) -> Starlette:
    """Give the application which other nodes reach."""

    async def take(request: Request) -> Response:
        return await _process(request, lambda data: post.receive_message(node, data))

    async def ask(request: Request) -> Response:
        return await _process(request, lambda data: post.answer_question(node, data))

    async def status(_request: Request) -> Response:
        return Response(post.status(node), media_type="application/json")

    return Starlette(
        routes=[
            Route(link.ENVELOPE_PATH, take, methods=["POST"]),
            Route(link.QUESTION_PATH, ask, methods=["POST"]),
            Route(link.STATUS_PATH, status, methods=["GET"]),
        ],
        exception_handlers={ComityError: answer_fault, HTTPException: answer_fault},
        middleware=[Middleware(Guard, limit=2 * envelope.SIZE_LIMIT)],
    )


async def _process(request: Request, process: Callable[[bytes], bytes]) -> Response:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > envelope.SIZE_LIMIT:
            raise Malformed("envelope-size", "larger than any envelope")
    answer = await run_in_threadpool(process, bytes(body))
    return Response(answer, media_type=BINARY)
