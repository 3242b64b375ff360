"""Every past comparison can be computed again from what was kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from comity.bureau import alert, intake, match, opinion
from comity.bureau.answer import Traveller
from comity.bureau.check import check
from comity.bureau.question import Inquiry
from comity.bureau.replay import replay
from comity.cli.main import comity
from comity.errors import NotFound, NotPermitted
from comity.match.noise import noised
from comity.match.synthetic import Population
from comity.proof.canonical import canonical
from comity.record import tables
from comity.record.vault import Sealing
from comity.terms.identity import DocumentNumber, Identity
from world import CLERK, GUARD, OTHER, PERSON, SUPERVISOR, World, draft, traveller, world

PEOPLE = 420
WANTED = 1_000


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


def listed(two: World, folder: Path) -> list[Identity]:
    """Utopia lists some hundred invented people."""
    people = [p for _, p in Population(25).people(PEOPLE) if p.birth_dates]
    file = folder / "list.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number, person in enumerate(people):
            said = {
                "name": [person.names[0].full],
                "birthDate": [str(person.birth_dates[0])],
                "gender": ["female" if person.sex == "F" else "male"],
                "topics": ["sanction"],
            }
            line = {"id": f"s-{number}", "schema": "Person", "properties": said}
            stream.write(json.dumps(line) + "\n")
    intake.import_list(two.uto, CLERK, file)
    return people


def asked(people: list[Identity]) -> list[Traveller]:
    """Each of them asked for in three ways, as data arrive at a desk."""
    made = [
        noised(person, kind, number)
        for number, person in enumerate(people)
        for kind in ("same", "one typo", "typo, date wrong")
    ]
    known = [one for one in made if one is not None and one.names]
    return [Traveller(identity=one, reference=f"UTO/{number}") for number, one in enumerate(known)]


def test_r25_a_thousand_matches_are_replayed_bit_for_bit(two: World, tmp_path: Path) -> None:
    """Also after the list has changed: words, weights and bands come out as they were."""
    travellers = asked(listed(two, tmp_path))
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    shown = 0
    for start in range(0, len(travellers), 400):
        answers = check(two.uto, inquiry, travellers[start : start + 400])
        shown += sum(len(one.shown) for one in answers)
    assert shown >= WANTED
    two.issue()
    two.issue(OTHER)
    two.uto.holdings.refresh()
    done = list(replay(two.uto, SUPERVISOR))
    assert len(done) == shown
    assert {one.outcome for one in done} == {"same"}
    assert two.kinds(two.uto).count("match:replayed") == -(-shown // 200)
    two.check()


def test_r25_a_match_on_a_document_is_replayed(two: World) -> None:
    """The number of a stolen document, misread by a character, comes out as it did."""
    stolen = Identity(documents=(DocumentNumber("L898902C3", "UTO"),))
    drafts = [draft(stolen, category="object", basis="", reason="stolen")]
    alert.issue(two.uto, CLERK, [alert.draft(two.uto, one) for one in drafts])
    who = traveller(Identity(documents=(DocumentNumber("L898902C4", "UTO"),)))
    (answer,) = check(two.uto, Inquiry(officer=GUARD, purpose="border-check"), [who])
    (done,) = replay(two.uto, CLERK, [answer.shown[0].match])
    assert done.outcome == "same"


def changed(two: World, match_id: str, **changes: object) -> None:
    """Keep another content of a match, as a matcher before or a forger would have."""
    kept = {**match.match(two.qma, match_id).detail, **changes}

    def work(conn: object) -> None:
        vault = two.qma.vault
        vault.erase(conn, f"match:{match_id}")  # type: ignore[arg-type]
        item = Sealing(f"match:{match_id}", "match", 1, canonical(kept))
        (sealed,) = vault.seal_new(conn, [item])  # type: ignore[arg-type]
        row = update(tables.match).where(tables.match.c.id == match_id)
        conn.execute(row.values(sealed=sealed))  # type: ignore[attr-defined]

    two.qma.write(work)


def test_r25_what_comes_out_otherwise_is_named(two: World) -> None:
    """A weight that the comparison does not give, and another version, are told apart."""
    two.issue()
    (shown,) = two.ask().shown
    (same,) = replay(two.qma, CLERK, [shown.match])
    assert same.outcome == "same"
    detail = match.match(two.qma, shown.match).detail
    changed(two, shown.match, candidate={**detail["candidate"], "weight": 1.5})
    (other,) = replay(two.qma, CLERK, [shown.match])
    assert (other.outcome, other.differs) == ("differs", ("weight",))
    changed(two, shown.match, matcher="match-0/00000000/1-0")
    (old,) = replay(two.qma, CLERK, [shown.match])
    assert (old.outcome, old.matcher) == ("other-version", "match-0/00000000")
    changed(two, shown.match, basis=None)
    (bare,) = replay(two.qma, CLERK, [shown.match])
    assert bare.outcome == "not-kept"


def test_r25_replay_is_for_bureau_and_supervisor_and_is_recorded(two: World) -> None:
    """A first-line officer replays nothing; an unknown match is not found; each act is logged."""
    two.issue()
    (shown,) = two.ask().shown
    with pytest.raises(NotPermitted):
        list(replay(two.qma, GUARD, [shown.match]))
    with pytest.raises(NotFound):
        list(replay(two.qma, CLERK, ["m-none"]))
    before = len(two.kinds(two.qma))
    list(replay(two.qma, SUPERVISOR, [shown.match]))
    assert two.kinds(two.qma, before) == ["match:replayed"]


def test_r18_what_a_match_keeps_to_be_replayed_ends_with_the_alert(two: World) -> None:
    """The alert's identity kept with a match is erased when the alert is withdrawn."""
    made = two.issue()
    two.ask()
    alert.withdraw(two.uto, CLERK, made.id, event="decision-withdrawn", reason="annulled")
    two.sync()
    assert list(replay(two.qma, SUPERVISOR)) == []


def test_what_protects_a_person_is_kept_with_the_match(two: World) -> None:
    """Kind of document and countries fled stand in the match, and a second opinion reads them."""
    two.issue()
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    kept = {"document_kind": "ordinary", "origins": ("QZZ",)}
    who = Traveller(identity=PERSON, reference="QM/1", **kept)  # type: ignore[arg-type]
    (answer,) = check(two.qma, inquiry, [who])
    detail = match.match(two.qma, answer.shown[0].match).detail
    assert (detail["document_kind"], detail["origins"]) == ("ordinary", ["QZZ"])
    assert opinion.compare(two.qma, GUARD, answer.shown[0].match).identity == who.identity


def test_command_replays_and_counts(two: World) -> None:
    """`comity match replay --all --json` counts outcomes; naming nothing is a wrong command."""
    two.issue()
    two.ask()
    home = str(two.qma.home)
    two.qma.close()
    run = CliRunner().invoke(
        comity, ["match", "replay", "--all", "--as", "supervisor", "--home", home, "--json"]
    )
    assert json.loads(run.stdout) == {"counts": {"same": 1}, "matches": []}
    assert run.exit_code == 0
    assert CliRunner().invoke(comity, ["match", "replay", "--home", home]).exit_code == 2
