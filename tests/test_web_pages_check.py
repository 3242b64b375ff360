"""The first line's pages: ask, read one outcome, decide with reasons; protection always asked."""

from __future__ import annotations

import datetime
import itertools
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from comity.bureau import alert, match
from hostile import HOSTILE, SAID
from web_visitor import Visitor, kinds_since
from world import CLERK, PERSON, World, draft, identity, world

ZONE = """P<QZZQUILLFEATHER<<ZEPHYRINE<<<<<<<<<<<<<<<<
ZQ44172053QZZ7103143F3001019<<<<<<<<<<<<<<04"""
"""A passport of the alerted person; its digits are set right by ``zone``."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Two nodes; Utopia has issued an alert about PERSON, Arcadia holds a copy."""
    with world(tmp_path / "world") as made:
        made.issue(PERSON, warnings=["violent"])
        yield made


@pytest.fixture
def guard(here: World, tmp_path: Path) -> Visitor:
    """A first-line officer of Arcadia."""
    return Visitor(here.qma, tmp_path / "static").sign_in("first-line")


def digit(text: str) -> str:
    """The check digit of ICAO Doc 9303-3 4.9, reckoned here by hand."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = (7, 3, 1)
    values = [0 if sign == "<" else signs.index(sign) for sign in text]
    return str(sum(value * weights[n % 3] for n, value in enumerate(values)) % 10)


def zone(birth: str = "710314", number: str = "ZQ4417205", *, state: str = "QZZ") -> str:
    """A TD3 zone whose digits hold."""
    first = f"P<{state}QUILLFEATHER<<ZEPHYRINE".ljust(44, "<")
    parts = number + digit(number), birth + digit(birth), "300101" + digit("300101")
    optional = "<" * 14 + "0"
    second = f"{parts[0]}{state}{parts[1]}F{parts[2]}{optional}"
    return f"{first}\n{second}{digit(''.join(parts) + optional)}"


def ask(guard: Visitor, **fields: str | list[str]) -> Visitor:
    """Put a question on the check page."""
    guard.get("/check")
    guard.post("/check", **{"reference": "QM617/001", "purpose": "border-check", **fields})
    return guard


def found(guard: Visitor) -> str:
    """The address under which the alerted person's candidate is decided."""
    ask(guard, mrz=zone())
    return guard.link(r"/match/m-[0-9a-f]+")


def possible(here: World) -> str:
    """A candidate of band ``possible``: a part of the name and most of the birth date agree."""
    questions = itertools.product(
        ("Z Quillfeather", "Quillfeather"), ("1971-04-14", "1971-03-15", "1972-03-14"), ("M", None)
    )
    for name, born, sex in questions:
        for shown in here.ask(identity(name, born, nationality="", sex=sex)).shown:
            if shown.band == "possible":
                return shown.match
    raise AssertionError("no question gives a possible candidate")


def test_the_check_page_is_ready_for_the_scanner(guard: Visitor) -> None:
    """The focus is in the scan field, and a fresh encounter reference stands there."""
    guard.get("/check")
    assert re.search(r'<textarea[^>]*id="mrz"[^>]*autofocus', guard.text)
    first = re.search(r'id="reference"[^>]*value="(E-[0-9A-F-]+)"', guard.text)
    guard.get("/check")
    second = re.search(r'id="reference"[^>]*value="(E-[0-9A-F-]+)"', guard.text)
    assert first
    assert second
    assert first[1] != second[1]


def test_a_scan_gives_one_outcome_and_the_next_step(guard: Visitor) -> None:
    """One band, one next step, the article, the comparison, who was asked, the entry."""
    start = guard.node.ledger.size()
    ask(guard, mrz=zone())
    assert guard.states == ["match"]
    assert "Ask the traveller to wait" in guard.words
    assert "art. 2" in guard.words
    assert "Zephyrine Quillfeather" in guard.words
    assert "refuse entry and stay" in guard.words
    assert "Why may I see this?" in guard.words
    assert kinds_since(guard.node, start)[:2] == ["check:asked", "check:answered"]
    assert re.search(rf"log : {start + 1} , not yet witnessed", guard.words.replace(":", " :"))


def test_no_band_of_the_machine_is_shown_before_the_officer_decides(guard: Visitor) -> None:
    """R38: neither strong nor possible, nor any weight, is in the page of the comparison."""
    found(guard)
    assert "strong" not in guard.text.replace("<strong>", "").replace("</strong>", "")
    assert "possible candidate" not in guard.text
    assert "weight" not in guard.text


def test_a_person_without_alert_is_told_apart_from_silence(guard: Visitor) -> None:
    """No match says that what may be asked was asked; not permitted and unavailable differ."""
    ask(guard, surname="Oakshott", forenames="Wilhelmina", document="ZQ1102938")
    assert guard.states == ["no-match"]
    ask(guard, surname="Oakshott", document="ZQ1102938", purpose="police-check")
    assert guard.states == ["not-permitted"]
    assert "says nothing about the person" in guard.words


def test_a_stale_copy_is_unavailable_not_empty(here: World, tmp_path: Path) -> None:
    """Past the lease the page says that it cannot be answered now, and what to do."""
    here.clock.advance(datetime.timedelta(hours=49))
    guard = Visitor(here.qma, tmp_path / "static").sign_in("first-line")
    ask(guard, surname="Oakshott", document="ZQ1102938")
    assert guard.states == ["unavailable"]
    assert "No answer does not mean no alert" in guard.words


def test_a_digit_that_fails_is_shown_and_nothing_is_asked(guard: Visitor) -> None:
    """The form comes back with the digits and the readings that hold; no question was put."""
    before = guard.node.ledger.size()
    wrong = zone().replace("7103143", "71O3143").replace("710314", "71O314", 1)
    ask(guard, mrz=wrong)
    assert guard.page.status_code == 422
    assert "A check digit does not hold" in guard.errors()[0]
    assert "does not hold" in guard.words
    assert guard.node.ledger.size() == before
    assert wrong.split("\n")[1].replace("<", "&lt;") in guard.text


def test_a_repair_is_used_only_where_the_officer_chose_it(guard: Visitor) -> None:
    """The reading chosen is asked; one that nobody proposed is not; as read is asked as read."""
    right = zone()
    wrong = right.replace("710314", "71O314", 1)
    ask(guard, mrz=wrong, reading=right)
    assert guard.states == ["match"]
    ask(guard, mrz=wrong, reading=zone(number="ZQ9999999"))
    assert guard.page.status_code == 422
    ask(guard, mrz=wrong, reading="as-read")
    assert guard.page.status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mrz": "P<QZZ"}, "Error: "),
        ({"mrz": "A" * 1001}, "Error: This is longer than any machine-readable zone"),
        ({}, "Error: Scan the document, or enter a name or a document number"),
        ({"surname": "X", "reference": ""}, "Error: Enter the reference of the encounter"),
        ({"surname": "X", "nationality": "ZZZ"}, "Error: Not an ICAO 9303 country code"),
        ({"surname": "X", "birth_day": "1"}, "Error: Enter a year with four digits"),
        ({"surname": "X", "birth_year": "1990", "birth_day": "1"}, "Error: Enter the month"),
        ({"surname": "X", "birth_year": "1990", "birth_month": "13"}, "Error: No such date"),
        ({"surname": "x" * 500}, "Error: A name is longer than"),
        ({"document": "x" * 61}, "Error: A document number has 1 to 60"),
        ({"surname": "X", "protection": "yes", "origin": "ZZZ"}, "Error: Not an ICAO"),
        ({"surname": "X", "purpose": "curiosity"}, "Error: A question needs its purpose"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    guard: Visitor, fields: dict[str, str], said: str
) -> None:
    """The page comes back with the error at the field and with what was typed; nothing asked."""
    before = guard.node.ledger.size()
    ask(guard, **fields)
    assert guard.page.status_code == 422
    assert guard.errors()[0].startswith(said)
    assert 'href="#' in guard.text
    assert guard.node.ledger.size() == before
    for value in (fields[name] for name in fields if name != "purpose"):
        assert value.upper() in guard.text.upper().replace("&LT;", "<")


def test_r28_the_protection_question_is_on_every_outcome(guard: Visitor) -> None:
    """It is always visible; yes asks again so, and nothing then reaches a country fled."""
    for fields in ({"mrz": zone()}, {"surname": "Oakshott"}):
        ask(guard, **fields)
        assert "Does the person ask for protection?" in guard.words
    ask(guard, mrz=zone(), protection="yes")
    assert guard.states == ["not-permitted"]
    assert "Hand the person to the asylum authority" in guard.words
    assert re.search(r'name="origin"', ask(guard, surname="X", reference="").text)
    ask(guard, mrz=zone(), protection="yes", origin="QNB")
    assert guard.states == ["match"]


def test_nothing_of_a_person_is_in_an_address_or_a_log(
    guard: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    """Names, numbers and dates travel in bodies alone."""
    with caplog.at_level(logging.DEBUG):
        place = found(guard)
        guard.post(place, verdict="same", reason="the same face and the same document")
        guard.get("/matches")
    said = unquote(caplog.text) + place
    for secret in ("QUILLFEATHER", "Quillfeather", "ZQ4417205", "710314", "1971-03-14"):
        assert secret not in said


def test_r36_a_decision_needs_reasons_of_ones_own(guard: Visitor) -> None:
    """Without them the page comes back with what was typed, and nothing is decided."""
    place = found(guard)
    for verdict in ("same", "different", "unclear"):
        guard.post(place, verdict=verdict, reason="too short")
        assert guard.page.status_code == 422
        assert "reasons in your own words" in guard.errors()[0] or "own words" in guard.errors()[0]
        assert "too short" in guard.text
    guard.post(place, verdict="guilty", reason="the same face and the same document")
    assert guard.page.status_code == 404
    assert match.match(guard.node, place.rpartition("/")[2]).state == "candidate"


def test_a_strong_candidate_is_confirmed_by_one_officer(here: World, guard: Visitor) -> None:
    """The issuer is told, and the page says what follows and which entry proves it."""
    place = found(guard)
    guard.post(place, verdict="same", reason="the same face and the same document")
    assert guard.title == "You found that this is the same person"
    here.sync()
    assert len(match.hits(here.uto)) == 1
    guard.post(place, verdict="same", reason="the same face and the same document")
    assert guard.page.status_code in (403, 404, 409)


def test_r27_who_was_found_to_be_another_is_not_stopped_again(guard: Visitor) -> None:
    """A rejection holds for this traveller and this alert."""
    guard.post(found(guard), verdict="different", reason="the scar on the photo is not there")
    assert "will not be stopped again" in guard.words
    ask(guard, mrz=zone())
    assert guard.states == ["no-match"]


def test_who_cannot_tell_leaves_it_open_on_the_record(guard: Visitor) -> None:
    """The reasons are recorded, the candidate stays open, and another may decide."""
    place, start = found(guard), guard.node.ledger.size()
    guard.post(place, verdict="unclear", reason="the photo is too old to compare")
    assert guard.title == "You could not tell"
    assert "match:left-open" in kinds_since(guard.node, start)
    assert match.match(guard.node, place.rpartition("/")[2]).state == "candidate"


def test_r21_the_second_officer_does_not_see_what_the_first_found(
    here: World, guard: Visitor, tmp_path: Path
) -> None:
    """Two officers, two findings, neither shown to the other before both are given."""
    place = f"/match/{possible(here)}"
    guard.get(place)
    guard.post(place, verdict="same", reason="a secret first finding")
    assert guard.title == "Your finding is recorded"
    guard.get("/matches")
    assert place not in guard.text
    guard.get(place)
    assert "The second opinion is another officer's." in guard.words
    assert "Same person" not in guard.words
    guard.post(place, verdict="same", reason="a secret first finding")
    assert guard.page.status_code == 403
    second = Visitor(here.qma, tmp_path / "static").sign_in("first-line", "second-one")
    second.get("/matches")
    assert place in second.text
    assert "second" not in second.words.partition("Longest waiting")[2].lower()
    second.get(place)
    assert "secret first finding" not in second.text
    assert "second-opinion" not in second.text
    assert "Same person" in second.words
    second.post(place, verdict="same", reason="compared the photograph myself")
    assert second.title == "You found that this is the same person"
    second.get(place)
    assert "This candidate is decided" in second.words


def test_an_opinion_shows_what_the_agreement_discloses_and_no_more(
    here: World, guard: Visitor, tmp_path: Path
) -> None:
    """Another authority sees the candidate only where it may ask for the same purpose."""
    place = found(guard)
    visa = Visitor(here.qma, tmp_path / "static").sign_in(
        "first-line", "visa-desk", authority="visa-authority"
    )
    visa.get(place)
    assert visa.page.status_code == 403
    assert "Quillfeather" not in visa.text
    start = here.qma.ledger.size()
    guard.get(place)
    assert kinds_since(here.qma, start) == ["match:opened"]


def test_an_own_alert_is_compared_under_national_law(here: World, tmp_path: Path) -> None:
    """At the issuer itself the candidate is an own alert, and the page says so."""
    alert.issue(here.uto, CLERK, [alert.draft(here.uto, draft(identity("Ada Own", "1980-01-02")))])
    own = Visitor(here.uto, tmp_path / "static").sign_in("bureau")
    ask(own, mrz=zone())
    assert own.states == ["match"]
    own.get(own.link(r"/match/m-[0-9a-f]+"))
    assert "national law" in own.words
    own.post(str(own.page.url.path), verdict="same", reason="the same face and document")
    assert "an alert of this country" in own.words


def test_the_law_stands_beside_the_alerts(guard: Visitor) -> None:
    """For a nationality that a law pack knows, the answer has its one line and the way to ask."""
    ask(guard, surname="Oakshott", nationality="GEO", document="ZQ1102938")
    assert "Is a visa needed?" in guard.words
    assert "Encoded, not reviewed" in guard.words
    guard.get(guard.link(r"/law\?[^\"]+").replace("&amp;", "&"))
    assert guard.title == "Ask the law"
    assert guard.page.status_code == 200


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_name_gets_a_page_that_says_what_it_ignored(guard: Visitor, key: str) -> None:
    """Control and direction characters, emoji, homoglyphs: an answer, harmless on the page."""
    name = HOSTILE[key].encode("utf-8", "replace").decode()
    ask(guard, surname=name, birth_year="1971", document="")
    assert guard.page.status_code == 200
    assert ("What of the question was not used" in guard.text) >= (key in SAID)


def test_the_law_asks_its_next_question_on_the_answer(guard: Visitor) -> None:
    """What decides is asked beside the alerts, with two buttons; one press gives the answer."""
    ask(guard, mrz=zone(state="GEO"))
    asked = guard.text.partition('class="comity-lawline__ask"')[2].partition("</form>")[0]
    assert "Does the document hold a chip" in asked
    assert re.findall(r'<button[^>]*name="biometric" value="(\w+)"', asked) == ["yes", "no"]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked))
    assert not {"surname", "reference", "document_number", "mrz"} & set(hidden)
    for said, outcome in (("yes", "Exempt"), ("no", "Required")):
        guard.client.get("/check")
        guard.page = guard.client.get("/law", params=hidden | {"biometric": said})
        assert f"Is a visa needed? {outcome}" in guard.words


@pytest.mark.parametrize(
    ("kind", "state", "outcome"),
    [
        ("P<", "MAR", "Is a visa needed? Required"),
        ("P<", "JPN", "Is a visa needed? Exempt"),
        ("PD", "JPN", "Is a visa needed? Each state may decide"),
        ("PD", "GEO", "Is a visa needed? Required"),
        ("P<", "D<<", "Is a visa needed? Exempt"),
    ],
)
def test_the_law_reads_kind_and_state_of_the_document(
    guard: Visitor, kind: str, state: str, outcome: str
) -> None:
    """Nationality and kind of the scanned document are the facts; the article stands there."""
    ask(guard, mrz=kind + zone(state=state)[2:])
    assert outcome in guard.words
    assert re.search(rf"{re.escape(outcome)} \(\s*(Reg|Dir|Commission)", guard.words)


def test_an_expired_document_is_ground_a_and_may_not_be_overlooked(guard: Visitor) -> None:
    """The expiry date of the zone is a fact too: the condition fails, and a refusal is offered."""
    expired = zone(state="JPN").replace("3001019", "2001010")
    first, second = expired.split("\n")
    whole = second[:10] + second[13:20] + second[21:43]
    ask(guard, mrz=f"{first}\n{second[:43]}{digit(whole)}", reading="as-read")
    assert "Does the travel document meet the entry conditions? No" in guard.words
    assert "Refuse entry…" in guard.words
