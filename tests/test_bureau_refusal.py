"""The register of refusals: numbers without holes, erasure in time, no case twice."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from comity.bureau import refusal_register as register
from comity.bureau import refusal_rows, upkeep
from comity.errors import ComityError
from comity.record.vault import Sealed
from comity.web.refusal_fields import parts_of, typed
from test_web_pages_refusal import REASONS, WHOLE
from world import CLERK, DAY, GUARD, SECOND, SUPERVISOR, VISA, World, world

ASKED = {"answer": "no", "day": "2026-11-23", "time": "14:20", "language": "en"}


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Arcadia and Utopia."""
    with world(tmp_path / "world") as made:
        yield made


def whole() -> dict[str, Any]:
    """The parts of a form without a gap."""
    return parts_of(typed(WHOLE), {"form": {"title_held": "no"}})


def ready(two: World, reference: str = "") -> tuple[str, int]:
    """A case that only waits for the decision: its id and version."""
    one = register.begin(two.qma, GUARD, {}, reference=reference)
    register.ask_protection(two.qma, GUARD, one, ASKED)
    filed = register.save(two.qma, GUARD, one, whole(), version=2, reasons=REASONS)
    return one, filed.version


def code(act: Any, *arguments: Any, **named: Any) -> str:
    """The code of the error that an act raises."""
    with pytest.raises(ComityError) as caught:
        act(*arguments, **named)
    return caught.value.code


def test_numbers_follow_one_another_also_where_officers_decide_at_once(two: World) -> None:
    """Five decisions in five threads have the numbers 1 to 5, and the log holds."""
    cases = [ready(two) for _ in range(5)]

    def decide(case: tuple[str, int]) -> str:
        return register.issue(two.qma, GUARD, case[0], version=case[1]).row.number

    with ThreadPoolExecutor(5) as pool:
        numbers = sorted(pool.map(decide, cases))
    assert numbers == [f"QMA/2026/{n:05d}" for n in range(1, 6)]
    assert [one.number for one in register.listing(two.qma, SUPERVISOR)].count("") == 0
    two.check()


def test_a_case_is_decided_once(two: World) -> None:
    """The same case decided twice at once: one number, the other is told that it changed."""
    one, version = ready(two)

    def decide(_turn: int) -> str:
        try:
            return register.issue(two.qma, GUARD, one, version=version).row.number
        except ComityError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(decide, range(2)))
    assert said == ["QMA/2026/00001", "refusal-issued"]


def test_the_next_year_begins_with_one(two: World) -> None:
    """The number names the year of the decision."""
    one, version = ready(two)
    register.issue(two.qma, GUARD, one, version=version)
    two.clock.advance(DAY * 60)
    later, version = ready(two)
    assert register.issue(two.qma, GUARD, later, version=version).row.number == "QMA/2027/00001"


def test_one_encounter_has_one_case(two: World) -> None:
    """Begun again, by whomever, it is the same case; closed, a new one may be begun."""
    one = register.begin(two.qma, GUARD, {}, reference="E-1")
    assert register.begin(two.qma, SECOND, {}, reference=" E-1") == one
    assert register.begin(two.qma, GUARD, {}, reference="E-2") != one
    register.claim_protection(two.qma, SECOND, one)
    assert register.begin(two.qma, CLERK, {}, reference="E-1") == one
    assert code(register.save, two.qma, GUARD, one, whole(), version=2) == (
        "refusal-protection-claimed"
    )
    assert code(register.issue, two.qma, GUARD, one, version=2) == "refusal-protection-claimed"


def test_only_roles_at_the_border_open_a_case_and_each_opening_is_logged(two: World) -> None:
    """R51: who opened which case stands sealed in the log; a supervisor sees the list alone."""
    one, _version = ready(two)
    start = two.qma.ledger.size()
    register.read(two.qma, SECOND, one)
    (entry,) = two.qma.ledger.entries(start, two.qma.ledger.size())
    assert entry.kind == "refusal:opened"
    assert entry.public == {"state": "grounds"}
    said = two.qma.ledger.open_personal(entry.seq)
    assert said == {"officer": "second", "refusal": one}
    assert code(register.read, two.qma, SUPERVISOR, one) == "role-not-permitted"
    assert code(register.begin, two.qma, SUPERVISOR, {}) == "role-not-permitted"


def test_entry_is_refused_by_border_control_alone(two: World) -> None:
    """Art. 14(2): an officer of the visa authority may prepare, and does not decide."""
    one, version = ready(two)
    assert code(register.issue, two.qma, VISA, one, version=version) == "refusal-authority"
    assert register.issue(two.qma, GUARD, one, version=version).row.state == "issued"


def test_a_draft_is_erased_after_two_days_and_a_refusal_after_three_years(two: World) -> None:
    """The key is gone with them; what the sealed bytes said opens for nobody."""
    draft, _version = ready(two)
    issued, version = ready(two)
    register.issue(two.qma, GUARD, issued, version=version)
    two.clock.advance(DAY)
    assert upkeep.keep(two.qma).erased == 0
    two.clock.advance(DAY * 1.5)
    assert upkeep.keep(two.qma).erased == 1
    assert code(register.read, two.qma, GUARD, draft) == "refusal-unknown"
    assert register.read(two.qma, GUARD, issued).case.person.surname == "Oakshott"
    with two.qma.store.read() as conn:
        assert not two.qma.vault.has_key(conn, f"refusal:{draft}")
        forged = Sealed(f"refusal:{draft}", "case", 1, b"x" * 40)
        assert code(two.qma.vault.open_many, conn, [forged]) == "record-erased"
    two.clock.advance(datetime.timedelta(days=3 * 365))
    assert upkeep.keep(two.qma).erased == 1
    states = {one.id: one.state for one in register.listing(two.qma, SUPERVISOR)}
    assert states == {draft: "closed", issued: "erased"}
    two.check()


def test_a_case_opens_whatever_became_of_the_law(two: World) -> None:
    """A question that the packs no longer understand suggests nothing and hides nobody's case."""
    facts = {"nationality": "MAR", "document": "ordinary"}
    known = {"pack": "eu.short-stay", "on": "2026-11-23", "facts": facts}
    one = register.begin(two.qma, GUARD, {"law": known})
    register.ask_protection(two.qma, GUARD, one, ASKED)
    assert [each.letter for each in register.read(two.qma, GUARD, one).case.suggestions] == ["C"]
    with two.qma.store.read() as conn:
        filed = refusal_rows.open_case(two.qma, conn, one)
    gone = {**filed.parts, "law": {**known, "facts": {"mood": "sad"}}}
    assert refusal_rows.taken(gone).suggestions == ()
    assert refusal_rows.taken(gone).stage == "grounds"
