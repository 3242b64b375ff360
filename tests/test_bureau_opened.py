"""Whoever opens personal data stands in the log: who, what, for what (R51)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from comity.bureau import officer, opened, opinion
from comity.bureau.officer import Officer
from comity.cli.serving import people_app
from comity.errors import Malformed, NotPermitted
from transcript import run
from world import CLERK, GUARD, OTHER, SUPERVISOR, World, world

SRC = Path(__file__).parent.parent / "src" / "comity"
WHY = "the owner's lawyer has asked for a correction"

OPENERS = {"open_alert", "open_personal", "open_many", "disclose", "vault"}
"""What opens sealed content without a word to the log: for acts only, never for a door."""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


@pytest.mark.parametrize("door", ["cli", "api", "web"])
def test_r51_no_door_opens_sealed_content_by_itself(door: str) -> None:
    """Commands, calls and pages reach sealed content through acts that record it."""
    for path in sorted((SRC / door).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & OPENERS, path.name
        calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
        assert "match.match" not in calls, path.name


def test_r51_alert_opened_on_the_command_line_is_recorded(two: World) -> None:
    """The bureau opens an own alert: officer and purpose stand sealed in the log."""
    made = two.issue()
    size = two.uto.ledger.size()
    words = ("alert", "show", made.id, "--as", "clerk", "--home", str(two.folder / "UTO"))
    status, said = run(*words, "--purpose", WHY)
    assert (status, "Quillfeather" in said) == (0, True)
    two.reopen()
    assert two.kinds(two.uto, size) == ["alert:opened"]
    kept = two.uto.ledger.open_personal(size)
    assert kept == {"alert": made.id, "officer": "clerk", "purpose": WHY}


def test_r51_alert_is_not_opened_without_purpose_or_by_another_role(two: World) -> None:
    """No words, no content; another role or a copy of another's alert, no content."""
    made = two.issue()
    for purpose in ("", "because", " " * 40):
        with pytest.raises(Malformed) as caught:
            opened.read_alert(two.uto, CLERK, made.id, purpose=purpose)
        assert caught.value.code == "alert-purpose"
    for node, by in ((two.uto, GUARD), (two.uto, SUPERVISOR), (two.qma, CLERK)):
        with pytest.raises(NotPermitted):
            opened.read_alert(node, by, made.id, purpose=WHY)
    assert "alert:opened" not in two.kinds(two.uto) + two.kinds(two.qma)


def _command(two: World, found: str, by: Officer) -> str:
    status, said = run(
        "match", "show", found, "--as", by.id, "--home", str(two.folder / "QMA"), "--json"
    )
    assert status == 0, said
    return said


def _call(two: World, found: str, by: Officer) -> str:
    two.reopen()
    token = officer.sign_in(two.qma, "reader", _registered(two, by))
    client = TestClient(people_app(two.qma))
    answer = client.get(f"/api/v1/matches/{found}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return answer.text


def _registered(two: World, by: Officer) -> str:
    one = Officer("reader", by.name, by.role, by.authority, by.trained_until)
    return officer.register(two.qma, one)


@pytest.mark.parametrize("door", [_command, _call])
def test_r51_match_opened_at_any_door_is_recorded(
    two: World, door: Callable[[World, str, Officer], str]
) -> None:
    """A match shows what the agreement lets this officer see, and the log knows who saw it."""
    made = two.issue()
    (shown,) = two.ask().shown
    assert made.id in door(two, shown.match, GUARD)
    two.reopen()
    assert two.kinds(two.qma)[-1] == "match:opened"
    last = two.qma.ledger.entry(two.qma.ledger.size() - 1)
    kept: dict[str, Any] = two.qma.ledger.open_personal(last.seq)
    assert last.public["purpose"] == "border-check"
    assert kept["match"] == shown.match
    assert kept["officer"] in ("guard", "reader")


def test_r51_a_list_of_matches_opens_nothing(two: World) -> None:
    """The list shows no personal data, so it leaves no entry."""
    for who in (two.issue(), two.issue(OTHER)):
        two.ask(who.identity)
    size = two.qma.ledger.size()
    status, said = run("match", "list", "--home", str(two.folder / "QMA"))
    assert status == 0
    assert said.count("candidate") == 2
    assert not [name for name in ("Quillfeather", "QM617", "Umberfield") if name in said]
    assert two.qma.ledger.size() == size


def test_r51_evidence_with_personal_parts_is_recorded(two: World, tmp_path: Path) -> None:
    """Only a supervisor with a purpose discloses personal parts, and the log knows."""
    two.issue()
    entry = two.ask().entry
    size = two.qma.ledger.size()
    words = ("audit", "evidence", "--entry", str(entry), "-o", str(tmp_path / "e"), "--open",
             "--home", str(two.folder / "QMA"))  # fmt: skip
    assert run(*words, "--as", "supervisor")[0] == 3
    assert run(*words, "--as", "guard", "--purpose", WHY)[0] == 4
    assert not (tmp_path / "e").exists()
    assert run(*words, "--as", "supervisor", "--purpose", WHY)[0] == 0
    two.reopen()
    assert two.kinds(two.qma, size) == ["evidence:opened"]
    assert two.qma.ledger.open_personal(size)["purpose"] == WHY


def test_r21_opened_match_hides_what_others_found(two: World) -> None:
    """What an earlier officer found is not part of what the next one opens."""
    two.issue()
    (shown,) = two.ask().shown
    plain = opinion.compare(two.qma, GUARD, shown.match).as_dict()
    assert not {"band", "reason", "officer", "weight"} & set(plain)
