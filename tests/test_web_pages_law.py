"""The law pages: asked by anybody, answered with article and text, no path read but a pack's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.bureau import law
from web_visitor import Visitor
from world import world


@pytest.fixture(scope="module")
def anybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody who is not signed in."""
    folder = tmp_path_factory.mktemp("law")
    with world(folder / "world") as made:
        yield Visitor(made.qma, folder / "static")


def test_the_law_answers_with_its_article(anybody: Visitor) -> None:
    """Outcome, article, text, the facts used, what is presumed, and three audiences."""
    anybody.get("/law?pack=eu.short-stay&nationality=geo&document=ordinary&biometric=yes"
                "&on=2026-11-23")  # fmt: skip
    assert "Is a visa needed? Exempt" in anybody.words
    assert "Nationals of third countries listed in Annex II" in anybody.words
    assert "nationality is GEO" in anybody.words
    assert "Annex for a court" in anybody.words
    assert "You do not need a visa" in anybody.words
    assert anybody.states == ["no-match"]


def test_what_is_missing_is_asked_for(anybody: Visitor) -> None:
    """Without a fact that decides, the outcome is open and its question stands there."""
    anybody.get("/law?pack=eu.short-stay&nationality=GEO&document=ordinary&on=2026-11-23")
    assert anybody.states == ["match"]
    assert "Does the document hold a chip" in anybody.words
    assert "Could be exempt or required" in anybody.words


@pytest.mark.parametrize(
    "query",
    ["nationality=ZZZ", "nationality=GEO&on=yesterday", "document=paper",
     "nationality=%3Cscript%3E",
     "nationality=GEO&question=mood"],
)  # fmt: skip
def test_a_fact_that_is_none_is_said_so(anybody: Visitor, query: str) -> None:
    """The form comes back with the error and what was typed, escaped."""
    anybody.get(f"/law?pack=eu.short-stay&{query}")
    assert anybody.page.status_code == 422
    assert "There is a problem" in anybody.words
    assert "<script>" not in anybody.text


def test_days_of_stay_are_counted_from_rows_and_from_a_table(anybody: Visitor) -> None:
    """Used, left and last lawful day; a range where an exit is missing; the window as a picture."""
    anybody.get("/law/stay")
    rows = {"entry_1": "2026-06-10", "exit_1": "2026-06-20", "entry_2": "2026-11-01"}
    anybody.post("/law/stay", pack="eu.short-stay", on="2026-11-23", exit_2="2026-11-10", **rows)
    assert "80 days left on 2026-11-23" in anybody.words
    anybody.post("/law/stay", pack="eu.short-stay", on="2026-11-23", **rows)
    assert "to" in anybody.words.partition("Days left")[2][:20]
    assert "An exit is missing" in anybody.words
    assert 'src="data:image/svg+xml;base64,' in anybody.text
    table = "entry,exit,title\n2026-06-10,2026-06-20,residence permit\n"
    anybody.post("/law/stay", pack="eu.short-stay", on="2026-11-23", table=table)
    assert "90 days left" in anybody.words


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"on": "2026-11-23", "entry_1": "2026-06-20", "exit_1": "2026-06-10"}, "exit"),
        ({"on": "2026-02-30", "entry_1": "2026-06-20"}, ""),
        ({"on": "2026-11-23", "table": "a,b\n1,2"}, "column"),
        ({"on": "2026-11-23", "entry_1": '"'}, ""),
    ],
)
def test_stays_that_cannot_be_are_said_so(
    anybody: Visitor, fields: dict[str, str], said: str
) -> None:
    """What is wrong, with its line, and what was typed."""
    anybody.get("/law/stay")
    anybody.post("/law/stay", pack="eu.short-stay", **fields)
    assert anybody.page.status_code == 422
    assert said in " ".join(anybody.errors()).lower()


def test_every_pack_is_read_in_the_library(anybody: Visitor) -> None:
    """Each rule beside its article, with dates and status; only packs, never a path."""
    anybody.get("/law/library")
    names = re.findall(r'href="/law/library/([a-z.-]+)"', anybody.text)
    assert sorted(names) == law.pack_names()
    for name in names:
        anybody.get(f"/law/library/{name}")
        assert anybody.page.status_code == 200
        assert "encoded, not reviewed" in anybody.words
    for path in ("..%2F..%2Fetc", "%2Fetc", "eu.short-stay%2F.."):
        assert anybody.client.get(f"/law/library/{path}").status_code in (404, 422)


def test_a_law_is_swept_and_two_are_compared(anybody: Visitor) -> None:
    """Outcomes and gaps of every profile; who is treated how under two laws; both as CSV."""
    anybody.get("/law/sweep/uk.visit?on=2026-11-23")
    assert "profiles" in anybody.words
    sheet = anybody.client.get("/law/sweep/uk.visit/matrix.csv?on=2026-11-23").text
    assert sheet.startswith("nationality,document,biometric,outcome,rule,cite\n")
    anybody.get("/law/compare?first=eu.short-stay&second=uk.visit&on=2026-11-23")
    assert "Treated alike" in anybody.words
    assert "This describes and recommends nothing" in anybody.words
    address = anybody.link(r"/law/compare/matrix\.csv[^\"]+").replace("&amp;", "&")
    rows = anybody.client.get(address).text.splitlines()
    assert len(rows) > 190
    assert any(row.startswith("GEO,Georgia,exempt,") for row in rows)
    anybody.get("/law/sweep/eu.sis-data")
    assert anybody.page.status_code == 422
    anybody.get("/law/compare?first=../x&second=uk.visit&on=2026-11-23")
    assert anybody.page.status_code == 200


def test_a_proposal_shows_who_gains_and_who_loses(anybody: Visitor) -> None:
    """A draft is tried on the page and changes nothing; one that is none comes back, as typed."""
    anybody.get("/law/compare?first=eu.short-stay&second=uk.visit&on=2026-11-23")
    shown = {"first": "eu.short-stay", "second": "uk.visit", "on": "2026-11-23"}
    draft = 'law = "eu.short-stay"\ntitle = "no Annex II"\nrepeal = ["visa.annex-II"]\n'
    anybody.post("/law/compare", **shown, proposal=draft)
    assert anybody.page.status_code == 200
    assert "What the proposal would change" in anybody.words
    assert "Easier for 0" in anybody.words
    for wrong in ("", "law = 1", 'law = "gh.entry"', draft.replace("visa.annex-II", "visa.none")):
        anybody.post("/law/compare", **shown, proposal=wrong)
        assert anybody.page.status_code == 422
        assert "There is a problem" in anybody.words
        assert "What the proposal would change" not in anybody.words


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pack=st.text(max_size=20),
    on=st.text(max_size=12),
    value=st.text(max_size=30),
    question=st.text(max_size=12),
)
def test_whatever_is_asked_gets_a_page(
    anybody: Visitor, pack: str, on: str, value: str, question: str
) -> None:
    """Any pack, day, fact or question gives an answer or a plain error."""
    asked = {"pack": pack, "on": on, "nationality": value, "question": question}
    for address in ("/law", "/law/compare"):
        answer = anybody.client.get(address, params=asked)
        assert answer.status_code in (200, 404, 422)
