"""Two invented nodes, Utopia and Arcadia, with real keys and real stores, for the tests."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from comity.exchange import card, peers, tls
from comity.exchange.home import Home
from comity.exchange.seal import SealKey
from comity.proof.note import Signer
from comity.record.store import Store, open_store
from postgres import new_database

T = TypeVar("T")

START = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def seed(name: str) -> bytes:
    """32 bytes which are always the same for one name: test keys only."""
    return hashlib.sha256(name.encode()).digest()


# One authority for each test state, made once, since making keys is the slow part; and valid from
# today, since TLS asks the system's own clock.
TODAY = datetime.datetime.now(datetime.UTC)
AUTHORITIES = {code: tls.make_authority(code, TODAY) for code in ("UTO", "QMA", "QNB")}


@dataclass(frozen=True)
class Person:
    """A node's private side and its card, without a store."""

    home: Home
    card: card.NodeCard
    authority: tls.Certified

    @property
    def code(self) -> str:
        """The country code."""
        return self.home.code


def person(code: str, url: str = "", *, witnesses: tuple[str, ...] = ()) -> Person:
    """The node of a test state; the same keys for the same code."""
    signer = Signer(f"{code.lower()}.example/comity", seed(f"sign {code}"))
    key = SealKey(seed(f"seal {code}"))
    made = card.make_card(
        signer,
        code=code,
        name=f"Node of {code}",
        urls=(url or f"https://{code.lower()}.example:7443",),
        seal_public=key.public,
        authority=AUTHORITIES[code].cert_pem.decode(),
        created=START,
        witnesses=witnesses,
    )
    return Person(Home(code, signer, (key,)), made, AUTHORITIES[code])


@dataclass
class Node:
    """A node with a store; `write` is what the room calls `Write`."""

    person: Person
    store: Store

    @property
    def home(self) -> Home:
        """The private side."""
        return self.person.home

    @property
    def card(self) -> card.NodeCard:
        """What it shows."""
        return self.person.card

    def write(self, work: Callable[[Connection], T]) -> T:
        """One write transaction."""
        with self.store.write() as conn:
            return work(conn)


STORES = ("sqlite", "postgresql")
"""The kinds of store on which everything must hold."""


def node(code: str, directory: Path, *others: str, kind: str = "sqlite") -> Node:
    """A node with a fresh or existing store in ``directory``, joined to ``others``.

    Of ``kind`` postgresql the store is a new database, wherever ``directory`` is.
    """
    if kind == "postgresql":
        made = Node(person(code), open_store(new_database(), key=None))
    else:
        made = Node(person(code), open_store(f"sqlite:///{directory / code}.db", key=seed("store")))
    for other in others:
        made.write(lambda conn: peers.admit(conn, person(other).card, now=START))  # noqa: B023
    return made
