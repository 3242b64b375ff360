"""Envelopes: what was said, by whom, to whom, and to nobody else."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from comity.errors import ComityError, Malformed, Unverified
from comity.exchange import envelope as env
from comity.exchange import wire
from comity.exchange.seal import SealKey
from comity.proof import commitment
from comity.proof.canonical import canonical
from exchange_world import HOUR, MINUTE, START, Person, person, seed

UTO, QMA, QNB = person("UTO"), person("QMA"), person("QNB")
VECTORS = sorted((Path(__file__).parent / "vectors" / "envelope").glob("*.json"))


def letter(body: bytes = b"what is said", kind: str = "alert-note") -> env.Letter:
    """What Utopia has to say."""
    return env.Letter(kind, body, START, START + HOUR, "uto-qma")


def sealed(body: bytes = b"what is said", kind: str = "alert-note") -> bytes:
    """The same, written to Arcadia."""
    return UTO.home.write(QMA.card, letter(body, kind))


def opened(data: bytes, by: Person = QMA, sender: Person = UTO) -> env.Envelope:
    """What a node reads of it."""
    return env.open_envelope(data, by.code, by.home.keys, sender.card, START)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_each_vector_ends_as_it_says(path: Path) -> None:
    """Every stored envelope opens, or fails with the one code its file names."""
    vector = json.loads(path.read_text())
    data = base64.b64decode(vector["envelope"]) + bytes(vector["grow"])
    now = wire.parse_instant(vector["now"], code="vector", where=path.stem)
    if vector["expect"] == "ok":
        found = env.open_envelope(data, "QMA", QMA.home.keys, UTO.card, now)
        assert found.body == b"what is said"
        return
    with pytest.raises(ComityError) as caught:
        env.open_envelope(data, "QMA", QMA.home.keys, UTO.card, now)
    assert caught.value.code == vector["expect"]


@given(body=st.binary(max_size=20_000), kind=st.from_regex(wire.KIND, fullmatch=True))
@settings(max_examples=40, deadline=None)
def test_what_is_sealed_is_what_is_opened(body: bytes, kind: str) -> None:
    """Any body of any kind arrives as it was written, and its commitment opens."""
    found = opened(sealed(body, kind))
    assert (found.body, found.kind, found.sender) == (body, kind, "UTO")
    committed = bytes.fromhex(found.header.body_commitment)
    assert commitment.opens(committed, found.salt, body)


@given(a=st.integers(0, 4060), b=st.integers(0, 4060))
@settings(max_examples=20, deadline=None)
def test_r30_answers_below_4_kb_look_alike(a: int, b: int) -> None:
    """Answers of different length are indistinguishable on the wire within a step of 4 kB."""
    assert len(sealed(bytes(a))) == len(sealed(bytes(b)))


def test_the_wire_shows_no_body() -> None:
    """Neither the body nor its base64 stands in the envelope."""
    body = b"ERIKSSON ANNA MARIA L898902C3"
    data = sealed(body)
    line = data.partition(b"\n")[0]
    shown = b"".join(env._decode(part) for part in line.split(b"."))
    assert body not in data
    assert body not in shown
    assert base64.b64encode(body)[:-4] not in data


def test_every_flipped_byte_is_refused() -> None:
    """No single changed byte of the signed line or the sealed body goes unnoticed."""
    data = sealed()
    line = data.index(b"\n")
    for at in [*range(line + 1), *range(line + 1, len(data), 61)]:
        spoiled = data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]
        with pytest.raises(ComityError):
            opened(spoiled)


@given(data=st.binary(max_size=6000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end_in_one_named_error(data: bytes) -> None:
    """Bytes from nowhere raise a ComityError and nothing else."""
    for attempt in (data, sealed()[:700] + data, data + b"\n" + data):
        with pytest.raises(ComityError):
            opened(attempt)


def test_a_stock_library_verifies_the_signed_line() -> None:
    """joserfc, an implementation that knows nothing of us, verifies the line as a JWS."""
    data = sealed()
    line = data.partition(b"\n")[0].decode()
    raw = base64.urlsafe_b64encode(UTO.card.verifier.public).rstrip(b"=").decode()
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": raw})
    found = jws.deserialize_compact(line, key, algorithms=["Ed25519"])
    assert json.loads(found.payload or b"")["from"] == "UTO"


def test_a_signature_for_one_kind_verifies_for_no_other() -> None:
    """The kind is bound in the protected header and in the seal: relabelling fails (T3.4)."""
    data = sealed(kind="alert-note")
    line, _, body = data.partition(b"\n")
    first, second, third = line.split(b".")
    said = json.loads(env._decode(second)) | {"kind": "feed-pull"}
    relabelled = env._encode(canonical(said))
    for head in (first, env._protected("feed-pull")):
        with pytest.raises(ComityError):
            opened(head + b"." + relabelled + b"." + third + b"\n" + body)


def test_a_note_signature_is_no_envelope_signature() -> None:
    """What the same key signs as a note never reads as an envelope, and the other way round."""
    line = sealed().partition(b"\n")[0]
    signed, _, signature = line.rpartition(b".")
    assert b"\n" not in signed
    assert UTO.card.text.startswith(b"comity-node/v1\n")
    assert not UTO.card.verifier.verifies(signed + b"\n", env._decode(signature))


def test_an_older_key_of_ours_still_opens() -> None:
    """While keys are rotated, the old one opens what was sealed to it."""
    rotated = (SealKey(seed("new")), *QMA.home.keys)
    assert env.open_envelope(sealed(), "QMA", rotated, UTO.card, START).body == b"what is said"


def test_another_node_cannot_open() -> None:
    """A node which is not addressed holds no key that opens the seal."""
    with pytest.raises(Unverified, match="seal-not-ours"):
        env.open_envelope(sealed(), "QMA", QNB.home.keys, UTO.card, START)


def test_clocks_may_differ_by_two_minutes() -> None:
    """120 s either way are forgiven, 121 s are not."""
    data, keys = sealed(), QMA.home.keys
    for late in (START - 2 * MINUTE, START + HOUR + 2 * MINUTE):
        assert env.open_envelope(data, "QMA", keys, UTO.card, late).id
    second = MINUTE / 60
    with pytest.raises(Unverified, match="envelope-early"):
        env.open_envelope(data, "QMA", keys, UTO.card, START - 2 * MINUTE - second)
    with pytest.raises(Unverified, match="envelope-expired"):
        env.open_envelope(data, "QMA", keys, UTO.card, START + HOUR + 2 * MINUTE + second)


def test_too_large_a_body_is_not_sent() -> None:
    """1 MiB is the limit, and just 1 MiB still travels."""
    assert opened(sealed(bytes(env.BODY_LIMIT))).body == bytes(env.BODY_LIMIT)
    with pytest.raises(Malformed, match="envelope-size"):
        sealed(bytes(env.BODY_LIMIT + 1))


def test_secrets_never_show() -> None:
    """Neither keys nor bodies stand in a repr, where a log might pick them up."""
    shown = repr(QMA.home) + repr(QMA.home.keys[0]) + repr(opened(sealed())) + repr(letter())
    assert "what is said" not in shown
    assert seed("seal QMA").hex() not in shown
    assert "SealKey(…)" in repr(QMA.home.keys[0])
