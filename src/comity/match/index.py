"""The index of identities: build, add, remove, search.

One writer at a time; readers never block and see every change at once. The same identities give
the same answers, bit for bit, whatever the order of changes, rebuilds and restarts.
A name alone is a candidate, never a match (R20); 1 January and estimated dates give no positive
weight (R22); a weight and its words come from one comparison (R24).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from comity.errors import Conflict, NotFound
from comity.match import asking, basis, building, explanation, snapshot
from comity.match.basis import Basis
from comity.match.candidate import EVERYTHING, Bands, Candidate, Found
from comity.match.compile import COMPILE_AT, Interpreted, compiled_kernels
from comity.match.intake import Intake, check_key
from comity.match.question import (
    ALIGNED,
    BIT_COLUMNS,
    KIND_COLUMNS,
    TOTAL,
    Desk,
    make_desk,
    make_results,
)
from comity.match.record_text import parse_record
from comity.match.state import DIGEST, F64, I64, LIVE, PEOPLE, U8, State, empty_state
from comity.match.table import I32
from comity.match.weights import ALGORITHM, DEFAULT, Weights
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate


@dataclass(frozen=True, slots=True)
class Ranking:
    """Raw results of many searches: who, and the sheet of each comparison (question.Sheet).

    Shapes for n questions: ``people`` (n, limit), ``bits`` (n, limit, 6), ``kinds``
    (n, limit, 10), ``aligned`` (n, limit, 8), ``counts`` (n, 3): found, compared, keys passed over.
    """

    people: I32
    bits: F64
    kinds: I32
    aligned: U8
    counts: I64


def _pick(people: int) -> Any:
    return compiled_kernels() if people >= COMPILE_AT else Interpreted()


class Index:
    """Identities by id, searched by likeness."""

    def __init__(self, weights: Weights = DEFAULT) -> None:
        self.weights = weights
        self._numbers = weights.array()
        self._matcher = f"{ALGORITHM}/{weights.version}"
        self._kernels: Any = Interpreted()
        self._state: State = empty_state()
        self._writing = threading.Lock()
        self._desks = threading.local()

    @classmethod
    def build(cls, rows: Iterable[tuple[str, Identity]], *, weights: Weights = DEFAULT) -> Self:
        """Build from (id, identity) pairs; a repeated id is a Conflict."""
        return cls.built(Intake.of(rows), weights=weights)

    @classmethod
    def built(cls, intake: Intake, *, weights: Weights = DEFAULT) -> Self:
        """Build from what was taken in, perhaps in several processes; uses the intake up."""
        index = cls(weights)
        index._state, index._kernels = building.build_state(intake, _pick)
        return index

    @staticmethod
    def warm() -> None:
        """Compile every kernel (or read them from the cache), so that the first search is quick.

        Takes about half a minute once after an installation, half a second later.
        """
        rows = [(f"w{i}", WARM) for i in range(COMPILE_AT)]
        index = Index.build(rows)
        index.add("w", WARM)
        index.remove("w0")
        index.search(WARM, limit=1)
        index.explain(WARM, "w1")

    @classmethod
    def load(cls, buffer: Any, *, weights: Weights = DEFAULT) -> Self:
        """Open a snapshot (see snapshot.py) where it lies: a writable private map or bytes."""
        index = cls(weights)
        index._state, _about = snapshot.read_state(buffer)
        index._kernels = _pick(len(index))
        return index

    def dump(self, write: Callable[[Any], object]) -> None:
        """Write a snapshot; changes wait until it is written."""
        with self._writing:
            snapshot.write_state(self._state, {"version": self.version}, write)

    def __len__(self) -> int:
        return int(self._state.figures.sizes[LIVE])

    def __contains__(self, key: str) -> bool:
        return self._person(key) >= 0

    @property
    def version(self) -> str:
        """Name algorithm, weights and state of the list (order of changes does not matter)."""
        digest = int(self._state.figures.sizes[DIGEST]) & (2**63 - 1)
        return f"{self._matcher}/{len(self)}-{digest:016x}"

    def status(self) -> dict[str, int | bool | str]:
        """Give size, changes since the base was built, bytes held, and whether it is compiled."""
        state = self._state
        arrays = snapshot.flat(state)
        sizes = state.figures.sizes
        return {
            "people": len(self),
            "added": int(state.people_chain.fill[0]),
            "removed": int(sizes[PEOPLE]) - len(self),
            "bytes": sum(int(a.nbytes) for a in arrays.values()),
            "compiled": bool(self._kernels.compiled),
            "version": self.version,
        }

    def rows(self) -> Iterator[tuple[str, Identity]]:
        """Give every identity held, in the order of entry."""
        with self._writing:  # the count and the arrays of one moment
            state, people = self._state, int(self._state.figures.sizes[PEOPLE])
        for person in range(people):
            if state.people.alive[person]:
                yield self._record(state, person)

    def rebuilt(self) -> Self:
        """Give a new index of the same identities, with all changes in its base."""
        return type(self).build(self.rows(), weights=self.weights)

    def identity(self, key: str) -> Identity:
        """Give the identity held under an id; NotFound where there is none."""
        person = self._person(key)
        if person < 0:
            raise NotFound("match-id-unknown", "no identity with this id in the index")
        return self._record(self._state, person)[1]

    def add(self, key: str, identity: Identity) -> None:
        """Add an identity; the next search finds it. An id in use is a Conflict."""
        check_key(key)
        with self._writing:
            if self._person(key) >= 0:
                raise Conflict("match-id-taken", "an identity with this id stands in the index")
            if not self._kernels.compiled and len(self) + 1 >= COMPILE_AT:
                self._kernels = compiled_kernels()
            self._state = building.append(self._state, key, identity, self._kernels)

    def remove(self, key: str) -> None:
        """Remove an identity; no later search finds it. An unknown id is NotFound."""
        with self._writing:
            person = self._person(key)
            if person < 0:
                raise NotFound("match-id-unknown", "no identity with this id in the index")
            state = self._state
            state.people.alive[person] = 0
            span = (person, person + 1, -1)
            self._kernels.count_people(state.people, state.words, state.texts, state.figures, span)

    def search(self, query: Identity, *, limit: int = 10, bands: Bands | None = None) -> Found:
        """Find the likeliest identities, best first, at most ``limit``, none below its band."""
        return self.search_many((query,), limit=limit, bands=bands)[0]

    def search_many(
        self,
        queries: Sequence[Identity],
        *,
        limit: int = 10,
        bands: Bands | None = None,
        threads: int = 1,
    ) -> list[Found]:
        """Search for each; the answers stand in the order of the queries."""
        version = self.version
        ranking = self.rank(queries, limit=limit, threads=threads)
        state = self._state  # not an earlier one: who was found stands in every later state
        size = math.log2(max(len(self), 1))
        chosen = bands or Bands()
        answers = []
        for at, query in enumerate(queries):
            shown: list[Candidate] = []
            for place in range(int(ranking.counts[at, 0])):
                beyond = float(ranking.bits[at, place, TOTAL]) - size
                second = explanation.second_identifier(
                    ranking.kinds[at, place], ranking.bits[at, place]
                )
                if chosen.of(beyond, second=second) is None:
                    continue
                key, listed = self._record(state, int(ranking.people[at, place]))
                rows = (r[at, place] for r in (ranking.bits, ranking.kinds, ranking.aligned))
                pair = explanation.Pair(query, listed, *rows)
                made = explanation.candidate(key, pair, chosen, beyond)
                if made is not None:
                    shown.append(made)
            said = asking.ignored(query)
            if ranking.counts[at, 2]:
                said = (*said, "combinations of the name that very many people share")
            answers.append(Found(tuple(shown), said, version))
        return answers

    def rank(self, queries: Sequence[Identity], *, limit: int = 10, threads: int = 1) -> Ranking:
        """Search for each without words: who, with what weight; in several threads if asked."""
        total = len(queries)
        results = make_results(total, limit)

        def work(first: int) -> None:
            asked = asking.questions(queries[first : first + BATCH])
            to = (first, limit, results)
            self._kernels.search_all(self._state, asked, self._desk(), self._numbers, to)

        spans = range(0, total, BATCH)
        if threads == 1:
            for first in spans:
                work(first)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, spans))
        return Ranking(
            results.people.reshape(total, limit),
            results.bits.reshape(total, limit, BIT_COLUMNS),
            results.kinds.reshape(total, limit, KIND_COLUMNS),
            results.aligned.reshape(total, limit, ALIGNED),
            results.counts.reshape(total, 3),
        )

    def key_of(self, person: int) -> str:
        """Give the id of a person of a Ranking."""
        return self._record(self._state, person)[0]

    def explain(self, query: Identity, key: str) -> Candidate:
        """Compare a question with one identity held: words and weight as in a search (R24)."""
        person = self._person(key)
        if person < 0:
            raise NotFound("match-id-unknown", "no identity with this id in the index")
        results = make_results(1, 1)
        state = self._state
        asked = asking.questions((query,))
        self._kernels.explain(state, asked, self._desk(), self._numbers, (person, results))
        listed = self._record(state, person)[1]
        pair = explanation.Pair(query, listed, results.bits, results.kinds, results.aligned)
        beyond = float(results.bits[TOTAL]) - math.log2(max(len(self), 1))
        made = explanation.candidate(key, pair, EVERYTHING, beyond)
        assert made is not None  # noqa: S101 - these bands show everything
        return made

    def basis(self, query: Identity, key: str) -> Basis:
        """Give the counts that the comparison with one identity held rests on (R25)."""
        listed = self.identity(key)
        asked = asking.questions((query,))
        return basis.count(self._kernels, self._state, asked, self._desk(), listed)

    def _person(self, key: str) -> int:
        raw = np.frombuffer(key.encode("utf-8", "surrogatepass"), np.uint8)
        if raw.size == 0:
            return -1
        state = self._state
        tables = (state.people_table, state.people_chain)
        found = np.zeros(64, np.uint64)
        alive = state.people.alive
        return int(self._kernels.find_id(state.texts, alive, tables, raw.copy(), found))

    def _record(self, state: State, person: int) -> tuple[str, Identity]:
        starts = state.texts.starts
        first, last = int(starts[person]), int(starts[person + 1])
        return parse_record(state.texts.data[first:last].tobytes())

    def _desk(self) -> Desk:
        desk: Desk | None = getattr(self._desks, "desk", None)
        if desk is None:
            desk = self._desks.desk = make_desk()
        return desk


WARM = Identity(
    (Name("Anna Maria Eriksson"), Name("Анна Эрикссон")),
    (PartialDate(1974, 8, 12),),
    ("UTO",),
    "F",
    (DocumentNumber("L898902C3"),),
)
"""The person of ICAO's specimen passport, to compile with."""

BATCH = 256
"""Questions handed to the kernels at once; a change is seen from the next batch on."""
