"""The line between two nodes: real TLS on the loopback, with a real server behind it."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from comity.errors import ComityError, Malformed, Unavailable, Unverified
from comity.exchange import envelope as env
from comity.exchange import feed, follow, inbox, link, outbox, tls
from comity.exchange.card import NodeCard
from comity.exchange.witness import Witness, create_witness
from comity.exchange.witness_server import witness_app
from comity.proof.canonical import canonical
from comity.proof.cosignature import WitnessSigner
from exchange_world import HOUR, Node, Person, node, person, seed

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
UTO, QNB = person("UTO"), person("QNB")


def leaf(who: Person, now: datetime.datetime = NOW) -> tls.Certified:
    """A certificate of a node for the loopback."""
    return tls.issue(who.authority, who.code, ["127.0.0.1", "localhost", "::1"], now)


UTO_LEAF, QBB_LEAF = leaf(UTO), leaf(QNB)

# The alert that names the reason may be overtaken by the end of the connection.
SHUT = ("peer-closed", "peer-refuses-us", "peer-unreachable")


def now() -> datetime.datetime:
    """The time at which these tests stand."""
    return NOW


@dataclass
class Served:
    """Arcadia behind its door: the node, its card with the true address, and the door."""

    node: Node
    person: Person
    door: tls.Door
    own: tls.Certified
    port: int

    def admit(self, *peers: Person) -> None:
        """Admit exactly these peers."""
        self.door.admit(self.own, [peer.card.authority for peer in peers])


def faulty() -> list[Route]:
    """Doors that misbehave."""

    async def endless(_: Request) -> Response:
        return StreamingResponse(iter([bytes(65_536)] * 400))

    async def fails(request: Request) -> Response:
        return Response(b'{"code":"x y"}', int(request.path_params["status"]))

    return [
        Route("/endless" + link.ENVELOPE_PATH, endless, methods=["POST"]),
        Route("/fails/{status}" + link.ENVELOPE_PATH, fails, methods=["POST"]),
    ]


def routes(served: Node, witness: Witness) -> Starlette:
    """What the api will serve, with the least code around the room's own functions."""

    def apply(conn: Connection, envelope: env.Envelope) -> inbox.Applied:
        del conn
        return inbox.Applied(answer=inbox.Answer("told", envelope.body[::-1]))

    def alarm(conn: Connection, code: str, header: env.Header) -> None:
        raise AssertionError((code, header, conn))

    def take(data: bytes) -> bytes:
        return inbox.process_envelope(
            data, write=served.write, home=served.home, apply=apply, alarm=alarm, now=NOW
        )

    def ask(data: bytes) -> bytes:
        read = follow.serve_pull(now=NOW)
        return inbox.process_question(
            data, write=served.write, home=served.home, read=read, now=NOW
        )

    async def envelope(request: Request) -> Response:
        try:
            return Response(await run_in_threadpool(take, await request.body()))
        except ComityError as error:
            return Response(canonical(error.as_dict()), 403)

    async def question(request: Request) -> Response:
        return Response(await run_in_threadpool(ask, await request.body()))

    async def status(_: Request) -> Response:
        return Response(link.process_status("QMA", NOW))

    return Starlette(
        routes=[
            Route(link.ENVELOPE_PATH, envelope, methods=["POST"]),
            Route(link.QUESTION_PATH, question, methods=["POST"]),
            Route(link.STATUS_PATH, status),
            *faulty(),
            Mount("/witness", witness_app(witness)),
        ]
    )


@contextlib.contextmanager
def serve(app: Starlette, context: ssl.SSLContext, listener: socket.socket) -> Iterator[None]:
    """uvicorn, as the node runs it, in a thread."""
    config = uvicorn.Config(app, log_level="critical", ssl_context_factory=lambda _c, _d: context)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def qma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Arcadia, serving on the loopback; nobody is admitted yet."""
    directory = tmp_path_factory.mktemp("qma")
    create_witness(directory / "witness.db")
    witness = Witness(directory / "witness.db", WitnessSigner("w1", seed("witness")), now)
    witness.trust(UTO.card.vkey)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        who = person("QMA", f"https://127.0.0.1:{port}")
        made = node("QMA", directory, "UTO")
        own = leaf(who)
        door = tls.Door(own, who.card.authority)
        with serve(routes(made, witness), door.context, listener):
            yield Served(made, who, door, own, port)
        made.store.close()


@pytest.fixture
def line(qma: Served) -> Iterator[link.Link]:
    """Utopia's line to Arcadia, who has joined Utopia."""
    qma.admit(UTO)
    with link.Link(qma.person.card, UTO_LEAF) as made:
        yield made


def refused(card: NodeCard, own: tls.Certified) -> str:
    """The code with which a line ends before it begins."""
    with link.Link(card, own) as made, pytest.raises(Unavailable) as caught:
        made.ping(NOW)
    return caught.value.code


def test_a_joined_peer_is_answered(line: link.Link) -> None:
    """Both certificates hold: status, version, clocks."""
    found = line.ping(NOW)
    assert (found.status.code, found.version) == ("QMA", 1)
    assert abs(found.clock_ahead) < datetime.timedelta(minutes=1)


def test_another_node_at_this_address_is_noticed(qma: Served) -> None:
    """A node which calls itself otherwise than its card is not taken for it."""
    qma.admit(UTO)
    with (
        link.Link(replace(qma.person.card, code="QPC"), UTO_LEAF) as made,
        pytest.raises(Malformed, match="status-code"),
    ):
        made.ping(NOW)


def test_a_foreign_certificate_is_refused(qma: Served) -> None:
    """A certificate of an authority that has not joined gets no byte."""
    qma.admit(UTO)
    assert refused(qma.person.card, QBB_LEAF) in SHUT


def test_an_expired_certificate_is_refused(qma: Served) -> None:
    """A leaf of a joined peer which has run out gets no byte."""
    qma.admit(UTO)
    old = leaf(UTO, NOW - datetime.timedelta(days=tls.LEAF_DAYS + 1))
    assert refused(qma.person.card, old) in SHUT


def test_an_authority_is_no_client(qma: Served) -> None:
    """A leaf which was not issued by the authority whose name it bears gets no byte."""
    qma.admit(UTO)
    impostor = tls.make_authority("UTO", NOW)
    forged = tls.issue(impostor, "UTO", ["127.0.0.1"], NOW)
    assert refused(qma.person.card, forged) in SHUT


def test_r56_a_peer_who_left_is_refused_from_then_on(qma: Served) -> None:
    """Joining and leaving take effect with the next connection, without a restart."""
    for _ in range(2):
        qma.admit()
        assert refused(qma.person.card, UTO_LEAF) in SHUT
        qma.admit(UTO)
        with link.Link(qma.person.card, UTO_LEAF) as made:
            assert made.ping(NOW).status.code == "QMA"


def test_r56_no_session_outlives_a_dismissal(qma: Served) -> None:
    """A TLS session cannot be taken up again: each connection shows its certificate anew."""
    qma.admit(UTO)
    context = tls.client_context(UTO_LEAF, qma.person.card.authority)
    request = f"GET {link.STATUS_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    with (
        socket.create_connection(("127.0.0.1", qma.port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
    ):
        secured.sendall(request)
        assert secured.recv(12) == b"HTTP/1.1 200"
        assert secured.session is not None
        assert not secured.session.has_ticket


def test_an_impostor_server_is_not_believed(qma: Served) -> None:
    """A server whose certificate is not from the card's own authority is named as such."""
    qma.admit(UTO)
    url = f"https://127.0.0.1:{qma.port}"
    assert refused(person("QNB", url).card, UTO_LEAF) == "peer-certificate"


def test_a_certificate_names_its_host(qma: Served) -> None:
    """The right certificate at an address it does not name is refused."""
    qma.admit(UTO)
    card = person("QMA", f"https://127.0.0.2:{qma.port}").card
    with socket.create_server(("127.0.0.2", qma.port)) as listener:
        thread = threading.Thread(target=_shake, args=(listener, qma.door.context))
        thread.start()
        assert refused(card, UTO_LEAF) == "peer-certificate"
        thread.join()


def _shake(listener: socket.socket, context: ssl.SSLContext) -> None:
    plain, _ = listener.accept()
    with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as secured:
        secured.recv(1)
    plain.close()


def test_the_self_test_passes_a_closed_door(qma: Served) -> None:
    """The node starts: nobody without, nobody foreign, itself yes, also while peers are joined."""
    qma.admit(UTO)
    tls.check_door("127.0.0.1", qma.port, qma.own, qma.person.card.authority)


@pytest.mark.parametrize("verify", [ssl.CERT_NONE, ssl.CERT_OPTIONAL])
def test_the_self_test_finds_an_open_door(qma: Served, verify: ssl.VerifyMode) -> None:
    """A server which asks for no certificate, or does not insist, must not serve."""
    context = tls.server_context(qma.own, [qma.person.card.authority])
    context.verify_mode = verify

    async def status(_: Request) -> Response:
        return Response("open")

    app = Starlette(routes=[Route(link.STATUS_PATH, status)])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with serve(app, context, listener), pytest.raises(Unverified, match="door-open"):
            tls.check_door("127.0.0.1", port, qma.own, qma.person.card.authority)


def test_the_self_test_finds_a_dead_door(qma: Served) -> None:
    """A server which does not answer at all is not mistaken for a closed one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable, match="door-dead"):
        tls.check_door("127.0.0.1", port, qma.own, qma.person.card.authority)


def test_an_envelope_travels(line: link.Link, qma: Served, tmp_path: Path) -> None:
    """Queued at one node, receipted and answered by the other, over real TLS."""
    uto = node("UTO", tmp_path, "QMA")
    letter = env.Letter("order", b"do it", NOW, NOW + HOUR, "uto-qma")
    id_ = uto.write(lambda conn: outbox.queue(conn, uto.home, qma.person.card, letter))
    answers: list[bytes] = []
    courier = outbox.Courier(
        uto.home, uto.write, now, lambda _c, _i, found: answers.append(_body(found.answer))
    )
    assert courier.deliver(qma.person.card, line.send) == outbox.Delivered("QMA", settled=1)
    assert answers == [b"ti od"]
    with uto.store.read() as conn:
        assert outbox.state(conn, id_) == "applied"
    uto.store.close()


def _body(answer: env.Envelope | None) -> bytes:
    return answer.body if answer else b""


def test_a_feed_is_followed(line: link.Link, qma: Served, tmp_path: Path) -> None:
    """Alerts of one node reach the other, over real TLS."""
    uto = node("UTO", tmp_path, "QMA")
    changes = [feed.Change("put", f"a{n}", 1, b"x") for n in range(30)]
    qma.node.write(
        lambda conn: feed.append_many(
            conn, agreement="uto-qma", peer="UTO", changes=changes, now=NOW
        )
    )
    got: list[feed.Item] = []
    follower = follow.Follower(uto.home, uto.write, now, lambda _c, _e, items: got.extend(items))
    assert follower.pull(qma.person.card, "uto-qma", line.ask, limit=20).applied == 30
    assert [item.alert_id for item in got] == [f"a{n}" for n in range(30)]
    uto.store.close()


def test_a_peer_is_a_witness(line: link.Link) -> None:
    """The peer's witness answers behind the same door."""
    status, text = line.add_checkpoint(b"nonsense")
    assert status == 400
    assert b"[witness-form]" in text


def test_a_refusal_is_told_by_its_code(line: link.Link, qma: Served) -> None:
    """What the peer's door refuses comes back as its code, not its words."""
    letter = env.Letter("order", b"", NOW, NOW + HOUR)
    stranger = QNB.home.write(qma.person.card, letter)
    with pytest.raises(ComityError, match="the peer refused: peer-unknown") as caught:
        line.send(stranger)
    assert caught.value.code == "peer-refused"
    assert not isinstance(caught.value, Unavailable)


@pytest.mark.parametrize(
    ("path", "code", "line_is_down"),
    [
        ("/endless", "peer-too-much", True),
        ("/fails/503", "peer-busy", True),
        ("/fails/429", "peer-busy", True),
        ("/fails/500", "peer-fault", False),
        ("/fails/404", "peer-refused", False),
        ("/fails/302", "peer-refused", False),
    ],
)
def test_each_fault_is_named(qma: Served, path: str, code: str, *, line_is_down: bool) -> None:
    """Too long an answer and a busy peer are the line's faults; the rest is the message's own."""
    qma.admit(UTO)
    card = person("QMA", f"https://127.0.0.1:{qma.port}{path}").card
    with link.Link(card, UTO_LEAF) as made, pytest.raises(ComityError) as caught:
        made.send(b"x")
    assert caught.value.code == code
    assert isinstance(caught.value, Unavailable) is line_is_down


def test_the_second_address_is_tried(qma: Served) -> None:
    """When the first address of a card is dead, the next one is used."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = listener.getsockname()[1]
    qma.admit(UTO)
    card = replace(
        qma.person.card, urls=(f"https://127.0.0.1:{dead}", f"https://127.0.0.1:{qma.port}")
    )
    with link.Link(card, UTO_LEAF) as made:
        assert made.ping(NOW).status.code == "QMA"


def test_versions_are_negotiated() -> None:
    """The newest version both speak; none in common is said plainly."""
    assert link.negotiate([1, 2, 3], [2, 3, 4]) == 3
    with pytest.raises(Unavailable, match="no-common-version"):
        link.negotiate([2], [1])


def test_a_later_status_is_still_read() -> None:
    """Fields of a later version are ignored, so that unequal releases can talk."""
    said = link.process_status("QMA", NOW, state="maintenance")
    later = said[:-1] + b',"zeal":[1]}'
    assert link.parse_status(later) == link.parse_status(said)
    assert link.parse_status(said).state == "maintenance"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"QMA"', b'"qma"'),
        (b'"open"', b'"closed"'),
        (b"[1]", b"1"),
        (b"[1]", b'["1"]'),
        (b'"time":"', b'"time":" '),
        (b'"comity ', b'"\\u0007 '),
    ],
)
def test_each_wrong_field_of_a_status_is_refused(old: bytes, new: bytes) -> None:
    """A status with one field out of form is Malformed."""
    said = link.process_status("QMA", NOW)
    assert old in said
    with pytest.raises(Malformed, match="status-form"):
        link.parse_status(said.replace(old, new))


@given(data=st.binary(max_size=300))
def test_any_bytes_end_in_one_named_error(data: bytes) -> None:
    """Bytes from nowhere raise a ComityError and nothing else."""
    with pytest.raises(ComityError):
        link.parse_status(data)


def test_a_refused_certificate_is_told_from_a_dead_line() -> None:
    """The alert of the peer's door is named as such, a refused connection is not."""
    alert = ssl.SSLError(1, "[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca")
    alert.reason = "TLSV1_ALERT_UNKNOWN_CA"
    shut, dead = httpx2.ReadError("x"), httpx2.ConnectError("y")
    shut.__cause__, dead.__cause__ = alert, OSError("refused")
    assert link._unreachable(shut).code == "peer-refuses-us"
    assert link._unreachable(dead).code == "peer-unreachable"


def test_keys_never_show() -> None:
    """A private key does not stand in a repr."""
    assert "PRIVATE" not in repr(UTO_LEAF)
