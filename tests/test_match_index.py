"""The index of identities keeps its promises."""

from __future__ import annotations

import pytest

from comity.errors import Conflict, NotFound
from comity.match.index import Index
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

ERIKSSON = Identity(
    names=(Name.of("Eriksson", "Anna Maria"),),
    birth_dates=(PartialDate(1974, 8, 12),),
    nationalities=("UTO",),
    sex="F",
    documents=(DocumentNumber("L898902C3", "UTO"),),
)
OTHER = Identity(names=(Name.of("Ferrante", "Livio"),), birth_dates=(PartialDate(1960, 2, 3),))


def test_same_person_is_found_first() -> None:
    """A person whose name, date and document agree is a strong candidate and stands first."""
    found = Index.build([("a", ERIKSSON), ("b", OTHER)]).search(ERIKSSON)
    assert [(c.id, c.band) for c in found.candidates] == [("a", "strong")]
    assert found.version


def test_r20_a_name_alone_is_name_only() -> None:
    """However well a name agrees, without a second identifier the band is name-only."""
    found = Index.build([("a", ERIKSSON)]).search(Identity(names=ERIKSSON.names))
    assert [c.band for c in found.candidates] == ["name-only"]


def test_removal_is_effective_at_once() -> None:
    """What was removed is in no later answer, and cannot be removed twice."""
    index = Index.build([("a", ERIKSSON), ("b", OTHER)])
    index.remove("a")
    assert not index.search(ERIKSSON).candidates
    assert len(index) == 1
    with pytest.raises(NotFound):
        index.remove("a")


def test_an_id_is_taken_once() -> None:
    """A second identity under the same id is a conflict, not a silent replacement."""
    index = Index.build([("a", ERIKSSON)])
    with pytest.raises(Conflict):
        index.add("a", OTHER)
