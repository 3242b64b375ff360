"""The fault table: each write of each act fails, or fails but is kept; then the act is repeated.

====================  ===========================================================================
act                   what must hold in the end, however the first attempt ended
====================  ===========================================================================
issue                 the alert stands once, with one entry, and reaches the holder
withdraw              gone at home and at the holder, one entry, acknowledged
import                the whole list stands once, one entry about it
check                 the question is answered; no answer in the log without its question
confirm               decided once, one message owed, one hit at the issuer
feed page             every alert is in the copy once
hit message           the issuer holds one hit, with one entry
====================  ===========================================================================

After each fault both logs are verified from nothing by the one oracle, and again in the end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from comity.bureau import alert, intake, match, overview
from comity.bureau.holdings import Holdings
from comity.bureau.node import Node
from comity.errors import ComityError
from comity.record import tables
from comity.record.ledger import Ledger
from comity.record.store import Store
from world import CLERK, GUARD, HOUR, OTHER, PERSON, World, draft, world

WAYS = ("failed", "failed but kept")
WRITES_MAX = 12


class PowerCut(Exception):
    """Something outside the program ends the act."""


class Brittle(Store):
    """A node's store whose ``left``-th write fails, before or after its commit."""

    def __init__(self, store: Store, left: int, way: str) -> None:
        super().__init__(store.engine)
        self.left = left
        self.way = way
        self.broke = False

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """As ever, but once."""
        self.left -= 1
        broken = self.left == 0
        with super().write() as conn:
            yield conn
            if broken and self.way == "failed":
                self.broke = True
                raise PowerCut
        if broken:
            self.broke = True
            raise PowerCut


def on(node: Node, store: Brittle) -> Node:
    """The same node on another store."""
    ledger = Ledger(
        store, node.vault, node.keyring.signer, node.clock, witnesses=node.ledger.witnesses
    )
    holdings = Holdings(store, node.vault)
    return dataclasses.replace(node, store=store, ledger=ledger, holdings=holdings)


def count(node: Node, table: str, **where: object) -> int:
    """How many rows of a table are so."""
    query = select(func.count()).select_from(tables.metadata.tables[table]).filter_by(**where)
    with node.store.read() as conn:
        return int(conn.execute(query).scalar_one())


class Table:
    """One world for each cell of the table: prepare, break at a write, repeat, look."""

    def __init__(self, folder: Path, way: str) -> None:
        self.folder = folder
        self.way = way

    def run(
        self,
        *,
        which: str,
        prepare: Callable[[World], None],
        act: Callable[[World], object],
        holds: Callable[[World], None],
    ) -> int:
        """Break each write of ``act`` at the node ``which`` in turn; how many there were."""
        for write in range(1, WRITES_MAX):
            with world(self.folder / str(write)) as two:
                prepare(two)
                whole: Node = getattr(two, which)
                store = Brittle(whole.store, write, self.way)
                self._put(two, which, on(whole, store))
                with contextlib.suppress(PowerCut, ComityError):
                    act(two)
                two.check()
                self._put(two, which, whole)
                with contextlib.suppress(ComityError):
                    act(two)
                two.sync()
                two.check()
                holds(two)
                if not store.broke:
                    return write - 1
        raise AssertionError("an act with more writes than this table foresees")

    @staticmethod
    def _put(two: World, which: str, node: Node) -> None:
        setattr(two, which, node)
        {"uto": two.to_uto, "qma": two.to_qma}[which].to = node


@pytest.fixture(params=WAYS)
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Table:
    """The table in one of the two ways."""
    return Table(tmp_path, str(request.param))


def nothing(_two: World) -> None:
    """No preparation."""


def test_issue(table: Table) -> None:
    """An alert is issued once."""

    def holds(two: World) -> None:
        assert two.kinds(two.uto).count("alert:issued") == 1
        assert two.ask().shown[0].alert == "UTO-one"

    def act(two: World) -> None:
        alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(local_id="one"))])

    assert table.run(which="uto", prepare=nothing, act=act, holds=holds) == 1


def test_withdraw(table: Table) -> None:
    """An alert is withdrawn once, everywhere."""

    def prepare(two: World) -> None:
        two.issue(local_id="one")

    def act(two: World) -> None:
        alert.withdraw(two.uto, CLERK, "UTO-one", event="decision-withdrawn", reason="annulled")

    def holds(two: World) -> None:
        assert two.kinds(two.uto).count("alert:withdrawn") == 1
        assert not two.holds(two.uto, "UTO-one")
        assert not two.holds(two.qma, "UTO-one")
        (row,) = overview.copies(two.uto, "UTO-one")
        assert row["acknowledged_at"] is not None

    assert table.run(which="uto", prepare=prepare, act=act, holds=holds) == 1


def test_import(table: Table, tmp_path: Path) -> None:
    """A list is imported once, whole."""
    file = tmp_path / "list.json"
    rows = [
        {"id": f"tr-{n}", "schema": "Person",
         "properties": {"name": [f"Aldric Thistle{n}"], "birthDate": ["1961-04-05"],
                        "topics": ["sanction"]}}
        for n in range(1200)
    ]  # fmt: skip
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    def act(two: World) -> None:
        intake.import_list(two.uto, CLERK, file)

    def holds(two: World) -> None:
        assert count(two.uto, "alert", state="issued") == 1200
        assert count(two.qma, "alert", state="issued") == 1200
        assert two.kinds(two.uto).count("list:imported") == 1

    assert table.run(which="uto", prepare=nothing, act=act, holds=holds) == 1


def test_check(table: Table) -> None:
    """A check is answered, and no answer stands without its question."""

    def prepare(two: World) -> None:
        two.issue()

    def act(two: World) -> None:
        two.ask()

    def holds(two: World) -> None:
        kinds = two.kinds(two.qma)
        assert kinds.count("check:asked") >= kinds.count("check:answered") >= 1
        assert count(two.qma, "check_log") == kinds.count("check:asked")
        assert two.ask().state == "match"

    assert table.run(which="qma", prepare=prepare, act=act, holds=holds) == 2


def test_confirm(table: Table) -> None:
    """A match is confirmed once and tells the issuer once."""
    found: dict[int, str] = {}

    def prepare(two: World) -> None:
        two.issue()
        found[id(two)] = two.ask().shown[0].match

    def act(two: World) -> None:
        match.confirm(two.qma, GUARD, found[id(two)], reason="same document and same face")

    def holds(two: World) -> None:
        assert match.match(two.qma, found[id(two)]).state == match.CONFIRMED
        assert two.kinds(two.qma).count("match:confirmed") == 1
        assert count(two.qma, "outbox") == 1
        assert len(match.hits(two.uto)) == 1

    assert table.run(which="qma", prepare=prepare, act=act, holds=holds) == 1


@pytest.mark.parametrize("which", ["qma", "uto"])
def test_feed_page(table: Table, which: str) -> None:
    """Whoever fails while a feed is followed: every alert arrives once."""

    def prepare(two: World) -> None:
        drafts = [draft(PERSON, local_id="one"), draft(OTHER, local_id="two")]
        alert.issue(two.uto, CLERK, [alert.draft(two.uto, one) for one in drafts])

    def act(two: World) -> None:
        two.round(two.qma)

    def holds(two: World) -> None:
        assert two.holds(two.qma, "UTO-one")
        assert two.holds(two.qma, "UTO-two")
        assert two.kinds(two.qma).count("copy:stored") == 2
        assert two.ask().state == "match"

    assert table.run(which=which, prepare=prepare, act=act, holds=holds) >= 2


@pytest.mark.parametrize("which", ["qma", "uto"])
def test_hit_message(table: Table, which: str) -> None:
    """Whoever fails while a hit is told: the issuer holds it once."""

    def prepare(two: World) -> None:
        two.issue()
        two.hit()

    def act(two: World) -> None:
        two.round(two.qma)

    def holds(two: World) -> None:
        two.clock.advance(2 * HOUR)
        two.sync()
        assert len(match.hits(two.uto)) == 1
        assert two.kinds(two.uto).count("hit:received") == 1
        with two.qma.store.read() as conn:
            states = conn.execute(select(tables.outbox.c.state)).scalars().all()
        assert list(states) == ["applied"]

    assert table.run(which=which, prepare=prepare, act=act, holds=holds) >= 2
