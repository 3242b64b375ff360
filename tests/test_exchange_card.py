"""Node cards: one file, signed by itself, read strictly, read aloud."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import ComityError, Malformed
from comity.exchange import card, tls
from comity.exchange.seal import SealKey, seal
from comity.proof.canonical import canonical
from comity.proof.cosignature import WitnessSigner
from comity.proof.note import Signer, sign_note
from exchange_world import AUTHORITIES, START, person, seed

UTO = person("UTO")
SIGNER = UTO.home.signer
WITNESS = WitnessSigner("witness.example/w1", seed("witness")).verifier.vkey


def signed(change: dict[str, object], *, signer: Signer = SIGNER) -> bytes:
    """The card of Utopia with fields changed, and signed again."""
    body = json.loads(UTO.card.text.split(b"\n")[1]) | change
    return sign_note(f"{card.HEADING}\n{canonical(body).decode()}\n", [signer])


def test_a_card_reads_as_it_was_written() -> None:
    """What parse_card reads from the file is what make_card was given."""
    made = person("UTO", witnesses=(WITNESS,)).card
    assert card.parse_card(made.text) == made
    assert (made.code, made.witnesses) == ("UTO", (WITNESS,))
    assert made.origin == "uto.example/comity"
    assert made.filename == "UTO.comity-node"
    assert len(made.text) < card.SIZE_LIMIT / 4


def test_the_fingerprint_can_be_read_aloud() -> None:
    """Eight groups of four, the same spelled; another card has another fingerprint."""
    assert [len(group) for group in UTO.card.fingerprint.split()] == [4] * 8
    assert len(UTO.card.spoken.splitlines()) == 8
    back = UTO.card.spoken
    for digit, word in card._SPOKEN.items():
        back = back.replace(word, digit)
    assert ["".join(line.split()) for line in back.splitlines()] == UTO.card.fingerprint.split()
    assert person("QMA").card.fingerprint != UTO.card.fingerprint


def weak(point: bytes) -> str:
    """Utopia's sealing key with an X25519 point of small order."""
    return base64.b64encode(base64.b64decode(UTO.card.seal)[:1184] + point).decode()


FAULTS: list[tuple[str, dict[str, object]]] = [
    ("card-code", {"code": "uto"}),
    ("card-code", {"code": "UTOPIA"}),
    ("card-name", {"name": ""}),
    ("card-name", {"name": "a\u202eb"}),
    ("card-urls", {"urls": []}),
    ("card-urls", {"urls": "https://uto.example"}),
    ("card-url", {"urls": ["http://uto.example"]}),
    ("card-url", {"urls": ["https://uto.example/"]}),
    ("card-url", {"urls": ["https://user@uto.example"]}),
    ("card-url", {"urls": ["https://uto.example?x=1"]}),
    ("card-url", {"urls": ["https://uto.example#x"]}),
    ("card-url", {"urls": ["https://uto.example:70000"]}),
    ("card-url", {"urls": ["https://"]}),
    ("card-url", {"urls": [7]}),
    ("card-created", {"created": "2026-11-23"}),
    ("card-fields", {"extra": 1}),
    ("card-field", {"vkey": 7}),
    ("card-witnesses", {"witnesses": [WITNESS, WITNESS]}),
    ("card-witnesses", {"witnesses": "none"}),
    ("note-vkey", {"witnesses": ["x"]}),
    ("note-unsigned", {"vkey": person("QMA").card.vkey}),
    ("seal-public-form", {"seal": "AAAA"}),
    ("seal-public-form", {"seal": UTO.card.seal[:-4] + "AAA"}),
    ("seal-public-weak", {"seal": weak(bytes(32))}),
    ("seal-public-weak", {"seal": weak(b"\x01" + bytes(31))}),
    ("seal-public-form", {"seal": base64.b64encode(b"\xff" * 1216).decode()}),
    ("tls-authority-form", {"authority": "-----BEGIN CERTIFICATE-----"}),
    ("tls-authority-name", {"authority": AUTHORITIES["QMA"].cert_pem.decode()}),
    (
        "tls-authority-form",
        {"authority": UTO.card.authority + AUTHORITIES["QMA"].cert_pem.decode()},
    ),
]


@pytest.mark.parametrize(("code", "change"), FAULTS)
def test_each_wrong_field_is_named(code: str, change: dict[str, object]) -> None:
    """A card with one field out of form is refused with that field's code, though well signed."""
    with pytest.raises(ComityError) as caught:
        card.parse_card(signed(change))
    assert caught.value.code == code


def test_a_leaf_is_no_authority() -> None:
    """A certificate which may not issue others cannot stand in a card."""
    leaf = tls.issue(UTO.authority, "UTO", ["uto.example"], START)
    with pytest.raises(ComityError, match="tls-authority-"):
        card.parse_card(signed({"authority": leaf.cert_pem.decode()}))


def test_a_card_has_one_signature_and_one_form() -> None:
    """Another signature, another heading, another line or a longer file is refused."""
    text, _ = UTO.card.text.decode().split("\n\n")
    second = sign_note(text + "\n", [SIGNER, person("QMA").home.signer])
    for spoiled, code in [
        (second, "card-signatures"),
        (UTO.card.text.replace(b"/v1", b"/v2", 1), "card-heading"),
        (sign_note(f"{text}\nmore\n", [SIGNER]), "card-heading"),
        (UTO.card.text + b" " * card.SIZE_LIMIT, "card-size"),
        (UTO.card.text.replace(b'{"auth', b'{ "auth', 1), "json-not-canonical"),
    ]:
        with pytest.raises(ComityError) as caught:
            card.parse_card(spoiled)
        assert caught.value.code == code


def test_every_flipped_byte_is_refused() -> None:
    """No byte of a card can be changed unnoticed."""
    data = UTO.card.text
    for at in range(len(data)):
        with pytest.raises(ComityError):
            card.parse_card(data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :])


@given(data=st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_one_named_error(data: bytes) -> None:
    """Bytes from nowhere raise a ComityError and nothing else."""
    for attempt in (data, b"comity-node/v1\n" + data, UTO.card.text[:500] + data):
        with pytest.raises(ComityError):
            card.parse_card(attempt)


def test_a_card_we_would_refuse_is_not_made() -> None:
    """make_card holds to what parse_card accepts."""
    with pytest.raises(Malformed, match="card-url"):
        person("UTO", "http://uto.example")


@given(secret=st.binary(min_size=32, max_size=32), body=st.binary(max_size=200))
@settings(max_examples=20, deadline=None)
def test_a_seal_opens_with_its_own_secret_alone(secret: bytes, body: bytes) -> None:
    """One 32-byte secret is the whole private key, and no other opens what it was sealed to."""
    sealed = seal(SealKey(secret).public, body, b"info")
    assert SealKey(secret).open(sealed, b"info") == body
    for key, info in ((SealKey(seed("other")), b"info"), (SealKey(secret), b"other")):
        with pytest.raises(ComityError, match="seal-not-ours"):
            key.open(sealed, info)
    for junk in (b"", sealed[:-1], sealed[1:]):
        with pytest.raises(ComityError, match="seal-not-ours"):
            SealKey(secret).open(junk, b"info")
