"""The door for other nodes: real sockets and certificates; only who is joined comes in."""

from __future__ import annotations

import datetime
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.api.peers import peer_app
from comity.bureau import agreement, alert, joining, officer
from comity.bureau.courier import Courier
from comity.bureau.node import Node, card, init_node
from comity.bureau.texts import texts_folder
from comity.errors import ComityError, Unavailable
from comity.exchange import envelope, link, tls
from comity.record.oracle import check_ledger
from transcript import free_port
from world import AGREEMENT, CLERK, draft
from world import settings as node_settings


@dataclass
class Doors:
    """Utopia, which serves its door; Arcadia, joined; Borduria, a stranger with a true card."""

    uto: Node
    qma: Node
    qnb: Node
    door: tls.Door

    def admit(self) -> None:
        """What a serving node does in each round."""
        self.door.admit(self.uto.leaf, [one.authority for one in joining.joined(self.uto)])

    def post(self, node: Node, path: str, body: bytes, method: str = "POST") -> tuple[int, bytes]:
        """One request with the certificate of ``node``."""
        client = link.open_client(tls.client_context(node.leaf, self.uto.authority_pem))
        try:
            url = self.uto.settings.peer_url + path
            return link.call(client, method, url, body, limit=2_000_000)
        finally:
            client.close()


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Three nodes by the system's clock, since certificates are held against it."""
    folder = tmp_path_factory.mktemp("doors")
    port = free_port()
    url = f"https://127.0.0.1:{port}"
    uto = init_node(folder / "UTO", node_settings("UTO", peer_port=port, peer_url=url))
    qma = init_node(
        folder / "QMA", node_settings("QMA", peer_port=1, peer_url="https://127.0.0.1:1")
    )
    qnb = init_node(
        folder / "QNB", node_settings("QNB", peer_port=2, peer_url="https://127.0.0.1:2")
    )
    text = agreement.read_folder(texts_folder() / "agreements" / AGREEMENT)
    signatures = [agreement.sign(node, text) for node in (uto, qma)]
    for node, other in ((uto, qma), (qma, uto)):
        joining.join(node, card(other).text)
        agreement.adopt(node, text, signatures)
    joining.join(qnb, card(uto).text)
    officer.register(uto, CLERK)
    door = tls.Door(uto.leaf, uto.authority_pem, [card(qma).authority])
    config = uvicorn.Config(peer_app(uto), host="127.0.0.1", port=port, log_level="warning",
                            access_log=False, lifespan="off")  # fmt: skip
    config.load()
    config.ssl = door.context
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield Doors(uto, qma, qnb, door)
    server.should_exit = True
    thread.join(10)
    for node in (uto, qma, qnb):
        node.close()


def test_a_joined_peer_follows_the_feed_over_the_network(doors: Doors) -> None:
    """Alerts arrive through mutual TLS, signed and sealed; the next round brings nothing."""
    made = alert.issue(doors.uto, CLERK, [alert.draft(doors.uto, draft())])[0].alert
    courier = Courier(doors.qma)
    report = courier.make_round()
    assert (report.applied, report.faults) == (1, ())
    assert courier.make_round().applied == 0
    courier.close()
    listed = alert.listing(doors.qma, issuer="UTO")
    assert [one["alert"] for one in listed] == [made.id]
    for node in (doors.uto, doors.qma):
        check_ledger(node.store, node.ledger.verifier.vkey, vault=node.vault)


def test_a_joined_peer_reads_the_status(doors: Doors) -> None:
    """Who, which versions, which time."""
    with link.Link(card(doors.uto), doors.qma.leaf) as line:
        ping = line.ping(datetime.datetime.now(datetime.UTC))
    assert (ping.status.code, ping.status.state, ping.version) == ("UTO", "open", 1)


def test_a_stranger_with_a_true_card_is_not_admitted(doors: Doors) -> None:
    """A node that Utopia has not joined reaches none of its paths."""
    for path in (link.STATUS_PATH, link.ENVELOPE_PATH, link.QUESTION_PATH, "/"):
        with pytest.raises(Unavailable):
            doors.post(doors.qnb, path, b"x")


def test_who_shows_no_certificate_is_not_admitted(doors: Doors) -> None:
    """Without a certificate, or with one made by oneself, there is no line."""
    bare = ssl.create_default_context(cadata=doors.uto.authority_pem)
    forged = tls.make_authority("QMA", datetime.datetime.now(datetime.UTC))
    leaf = tls.issue(forged, "QMA", ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    for context in (bare, tls.client_context(leaf, doors.uto.authority_pem)):
        with (
            httpx2.Client(verify=context, trust_env=False) as client,
            pytest.raises(httpx2.HTTPError),
        ):
            client.get(doors.uto.settings.peer_url + link.STATUS_PATH)


def test_a_peer_that_is_cut_off_is_shut_out(doors: Doors) -> None:
    """After ``leave`` its letters are refused at once, and its line with the next round."""
    joining.leave(doors.uto, "QMA", reason="exercise")
    try:
        courier = Courier(doors.qma)
        assert courier.make_round().faults
        doors.admit()
        with pytest.raises(Unavailable):
            doors.post(doors.qma, link.STATUS_PATH, b"", "GET")
        courier.close()
    finally:
        joining.join(doors.uto, card(doors.qma).text)
        doors.admit()
    assert doors.post(doors.qma, link.STATUS_PATH, b"", "GET")[0] == 200


@pytest.mark.parametrize("path", [link.ENVELOPE_PATH, link.QUESTION_PATH])
def test_garbage_is_refused_in_one_form_and_leaves_nothing(doors: Doors, path: str) -> None:
    """Any bytes: a status from 400 to 499, four keys, no entry in the log."""
    size = doors.uto.ledger.size()
    context = tls.client_context(doors.qma.leaf, doors.uto.authority_pem)
    client = link.open_client(context)
    url = doors.uto.settings.peer_url + path
    true = doors.qma.desk.write(
        card(doors.uto),
        envelope.Letter("gossip", b"{}", doors.qma.clock.now(),
                        doors.qma.clock.now() + datetime.timedelta(hours=1), AGREEMENT),
    )  # fmt: skip
    cuts = st.integers(0, len(true) - 1).map(lambda at: true[:at])
    flips = st.integers(0, len(true) - 1).map(
        lambda at: true[:at] + bytes([true[at] ^ 1]) + true[at + 1 :]
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=200), cuts, flips, st.just(b"{" * 5000)))
    def hold(body: bytes) -> None:
        status, said = link.call(client, "POST", url, body, limit=100_000)
        assert 400 <= status < 500
        assert set(json.loads(said)) == {"code", "what", "where", "hint"}

    hold()
    client.close()
    assert doors.uto.ledger.size() == size


def test_an_envelope_larger_than_any_is_refused(doors: Doors) -> None:
    """Beyond the limit the body is not read to its end."""
    try:
        status, said = doors.post(doors.qma, link.ENVELOPE_PATH, b"x" * (envelope.SIZE_LIMIT + 1))
    except ComityError:
        return
    assert status in (413, 422)
    assert json.loads(said)["code"] in ("envelope-size", "request-large")


def test_other_paths_and_methods_are_not_there(doors: Doors) -> None:
    """404 and 405, in the same form."""
    for method, path, status in (
        ("GET", "/", 404), ("POST", "/exchange/v2/envelope", 404), ("GET", link.ENVELOPE_PATH, 405),
        ("POST", link.STATUS_PATH, 405), ("GET", "/api/v1/status", 404),
    ):  # fmt: skip
        answer, said = doors.post(doors.qma, path, b"", method)
        assert answer == status
        assert set(json.loads(said)) == {"code", "what", "where", "hint"}


def test_the_folder_of_a_node_is_for_its_owner_only(doors: Doors) -> None:
    """Keys and store are readable by nobody else."""
    for file in (doors.uto.home / "keys", *Path(doors.uto.home / "keys").iterdir()):
        assert file.stat().st_mode & 0o077 == 0, file.name
    assert (doors.uto.home / "node.db").stat().st_mode & 0o077 == 0
