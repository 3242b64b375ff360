"""A person decides; only then is it a hit, and the issuer is told, once."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.bureau import alert, match, post
from comity.errors import ComityError, Conflict, Malformed, NotFound, NotPermitted, Unavailable
from comity.exchange import envelope, peers
from comity.exchange.reply import open_reply
from comity.proof.canonical import canonical
from world import (
    AGREEMENT,
    CLERK,
    DAY,
    GUARD,
    HOUR,
    OTHER,
    SECOND,
    SUPERVISOR,
    World,
    draft,
    identity,
    world,
)

REASON = "same document and same face"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


def possible(two: World) -> str:
    """A candidate of band ``possible``: a part of the name and most of the birth date agree."""
    two.issue()
    questions = itertools.product(
        ("Z Quillfeather", "Quillfeather"), ("1971-04-14", "1971-03-15", "1972-03-14"), ("M", None)
    )
    for name, born, sex in questions:
        for shown in two.ask(identity(name, born, nationality="", sex=sex)).shown:
            if shown.band == "possible":
                return shown.match
    raise AssertionError("no question gives a possible candidate")


@pytest.mark.parametrize("reason", ["", "yes", "          ", "\n\n\n\n\n\n\n\n\n\n\n\n"])
def test_r36_no_decision_without_reasons_of_ones_own(two: World, reason: str) -> None:
    """Neither confirmation nor rejection without words."""
    two.issue()
    (shown,) = two.ask().shown
    for act in (match.confirm, match.reject):
        with pytest.raises(Malformed):
            act(two.qma, GUARD, shown.match, reason=reason)
    assert match.match(two.qma, shown.match).state == match.CANDIDATE


def test_r36_a_candidate_alone_tells_the_issuer_nothing(two: World) -> None:
    """Before a person decides nothing reaches the issuer."""
    two.issue()
    two.ask()
    two.sync()
    assert match.hits(two.uto) == []


def test_hit_is_told_to_the_issuer_exactly_once(two: World) -> None:
    """A confirmed match arrives once, however often its answer is lost on the way."""
    made = two.issue()
    assert two.hit().state == match.CONFIRMED
    two.to_uto.lose = {two.to_uto.calls + n for n in range(1, 12)}
    for _ in range(6):
        two.round(two.qma)
        two.clock.advance(HOUR)
    two.to_uto.lose = set()
    two.sync()
    (told,) = match.hits(two.uto)
    assert (told.alert, told.peer, told.detail["purpose"]) == (made.id, "QMA", "border-check")
    assert two.kinds(two.uto).count("hit:received") == 1
    two.check()


def test_r21_possible_match_needs_a_second_officer(two: World) -> None:
    """The first confirms, tells nobody, and cannot be the second; the second's word makes a hit."""
    found = possible(two)
    first = match.confirm(two.qma, GUARD, found, reason=REASON)
    assert (first.state, first.message) == (match.SECOND, "")
    with pytest.raises(NotPermitted) as caught:
        match.confirm(two.qma, GUARD, found, reason=REASON)
    assert caught.value.code == "match-same-officer"
    two.sync()
    assert match.hits(two.uto) == []
    assert REASON not in str(match.match(two.qma, found))
    assert match.confirm(two.qma, SECOND, found, reason=REASON).state == match.CONFIRMED
    two.sync()
    assert len(match.hits(two.uto)) == 1


def test_r21_second_officer_may_reject(two: World) -> None:
    """The second officer's no ends it: no hit, no message."""
    found = possible(two)
    match.confirm(two.qma, GUARD, found, reason=REASON)
    assert match.reject(two.qma, SECOND, found, reason=REASON).state == match.REJECTED
    two.sync()
    assert match.hits(two.uto) == []


def test_decided_is_decided(two: World) -> None:
    """A match is decided once."""
    two.issue()
    (shown,) = two.ask().shown
    match.confirm(two.qma, GUARD, shown.match, reason=REASON)
    for act in (match.confirm, match.reject):
        with pytest.raises(Conflict):
            act(two.qma, SECOND, shown.match, reason=REASON)


def test_supervisor_decides_nothing(two: World) -> None:
    """Who supervises acts on nobody."""
    two.issue()
    (shown,) = two.ask().shown
    for act in (match.confirm, match.reject):
        with pytest.raises(NotPermitted):
            act(two.qma, SUPERVISOR, shown.match, reason=REASON)


def test_untrained_officer_confirms_nobody_but_may_reject(two: World) -> None:
    """Training that ran out since the check ends the power to confirm."""
    two.issue()
    (shown,) = two.ask().shown
    late = dataclasses.replace(GUARD, trained_until=two.qma.today() - DAY)
    with pytest.raises(NotPermitted):
        match.confirm(two.qma, late, shown.match, reason=REASON)
    assert match.reject(two.qma, late, shown.match, reason=REASON).state == match.REJECTED


def test_r17_candidate_of_a_stale_copy_cannot_be_confirmed(two: World) -> None:
    """Once the lease has run out a candidate from before supports no adverse act."""
    two.issue()
    (shown,) = two.ask().shown
    two.clock.advance(48 * HOUR + datetime.timedelta(seconds=1))
    with pytest.raises(Unavailable) as caught:
        match.confirm(two.qma, GUARD, shown.match, reason=REASON)
    assert caught.value.code == "copy-stale"
    two.sync()
    assert match.confirm(two.qma, GUARD, shown.match, reason=REASON).state == match.CONFIRMED


def test_r16_candidate_of_an_expired_alert_cannot_be_confirmed(two: World) -> None:
    """The day after expiry nobody is confirmed, also where no round was made."""
    two.issue(expires="2026-11-24")
    (shown,) = two.ask().shown
    two.clock.advance(40 * HOUR)
    with pytest.raises(Conflict):
        match.confirm(two.qma, GUARD, shown.match, reason=REASON)


def test_r18_candidate_of_a_withdrawn_or_changed_alert_cannot_be_confirmed(two: World) -> None:
    """A withdrawal or a new version between check and decision asks for a new check."""
    first, second = two.issue(), two.issue(OTHER)
    (one,), (other,) = two.ask().shown, two.ask(OTHER).shown
    alert.withdraw(two.uto, CLERK, first.id, event="decision-withdrawn", reason="annulled")
    alert.extend(
        two.uto, CLERK, second.id,
        until=second.expires + DAY, assessment="assessed anew: the ground stands",
    )  # fmt: skip
    two.sync()
    with pytest.raises(ComityError):
        match.confirm(two.qma, GUARD, one.match, reason=REASON)
    with pytest.raises(Conflict):
        match.confirm(two.qma, GUARD, other.match, reason=REASON)
    assert match.hits(two.uto) == []


def test_no_such_match(two: World) -> None:
    """An unknown id is not found, for each act."""
    for act in (match.confirm, match.reject):
        with pytest.raises(NotFound):
            act(two.qma, GUARD, "m-unknown", reason=REASON)
    with pytest.raises(NotFound):
        match.match(two.qma, "m-unknown")


def told(two: World, body: bytes, kind: str = match.HIT, agreement: str = AGREEMENT) -> str:
    """Arcadia sends a message by hand; the grade and reason of Utopia's receipt."""
    with two.qma.store.read() as conn:
        card = peers.find(conn, "UTO")
    now = two.clock.now()
    sent = two.qma.desk.write(card, envelope.Letter(kind, body, now, now + HOUR, agreement))
    receipt = open_reply(post.receive_message(two.uto, sent), sent, two.qma.desk, card, now).receipt
    return f"{receipt.grade} {receipt.reason}".strip()


def hit_of(alert_id: str, **changes: object) -> bytes:
    """The body of a message of a hit."""
    said = {"alert": alert_id, "version": 1, "purpose": "border-check",
            "at": "2026-11-23T08:00:00+00:00", "action": "confirmed"}  # fmt: skip
    return canonical({**said, **changes})


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"alert":"UTO-1"}', b"\xff\xfe", b"[" * 4000, b"{" + b" " * 9000],
)
def test_hostile_message_of_a_hit_is_refused_and_kept_out(two: World, body: bytes) -> None:
    """Garbage under a valid signature is receipted as refused, and nothing of it is kept."""
    two.issue()
    assert told(two, body).startswith("refused ")
    assert match.hits(two.uto) == []
    two.check()


def test_hostile_fields_of_a_hit_are_refused(two: World) -> None:
    """Each field of another type is refused."""
    made = two.issue()
    for change in ({"version": "1"}, {"at": 5}, {"alert": [made.id]}, {"alert": "UTO-\0"},
                   {"purpose": "x" * 600}, {"extra": 1}):  # fmt: skip
        assert told(two, hit_of(made.id, **change)).startswith("refused ")
    assert told(two, hit_of(made.id)) == "applied"


def test_r30_a_peer_learns_nothing_by_guessing_alerts(two: World) -> None:
    """Alerts that were never sent to the peer, ended or do not exist: one and the same refusal."""
    unsent = alert.issue(
        two.uto, CLERK,
        [alert.draft(two.uto, draft(OTHER, category="discreet-check", local_id="unsent"))],
    )[0].alert  # fmt: skip
    ended = two.issue()
    alert.withdraw(two.uto, CLERK, ended.id, event="decision-withdrawn", reason="annulled")
    two.sync()
    answers = {told(two, hit_of(one)) for one in (unsent.id, ended.id, "UTO-never", "QMA-never")}
    assert answers == {"refused hit-alert-unknown"}


def test_message_of_another_kind_or_agreement_is_refused(two: World) -> None:
    """Only kinds that are known, under agreements in force."""
    made = two.issue()
    assert told(two, hit_of(made.id), kind="gossip") == "refused message-kind"
    assert told(two, hit_of(made.id), agreement="other").startswith("refused ")


def test_r18_candidates_of_a_withdrawn_alert_are_erased_with_it(two: World) -> None:
    """What a match repeats of a withdrawn alert's content goes with it; a hit stays."""
    first, second = two.issue(), two.issue(OTHER)
    two.hit()
    (open_one,) = two.ask(OTHER).shown
    for one in (first, second):
        alert.withdraw(two.uto, CLERK, one.id, event="decision-withdrawn", reason="annulled")
    two.sync()
    assert [one.alert for one in match.matches(two.qma)] == [first.id]
    with pytest.raises(NotFound):
        match.match(two.qma, open_one.match)
    with two.qma.store.read() as conn:
        assert not two.qma.vault.has_key(conn, f"match:{open_one.match}")
    two.check()
