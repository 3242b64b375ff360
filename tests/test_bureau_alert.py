"""Alerts: issued with grounds, extended after an assessment, withdrawn everywhere."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from comity.bureau import agreement, alert, joining, overview
from comity.bureau.node import card, init_node, open_node
from comity.bureau.texts import texts_folder
from comity.errors import ComityError, Conflict, Malformed, NotFound, NotPermitted
from comity.record import tables
from comity.terms.category import CATEGORIES
from world import (
    AGREEMENT,
    CLERK,
    DAY,
    GUARD,
    HOUR,
    OTHER,
    PERSON,
    SUPERVISOR,
    World,
    draft,
    identity,
    world,
)
from world import settings as node_settings


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia."""
    with world(tmp_path) as made:
        yield made


ANNULLED = {"event": "decision-withdrawn", "reason": "the ban was annulled on appeal"}


@pytest.mark.parametrize("by", [GUARD, SUPERVISOR])
def test_only_the_bureau_issues_extends_and_withdraws(two: World, by: Any) -> None:
    """Officers of other roles change no alert."""
    made = two.issue()
    size = two.uto.ledger.size()
    acts = (
        lambda: alert.issue(two.uto, by, [alert.draft(two.uto, draft(OTHER))]),
        lambda: alert.extend(two.uto, by, made.id, until=made.expires, assessment="x" * 30),
        lambda: alert.withdraw(two.uto, by, made.id, **ANNULLED),
    )
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    assert two.uto.ledger.size() == size


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_r14_a_name_alone_supports_no_alert(two: World, category: str) -> None:
    """Where the category asks for a birth date, a draft with a name only is refused."""
    bare = draft(identity("Zephyrine Quillfeather", nationality="", sex=None), category=category)
    bare |= {"last_departure": "2026-03-01", "entry_ban": True}
    if "birth_date" in CATEGORIES[category].minimum:
        with pytest.raises(Malformed) as caught:
            alert.draft(two.uto, bare)
        assert caught.value.code == "alert-minimum"
    elif not {"number", "fingerprints"} & set(CATEGORIES[category].minimum):
        assert alert.draft(two.uto, bare).category == category


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("reference", ""), ("authority", " "), ("proportionality", ""),
        ("decided_on", "2026-12-01"), ("decided_on", None), ("decided_on", 20260302),
        ("expires", "2040-01-01"), ("expires", "2026-11-22"), ("expires", 5),
        ("reason", 7), ("reason", "x" * 2001), ("entry_ban", "perhaps"), ("warnings", 5),
        ("warnings", [{}]), ("warnings", "armed"), ("warnings", ["ethnicity"]),
        ("category", ["return"]), ("category", "trouble"), ("identity", None), ("identity", {}),
        ("local_id", "../../etc"), ("local_id", {"a": 1}), ("basis", "feeling"),
        ("last_departure", "yesterday"), ("risk_score", 7), ("reason", "\ud800"),
    ],
)  # fmt: skip
def test_r15_draft_that_breaks_a_rule_is_refused_with_its_place(
    two: World, key: str, value: Any
) -> None:
    """Each missing ground, wrong type or unknown field is one clear error, never a fault."""
    with pytest.raises(ComityError) as caught:
        alert.draft(two.uto, draft(**{key: value}))
    assert caught.value.code
    assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def test_whatever_is_entered_can_be_read_again(two: World) -> None:
    """Any draft is refused, or becomes an alert which the index of both nodes can read."""
    keys = sorted(alert.DRAFT_KEYS)

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(keys), json_values, st.sampled_from(sorted(CATEGORIES)))
    def hold(key: str, value: Any, category: str) -> None:
        full = draft(category=category, entry_ban=True, last_departure="2026-03-01")
        try:
            made = alert.draft(two.uto, full | {key: value})
        except ComityError:
            return
        try:
            alert.issue(two.uto, CLERK, [made])
        except Conflict:
            return

    hold()
    two.uto.holdings.refresh()
    two.sync()
    two.qma.holdings.refresh()
    assert "copy:refused" not in two.kinds(two.qma)
    two.check()


def test_all_alerts_of_one_act_or_none(two: World) -> None:
    """One alert whose id stands already undoes the whole act."""
    two.issue(local_id="a1")
    size = two.uto.ledger.size()
    drafts = [alert.draft(two.uto, draft(OTHER, local_id=one)) for one in ("a0", "a1", "a2")]
    with pytest.raises(Conflict):
        alert.issue(two.uto, CLERK, drafts)
    assert two.uto.ledger.size() == size
    assert not two.holds(two.uto, "UTO-a0")
    two.check()


def test_an_alert_too_large_for_a_feed_is_refused_where_it_is_made(two: World) -> None:
    """What no peer could receive is not issued."""
    names = [{"full": f"Zephyrine {'ж' * 380}{n}", "surname": "", "forenames": "", "kind": "alias"}
             for n in range(200)]  # fmt: skip
    large = draft() | {"identity": {**PERSON.as_dict(), "names": names}}
    with pytest.raises(Malformed) as caught:
        alert.draft(two.uto, large)
    assert caught.value.code == "alert-large"


def test_r16_extension_needs_an_assessment_and_a_lawful_period(two: World) -> None:
    """Without an individual assessment, or beyond the article's period, nothing is extended."""
    made = two.issue()
    later = made.expires + 30 * DAY
    for until, assessment in (
        (later, ""), (later, "still needed"), (later, " " * 40),
        (made.expires, "assessed anew: the ground stands"),
        (made.expires + 3000 * DAY, "assessed anew: the ground stands"),
    ):  # fmt: skip
        with pytest.raises(Malformed):
            alert.extend(two.uto, CLERK, made.id, until=until, assessment=assessment)
    done = alert.extend(
        two.uto, CLERK, made.id, until=later, assessment="assessed anew: the ground stands"
    )
    assert (done.alert.version, done.alert.expires) == (2, later)
    kept = two.uto.ledger.open_personal(done.entry)
    assert kept["assessment"] == "assessed anew: the ground stands"
    two.sync()
    (shown,) = two.ask().shown
    assert shown.fields["alert"]["expires"] == later.isoformat()


def test_foreign_alert_cannot_be_changed(two: World) -> None:
    """A holder extends and withdraws nothing of another's."""
    made = two.issue()
    size = two.qma.ledger.size()
    with pytest.raises(NotPermitted) as caught:
        alert.withdraw(two.qma, CLERK, made.id, **ANNULLED)
    assert caught.value.code == "alert-foreign"
    with pytest.raises(NotPermitted):
        alert.extend(
            two.qma, CLERK, made.id,
            until=made.expires + DAY, assessment="assessed anew: the ground stands",
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        alert.issue(two.qma, CLERK, [made])
    assert two.qma.ledger.size() == size


def test_r18_withdrawal_reaches_the_holder_is_erased_there_and_acknowledged(two: World) -> None:
    """Withdrawn: erased at home at once, at the holder with the next round, acknowledged after."""
    made = two.issue()
    two.issue(OTHER)
    assert two.ask().state == "match"
    done = alert.withdraw(two.uto, CLERK, made.id, **ANNULLED)
    assert done.told == ("QMA",)
    assert not two.holds(two.uto, made.id)
    assert two.holds(two.qma, made.id)
    two.sync()
    assert not two.holds(two.qma, made.id)
    answer = two.ask()
    assert (answer.state, answer.shown) == ("no-match", ())
    assert two.ask(OTHER).state == "match"
    (row,) = overview.copies(two.uto, made.id)
    assert (row["op"], row["acknowledged_at"] is not None) == ("withdraw", True)
    assert alert.overdue(two.uto) == []
    two.check()


def test_r18_silent_holder_is_listed_as_overdue(two: World) -> None:
    """A holder that does not acknowledge by the agreed hour is on the list, until it does."""
    made = two.issue()
    alert.withdraw(two.uto, CLERK, made.id, **ANNULLED)
    two.to_uto.up = False
    two.clock.advance(12 * HOUR)
    two.round(two.qma)
    assert alert.overdue(two.uto) == []
    two.clock.advance(datetime.timedelta(seconds=1))
    (late,) = alert.overdue(two.uto)
    assert (late.peer, late.alert_id, late.agreement) == ("QMA", made.id, AGREEMENT)
    two.to_uto.up = True
    two.sync()
    assert alert.overdue(two.uto) == []


def test_r18_lost_answers_change_nothing_in_the_end(two: World) -> None:
    """However often a page is lost on its way, the withdrawal arrives once and is acknowledged."""
    made = two.issue()
    alert.withdraw(two.uto, CLERK, made.id, **ANNULLED)
    two.to_uto.lose = {two.to_uto.calls + n for n in (1, 2, 3, 5)}
    for _ in range(8):
        two.round(two.qma)
    assert not two.holds(two.qma, made.id)
    assert two.kinds(two.qma).count("copy:erased") == 1
    (row,) = overview.copies(two.uto, made.id)
    assert row["acknowledged_at"] is not None
    two.check()


def test_r18_withdrawal_reaches_a_holder_who_may_no_longer_receive(two: World) -> None:
    """A change after which the alert may not leave any more withdraws the copy sent before."""
    made = two.issue()
    child = identity("Zephyrine Quillfeather", "2012-03-14", "ZQ4417205")
    two.uto.ledger.write(
        lambda conn: alert.renew(two.uto, conn, CLERK, dataclasses.replace(made, identity=child))
    )
    alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(OTHER))])
    two.sync()
    assert not two.holds(two.qma, made.id)
    assert two.holds(two.uto, made.id)
    assert two.ask(OTHER).state == "match", "the feed goes on behind it"
    two.check()


@pytest.mark.parametrize(
    ("event", "reason"), [("boredom", "x"), ("decision-withdrawn", " "), ("", "annulled")]
)
def test_withdrawal_names_an_event_of_the_law_and_a_reason(
    two: World, event: str, reason: str
) -> None:
    """Only what ends an alert by its article ends it, with a reason."""
    made = two.issue()
    with pytest.raises(Malformed):
        alert.withdraw(two.uto, CLERK, made.id, event=event, reason=reason)
    assert two.holds(two.uto, made.id)


def test_withdrawn_is_withdrawn_and_may_be_issued_anew(two: World) -> None:
    """A withdrawn alert is not withdrawn twice; a new one about the same person stands alone."""
    made = two.issue()
    alert.withdraw(two.uto, CLERK, made.id, **ANNULLED)
    with pytest.raises(NotFound):
        alert.withdraw(two.uto, CLERK, made.id, **ANNULLED)
    with pytest.raises(NotFound):
        alert.extend(
            two.uto, CLERK, made.id,
            until=made.expires + DAY, assessment="assessed anew: the ground stands",
        )  # fmt: skip
    again = two.issue()
    assert again.id != made.id
    assert two.ask().shown[0].alert == again.id


def test_r18_content_of_a_withdrawn_alert_is_in_no_table(two: World) -> None:
    """After withdrawal no key, no sealed content and no earlier version is left of the alert."""
    made = two.issue()
    alert.extend(
        two.uto, CLERK, made.id,
        until=made.expires + DAY, assessment="assessed anew: the ground stands",
    )  # fmt: skip
    two.sync()
    alert.withdraw(two.uto, CLERK, made.id, **ANNULLED)
    two.sync()
    for node in two.nodes:
        with node.store.read() as conn:
            rows = conn.execute(select(tables.alert.c.sealed).filter_by(id=made.id)).all()
            assert [row.sealed for row in rows] == [None]
            assert not node.vault.has_key(conn, made.id)
            earlier = select(tables.alert_version).filter_by(alert_id=made.id)
            assert conn.execute(earlier).all() == []


def test_training_that_ran_out_issues_and_extends_nothing_but_withdraws(two: World) -> None:
    """Who is no longer trained acts against nobody; what helps a person may still be done."""
    made = two.issue()
    late = dataclasses.replace(CLERK, trained_until=two.uto.today() - DAY)
    with pytest.raises(NotPermitted):
        alert.issue(two.uto, late, [alert.draft(two.uto, draft(OTHER))])
    with pytest.raises(NotPermitted):
        alert.extend(
            two.uto, late, made.id,
            until=made.expires + DAY, assessment="assessed anew: the ground stands",
        )  # fmt: skip
    alert.withdraw(two.uto, late, made.id, **ANNULLED)


def test_agreement_needs_every_signature(tmp_path: Path) -> None:
    """A node adopts no text which the other has not signed, nor one of another wording."""
    with world(tmp_path) as made:
        text = agreement.read_folder(texts_folder() / "agreements" / AGREEMENT)
        other = agreement.Text(text.data.replace("until = 2028", "until = 2027"), text.policy)
        own = agreement.sign(made.uto, text)
        for signatures in ([], [own], [b"garbage"], [b"\xff" * 70_000]):
            with pytest.raises(ComityError):
                agreement.adopt(made.uto, other, signatures)
        assert agreement.find(made.uto, AGREEMENT).agreement.until.year == 2028


def test_agreement_adopted_before_its_day_opens_its_feed_on_that_day(tmp_path: Path) -> None:
    """Nothing leaves before the agreement is in force, and on that day what stands is offered."""
    with world(tmp_path) as made:
        folder = texts_folder() / "agreements" / AGREEMENT
        text = agreement.read_folder(folder)
        for node in made.nodes:
            agreement.suspend(node, AGREEMENT, reason="exercise")
        data = text.data.replace("in_force = 2026-01-01", "in_force = 2026-11-25")
        later = agreement.Text(data, text.policy)
        signatures = [agreement.sign(node, later) for node in made.nodes]
        for node in made.nodes:
            agreement.adopt(node, later, signatures)
        done = alert.issue(made.uto, CLERK, [alert.draft(made.uto, draft())])
        made.sync()
        assert not made.holds(made.qma, done[0].alert.id)
        made.clock.advance(2 * DAY)
        made.round(made.uto)
        made.sync()
        assert made.ask().state == "match"


def test_training_and_production_never_join(two: World, tmp_path: Path) -> None:
    """A production node refuses a training card, and the other way round."""
    home = tmp_path / "D"
    settings_ = dataclasses.replace(node_settings("UTO"), country="D", training=False)
    real = init_node(home, settings_, clock=two.clock)
    with pytest.raises(NotPermitted):
        joining.join(real, card(two.uto).text)
    with pytest.raises(NotPermitted):
        joining.join(two.uto, card(real).text)
    with pytest.raises(Conflict):
        joining.join(two.uto, card(two.uto).text)
    real.close()


def test_a_node_is_created_once_and_opens_only_with_its_own_keys(tmp_path: Path) -> None:
    """A folder holds one node; another's keys open nothing."""
    with world(tmp_path) as made:
        with pytest.raises(Conflict):
            init_node(tmp_path / "UTO", node_settings("UTO"))
        with pytest.raises(NotFound):
            open_node(tmp_path / "nowhere")
        made.close()
        (tmp_path / "UTO" / "node.db").replace(tmp_path / "QMA" / "node.db")
        with pytest.raises(ComityError):
            open_node(tmp_path / "QMA")
        (tmp_path / "QMA" / "node.db").replace(tmp_path / "UTO" / "node.db")
