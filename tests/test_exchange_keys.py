"""The room's key files: made once, opened as one side, rotated without losing a letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.errors import Conflict, Malformed, Unverified
from comity.exchange import envelope as env
from comity.exchange import keys
from comity.exchange.card import NodeCard, make_card
from comity.record.keyring import Keyring
from exchange_world import HOUR, START, person


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """A node's keyring with this room's keys."""
    made = Keyring.create(tmp_path / "keys", "uto.example/comity")
    keys.make_keys(made, "UTO", START)
    return made


def card_of(keyring: Keyring) -> NodeCard:
    """The card of these keys."""
    home = keys.open_home(keyring, "UTO")
    return make_card(
        home.signer,
        code="UTO",
        name="Utopia",
        urls=("https://uto.example",),
        seal_public=home.keys[0].public,
        authority=keys.open_authority(keyring).cert_pem.decode(),
        created=START,
    )


def open_letter(keyring: Keyring, sealed: bytes) -> bytes:
    """Utopia opens what Arcadia wrote."""
    home = keys.open_home(keyring, "UTO")
    return env.open_envelope(sealed, "UTO", home.keys, person("QMA").card, START).body


def test_keys_are_made_once(keyring: Keyring) -> None:
    """Making keys again changes none, and the card stays the same."""
    before = card_of(keyring)
    keys.make_keys(keyring, "UTO", START + HOUR)
    assert card_of(keyring) == before
    with pytest.raises(Conflict):
        keyring.write(keys.SEAL, b"")


def test_an_authority_half_made_is_made_anew(keyring: Keyring) -> None:
    """A crash between key and certificate leaves a keyring that make_keys completes."""
    keyring.destroy(keys.AUTHORITY_CERT)
    keys.make_keys(keyring, "UTO", START)
    assert keys.issue_leaf(keyring, "UTO", ["uto.example"], START).cert_pem
    assert card_of(keyring).code == "UTO"


def test_rotation_loses_no_letter(keyring: Keyring) -> None:
    """What was sealed to the old card still opens, until the old key is retired on purpose."""
    letter = env.Letter("note", b"x", START, START + HOUR)
    old = person("QMA").home.write(card_of(keyring), letter)
    keys.rotate_seal(keyring)
    new = person("QMA").home.write(card_of(keyring), letter)
    assert (open_letter(keyring, old), open_letter(keyring, new)) == (b"x", b"x")
    keys.retire_seal(keyring)
    assert open_letter(keyring, new) == b"x"
    with pytest.raises(Unverified, match="seal-not-ours"):
        open_letter(keyring, old)


def test_a_spoiled_key_file_is_named(keyring: Keyring) -> None:
    """A key file which is not in its form is refused without a word of its content."""
    keyring.replace(keys.SEAL, b"correct horse")
    with pytest.raises(Malformed, match="key-form") as caught:
        keys.open_home(keyring, "UTO")
    assert "horse" not in str(caught.value)
