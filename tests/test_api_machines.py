"""The door for systems at home: every route, every way in, every kind of garbage."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from comity.api.faults import BODY_MAX
from comity.api.machines import machine_app
from comity.bureau import officer
from comity.errors import Unavailable
from hostile import HOSTILE, SAID
from world import DAY, HOUR, World, draft, world

WHO = ("clerk", "guard", "supervisor")
ZONE = """\
P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10"""
"""The specimen of ICAO Doc 9303-4."""


@dataclass
class Door:
    """The door of Arcadia, and a session of each of its officers."""

    two: World
    client: TestClient
    tokens: dict[str, str]

    def ask(self, method: str, path: str, who: str = "", **more: Any) -> Any:
        """One request as an officer; the answer."""
        headers = {"authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return self.client.request(method, path, headers=headers, **more)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """One world for the whole module: its tests leave it as they found it, or grown."""
    with world(tmp_path_factory.mktemp("api")) as two:
        codes = {}
        for one in (officer.find(two.qma, who) for who in WHO):
            officer.retire(two.qma, one.id)
            fresh = officer.Officer(f"{one.id}2", one.name, one.role, one.authority,
                                    one.trained_until)  # fmt: skip
            codes[one.id] = officer.register(two.qma, fresh)
        two.issue()
        tokens = {who: officer.sign_in(two.qma, f"{who}2", code) for who, code in codes.items()}
        with TestClient(machine_app(two.qma), raise_server_exceptions=False) as client:
            yield Door(two, client, tokens)


def question(**changes: Any) -> dict[str, Any]:
    """A question about the person of the alert."""
    person = {
        "reference": "QM617/001", "names": ["Zephyrine Quillfeather"], "birth_date": "1971-03-14",
        "nationality": ["QZZ"], "sex": "F", "documents": [{"number": "ZQ4417205", "issuer": "QZZ"}],
    }  # fmt: skip
    return {"purpose": "border-check", "travellers": [{**person, **changes}]}


def test_openapi_describes_every_route(door: Door) -> None:
    """The description is OpenAPI 3.1, names each path and method, and resolves each reference."""
    said = door.ask("GET", "/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    assert said["info"]["title"].startswith("Comity")
    routes = {(path, method) for path, item in said["paths"].items() for method in item}
    assert routes == {
        ("/session", "post"), ("/status", "get"), ("/check", "post"),
        ("/matches/{match_id}", "get"), ("/matches/{match_id}/confirm", "post"),
        ("/matches/{match_id}/reject", "post"), ("/alerts", "post"), ("/alerts", "get"),
        ("/alerts/{alert_id}/withdraw", "post"), ("/alerts/{alert_id}/extend", "post"),
        ("/alerts/{alert_id}/restrict", "post"), ("/alerts/{alert_id}/lift", "post"),
        ("/law/packs", "get"), ("/law/ask", "post"), ("/law/stay", "post"),
        ("/law/clauses", "post"), ("/law/sweep", "post"), ("/law/compare", "post"),
        ("/law/diff", "post"), ("/law/gate", "get"), ("/law/release/{withheld_id}", "post"),
        ("/log", "get"), ("/log/checkpoint", "get"),
        ("/log/{entry}/proof", "get"),
    }  # fmt: skip
    for reference in _references(said):
        found: Any = said
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    for item in said["paths"].values():
        for operation in item.values():
            assert operation["summary"]
            assert operation["description"]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


ROUTES: list[tuple[str, str, Any]] = [
    ("POST", "/check", question()),
    ("GET", "/matches/m-none", None),
    ("POST", "/matches/m-none/confirm", {"reason": "same document and same face"}),
    ("POST", "/matches/m-none/reject", {"reason": "another face, another place"}),
    ("POST", "/alerts", draft()),
    ("GET", "/alerts", None),
    ("POST", "/alerts/UTO-none/withdraw", {"event": "expiry", "reason": "x"}),
    ("POST", "/alerts/UTO-none/extend", {"until": "2030-01-01", "assessment": "x" * 30}),
    ("GET", "/law/gate", None),
    ("POST", "/law/release/none", {"reason": "assessed for this one case"}),
    ("GET", "/log", None),
    ("GET", "/log/0/proof", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES, ids=lambda v: str(v)[:24])
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "Bearer \xff"]
)
def test_r36_without_a_session_nothing(
    door: Door, method: str, path: str, body: Any, header: str
) -> None:
    """No act and no reading without an officer's live session."""
    size = door.two.qma.ledger.size()
    answer = door.client.request(
        method, path, json=body, headers=[(b"authorization", header.encode("latin-1"))]
    )
    assert answer.status_code == 403
    assert answer.json()["code"] in ("sign-in-missing", "session-ended")
    assert door.two.qma.ledger.size() == size


def test_guessing_a_code_is_slowed_at_every_door(door: Door) -> None:
    """After three wrong codes the id waits with 429, even with the right one; others do not."""
    one = officer.Officer("guessed", "Fenella Marsh", "first-line", "border-guard",
                          officer.find(door.two.qma, "guard2").trained_until)  # fmt: skip
    code = officer.register(door.two.qma, one)
    wrong = {"officer": "guessed", "code": "0" * 16}
    for _ in range(3):
        assert door.ask("POST", "/session", json=wrong).status_code == 403
    for said in (wrong, {"officer": "GUESSED ", "code": code}):
        slow = door.ask("POST", "/session", json=said)
        assert (slow.status_code, slow.json()["code"]) == (429, "sign-in-wait")
    with pytest.raises(Unavailable):
        officer.sign_in(door.two.qma, "guessed", code)
    other = {"officer": "guard2", "code": "0" * 16}
    assert door.ask("POST", "/session", json=other).status_code == 403
    door.two.clock.advance(HOUR / 20)
    right = {"officer": "guessed", "code": code}
    assert door.ask("POST", "/session", json=right).status_code == 200


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("supervisor", "POST", "/check", question()),
        ("supervisor", "POST", "/matches/m-none/confirm", {"reason": "same document and face"}),
        ("supervisor", "POST", "/matches/m-none/reject", {"reason": "another face altogether"}),
        ("guard", "POST", "/alerts", draft()),
        ("supervisor", "POST", "/alerts", draft()),
        ("guard", "POST", "/alerts/QMA-x/withdraw", {"event": "expiry", "reason": "x"}),
        ("guard", "POST", "/alerts/QMA-x/restrict", {"ground": "contested", "reason": "x" * 30}),
        ("supervisor", "POST", "/alerts/QMA-x/lift", {"ground": "contested", "reason": "x" * 30}),
        ("guard", "POST", "/alerts/QMA-x/extend", {"until": "2030-01-01", "assessment": "x" * 30}),
    ],
)
def test_another_role_is_refused(door: Door, who: str, method: str, path: str, body: Any) -> None:
    """Each act is its role's; the refusal says so, with 403."""
    answer = door.ask(method, path, who, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "role-not-permitted")


def test_the_whole_way_of_a_match(door: Door) -> None:
    """Check, open, confirm; a second decision conflicts; the proof of the answer is there."""
    answer = door.ask("POST", "/check", "guard", json=question()).json()["answers"][0]
    assert answer["state"] == "match"
    found = answer["candidates"][0]["match"]
    opened = door.ask("GET", f"/matches/{found}", "guard")
    assert opened.json()["state"] == "candidate"
    reason = {"reason": "same document and same face"}
    done = door.ask("POST", f"/matches/{found}/confirm", "guard", json=reason)
    assert done.json()["state"] == "confirmed"
    again = door.ask("POST", f"/matches/{found}/reject", "guard", json=reason)
    assert (again.status_code, again.json()["code"]) == (409, "match-decided")
    proof = door.ask("GET", f"/log/{answer['entry']}/proof", "supervisor").json()["proof"]
    assert proof.startswith("c2sp.org/tlog-proof@v1")
    newest = door.ask("GET", "/log", "supervisor").json()[0]
    assert newest["kind"] == "match:confirmed"


def test_the_whole_way_of_an_alert(door: Door) -> None:
    """Issue, list, extend, withdraw; then it is gone."""
    made = door.ask("POST", "/alerts", "clerk", json=draft(local_id="api1"))
    assert (made.status_code, made.json()["alert"]) == (201, "QMA-api1")
    twice = door.ask("POST", "/alerts", "clerk", json=draft(local_id="api1"))
    assert (twice.status_code, twice.json()["code"]) == (409, "alert-exists")
    listed = door.ask("GET", "/alerts?issuer=QMA", "clerk").json()
    assert [one["alert"] for one in listed] == ["QMA-api1"]
    held = {"ground": "contested", "reason": "the person contests it"}
    for act, version in (("restrict", 2), ("lift", 3)):
        done = door.ask("POST", f"/alerts/QMA-api1/{act}", "clerk", json=held)
        assert (done.status_code, done.json()["version"]) == (200, version)
    later = {"until": "2030-06-30", "assessment": "assessed anew: the ground stands"}
    assert door.ask("POST", "/alerts/QMA-api1/extend", "clerk", json=later).status_code == 200
    end = {"event": "decision-withdrawn", "reason": "annulled on appeal"}
    assert door.ask("POST", "/alerts/QMA-api1/withdraw", "clerk", json=end).status_code == 200
    gone = door.ask("POST", "/alerts/QMA-api1/withdraw", "clerk", json=end)
    assert (gone.status_code, gone.json()["code"]) == (404, "alert-erased")


def test_a_zone_is_read_and_a_refugee_is_protected(door: Door) -> None:
    """A machine-readable zone alone is a question; its document kind decides protection."""
    person = {"reference": "QM617/001", "mrz": ZONE}
    whole = {"purpose": "border-check", "travellers": [person]}
    answer = door.ask("POST", "/check", "guard", json=whole)
    assert answer.json()["answers"][0]["state"] == "no-match"
    refugee = question(document_kind="convention-1951")
    state = door.ask("POST", "/check", "guard", json=refugee).json()["answers"][0]["state"]
    assert state == "not-permitted"


@pytest.mark.parametrize(
    "change",
    [
        {"reference": ""}, {"reference": 5}, {"names": []}, {"names": "x"}, {"names": [""]},
        {"birth_date": "yesterday"}, {"birth_date": "1971-02-30"}, {"nationality": ["Atlantis"]},
        {"sex": "unknown"}, {"documents": [{"number": ""}]}, {"documents": [{}]},
        {"documents": [{"number": "UT 4711", "kind": "horse"}]},
        {"origins": ["Atlantis"]}, {"mrz": "garbage"}, {"risk_score": 1}, {"names": ["\ud800"]},
        {"reference": "a\0b"}, {"names": ["x"] * 21}, {"names": ["x" * 401]},
    ],
    ids=str,
)  # fmt: skip
def test_r01_a_question_out_of_form_is_refused_unread(door: Door, change: Any) -> None:
    """422, with code and place, without what was sent, and nothing in the log."""
    size = door.two.qma.ledger.size()
    body = json.dumps(question(**({"documents": []} | change)))
    answer = door.ask("POST", "/check", "guard", content=body)
    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "what", "where", "hint"}
    assert "Quillfeather" not in answer.text
    assert door.two.qma.ledger.size() == size


def test_r11_no_more_travellers_than_a_batch(door: Door) -> None:
    """A list of persons without end is refused; so is an empty one."""
    batches: tuple[list[Any], ...] = ([], question()["travellers"] * 501)
    for people in batches:
        body = {"purpose": "border-check", "travellers": people}
        assert door.ask("POST", "/check", "guard", json=body).status_code == 422


def test_the_door_works_below_a_path(door: Door) -> None:
    """Mounted as a node serves it, under /api/v1, sessions hold."""
    mounted = Starlette(routes=[Mount("/api/v1", machine_app(door.two.qma))])
    headers = {"authorization": f"Bearer {door.tokens['guard']}"}
    with TestClient(mounted) as client:
        assert client.get("/api/v1/alerts", headers=headers).status_code == 200
        assert client.get("/api/v1/status").json()["country"] == "QMA"


def test_a_request_too_large_is_refused(door: Door) -> None:
    """413 beyond a megabyte, with or without a length told beforehand."""
    large = b'{"purpose":"' + b"x" * BODY_MAX + b'"}'
    pieces = (large[at : at + 65536] for at in range(0, len(large), 65536))
    for content in (large, pieces):
        answer = door.ask("POST", "/check", "guard", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "request-large")


def test_unknown_paths_and_methods_answer_in_the_same_form(door: Door) -> None:
    """404 and 405 have the same four keys as every fault."""
    for method, path, status in (("GET", "/nowhere", 404), ("DELETE", "/alerts", 405)):
        answer = door.ask(method, path, "clerk")
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "what", "where", "hint"}


@pytest.mark.parametrize(
    "path",
    [
        "/alerts?limit=-1", "/alerts?limit=0", "/alerts?limit=99999999", "/alerts?issuer=%00",
        "/log?limit=-1", "/log?before=-1", "/log?before=99999999999999999999",
        "/log/99999999999999999999/proof", "/log/-1/proof", "/log/x/proof",
        "/matches/%00", "/matches/" + "x" * 500,
    ],
)  # fmt: skip
def test_numbers_and_ids_out_of_bounds_are_refused(door: Door, path: str) -> None:
    """422 for what no row could have; never a fault of this program."""
    assert door.ask("GET", path, "supervisor").status_code == 422


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("path", sorted({path for method, path, _ in ROUTES if method == "POST"}))
def test_any_body_is_answered_never_a_fault(door: Door, path: str) -> None:
    """Bytes, JSON of any shape, true bodies with one part changed: a status below 500."""
    whole = next(body for _, each, body in ROUTES if each == path)
    parts = st.builds(
        lambda key, value: json.dumps({**whole, key: value}).encode(),
        st.sampled_from(sorted(whole)), json_values,
    )  # fmt: skip
    inner = st.builds(
        lambda key, value: json.dumps(question(**{key: value})).encode(),
        st.sampled_from(sorted(question()["travellers"][0])), json_values,
    )  # fmt: skip
    garbage = st.one_of(
        st.binary(max_size=80), json_values.map(lambda v: json.dumps(v).encode()), parts, inner,
        st.sampled_from([b"", b"[" * 3000, b'{"a":' * 900 + b"1" + b"}" * 900, b"9" * 5000,
                         b"NaN", b"\xff", b'"\\ud800"']),
    )  # fmt: skip

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(garbage)
    def hold(body: bytes) -> None:
        answer = door.ask("POST", path, "clerk", content=body)
        assert answer.status_code < 500, body

    hold()
    door.two.check()


def test_sign_in_tells_nobody_who_is_registered(door: Door) -> None:
    """A wrong code and an unknown id get the very same answer."""
    answers = [
        door.ask("POST", "/session", json={"officer": who, "code": "0" * 16})
        for who in ("guard2", "nobody", "guard")
    ]
    assert {(a.status_code, a.text) for a in answers} == {(403, answers[0].text)}


def test_a_fault_tells_its_place_and_nothing_of_the_person(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """When the store breaks under a question: 5xx, and no name in answer or log."""
    caplog.set_level(logging.DEBUG)
    with world(door.two.folder / "broken") as two:
        one = officer.Officer("g3", "Peregrine Lackwell", "first-line", "border-guard",
                              (two.clock.now() + DAY).date())  # fmt: skip
        token = officer.sign_in(two.qma, "g3", officer.register(two.qma, one))
        with two.qma.store.write() as conn:
            conn.exec_driver_sql("DROP TABLE log_tile")
        with TestClient(machine_app(two.qma), raise_server_exceptions=False) as client:
            answer = client.post(
                "/check", json=question(), headers={"authorization": f"Bearer {token}"}
            )
        assert answer.status_code in (500, 503)
        assert set(answer.json()) == {"code", "what", "where", "hint"}
        assert "Quillfeather" not in answer.text + caplog.text


def test_session_ends_when_idle_and_when_the_officer_is_retired(tmp_path: Path) -> None:
    """After a quarter of an hour unused, after eight hours, on retirement, on signing out."""
    with world(tmp_path) as two:
        one = officer.Officer("g3", "Peregrine Lackwell", "first-line", "border-guard",
                              officer.find(two.qma, "guard").trained_until)  # fmt: skip
        code = officer.register(two.qma, one)

        def alive(token: str) -> bool:
            headers = {"authorization": f"Bearer {token}"}
            return client.get("/alerts", headers=headers).status_code == 200

        with TestClient(machine_app(two.qma)) as client:
            signed = client.post("/session", json={"officer": "g3", "code": code})
            token = signed.json()["token"]
            assert alive(token)
            two.clock.advance(HOUR / 4)
            assert alive(token)
            two.clock.advance(HOUR / 4 + HOUR / 3600)
            assert not alive(token)
            token = officer.sign_in(two.qma, "g3", code)
            for _ in range(49):
                two.clock.advance(HOUR / 6)
                alive(token)
            assert not alive(token)
            token = officer.sign_in(two.qma, "g3", code)
            officer.sign_out(two.qma, token)
            assert not alive(token)
            token = officer.sign_in(two.qma, "g3", code)
            officer.retire(two.qma, "g3")
            assert not alive(token)


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_name_is_answered_with_what_was_ignored(door: Door, key: str) -> None:
    """Control and direction characters, emoji, lone surrogates: an answer or a refusal in words."""
    headers = {
        "authorization": f"Bearer {door.tokens['guard']}",
        "content-type": "application/json",
    }
    body = json.dumps(question(names=[HOSTILE[key]])).encode()
    answer = door.client.post("/check", content=body, headers=headers)
    if key in ("controls", "surrogate"):
        assert (answer.status_code, bool(answer.json()["code"])) == (422, True)
    else:
        assert answer.status_code == 200
        assert bool(answer.json()["answers"][0]["ignored"]) >= (key in SAID)
