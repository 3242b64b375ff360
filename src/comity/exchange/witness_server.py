"""The witness as a small server: one route, ``POST /add-checkpoint``.

uvicorn.run(witness_app(Witness(path, signer, clock.now)), host="::", port=7444)
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comity.errors import Unavailable
from comity.exchange.witness import BODY_LIMIT, Witness


def witness_app(witness: Witness) -> Starlette:
    """An ASGI application over ``witness``; it maps and does nothing else."""

    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT:
                return Response("a request is at most 64 kB\n", 413, media_type="text/plain")
        try:
            answer = await run_in_threadpool(witness.process_add_checkpoint, body)
        except Unavailable as error:
            return Response(f"{error.what}\n", 503, media_type="text/plain")
        # Set by hand: Starlette would add a charset to the specification's own type.
        headers = {"content-type": answer.content_type}
        return Response(answer.body, answer.status, headers=headers)

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])
