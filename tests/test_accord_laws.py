"""Which law each party declares in an agreement: read strictly, hashed with the rest."""

from __future__ import annotations

import pytest

from comity.accord.agreement import parse_agreement
from comity.accord.laws import Laws
from comity.bureau.agreement import read_folder
from comity.bureau.law import load_pack
from comity.bureau.texts import texts_folder
from comity.errors import Malformed

TEXT = read_folder(texts_folder() / "agreements" / "training-entry")
HEAD = TEXT.data.split("[law]", maxsplit=1)[0]
REST = "[[article]]" + TEXT.data.split("[[article]]", 1)[1]
HASH = "0" * 64


def laws(table: str) -> Laws:
    """The laws of the training agreement with another table of them."""
    return parse_agreement(f"{HEAD}{table}\n{REST}", TEXT.policy).laws


def test_the_training_agreement_names_the_training_laws_by_their_hash() -> None:
    """The packs that ship are those the agreement names: whoever changes one renews the other."""
    named = parse_agreement(TEXT.data, TEXT.policy).laws
    assert {one.party for one in named.packs} == {"UTO", "QMA"}
    for one in named.packs:
        assert load_pack(one.law).hash == one.sha256


def test_an_agreement_without_the_table_leaves_the_undeclared_open() -> None:
    """The default stands in the specification; settled conflicts and packs there are none."""
    assert laws("") == Laws("open", (), ())


def test_the_declared_laws_are_part_of_what_is_signed() -> None:
    """Another hash of a pack is another agreement."""
    one = f'[law]\n[[law.pack]]\nparty = "UTO"\nlaw = "uto.data"\nsha256 = "{HASH}"\n'
    hashes = {
        parse_agreement(f"{HEAD}{table}\n{REST}", TEXT.policy).sha256
        for table in ("", one, one.replace("0" * 64, "1" * 64), '[law]\nundeclared = "shut"\n')
    }
    assert len(hashes) == 4


def test_a_settled_conflict_holds_in_its_own_direction() -> None:
    """What the parties settle for data of one is not settled for data of the other."""
    row = '[[law.settled]]\ngiver = "UTO"\nreceiver = "QMA"\nkind = "keep"\narticle = "1"\n'
    found = laws(f"[law]\n{row}")
    assert found.settles("UTO", "QMA") == {"keep"}
    assert found.settles("QMA", "UTO") == frozenset()


PACK = f'[[law.pack]]\nparty = "UTO"\nlaw = "uto.data"\nsha256 = "{HASH}"\n'


@pytest.mark.parametrize(
    "table",
    [
        'undeclared = "perhaps"', 'default = "open"', PACK.replace("UTO", "QNB"), PACK + PACK,
        PACK.replace(HASH, "abc"), PACK + "risk_score = 1\n", "pack = 3",
        '[[law.settled]]\ngiver = "UTO"\nreceiver = "QMA"\nkind = "keep"\narticle = "99"\n',
        '[[law.settled]]\ngiver = "UTO"\nreceiver = "QZZ"\nkind = "keep"\narticle = "1"\n',
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(table: str) -> None:
    """A stranger, a law named twice, a hash that is none, a missing article, an unknown key."""
    with pytest.raises(Malformed) as refused:
        laws(f"[law]\n{table}")
    assert refused.value.where
