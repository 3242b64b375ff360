"""No personal data where it must not be: the log's public part, errors, logs, bytes on the disk."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from comity.bureau import agreement, alert, joining, match
from comity.bureau.answer import Traveller
from comity.bureau.audit import evidence, log
from comity.bureau.node import Node
from comity.errors import ComityError
from comity.record import tables
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate
from world import AGREEMENT, CLERK, DAY, GUARD, OTHER, PERSON, STRANGER, World, draft, world

SECRET = (
    "quillfeather", "zephyrine", "umberfield", "balthazar", "oakshott", "wilhelmina",
    "zq4417205", "zq9930174", "zq1102938", "1971-03-14", "1988-09-30", "1994-06-02",
    "qm617/001", "moi/2026/00001", "same document and same face", "annulled on appeal",
    "assessed anew", "19710314",
)  # fmt: skip
"""Names, numbers, birth dates, references and words about the world's persons."""


def told(data: bytes | str) -> list[str]:
    """Which secrets stand in these bytes, as UTF-8 or UTF-16."""
    raw = data.encode() if isinstance(data, str) else data
    low = raw.lower()
    return [one for one in SECRET if one.encode() in low or one.encode("utf-16-le") in low]


def live(two: World) -> Iterator[str]:
    """A long day of two nodes, with everything that can go wrong; the errors' texts."""
    first, second = two.issue(), two.issue(OTHER)
    yield from _faults(two)
    for who in (PERSON, OTHER, STRANGER):
        two.ask(who)
    two.ask(Traveller(identity=PERSON, reference="QM617/001", document_kind="convention-1951"))
    two.hit()
    (shown,) = two.ask(OTHER).shown
    match.reject(two.qma, GUARD, shown.match, reason="same document and same face, not the person")
    alert.extend(
        two.uto, CLERK, second.id,
        until=second.expires + DAY, assessment="assessed anew: the ground still stands",
    )  # fmt: skip
    two.sync()
    alert.withdraw(
        two.uto, CLERK, first.id, event="decision-withdrawn", reason="annulled on appeal"
    )
    two.sync()
    two.ask()


def _faults(two: World) -> Iterator[str]:
    """Every error that an officer can cause with a person's data in hand."""
    bad: list[Any] = [
        lambda: two.ask(purpose="Zephyrine Quillfeather"),
        lambda: two.ask(Traveller(identity=PERSON, reference="")),
        lambda: two.ask(Traveller(identity=PERSON, reference="r", document_kind="ZQ4417205")),
        lambda: two.ask(Traveller(identity=Identity(), reference="QM617/001")),
        lambda: alert.draft(two.uto, draft(Quillfeather=1)),
        lambda: alert.draft(two.uto, draft(reference="")),
        lambda: alert.draft(two.uto, draft(local_id="Zephyrine Quillfeather")),
        lambda: alert.draft(two.uto, draft(warnings=["quillfeather"])),
        lambda: alert.draft(two.uto, draft(basis="quillfeather")),
        lambda: alert.draft(two.uto, draft(decided_on="1971-03-14x")),
        lambda: alert.draft(two.uto, draft() | {"identity": PERSON.as_dict() | {"x": 1}}),
        lambda: alert.issue(two.uto, GUARD, [alert.draft(two.uto, draft())]),
        lambda: match.confirm(two.qma, GUARD, "quillfeather", reason="same document and same face"),
        lambda: PartialDate.parse("1971-03-14-"),
        lambda: Name("Quillfeather" * 100),
        lambda: DocumentNumber("ZQ4417205" * 20),
    ]
    for act in bad:
        with pytest.raises(ComityError) as caught:
            act()
        yield f"{caught.value} {json.dumps(caught.value.as_dict())}"


def test_r52_no_error_names_a_person(tmp_path: Path) -> None:
    """No error's text, place or hint repeats what was typed about a person."""
    with world(tmp_path) as two:
        two.issue()
        for text in _faults(two):
            # An unknown id is repeated, so that an officer sees the slip: it is no person's.
            assert told(text.replace("quillfeather:", "").replace('"quillfeather"', "")) == []


def test_r52_no_entry_and_no_file_tells_of_a_person(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The leaves of both logs, both folders' every byte, the process's logs and output."""
    caplog.set_level(logging.DEBUG)
    with world(tmp_path) as two:
        for _ in live(two):
            pass
        for node in two.nodes:
            entries = node.ledger.entries(0, node.ledger.size())
            assert [told(entry.leaf) for entry in entries if told(entry.leaf)] == []
            assert told(evidence(node, range(len(entries)))) == []
            assert told(repr(log(node))) == []
            assert told(repr(node)) == []
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert told(file.read_bytes()) == [], file.name
    assert told(caplog.text) == []
    assert told("".join(capfd.readouterr())) == []


def test_r52_no_unsealed_column_of_postgresql_tells_of_a_person(tmp_path: Path) -> None:
    """Nothing that PostgreSQL stores in the clear names a person."""
    with world(tmp_path, kind="postgresql") as two:
        for _ in live(two):
            pass
        two.check()
        for node in two.nodes:
            assert [row for row in dumped(node) if told(row)] == []


def dumped(node: Node) -> Iterator[bytes]:
    """Each row of each table, as PostgreSQL writes it out."""
    url = make_url(node.settings.store)
    host = url.query["host"]
    assert isinstance(host, str)
    with psycopg.connect(host=host, user="comity", dbname=url.database) as conn:
        names = conn.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (name,) in names:
            with conn.cursor().copy(f"COPY {name} TO STDOUT".encode()) as rows:
                for row in rows:
                    text = bytes(row)
                    yield text
                    with contextlib.suppress(ValueError):
                        for cell in text.split(b"\t"):
                            yield bytes.fromhex(cell.strip()[3:].decode("ascii", "replace"))


def test_r51_r52_the_log_tells_who_asked_why_and_of_whom_to_who_may_open_it(
    tmp_path: Path,
) -> None:
    """Sealed, not lost: the node opens its own entries, and each is what was committed to."""
    with world(tmp_path) as two:
        for _ in live(two):
            pass
        two.check()
        answer = two.ask(STRANGER)
        opened = two.qma.ledger.open_personal(answer.entry - 1)
        assert opened["identity"]["names"][0]["full"] == "Wilhelmina Oakshott"
        assert opened["officer"] == "guard"


def test_r56_every_act_stands_in_the_log(tmp_path: Path) -> None:
    """Each act of a day leaves its entry, in order, at the node which did it."""
    with world(tmp_path) as two:
        start = [node.ledger.size() for node in two.nodes]
        for _ in live(two):
            pass
        agreement.suspend(two.qma, AGREEMENT, reason="exercise")
        joining.leave(two.qma, "UTO", reason="exercise")
        uto, qma = (two.kinds(node, at) for node, at in zip(two.nodes, start, strict=True))
        for kind in ("alert:issued", "alert:extended", "alert:withdrawn", "hit:received",
                     "feed:served"):  # fmt: skip
            assert kind in uto
        for kind in ("copy:stored", "copy:erased", "check:asked", "check:answered",
                     "match:confirmed", "match:rejected", "agreement:suspended",
                     "peer:left"):  # fmt: skip
            assert kind in qma
        assert qma.count("check:asked") == qma.count("check:answered")
        with two.qma.store.read() as conn:
            logged = conn.execute(select(tables.check_log.c.id)).all()
        assert len(logged) == qma.count("check:asked")
