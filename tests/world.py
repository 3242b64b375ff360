"""Utopia and Arcadia: two whole nodes which have joined and signed one agreement, for the tests.

Real keys, stores, logs and law; invented persons; a clock that stands still. The line between the
nodes is a call of the function behind the other's door, which can be cut.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from comity.bureau import agreement, alert, joining, match, officer, post
from comity.bureau.answer import Answer, Traveller
from comity.bureau.check import check
from comity.bureau.courier import Courier, Report
from comity.bureau.holdings import open_alert
from comity.bureau.node import Node, card, init_node, init_witness, open_node, open_witness
from comity.bureau.question import Inquiry
from comity.bureau.settings import Settings, format_settings, read_settings
from comity.bureau.texts import texts_folder
from comity.errors import ComityError, NotFound, Unavailable
from comity.exchange import cosign
from comity.exchange.card import NodeCard
from comity.record.clock import FixedClock
from comity.record.oracle import check_ledger
from comity.terms.alert import Alert
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate
from postgres import new_database

START = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
TRAINED = datetime.date(2040, 12, 31)
AGREEMENT = "training-entry"
NAMES = {"UTO": "Utopia", "QMA": "Arcadia", "QNB": "Borduria"}
CLOSED = "http://127.0.0.1:9"
"""An address where nobody listens."""

CLERK = officer.Officer("clerk", "Ottoline Quarrender", "bureau", "bureau", TRAINED)
GUARD = officer.Officer("guard", "Peregrine Lackwell", "first-line", "border-guard", TRAINED)
SECOND = officer.Officer("second", "Isidora Vanterpool", "first-line", "border-guard", TRAINED)
VISA = officer.Officer("visa", "Crispin Oddfellow", "first-line", "visa-authority", TRAINED)
SUPERVISOR = officer.Officer("supervisor", "Hesper Drummond", "supervisor", "supervisor", TRAINED)
OFFICERS = (CLERK, GUARD, SECOND, VISA, SUPERVISOR)


def identity(
    full: str,
    born: str = "",
    number: str = "",
    *,
    nationality: str = "QZZ",
    sex: str | None = "F",
) -> Identity:
    """An invented person."""
    forenames, _, surname = full.rpartition(" ")
    return Identity(
        names=(Name.of(surname, forenames),),
        birth_dates=(PartialDate.parse(born),) if born else (),
        nationalities=(nationality,) if nationality else (),
        sex=sex,  # type: ignore[arg-type]
        documents=(DocumentNumber(number, nationality),) if number else (),
    )


PERSON = identity("Zephyrine Quillfeather", "1971-03-14", "ZQ4417205")
OTHER = identity("Balthazar Umberfield", "1988-09-30", "ZQ9930174", sex="M")
STRANGER = identity("Wilhelmina Oakshott", "1994-06-02", "ZQ1102938")


def draft(who: Identity = PERSON, **changes: Any) -> dict[str, Any]:
    """The draft of an alert: an entry ban, complete in every part."""
    return {
        "category": "entry-refusal-ban",
        "identity": who.as_dict(),
        "reason": "entry ban after an enforced return",
        "reference": "MOI/2026/00001",
        "authority": "Ministry of the Interior of Utopia",
        "decided_on": "2026-03-02",
        "proportionality": "individual assessment on file; no lighter measure would serve",
        "basis": "entry-ban",
        **changes,
    }


def traveller(who: Identity = PERSON, reference: str = "QM617/001", **more: Any) -> Traveller:
    """A person at the border."""
    return Traveller(identity=who, reference=reference, **more)


@dataclass
class Wire:
    """The line to one node: its doors as functions. ``up`` False cuts it; ``cut`` counts calls."""

    to: Node
    up: bool = True
    lose: set[int] = field(default_factory=set)
    """Calls (counted from 1) whose answer is lost on the way back."""
    calls: int = 0

    def send(self, data: bytes) -> bytes:
        """Carry an envelope."""
        return self._call(lambda: post.receive_message(self.to, data))

    def ask(self, data: bytes) -> bytes:
        """Carry a question."""
        return self._call(lambda: post.answer_question(self.to, data))

    def close(self) -> None:
        """Hang up."""

    def _call(self, act: Callable[[], bytes]) -> bytes:
        self.calls += 1
        if not self.up:
            raise Unavailable("peer-unreachable", "the line to the peer is down")
        try:
            answer = act()
        except Unavailable:
            raise
        except ComityError as error:
            raise ComityError("peer-refused", f"the peer refused: {error.code}") from None
        if self.calls in self.lose:
            raise Unavailable("peer-timeout", "the peer does not answer in time")
        return answer


class World:
    """Utopia (``uto``), Arcadia (``qma``), the line between them, and one witness."""

    def __init__(self, folder: Path, clock: FixedClock, witness: Path) -> None:
        self.folder = folder
        self.clock = clock
        self.witness = open_witness(witness, clock=clock)
        self.uto = open_node(folder / "UTO", clock=clock)
        self.qma = open_node(folder / "QMA", clock=clock)
        self.to_uto = Wire(self.uto)
        self.to_qma = Wire(self.qma)

    @property
    def nodes(self) -> tuple[Node, Node]:
        """Both."""
        return self.uto, self.qma

    def round(self, node: Node) -> Report:
        """One round of a node's courier."""
        return Courier(node, self.dial).make_round()

    def dial(self, peer: NodeCard) -> Wire:
        """The line to a peer."""
        return {"UTO": self.to_uto, "QMA": self.to_qma}[peer.code]

    def sync(self) -> None:
        """Rounds of both, until each has acknowledged what the other brought."""
        for node in (self.qma, self.uto, self.qma):
            report = self.round(node)
            assert not [fault for fault in report.faults if fault[0] != "witness"], report

    def cosign(self, node: Node) -> int:
        """Have the witness see a node's log, without its server."""

        def carry(body: bytes) -> tuple[int, bytes]:
            answer = self.witness.process_add_checkpoint(body)
            return answer.status, answer.body

        return cosign.cosign(node.ledger, node.ledger.witnesses[0], carry)

    def issue(self, who: Identity = PERSON, **changes: Any) -> Alert:
        """An alert of Utopia, in Arcadia's copy too."""
        made = alert.issue(self.uto, CLERK, [alert.draft(self.uto, draft(who, **changes))])
        self.sync()
        return made[0].alert

    def ask(
        self,
        who: Identity | Traveller = PERSON,
        *,
        by: officer.Officer = GUARD,
        purpose: str = "border-check",
    ) -> Answer:
        """Arcadia's answer about one traveller."""
        one = who if isinstance(who, Traveller) else traveller(who)
        return check(self.qma, Inquiry(officer=by, purpose=purpose), [one])[0]

    def hit(self, who: Identity = PERSON) -> match.Decided:
        """Arcadia's officer finds and confirms."""
        (shown,) = self.ask(who).shown
        return match.confirm(self.qma, GUARD, shown.match, reason="same document and same face")

    def holds(self, node: Node, alert_id: str) -> bool:
        """Whether a node can read an alert."""
        with node.store.read() as conn:
            try:
                open_alert(conn, node.vault, alert_id)
            except NotFound:
                return False
        return True

    def kinds(self, node: Node, start: int = 0) -> list[str]:
        """The kinds of a log's entries from number ``start``."""
        return [entry.kind for entry in node.ledger.entries(start, node.ledger.size())]

    def check(self) -> None:
        """The oracle: both logs verify from nothing, with every row that names an entry."""
        for node in self.nodes:
            check_ledger(node.store, node.ledger.verifier.vkey, vault=node.vault)

    def reopen(self) -> None:
        """Both nodes stop and start."""
        self.close()
        self.uto = open_node(self.folder / "UTO", clock=self.clock)
        self.qma = open_node(self.folder / "QMA", clock=self.clock)
        self.to_uto, self.to_qma = Wire(self.uto), Wire(self.qma)

    def close(self) -> None:
        """Close the stores."""
        for node in self.nodes:
            node.close()


@contextlib.contextmanager
def world(folder: Path, *, witnessed: bool = False, kind: str = "sqlite") -> Iterator[World]:
    """A new world in ``folder``; ``witnessed``: the nodes have a witness, whose server is down."""
    if kind == "sqlite":
        shutil.copytree(_template(witnessed=witnessed), folder, dirs_exist_ok=True)
    else:
        found(folder, witnessed=witnessed, stores=(new_database(), new_database()))
    made = World(folder, FixedClock(START), folder / "witness")
    try:
        yield made
    finally:
        made.close()


def witnessed_at(folder: Path, url: str) -> None:
    """Write the address of a running witness into both nodes' settings."""
    for code in ("UTO", "QMA"):
        home = folder / code
        kept = read_settings(home)
        values = {name: getattr(kept, name) for name in kept.__dataclass_fields__}
        changed = Settings(**{**values, "witness_url": url})
        (home / "node.toml").write_text(format_settings(changed), "utf-8")


@functools.cache
def _template(*, witnessed: bool) -> Path:
    """A world made once and copied: keys and migrations are the slow part."""
    folder = Path(tempfile.mkdtemp(prefix="comity-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    found(folder, witnessed=witnessed)
    return folder


def found(
    folder: Path, *, witnessed: bool, stores: tuple[str, str] = ("sqlite:node.db", "sqlite:node.db")
) -> None:
    """Two nodes, joined, with one agreement adopted; and a witness that trusts both."""
    clock = FixedClock(START)
    key = init_witness(folder / "witness", "witness.training/one")
    told = {"witness_url": CLOSED, "witness_key": key} if witnessed else {}
    nodes = [
        init_node(folder / code, settings(code, store=store, **told), clock=clock)
        for code, store in zip(("UTO", "QMA"), stores, strict=True)
    ]
    open_witness(folder / "witness", clock=clock).trust(nodes[0].desk.signer.verifier.vkey)
    open_witness(folder / "witness", clock=clock).trust(nodes[1].desk.signer.verifier.vkey)
    text = agreement.read_folder(texts_folder() / "agreements" / AGREEMENT)
    signatures = [agreement.sign(node, text) for node in nodes]
    for node, other in ((nodes[0], nodes[1]), (nodes[1], nodes[0])):
        joining.join(node, card(other).text)
        agreement.adopt(node, text, signatures)
        for one in OFFICERS:
            officer.register(node, one)
    for node in nodes:
        node.close()


def settings(code: str, **more: Any) -> Settings:
    """The settings of a training node."""
    return Settings(country=code, name=f"{NAMES[code]} training node", training=True, **more)


def column(conn: Connection, query: Any) -> list[Any]:
    """One column of a query."""
    return list(conn.execute(query).scalars())
