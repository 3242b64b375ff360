"""The list and the questions of the matching benches: the same for Comity and for every peer.

Alerts are ``Population(1)``, strangers ``Population(77)``; a question is an alert's person with one
class of noise (comity.match.noise). Nobody in them exists.
"""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from comity.match.index import Index
from comity.match.intake import Intake
from comity.match.noise import CLASSES, noised
from comity.match.synthetic import BLOCK, Population
from comity.terms.identity import Identity

Person = tuple[str, Identity]
POOL = 40_000
"""People of the list kept to make questions of."""
CHUNK = 4096


@dataclass(frozen=True)
class Taken:
    """A share of the list: what was taken in, some of the people, seconds that making them took."""

    intake: Intake
    pool: list[Person]
    made_wall: float
    cpu: float


@dataclass(frozen=True)
class Built:
    """An index of the list, some of its people, and the seconds of its build."""

    index: Index
    pool: list[Person]
    wall: float
    cpu: float


def build(count: int, processes: int = 2) -> Built:
    """Build the index of a list of ``count``, taken in by so many processes.

    The time that making the people takes is taken off: of the wall, that of the quickest share.
    """
    start, cpu = time.perf_counter(), time.process_time()
    whole, *others = shares = take_all(count, processes)
    intake = whole.intake
    for share in others:
        intake.join(share.intake)
    index = Index.built(intake)
    wall = time.perf_counter() - start - min(share.made_wall for share in shares)
    spent = time.process_time() - cpu + sum(share.cpu for share in shares)
    return Built(index, [one for share in shares for one in share.pool], wall, spent)


def take(count: int, first: int, last: int) -> Taken:
    """Make the people first to last of a list of ``count``, and take them in."""
    people = Population(1).people(last, first=first)
    step, pool, made_cpu, made_wall = max(count // POOL, 1), list[Person](), 0.0, 0.0

    def made() -> Iterator[Person]:
        nonlocal pool, made_cpu, made_wall
        for at in range(first, last, CHUNK):
            cpu, wall = time.process_time(), time.perf_counter()
            chunk = list(islice(people, CHUNK))
            pool += chunk[-at % step :: step]
            made_cpu += time.process_time() - cpu
            made_wall += time.perf_counter() - wall
            yield from chunk

    start = time.process_time()
    intake = Intake.of(made())
    return Taken(intake, pool, made_wall, time.process_time() - start - made_cpu)


def take_all(count: int, processes: int) -> list[Taken]:
    """Take in a list of ``count`` in several processes."""
    share = -(-count // processes // BLOCK) * BLOCK
    spans = [(count, at, min(at + share, count)) for at in range(0, count, share)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(take, *zip(*spans, strict=True)))


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
