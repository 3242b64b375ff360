"""Hostile and broken input: no crash, bounded work, and the answer says what was not used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.match.candidate import EVERYTHING
from comity.match.index import Index
from comity.match.names import PARTS_MAX
from comity.match.question import CANDIDATES_MAX, KEY_PEOPLE_MAX, NAMES_ASKED_MAX
from comity.match.synthetic import Population
from comity.terms.identity import (
    NAME_CHARS_MAX,
    VALUES_MAX,
    DocumentNumber,
    Identity,
    Name,
    PartialDate,
)
from hostile import HOSTILE, SAID

ERIKSSON = Identity((Name("Anna Maria Eriksson"),), (PartialDate(1974, 8, 12),))


@pytest.fixture(scope="module")
def index() -> Index:
    """Two thousand invented people, Anna Maria Eriksson, and everyone hostile."""
    people = [*Population(7).people(2_000), ("anna", ERIKSSON)]
    hostile = [(key, Identity((Name(text),))) for key, text in HOSTILE.items()]
    return Index.build([*people, *hostile])


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_name_is_answered(index: Index, key: str) -> None:
    """No crash; what was not used is said; who has letters is found under the very same name."""
    asked = Identity((Name(HOSTILE[key]),))
    found = index.search(asked, bands=EVERYTHING, limit=50)
    if key in SAID:
        assert found.ignored
    if key not in ("emoji", "blanks", "one letter", "letters"):
        assert key in {one.id for one in found.candidates}
    assert index.explain(asked, "anna").compared
    assert json.dumps(found.as_dict())


@pytest.mark.parametrize("key", ["controls", "joiners", "homoglyphs", "flags", "brackets"])
def test_disguises_do_not_hide_a_person(index: Index, key: str) -> None:
    """Control characters, joiners, homoglyphs and ornaments do not keep the right one away."""
    asked = Identity((Name(HOSTILE[key]),), ERIKSSON.birth_dates)
    best = index.search(asked, bands=EVERYTHING).candidates
    assert "anna" in [one.id for one in best[:3]]


def test_work_is_bounded_and_the_rest_is_said_to_be_ignored(index: Index) -> None:
    """200 names of 50 parts: no more names, parts and people are compared than is stated."""
    heads = [identity.names[0].full.split() for _, identity in Population(7).people(200)]
    names = tuple(Name((" ".join(heads[i : i + 50][j % 50][0] for j in range(50)))[:NAME_CHARS_MAX])
                  for i in range(150))  # fmt: skip
    asked = Identity(names + names[:50], (PartialDate(1980),) * 200)
    ranking = index.rank([asked])
    assert ranking.counts[0, 1] <= CANDIDATES_MAX
    said = index.search(asked).ignored
    assert f"names after the {NAMES_ASKED_MAX}th" in said
    assert any("parts after the eighth" in one for one in said)
    assert PARTS_MAX == 8


def test_a_name_that_very_many_bear_compares_no_more_than_the_bound() -> None:
    """Of a crowd with few names no more are compared than the bound; a larger one is passed over,

    and the answer says so.
    """
    families = (
        "Eriksson", "Ferrante", "Oakshott", "Umberfield", "Vanterpool", "Lackwell", "Quarrender",
        "Oddfellow", "Drummond", "Quillfeather", "Zamboni", "Hallorand",
    )  # fmt: skip
    crowd = [Identity((Name(f"Anna {family}"),)) for family in families]
    full = Index.build((str(i), crowd[i % 12]) for i in range(12 * 1_400))
    asked = Identity(tuple(one.names[0] for one in crowd))
    assert full.rank([asked, crowd[0]]).counts[:, 1].tolist() == [CANDIDATES_MAX, 1_400]
    larger = Index.build((str(i), crowd[0]) for i in range(KEY_PEOPLE_MAX))
    assert larger.search(crowd[0]).ignored == (
        "combinations of the name that very many people share",
    )


@pytest.mark.parametrize("text", ["1974-02-30", "1974-13-01", "0000-01-01", "74-1-1", "x", "१९७४"])
def test_impossible_dates_are_refused_in_words(text: str) -> None:
    """A date in no calendar is Malformed, with a hint, before anything is searched."""
    with pytest.raises(Malformed) as caught:
        PartialDate.parse(text)
    assert caught.value.hint


def test_names_and_values_beyond_the_bounds_are_refused_in_words() -> None:
    """10,000 characters and more than 200 values are refused before anything is searched."""
    with pytest.raises(Malformed, match="longer than 400"):
        Name("a" * 10_000)
    with pytest.raises(Malformed, match="more than 200"):
        Identity(tuple(Name("a") for _ in range(VALUES_MAX + 1)))
    with pytest.raises(Malformed):
        DocumentNumber("A" * 61)


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_is_answered(index: Index, texts: list[str], number: str) -> None:
    """Whatever is typed: an answer, and the very same answer again."""
    names = tuple(Name(text) for text in texts if text.strip())
    papers = (DocumentNumber(number),) if number.strip() else ()
    asked = Identity(names, (PartialDate(1974, 8, 12),), documents=papers)
    assert index.search(asked) == index.search(asked)


def line(**said: object) -> str:
    """A line of a file of `comity match eval`."""
    plain: dict[str, object] = {
        "id": "x",
        "names": [],
        "birth_date": None,
        "nationality": [],
        "documents": [],
    }
    return json.dumps({**plain, **said}) + "\n"


def test_eval_takes_hostile_files_and_says_what_it_ignored(tmp_path: Path) -> None:
    """Broken values are counted on standard error; the figures stand on standard output."""
    alerts, queries = tmp_path / "a.jsonl", tmp_path / "q.jsonl"
    with alerts.open("wb") as out:
        out.write(line(id="anna", names=["Anna Maria Eriksson"], birth_date="1974-08-12").encode())
        for number, text in enumerate(HOSTILE.values()):
            out.write(line(id=f"h{number}", names=[text], birth_date="1974-02-30").encode())
        out.write(b'{"id": "bytes", "names": ["\xff\xfe"], "birth_date": null}\n')
    with queries.open("w", encoding="utf-8") as out:
        out.write(line(id="q1", names=["Ana Eriksson"], birth_date="1974-08-12", expect="anna"))
        out.write(line(id="q2", names=["a" * 10_000, "", " "], birth_date="yesterday", expect=None))
        out.write(line(id="q3", names=["b"] * 300, documents=["9" * 90], expect=None))
        out.write(line(id="q4", expect=None))
    run = subprocess.run(
        [sys.executable, "-m", "comity", "match", "eval", "--alerts", alerts, queries, "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    figures = json.loads(run.stdout)
    assert set(figures) == {
        "recall_at_1", "recall_at_10", "candidates_per_query", "shown_per_query",
        "searches_per_second", "build_seconds", "memory_mb", "misses",
    }  # fmt: skip
    assert (figures["recall_at_1"], figures["misses"]) == (1.0, [])
    said = run.stderr
    assert f"ignored: {len(HOSTILE) + 1} birth dates in no calendar" in said
    assert "ignored: 1 names cut" in said
    assert "ignored: 100 names after the 200th" in said
    assert "ignored: 1 document numbers too long" in said
