"""The one place where errors become HTTP status codes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from comity import errors

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
    return STATUS.get(type(error), 500)


def answer_fault(_request: Request, error: Exception) -> JSONResponse:
    """Answer with the error's code, words, place and hint; never a traceback."""
    if isinstance(error, errors.ComityError):
        return JSONResponse(error.as_dict(), status_of(error))
    plain = {
        "code": "fault",
        "what": "this node failed; its log says where",
        "where": "",
        "hint": "",
    }
    return JSONResponse(plain, 500)
