"""Two processes and a bad wire between them, for the crash run: one sends, one receives.

Time runs 600 times faster than the system's clock, so that retry delays pass within the test.
"""

from __future__ import annotations

import datetime
import random
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from comity.errors import ComityError, Unavailable
from comity.exchange import envelope as env
from comity.exchange import inbox, outbox, peers, reply
from comity.record.ledger import Ledger
from comity.record.tables import outbox as outbox_table
from comity.record.vault import Vault
from exchange_world import START, Node, node, person, seed

MESSAGES = 300
SPEED = 600
LIFE = datetime.timedelta(days=20)


@dataclass(frozen=True)
class FastClock:
    """The test's time: START at the system's second ``zero``, then 600 seconds to the second."""

    zero: float

    def now(self) -> datetime.datetime:
        """The present instant."""
        return START + datetime.timedelta(seconds=(time.time() - self.zero) * SPEED)


def open_node(code: str, directory: Path, zero: float) -> tuple[Node, Ledger]:
    """A node of the run, with its ledger."""
    other = {"UTO": "QMA", "QMA": "UTO"}[code]
    made = node(code, directory)
    signer, clock = made.home.signer, FastClock(zero)
    ledger = Ledger(made.store, Vault(seed(f"kek {code}")), signer, clock)
    with made.store.read() as conn:
        known = peers.joined(conn)
    if not known:
        made.write(lambda conn: peers.admit(conn, person(other).card, now=START))
    return made, ledger


# --- frames: one answer to one request on each connection ------------------------------------


def put(sock: socket.socket, data: bytes) -> None:
    """Send one frame."""
    sock.sendall(struct.pack(">I", len(data)) + data)


def get(sock: socket.socket) -> bytes:
    """Receive one frame."""
    (size,) = struct.unpack(">I", _exactly(sock, 4))
    return _exactly(sock, size)


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = sock.recv(size - len(data))
        if not chunk:
            raise ConnectionError("cut off")
        data += chunk
    return data


def call(port: int, data: bytes) -> bytes:
    """Send to ``port`` and wait for the answer; `Unavailable` if the line breaks."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
            put(sock, data)
            return get(sock)
    except OSError as error:
        raise Unavailable("peer-unreachable", "the line is down") from error


class Server(socketserver.ThreadingTCPServer):
    """Answers each frame by ``respond``; no answer if that raises OSError."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, respond: Callable[[bytes], bytes]) -> None:
        self.respond = respond
        super().__init__(("127.0.0.1", port), Handler)


class Handler(socketserver.BaseRequestHandler):
    """One connection."""

    server: Server

    def handle(self) -> None:
        """Read, respond, answer; a broken line is the other side's business."""
        try:
            put(self.request, self.server.respond(get(self.request)))
        except (OSError, Unavailable):
            return


# --- the two processes ------------------------------------------------------------------------


def receive(directory: Path, port: int, zero: float) -> None:
    """Arcadia: applies each message by an entry in its ledger, until killed."""
    qma, ledger = open_node("QMA", directory, zero)

    def apply(conn: Connection, envelope: env.Envelope) -> inbox.Applied:
        seq = ledger.append(conn, "message:applied", {"id": envelope.id})
        return inbox.Applied(entry=seq, answer=inbox.Answer("told", envelope.body[::-1]))

    def alarm(conn: Connection, code: str, header: env.Header) -> int:
        return ledger.append(conn, "message:alarm", {"id": header.id, "code": code})

    def respond(data: bytes) -> bytes:
        def work(conn: Connection) -> bytes:
            now = FastClock(zero).now()
            return inbox.accept(conn, qma.home, data, apply, now=now, alarm=alarm)

        try:
            return b"K" + ledger.write(work).result
        except ComityError as error:
            return b"E" + error.code.encode()

    with Server(port, respond) as server:
        server.serve_forever()


def send(directory: Path, port: int, zero: float) -> None:
    """Utopia: queues its messages, delivers until each is settled, then says so by a file."""
    uto, ledger = open_node("UTO", directory, zero)
    clock = FastClock(zero)
    _queue_all(uto, ledger, clock)

    def settled(conn: Connection, item: outbox.Due, answered: reply.Answered) -> None:
        assert answered.answer is not None
        public = {
            "id": item.id,
            "grade": answered.receipt.grade,
            "body": answered.answer.body.hex(),
        }
        ledger.append(conn, "message:settled", public)

    def carry(data: bytes) -> bytes:
        answer = call(port, data)
        if not answer.startswith(b"K"):
            raise ComityError("peer-refused", "the peer refused")
        return answer[1:]

    courier = outbox.Courier(uto.home, lambda work: ledger.write(work).result, clock.now, settled)
    peer = person("QMA").card
    waiting = select(func.count()).where(outbox_table.c.state.in_(outbox.OPEN))
    while True:
        courier.deliver(peer, carry, limit=20)
        with uto.store.read() as conn:
            if conn.execute(waiting).scalar_one() == 0:
                break
    (directory / "done").touch()


def _queue_all(uto: Node, ledger: Ledger, clock: FastClock) -> None:
    step = 15
    for first in range(0, MESSAGES, step):

        def work(conn: Connection, first: int = first) -> None:
            if outbox.state(conn, f"{first:032x}") is not None:
                return
            for number in range(first, first + step):
                now, body = clock.now(), b"message %d" % number
                letter = env.Letter("order", body, now, now + LIFE, "uto-qma", "", f"{number:032x}")
                seq = ledger.append(conn, "message:queued", {"id": letter.id})
                outbox.queue(conn, uto.home, person("QMA").card, letter, entry=seq)

        ledger.write(work)


# --- the wire ---------------------------------------------------------------------------------


class Wire:
    """Loses a fifth of all questions and a tenth of all answers, repeats, reorders and forges."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self.port = port
        self.chance = chance
        self.count: Counter[str] = Counter()
        self.kept: list[bytes] = []
        self.accepted_forgeries: list[bytes] = []
        self._guard = threading.Lock()

    def respond(self, data: bytes) -> bytes:
        """Carry one question, badly."""
        with self._guard:
            self.kept.append(data)
            lost, lost_back = self.chance.random() < 0.2, self.chance.random() < 0.1
            again = self.chance.choice(self.kept) if self.chance.random() < 0.2 else b""
            forged = self._forge(data) if self.chance.random() < 0.2 else b""
        self._stray(again, "repeated")
        self._stray(forged, "forged")
        if lost:
            self.count["lost"] += 1
            raise ConnectionError("lost")
        answer = call(self.port, data)
        if lost_back:
            self.count["lost back"] += 1
            raise ConnectionError("lost on the way back")
        return answer

    def _stray(self, data: bytes, kind: str) -> None:
        if not data:
            return
        try:
            answer = call(self.port, data)
        except Unavailable:
            return
        self.count[kind] += 1
        if kind == "forged" and answer.startswith(b"K"):
            self.accepted_forgeries.append(data)

    def _forge(self, data: bytes) -> bytes:
        """A changed byte, or the same id with a body of the forger's own."""
        if self.chance.random() < 0.5:
            at = self.chance.randrange(len(data))
            return data[:at] + bytes([data[at] ^ 1 << self.chance.randrange(8)]) + data[at + 1 :]
        header = env.header_of(data)
        letter = env.Letter(
            header.kind, b"forged", header.created, header.expires, header.agreement, "", header.id
        )
        return env.seal_envelope(person("QMA").card, "UTO", person("QNB").home.signer, letter)
