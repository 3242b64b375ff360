"""What must hold between answers, whoever asks: better papers never make the law harder."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from comity.law.axes import Axis, axes_of, nationalities
from comity.law.facts import Value
from comity.law.sweep import Swept, sweep
from comity.law.view import view_of
from law_packs import NOW, project_pack

PACK = project_pack("eu.short-stay")
CODES = nationalities(view_of(PACK, "visa", NOW))
PEOPLE = (
    Axis("nationality", CODES),
    Axis(
        "document",
        ("ordinary", "diplomatic", "convention-1951", "stateless-1954", "alien", "emergency"),
    ),
    Axis("issuer", ("FRA", "IRL", "GBR", "TUR", "GEO", "UNO", "HKG", "TWN")),
)
HARDNESS = {"exempt": 0, "GAP": 1, "state_option": 1, "required": 2}


def asked(**facts: Value) -> Swept:
    """Ask for everybody, with some facts the same for all."""
    facts = {"biometric": True, "permit": "none", **facts}
    return sweep(PACK, (*PEOPLE, *(Axis(name, (v,)) for name, v in facts.items())), NOW, "visa")


def hardness(swept: Swept) -> NDArray[np.int64]:
    """Give how hard the law is on each; an answer that nobody ranked fails."""
    ranks = np.array([HARDNESS.get(name, 99) for name in swept.labels])
    found: NDArray[np.int64] = ranks[swept.outcomes].reshape(len(CODES), -1)
    assert found.max() < 99
    return found


@pytest.mark.parametrize(
    "better",
    [
        {"permit": "FRA"},
        {"eu_family_card": True},
        {"local_border_permit": True},
        {"nato_orders": True},
        {"destination": "D"},
    ],
    ids=str,
)
def test_a_better_paper_never_makes_the_law_harder(better: dict[str, Value]) -> None:
    """A permit, a card, an order, a treaty partner: nobody is worse off for it, and some better."""
    before, after = hardness(asked()), hardness(asked(**better))
    assert (after <= before).all()
    assert (after < before).any() or better == {"destination": "D"}


def test_a_chip_never_makes_the_law_harder() -> None:
    """With a biometric passport nobody needs more than without."""
    with_, without = hardness(asked(biometric=True)), hardness(asked(biometric=False))
    assert (with_ <= without).all()
    assert (with_ < without).any()


def test_a_short_stay_is_never_harder_than_a_long_one() -> None:
    """Who may come for more than 90 days may come for less."""
    short, long_ = hardness(asked()), hardness(asked(stay_over_90_days=True))
    assert (short <= long_).all()
    assert (short < long_).any()


def test_a_permit_of_the_area_exempts_everybody() -> None:
    """Reg (EU) 2016/399 art. 6(1)(b) knows no nationality and no kind of document."""
    assert set(asked(permit="FRA").counts()) == {"exempt"}


FINDINGS = ("purpose_justified", "sufficient_means", "refusal_alert", "threat", "seeks_protection")


@pytest.mark.parametrize("name", FINDINGS[:4])
def test_a_finding_in_favour_never_closes_the_door(name: str) -> None:
    """Whatever else was found, purpose and means help, an alert and a threat do not."""
    good = name in FINDINGS[:2]
    axes = [axis for axis in axes_of(PACK, NOW, "entry") if axis.fact != name]
    favour, against = (
        sweep(PACK, (*axes, Axis(name, (value,))), NOW, "entry") for value in (good, not good)
    )
    yes = favour.labels.index("yes")
    assert (favour.outcomes[against.outcomes == yes] == yes).all()
    assert ((favour.outcomes == yes) & (against.outcomes != yes)).any()


def test_nobody_who_seeks_protection_is_refused() -> None:
    """Whatever was found: the outcome is never `no`."""
    axes = [axis for axis in axes_of(PACK, NOW, "entry") if axis.fact != "seeks_protection"]
    more = (
        Axis("seeks_protection", (True,)),
        Axis("humanitarian_grounds", (True, False)),
        Axis("biometric_data_refused", (True, False)),
    )
    assert "no" not in sweep(PACK, (*axes, *more), NOW, "entry").counts()
