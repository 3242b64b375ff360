"""The list and the questions of the matching benches: the same for Comity and for every peer.

Alerts are ``Population(1)``, strangers ``Population(77)``; a question is an alert's person with one
class of noise (comity.match.noise). Nobody in them exists.
"""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from comity.match.noise import CLASSES, noised
from comity.match.synthetic import Population
from comity.terms.identity import Identity

Person = tuple[str, Identity]
POOL = 40_000
"""People of the list kept to make questions of."""
CHUNK = 4096


@dataclass
class Listed:
    """The people of a list, made as they are read; keeps some, and the time the making took."""

    count: int
    made_cpu: float = 0.0
    made_wall: float = 0.0
    pool: list[Person] = field(default_factory=list)

    def __iter__(self) -> Iterator[Person]:
        people = Population(1).people(self.count)
        step = max(self.count // POOL, 1)
        first = 0
        while True:
            cpu, wall = time.process_time(), time.perf_counter()
            chunk = list(islice(people, CHUNK))
            self.pool += chunk[-first % step :: step]
            self.made_cpu += time.process_time() - cpu
            self.made_wall += time.perf_counter() - wall
            if not chunk:
                return
            first += len(chunk)
            yield from chunk


def questions(pool: list[Person], each: int) -> dict[str, list[Person]]:
    """Make ``each`` questions of every class, with the id of the alert to be found."""
    made: dict[str, list[Person]] = {}
    for kind in CLASSES:
        order = list(pool)
        random.Random(kind).shuffle(order)
        some = ((key, noised(person, kind, 3)) for key, person in order)
        fitting = ((key, asked) for key, asked in some if asked is not None)
        made[kind] = list(islice(fitting, each))
    return made


def strangers(count: int) -> list[Identity]:
    """Draw people who are on no list; without documents, as the questions are.

    Else a document that differs would tell strangers from the listed, whose question has none.
    """
    drawn = Population(77).people(count)
    return [dataclasses.replace(identity, documents=()) for _, identity in drawn]


def dated(identity: Identity) -> bool:
    """Say whether the whole date of birth is known."""
    return bool(identity.birth_dates and identity.birth_dates[0].day)


def resident(name: str = "VmRSS") -> int:
    """Give the memory this process holds (VmRSS) or held at most (VmHWM), in megabytes."""
    status = Path("/proc/self/status").read_text("ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith(name))
    return round(int(kilobytes) / 1e3)
