"""Refusing entry on pages: protection first, no gap left, a person decides, nothing in the log."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from comity.bureau import officer
from comity.law.ground import GROUNDS
from comity.record import tables
from comity.web.refusal_fields import label_of, name_of
from test_web_pages_check import ask, zone
from web_visitor import Visitor, kinds_since
from world import DAY, PERSON, World, world

REASONS = "No visa in the passport; the traveller says that nobody asked for one."
KNOWN = {
    "person-surname": "Oakshott",
    "person-given-names": "Wilhelmina",
    "person-nationality": "MAR",
    "document-kind": "ordinary",
    "document-number": "ZQ1102938",
}
WHOLE = KNOWN | {
    "person-birth-date": "1994-06-02",
    "person-birth-place": "Zenith",
    "person-sex": "F",
    "person-residence": "Utopia",
    "document-issued-in": "Zenith",
    "document-issued-on": "2020-01-02",
    "visa-none": "yes",
    "crossing-place": "Port Arcadia",
    "crossing-day": "2026-11-23",
    "crossing-time": "14:35",
    "crossing-coming-from": "Zenith",
    "crossing-means": "flight QX 1",
    "ground-c": "yes",
    "ground-c-observed": "every page was turned",
    "form-national-law": "Aliens Act s. 5",
    "remedy-law": "Aliens Act s. 12",
    "remedy-authority": "Court of Arcadia",
    "remedy-deadline": "15 days",
    "remedy-how": "in writing",
    "remedy-contact-point": "Legal aid, counter 4",
    "form-language": "en",
    "form-understood": "en",
    "form-ees-recorded": "yes",
    "form-signature": "signed",
    "reasons": REASONS,
}
"""A form without a gap."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Two nodes; Arcadia holds a copy of an alert for refusing entry."""
    with world(tmp_path / "world") as made:
        yield made


@pytest.fixture
def guard(here: World, tmp_path: Path) -> Visitor:
    """A first-line officer of Arcadia."""
    return Visitor(here.qma, tmp_path / "static").sign_in("first-line")


def send(guard: Visitor, address: str, fields: dict[str, str]) -> None:
    """Send a form whose names have dashes, and its version where the page has one."""
    version = re.search(r'name="version" value="(\d+)"', guard.text)
    held = {"version": version[1]} if version else {}
    guard.post(address, **held | fields)


def begun(guard: Visitor, **known: str) -> str:
    """A case: its address."""
    guard.get("/refusals")
    send(guard, "/refusals", KNOWN | known)
    return guard.link(r"/refusals/r-[0-9a-f]+/protection").removesuffix("/protection")


def answer(guard: Visitor, case: str, said: str = "no") -> None:
    """Record the answer to the first question."""
    asked = {"language": "en", "day": "2026-11-23", "time": "14:20"}
    fields = {f"protection-{key}": value for key, value in asked.items()}
    send(guard, f"{case}/protection", {"protection-answer": said, **fields})


def at_form(guard: Visitor, **known: str) -> str:
    """A case that stands at the form."""
    case = begun(guard, **known)
    answer(guard, case)
    send(guard, f"{case}/title", {"form-title-held": "no"})
    assert guard.title.endswith("Fill in the form")
    return case


def issued(guard: Visitor) -> str:
    """An issued refusal: its address."""
    case = at_form(guard)
    send(guard, case, WHOLE | {"next": "review"})
    send(guard, f"{case}/issue", {})
    assert "QMA/2026/0000" in guard.title
    return case


def test_r28_the_first_page_asks_for_protection_and_nothing_else(guard: Visitor) -> None:
    """Until it is answered no field of the form can be reached, saved or issued."""
    case = begun(guard)
    assert guard.title.endswith("Does the person seek protection?")
    for path in (f"{case}/review", case):
        guard.get(path)
        assert guard.title.endswith("Does the person seek protection?")
    for path, fields in ((case, WHOLE), (f"{case}/issue", {}), (f"{case}/title", {})):
        guard.get(case)
        send(guard, path, {"form-title-held": "no", "version": "1"} | fields)
        assert guard.page.status_code in (403, 422), path
    assert guard.client.get(f"{case}/form.pdf").status_code == 403


def test_r28_the_answer_is_said_with_language_and_time(guard: Visitor) -> None:
    """What is missing of the answer is listed, with links, and what was typed stays."""
    case = begun(guard)
    send(guard, f"{case}/protection", {"protection-interpreter": "Ivo Tongue"})
    assert guard.page.status_code == 422
    for name in ("answer", "language", "time"):
        assert f'href="#protection-{name}"' in guard.text
        assert f'id="protection-{name}"' in guard.text
    assert "Ivo Tongue" in guard.text
    said = {"answer": "no", "language": "en", "day": "2026-02-30", "time": "half past two"}
    send(guard, f"{case}/protection", {f"protection-{k}": v for k, v in said.items()})
    assert [one.endswith(("2026-11-23", "14:35")) for one in guard.errors()] == [True, True]


def test_r28_yes_ends_every_way_to_a_refusal(guard: Visitor) -> None:
    """The case goes to the asylum authority; a second one for the encounter is the same."""
    start = guard.node.ledger.size()
    case = begun(guard, reference="E-77")
    answer(guard, case, "yes")
    assert guard.title == "The person seeks protection"
    assert "No refusal can be made" in guard.words
    assert "Refuse" not in guard.words.replace("Refusals", "")
    for path in (case, f"{case}/title", f"{case}/issue"):
        guard.get("/refusals")
        send(guard, path, WHOLE | {"form-title-held": "no"})
        assert guard.page.status_code in (403, 409)
    guard.get("/refusals")
    send(guard, "/refusals", KNOWN | {"reference": "E-77"})
    assert guard.title == "The person seeks protection"
    asked = [e for e in guard.node.ledger.entries(start, guard.node.ledger.size())
             if e.kind == "refusal:asked"]  # fmt: skip
    assert [one.public for one in asked] == [{}], "the public log tells nobody the answer"
    assert guard.node.ledger.open_personal(asked[0].seq)["state"] == "asylum"


def test_r28_protection_may_be_claimed_at_every_step(guard: Visitor) -> None:
    """From the form, the review, and after the form was issued, which is then to be withdrawn."""
    case = at_form(guard)
    send(guard, f"{case}/claim", {})
    assert guard.title == "The person seeks protection"
    done = issued(guard)
    send(guard, f"{done}/claim", {})
    assert "to be withdrawn by its authority" in guard.words
    assert guard.client.get(f"{done}/form.pdf").status_code == 403


def test_r33_a_title_is_consulted_on_first(here: World, guard: Visitor) -> None:
    """With a title, or an official passport, there is a clock and no form before an answer."""
    case = begun(guard)
    answer(guard, case)
    send(guard, f"{case}/title", {"form-title-held": "yes"})
    assert guard.page.status_code == 422
    send(guard, f"{case}/title", {"form-title-held": "yes", "consulted": "Bureau of Utopia"})
    assert "Consult first" in guard.words
    here.clock.advance(DAY / 24 / 6)
    guard.get(f"{case}/review")
    guard.get(case)
    assert "0 h 10 min" in guard.words
    assert "/issue" not in guard.text
    assert "Fill in the form" not in guard.words
    send(guard, f"{case}/title", {"form-consultation": "no right of stay, ref. 7"})
    assert guard.title.endswith("Fill in the form")
    official = at_form(guard, **{"document-kind": "ordinary"})
    send(guard, official, WHOLE | {"document-kind": "diplomatic", "next": "review"})
    guard.get(official)
    assert "Consult first" in guard.words


def test_every_gap_is_listed_with_a_link_to_its_field(guard: Visitor) -> None:
    """An empty form names all that is missing; each link leads to a field of the page."""
    case = at_form(guard)
    send(guard, case, {"next": "review", **{f"ground-{one.lower()}": "yes" for one in GROUNDS}})
    assert guard.page.status_code == 422
    links = re.findall(r'<a href="#([a-z-]+)">', guard.text)
    assert len(links) > 35
    assert {"ground-h-alert-state", "ground-f-days-used", "visa-number", "reasons"} <= set(links)
    ids = set(re.findall(r'id="([a-z-]+)"', guard.text))
    assert set(links) <= ids
    send(guard, f"{case}/issue", {})
    assert guard.page.status_code == 422
    assert not [kind for kind in kinds_since(guard.node, 0) if kind == "refusal:issued"]


def test_r34_no_form_with_a_gap_is_issued(guard: Visitor) -> None:
    """Each field of a whole form, left out alone, keeps it from being issued, and is named."""
    case = at_form(guard)
    for gap in sorted(set(WHOLE) - {"ground-c-observed"}):
        send(guard, case, {name: text for name, text in WHOLE.items() if name != gap})
        guard.get(f"{case}/review")
        assert guard.page.status_code == 422, gap
        named = {"visa-none": "visa-number", "ground-c": "ground-a"}.get(gap, gap)
        assert f'href="#{named}"' in guard.text
        send(guard, f"{case}/issue", {})
        assert guard.page.status_code == 422, gap
    assert "refusal:issued" not in kinds_since(guard.node, 0)


def test_a_refusal_is_prepared_decided_numbered_printed_and_listed(
    here: World, guard: Visitor
) -> None:
    """From the first page to the list: the officer decides, and the form prints in five tongues."""
    start = guard.node.ledger.size()
    case = at_form(guard)
    send(guard, case, WHOLE | {"next": "review"})
    assert guard.title.endswith("You decide")
    assert "Nothing has been refused yet" in guard.words
    assert "Ulla Marchbanks" in guard.words
    assert "has no valid visa or residence permit" in guard.words
    assert "refusal:issued" not in kinds_since(guard.node, start)
    send(guard, f"{case}/issue", {})
    assert guard.title.endswith("QMA/2026/00001")
    entry = guard.node.ledger.entries(start, guard.node.ledger.size())
    (done,) = [one for one in entry if one.kind == "refusal:issued"]
    assert done.public == {
        "authority": "border-guard", "grounds": "C", "repeated_reasons": False,
    }  # fmt: skip
    for language in ("", "en", "fr", "es", "pt", "ar"):
        printed = guard.client.get(f"{case}/form.pdf?language={language}")
        assert printed.headers["content-type"] == "application/pdf"
        assert 'filename="refusal-QMA-2026-00001.pdf"' in printed.headers["content-disposition"]
        assert b"/StructTreeRoot" in printed.content
    assert guard.client.get(f"{case}/form.pdf?language=xx").status_code == 404
    guard.get("/refusals")
    assert "QMA/2026/00001" in guard.words
    assert "Oakshott" not in guard.text
    here.check()


def test_the_log_and_the_store_hold_no_person_in_the_open(guard: Visitor) -> None:
    """No public part and no column names the person, the number of the document or the reasons."""
    issued(guard)
    node = guard.node
    leaves = b"".join(one.leaf for one in node.ledger.entries(0, node.ledger.size()))
    with node.store.read() as conn:
        rows = b"".join(repr(tuple(row)).encode() for row in conn.execute(select(tables.refusal)))
    for word in (b"Oakshott", b"ZQ1102938", b"nobody asked for one", b"MAR"):
        assert word not in leaves
        assert word not in rows


def test_an_issued_refusal_cannot_be_changed_or_closed(guard: Visitor) -> None:
    """Nothing is saved into it, it is not issued twice, and it is not erased."""
    case = issued(guard)
    for path, fields in ((case, WHOLE), (f"{case}/title", {"form-title-held": "no"}),
                         (f"{case}/issue", {}), (f"{case}/close", {})):  # fmt: skip
        guard.get(case)
        send(guard, path, fields)
        assert guard.page.status_code in (403, 409), path
    guard.get(case)
    assert guard.title.endswith("QMA/2026/00001")


def test_what_two_officers_change_at_once_is_not_mixed(guard: Visitor) -> None:
    """A page that is older than the case changes nothing and issues nothing."""
    case = at_form(guard)
    send(guard, case, WHOLE | {"version": "1"})
    assert guard.page.status_code == 409
    assert "nothing was done" in guard.words
    guard.get(case)
    send(guard, case, WHOLE | {"next": "review"})
    send(guard, f"{case}/issue", {"version": "3"})
    assert guard.page.status_code == 409
    assert "refusal:issued" not in kinds_since(guard.node, 0)


def test_a_case_that_is_closed_is_erased(guard: Visitor) -> None:
    """No refusal: the content is gone, the list says that it was closed."""
    case = at_form(guard)
    send(guard, f"{case}/close", {})
    assert "closed without refusal" in guard.words
    assert guard.get(case).status_code == 404


def test_the_law_stands_beside_the_box_and_never_ticks_it(guard: Visitor) -> None:
    """Suggested are C (visa), A (document), F (days), with facts; nothing is relied on by them."""
    case = at_form(guard)
    assert "The law pack found" in guard.words
    assert "nationality MAR" in guard.words
    days = "entry,exit\n2026-05-28,2026-11-23\n"
    send(guard, case, WHOLE | {"ground-c": "", "law-expires": "2026-01-01", "law-stays": days})
    boxes = re.findall(r'id="ground-([a-j])" name="ground-[a-j]" type="checkbox"[^>]*?( checked)?>',
                       guard.text)  # fmt: skip
    assert [letter for letter, _ in boxes] == [one.lower() for one in GROUNDS]
    assert not [letter for letter, ticked in boxes if ticked]
    found = re.findall(r"comity-ground--found.*?<strong>([A-J])</strong>", guard.text, re.DOTALL)
    assert found == ["A", "C", "F"]
    assert re.search(r'id="ground-f-days-used"[^>]*value="180"', guard.text)


def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(guard: Visitor) -> None:
    """29 February, a time in words, a state that is none, an exit before its entry, markup."""
    case = at_form(guard)
    wrong = WHOLE | {
        "person-surname": "<script>alert(1)</script>",
        "crossing-day": "2027-02-29",
        "crossing-time": "noon",
        "person-birth-date": "1994-02-30",
        "law-stays": "entry,exit\n2026-06-20,2026-06-10\n",
    }
    send(guard, case, wrong)
    assert guard.page.status_code == 422
    for name in ("crossing-day", "crossing-time", "person-birth-date", "law-stays"):
        assert f'href="#{name}"' in guard.text, name
    assert "2027-02-29" in guard.text
    assert "<script>alert" not in guard.text
    send(guard, case, WHOLE | {"ground-h": "yes", "ground-h-alert-state": "Ruritania"})
    assert 'href="#ground-h-alert-state"' in guard.text
    send(guard, case, WHOLE | {"form-language": "de"})
    assert guard.page.status_code == 422


def test_what_cannot_be_printed_is_not_issued(guard: Visitor) -> None:
    """A sign without a glyph, a text that does not fit: said at the field; a draft says so too."""
    case = at_form(guard)
    for wrong, field in (
        ({"person-surname": "\ufdd0"}, "person-surname"),
        ({"reasons": REASONS * 400}, "reasons"),
    ):
        guard.get(case)
        send(guard, case, WHOLE | wrong | {"next": "review"})
        assert guard.client.get(f"{case}/form.pdf?draft=yes").status_code in (403, 422)
        send(guard, f"{case}/issue", {})
        assert guard.page.status_code == 422
        assert f'href="#{field}"' in guard.text
    assert "refusal:issued" not in kinds_since(guard.node, 0)


def test_r36_reasons_are_the_officers_own_and_repetition_is_flagged(guard: Visitor) -> None:
    """Reasons copied from the law are refused; the same for a fourth person are flagged."""
    case = at_form(guard)
    law = "Nationals of third countries listed in Annex I shall be required"
    send(guard, case, WHOLE | {"reasons": law, "next": "review"})
    send(guard, f"{case}/issue", {})
    assert guard.page.status_code == 422
    assert 'href="#reasons"' in guard.text
    for _ in range(4):
        issued(guard)
    node = guard.node
    flags = [one.public["repeated_reasons"] for one in node.ledger.entries(0, node.ledger.size())
             if one.kind == "refusal:issued"]  # fmt: skip
    assert flags == [False, False, False, True]


def test_the_remedy_of_the_last_form_is_offered_again(guard: Visitor) -> None:
    """Law, court and time limit need not be typed for each person; they stay to be checked."""
    issued(guard)
    at_form(guard)
    assert re.search(r'id="remedy-authority"[^>]*value="Court of Arcadia"', guard.text)
    assert re.search(r'id="form-national-law"[^>]*value="Aliens Act s. 5"', guard.text)
    assert re.search(r'id="person-birth-place"[^>]*value=""', guard.text)


def test_only_a_trained_officer_at_the_border_refuses(
    here: World, guard: Visitor, tmp_path: Path
) -> None:
    """Nobody signed in, no supervisor, nobody whose training has run out."""
    case = at_form(guard)
    send(guard, case, WHOLE | {"next": "review"})
    stranger = Visitor(here.qma, tmp_path / "static")
    assert stranger.get(case).url.path == "/sign-in"
    watch = Visitor(here.qma, tmp_path / "static").sign_in("supervisor")
    assert watch.get(case).status_code == 403
    assert watch.get("/refusals").status_code == 200
    ended = officer.Officer(
        "page-late", "Ulla Marchbanks", "first-line", "border-guard", here.qma.today() - DAY
    )
    code = officer.register(here.qma, ended)
    late = Visitor(here.qma, tmp_path / "static")
    late.get("/sign-in")
    late.post("/sign-in", officer="page-late", code=code)
    late.get(f"{case}/review")
    send(late, f"{case}/issue", {})
    assert late.page.status_code == 403
    assert "training" in late.words


def test_the_check_offers_a_refusal_where_the_law_finds_a_condition_failing(
    guard: Visitor,
) -> None:
    """Visa-required national: offered, prefilled; exempt, or asking for protection: not."""
    ask(guard, mrz=zone(state="MAR"))
    assert "Is a visa needed? Required" in guard.words
    assert "Refuse entry…" in guard.words
    names = r'type="hidden" name="((?:person|document|law)-[a-z-]+)" value="(.*?)"'
    hidden = dict(re.findall(names, guard.text))
    assert hidden["person-surname"].casefold() == "quillfeather"
    assert hidden["law-expires"] == "2030-01-01"
    send(guard, "/refusals", hidden)
    assert guard.title.endswith("Does the person seek protection?")
    for state, more in (("JPN", {}), ("MAR", {"protection": "yes"})):
        ask(guard, mrz=zone(state=state), **more)
        assert "Refuse entry…" not in guard.words, state


def test_a_confirmed_hit_offers_ground_h_with_the_state_of_the_alert(
    here: World, guard: Visitor
) -> None:
    """C-225/19: whose alert it was is prefilled beside the box; the box is not ticked."""
    here.issue(PERSON)
    guard.get("/check")
    guard.post("/check", reference="QM617/003", purpose="border-check", surname="Quillfeather",
               forenames="Zephyrine", birth_day="14", birth_month="3", birth_year="1971",
               document="ZQ4417205", nationality="QZZ")  # fmt: skip
    found = guard.link(r"/match/m-[0-9a-f]+")
    guard.post(found, verdict="same", reason="same document, same face, same date of birth")
    assert "Refuse entry…" in guard.words
    hidden = dict(re.findall(r'type="hidden" name="([a-z-]+)" value="([^"]*)"', guard.text))
    hidden.pop("csrf")
    send(guard, "/refusals", hidden)
    case = guard.link(r"/refusals/r-[0-9a-f]+/protection").removesuffix("/protection")
    answer(guard, case)
    send(guard, f"{case}/title", {"form-title-held": "no"})
    assert re.search(r'id="ground-h-alert-state"[^>]*value="UTO"', guard.text)
    assert "Reg (EU) 2018/1861 art. 24(1)(b)" in guard.words
    assert not re.search(r'id="ground-h"[^>]* checked', guard.text)
    send(guard, case, {"ground-a": "yes"})
    assert re.search(r'id="ground-h-alert-state"[^>]*value="UTO"', guard.text), "kept when saved"


def test_the_steps_are_read_in_arabic_from_right_to_left(guard: Visitor) -> None:
    """Every step has its Arabic words, and the grounds are those of the Arabic form."""
    case = at_form(guard)
    guard.get(f"{case}?lang=ar")
    assert 'dir="rtl"' in guard.text
    tag, _, main = guard.text.partition("<main")[2].partition("</main")[0].partition(">")
    assert 'lang="en"' not in tag
    words = re.sub(r"<(bdi|div|span|code)[^>]*lang=\"en\".*?</\1>", " ", main, flags=re.DOTALL)
    words = re.sub(r"<option[^>]*>[^<]*|<textarea.*?</textarea>|<[^>]+>", " ", words,
                   flags=re.DOTALL)  # fmt: skip
    latin = re.findall(r"\b[A-Za-z]{4,}\b", words)
    assert set(latin) <= {"document", "entry", "exit"}, latin


def test_names_of_gaps_are_names_of_fields() -> None:
    """What the law calls missing has a field and a label on the page."""
    for missing, name in (
        ("person.birth_date", "person-birth-date"),
        ("language", "form-language"),
        ("ground F.days_used", "ground-f-days-used"),
        ("grounds", "ground-a"),
        ("remedy.contact_point", "remedy-contact-point"),
    ):
        assert name_of(missing) == name
        assert label_of(name) != name


def test_addresses_that_are_none_are_said_so(guard: Visitor) -> None:
    """A case nobody opened, a version that is no number, a form sent twice."""
    assert guard.get("/refusals/r-0000").status_code == 404
    case = at_form(guard)
    for version in itertools.chain(("", "x", "-1", "9" * 40, "²")):
        guard.get(case)
        send(guard, case, WHOLE | {"version": version})
        assert guard.page.status_code == 409
