"""The one place where errors become HTTP status codes, and where what fails is kept in."""

from __future__ import annotations

import logging
import pathlib
import traceback

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity import errors

_LOG = logging.getLogger("comity.api")

BODY_MAX = 1_000_000
"""Bytes of a request: 500 travellers in words take a third of it."""

STATUS: dict[type[errors.ComityError], int] = {
    errors.Malformed: 422,
    errors.Unverified: 400,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unavailable: 503,
}


def status_of(error: errors.ComityError) -> int:
    """Give the status code of an error; 500 for a kind that has none."""
    if error.code == "sign-in-wait":
        return 429
    return STATUS.get(type(error), 500)


def answer_fault(_request: Request, error: Exception) -> JSONResponse:
    """Answer with the error's code, words, place and hint; never a traceback."""
    if isinstance(error, errors.ComityError):
        return JSONResponse(error.as_dict(), status_of(error))
    if isinstance(error, RequestValidationError):
        # The library's own answer would repeat what was sent, a person's data perhaps.
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if isinstance(part, int | str))
        return _plain(422, "request-form", "the request is not of its form", where=where[:100])
    if isinstance(error, HTTPException):
        code = {404: "path-unknown", 405: "method-unknown", 413: "request-large"}
        what = str(error.detail).lower()
        return _plain(error.status_code, code.get(error.status_code, "request-form"), what)
    return _plain(500, "fault", "this node failed; its log says where")


class Guard:
    """Around an application: no request beyond ``limit`` bytes, and no fault that tells its text.

    The text of an exception may hold what it failed on; the log names its kind and place only.
    """

    def __init__(self, app: ASGIApp, limit: int = BODY_MAX) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        taken = 0
        started = False

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise HTTPException(413, f"a request has at most {self._limit} bytes")
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, bounded, noted)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{pathlib.Path(frame.filename).name}:{frame.lineno}"
            _LOG.error("a fault of this program: %s at %s", type(error).__name__, place)
            if not started:
                await answer_fault(Request(scope), error)(scope, receive, send)


def _plain(status: int, code: str, what: str, *, where: str = "") -> JSONResponse:
    return JSONResponse({"code": code, "what": what, "where": where, "hint": ""}, status)
