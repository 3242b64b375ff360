"""Replicas: processes beside a node's own which start from its snapshot and follow its changes."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from comity.bureau import alert, intake, overview
from comity.bureau.snapshot import WORTH
from comity.terms.identity import Identity, Name, PartialDate
from replica_process import Replica, replica
from world import CLERK, PERSON, STRANGER, Wire, World, world

SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]


def listed(number: int) -> Identity:
    """An invented person, another for each number."""
    size = len(SYLLABLES)
    first = f"{SYLLABLES[number % size]}{SYLLABLES[number * 7 % size]}n".title()
    last = f"{SYLLABLES[number // size % size]}{SYLLABLES[number % size]}r".title()
    born = PartialDate(1940 + number % 60, 1 + number % 9, 10 + number % 18)
    return Identity(names=(Name.of(last, first),), birth_dates=(born,))


@pytest.fixture
def full(tmp_path: Path) -> Iterator[World]:
    """Arcadia holds a copy of more alerts of Utopia than a snapshot is worth."""
    with world(tmp_path) as two:
        file = tmp_path / "list.jsonl"
        with file.open("w", encoding="utf-8") as stream:
            for number in range(WORTH + 10):
                who = listed(number)
                said = {
                    "name": [who.names[0].full],
                    "lastName": [who.names[0].surname],
                    "birthDate": [str(who.birth_dates[0])],
                    "topics": ["sanction"],
                }
                one = {"id": f"s-{number}", "schema": "Person", "properties": said}
                stream.write(json.dumps(one) + "\n")
        intake.import_list(two.uto, CLERK, file)
        two.sync()
        two.qma.holdings.refresh()
        assert (two.qma.home / "index.sealed").exists()
        yield two


@dataclass
class Watched(Wire):
    """The line to Utopia; once it knows that a withdrawal is acknowledged, replicas are asked."""

    alert: str = ""
    replicas: tuple[Replica, ...] = ()
    states: list[str] = field(default_factory=list)

    def _call(self, act: Any) -> bytes:
        answer = super()._call(act)
        known = overview.copies(self.to, self.alert)
        if any(one["op"] == "withdraw" and one["acknowledged_at"] for one in known):
            self.states += [one.check(PERSON)["state"] for one in self.replicas]
        return answer


def test_replicas_answer_alike_and_follow_the_same_changes(full: World) -> None:
    """Two processes from one snapshot give the same answers, to the bit, before and after changes;

    and no replica still finds an alert whose withdrawal its holder has acknowledged.
    """
    with replica(full.qma.home) as one, replica(full.qma.home) as two:

        def both(who: Identity) -> dict[str, Any]:
            answer = one.check(who)
            assert two.check(who) == answer
            assert answer["matcher"] == full.qma.holdings.index.version
            return answer

        assert [both(listed(n))["state"] for n in (3, 700, 1999)] == ["match"] * 3
        assert both(PERSON)["state"] == "no-match"
        issued = full.issue(PERSON)
        full.qma.holdings.refresh()
        assert both(PERSON)["state"] == "match"
        assert both(STRANGER)["state"] == "no-match"
        alert.withdraw(
            full.uto, CLERK, issued.id, event="decision-withdrawn", reason="annulled by the court"
        )
        watched = Watched(full.uto, alert=issued.id, replicas=(one, two))
        full.to_uto = watched
        full.sync()
        assert watched.states
        assert set(watched.states) == {"no-match"}
        full.qma.holdings.refresh()
        assert both(PERSON)["state"] == "no-match"
    full.check()


def test_a_replica_serves_officers_beside_the_node(tmp_path: Path) -> None:
    """The command opens the people's door at the port named, and ends at a signal, with 0."""
    with world(tmp_path) as two, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        home = str(two.uto.home)
        free.close()
        words = [sys.executable, "-m", "comity", "node", "serve", "--replica", str(port)]
        with subprocess.Popen([*words, "--home", home], stderr=subprocess.PIPE, text=True) as run:
            assert run.stderr is not None
            line = next((line for line in run.stderr if "a replica of" in line), "")
            assert line.endswith(f"a replica of UTO serves officers at http://127.0.0.1:{port}\n")
            door = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            door.request("GET", "/sign-in")
            assert door.getresponse().status == 200
            door.close()
            run.send_signal(signal.SIGTERM)
            assert run.wait(60) == 0
