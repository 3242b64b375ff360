"""A node, opened: its keys, store, vault, ledger, constitution and the alerts it holds.

The only place where a node is put together. Every act takes the ``Node`` it acts for.
"""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from cryptography import x509
from sqlalchemy import Connection

from comity.accord.constitution import Constitution, parse_constitution
from comity.bureau.holdings import Holdings
from comity.bureau.settings import Settings, format_settings, read_settings
from comity.bureau.snapshot import Snapshots
from comity.bureau.texts import read_text, texts_folder
from comity.bureau.throttle import Throttle
from comity.errors import Conflict, Unverified
from comity.exchange import tls
from comity.exchange.card import NodeCard, make_card, parse_card
from comity.exchange.home import Home
from comity.exchange.seal import SECRET_SIZE, SealKey
from comity.exchange.witness import Witness, create_witness
from comity.proof.cosignature import WitnessSigner, WitnessVerifier
from comity.record.clock import Clock, SystemClock
from comity.record.keyring import Keyring, open_vault
from comity.record.ledger import Ledger
from comity.record.store import Store, open_store
from comity.record.vault import KEY_BYTES, Vault

T = TypeVar("T")

RENEW = datetime.timedelta(days=30)
"""A TLS leaf with less than this left is issued anew when the node is opened."""


@dataclass(frozen=True, slots=True)
class Node:
    """One open node. Threads may share it; ``close`` it in the end."""

    home: Path
    settings: Settings
    clock: Clock
    keyring: Keyring
    store: Store
    vault: Vault
    ledger: Ledger
    constitution: Constitution
    holdings: Holdings
    desk: Home
    leaf: tls.Certified
    throttle: Throttle

    @property
    def country(self) -> str:
        """The code of the country whose node this is."""
        return self.settings.country

    @property
    def authority_pem(self) -> str:
        """The certificate of the node's own TLS authority."""
        return self.keyring.read("tls-authority.pem").decode("ascii")

    def today(self) -> datetime.date:
        """The day by the node's clock, UTC."""
        return self.clock.now().date()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction with its ledger entries; its result once committed."""
        return self.ledger.write(work).result

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def init_node(home: Path, settings: Settings, *, clock: Clock | None = None) -> Node:
    """Create a node in the folder ``home``: settings, keys, store, first log entry; and open it.

    Conflict where one is there already. Where it fails (no such store, an address that makes no
    card) a folder that was new or empty is left as it was.
    """
    if (home / "node.toml").exists():
        raise Conflict(
            "node-exists", "there is a node in this folder", where=str(home), hint="choose another"
        )
    fresh = not home.exists() or not any(home.iterdir())
    try:
        return _found(home, settings, clock or SystemClock())
    except BaseException:
        if fresh:
            shutil.rmtree(home, ignore_errors=True)
        raise


def _found(home: Path, settings: Settings, clock: Clock) -> Node:
    now = clock.now()
    home.mkdir(parents=True, exist_ok=True)
    origin = f"{urlsplit(settings.peer_url).netloc}/comity/{settings.country}"
    keyring = Keyring.create(home / "keys", origin)
    authority = tls.make_authority(settings.country, now)
    keyring.write("tls-authority.key", authority.key_pem)
    keyring.write("tls-authority.pem", authority.cert_pem)
    keyring.write("seal.key", os.urandom(SECRET_SIZE))
    _issue_leaf(keyring, settings, now)
    # Written last: a folder with settings is a whole node.
    (home / "node.toml").write_text(format_settings(settings), "utf-8")
    node = open_node(home, clock=clock)
    public = {"country": settings.country, "constitution": node.constitution.sha256}
    try:
        node.ledger.write(lambda conn: _first_entry(node, conn, public))
        card(node)
    except BaseException:
        node.close()
        raise
    return node


def open_node(home: Path, *, clock: Clock | None = None) -> Node:
    """Open the node in ``home``. NotFound where there is none, Unverified for a wrong key."""
    clock = clock or SystemClock()
    settings = read_settings(home)
    keyring = Keyring(home / "keys")
    _renew_leaf(keyring, settings, clock.now())
    url = settings.store_url(home)
    store = open_store(url, key=keyring.store_key if url.startswith("sqlite") else None)
    vault = open_vault(store, keyring)
    witnesses = (WitnessVerifier.parse(settings.witness_key),) if settings.witness_key else ()
    snapshots = Snapshots.of(home / "index.sealed", keyring.signer.name, keyring.store_key)
    # Beside the keys, not in the store: a store restored from a backup must not sign anew.
    anchor = home / "keys" / "log.head"
    ledger = Ledger(store, vault, keyring.signer, clock, witnesses=witnesses, anchor=anchor)
    return Node(
        home=home,
        settings=settings,
        clock=clock,
        keyring=keyring,
        store=store,
        vault=vault,
        ledger=ledger,
        constitution=load_constitution(),
        holdings=Holdings(store, vault, snapshots),
        desk=Home(settings.country, keyring.signer, (SealKey(keyring.read("seal.key")),)),
        leaf=_leaf(keyring),
        throttle=Throttle(clock.now),
    )


def load_constitution() -> Constitution:
    """Load the constitution that ships with this version."""
    folder = texts_folder() / "agreements"
    return parse_constitution(
        read_text(folder / "constitution.cedar"),
        read_text(folder / "constitution.toml"),
        read_text(folder / "schema.cedarschema"),
    )


def card(node: Node) -> NodeCard:
    """Give the card by which this node joins others; made anew only when what it says changed.

    So its fingerprint stays what two officers have read to each other by telephone.
    """
    file = node.home / f"{node.country}.comity-node"
    fresh = _card(node)
    if file.exists():
        kept = parse_card(file.read_bytes())
        if replace(kept, created=fresh.created, text=fresh.text) == fresh:
            return kept
    file.write_bytes(fresh.text)
    return fresh


def _card(node: Node) -> NodeCard:
    return make_card(
        node.desk.signer,
        code=node.country,
        name=node.settings.name,
        urls=(node.settings.peer_url,),
        seal_public=node.desk.keys[0].public,
        authority=node.authority_pem,
        created=node.clock.now(),
        witnesses=(node.settings.witness_key,) if node.settings.witness_key else (),
    )


def _first_entry(node: Node, conn: Connection, public: dict[str, str]) -> None:
    if node.ledger.append(conn, "node:created", dict(public)) != 0:
        raise Unverified("node-log", "a new node's log is not empty")


def _leaf(keyring: Keyring) -> tls.Certified:
    return tls.Certified(keyring.read("tls-leaf.key"), keyring.read("tls-leaf.pem"))


def _renew_leaf(keyring: Keyring, settings: Settings, now: datetime.datetime) -> None:
    cert = x509.load_pem_x509_certificate(keyring.read("tls-leaf.pem"))
    if cert.not_valid_after_utc - now < RENEW:
        _issue_leaf(keyring, settings, now)


def _issue_leaf(keyring: Keyring, settings: Settings, now: datetime.datetime) -> None:
    authority = tls.Certified(keyring.read("tls-authority.key"), keyring.read("tls-authority.pem"))
    hosts = sorted({urlsplit(settings.peer_url).hostname or "localhost", settings.peer_host})
    leaf = tls.issue(authority, settings.country, hosts, now)
    keyring.replace("tls-leaf.key", leaf.key_pem)
    keyring.replace("tls-leaf.pem", leaf.cert_pem)


def init_witness(folder: Path, name: str) -> str:
    """Create a witness in ``folder``; its verifier key. Conflict where one is there."""
    seed = os.urandom(KEY_BYTES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    create_witness(folder / "witness.db")
    (folder / "keys").mkdir(mode=0o700)
    Keyring(folder / "keys").write("witness.key", f"{name}\n{seed.hex()}\n".encode())
    return WitnessSigner(name, seed).verifier.vkey


def open_witness(folder: Path, *, clock: Clock | None = None) -> Witness:
    """Open the witness in ``folder``; NotFound where there is none."""
    name, seed = Keyring(folder / "keys").read("witness.key").decode("utf-8").split()
    signer = WitnessSigner(name, bytes.fromhex(seed))
    return Witness(folder / "witness.db", signer, (clock or SystemClock()).now)
