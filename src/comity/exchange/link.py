"""The line to one peer: HTTPS with both certificates, small limits, and errors one can act on.

Paths below a card's address; the ``api`` serves them::

    POST /exchange/v1/envelope   an envelope      → its reply
    POST /exchange/v1/question   a question       → its reply (may be asked again)
    GET  /exchange/v1/status     who, versions, time, open or in maintenance
    POST /witness/add-checkpoint the peer as a witness
"""

from __future__ import annotations

import datetime
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

from comity import __version__
from comity.errors import ComityError, Malformed, Unavailable
from comity.exchange import reply, tls, wire
from comity.exchange.card import NodeCard
from comity.proof.canonical import canonical, parse_json

ENVELOPE_PATH = "/exchange/v1/envelope"
QUESTION_PATH = "/exchange/v1/question"
STATUS_PATH = "/exchange/v1/status"
WITNESS_PATH = "/witness/add-checkpoint"
VERSIONS = (1,)
"""The versions of this protocol that we speak, oldest first."""

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
TOTAL_SECONDS = 60.0
STATUS_LIMIT = 4096
WITNESS_LIMIT = 16 * 1024
_BUSY = {429, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Status:
    """What a node says of itself: its code, the versions it speaks, its time and its state.

    ``state`` is ``open`` or ``maintenance``. Not signed, so no evidence: for people and retries.
    """

    code: str
    versions: tuple[int, ...]
    software: str
    time: datetime.datetime
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Ping:
    """How a peer answered: its status, the version to speak, and how far its clock is ahead."""

    status: Status
    version: int
    clock_ahead: datetime.timedelta
    round_trip: datetime.timedelta


class Link:
    """A line to the peer of ``card``; ``own`` is our leaf. Close it, or use it in ``with``."""

    def __init__(self, card: NodeCard, own: tls.Certified) -> None:
        self.card = card
        context = tls.client_context(own, card.authority)
        self._client = open_client(context)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def send(self, data: bytes) -> bytes:
        """Carry an envelope; its reply, not yet verified."""
        return self._call("POST", ENVELOPE_PATH, data, reply.SIZE_LIMIT)

    def ask(self, data: bytes) -> bytes:
        """Carry a question that may be repeated; its reply, not yet verified."""
        return self._call("POST", QUESTION_PATH, data, reply.SIZE_LIMIT)

    def ping(self, now: datetime.datetime) -> Ping:
        """Who answers, in which version, with which clock; `Unavailable` if we share no version."""
        start = time.monotonic()
        status = parse_status(self._call("GET", STATUS_PATH, b"", STATUS_LIMIT))
        took = datetime.timedelta(seconds=time.monotonic() - start)
        if status.code != self.card.code:
            raise Malformed("status-code", "another node answers", where=self.card.code)
        return Ping(status, negotiate(status.versions), status.time - now - took / 2, took)

    def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
        """The peer as a witness: a ``Post`` for `comity.exchange.cosign.cosign`."""
        return call(
            self._client, "POST", self.card.urls[0] + WITNESS_PATH, body, limit=WITNESS_LIMIT
        )

    def _call(self, method: str, path: str, data: bytes, limit: int) -> bytes:
        """Try the card's addresses in order until one answers at all."""
        fault = Unavailable("peer-unreachable", "no address answers", where=self.card.code)
        for url in self.card.urls:
            try:
                status, body = call(self._client, method, url + path, data, limit=limit)
            except Unavailable as error:
                fault = error
                continue
            return _body(self.card.code, status, body)
        raise fault


def open_client(context: ssl.SSLContext) -> httpx2.Client:
    """A client which obeys no proxy or environment, follows nothing, and waits no longer than it
    must.
    """
    return httpx2.Client(
        verify=context,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=8, max_keepalive_connections=4),
        headers={"user-agent": f"comity/{__version__}", "accept-encoding": "identity"},
    )


def call(
    client: httpx2.Client, method: str, url: str, data: bytes, *, limit: int
) -> tuple[int, bytes]:
    """One request; the status and at most ``limit`` bytes of body, within 60 s in all.

    Raises `Unavailable` for a line that is down, too slow or talks too much.
    """
    # A peer that drips one byte before each read timeout would else hold this thread for ever.
    deadline = time.monotonic() + TOTAL_SECONDS
    headers = {"content-type": "application/octet-stream"} if data else {}
    body = bytearray()
    try:
        with client.stream(method, url, content=data or None, headers=headers) as response:
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > limit or time.monotonic() > deadline:
                    raise Unavailable("peer-too-much", "the peer's answer is too long or too slow")
            return response.status_code, bytes(body)
    except httpx2.TimeoutException as error:
        raise Unavailable("peer-timeout", "the peer does not answer in time") from error
    except httpx2.HTTPError as error:
        raise _unreachable(error) from error


def negotiate(theirs: Sequence[int], ours: Sequence[int] = VERSIONS) -> int:
    """The newest version both speak; `Unavailable` ("no-common-version") if there is none."""
    common = set(theirs) & set(ours)
    if not common:
        raise Unavailable(
            "no-common-version",
            "this peer speaks no version of the protocol that we speak",
            hint="one of the two nodes must be upgraded",
        )
    return max(common)


def format_status(status: Status) -> bytes:
    """As canonical JSON: the body of ``GET /exchange/v1/status``."""
    said = {
        "code": status.code,
        "software": status.software,
        "state": status.state,
        "time": wire.format_instant(status.time),
        "versions": list(status.versions),
    }
    return canonical(said)


def process_status(code: str, now: datetime.datetime, *, state: str = "open") -> bytes:
    """What this node answers to ``GET /exchange/v1/status``."""
    return format_status(Status(code, VERSIONS, f"comity {__version__}", now, state))


def parse_status(data: bytes) -> Status:
    """Read a status; fields of later versions are ignored, ours must be in form."""
    said = parse_json(data, limit=STATUS_LIMIT)
    if not isinstance(said, dict) or not isinstance(said.get("versions"), list):
        raise Malformed("status-form", "not a node's status")
    software, state = said.get("software"), said.get("state")
    if not isinstance(software, str) or len(software) > 100 or not software.isprintable():
        raise Malformed("status-form", "not a node's status", where="status: software")
    if state not in ("open", "maintenance"):
        raise Malformed("status-form", "neither open nor in maintenance", where="status: state")
    where = "status: versions"
    versions = [wire.natural(each, code="status-form", where=where) for each in said["versions"]]
    return Status(
        code=wire.matching(said.get("code"), wire.CODE, code="status-form", where="status: code"),
        versions=tuple(versions),
        software=software,
        time=wire.parse_instant(said.get("time"), code="status-form", where="status: time"),
        state=state,
    )


def _body(peer: str, status: int, body: bytes) -> bytes:
    if status == 200:
        return body
    if status in _BUSY:
        raise Unavailable("peer-busy", f"the peer answers {status}", where=peer, hint="try later")
    if status >= 500:
        # It answered, and failed on this very message: others may fare better.
        raise ComityError("peer-fault", f"the peer failed with {status}", where=peer)
    raise ComityError("peer-refused", f"the peer refused: {_code(body)}", where=peer)


def _code(body: bytes) -> str:
    """The peer's error code. Its words are not repeated: they are a stranger's text."""
    try:
        said: Any = parse_json(body, limit=STATUS_LIMIT)
    except ComityError:
        return "no reason"
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, str) and wire.KIND.fullmatch(code) else "no reason"


def _unreachable(error: httpx2.HTTPError) -> Unavailable:
    """Name what an operator can act on: their certificate, ours, or the line."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unavailable(
                "peer-certificate",
                "the peer's certificate is not from the authority in its card",
                hint="do not go round this: ask the peer by telephone whether its card changed",
            )
        if isinstance(cause, ssl.SSLError) and "ALERT" in (cause.reason or ""):
            return Unavailable(
                "peer-refuses-us",
                "the peer does not admit our certificate",
                hint="has the peer joined us, by our newest card?",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx2.RemoteProtocolError):
        # What a door that does not admit us looks like when it closes before its alert is sent.
        return Unavailable(
            "peer-closed",
            "the peer closed the line without an answer",
            hint="has the peer joined us, by our newest card?",
        )
    return Unavailable("peer-unreachable", "the line to the peer is down")
