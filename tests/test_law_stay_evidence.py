"""Stamps against records, and the picture of the window."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from comity.errors import Malformed
from comity.law.presence import Stay
from comity.law.stay import breach_days, count, count_between
from comity.law.stay_evidence import Prevails, reconcile
from comity.law.stay_limit import StayLimit
from comity.law.stay_picture import draw_window

SCHENGEN = StayLimit(id="stay.90-180", cite="SBC art. 6", days=90, window="rolling", span=180)


def stay(entry: str, end: str, evidence: str = "", title: str = "") -> Stay:
    """A stay from ISO dates."""
    last = date.fromisoformat(end) if end else None
    return Stay(date.fromisoformat(entry), last, title=title, evidence=evidence)


def test_equal_accounts_are_one_stay() -> None:
    """The same stay stamped and recorded is one stay and no discrepancy."""
    pair = [stay("2026-05-01", "2026-05-10", "stamp"), stay("2026-05-01", "2026-05-10", "record")]
    settled = reconcile(pair, lambda _stamp, _record: "officer")
    assert len(settled.most) == 1
    assert settled.discrepancies == ()


def test_a_missing_exit_is_taken_from_the_other_account() -> None:
    """Where the stamp of exit is missing the register fills it, and the other way round."""
    for first, second in (("stamp", "record"), ("record", "stamp")):
        pair = [stay("2026-05-01", "", first), stay("2026-05-01", "2026-05-10", second)]
        settled = reconcile(pair, lambda _stamp, _record: "officer")
        assert [each.exit for each in settled.most] == [date(2026, 5, 10)]
        assert settled.fewest == settled.most


@pytest.mark.parametrize(("outcome", "used"), [("stamp", 31), ("record", 10)])
def test_the_rule_says_which_prevails(outcome: Prevails, used: int) -> None:
    """Two exits for one stay: the account that prevails is counted, the other shown."""
    pair = [stay("2026-05-01", "2026-05-31", "stamp"), stay("2026-05-01", "2026-05-10", "record")]
    settled = reconcile(pair, lambda _stamp, _record: outcome)
    answer = count_between(settled.fewest, settled.most, SCHENGEN, date(2026, 6, 1))
    assert answer.certain
    assert answer.most.used == used
    assert [each.day for each in settled.discrepancies] == [date(2026, 5, 31)]


def test_left_to_the_officer_the_count_is_a_range() -> None:
    """Case by case: the days both accounts share, and the days of either."""
    pair = [
        stay("2026-05-01", "2026-05-20", "stamp"),
        stay("2026-05-05", "2026-05-31", "record without biometrics"),
    ]
    settled = reconcile(pair, lambda _stamp, _record: "officer")
    answer = count_between(settled.fewest, settled.most, SCHENGEN, date(2026, 6, 1))
    assert not answer.certain
    assert (answer.fewest.used, answer.most.used) == (16, 31)


def test_the_rule_sees_both_accounts() -> None:
    """The law may differ by date and by whether the record holds biometrics."""
    asked: list[tuple[date, str]] = []

    def rule(stamp: Stay, record: Stay) -> Prevails:
        asked.append((stamp.entry, record.evidence))
        return "record"

    pair = [
        stay("2026-05-02", "2026-05-20", "stamp"),
        stay("2026-05-01", "2026-05-20", "record with biometrics"),
    ]
    reconcile(pair, rule)
    assert asked == [(date(2026, 5, 2), "record with biometrics")]


def test_stays_in_one_account_only_stand_as_they_are() -> None:
    """A stamp without a record, a record without a stamp, other evidence and titles all stay."""
    rows = [
        stay("2026-01-01", "2026-01-05", "stamp"),
        stay("2026-01-05", "2026-01-09", "record"),
        stay("2026-02-01", "2026-02-05", "ticket"),
        stay("2026-03-01", "2026-03-05", "record", title="residence permit"),
    ]
    settled = reconcile(rows, lambda _stamp, _record: "officer")
    assert sorted(settled.most, key=lambda each: each.entry) == rows
    assert settled.discrepancies == ()


def test_a_rule_without_known_outcome_is_refused() -> None:
    """An evidence rule that says something else is an error, not a choice."""
    pair = [stay("2026-05-01", "2026-05-31", "stamp"), stay("2026-05-01", "2026-05-10", "record")]
    with pytest.raises(Malformed, match="stay-evidence"):
        reconcile(pair, lambda _stamp, _record: "oracle")  # type: ignore[arg-type,return-value]


SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_says_in_words_what_it_shows() -> None:
    """Title and description carry the figures; the picture is well-formed and labelled."""
    rows = [
        stay("2026-01-01", "2026-04-02"),
        stay("2026-04-10", "2026-04-20", title="residence permit"),
    ]
    answer = count(rows, SCHENGEN, date(2026, 5, 1))
    picture = ET.fromstring(draw_window(answer, rows))  # noqa: S314 - our own bytes
    assert picture.get("role") == "img"
    label = (picture.get("aria-labelledby") or "").split()
    assert [picture[0].get("id"), picture[1].get("id")] == label
    assert "2 days in breach" in (picture[1].text or "")
    assert "92 days used" in (picture[1].text or "")


def test_the_picture_draws_every_day_of_the_window_once() -> None:
    """180 squares, of which those in breach are crossed, framed and told apart without colour."""
    rows = [stay("2026-01-01", "2026-04-02")]
    answer = count(rows, SCHENGEN, date(2026, 5, 1))
    text = draw_window(answer, rows)
    picture = ET.fromstring(text)  # noqa: S314 - our own bytes
    squares = [each for each in picture.iter(f"{SVG}rect") if each.get("width") == "13"]
    assert len(squares) == 180 + 4
    crossed = [each for each in squares if each.get("fill") == "url(#breach)"]
    assert len(crossed) == 1 + len(breach_days(rows, SCHENGEN, date(2026, 5, 1))) == 3
    assert {each.get("fill") for each in squares} == {
        "none", "url(#stay)", "url(#titled)", "url(#breach)"
    }  # fmt: skip
    assert set("#000 #fff".split()) >= {w for w in text.replace('"', " ").split() if w[0] == "#"}


def test_the_picture_escapes_what_it_prints() -> None:
    """A title with markup in it stays text."""
    rows = [stay("2026-01-01", "2026-01-02", title="<b>&")]
    text = draw_window(count(rows, SCHENGEN, date(2026, 5, 1)), rows)
    assert "<b>" not in text
