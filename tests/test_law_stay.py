"""Stays: the published cases, the sentences of the article, and a brute-force oracle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import Conflict, Malformed, NotFound
from comity.law.presence import Stay
from comity.law.stay import StayAnswer, count, count_all
from comity.law.stay_limit import StayLimit, parse_limit

SCHENGEN = StayLimit(
    id="stay.90-180", cite="Reg (EU) 2016/399 art. 6(1)-(2)", days=90, window="rolling", span=180
)
Row = tuple[str, str] | tuple[str, str, str]


def stays(*rows: Row) -> list[Stay]:
    """Rows of ISO dates; an empty exit is unknown; a third cell is the title."""
    return [
        Stay(
            date.fromisoformat(row[0]),
            date.fromisoformat(row[1]) if row[1] else None,
            title=row[2] if len(row) == 3 else "",
        )
        for row in rows
    ]


def ask(on: str, *rows: Row, limit: StayLimit = SCHENGEN) -> StayAnswer:
    """Count rows on an ISO date."""
    return count(stays(*rows), limit, date.fromisoformat(on))


def day(text: str) -> date:
    """Shorten a date."""
    return date.fromisoformat(text)


# Published cases: Swiss State Secretariat for Migration, stay calculator, examples of 2014-12-01.


def test_swiss_example_1_a_new_stay_of_ninety_days_is_possible() -> None:
    """47 days in autumn leave 90 days from 1 January: old days fall out as new ones come."""
    answer = ask("2015-01-01", ("2014-08-15", "2014-09-30"))
    assert answer.most.used == 47
    assert answer.most.left == 90


def test_swiss_example_2_stay_on_until_13_december() -> None:
    """On 30 November 2014 77 days are used and the person may stay until 13 December."""
    answer = ask("2014-11-30", ("2014-08-15", "2014-09-30"), ("2014-11-01", "2014-11-30"))
    assert (answer.most.used, answer.most.left) == (77, 13)
    assert answer.most.last_lawful_day == day("2014-12-13")
    assert answer.most.overstay_at_control == 0


def test_swiss_example_4_the_first_stay_has_left_the_window() -> None:
    """On 30 January 2014 the person may stay until 31 March."""
    answer = ask(
        "2014-01-30",
        ("2013-06-01", "2013-07-13"),
        ("2013-08-15", "2013-09-30"),
        ("2014-01-01", "2014-01-30"),
    )
    assert answer.most.last_lawful_day == day("2014-03-31")
    assert answer.most.left == 60


FIFTH: tuple[Row, ...] = (
    ("2013-09-01", "2013-09-30"),
    ("2014-02-21", "2014-04-20"),
    ("2014-05-01", "2014-06-09"),
)


def test_swiss_example_5a_a_short_overstay_reads_nine_days_both_ways() -> None:
    """On 9 June 2014 both readings give nine days; the last lawful day was 31 May."""
    answer = ask("2014-06-09", *FIFTH).most
    assert (answer.overstay_at_control, answer.days_in_breach) == (9, 9)
    assert answer.left == 0
    assert answer.last_lawful_day == day("2014-05-31")


def test_swiss_example_5b_an_earlier_overstay_does_not_block_a_return() -> None:
    """On 30 August 2014 the same person may enter for 50 days."""
    answer = ask("2014-08-30", *FIFTH).most
    assert answer.left == 50
    assert answer.last_lawful_day == day("2014-10-18")
    assert answer.overstay_at_control == 0
    assert answer.days_in_breach == 9


def test_swiss_example_6_the_two_readings_of_a_long_overstay_differ() -> None:
    """SEM publishes 74 days; the text of art. 6(1) gives 117 days of stay in breach."""
    rows = (("2013-06-28", "2013-08-09"), ("2013-09-19", "2014-03-01"))
    answer = ask("2014-03-01", *rows)
    assert answer.most.overstay_at_control == 74
    assert answer.most.days_in_breach == 117
    assert answer.window == (day("2013-09-03"), day("2014-03-01"))


def test_manual_ninety_days_away_restore_ninety_days() -> None:
    """An uninterrupted absence of 90 days allows a new stay of up to 90 days."""
    rows = (("2026-01-01", "2026-03-31"),)
    assert ask("2026-06-30", *rows).most.left == 90
    before = ask("2026-06-29", *rows).most
    assert (before.left, before.last_lawful_day) == (0, None)
    assert before.next_entry == day("2026-06-30")


@pytest.mark.parametrize(
    ("on", "rows", "left"),
    [
        ("2018-01-09", [("2017-07-28", "2017-10-10")], 90),
        ("2018-01-08", [("2017-07-28", "2017-10-10")], 15),
        ("2023-03-09", [("2022-09-10", "2022-12-08")], 90),
        ("2023-03-08", [("2022-09-10", "2022-12-08")], 0),
        (
            "2015-08-26",
            [
                ("2015-02-07", "2015-02-16"),
                ("2015-03-07", "2015-03-23"),
                ("2015-06-28", "2015-08-25"),
            ],
            31,
        ),
    ],
)
def test_answers_of_the_official_calculator_quoted_elsewhere(
    on: str, rows: list[Row], left: int
) -> None:
    """Figures that travellers and lawyers read off the Commission's calculator and published."""
    assert ask(on, *rows).most.left == left


# Regulation (EU) 2016/399 art. 6, sentence by sentence.


@pytest.mark.parametrize(("exit_day", "excess"), [("2026-03-31", 0), ("2026-04-01", 1)])
def test_article_6_1_no_more_than_90_days(exit_day: str, excess: int) -> None:
    """'... no more than 90 days in any 180-day period': the 90th day is lawful, the 91st is not."""
    answer = ask(exit_day, ("2026-01-01", exit_day)).most
    assert answer.overstay_at_control == answer.days_in_breach == excess
    assert answer.last_lawful_day == day("2026-03-31")


def test_article_6_1_considering_the_180_day_period_preceding_each_day() -> None:
    """'... the 180-day period preceding each day of stay' holds that day: 180 days in all."""
    rows = (("2026-01-01", "2026-01-01"),)
    assert ask("2026-06-29", *rows).most.used == 1
    assert ask("2026-06-30", *rows).most.used == 0


def test_article_6_2_the_date_of_entry_is_the_first_day() -> None:
    """'The date of entry shall be considered as the first day of stay'."""
    assert ask("2026-01-10", ("2026-01-10", "2026-02-01")).most.used == 1


def test_article_6_2_the_date_of_exit_is_the_last_day() -> None:
    """'The date of exit shall be considered as the last day of stay'."""
    assert ask("2026-03-01", ("2026-01-10", "2026-01-11")).most.used == 2


def test_article_6_2_permits_and_long_stay_visas_are_not_taken_into_account() -> None:
    """'Periods of stay authorised under a residence permit or a long-stay visa' do not count."""
    answer = ask(
        "2026-04-30",
        ("2026-01-01", "2026-04-30"),
        ("2026-01-01", "2026-03-31", "residence permit"),
    )
    assert answer.most.used == 30


def test_days_under_a_permit_that_still_runs_come_before_the_ninety() -> None:
    """Ninety short-stay days follow the permit's last day; permit days are not used up."""
    answer = ask("2026-02-10", ("2026-01-01", "2026-03-31", "long-stay visa")).most
    assert (answer.used, answer.left) == (0, 90)
    assert answer.last_lawful_day == day("2026-06-29")


def test_a_stay_of_one_day_is_one_day() -> None:
    """Entry and exit on one day make one day of stay."""
    assert ask("2026-01-10", ("2026-01-10", "2026-01-10")).most.used == 1


def test_leaving_and_entering_again_on_one_day_counts_it_once() -> None:
    """The day shared by two stays is one day, and such stays are no contradiction."""
    rows = (("2026-01-01", "2026-01-10"), ("2026-01-10", "2026-01-20"))
    assert ask("2026-01-20", *rows).most.used == 20


def test_overlapping_stays_are_counted_once() -> None:
    """Overlapping, nested and repeated stays make one set of days."""
    rows = (
        ("2026-01-01", "2026-01-20"),
        ("2026-01-10", "2026-01-31"),
        ("2026-01-12", "2026-01-13"),
    )
    assert ask("2026-01-31", *rows, *rows).most.used == 31


def test_plans_after_the_day_asked_change_nothing() -> None:
    """Stays after the day asked, and the rest of one that spans it, are not counted."""
    rows = (("2026-01-01", "2026-03-31"), ("2026-08-01", "2026-08-20"))
    answer = ask("2026-01-10", *rows).most
    assert (answer.used, answer.left) == (10, 80)
    assert answer.last_lawful_day == day("2026-03-31")


def test_29_february_counts_in_a_leap_year() -> None:
    """90 days from 1 January end on 30 March in a leap year, on 31 March otherwise."""
    assert ask("2028-01-01").most.last_lawful_day == day("2028-03-30")
    assert ask("2026-01-01").most.last_lawful_day == day("2026-03-31")


def test_nobody_has_stayed() -> None:
    """Without any stay all ninety days are left from the day asked."""
    answer = ask("2026-01-01").most
    assert (answer.used, answer.left, answer.next_entry) == (0, 90, day("2026-01-01"))


# Missing exits.


def test_a_missing_exit_gives_a_range() -> None:
    """Between one day and every day until the one asked; nothing in between is invented."""
    answer = ask("2026-04-30", ("2026-01-01", ""))
    assert not answer.certain
    assert (answer.fewest.used, answer.most.used) == (1, 120)
    assert (answer.fewest.left, answer.most.left) == (90, 0)
    assert (answer.fewest.days_in_breach, answer.most.days_in_breach) == (0, 30)
    assert answer.most.last_lawful_day == day("2026-03-31")


def test_a_missing_exit_ends_at_the_next_entry() -> None:
    """Who entered again had left: the unknown exit cannot lie after the next entry."""
    answer = ask("2026-06-01", ("2026-01-01", ""), ("2026-01-31", "2026-02-02"))
    assert (answer.fewest.used, answer.most.used) == (4, 33)


def test_a_title_whose_end_is_unknown_covers_as_little_as_it_can_for_the_most() -> None:
    """The most days counted assumes the permit covered its first day only."""
    answer = ask("2026-01-31", ("2026-01-01", "2026-01-31"), ("2026-01-11", "", "residence permit"))
    assert (answer.fewest.used, answer.most.used) == (10, 30)


def test_a_missing_exit_in_the_future_changes_nothing() -> None:
    """A planned entry without exit does not make the past uncertain."""
    assert ask("2026-01-31", ("2026-01-01", "2026-01-05"), ("2026-05-01", "")).certain


# Other windows.


def limit(window: str, **fields: object) -> StayLimit:
    """A limit from data, as packs write it."""
    table = {"id": "t", "cite": "Training Act s. 1", "window": window, **fields}
    return parse_limit(table, where="training")


def test_per_entry_starts_afresh_with_each_entry() -> None:
    """90 days per entry: a new entry, even on the day of exit, has its own 90 days."""
    rows = (("2026-01-01", "2026-03-31"), ("2026-03-31", "2026-04-09"))
    answer = ask("2026-04-09", *rows, limit=limit("per-entry", days=90)).most
    assert (answer.used, answer.left, answer.days_in_breach) == (10, 80, 0)
    assert answer.last_lawful_day == day("2026-06-28")


def test_per_entry_in_breach() -> None:
    """The 91st day of one entry is in breach, whatever came before."""
    answer = ask("2026-04-02", ("2026-01-01", "2026-04-02"), limit=limit("per-entry", days=90)).most
    assert (answer.overstay_at_control, answer.days_in_breach, answer.left) == (2, 2, 0)
    assert answer.last_lawful_day == day("2026-03-31")


def test_six_months_per_entry_end_on_the_day_of_the_same_number() -> None:
    """Six months from 31 August end on the last day of February (Reg 1182/71 art. 3(2)(c))."""
    six = limit("per-entry", months=6)
    assert ask("2026-08-31", limit=six).most.last_lawful_day == day("2027-02-28")
    assert ask("2026-01-15", limit=six).most.last_lawful_day == day("2026-07-15")
    later = limit("per-entry", months=6, month_end="next day")
    assert ask("2026-08-31", limit=later).most.last_lawful_day == day("2027-03-01")


def test_calendar_year_begins_again_on_1_january() -> None:
    """90 days a calendar year: who enters in November may stay until the end of March."""
    yearly = limit("calendar-year", days=90)
    answer = ask("2026-11-01", ("2026-02-01", "2026-02-28"), limit=yearly).most
    assert answer.used == 28
    assert answer.left == 61 + 90
    assert answer.last_lawful_day == day("2027-03-31")


def test_anniversary_of_first_entry() -> None:
    """180 days a year from the first entry: the year turns on its anniversary."""
    yearly = limit("anniversary", days=180)
    rows = (("2025-03-10", "2025-08-31"),)
    assert ask("2026-03-09", *rows, limit=yearly).most.used == 175
    assert ask("2026-03-10", *rows, limit=yearly).most.used == 0


def test_anniversary_of_29_february_falls_where_the_law_sends_it() -> None:
    """28 February by Reg 1182/71, 1 March by the Codigo Civil; on the 29th in a leap year."""
    rows = (("2024-02-29", "2024-03-09"),)
    european = limit("anniversary", days=20)
    assert ask("2025-02-27", *rows, limit=european).most.used == 10
    assert ask("2025-02-28", *rows, limit=european).most.used == 0
    brazilian = limit("anniversary", days=20, month_end="next day")
    assert ask("2025-02-28", *rows, limit=brazilian).most.used == 10
    assert ask("2025-03-01", *rows, limit=brazilian).most.used == 0
    leap = (("2024-02-29", "2024-03-09"), ("2028-02-20", "2028-02-29"))
    assert ask("2028-02-29", *leap, limit=european).most.used == 1


def test_a_year_from_first_entry_begins_with_the_next_entry() -> None:
    """When the twelve months are over the next year waits for the next entry."""
    yearly = limit("year-from-entry", days=180)
    rows = (("2025-03-10", "2025-03-19"), ("2026-06-01", "2026-06-10"))
    assert ask("2027-05-31", *rows, limit=yearly).most.used == 10
    assert ask("2027-06-01", *rows, limit=yearly).most.used == 0


def test_where_the_exit_day_does_not_count_the_day_of_leaving_is_free() -> None:
    """Counting the entry day only, ten days end with an exit on the eleventh."""
    nights = limit("per-entry", days=10, counts="entry day")
    assert ask("2026-01-31", ("2026-01-01", "2026-01-11"), limit=nights).most.days_in_breach == 0
    assert ask("2026-01-31", ("2026-01-01", "2026-01-12"), limit=nights).most.days_in_breach == 1
    assert ask("2026-01-01", limit=nights).most.last_lawful_day == day("2026-01-11")


def test_the_limit_that_leaves_least_comes_first() -> None:
    """Two limits hold at once: 90 days an entry, 180 a year; the tighter one leads."""
    both = [limit("per-entry", days=90), limit("year-from-entry", days=180)]
    rows = stays(("2026-01-01", "2026-03-31"), ("2026-05-01", "2026-07-20"))
    answers = count_all(rows, both, day("2026-08-01"))
    assert answers[0].limit.window == "year-from-entry"
    assert answers[0].most.left == 9


def test_a_limit_not_in_force_is_not_counted() -> None:
    """No limit in force on the day is an error, not a stay without end."""
    old = limit("per-entry", days=90, in_force=[date(2000, 1, 1), date(2010, 1, 1)])
    assert count_all([], [old], date(2010, 1, 1))
    with pytest.raises(NotFound, match="stay-limit-absent"):
        count_all([], [old], date(2010, 1, 2))


def test_stays_before_a_state_joined_do_not_count() -> None:
    """Days in Croatia count from 2023-01-01 on; a stay that spans the day is cut."""
    rows = [Stay(day("2022-12-20"), day("2023-01-10"), state="HRV")]
    answer = count(rows, SCHENGEN, day("2023-01-10"), counting_from={"HRV": day("2023-01-01")})
    assert answer.most.used == 10
    assert count(rows, SCHENGEN, day("2023-01-10"), counting_from={}).most.used == 0


# Bad input.


def test_an_exit_before_its_entry_is_refused() -> None:
    """The dates are exchanged or wrong: nothing is counted."""
    with pytest.raises(Malformed, match="stay-exit-before-entry"):
        ask("2026-04-30", ("2026-02-01", "2026-01-31"))


def test_one_entry_with_two_exits_is_a_contradiction() -> None:
    """The person cannot have left this stay on two different days."""
    with pytest.raises(Conflict, match="stay-contradiction"):
        ask("2026-04-30", ("2026-01-01", "2026-01-31"), ("2026-01-01", "2026-02-28"))


def test_a_day_trip_before_a_longer_stay_is_no_contradiction() -> None:
    """In and out and in again on one day is lawful: the first stay lasted one day."""
    rows = (("2026-01-01", "2026-01-01"), ("2026-01-01", "2026-01-31"))
    assert ask("2026-04-30", *rows).most.used == 31


def test_a_stay_longer_than_a_life_is_refused() -> None:
    """A slip in the century does not cost a million days of counting."""
    with pytest.raises(Malformed, match="stay-too-long"):
        ask("2026-04-30", ("1900-01-01", "2026-01-31"))


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({"days": 90, "window": "rolling"}, "window_days"),
        ({"days": 90, "window": "per moon"}, "window"),
        ({"days": 90, "window": "per-entry", "window_days": 180}, "window_days"),
        ({"window": "per-entry"}, "days"),
        ({"days": 90, "months": 3, "window": "per-entry"}, "days"),
        ({"days": True, "window": "per-entry"}, "days"),
        ({"days": -1, "window": "per-entry"}, "days"),
        ({"days": 200, "window": "rolling", "window_days": 180}, "days"),
        ({"months": 6, "window": "calendar-year"}, "months"),
        ({"days": 90, "window": "per-entry", "counts": "nights"}, "counts"),
        ({"days": 90, "window": "per-entry", "not_counted": "permit"}, "not_counted"),
        ({"days": 90, "window": "per-entry", "in_force": ["2020"]}, "in_force"),
        ({"days": 90, "window": "per-entry", "cite": ""}, "cite"),
        ({"days": 90, "window": "per-entry", "month_end": 3}, "month_end"),
    ],
)
def test_a_limit_that_cannot_be_counted_is_refused(table: dict[str, object], field: str) -> None:
    """A wrong limit is an error that names the field, never a guess."""
    with pytest.raises(Malformed) as caught:
        parse_limit({"id": "t", "cite": "s. 1", **table}, where="pack")
    assert field in caught.value.where


# The oracle: day by day, from the words of the article.

EPOCH = date(2024, 1, 1)
spans = st.lists(
    st.tuples(st.integers(0, 420), st.integers(0, 120), st.booleans()), min_size=0, max_size=6
)


def random_stays(drawn: list[tuple[int, int, bool]]) -> list[Stay]:
    """Stays with distinct entries: one entry with two exits is an error and not drawn here."""
    return [
        Stay(
            EPOCH + timedelta(start),
            EPOCH + timedelta(start + length),
            title="residence permit" if titled else "",
        )
        for start, (length, titled) in {s: (n, t) for s, n, t in drawn}.items()
    ]


def days_of(rows: list[Stay], keep: Callable[[Stay], bool]) -> set[date]:
    """Every day of the stays kept."""
    return {
        row.entry + timedelta(n)
        for row in rows
        if keep(row) and row.exit
        for n in range((row.exit - row.entry).days + 1)
    }


def used_on(days: set[date], on: date) -> int:
    """Days of stay among the 180 that end with ``on``."""
    return sum(1 for n in range(180) if on - timedelta(n) in days)


@settings(deadline=None, max_examples=80)
@given(spans, st.integers(0, 600))
def test_equal_to_counting_day_by_day(drawn: list[tuple[int, int, bool]], offset: int) -> None:
    """Used, left, last lawful day and both overstays equal a day-by-day reading of art. 6."""
    rows, on = random_stays(drawn), EPOCH + timedelta(offset)
    titled = days_of(rows, lambda row: bool(row.title))
    short = {d for d in days_of(rows, lambda row: not row.title) if d <= on} - titled
    present = on in short or on in titled
    answer = count(rows, SCHENGEN, on).most
    assert answer.used == used_on(short, on)
    assert answer.overstay_at_control == max(0, used_on(short, on) - 90)
    assert answer.days_in_breach == sum(1 for d in short if used_on(short, d) > 90)
    following, probe, last = set(short), on + timedelta(1) if present else on, None
    while probe in titled or used_on(following | {probe}, probe) <= 90:
        if probe not in titled:
            following.add(probe)
        last, probe = probe, probe + timedelta(1)
    assert answer.left == len(following) - len(short)
    if last is not None:
        assert answer.last_lawful_day == last


@settings(deadline=None, max_examples=80)
@given(spans, st.integers(0, 600), st.integers(-400, 400))
def test_shifting_every_date_changes_nothing(
    drawn: list[tuple[int, int, bool]], offset: int, shift: int
) -> None:
    """A rolling limit knows no calendar: only distances between days matter."""
    move = timedelta(shift)
    rows, on = random_stays(drawn), EPOCH + timedelta(offset)
    moved = [Stay(r.entry + move, r.exit + move, r.title) for r in rows if r.exit]
    before, after = count(rows, SCHENGEN, on).most, count(moved, SCHENGEN, on + move).most
    assert (before.used, before.left, before.days_in_breach) == (
        after.used,
        after.left,
        after.days_in_breach,
    )


@settings(deadline=None, max_examples=80)
@given(spans, st.integers(0, 600))
def test_a_stay_less_never_shortens_what_is_left(
    drawn: list[tuple[int, int, bool]], offset: int
) -> None:
    """Dropping a short stay never lowers the last lawful day."""
    rows = [row for row in random_stays(drawn) if not row.title]
    on = EPOCH + timedelta(offset)
    rows = [row for row in rows if row.exit and row.exit < on]
    whole = count(rows, SCHENGEN, on).most.left
    for dropped in range(len(rows)):
        fewer = count(rows[:dropped] + rows[dropped + 1 :], SCHENGEN, on).most.left
        assert whole is not None
        assert fewer is not None
        assert fewer >= whole


@settings(deadline=None, max_examples=80)
@given(spans, st.integers(0, 600), st.data())
def test_every_possible_exit_lies_within_the_range(
    drawn: list[tuple[int, int, bool]], offset: int, data: st.DataObject
) -> None:
    """Whatever the true exit was, each figure lies between the two that are given."""
    rows = [row for row in random_stays(drawn) if not row.title]
    on = EPOCH + timedelta(offset)
    start = data.draw(st.integers(0, 600))
    entry = EPOCH + timedelta(start)
    later = [row.entry for row in rows if row.entry > entry]
    latest = min([*later, on]) if entry <= on else entry
    truth = entry + timedelta(data.draw(st.integers(0, max(0, (latest - entry).days))))
    known = [row for row in rows if row.entry != entry]
    answer = count([*known, Stay(entry, None)], SCHENGEN, on)
    real = count([*known, Stay(entry, truth)], SCHENGEN, on).most
    assert answer.fewest.used <= real.used <= answer.most.used
    assert answer.fewest.days_in_breach <= real.days_in_breach <= answer.most.days_in_breach
    assert answer.most.left is not None
    assert answer.fewest.left is not None
    assert real.left is not None
    assert answer.most.left <= real.left <= answer.fewest.left


def test_overlapping_permits_are_one_cover() -> None:
    """Two permits that overlap cover each day once; the days between them count."""
    answer = ask(
        "2026-05-31",
        ("2026-01-01", "2026-05-31"),
        ("2026-01-01", "2026-02-15", "residence permit"),
        ("2026-02-01", "2026-02-28", "long-stay visa"),
        ("2026-04-01", "2026-05-21", "residence permit"),
    )
    assert answer.most.used == 31 + 10


def test_ten_thousand_stays_are_counted_without_delay() -> None:
    """A table as large as may be, exits missing and permits between, is no burden."""
    first = date(2000, 1, 1)
    rows = [
        Stay(first + timedelta(number), None, title="residence permit" if number % 3 else "")
        for number in range(9_000)
    ]
    answer = count(rows, SCHENGEN, first + timedelta(9_100))
    assert answer.most.used >= answer.fewest.used


@settings(deadline=None, max_examples=80)
@given(spans)
def test_ninety_days_away_restore_ninety_days(drawn: list[tuple[int, int, bool]]) -> None:
    """Whatever was stayed or overstayed: after 90 clear days a new stay of 90 days is lawful."""
    rows = [row for row in random_stays(drawn) if not row.title]
    last = max((row.exit for row in rows if row.exit), default=EPOCH)
    assert count(rows, SCHENGEN, last + timedelta(91)).most.left == 90
    if rows:
        earlier = count(rows, SCHENGEN, last + timedelta(1)).most.next_entry
        assert earlier is not None
        assert earlier <= last + timedelta(91)
