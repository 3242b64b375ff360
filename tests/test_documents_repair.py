"""Proposals for zones that were misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.documents.check_digit import ALPHABET
from comity.documents.mrz import read_mrz
from comity.documents.repair import CHANGES_MAX, PROPOSALS_MAX, TO_DIGIT, Proposal, propose
from comity.errors import Malformed

TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")


def first_is(text: str, lines: tuple[str, ...]) -> Proposal:
    """Hold that the first proposal has these lines and every digit holds."""
    best = propose(text)[0]
    assert best.lines == lines
    assert best.failing == ()
    assert read_mrz(best.lines).holds
    return best


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        (1, "L898902C3", "L8989O2C3"),
        (1, "L898902C3", "LB98902C3"),
        (1, "740812", "74O8I2"),
        (1, "740812", "7408IZ"),
        (1, "1204159", "I204I59"),
        (1, "ZE184226B", "ZE1842268"),
        (1, "10", "IO"),
        (0, "UTOERIKSSON", "UT0ERIKSSON"),
        (0, "ERIKSSON", "ER1K550N"),
        (0, "<<ANNA", "«ANNA"),
        (0, "ERIKSSON", "eriksson"),
        (0, "ANNA<MARIA", "ANNA< MARIA"),
        (0, "MARIA<<<<<<<<<", "MARIA<<<<K<<<<"),
        (0, "MARIA<<<<<<<<<", "MARIA<<<<<<<"),
        (0, "MARIA<<<<<<<<<", "MARIA<<<<<<<<<<<"),
    ],
)
def test_one_misreading_is_proposed_back(line: int, before: str, after: str) -> None:
    """What cameras and typists confuse in the specimen is found, and each change is named."""
    lines = list(TD3)
    assert before in lines[line]
    lines[line] = lines[line].replace(before, after, 1)
    best = first_is("\n".join(lines), TD3)
    assert {change.line for change in best.changes} == {line + 1}


@given(st.sampled_from([TD3, TD1, TD2]), st.data())
def test_letters_read_in_dates_come_back(zone: tuple[str, ...], data: st.DataObject) -> None:
    """Letters read for digits in dates and check digits are always proposed back."""
    line = 1
    digits = {digit: letter for letter, digit in TO_DIGIT.items()}
    first = {44: 13, 36: 13, 30: 0}[len(zone[line])]
    places = [i for i in range(first, first + 7) if zone[line][i] in digits]
    place = data.draw(st.sampled_from(places))
    changed = list(zone)
    changed[line] = zone[line][:place] + digits[zone[line][place]] + zone[line][place + 1 :]
    first_is("\n".join(changed), zone)


def test_nothing_is_proposed_for_what_holds() -> None:
    """A zone that reads well and holds has no proposal."""
    for zone in (TD3, TD1, TD2):
        assert propose("\n".join(zone)) == ()


def test_nothing_is_proposed_for_what_is_far_from_a_zone() -> None:
    """Text that is near to no zone has no proposal."""
    for text in ("", "garbage", "two\nlines", "<" * 30, "\n".join(["A" * 44] * 3)):
        assert propose(text) == ()


def test_a_forged_digit_is_not_explained_away() -> None:
    """Where no confusion makes the composite hold, nothing is proposed."""
    assert propose(TD3[0] + "\n" + TD3[1][:-1] + "7") == ()


def test_every_proposal_follows_from_its_changes() -> None:
    """Applied to what was read, the changes listed give the lines proposed, nothing else."""
    text = TD3[0] + "\n" + TD3[1].replace("L898902", "L89B9O2").replace("ZE1842", "2E18A2")
    assert len(propose(text)) > 1
    for proposal in propose(text):
        lines = text.split("\n")
        for change in proposal.changes:
            line = lines[change.line - 1]
            assert line[change.position - 1] == change.read
            lines[change.line - 1] = (
                line[: change.position - 1] + change.proposed + line[change.position :]
            )
        assert tuple(lines) == proposal.lines


def test_what_digits_cannot_tell_apart_is_left_open() -> None:
    """Two signs under the same weight explain one digit equally well: both are proposed."""
    proposals = propose(TD3[0] + "\n" + TD3[1].replace("ZE184226B", "2E184226B"))
    single = [each.lines for each in proposals if len(each.changes) == 1]
    assert TD3 in single
    assert len(single) > 1


def test_fewest_changes_come_first() -> None:
    """Among proposals that hold, those with fewer changes stand first."""
    proposals = propose("\n".join(TD1).replace("D231", "0231"))
    counts = [len(proposal.changes) for proposal in proposals]
    assert counts == sorted(counts)
    assert TD1 in [proposal.lines for proposal in proposals]


def test_text_without_end_is_refused() -> None:
    """Text longer than any zone is refused before anything is tried."""
    with pytest.raises(Malformed, match="mrz-long"):
        propose("<" * 1_000)


@given(st.one_of(st.text(max_size=100), st.text(ALPHABET + "\nabc «", max_size=100)))
def test_no_text_breaks_the_search(text: str) -> None:
    """Any text gives at most twenty proposals of which each is a zone."""
    proposals = propose(text)
    assert len(proposals) <= PROPOSALS_MAX
    assert all(read_mrz(each.lines).lines == each.lines for each in proposals)


@given(st.data())
def test_the_search_is_bounded(data: st.DataObject) -> None:
    """A zone made of confusable signs alone gives few proposals of few changes each."""
    text = data.draw(st.text("O0I1B8S5Z2G6DQ", min_size=44, max_size=44))
    proposals = propose(TD3[0] + "\n" + text)
    assert len(proposals) <= PROPOSALS_MAX
    for proposal in proposals:
        free = [each for each in proposal.changes if each.why == "the check digit holds so"]
        assert len(free) <= CHANGES_MAX + 1
