"""What every route of the door for systems shares: strict bodies, and who is signed in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query
from pydantic import BaseModel, ConfigDict, model_validator
from starlette.requests import Request

from comity.bureau import officer
from comity.errors import NotPermitted

Id = Annotated[str, Path(max_length=80, pattern=r"^[A-Za-z0-9.-]+$")]
Count = Annotated[int, Query(ge=1, le=1000)]


class Strict(BaseModel):
    """A body without unknown keys."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000)

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, data: Any) -> Any:
        # Half a character, or the one that PostgreSQL cannot store, would fail far inside.
        if not _storable(data):
            raise ValueError("a text holds what is no character")
        return data


def signed_in(request: Request, authorization: Annotated[str, Header()] = "") -> officer.Officer:
    """Give the officer of the session whose token the request bears; NotPermitted without one."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotPermitted("sign-in-missing", "sign in first", hint="POST /api/v1/session")
    return officer.session(request.app.state.node, token)


# Here, and not within the function that makes the application: only names of the module are found
# where annotations are read.
Who = Annotated[officer.Officer, Depends(signed_in)]


def _storable(data: Any) -> bool:
    if isinstance(data, str):
        return "\0" not in data and not any("\ud800" <= one <= "\udfff" for one in data)
    if isinstance(data, dict):
        return all(_storable(part) for pair in data.items() for part in pair)
    if isinstance(data, list):
        return all(_storable(part) for part in data)
    return True
