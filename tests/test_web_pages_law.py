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
    assert anybody.page.status_code == 404


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


def test_what_changed_between_two_dates_is_shown_with_its_text(anybody: Visitor) -> None:
    """Vanuatu lost the exemption, Kosovo gained it: whom, from what to what, by which act."""
    anybody.get("/law/changes?pack=eu.short-stay&before=2022-01-01&after=2025-06-01")
    table = anybody.words.partition("For whom the answer became another")[2]
    assert re.search(r"exempt visa\.annex-II required visa\.annex-I VUT Vanuatu", table)
    assert re.search(r"required visa\.annex-I exempt visa\.annex-II RKS Kosovo", table)
    assert "Reg (EU) 2025/11" in table
    assert "visa.serbia-coordination" in table
    assert "encoded, not reviewed" in anybody.words
    anybody.get("/law/changes?pack=eu.short-stay&before=2026-01-02&after=2026-01-02")
    assert "For nobody" in anybody.words
    assert "No rule began or ended" in anybody.words


def test_clauses_say_blocked_conflict_and_the_way_out(anybody: Visitor) -> None:
    """What the Entry/Exit System may give a third country: nothing, but by the way out."""
    anybody.get("/law/clauses?giver=eu.ees-data&receiver=gh.entry&on=2026-11-23")
    assert anybody.states == ["not-permitted"]
    assert "Way out:" in anybody.words
    assert "a return decision has been issued, is not suspended" in anybody.words
    for state in ("blocked", "conflict", "silent"):
        assert f'href="#{state}"' in anybody.text
        assert f'id="{state}"' in anybody.text
    anybody.get("/law/clauses?giver=eu.ees-data&receiver=eu.sis-data&on=2026-11-23")
    assert anybody.states == ["match"]
    assert "COMPATIBLE" in anybody.words
    anybody.get("/law/clauses?giver=gh.entry&receiver=eu.sis-data&on=2026-11-23")
    assert anybody.page.status_code == 422
    assert 'href="#giver"' in anybody.text


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/law/changes?before=2022-02-30&after=x", ["before", "after"]),
        ("/law/changes?question=mood&before=2022-01-01", ["question"]),
        ("/law/clauses?on=29%20February", ["on"]),
        ("/law/library/uk.visit?on=2026-02-29", ["on"]),
        ("/law/sweep/uk.visit?on=%3Cscript%3E", ["on"]),
        ("/law/compare?on=2026-13-01&first=gh.entry", ["on"]),
    ],
)
def test_a_day_that_is_none_comes_back_with_its_field(
    anybody: Visitor, address: str, fields: list[str]
) -> None:
    """The page stands, the summary links to the field, what was typed and chosen is kept."""
    anybody.get(address)
    assert anybody.page.status_code == 422
    assert "There is a problem" in anybody.words
    for name in fields:
        assert f'href="#{name}"' in anybody.text
        assert f'id="{name}"' in anybody.text
    assert "<script>" not in anybody.text
    if "first=gh.entry" in address:
        assert 'value="gh.entry" selected' in anybody.text
        assert 'value="2026-13-01"' in anybody.text


def test_the_matrix_of_a_sweep_is_one_table_that_says_what_its_words_mean(
    anybody: Visitor,
) -> None:
    """Every nationality stands in one row, every document in one column, each mark in words."""
    anybody.get("/law/sweep/eu.short-stay?on=2026-11-23")
    matrix = anybody.text.partition("comity-matrix")[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row".*?</th>', matrix, re.DOTALL)
    named = [re.sub(r"<summary>.*?</summary>", "", row, flags=re.DOTALL) for row in rows]
    codes = re.findall(r'comity-mono" dir="ltr">([A-Z]{1,3})<', " ".join(named))
    assert len(codes) == len(set(codes)) > 200
    assert 5 <= len(rows) <= 20, "treated alike stands together"
    columns = len(re.findall('<th scope="col"', matrix)) - 1
    assert len(re.findall("<td", matrix)) == columns * len(rows)
    legend = anybody.text.partition("comity-legend")[2].partition("</dl>")[0]
    shown = set(re.findall(r"comity-law--([a-z-]+)", matrix))
    assert shown <= set(re.findall(r"comity-law--([a-z-]+)", legend))
    assert "exempt / " in re.sub(r"<[^>]+>|\s+", " ", matrix).replace("  ", " ")


def test_a_comparison_says_who_and_what_each_would_have_to_change(anybody: Visitor) -> None:
    """Those treated differently come first; duties name nationalities; a chart with its table."""
    anybody.get("/law/compare?first=eu.short-stay&second=uk.visit&on=2026-11-23")
    table = anybody.text.partition("comity-classes")[2].partition("</table>")[0]
    marks = re.findall(r'comity-classes__mark">(\w+)<', table)
    assert marks == sorted(marks, key=lambda mark: mark == "alike")
    assert {"differs", "alike"} == set(marks)
    duties = anybody.words.partition("What each would have to change")[2]
    easier = re.search(r"Make it easier for (\d+) : ([A-Z ]+) Make it harder for (\d+)", duties)
    assert easier is not None
    assert len(easier[2].split()) == int(easier[1])
    chart = anybody.text.partition('<svg class="comity-chart"')[2].partition("</svg>")[0]
    said = re.findall(r">(\d+%)</text>", chart)[2:]
    years = anybody.text.partition("by date</caption>")[2].partition("</table>")[0]
    assert said == re.findall(r">(\d+%)<", years)
    assert len(said) == 6


def test_a_file_may_be_sent_instead_of_typing(anybody: Visitor) -> None:
    """A proposal and a table of stays are uploaded without a script; what is no text is refused."""
    draft = b'law = "eu.short-stay"\ntitle = "no Annex II"\nrepeal = ["visa.annex-II"]\n'
    shown = {"first": "eu.short-stay", "second": "uk.visit", "on": "2026-11-23"}
    headers = {"origin": "http://testserver"}
    answer = anybody.client.post(
        "/law/compare", data=shown, files={"proposal-file": ("a.toml", draft)}, headers=headers
    )
    assert answer.status_code == 200
    assert "What the proposal would change" in answer.text
    assert "no Annex II" in answer.text, "it stands in the field, to be changed"
    asked = {"pack": "eu.short-stay", "on": "2026-11-23"}
    for table in (b"entry,exit\n2026-11-01,2026-11-10\n",
                  b"\xef\xbb\xbfentry,exit\r\n2026-11-01,2026-11-10\r\n"):  # fmt: skip
        answer = anybody.client.post(
            "/law/stay", data=asked, files={"table-file": ("s.csv", table)}, headers=headers
        )
        assert "80 days left on" in answer.text
    for wrong in (b"\xff\xfe\x00", b"\0", b"%PDF-1.7\n\xe2\xe3"):
        answer = anybody.client.post(
            "/law/stay", data=asked, files={"table-file": ("s.csv", wrong)}, headers=headers
        )
        assert answer.status_code == 422
        assert "is not a form" in answer.text
    huge = b"entry,exit\n" + b"2026-11-01,2026-11-10\n" * 20_000
    answer = anybody.client.post(
        "/law/stay", data=asked, files={"table-file": ("s.csv", huge)}, headers=headers
    )
    assert answer.status_code == 413


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=300), boundary=st.text("abc-'\"; =", max_size=12))
def test_whatever_is_uploaded_gets_a_page(anybody: Visitor, body: bytes, boundary: str) -> None:
    """No body and no boundary of a form with files brings the node down."""
    kind = f"multipart/form-data; boundary={boundary}"
    framed = b"--" + boundary.encode() + b'\r\ncontent-disposition: form-data; name="on"\r\n\r\n'
    for sent in (body, framed + body, framed + body + b"\r\n--" + boundary.encode() + b"--\r\n"):
        headers = {"origin": "http://testserver", "content-type": kind}
        answer = anybody.client.post("/law/stay", content=sent, headers=headers)
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ({"entry_3": "2026-06-20", "exit_3": "2026-06-10"}, "exit-3"),
        ({"entry_1": "2026-06-01", "exit_1": "2026-06-10", "entry_4": "2026-02-29"}, "entry-4"),
        ({"entry_2": "2026-06-01", "exit_2": "June"}, "exit-2"),
        ({"entry_2": "2026-06-01", "on": "2026-02-30"}, "on"),
        ({"entry_2": "2026-06-01", "nationality": "ZZZ"}, "nationality"),
        ({"table": "entry,exit\n2026-06-01,2026-06-10\n2026-07-01,x\n"}, "table"),
    ],
)
def test_an_error_in_the_stays_is_linked_to_its_row(
    anybody: Visitor, rows: dict[str, str], field: str
) -> None:
    """The row and the cell as typed, though rows between were left empty; the line of a table."""
    anybody.get("/law/stay")
    anybody.post("/law/stay", **{"pack": "eu.short-stay", "on": "2026-11-23", **rows})
    assert anybody.page.status_code == 422
    assert f'href="#{field}"' in anybody.text
    assert re.search(rf'id="{field}-error"', anybody.text)
    assert all(value.strip() in anybody.text for value in rows.values())
    if field == "table":
        assert "line 3" in anybody.words


def test_both_readings_of_an_overstay_and_what_disputes_the_count_are_shown(
    anybody: Visitor,
) -> None:
    """Excess at control, days in breach; where stamp and record differ, what prevails."""
    table = ("entry,exit,evidence\n2026-05-28,2026-11-20,stamp\n"
             "2026-05-28,2026-11-18,record with biometrics\n")  # fmt: skip
    anybody.get("/law/stay")
    anybody.post("/law/stay", pack="eu.short-stay", on="2026-11-23", table=table)
    assert "Overstay: excess at control 85" in anybody.words
    assert "Overstay: days in breach 85" in anybody.words
    assert "Days in breach: all days of stay on which the limit was exceeded" in anybody.words
    disputed = anybody.words.partition("Where stamps and records differ")[2]
    assert "2026-11-20 the record" in re.sub(r"\s+", " ", disputed)
    assert re.search(r'<img class="comity-window"[^>]*alt="[^"]*175 days used', anybody.text)


def test_rules_have_anchors_that_others_point_to(anybody: Visitor) -> None:
    """The contents lead to each rule, and so do the names of rules that beat one another."""
    for name in law.pack_names():
        anybody.get(f"/law/library/{name}?on=2026-11-23")
        ids = re.findall(r' id="([^"]+)"', anybody.text)
        links = re.findall(r'href="#([^"]+)"', anybody.text)
        assert len(ids) == len(set(ids))
        assert set(links) <= set(ids) | {"main"}
        assert {rule.id for rule in law.load_pack(name).rules} <= set(links)


def test_rules_are_found_by_their_words(anybody: Visitor) -> None:
    """All words, in any case, in name, article, text or condition; none found is said."""
    anybody.get("/law/library/eu.short-stay?on=2026-11-23&find=ANNEX%20ii%20visa.annex")
    shown = re.findall(r'aria-label="Rule ([^"]+)"', anybody.text)
    assert "visa.annex-II" in shown
    assert len(shown) < len(law.load_pack("eu.short-stay").rules) / 2
    anybody.get("/law/library/eu.short-stay?find=%3Cscript%3E")
    assert not re.findall(r'aria-label="Rule ', anybody.text)
    assert "0 /" in anybody.words
    assert "<script>" not in anybody.text


@pytest.mark.parametrize(
    "address",
    ["/law", "/law/stay", "/law/library", "/law/compare", "/law/changes", "/law/clauses",
     "/law/sweep/uk.visit", "/law/library/uk.visit"],
)  # fmt: skip
def test_the_frame_of_the_law_pages_is_read_in_arabic(anybody: Visitor, address: str) -> None:
    """Heading and tabs are Arabic, the page runs from right to left, law texts stay English."""
    try:
        anybody.get(f"{address}?lang=ar&on=2026-11-23")
        assert 'dir="rtl"' in anybody.text
        tabs = anybody.text.partition('class="comity-tabs')[2].partition("</nav>")[0]
        assert not re.search(r">[A-Za-z ]+</a>", tabs)
        if not address.endswith("uk.visit"):
            assert re.search("[\u0600-\u06ff]", anybody.title)
    finally:
        anybody.get("/law?lang=en")


@pytest.mark.parametrize(
    "address",
    [
        "/law?pack=none&nationality=GEO",
        "/law/changes?pack=none",
        "/law/clauses?giver=none",
        "/law/clauses?receiver=none",
        "/law/compare?first=none&second=uk.visit",
        "/law/compare/matrix.csv?first=eu.short-stay&second=none",
    ],
)
def test_no_other_law_answers_for_one_that_is_not_here(anybody: Visitor, address: str) -> None:
    """A name that is no pack's is not found, on every page: never another law in its place."""
    assert anybody.get(address).status_code == 404


def test_days_are_not_counted_under_another_law(anybody: Visitor) -> None:
    """The form says that there is no such law."""
    anybody.get("/law/stay")
    answer = anybody.post("/law/stay", pack="none", on="2026-11-23", entry_1="2026-11-01")
    assert answer.status_code == 422
    assert "There is a problem No law pack of this name" in anybody.words
    assert "days left" not in anybody.words


def test_the_tiles_count_what_the_table_shows(anybody: Visitor) -> None:
    """Codes that state no nationality are not compared, so they are not counted either."""
    anybody.get("/law/compare?first=eu.short-stay&second=uk.visit&on=2026-11-23")
    assert "Nationalities 205" in anybody.words
    assert "Treated differently 29" in anybody.words


def test_a_comparison_says_which_law_is_silent_on_the_day(anybody: Visitor) -> None:
    """Beside the share, not hidden in it."""
    anybody.get("/law/compare?first=eu.short-stay&second=uk.visit&on=2015-01-01")
    assert "uk.visit: the pack speaks from" in anybody.words
    assert "eu.short-stay: the pack speaks from" not in anybody.words
