"""Searching an index: the best of everybody, the same however the list came about."""

from __future__ import annotations

import dataclasses
import random
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.match import building, noise
from comity.match.candidate import EVERYTHING
from comity.match.compile import Interpreted, compiled_kernels
from comity.match.index import Index, Ranking
from comity.match.intake import Intake
from comity.match.question import CANDIDATES_MAX, KEYS_MAX, PAPER_KIND, TOTAL
from comity.match.synthetic import Population
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate, Sex

Row = tuple[str, Identity]

PARTS = (
    "anna ana hanna maria marya mariya eriksson erikson ericson livio ferrante ferante lee li "
    "muhammad mohamed abd rahman abdulrahman reza alireza ali jean jeanpierre pierre de la cruz "
    "delacruz o'neil oneil jo wu x anne-marie annemarie al hassan hasan"
).split()
FOREIGN = ("Анна Эрикссон", "حسن علي", "李 小龍", "Μαρία Φεράντε", "יעל לי", "김민수")
STATES = ("UTO", "QMA", "QNB")


@st.composite
def people(draw: st.DrawFn) -> Identity:
    """Draw a person whose parts are few, so that many are alike."""
    latin = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map(" ".join)
    names = draw(st.lists(latin | st.sampled_from(FOREIGN), max_size=3))
    dates = st.builds(
        lambda y, m, d, estimated: PartialDate(
            y, m or None, d if m and d else None, estimated=estimated
        ),
        st.sampled_from((1950, 1959, 1974, 1975)),
        st.sampled_from((0, 1, 2, 8)),
        st.sampled_from((0, 1, 2, 8)),
        st.sampled_from((False, False, True)),
    )
    numbers = st.text("AB1280OL", min_size=3, max_size=7).map(DocumentNumber)
    sexes: tuple[Sex | None, ...] = (None, "F", "M", "X")
    return Identity(
        tuple(map(Name, names)),
        tuple(draw(st.lists(dates, max_size=2))),
        tuple(draw(st.lists(st.sampled_from(STATES), max_size=2))),
        draw(st.sampled_from(sexes)),
        tuple(draw(st.lists(numbers, max_size=2))),
    )


lists = st.lists(people(), min_size=2, max_size=14)


def rows_of(identities: Sequence[Identity]) -> list[Row]:
    """Give each an id."""
    return [(f"p{at}", identity) for at, identity in enumerate(identities)]


def answer(index: Index, query: Identity, limit: int = 10) -> list[dict[str, Any]]:
    """Search, and show everything."""
    found = index.search(query, limit=limit, bands=EVERYTHING)
    return [c.as_dict() for c in found.candidates]


@settings(max_examples=60, deadline=None)
@given(lists, people(), st.integers(1, 3))
def test_only_those_are_passed_over_who_cannot_be_among_the_best(
    identities: list[Identity], query: Identity, limit: int
) -> None:
    """The best few are the first few of all: bounding what a candidate can weigh loses nobody."""
    index = Index.build(rows_of(identities))
    assert answer(index, query, limit) == answer(index, query, len(identities))[:limit]


def same(one: Ranking, other: Ranking, limit: int) -> None:
    """Hold two rankings against one another, bit for bit where something was found."""
    assert (np.minimum(one.counts[:, 0], limit) == np.minimum(other.counts[:, 0], limit)).all()
    for at, found in enumerate(one.counts[:, 0]):
        for a, b in ((one.people, other.people), (one.bits, other.bits)):
            assert (a[at, : min(found, limit)] == b[at, : min(found, limit)]).all()


@pytest.fixture(scope="module")
def population() -> list[Row]:
    """Give three thousand invented people."""
    return list(Population(5).people(3000))


@pytest.fixture(scope="module")
def noised(population: list[Row]) -> list[Identity]:
    """Give questions as they come: about those listed, misspelt, and about strangers."""
    draw = random.Random(3)  # noqa: S311 - invented questions
    asked = [i for _, i in Population(6).people(40)]
    for kind in noise.CLASSES:
        made = (noise.noised(identity, kind, 1) for _, identity in draw.sample(population, 12))
        asked += [one for one in made if one is not None]
    return asked + [dataclasses.replace(i, birth_dates=()) for i in asked[:20]]


def test_the_best_of_a_long_list_are_those_of_an_exhaustive_search(
    population: list[Row], noised: list[Identity]
) -> None:
    """Compiled and on a long list too the best ten are the first ten of all candidates."""
    index = Index.build(population)
    for limit in (1, 10):
        same(index.rank(noised, limit=limit), index.rank(noised, limit=len(index)), limit)


def test_compiled_and_interpreted_kernels_give_the_same_bits(
    population: list[Row], noised: list[Identity]
) -> None:
    """A post without a compiler answers bit for bit what a large node answers."""
    few, compiled = population[:60], compiled_kernels()
    plain, quick = Index(), Index()
    plain._state, plain._kernels = building.build_state(Intake.of(few), lambda _: Interpreted())
    quick._state, quick._kernels = building.build_state(Intake.of(few), lambda _: compiled)
    asked = [identity for _, identity in few[:10]] + noised[::20]
    same(plain.rank(asked), quick.rank(asked), 10)


@settings(max_examples=25, deadline=None)
@given(lists, people(), st.randoms(use_true_random=False))
def test_answers_do_not_depend_on_how_the_list_came_about(
    identities: list[Identity], query: Identity, draw: random.Random
) -> None:
    """Built at once, added in any order among others removed, dumped and loaded: one answer."""
    rows = rows_of(identities)
    built = Index.build(rows)
    changed = Index.build([(f"x{key}", identity) for key, identity in rows[:4]])
    for key, identity in draw.sample(rows, len(rows)):
        changed.add(key, identity)
    for key, _ in rows[:4]:
        changed.remove(f"x{key}")
    written = bytearray()
    changed.dump(written.extend)
    loaded = Index.load(written)
    expected = answer(built, query)
    assert [answer(one, query) for one in (changed, loaded, changed.rebuilt())] == [expected] * 3
    assert built.version == changed.version == loaded.version


@settings(max_examples=40, deadline=None)
@given(lists, people())
def test_a_comparison_alone_weighs_what_a_search_weighed(
    identities: list[Identity], query: Identity
) -> None:
    """Score and explanation come from the same pair, also when asked for later (R24)."""
    index = Index.build(rows_of(identities))
    for candidate in index.search(query, bands=EVERYTHING).candidates:
        assert index.explain(query, candidate.id) == candidate


@pytest.mark.parametrize(("held", "changes"), [(1500, 1500), (12, 150)])
def test_changes_and_searches_at_once_leave_every_answer_whole(
    population: list[Row], noised: list[Identity], held: int, changes: int
) -> None:
    """While one thread adds and removes, others search; no answer reads beyond what it holds.

    The long list is searched by compiled kernels, which do not notice; the short one by the
    interpreter, which refuses an index out of bounds.
    """
    index = Index.build(population[:held])
    asked = noised[:: 10000 // held]
    failures: list[Exception] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                ranking = index.rank(asked)
                assert (ranking.bits[:, :, TOTAL] > -100).all()
                assert (ranking.kinds[:, :, PAPER_KIND] <= 3).all()
                index.search(noised[0])
        except Exception as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    rows = population[: held + changes]
    for at, (key, identity) in enumerate(rows[held:]):
        index.add(key, identity)
        index.remove(population[at][0])
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    left = Index.build(rows[changes:])
    assert left.version == index.version
    assert (index.rank(asked).bits == left.rank(asked).bits).all()


def test_a_search_stays_within_its_bounds_whatever_is_asked() -> None:
    """However many names, dates and numbers a question has, keys and candidates are bounded."""
    crowd = [(f"c{at}", Identity((Name("Anna Maria Eriksson"),))) for at in range(600)]
    index = Index.build(crowd)
    names = tuple(Name(" ".join(PARTS[at : at + 8])) for at in range(len(PARTS) - 8))
    numbers = tuple(DocumentNumber(f"{at:09d}ABC") for at in range(200))
    dates = tuple(PartialDate(1900 + at, 5, 6) for at in range(100))
    ranking = index.rank([Identity(names, dates, (), None, numbers)], limit=CANDIDATES_MAX)
    assert ranking.counts[0, 1] <= CANDIDATES_MAX
    assert index._desk().probes.keys.size == KEYS_MAX


def test_a_reader_of_an_earlier_moment_meets_nobody_beyond_its_arrays() -> None:
    """A search under way while the list outgrows its arrays reads only what these hold.

    Interpreted, as here, a kernel refuses an index out of bounds; compiled it would read on.
    """
    query = Identity((Name("Anna Maria Eriksson"),), (PartialDate(1974, 8, 12),))
    index, earlier = Index.build([("a", query)]), Index()
    earlier._state, earlier._kernels = index._state, index._kernels
    for at in range(200):
        index.add(f"b{at}", dataclasses.replace(query, names=(Name(f"Anna Eriksson {at}abc"),)))
    assert index._state is not earlier._state
    held = earlier._state.people.alive.size
    assert earlier.rank([query]).counts[0, 0] > 0
    assert (earlier.rank([query], limit=300).people < held).all()
    assert len(index.search(query, limit=300, bands=EVERYTHING).candidates) == 201
