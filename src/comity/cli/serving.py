"""Serve a node: the peers' door, the people's door and the courier; or a replica of it."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from ssl import SSLContext
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from comity.api.machines import machine_app
from comity.api.peers import peer_app
from comity.bureau.courier import Courier, Report
from comity.bureau.joining import joined
from comity.bureau.node import Node
from comity.exchange import tls
from comity.web.pages import page_app

_LOG = logging.getLogger("comity")


def serve_node(node: Node) -> None:
    """Serve until SIGINT or SIGTERM. Refuses to serve peers if its own door lets strangers in."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    node.holdings.refresh()
    door = tls.Door(node.leaf, node.authority_pem, _authorities(node))
    peers = _server(peer_app(node), node.settings.peer_host, node.settings.peer_port, door.context)
    people = _server(people_app(node), node.settings.people_host, node.settings.people_port, None)
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, daemon=True) for one in (peers, people)]
    _on_signal(stop, peers, people)
    for thread in threads:
        thread.start()
    _await_started(peers, people, stop=stop)
    if not stop.is_set():
        tls.check_door(
            node.settings.peer_host, node.settings.peer_port, node.leaf, node.authority_pem
        )
        _LOG.info(
            "%s serves officers at http://%s:%s and peers at %s",
            node.country,
            node.settings.people_host,
            node.settings.people_port,
            node.settings.peer_url,
        )
        _make_rounds(node, door, stop)
    for thread in threads:
        thread.join(timeout=10)


def serve_replica(node: Node, port: int) -> None:
    """Serve officers and systems beside the node's own process, until SIGINT or SIGTERM.

    A replica keeps nothing of its own: it starts from the sealed snapshot of the index and follows
    the store, at every question and between them. Peers and rounds are the first process's.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    node.holdings.refresh()
    people = _server(people_app(node), node.settings.people_host, port, None)
    stop = threading.Event()
    thread = threading.Thread(target=people.run, daemon=True)
    _on_signal(stop, people)
    thread.start()
    _await_started(people, stop=stop)
    if not stop.is_set():
        _LOG.info(
            "a replica of %s serves officers at http://%s:%s",
            node.country,
            node.settings.people_host,
            port,
        )
    while not stop.wait(node.settings.round_seconds):
        node.holdings.refresh()
    thread.join(timeout=10)


def people_app(node: Node) -> Starlette:
    """Give the application for officers and systems at home: pages, and JSON under /api/v1."""
    machines = machine_app(node)
    pages = page_app(node, machines.openapi())
    return Starlette(routes=[Mount("/api/v1", machines), Mount("/", pages)])


def _make_rounds(node: Node, door: tls.Door, stop: threading.Event) -> None:
    courier = Courier(node)
    known = ""

    def told(report: Report) -> None:
        nonlocal known
        # A peer may have been joined or cut off by another process of this node.
        door.admit(node.leaf, _authorities(node))
        node.holdings.refresh()
        said = (
            f"applied {report.applied}, delivered {report.delivered}, expired {report.expired}, "
            f"healed {report.healed}, "
            f"faults {dict(report.faults)}"
        )
        if not report.quiet and said != known:
            _LOG.info("%s round: %s", node.country, said)
        known = said

    courier.run(stop, pause=node.settings.round_seconds, told=told)


def _authorities(node: Node) -> list[str]:
    return [card.authority for card in joined(node)]


def _server(app: Any, host: str, port: int, context: SSLContext | None) -> uvicorn.Server:
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False,
        timeout_keep_alive=30, lifespan="off",
    )  # fmt: skip
    config.load()
    config.ssl = context
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    return server


def _await_started(*servers: uvicorn.Server, stop: threading.Event) -> None:
    while not stop.is_set() and not all(server.started for server in servers):
        if any(server.should_exit for server in servers):
            stop.set()
        stop.wait(0.02)


def _on_signal(stop: threading.Event, *servers: uvicorn.Server) -> None:
    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
