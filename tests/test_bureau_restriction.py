"""An alert may stand and yet support no act: contested, flagged, judged, a possible victim."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accord_examples import AGREEMENT as TEXT
from accord_examples import EVERYTHING, QUESTION, RECORD, bound, constitution
from comity.bureau import alert, match, post, restriction
from comity.bureau.check import check
from comity.bureau.diagnosis import diagnose
from comity.bureau.node import Node
from comity.bureau.officer import Officer
from comity.bureau.question import Inquiry
from comity.errors import Conflict, Malformed, NotFound, NotPermitted
from comity.exchange import envelope, peers
from comity.exchange.reply import open_reply
from comity.proof.canonical import canonical
from comity.terms.alert import Alert
from comity.terms.category import CATEGORIES
from comity.terms.restriction import RESTRICTIONS
from world import (
    AGREEMENT,
    CLERK,
    DAY,
    GUARD,
    HOUR,
    OTHER,
    SUPERVISOR,
    World,
    draft,
    traveller,
    world,
)

WHY = "the person's lawyer has lodged a complaint"
UNTRAINED = dataclasses.replace(CLERK, trained_until=CLERK.trained_until.replace(year=2020))

EXAMPLES = {
    "contested": "entry-refusal-ban",
    "flagged": "missing-protect",
    "final-judgment": "arrest",
    "possible-victim": "entry-refusal-ban",
}
"""A category of the training agreement on which each ground stops an act."""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


def issued(two: World, ground: str) -> Alert:
    """An alert of Utopia in Arcadia's copy, on which ``ground`` may stand; it matches."""
    made = two.issue(category=EXAMPLES[ground])
    assert two.ask().state == "match"
    return made


def at_home(two: World) -> str:
    """What Utopia's own officer is answered about the same traveller."""
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    return check(two.uto, inquiry, [traveller()])[0].state


@pytest.mark.parametrize("ground", ["contested", "final-judgment", "possible-victim"])
def test_r59_r32_r46_restricted_by_its_issuer_it_supports_no_act_anywhere(
    two: World, ground: str
) -> None:
    """One synchronisation later no node matches it; lifted, every node does again."""
    made = issued(two, ground)
    assert at_home(two) == "match"
    done = restriction.restrict(two.uto, CLERK, made.id, ground=ground, reason=WHY)
    assert (done.version, done.message) == (2, "")
    assert at_home(two) == "no-match"
    two.sync()
    answer = two.ask()
    assert (answer.state, answer.name_only, answer.shown) == ("no-match", 0, ())
    assert two.holds(two.qma, made.id) == (ground == "contested")
    restriction.lift(two.uto, CLERK, made.id, ground=ground, reason="examined, and found right")
    two.sync()
    assert (at_home(two), two.ask().state) == ("match", "match")
    two.check()


@pytest.mark.parametrize("ground", ["contested", "flagged", "final-judgment", "possible-victim"])
def test_r59_r32_r46_a_holders_restriction_holds_for_its_copy_at_once(
    two: World, ground: str
) -> None:
    """No consent, no synchronisation: the copy supports no act; the issuer is told where it may."""
    made = issued(two, ground)
    done = restriction.restrict(two.qma, CLERK, made.id, ground=ground, reason=WHY)
    assert two.ask().state == "no-match"
    assert at_home(two) == "match"
    two.sync()
    told = [(one.ground, one.by) for one in restriction.standing(two.uto, made.id)]
    assert told == ([] if ground == "possible-victim" else [(ground, "QMA")])
    assert bool(done.message) == bool(told)
    restriction.lift(two.qma, CLERK, made.id, ground=ground, reason="examined, and found right")
    assert two.ask().state == "match"
    two.sync()
    assert restriction.standing(two.uto, made.id) == []
    two.check()


def test_r30_quiet_restriction_tells_the_issuer_nothing(two: World) -> None:
    """Where the issuer is whom the person fled, nothing leaves."""
    made = issued(two, "contested")
    done = restriction.restrict(two.qma, CLERK, made.id, ground="contested", reason=WHY, quiet=True)
    size = two.uto.ledger.size()
    two.sync()
    assert done.message == ""
    assert "restriction:received" not in two.kinds(two.uto, size)
    assert two.ask().state == "no-match"


def test_r59_a_match_from_before_is_not_confirmed(two: World) -> None:
    """A candidate found before the restriction makes no hit, at the holder or after the feed."""
    made = issued(two, "contested")
    (shown,) = two.ask().shown
    restriction.restrict(two.qma, CLERK, made.id, ground="contested", reason=WHY)
    with pytest.raises(Conflict) as caught:
        match.confirm(two.qma, GUARD, shown.match, reason="same document and same face")
    assert caught.value.code == "match-alert-changed"
    two.sync()
    assert match.hits(two.uto) == []


def test_restriction_survives_extension_import_and_a_new_start(two: World) -> None:
    """What a person restricted only a person releases."""
    made = issued(two, "contested")
    restriction.restrict(two.uto, CLERK, made.id, ground="contested", reason=WHY)
    longer = made.expires + DAY
    alert.extend(two.uto, CLERK, made.id, until=longer, assessment="assessed anew: it stands")
    again = dataclasses.replace(made, reason="another word on the list")
    two.uto.ledger.write(lambda conn: alert.renew(two.uto, conn, CLERK, again))
    two.sync()
    two.reopen()
    assert (at_home(two), two.ask().state) == ("no-match", "no-match")


def test_a_copys_restriction_outlives_withdrawal_and_return(two: World) -> None:
    """The issuer cannot shake a holder's restriction off by sending the alert anew."""
    made = issued(two, "contested")
    restriction.restrict(two.qma, CLERK, made.id, ground="contested", reason=WHY)
    for act in (restriction.restrict, restriction.lift):
        act(two.uto, CLERK, made.id, ground="possible-victim", reason=WHY)
        two.sync()
    assert two.holds(two.qma, made.id)
    assert two.ask().state == "no-match"


def test_restriction_is_a_named_persons_with_reasons_in_the_log(two: World) -> None:
    """Officer, ground and reason stand sealed; the public part does not tell the ground."""
    made = issued(two, "possible-victim")
    done = restriction.restrict(two.uto, CLERK, made.id, ground="possible-victim", reason=WHY)
    kept = two.uto.ledger.open_personal(done.entry)
    assert kept == {"alert": made.id, "officer": "clerk", "ground": "possible-victim",
                    "reason": WHY}  # fmt: skip
    public = str(two.uto.ledger.entry(done.entry).public)
    assert not [word for word in ("victim", made.id, "clerk") if word in public]


@pytest.mark.parametrize(
    ("by", "ground", "reason", "error"),
    [
        (GUARD, "contested", WHY, NotPermitted),
        (SUPERVISOR, "contested", WHY, NotPermitted),
        (CLERK, "contested", "because", Malformed),
        (CLERK, "flagged", WHY, Malformed),
        (CLERK, "final-judgment", WHY, Malformed),
        (CLERK, "suspicious", WHY, Malformed),
    ],
)
def test_no_restriction_without_role_reason_or_ground(
    two: World, by: Officer, ground: str, reason: str, error: type[Exception]
) -> None:
    """Another role, no reasons, a ground that is not open to the issuer of this category."""
    made = two.issue()
    size = two.uto.ledger.size()
    for act in (restriction.restrict, restriction.lift):
        with pytest.raises(error):
            act(two.uto, by, made.id, ground=ground, reason=reason)
    assert two.uto.ledger.size() == size


def test_what_helps_the_person_needs_no_training_what_turns_against_them_does(two: World) -> None:
    """An officer whose training has run out restricts, and does not release."""
    made = two.issue()
    restriction.restrict(two.uto, UNTRAINED, made.id, ground="contested", reason=WHY)
    with pytest.raises(NotPermitted):
        restriction.lift(two.uto, UNTRAINED, made.id, ground="contested", reason=WHY)


def test_twice_or_never_is_a_conflict_and_the_issuers_is_the_issuers(two: World) -> None:
    """Nothing is set twice, nothing lifted that was not set, nobody lifts the issuer's."""
    made = two.issue()
    with pytest.raises(NotFound):
        restriction.lift(two.uto, CLERK, made.id, ground="contested", reason=WHY)
    restriction.restrict(two.uto, CLERK, made.id, ground="contested", reason=WHY)
    with pytest.raises(Conflict):
        restriction.restrict(two.uto, CLERK, made.id, ground="contested", reason=WHY)
    two.sync()
    with pytest.raises(NotPermitted) as caught:
        restriction.lift(two.qma, CLERK, made.id, ground="contested", reason=WHY)
    assert caught.value.code == "restriction-foreign"


def test_restriction_of_a_copy_holds_while_the_peer_is_cut_off(two: World) -> None:
    """Whom nobody can tell is not told; the restriction holds all the same."""
    made = two.issue()
    two.to_uto.up = False
    restriction.restrict(two.qma, CLERK, made.id, ground="contested", reason=WHY)
    assert two.ask().state == "no-match"
    two.to_uto.up = True
    two.sync()
    assert len(restriction.standing(two.uto, made.id)) == 1


def told(two: World, body: bytes) -> str:
    """Utopia's receipt of a message of Arcadia's: the grade, and the reason of a refusal."""
    with two.qma.store.read() as conn:
        card = peers.find(conn, "UTO")
    now = two.clock.now()
    letter = envelope.Letter(restriction.RESTRICTION, body, now, now + HOUR, AGREEMENT)
    sent = two.qma.desk.write(card, letter)
    reply = post.receive_message(two.uto, sent)
    receipt = open_reply(reply, sent, two.qma.desk, card, now).receipt
    return f"{receipt.grade} {receipt.reason}".strip()


def test_a_hostile_message_changes_nothing(two: World) -> None:
    """Another's alert, an unknown ground, another form: refused, and nothing is kept."""
    made = two.issue()
    own: Node = two.uto
    unsent = alert.issue(own, CLERK, [alert.draft(own, draft(category="discreet-check"))])[0].alert
    good: dict[str, Any] = {"alert": made.id, "version": 1, "ground": "contested", "set": True,
                            "at": "2026-11-23T08:00:00+00:00"}  # fmt: skip
    for change, code in (
        ({"alert": "UTO-none"}, "restriction-alert-unknown"),
        ({"alert": unsent.id}, "restriction-alert-unknown"),
        ({"ground": "final-judgment"}, "restriction-ground"),
        ({"ground": "\0"}, "restriction-ground"),
        ({"set": "yes"}, "restriction-form"),
        ({"version": True}, "restriction-form"),
        ({"more": 1}, "restriction-form"),
    ):
        assert told(two, canonical(good | change)) == f"refused {code}"
    for body in (b"", b"[]", b"\xff", b'{"alert":1}', b"x" * 5000):
        assert told(two, body).startswith("refused ")
    assert restriction.standing(two.uto, made.id) == []
    assert told(two, canonical(good)) == "applied"


def everything() -> Any:
    """An agreement over all categories under which only the constitution refuses."""
    names = ", ".join(f'"{one}"' for one in CATEGORIES)
    text = re.sub(r"^categories = \[[^\]]*\]", f"categories = [{names}]", TEXT, count=1,
                  flags=re.MULTILINE)  # fmt: skip
    return bound(text, EVERYTHING, constitution())


@pytest.mark.parametrize("ground", sorted(RESTRICTIONS))
def test_table_and_constitution_say_the_same(ground: str) -> None:
    """A ground applies to the very categories whose action the constitution then hides."""
    policy = everything()
    fact = {"contested": "contested", "flagged": "flagged", "final-judgment": "final_judgment",
            "possible-victim": "possible_victim"}[ground]  # fmt: skip
    for category in CATEGORIES:
        record = dataclasses.replace(RECORD, category=category, **{fact: True})  # type: ignore[arg-type]
        (seen,) = policy.may_see(QUESTION, record, ("alert",), QUESTION.asker.trained_until)
        hidden = seen.rule == RESTRICTIONS[ground].rule
        assert hidden == RESTRICTIONS[ground].applies(category), category


def test_what_is_restricted_is_listed_and_not_forgotten(two: World) -> None:
    """The register names alert, ground and country without opening anything; age is a finding."""
    first, second = two.issue(), two.issue(OTHER)
    restriction.restrict(two.uto, CLERK, first.id, ground="contested", reason=WHY)
    two.sync()
    restriction.restrict(two.qma, CLERK, second.id, ground="contested", reason=WHY)
    two.sync()
    size = two.uto.ledger.size()
    told = {(one.alert, one.ground, one.by) for one in restriction.standing(two.uto)}
    assert told == {(first.id, "contested", "UTO"), (second.id, "contested", "QMA")}
    assert two.uto.ledger.size() == size
    states = [one.state for one in diagnose(two.uto) if one.what == "restrictions"]
    two.clock.advance(31 * DAY)
    states += [one.state for one in diagnose(two.uto) if one.what == "restrictions"]
    assert states == ["ok", "look"]
    alert.withdraw(two.uto, CLERK, first.id, event="decision-withdrawn", reason="it was right")
    assert [one.alert for one in restriction.standing(two.uto)] == [second.id]
