"""The bureau's and the supervisor's pages: alerts, holders, log, evidence, agreements, health."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.bureau import alert, lawbook
from comity.bureau.law import law_folder
from web_visitor import Visitor, kinds_since
from world import CLERK, OTHER, PERSON, World, draft, world

FORM = {
    "category": "entry-refusal-ban",
    "surname": "Neverwas",
    "forenames": "Ida",
    "birth_year": "1980",
    "nationality": "QZZ",
    "document": "ZQ7700001",
    "issuer": "QZZ",
    "sex": "F",
    "authority": "Ministry of the Interior of Utopia",
    "decision": "MOI/2026/7",
    "decided_day": "2",
    "decided_month": "1",
    "decided_year": "2026",
    "basis": "entry-ban",
    "reason": "entry ban after an enforced return",
    "proportionality": "no lighter measure would serve",
}

ALLOWED = 'to      = ["third-country", "member-state-system"]\nallowed = true'
FORBIDDEN = ALLOWED.replace("true", "false")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Two nodes."""
    with world(tmp_path / "world") as made:
        yield made


@pytest.fixture
def bureau(here: World, tmp_path: Path) -> Visitor:
    """A bureau officer of Utopia, which issues."""
    return Visitor(here.uto, tmp_path / "static").sign_in("bureau")


@pytest.fixture
def supervisor(here: World, tmp_path: Path) -> Visitor:
    """A supervisor of Utopia."""
    return Visitor(here.uto, tmp_path / "static").sign_in("supervisor")


def issued(bureau: Visitor) -> str:
    """Issue an alert through form and review; its address."""
    bureau.get("/alerts/new")
    bureau.post("/alerts/review", **FORM)
    assert bureau.title.endswith("Review the alert before you issue it"), bureau.errors()
    bureau.post("/alerts", **FORM)
    return str(bureau.page.url.path)


def test_an_alert_is_reviewed_before_it_is_issued(here: World, bureau: Visitor) -> None:
    """The review says what will happen and who receives it, and leaves no trace by itself."""
    bureau.get("/alerts/new")
    start = here.uto.ledger.size()
    bureau.post("/alerts/review", **FORM)
    assert "QMA receives a copy under training-entry" in bureau.words
    assert "refuse entry and stay" in bureau.words
    assert here.uto.ledger.size() == start
    bureau.post("/alerts/new", **FORM)
    assert 'value="Neverwas"' in bureau.text
    place = issued(bureau)
    assert kinds_since(here.uto, start) == ["alert:issued", "alert:opened"]
    assert "Ida Neverwas" in bureau.words
    here.sync()
    assert here.holds(here.qma, place.rpartition("/")[2])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Enter the reason for the alert"),
        ({"category": ""}, "Choose what the alert is for"),
        ({"category": "curiosity"}, "Unknown alert category"),
        ({"birth_year": "", "document": "", "issuer": ""}, "minimum data"),
        ({"birth_year": "19"}, "Enter a year with four digits"),
        ({"nationality": "ZZZ"}, "Not an ICAO 9303 country code"),
        ({"decided_year": "2099"}, "the decision lies in the future"),
        ({"decided_day": ""}, "Enter the date of the decision"),
        ({"basis": "mood"}, "unknown warning or basis"),
        ({"warnings": "angry"}, "unknown warning or basis"),
    ],
)
def test_a_draft_that_breaks_a_rule_comes_back(
    here: World, bureau: Visitor, changes: dict[str, str], said: str
) -> None:
    """With the rule at its field and everything typed; the act refuses it as well."""
    bureau.get("/alerts/new")
    start = here.uto.ledger.size()
    for address in ("/alerts/review", "/alerts"):
        bureau.post(address, **(FORM | changes))
        assert bureau.page.status_code == 422
        assert said.lower() in " ".join(bureau.errors()).lower()
        assert 'value="Neverwas"' in bureau.text
    assert here.uto.ledger.size() == start


def test_several_warnings_are_kept(bureau: Visitor) -> None:
    """Ticked boxes share one name."""
    bureau.get("/alerts/new")
    bureau.post("/alerts", **FORM, warnings=["armed", "violent"])
    assert "armed" in bureau.words
    assert "violent" in bureau.words


def test_an_alert_is_extended_after_an_assessment(here: World, bureau: Visitor) -> None:
    """Too short an assessment or too long a period comes back; the right one moves the review."""
    place = issued(bureau)
    bureau.post(f"{place}/extend", assessment="too short", until_day="1", until_month="2",
                until_year="2031")  # fmt: skip
    assert bureau.page.status_code == 422
    assert "too short" in bureau.text
    words = "the person is still sought, and nothing lighter would serve"
    bureau.post(f"{place}/extend", assessment=words, until_day="1", until_month="2",
                until_year="2099")  # fmt: skip
    assert "not a longer period" in " ".join(bureau.errors()).lower()
    bureau.post(f"{place}/extend", assessment=words, until_day="32", until_month="2",
                until_year="2031")  # fmt: skip
    assert bureau.page.status_code == 422
    bureau.post(f"{place}/extend", assessment=words, until_day="1", until_month="2",
                until_year="2031")  # fmt: skip
    assert bureau.page.status_code == 200
    assert "review due 2031-02-01" in bureau.words
    assert here.uto.ledger.size()


def test_an_alert_is_withdrawn_with_event_and_reason(here: World, bureau: Visitor) -> None:
    """Both are asked for; then its content is gone, and its holders have yet to acknowledge."""
    place = issued(bureau)
    here.sync()
    for fields in ({"event": "decision-withdrawn"}, {"reason": "lifted"},
                   {"event": "mood", "reason": "lifted"}):  # fmt: skip
        bureau.post(f"{place}/withdraw", **fields)
        assert bureau.page.status_code == 422
        assert all(value in bureau.text for value in fields.values() if value != "mood")
    bureau.post(f"{place}/withdraw", event="decision-withdrawn", reason="the court lifted it")
    assert "its key was destroyed" in bureau.words
    assert "Neverwas" not in bureau.text
    assert "on its way" in bureau.words
    bureau.post(f"{place}/withdraw", event="decision-withdrawn", reason="the court lifted it")
    assert bureau.page.status_code in (404, 409)


def test_a_copy_is_listed_but_not_opened(here: World, tmp_path: Path) -> None:
    """The bureau of a holder sees that an alert is held, never its content outside a question."""
    made = here.issue(PERSON)
    holder = Visitor(here.qma, tmp_path / "static").sign_in("bureau")
    holder.get("/alerts")
    assert "copy from UTO" in holder.words
    holder.get(f"/alerts/{made.id}")
    assert "only in the answer to a lawful question" in holder.words
    assert "Quillfeather" not in holder.text
    assert "/withdraw" not in holder.text
    holder.post(f"/alerts/{made.id}/withdraw", event="decision-withdrawn", reason="not ours")
    assert holder.page.status_code == 403


def test_a_hit_told_by_a_holder_stands_with_the_alert(here: World, bureau: Visitor) -> None:
    """The issuer's bureau sees which peer confirmed a hit, when, and at what kind of check."""
    made = here.issue(PERSON)
    here.hit()
    here.sync()
    bureau.get(f"/alerts/{made.id}")
    assert "Hits told by holders QMA" in bureau.words
    assert "border check" in bureau.words


def test_what_is_overdue_stands_first(here: World, bureau: Visitor) -> None:
    """A holder who does not acknowledge a withdrawal in time is named above the list (R18)."""
    made = here.issue(PERSON)
    here.to_qma.up = here.to_uto.up = False
    alert.withdraw(here.uto, CLERK, made.id, event="decision-withdrawn", reason="lifted")
    bureau.get("/alerts")
    assert "Overdue" not in bureau.words
    here.clock.advance(datetime.timedelta(hours=13))
    bureau.sign_in("bureau", "later")
    bureau.get("/alerts")
    assert "Overdue: holders who have not acknowledged" in bureau.words
    assert bureau.text.index(made.id) < bureau.text.index("comity-filter")
    bureau.get(f"/alerts/{made.id}")
    assert "overdue" in bureau.words


def test_the_list_pages_by_review_date(here: World, bureau: Visitor) -> None:
    """Fifty to a page, each once, and an address that is no page says so."""
    drafts = [draft(PERSON, local_id=f"n{number:03d}") for number in range(70)]
    alert.issue(here.uto, CLERK, [alert.draft(here.uto, one) for one in drafts])
    seen = []
    bureau.get("/alerts?state=issued&whose=own")
    while True:
        seen += re.findall(r'href="/alerts/(UTO-n\d+)"', bureau.text)
        more = re.search(r'href="(/alerts\?[^"]*after=[^"]+)"', bureau.text)
        if not more:
            break
        bureau.get(more[1].replace("&amp;", "&"))
    assert sorted(seen) == sorted(f"UTO-n{number:03d}" for number in range(70))
    bureau.get("/alerts?after=tomorrow/UTO-n001")
    assert bureau.page.status_code == 422
    bureau.get("/alerts/UTO-none")
    assert bureau.page.status_code == 404
    bureau.get("/alerts?state=withdrawn")
    assert "No alerts of this kind" in bureau.words


def test_the_log_shows_figures_and_entries_without_persons(
    here: World, supervisor: Visitor
) -> None:
    """Every kind of entry, filtered and paged; no name, number or date of birth."""
    for number in range(60):
        alert.issue(here.uto, CLERK,
                    [alert.draft(here.uto, draft(OTHER, local_id=f"n{number}"))])  # fmt: skip
    supervisor.get("/log")
    assert "Alerts in force" in supervisor.words
    assert len(re.findall(r'href="/log/\d+"', supervisor.text)) == 50
    supervisor.get(supervisor.link(r"/log\?[^\"]*before=\d+").replace("&amp;", "&"))
    assert 'href="/log/0"' in supervisor.text
    supervisor.get("/log?kind=officer")
    assert set(re.findall(r">([a-z-]+):[a-z]+<", supervisor.text)) == {"officer"}
    for secret in ("Umberfield", "ZQ9930174", "1988-09-30"):
        assert secret not in supervisor.text
    supervisor.get("/log?kind=nothing&before=x")
    assert supervisor.page.status_code == 422


def test_an_entry_is_proved_and_its_evidence_taken_for_a_purpose(
    here: World, supervisor: Visitor
) -> None:
    """The proof is the ledger's; opening the sealed part needs a purpose, and is recorded."""
    here.issue(PERSON)
    number = next(
        line.seq for line in here.uto.ledger.entries(0, here.uto.ledger.size())
        if line.kind == "alert:issued"
    )  # fmt: skip
    supervisor.get(f"/log/{number}")
    assert "Quillfeather" not in supervisor.text
    proof = supervisor.client.get(f"/log/{number}/proof")
    assert proof.content == here.uto.ledger.proof(number)
    assert supervisor.client.get("/log/checkpoint").content == here.uto.ledger.checkpoint()
    start = here.uto.ledger.size()
    supervisor.post(f"/log/{number}/evidence")
    assert "attachment" in supervisor.page.headers["content-disposition"]
    assert here.uto.ledger.size() == start
    supervisor.get(f"/log/{number}")
    supervisor.post(f"/log/{number}/evidence", opened="yes", purpose="why not")
    assert supervisor.page.status_code == 422
    assert here.uto.ledger.size() == start
    supervisor.post(f"/log/{number}/evidence", opened="yes", purpose="court of Utopia, case 12/26")
    assert supervisor.page.headers["content-disposition"].endswith('.comity-evidence"')
    assert kinds_since(here.uto, start) == ["evidence:opened"]
    for missing in ("/log/99999", "/log/-1", "/log/x"):
        assert supervisor.client.get(missing).status_code in (404, 422)


def test_an_agreement_is_read_article_by_article(bureau: Visitor) -> None:
    """Texts, parties, who signed, dates, status, and what each authority may see."""
    bureau.get("/agreements")
    assert "encoded, not reviewed" in bureau.words
    bureau.get(bureau.link("/agreements/training-entry"))
    assert "Border guards may ask for the alerts of the other party" in bureau.words
    assert "UTO, QMA" in bureau.words
    assert "2028-12-31" in bureau.words
    assert bureau.text.count("comity-access__cell--yes") > 10
    bureau.get("/agreements/nothing")
    assert bureau.page.status_code == 404


def test_health_is_looked_at_when_asked(here: World, bureau: Visitor) -> None:
    """The page opens at once; a button looks, and what needs a person stands first."""
    bureau.get("/doctor")
    assert "Look now" in bureau.words
    here.to_qma.up = False
    bureau.post("/doctor")
    assert "need a person" in bureau.words or "needs a person" in bureau.words
    assert bureau.words.index("witness") < bureau.words.index("all verified")


def test_the_calls_for_systems_are_described(bureau: Visitor) -> None:
    """Every call with method, fields, an example, and the address of the description."""
    bureau.get("/api")
    assert "POST /check" in bureau.words
    assert "GET /status" in bureau.words
    assert "/api/v1/openapi.json" in bureau.text
    assert "&#34;purpose&#34;" in bureau.text
    assert "list of integer" in bureau.words


def test_r59_a_contested_alert_is_restricted_and_released_on_its_page(
    here: World, bureau: Visitor
) -> None:
    """Ground and reason are asked for; the page says what holds; the holder no longer matches."""
    made = here.issue(PERSON)
    place = f"/alerts/{made.id}"
    bureau.get(place)
    for fields in ({"ground": "restrict:contested"}, {"why": "a complaint was lodged"},
                   {"ground": "restrict:mood", "why": "a complaint was lodged"},
                   {"ground": "restrict:contested", "why": "short"}):  # fmt: skip
        bureau.post(f"{place}/restrict", **fields)
        assert bureau.page.status_code == 422
        assert all(one in bureau.text for one in fields.values() if ":mood" not in one)
    bureau.post(f"{place}/restrict", ground="restrict:contested", why="a complaint was lodged")
    assert "Restricted: the person contests it" in bureau.words
    here.sync()
    assert here.ask().state == "no-match"
    bureau.post(f"{place}/restrict", ground="lift:contested", why="examined and found right")
    assert "Restricted:" not in bureau.words
    here.sync()
    assert here.ask().state == "match"


def test_a_holder_restricts_its_copy_and_the_issuers_page_says_so(
    here: World, bureau: Visitor, tmp_path: Path
) -> None:
    """The copy's page restricts without opening it; the issuer reads who did, not why."""
    made = here.issue(PERSON, category="missing-protect")
    holder = Visitor(here.qma, tmp_path / "static").sign_in("bureau")
    why = "her own government seeks her"
    holder.get(f"/alerts/{made.id}")
    holder.post(f"/alerts/{made.id}/restrict", ground="restrict:flagged", why=why)
    assert "Restricted: giving effect to it here" in holder.words
    assert "Quillfeather" not in holder.text
    here.sync()
    bureau.get(f"/alerts/{made.id}")
    assert "Restricted by holders QMA flagged" in bureau.words
    assert why not in bureau.words


def test_the_law_that_keeps_an_alert_back_is_said_before_and_after(
    here: World, bureau: Visitor, tmp_path: Path
) -> None:
    """The review names the article and who receives nothing; the agreement's page lists it."""
    shutil.copytree(law_folder() / "uto.data", tmp_path / "law")
    clauses = tmp_path / "law" / "clauses.toml"
    clauses.write_text(clauses.read_text("utf-8").replace(ALLOWED, FORBIDDEN), "utf-8")
    bureau.get("/agreements/training-entry")
    assert "It lets out every category of this agreement" in bureau.words
    lawbook.sign(here.uto, str(tmp_path / "law"))
    bureau.get("/alerts/new")
    bureau.post("/alerts/review", **FORM)
    assert "QMA receives no copy : the law keeps it back" in bureau.words
    assert "Data Act of Utopia (training) s. 2" in bureau.words
    bureau.post("/alerts", **FORM)
    bureau.get("/agreements/training-entry")
    assert "uto.data forbids a transfer to a third-country" in bureau.words
    assert "BLOCKED" in bureau.words
