"""The check: what may be asked, what is answered, and what stands in the log."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.bureau import agreement, alert, joining, match, screening
from comity.bureau.answer import Answer, Traveller
from comity.bureau.candidates import SHOWN_MAX
from comity.bureau.check import BATCH_MAX, check
from comity.bureau.question import Inquiry
from comity.errors import ComityError, Malformed, NotPermitted, Unavailable
from comity.exchange import envelope, peers
from comity.exchange.follow import PULL, parse_page
from comity.exchange.reply import open_reply
from comity.proof.canonical import canonical
from comity.record.clock import FixedClock
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate
from world import (
    AGREEMENT,
    CLERK,
    DAY,
    GUARD,
    HOUR,
    OTHER,
    PERSON,
    START,
    STRANGER,
    SUPERVISOR,
    VISA,
    World,
    draft,
    identity,
    traveller,
    world,
)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia, with a witness that is down."""
    with world(tmp_path, witnessed=True) as made:
        yield made


def shape(value: Any) -> Any:
    """What kind of thing stands at each place of a JSON value; times and numbers left out."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value).__name__


def said(answer: Answer) -> dict[str, Any]:
    """An answer without what differs between any two: the number of its entry, the state hash."""
    plain = answer.as_dict()
    return {key: plain[key] for key in plain if key not in ("entry", "matcher")}


@pytest.mark.parametrize(
    ("purpose", "reference"),
    [("", "QM617/001"), ("curiosity", "QM617/001"), ("border-check", ""), ("border-check", "  ")],
)
def test_r01_no_purpose_or_reference_nothing_is_read(
    two: World, purpose: str, reference: str
) -> None:
    """Without purpose or reference nothing is searched, nothing answered, nothing logged."""
    two.issue()
    size = two.qma.ledger.size()
    with pytest.raises(Malformed) as caught:
        two.ask(traveller(reference=reference), purpose=purpose)
    assert caught.value.code in ("check-purpose", "check-reference")
    assert two.qma.ledger.size() == size
    assert len(two.qma.holdings) == 0, "the index was not even brought up to date"


def test_r01_purpose_without_a_basis_is_refused_and_recorded(two: World) -> None:
    """A purpose for which the agreement grants this authority nothing is not permitted."""
    two.issue()
    size = two.qma.ledger.size()
    answer = two.ask(by=VISA, purpose="border-check")
    assert (answer.state, answer.shown, answer.name_only) == ("not-permitted", (), 0)
    assert answer.deciding.rule == "no-permit"
    assert two.kinds(two.qma, size) == ["check:asked", "check:answered"]
    public = two.qma.ledger.entry(size).public
    assert [s["state"] for s in public["sources"]] == ["no-match", "not-permitted"]


PURPOSES_ASKED = ("border-check", "visa", "residence-permit", "return", "police-check")


@pytest.mark.parametrize("by", [GUARD, VISA, CLERK], ids=lambda one: one.authority)
@pytest.mark.parametrize("purpose", PURPOSES_ASKED)
def test_r02_fields_are_those_of_the_grant(two: World, purpose: str, by: Any) -> None:
    """What is shown is a subset of what the agreement grants this authority for this purpose."""
    two.issue()
    answer = two.ask(by=by, purpose=purpose)
    text = agreement.find(two.qma, AGREEMENT).agreement
    granted = {
        group
        for grant in text.grants
        if grant.authority == by.authority
        and purpose in grant.purposes
        and "entry-refusal-ban" in grant.categories
        for group in grant.groups
    }
    if by is CLERK and purpose == "visa":
        granted |= {"warnings"}  # the one permit of policy.cedar, which the table cannot say
    for one in answer.shown:
        assert set(one.fields) <= granted
    if not granted:
        assert answer.shown == ()


def test_r02_comparison_tells_no_more_than_the_fields(two: World) -> None:
    """An attribute whose group is not granted is compared without the alert's value."""
    two.issue()
    for by, purpose in ((GUARD, "border-check"), (VISA, "visa")):
        for one in two.ask(by=by, purpose=purpose).shown:
            for attribute in one.compared:
                group = "documents" if attribute.attribute == "document" else "identity"
                assert attribute.ours == "" or group in one.fields


def test_r02_name_alone_does_not_tell_of_a_category_not_granted(two: World) -> None:
    """A visa officer is not even told that an arrest alert bears the name."""
    two.issue(category="arrest")
    found = identity("Zephyrine Quillfeather", nationality="", sex=None)
    border = two.ask(found)
    visa = two.ask(found, by=VISA, purpose="visa")
    assert border.name_only == 1
    assert visa.name_only == 0


def test_r05_no_officer_no_role_is_above_the_constitution(two: World) -> None:
    """A protected person is not asked about for return, by whichever officer."""
    two.issue()
    for by in (GUARD, VISA, CLERK):
        answer = two.ask(traveller(document_kind="convention-1951"), by=by, purpose="return")
        assert answer.state == "not-permitted"


def test_r11_a_check_is_about_named_travellers_each_with_a_reference(two: World) -> None:
    """No batch without travellers, none beyond the limit; one without a reference stops it all."""
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    size = two.qma.ledger.size()
    people = [traveller(reference=f"r{n}") for n in range(BATCH_MAX + 1)]
    for batch in ([], people, [*people[:2], traveller(reference="")]):
        with pytest.raises(Malformed):
            check(two.qma, inquiry, batch)
    assert two.qma.ledger.size() == size


def test_supervisor_checks_nobody(two: World) -> None:
    """Who supervises acts on nobody."""
    with pytest.raises(NotPermitted) as caught:
        two.ask(by=SUPERVISOR)
    assert caught.value.code == "role-not-permitted"


def test_expired_training_is_not_permitted(two: World) -> None:
    """The day after the training's last day the question is not permitted; on it, it is."""
    two.issue()
    today = two.qma.today()
    last = dataclasses.replace(GUARD, trained_until=today)
    over = dataclasses.replace(GUARD, trained_until=today - DAY)
    assert two.ask(by=last).state == "match"
    size = two.qma.ledger.size()
    answer = two.ask(by=over)
    assert (answer.state, answer.shown) == ("not-permitted", ())
    assert {source.state for source in answer.sources} == {"not-permitted"}
    assert {s.rule for s in answer.sources} == {"training", "base:training"}
    assert two.kinds(two.qma, size) == ["check:asked", "check:answered"]


PROTECTED = [
    {"document_kind": "convention-1951"},
    {"document_kind": "stateless-1954"},
    {"origins": ()},
    {"origins": ("UTO",)},
    {"identity": dataclasses.replace(PERSON, nationalities=("XXB",))},
]


@pytest.mark.parametrize("how", PROTECTED, ids=lambda how: "-".join(map(str, how)))
def test_r06_r29_r30_protected_person_same_answer_with_and_without_an_alert(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    """Whoever shows protection gets the very same answer and log, alert or none."""
    answers, logs = [], []
    for place, issued in enumerate((True, False)):
        with world(tmp_path / str(place)) as made:
            made.issue(PERSON if issued else OTHER)
            start, theirs = made.qma.ledger.size(), made.uto.ledger.size()
            one = Traveller(**{"identity": PERSON, "reference": "QM617/001", **how})
            answers.append(made.ask(one))
            entries = made.qma.ledger.entries(start, made.qma.ledger.size())
            plain = [{k: v for k, v in e.public.items() if k != "matcher"} for e in entries]
            logs.append([(e.kind, e.minute, p) for e, p in zip(entries, plain, strict=True)])
            made.sync()
            assert made.kinds(made.uto, theirs) == [], "the issuer learns nothing"
    assert answers[0].state == "not-permitted"
    assert said(answers[0]) == said(answers[1])
    assert len(json.dumps(answers[0].as_dict())) == len(json.dumps(answers[1].as_dict()))
    assert logs[0] == logs[1]


def test_r29_protected_person_from_elsewhere_may_be_asked_about(two: World) -> None:
    """Who fled another country is asked about at the border as anyone."""
    two.issue()
    assert two.ask(traveller(origins=("QZZ",))).state == "match"


def test_refusal_is_shaped_as_any_answer(two: World) -> None:
    """An answer has the same keys whether it finds nothing or may not look."""
    two.issue()
    nothing = two.ask(STRANGER)
    refused = two.ask(traveller(document_kind="convention-1951"))
    assert (nothing.state, refused.state) == ("no-match", "not-permitted")
    assert shape(nothing.as_dict()) == shape(refused.as_dict())


def test_r20_name_alone_is_never_a_match(two: World) -> None:
    """The very name, in any order or script, without a second identifier is no match."""
    two.issue()
    for full in ("Zephyrine Quillfeather", "QUILLFEATHER, ZEPHYRINE", "Зефирине Куиллфеатхер"):
        answer = two.ask(Identity(names=(Name(full),)))
        assert (answer.state, answer.shown) == ("no-match", ())


def test_r22_first_of_january_on_both_sides_says_nothing(two: World) -> None:
    """A birth date of 1 January, estimated or of the year alone never makes a match of a name."""
    for born in ("1971-01-01", "1971"):
        who = identity("Zephyrine Quillfeather", born, nationality="", sex=None)
        if born == "1971":
            estimated = PartialDate(1971, estimated=True)
            who = dataclasses.replace(who, birth_dates=(estimated,))
        two.issue(who)
        assert two.ask(who).shown == ()


def test_r24_explanation_speaks_of_the_compared_pair(two: World) -> None:
    """Each candidate's comparison holds the values of this traveller and of this alert."""
    people = [identity(f"Zephyrine Quill{x}", f"197{n}-03-1{n}", f"ZQ44172{n}5")
              for n, x in enumerate(("feather", "marsh", "stone", "brook"))]  # fmt: skip
    for number, one in enumerate(people):
        two.issue(one, local_id=f"e{number}")
    for number, one in enumerate(people):
        for shown in two.ask(one).shown:
            by = {c.attribute: c for c in shown.compared}
            held = people[int(shown.alert.removeprefix("UTO-e"))]
            if "document" in by:
                assert by["document"].ours in ("", held.documents[0].number)
            assert shown.alert != f"UTO-e{number}" or by["document"].verdict == "agrees"


def test_r25_the_log_holds_what_replays_the_match(two: World) -> None:
    """Matcher, inputs, version and comparison stand with the answer; asked again, bits agree."""
    made = two.issue()
    answer = two.ask()
    kept = two.qma.ledger.open_personal(answer.entry)
    asked = two.qma.ledger.open_personal(answer.entry - 1)
    assert two.qma.ledger.entry(answer.entry).public["matcher"] == answer.matcher
    assert PERSON.as_dict() == asked["identity"]
    again = two.ask()
    (candidate,) = kept["candidates"]
    assert candidate["version"] == made.version
    assert candidate["weight"] == again.shown[0].weight
    assert candidate["compared"] == [c.as_dict() for c in again.shown[0].compared]
    assert again.matcher == answer.matcher


def test_r16_day_after_expiry_no_hit_anywhere(two: World) -> None:
    """On its last day an alert matches; the day after nowhere, also where no round was made."""
    made = two.issue(expires="2026-11-24")
    two.clock.advance(DAY)
    assert two.ask().state == "match"
    two.clock.advance(15 * HOUR)
    assert two.uto.today() == made.expires
    assert two.ask().state == "match"
    two.clock.advance(HOUR)
    after = two.ask()
    assert (after.state, after.shown, after.name_only) == ("no-match", (), 0)
    inquiry = Inquiry(officer=CLERK, purpose="border-check")
    assert check(two.uto, inquiry, [traveller()])[0].state == "no-match"
    assert alert.expire(two.uto) == [made.id]
    assert alert.expire(two.qma) == [made.id]
    assert not two.holds(two.uto, made.id)
    assert not two.holds(two.qma, made.id)
    two.check()


@pytest.mark.parametrize("who", [PERSON, STRANGER], ids=["alert", "none"])
def test_r17_stale_copy_is_unavailable_never_a_match_never_no_match(
    two: World, who: Identity
) -> None:
    """Once the lease has run out the answer is unavailable, whatever the copy holds."""
    two.issue()
    two.clock.advance(48 * HOUR)
    assert two.ask(who).state == ("match" if who == PERSON else "no-match")
    two.clock.advance(datetime.timedelta(seconds=1))
    answer = two.ask(who)
    assert (answer.state, answer.shown, answer.name_only) == ("unavailable", (), 0)
    assert answer.deciding.rule == "lease"
    two.sync()
    assert two.ask(who).state == ("match" if who == PERSON else "no-match")


def test_r17_clock_set_back_does_not_renew_a_lease(two: World) -> None:
    """A copy synchronised in the future, by a wrong clock, is unavailable."""
    two.clock.advance(5 * DAY)
    two.issue()
    two.close()
    two.clock = FixedClock(START)
    two.reopen()
    assert two.ask().state == "unavailable"


def test_r18_before_the_first_synchronisation_nothing_is_no_match(two: World) -> None:
    """A copy which was never complete says unavailable."""
    assert two.ask(STRANGER).state == "unavailable"


def test_witness_absent_beyond_grace_is_unavailable_but_recorded(seen: World) -> None:
    """Beyond the agreed hours without a witness nothing is answered, and all is recorded."""
    seen.issue()
    for node in seen.nodes:
        seen.cosign(node)
    seen.clock.advance(24 * HOUR)
    within = seen.ask()
    assert (within.state, within.witnessed) == ("match", False)
    seen.clock.advance(datetime.timedelta(seconds=1))
    size = seen.qma.ledger.size()
    with pytest.raises(Unavailable) as caught:
        seen.ask()
    assert caught.value.code == "witness-absent"
    assert seen.kinds(seen.qma, size) == ["check:asked", "check:answered"]
    seen.cosign(seen.qma)
    assert seen.ask().state == "match"


def test_witness_never_seen_is_unavailable(seen: World) -> None:
    """A node whose log no witness has ever seen answers nothing."""
    seen.issue()
    with pytest.raises(Unavailable) as caught:
        seen.ask()
    assert caught.value.code == "witness-absent"


def test_witnessed_answer_says_so_only_for_its_own_entry(seen: World) -> None:
    """An answer is marked witnessed where a cosigned log holds it, and else not."""
    seen.issue()
    seen.cosign(seen.qma)
    answer = seen.ask()
    assert not answer.witnessed
    assert seen.cosign(seen.qma) > answer.entry
    assert not seen.ask().witnessed


def test_r51_each_question_is_two_entries_with_who_why_and_outcome(two: World) -> None:
    """Requests and log agree one to one: intent and outcome of each traveller."""
    two.issue()
    size = two.qma.ledger.size()
    people = [traveller(who, f"QM617/{n:03}") for n, who in enumerate((PERSON, OTHER, STRANGER))]
    answers = check(two.qma, Inquiry(officer=GUARD, purpose="border-check"), people)
    assert two.kinds(two.qma, size) == ["check:asked"] * 3 + ["check:answered"] * 3
    for place, answer in enumerate(answers):
        asked = two.qma.ledger.open_personal(size + place)
        done = two.qma.ledger.open_personal(answer.entry)
        assert (asked["officer"], asked["reference"]) == ("guard", people[place].reference)
        assert done["reference"] == people[place].reference
        assert two.qma.ledger.entry(answer.entry).public["state"] == answer.state
        assert asked["identity"] == people[place].identity.as_dict()


def test_r27_rejected_candidate_is_not_shown_again_until_a_new_version(two: World) -> None:
    """Who was found to be someone else is not stopped again by this version of the alert."""
    made = two.issue()
    who = dataclasses.replace(PERSON, documents=(DocumentNumber("ZQ4417205", "QZZ"),))
    (shown,) = two.ask(who).shown
    match.reject(two.qma, GUARD, shown.match, reason="another face, another place of birth")
    size = two.qma.ledger.size()
    again = two.ask(who)
    assert (again.state, again.shown) == ("no-match", ())
    assert two.qma.ledger.entry(size + 1).public["withheld"] == ["cleared"]
    alert.extend(
        two.uto, CLERK, made.id,
        until=made.expires + 30 * DAY, assessment="assessed anew: the ground still stands",
    )  # fmt: skip
    two.sync()
    assert two.ask(who).state == "match"


def test_r56_suspended_agreement_stops_question_and_feed_at_once(two: World) -> None:
    """After suspension nothing of the partner is searched or shown, and nothing leaves."""
    two.issue()
    assert two.ask().state == "match"
    agreement.suspend(two.qma, AGREEMENT, reason="exercise")
    answer = two.ask()
    assert (answer.state, answer.shown, answer.name_only) == ("no-match", (), 0)
    assert [source.issuer for source in answer.sources] == ["QMA"]
    agreement.suspend(two.uto, AGREEMENT, reason="exercise")
    alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(OTHER))])
    with two.qma.store.read() as conn:
        card = peers.find(conn, "UTO")
    now = two.clock.now()
    pull = canonical({"after": 0, "ends": False, "epoch": "0" * 32, "limit": 5})
    letter = envelope.Letter(PULL, pull, now, now + HOUR, AGREEMENT)
    asked = two.qma.desk.write(card, letter)
    answered = open_reply(two.to_uto.ask(asked), asked, two.qma.desk, card, now)
    assert answered.answer is not None
    told = parse_page(answered.answer.body)
    assert (told.page.items, told.grant) == ((), now)  # not one alert, and no lease


def test_r56_peer_cut_off_is_not_believed_not_admitted_not_written_to(two: World) -> None:
    """A peer that was cut off supports no answer any more, and its letters are refused."""
    two.issue()
    (shown,) = two.ask().shown
    joining.leave(two.qma, "UTO", reason="exercise")
    answer = two.ask()
    assert (answer.state, answer.shown) == ("unavailable", ())
    with pytest.raises(ComityError):
        match.confirm(two.qma, GUARD, shown.match, reason="same document and same face")
    assert two.round(two.qma).applied == 0
    assert ("QMA", "peer-refused") in two.round(two.uto).faults
    joining.join(two.qma, (two.folder / "UTO" / "UTO.comity-node").read_bytes())
    assert two.ask().state == "unavailable", "until it has synchronised again"
    two.sync()
    assert two.ask().state == "match"


texts = st.text(max_size=30)
people = st.builds(
    lambda names, dates, number, kind, origins: (names, dates, number, kind, origins),
    st.lists(st.text(min_size=1, max_size=40).filter(str.strip), max_size=3),
    st.lists(st.sampled_from(["1971-03-14", "1971", "1900-02"]), max_size=2),
    st.one_of(st.none(), st.text(min_size=1, max_size=20).filter(str.strip)),
    st.sampled_from(["", "ordinary", "convention-1951", "no-such-kind"]),
    st.one_of(st.none(), st.lists(st.sampled_from(["UTO", "QMA", "QZZ"]), max_size=2)),
)


def test_any_traveller_gets_a_true_answer_or_one_clear_error(two: World) -> None:
    """Whatever is asked about: an answer with its two entries, or our own error and none."""
    two.issue()
    inquiry = Inquiry(officer=GUARD, purpose="border-check")

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(people, texts)
    def hold(one: Any, reference: str) -> None:
        names, dates, number, kind, origins = one
        who = Identity(
            names=tuple(Name(name) for name in names),
            birth_dates=tuple(PartialDate.parse(date) for date in dates),
            documents=() if number is None else (DocumentNumber(number),),
        )
        asked = Traveller(
            identity=who, reference=reference, document_kind=kind,
            origins=None if origins is None else tuple(origins),
        )  # fmt: skip
        size = two.qma.ledger.size()
        try:
            (answer,) = check(two.qma, inquiry, [asked])
        except ComityError:
            assert two.qma.ledger.size() == size
        else:
            assert two.qma.ledger.size() == size + 2
            assert answer.state in ("match", "no-match", "not-permitted", "unavailable")
            assert (answer.state == "match") == bool(answer.shown)

    hold()
    two.check()


@pytest.mark.parametrize("many", [12, 70])
def test_many_alike_of_one_issuer_hide_no_alert_of_another(two: World, many: int) -> None:
    """However many of Utopia's alerts are about such a person, Arcadia's own is found and shown."""
    drafts = [draft(local_id=f"n{n:02d}", reference=f"MOI/{n}") for n in range(many)]
    alert.issue(two.uto, CLERK, [alert.draft(two.uto, one) for one in drafts])
    two.sync()
    own = alert.issue(two.qma, CLERK, [alert.draft(two.qma, draft())])[0].alert
    shown = two.ask().shown
    assert own.id in [one.alert for one in shown]
    assert sum(one.issuer == "UTO" for one in shown) == SHOWN_MAX


def test_r30_who_asked_for_protection_is_protected_when_checked_again(two: World) -> None:
    """A second look keeps what the officer recorded: the country fled is not asked about them."""
    made = two.issue()
    person = Traveller(identity=PERSON, reference="QM617/007", origins=("UTO",))
    assert two.ask(person).state != "match"
    inquiry = Inquiry(officer=CLERK, purpose="border-check")
    again = list(screening.rescreen(two.qma, inquiry, [made.id], days=1))
    assert [answer.state for _entry, answer in again] != []
    assert not [answer for _entry, answer in again if answer.shown or answer.name_only]
    assert {s.state for s in again[0][1].sources if s.issuer == "UTO"} == {"not-permitted"}
