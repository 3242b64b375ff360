r"""The envelope: one message from node to node, signed in the open and sealed within.

An envelope is one ASCII line and the sealed bytes (docs/spec/envelope.md)::

    <JWS compact serialization>\n<sealed body>

The JWS (RFC 7515, algorithm ``Ed25519`` of RFC 9864) signs canonical JSON which says who writes
to whom, when, under which agreement, about which question, and commits to the body twice: by the
SHA-256 of the sealed bytes, and by a salted commitment to the plain ones, so that a receiver can
later prove to a supervisor what was written without giving up a key. Its protected header binds
the signature to the kind of message: one made for a question verifies for nothing else.

`open_envelope` verifies in numbered steps:

(0) size; (1) the line is a JWS exactly as we would write it; (2) the header is canonical JSON
with each field in its form; (3) it is from the sender whose card the caller holds; (4) that
sender signed it; (5) it is for us; (6) the sealed bytes are those signed; (7) it lives now;
(8) our key opens them, bound to the header; (9) the padding is ours; (10) the commitment holds.

What the caller must still do: check that the sender is joined (else which card?), that the id is
new (`comity.exchange.inbox`), and that the agreement permits the act (the bureau).
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.errors import Malformed, Unverified
from comity.exchange import seal, wire
from comity.exchange.card import NodeCard
from comity.proof import commitment, note
from comity.proof.canonical import canonical, parse_canonical

BODY_LIMIT = 1 << 20
LINE_LIMIT = 4096
PAD_STEP = 4096
SALT_SIZE = commitment.SALT_BYTES
LENGTH_SIZE = 4
SIZE_LIMIT = LINE_LIMIT + 1 + BODY_LIMIT + PAD_STEP + seal.OVERHEAD
SKEW = datetime.timedelta(seconds=120)
LIFE_LIMIT = datetime.timedelta(days=31)

_FIELDS = {
    "agreement",
    "answers",
    "body",
    "created",
    "expires",
    "from",
    "id",
    "kind",
    "sealed",
    "to",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What an envelope says in the open; ``answers`` is the id of the question, or empty."""

    id: str
    sender: str
    receiver: str
    kind: str
    agreement: str
    answers: str
    created: datetime.datetime
    expires: datetime.datetime
    body_commitment: str
    sealed_hash: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened envelope: its header, the plain body, and the salt which opens its commitment."""

    header: Header
    body: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    hash: str

    @property
    def id(self) -> str:
        """128 bits in hex, unique for the sender."""
        return self.header.id

    @property
    def sender(self) -> str:
        """The code of the node which wrote it."""
        return self.header.sender

    @property
    def kind(self) -> str:
        """What the body is."""
        return self.header.kind

    @property
    def agreement(self) -> str:
        """The agreement it invokes, or empty."""
        return self.header.agreement


@dataclass(frozen=True, slots=True)
class Verified:
    """An envelope whose writer is certain, not yet opened: header, sealed bytes, their binding."""

    header: Header
    sealed: bytes = field(repr=False)
    binding: bytes = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What to send: a ``kind`` of message and its ``body``, not yet signed or sealed."""

    kind: str
    body: bytes = field(repr=False)
    created: datetime.datetime
    expires: datetime.datetime
    agreement: str = ""
    answers: str = ""
    id: str = field(default_factory=lambda: os.urandom(16).hex())


def seal_envelope(to: NodeCard, sender: str, signer: note.Signer, letter: Letter) -> bytes:
    """Seal ``letter`` to the node of card ``to`` and sign it as node ``sender``.

    `Malformed` for a letter which `open_envelope` would refuse: body over 1 MiB, life over 31
    days, a field out of form.
    """
    if len(letter.body) > BODY_LIMIT:
        raise Malformed("envelope-size", "a body is at most 1 MiB", hint="send it in pages")
    salt = os.urandom(SALT_SIZE)
    said = {
        "agreement": letter.agreement,
        "answers": letter.answers,
        "body": commitment.commit(salt, letter.body).hex(),
        "created": wire.format_instant(letter.created),
        "expires": wire.format_instant(letter.expires),
        "from": sender,
        "id": letter.id,
        "kind": letter.kind,
        "to": to.code,
    }
    sealed = seal.seal(to.seal, _pad(salt, letter.body), _binding(said))
    said["sealed"] = hashlib.sha256(sealed).hexdigest()
    _header(said)
    signed = b"%s.%s" % (_protected(letter.kind), _encode(canonical(said)))
    return signed + b"." + _encode(signer.sign(signed)) + b"\n" + sealed


def sender_of(data: bytes) -> str:
    """The code an envelope *claims* to be from: to find its card by, and for nothing else."""
    return _parse(data)[0].sender


def header_of(data: bytes) -> Header:
    """The header an envelope claims, unverified: to file and display, never to act upon."""
    return _parse(data)[0]


def envelope_hash(data: bytes) -> str:
    """SHA-256 of the whole envelope as sent, hex: what a receipt names."""
    return hashlib.sha256(data).hexdigest()


def open_envelope(
    data: bytes, own: str, keys: Sequence[seal.SealKey], sender: NodeCard, now: datetime.datetime
) -> Envelope:
    """Verify and open an envelope to node ``own``; steps (0) to (10) of the module.

    ``keys`` are our sealing keys, newest first; ``sender`` the card we hold of the sender;
    ``now`` aware. Raises `Malformed` or `Unverified`, with a code for each failure.
    """
    return unseal(verify_envelope(data, own, sender), keys, now)


def verify_envelope(data: bytes, own: str, sender: NodeCard) -> Verified:
    """Steps (0) to (6) alone: who wrote exactly these bytes to us, be it long ago."""
    header, said, signed, signature, sealed = _parse(data)  # (0) (1) (2)
    if header.sender != sender.code:  # (3)
        raise Unverified("envelope-sender", "not from the node of this card")
    if not sender.verifier.verifies(signed, signature):  # (4)
        raise Unverified("envelope-signature", "the sender's signature does not hold")
    if header.receiver != own:  # (5)
        raise Unverified("envelope-receiver", "addressed to another node")
    if hashlib.sha256(sealed).hexdigest() != header.sealed_hash:  # (6)
        raise Unverified("envelope-sealed-hash", "the sealed bytes are not those signed")
    del said["sealed"]
    return Verified(header, sealed, _binding(said), envelope_hash(data))


def unseal(verified: Verified, keys: Sequence[seal.SealKey], now: datetime.datetime) -> Envelope:
    """Steps (7) to (10): open what `verify_envelope` gave."""
    header = verified.header
    check_life(header, now)  # (7)
    salt, body = _unpad(_open(verified.sealed, keys, verified.binding))  # (8) (9)
    if not commitment.opens(bytes.fromhex(header.body_commitment), salt, body):  # (10)
        raise Unverified("envelope-commitment", "the body is not the one committed to")
    return Envelope(header, body, salt, verified.hash)


def check_life(header: Header, now: datetime.datetime) -> None:
    """Refuse an envelope from the future or past its expiry; clocks may differ by 120 s."""
    if header.created > now + SKEW:
        raise Unverified("envelope-early", "created in the future", hint="compare both clocks")
    if header.expires < now - SKEW:
        raise Unverified("envelope-expired", "past its expiry", hint="the sender sends a new one")


def _parse(data: bytes) -> tuple[Header, dict[str, Any], bytes, bytes, bytes]:
    if len(data) > SIZE_LIMIT:  # (0)
        raise Malformed("envelope-size", "larger than any envelope")
    line, newline, sealed = data[: LINE_LIMIT + 1].partition(b"\n")
    parts = line.split(b".")
    if not newline or len(parts) != 3:  # (1)
        raise Malformed("envelope-form", "not a signed line and a sealed body")
    sealed = data[len(line) + 1 :]
    if (len(sealed) - seal.OVERHEAD) % PAD_STEP or len(sealed) < seal.OVERHEAD + PAD_STEP:
        raise Malformed("envelope-form", "the sealed body is not in steps of 4 kB")
    payload, signature = _decode(parts[1]), _decode(parts[2])
    said = parse_canonical(payload, limit=LINE_LIMIT)  # (2)
    header = _header(said)
    if parts[0] != _protected(header.kind):
        raise Malformed("envelope-header", "the protected header is not that of this kind")
    return header, said, b"%s.%s" % (parts[0], parts[1]), signature, sealed


def _header(said: Any) -> Header:
    if not isinstance(said, dict) or set(said) != _FIELDS:
        raise Malformed("envelope-fields", "header has not exactly the fields of version 1")

    def text(name: str, form: Any) -> str:
        where = f"envelope: {name}"
        return wire.matching(said[name], form, code="envelope-field", where=where)

    def instant(name: str) -> datetime.datetime:
        where = f"envelope: {name}"
        return wire.parse_instant(said[name], code="envelope-field", where=where)

    if said["answers"] != "":
        text("answers", wire.ID)
    header = Header(
        id=text("id", wire.ID),
        sender=text("from", wire.CODE),
        receiver=text("to", wire.CODE),
        kind=text("kind", wire.KIND),
        agreement=text("agreement", wire.AGREEMENT),
        answers=said["answers"],
        created=instant("created"),
        expires=instant("expires"),
        body_commitment=text("body", wire.HASH),
        sealed_hash=text("sealed", wire.HASH),
    )
    # A bounded life bounds how long ids must be remembered against replay.
    if not datetime.timedelta(0) < header.expires - header.created <= LIFE_LIMIT:
        raise Malformed("envelope-life", "expires before it is created or after 31 days")
    return header


def _protected(kind: str) -> bytes:
    return _encode(canonical({"alg": "Ed25519", "typ": f"comity-envelope-v1.{kind}"}))


def _binding(said: dict[str, Any]) -> bytes:
    return b"comity-envelope/v1\n" + canonical(said)


def _pad(salt: bytes, body: bytes) -> bytes:
    plain = salt + len(body).to_bytes(LENGTH_SIZE, "big") + body
    return plain + bytes(-len(plain) % PAD_STEP)


def _unpad(plain: bytes) -> tuple[bytes, bytes]:
    salt, rest = plain[:SALT_SIZE], plain[SALT_SIZE:]
    size = int.from_bytes(rest[:LENGTH_SIZE], "big")
    body = rest[LENGTH_SIZE : LENGTH_SIZE + size]
    if size > BODY_LIMIT or _pad(salt, body) != plain:
        raise Malformed("envelope-padding", "length and padding do not fit")
    return salt, body


def _open(sealed: bytes, keys: Sequence[seal.SealKey], binding: bytes) -> bytes:
    fault = Unverified("seal-not-ours", "none of our keys opens the seal")
    for key in keys:
        try:
            return key.open(sealed, binding)
        except Unverified as error:
            fault = error
    raise fault


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decode(part: bytes) -> bytes:
    try:
        data = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except ValueError as error:
        raise Malformed("envelope-form", "not base64url") from error
    # The decoder forgives stray characters and trailing bits; two spellings would be two ids.
    if _encode(data) != part:
        raise Malformed("envelope-form", "not canonical base64url")
    return data
