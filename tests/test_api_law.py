"""The law for systems at home: the answers of ``comity law``, bounded, with the same keys."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from comity.api.law import DATES_MAX, PROPOSAL_CHARS_MAX, STAYS_MAX
from comity.api.machines import machine_app
from comity.bureau import officer
from comity.cli.law import command
from world import TRAINED, world

ON = "2026-11-23"
STAYS = [
    {"entry": "2026-07-01", "exit": "2026-08-14"},
    {"entry": "2026-09-20", "exit": "2026-10-31", "title": "residence permit"},
    {"entry": "2026-11-02"},
]
BODIES: dict[str, dict[str, Any]] = {
    "ask": {"pack": "eu.short-stay", "on": ON, "facts": {"nationality": "GEO"}},
    "stay": {"pack": "eu.short-stay", "on": ON, "stays": STAYS},
    "clauses": {"giver": "eu.ees-data", "receiver": "gh.entry", "on": ON},
    "sweep": {"pack": "uk.visit", "on": ON, "question": "eta"},
    "compare": {"first": "eu.short-stay", "second": "uk.visit", "on": ON},
    "diff": {"pack": "uk.visit", "before": "2024-01-01", "after": ON},
}
OPEN = ("ask", "stay", "clauses")


@dataclass
class Door:
    """The door of a node, and a session."""

    client: TestClient
    headers: dict[str, str]

    def post(self, what: str, *, signed: bool = True, query: str = "", **changes: Any) -> Any:
        """Put one question, as in ``BODIES`` but for the changes."""
        headers = self.headers if signed else {}
        body = {**BODIES[what], **changes}
        return self.client.post(f"/law/{what}{query}", json=body, headers=headers)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """One node for the module; the law writes nothing."""
    with world(tmp_path_factory.mktemp("law")) as two:
        drafter = officer.Officer("drafter", "Lavinia Thorpewick", "bureau", "bureau", TRAINED)
        code = officer.register(two.uto, drafter)
        token = officer.sign_in(two.uto, "drafter", code)
        app = machine_app(two.uto)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield Door(client, {"authorization": f"Bearer {token}"})


def spoken(*args: str) -> Any:
    """What the command prints with ``--json``."""
    return json.loads(CliRunner().invoke(command, [*args, "--json"]).stdout)


def test_the_answers_are_those_of_the_command(door: Door, tmp_path: Path) -> None:
    """Each route gives, key for key and word for word, what ``comity law … --json`` prints."""
    table = tmp_path / "stays.csv"
    rows = [f"{s['entry']},{s.get('exit', '')},{s.get('title', '')}" for s in STAYS]
    table.write_text("\n".join(["entry,exit,title", *rows]), "utf-8")
    asked = {
        "ask": spoken("ask", "--pack", "eu.short-stay", "--on", ON, "nationality=GEO"),
        "stay": spoken("stay", "--pack", "eu.short-stay", "--on", ON, str(table)),
        "clauses": spoken("clauses", "eu.ees-data", "gh.entry", "--on", ON),
        "sweep": spoken("sweep", "uk.visit", "--on", ON, "--question", "eta"),
        "compare": spoken("compare", "eu.short-stay", "uk.visit", "--on", ON),
        "diff": spoken("diff", "uk.visit", "2024-01-01", ON),
    }
    assert {what: door.post(what).json() for what in BODIES} == asked
    packs = door.client.get("/law/packs").json()
    assert [{k: v for k, v in one.items() if k != "signed_by"} for one in packs] == spoken("packs")


def test_asking_needs_no_session_and_drafting_does(door: Door) -> None:
    """What a traveller may ask is open; what takes seconds of the node is for its officers."""
    status = {what: door.post(what, signed=False).status_code for what in BODIES}
    assert status == {what: 200 if what in OPEN else 403 for what in BODIES}


def test_the_outcome_stands_with_article_and_text(door: Door) -> None:
    """Outcome, rule, citation, text and what it overrides; with ``court`` every rule considered."""
    facts = {"nationality": "GEO", "document": "diplomatic"}
    said = door.post("ask", facts=facts, court=True).json()
    assert said["outcome"] == "required"
    assert {"rule", "cite", "text", "overrides"} <= set(said["because"][0])
    assert said["considered"]


def test_the_window_is_a_picture_where_one_is_asked_for(door: Door) -> None:
    """By ``Accept`` or by ``?format=svg``; ``?format=json`` wins over the header."""
    asked = door.post("stay", query="?format=svg")
    assert asked.headers["content-type"] == "image/svg+xml"
    assert asked.text.startswith("<svg")
    headers = {"accept": "image/svg+xml"}
    wanted = door.client.post("/law/stay", json=BODIES["stay"], headers=headers)
    assert wanted.text == asked.text
    plain = door.client.post("/law/stay?format=json", json=BODIES["stay"], headers=headers)
    assert plain.json()["min"] != plain.json()["max"]


def test_a_proposal_says_who_gains(door: Door) -> None:
    """A draft that repeals a rule: gains and losses are listed; one for another pack is refused."""
    draft = 'law = "uk.visit"\ntitle = "Nobody needs a visa"\n[[rule]]\nid = "x.all"\n'
    draft += 'decides = "visa"\ncite = "a draft"\ntext = "All are exempt."\nwhen = "always"\n'
    draft += 'then = "exempt"\ndespite = ["visa.list"]\n'
    said = door.post("compare", proposal=draft).json()["proposal"]
    assert "IND" in said["gains"]
    assert said["loses"] == []
    other = door.post("compare", proposal=draft.replace("uk.visit", "gh.entry"))
    assert (other.status_code, other.json()["code"]) == (422, "law-name-unknown")


@pytest.mark.parametrize("name", ["../eu", "/etc", "", "nowhere", "eu.short-stay/", "x" * 81])
def test_only_packs_of_this_node_are_asked(door: Door, name: str) -> None:
    """A path, an empty or a wrong name is a clear refusal on every route."""
    for what, body in BODIES.items():
        for key in sorted({"pack", "giver", "receiver", "first", "second"} & set(body)):
            changes: dict[str, Any] = {key: name}
            answer = door.post(what, **changes)
            assert answer.status_code in (404, 422)
            assert answer.json()["code"] in ("law-pack-unknown", "request-form")


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("ask", {"facts": {"nationality": "ZZZ"}}),
        ("ask", {"facts": {str(n): "x" for n in range(51)}}),
        ("ask", {"on": "2026-02-30"}),
        ("ask", {"question": "nothing of the kind"}),
        ("stay", {"stays": [{"entry": "2026-02-29"}]}),
        ("stay", {"stays": [{"entry": "2026-03-02", "exit": "2026-03-01"}]}),
        ("stay", {"stays": [{"entry": "2026-01-01", "exit": "2026-01-02"}] * (STAYS_MAX + 1)}),
        ("stay", {"stays": [{"entry": '2026-01-01"\n2026,'}]}),
        ("clauses", {"giver": "gh.entry"}),
        ("sweep", {"question": "x" * 2001}),
        ("compare", {"over": [ON] * (DATES_MAX + 1)}),
        ("compare", {"proposal": "x" * (PROPOSAL_CHARS_MAX + 1)}),
        ("compare", {"proposal": "law = [[[["}),
        ("compare", {"facts": {"nationality": "\ud800"}}),
        ("diff", {"before": "yesterday"}),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_out_of_form_or_bounds_is_refused(door: Door, what: str, changes: Any) -> None:
    """4xx with code and place in the form of every fault."""
    body = json.dumps({**BODIES[what], **changes}).encode()
    answer = door.client.post(f"/law/{what}", content=body, headers=door.headers)
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) == {"code", "what", "where", "hint"}


def hostile_proposals() -> Iterator[str]:
    """Drafts that try to take long: many rules, one deep condition, one large set, deep tables."""
    rule = '[[rule]]\nid = "x{0}"\ndecides = "visa"\ncite = "c"\ntext = "t"\nthen = "required"\n'
    head = 'law = "uk.visit"\n'
    many = "".join(rule.format(n) + 'when = "always"\n' for n in range(1200))
    yield head + many
    yield head + rule.format(0) + f'when = "{"(" * 20_000}always{")" * 20_000}"\n'
    yield head + rule.format(0) + f'when = "{"not " * 20_000}always"\n'
    yield head + rule.format(0) + f'when = "{" and ".join(["always"] * 9_000)}"\n'
    yield head + "x = " + "[" * 4000 + "]" * 4000
    yield head + ".".join("a" * 30_000) + " = 1\n"
    yield head + "".join(f"[a{'.b' * n}]\n" for n in range(200))


@pytest.mark.parametrize("draft", list(hostile_proposals()), ids=range(7))
def test_a_hostile_draft_takes_bounded_time(door: Door, draft: str) -> None:
    """No draft that fits into a body holds the node for more than a few seconds of its time."""
    start = time.process_time()
    answer = door.post("compare", proposal=draft[:PROPOSAL_CHARS_MAX])
    assert time.process_time() - start < 10
    assert answer.status_code in (200, 422)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("what", BODIES)
def test_any_body_is_answered_never_a_fault(door: Door, what: str) -> None:
    """Bytes, JSON of any shape, true bodies with one part changed: a status below 500."""
    part = st.builds(
        lambda key, value: json.dumps({**BODIES[what], key: value}).encode(),
        st.sampled_from(sorted({*BODIES[what], "question", "facts", "stays"})), values,
    )  # fmt: skip

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=60) | part)
    def hold(body: bytes) -> None:
        answer = door.client.post(f"/law/{what}", content=body, headers=door.headers)
        assert answer.status_code < 500, body

    hold()
