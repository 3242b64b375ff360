"""What every page owes: a session, a role, a token, limits, headers, errors in plain words."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

from comity.bureau import officer
from comity.bureau.throttle import Throttle
from comity.errors import Unavailable
from comity.record.clock import FixedClock
from comity.web import door
from comity.web.assets import load_assets
from comity.web.desk import Desk, Page, Visit
from comity.web.door import BODY_BYTES_MAX, HEADERS
from comity.web.pages import PAGES
from comity.web.rendering import renderer
from web_visitor import Visitor, static_folder
from world import START, TRAINED, World, world

FILLED = {
    "match": "m-0", "alert": "UTO-0", "entry": "0", "agreement": "none", "pack": "uk.visit",
    "refusal": "r-0",
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Two nodes of which Arcadia is visited."""
    with world(tmp_path / "world") as made:
        yield made


@pytest.fixture
def guest(here: World, tmp_path: Path) -> Visitor:
    """A browser at Arcadia in which nobody is signed in."""
    return Visitor(here.qma, tmp_path / "static")


def address(page: Page) -> str:
    """An address of a page."""
    return page.path.format(**FILLED)


def test_a_session_is_a_strict_cookie_that_no_script_reads(here: World, guest: Visitor) -> None:
    """Signing in gives a cookie HttpOnly, SameSite=Strict, for the whole site, and a first page."""
    code = officer.register(
        here.qma, officer.Officer("marlow", "Ulla Marchbanks", "supervisor", "supervisor", TRAINED)
    )
    sent = {"officer": "marlow", "code": code}
    answer = guest.client.post("/sign-in", data=sent, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    guest.get("/")
    assert guest.title == "Log of this node"
    assert "Ulla Marchbanks" in guest.words


def test_a_wrong_id_and_a_wrong_code_read_the_same(here: World, guest: Visitor) -> None:
    """The sign-in page does not tell who is registered, and names an empty field."""
    officer.register(
        here.qma, officer.Officer("marlow", "Ulla Marchbanks", "bureau", "bureau", TRAINED)
    )
    said = []
    for name in ("marlow", "nobody"):
        guest.post("/sign-in", officer=name, code="0" * 16)
        said.append((guest.page.status_code, guest.errors()))
    assert said[0] == said[1]
    assert said[0][0] == 403
    guest.post("/sign-in", officer="marlow", code="")
    assert (guest.page.status_code, guest.errors()) == (422, ["Error: Enter your sign-in code"])


def test_guessing_is_slowed_for_the_id_alone(here: World, guest: Visitor) -> None:
    """After three wrong codes the id waits, even with the right one; others do not."""
    code = officer.register(
        here.qma, officer.Officer("marlow", "Ulla Marchbanks", "bureau", "bureau", TRAINED)
    )
    for _ in range(5):
        guest.post("/sign-in", officer="marlow", code="wrong")
    guest.post("/sign-in", officer="marlow", code=code)
    assert guest.page.status_code == 429
    assert "wait" in guest.errors()[0]
    guest.post("/sign-in", officer="other", code="wrong")
    assert guest.page.status_code == 403
    here.clock.advance(datetime.timedelta(minutes=3))
    guest.post("/sign-in", officer="marlow", code=code)
    assert guest.title == "Check a traveller"


def test_the_memory_of_wrong_codes_is_bounded() -> None:
    """A flood of invented ids forgets the oldest, and costs no more than that."""
    clock = FixedClock(START)
    slow = Throttle(clock.now, kept=3)
    for name in ("a", "b", "c", "d"):
        for _ in range(4):
            slow.wrong(name)
    slow.hold("a")
    with pytest.raises(Unavailable, match="wait"):
        slow.hold("d")
    slow.right("d")
    slow.hold("d")


@pytest.mark.parametrize("page", [p for p in PAGES if p.roles], ids=lambda p: p.method + p.path)
def test_no_page_opens_without_a_session(guest: Visitor, page: Page) -> None:
    """Whoever is not signed in is sent to the sign-in, and a form does nothing."""
    before = guest.node.ledger.size()
    answer = guest.client.request(page.method, address(page), follow_redirects=False)
    if page.method == "GET":
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    else:
        assert answer.status_code == 403
        assert "sign in again" in answer.text.lower()
    assert guest.node.ledger.size() == before


def test_every_page_keeps_to_its_roles(here: World, tmp_path: Path) -> None:
    """An officer of another role gets 403 and is told which role may."""
    for role in officer.ROLES:
        visitor = Visitor(here.qma, tmp_path / "static").sign_in(role)
        for page in PAGES:
            if page.roles and role not in page.roles:
                answer = visitor.client.request(page.method, address(page))
                assert answer.status_code == 403, (role, page.path)
                assert "role-not-permitted" in answer.text


def test_a_form_without_its_token_does_nothing(guest: Visitor) -> None:
    """A forged form, one of another session or with two tokens, is refused before the act."""
    guest.sign_in("bureau")
    before = guest.node.ledger.size()
    right = guest.csrf
    for token in ("", "0" * 64, [right, right]):
        for page in PAGES:
            if page.method == "POST" and "bureau" in page.roles:
                answer = guest.client.post(address(page), data={"csrf": token})
                assert answer.status_code == 403, page.path
                assert "form-stale" in answer.text
    assert guest.node.ledger.size() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(guest: Visitor, headers: dict[str, str]) -> None:
    """A form that another site sends is refused even with the right token."""
    guest.sign_in("bureau")
    answer = guest.client.post("/doctor", data={"csrf": guest.csrf}, headers=headers)
    assert answer.status_code == 403
    assert "form-foreign" in answer.text


def test_every_response_has_the_security_headers(guest: Visitor) -> None:
    """Pages, redirects, errors and style sheets alike; only style sheets may be kept."""
    answers = [
        guest.client.get("/sign-in"),
        guest.client.get("/check", follow_redirects=False),
        guest.client.get("/nowhere"),
        guest.client.put("/check"),
        guest.client.post("/sign-in", content=b"\xff"),
        guest.client.get("/law/library/nothing"),
    ]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    style = guest.client.get("/static/comity-0.css")
    assert "immutable" in style.headers["cache-control"]
    assert style.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert [a.status_code for a in answers] == [200, 303, 404, 405, 422, 404]


def test_only_built_files_are_served(guest: Visitor) -> None:
    """No other file of the folder, and none outside it, packed where the browser can unpack."""
    packed = guest.client.get("/static/comity-0.css", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == "/* comity-0.css */"
    for name in ("manifest.json", "..%2fpages.py", "%2e%2e/pages.py", ""):
        assert guest.client.get(f"/static/{name}").status_code == 404


def test_too_large_a_body_is_refused_while_it_arrives(guest: Visitor) -> None:
    """At 256 kB it ends with 413, whatever the stated length says; just below it is read."""

    def parts() -> Iterator[bytes]:
        for _ in range(BODY_BYTES_MAX // 1024 + 1):
            yield b"a" * 1024

    guest.page = guest.client.post("/sign-in", content=parts())
    assert guest.page.status_code == 413
    assert "256 kB" in guest.words
    fits = urlencode({"officer": "x", "code": "a" * (BODY_BYTES_MAX - 100)})
    assert guest.client.post("/sign-in", content=fits.encode()).status_code == 403


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"officer=%ff&code=x", b"&".join(b"a=1" for _ in range(300))]
)
def test_what_is_no_form_is_said_so(guest: Visitor, body: bytes) -> None:
    """Bytes that are no form are one plain line, not a traceback."""
    guest.page = guest.client.post("/sign-in", content=body)
    assert guest.page.status_code == 422
    assert "form-unreadable" in guest.words


def test_a_session_ends_by_itself_and_by_hand(here: World, guest: Visitor) -> None:
    """After 15 idle minutes, or signing out, the cookie opens nothing more."""
    guest.sign_in("first-line", "early")
    here.clock.advance(datetime.timedelta(minutes=16))
    assert guest.client.get("/check", follow_redirects=False).status_code == 303
    guest.get("/check")
    assert "Your session has ended" in guest.words
    guest.sign_in("first-line", "late")
    kept = guest.client.cookies.get("comity_session")
    guest.post("/sign-out")
    assert guest.title == "Sign in"
    assert kept
    guest.client.cookies.set("comity_session", kept)
    assert guest.client.get("/check", follow_redirects=False).status_code == 303


def test_a_language_is_chosen_and_remembered(guest: Visitor) -> None:
    """Arabic comes from right to left, stays for the visit, and an unknown tag changes nothing."""
    guest.get("/sign-in?lang=ar")
    assert 'dir="rtl"' in guest.text
    assert "معرّف الموظف" in guest.words
    guest.get("/sign-in")
    assert 'dir="rtl"' in guest.text
    guest.get("/sign-in?lang=../x")
    assert 'dir="rtl"' in guest.text
    guest.get("/sign-in?lang=en")
    assert 'dir="ltr"' in guest.text
    assert "معرّف" not in guest.words


def test_a_store_that_fails_is_unavailable(here: World, tmp_path: Path) -> None:
    """A check that cannot be recorded is not answered: 503 in plain words."""
    visitor = Visitor(here.qma, tmp_path / "static").sign_in("first-line")
    with here.qma.store.write() as conn:
        conn.exec_driver_sql("DROP TABLE check_log")
    visitor.post("/check", surname="Quillfeather", reference="E-1", purpose="border-check")
    assert visitor.page.status_code == 503
    assert visitor.title == "This cannot be done now"
    assert "Quillfeather" not in visitor.text


def test_what_fails_inside_says_nothing_of_what_was_typed(
    here: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is a page in plain words; the log has the place and nothing typed."""

    def broken(visit: Visit) -> Response:
        raise KeyError(visit.typed("surname"))

    render = renderer(load_assets(static=static_folder(tmp_path / "static")))
    desk = Desk(here.qma, render)
    route = door.route(desk, Page("/broken", broken, roles=(), method="POST"))
    client = TestClient(Starlette(routes=[route]))
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/broken", data={"surname": "Quillfeather"})
    assert answer.status_code == 500
    assert "This node failed" in answer.text
    assert "Quillfeather" not in answer.text + caplog.text
    assert "page /broken: KeyError at broken" in caplog.text


TYPED = st.text(
    alphabet=st.sampled_from("P<UTO0123ABZ\n\r\"'&;<>%\x00\u202e\u0661é漢 -/"), max_size=90
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(
    st.sampled_from(("mrz", "surname", "forenames", "birth_day", "birth_month", "birth_year",
                     "nationality", "document", "reference", "purpose", "reading", "origin",
                     "protection")), TYPED))  # fmt: skip
def test_whatever_is_typed_gets_a_page(
    tmp_path_factory: pytest.TempPathFactory, form: dict[str, str]
) -> None:
    """Any text in any field gives an answer or the form with what is wrong; never a failure."""
    visitor = _visitor(tmp_path_factory)
    visitor.get("/check")
    visitor.post("/check", **form)
    assert visitor.page.status_code in (200, 422)
    assert "<script>" not in visitor.text.replace('<script type="module"', "")


_KEPT: dict[str, Visitor] = {}


def _visitor(factory: pytest.TempPathFactory) -> Visitor:
    # One node for all examples: what they leave in its log does not matter here.
    if "one" not in _KEPT:
        folder = factory.mktemp("typed")
        manager = world(folder / "world")
        _KEPT["one"] = Visitor(manager.__enter__().qma, folder / "static").sign_in("first-line")
    return _KEPT["one"]
