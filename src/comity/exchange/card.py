"""The node card: the one signed file which a node shows to join.

A card is a signed note (c2sp.org/signed-note) of two lines, the second canonical JSON::

    comity-node/v1
    {"authority":"-----BEGIN CERTIFICATE-----…","code":"UTO","created":"2026-11-23T08:00:00Z",…}

    — uto.example/comity <signature of the key named in vkey>

It signs itself: that proves possession of the key, not who owns it. Who owns it is settled by two
officers on the telephone, reading the fingerprint to one another (`NodeCard.spoken`).
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from comity.errors import Malformed
from comity.exchange import seal, tls, wire
from comity.proof import note
from comity.proof.canonical import canonical, parse_canonical
from comity.proof.cosignature import WitnessVerifier

HEADING = "comity-node/v1"
SUFFIX = ".comity-node"
SIZE_LIMIT = 16 * 1024
_FIELDS = {"authority", "code", "created", "name", "seal", "urls", "vkey", "witnesses"}

# The radiotelephony alphabet of ICAO Annex 10 volume II, for reading hex over a bad line.
_SPOKEN = dict(zip("abcdef", ("alfa", "bravo", "charlie", "delta", "echo", "foxtrot"), strict=True))


@dataclass(frozen=True, slots=True)
class NodeCard:
    """Who a node is and how to reach it, as signed by itself.

    ``code`` country code (ICAO 9303); ``name`` for people; ``urls`` https bases, best first;
    ``vkey`` the Ed25519 key which signs its ledger, envelopes and receipts; ``seal`` its public
    sealing key (base64); ``authority`` its TLS authority (PEM); ``witnesses`` the vkeys of those
    whose cosignatures it accepts; ``created`` UTC; ``text`` the file as received.
    """

    code: str
    name: str
    urls: tuple[str, ...]
    vkey: str
    seal: str
    authority: str
    witnesses: tuple[str, ...]
    created: datetime.datetime
    text: bytes

    @property
    def verifier(self) -> note.Verifier:
        """The key which signs for this node."""
        return note.Verifier.parse(self.vkey)

    @property
    def origin(self) -> str:
        """The name of the key, which is the origin of the node's ledger."""
        return self.verifier.name

    @property
    def filename(self) -> str:
        """The card's customary file name, such as ``UTO.comity-node``."""
        return self.code + SUFFIX

    @property
    def fingerprint(self) -> str:
        """Eight groups of four hex digits: the first 128 bits of the text's SHA-256."""
        signed, _ = note.split_note(self.text)
        digits = hashlib.sha256(signed.encode()).hexdigest()[:32]
        return " ".join(digits[at : at + 4] for at in range(0, 32, 4))

    @property
    def spoken(self) -> str:
        """The fingerprint spelled for the telephone, a line for each group."""
        groups = self.fingerprint.split()
        return "\n".join(" ".join(_SPOKEN.get(d, d) for d in group) for group in groups)


def make_card(
    signer: note.Signer,
    *,
    code: str,
    name: str,
    urls: tuple[str, ...],
    seal_public: str,
    authority: str,
    created: datetime.datetime,
    witnesses: tuple[str, ...] = (),
) -> NodeCard:
    """Write and sign a card; `Malformed` for a value which `parse_card` would refuse."""
    body = {
        "authority": authority,
        "code": code,
        "created": wire.format_instant(created),
        "name": name,
        "seal": seal_public,
        "urls": list(urls),
        "vkey": signer.verifier.vkey,
        "witnesses": list(witnesses),
    }
    return parse_card(note.sign_note(f"{HEADING}\n{canonical(body).decode()}\n", [signer]))


def parse_card(data: bytes) -> NodeCard:
    """Read a card, strictly: size, note, heading, canonical JSON, each field, its own signature.

    Raises `Malformed` ("card-…") for anything we would not have written and `Unverified` for a
    signature which does not hold. Whose card it is, a person must still establish.
    """
    if len(data) > SIZE_LIMIT:
        raise Malformed("card-size", "a node card is at most 16 kB")
    text, signatures = note.split_note(data)
    heading, _, rest = text.partition("\n")
    if heading != HEADING or rest.count("\n") != 1:
        raise Malformed("card-heading", f"not a node card: expected {HEADING} and one line")
    body = parse_canonical(rest[:-1].encode(), limit=SIZE_LIMIT)
    if not isinstance(body, dict) or set(body) != _FIELDS:
        raise Malformed("card-fields", "card has not exactly the fields of version 1")
    card = NodeCard(
        code=wire.matching(body["code"], wire.CODE, code="card-code", where="card: code"),
        name=_name(body["name"]),
        urls=_urls(body["urls"]),
        vkey=_text(body["vkey"], "vkey"),
        seal=_text(body["seal"], "seal"),
        authority=_text(body["authority"], "authority"),
        witnesses=_witnesses(body["witnesses"]),
        created=wire.parse_instant(body["created"], code="card-created", where="card: created"),
        text=data,
    )
    verifier = card.verifier
    # One signature, canonical: else the same card could be written as two different files.
    if len(signatures) != 1 or note.sign_note(text, (), others=signatures) != data:
        raise Malformed("card-signatures", "a card carries its own signature alone")
    note.open_note(data, [verifier])
    seal.check_public(card.seal)
    tls.check_authority(card.authority, card.code)
    return card


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 8192:
        raise Malformed("card-field", "field is missing or too long", where=f"card: {field}")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 100 or not value.isprintable():
        raise Malformed("card-name", "a name is 1 to 100 printable characters", where="card: name")
    return value


def _urls(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= 4:
        raise Malformed("card-urls", "a card names 1 to 4 addresses", where="card: urls")
    for url in value:
        check_url(url)
    return tuple(value)


def check_url(url: Any) -> None:
    """Refuse a base address which is not plain ``https://host[:port][/path]``."""
    fault = Malformed(
        "card-url",
        "not a plain https address",
        where="card: urls",
        hint="write https://host, with a port or a path if need be, without a final slash",
    )
    if not isinstance(url, str) or len(url) > 200 or not url.isascii() or not url.isprintable():
        raise fault
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise fault from error
    plain = f"https://{parts.netloc}{parts.path}"
    if url != plain or not parts.hostname or "@" in parts.netloc or port == 0:
        raise fault
    if parts.path.endswith("/") or any(c in url for c in " \\%\"'<>{}|^`"):
        raise fault


def _witnesses(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 16:
        raise Malformed("card-witnesses", "a card names at most 16 witnesses", where="card")
    for vkey in value:
        WitnessVerifier.parse(_text(vkey, "witnesses"))
    if len(set(value)) != len(value):
        raise Malformed("card-witnesses", "a witness is named twice", where="card: witnesses")
    return tuple(value)
