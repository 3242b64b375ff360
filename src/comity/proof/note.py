"""Signed text: C2SP signed-note (https://c2sp.org/signed-note@v1.0.0), Ed25519 type 0x01.

A note is a text, an empty line, and one line for each signature::

    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNI...

The text ends in a newline, which is signed; the empty line is not. A signature line is an em dash,
a space, the key name, a space, and the base64 of a 4-byte key id and the signature.

    key id = SHA-256(name || 0x0A || type || public key)[:4]
    vkey   = <name>+<key id in 8 hex digits>+<base64(type || public key)>
    skey   = PRIVATE+KEY+<name>+<key id in 8 hex digits>+<base64(type || seed)>

Key names are not empty and hold neither Unicode spaces nor plus signs. ``open_note`` accepts only
what ``sign_note`` could have written, apart from who signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.errors import Malformed, Unverified

ED25519 = 0x01
"""Signature type of an Ed25519 signature over the text itself."""

SIGNATURES_MAX = 100
NOTE_BYTES_MAX = 1 << 20
_VKEY_CHARS_MAX = 2100
_DASH = "— "


class NoteVerifier(Protocol):
    """What ``open_note`` needs of a key: its name, its id, and whether a signature holds."""

    @property
    def name(self) -> str:
        """The key name."""

    @property
    def key_id(self) -> bytes:
        """Four bytes."""

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (without the key id) is this key's over ``text``."""


class NoteSigner(Protocol):
    """What ``sign_note`` needs of a key."""

    @property
    def name(self) -> str:
        """The key name."""

    @property
    def key_id(self) -> bytes:
        """Four bytes."""

    def sign(self, text: bytes) -> bytes:
        """The signature over ``text``, without the key id."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, under which key id (4 bytes), and the signature's bytes."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """The line as it stands in a note, newline included."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """An opened note: its ``text``, the signatures that were ``verified``, and the others."""

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public Ed25519 key: ``name`` and 32 bytes ``public``."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name or key that no note could carry."""
        check_name(self.name)
        if len(self.public) != 32:
            raise Malformed("note-key-length", "an Ed25519 public key has 32 bytes")

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read a vkey of type 0x01; Malformed otherwise."""
        name, public = parse_vkey(vkey, ED25519)
        return cls(name, public)

    @property
    def key_id(self) -> bytes:
        """The key id, 4 bytes."""
        return key_id(self.name, ED25519, self.public)

    @property
    def vkey(self) -> str:
        """The key as text."""
        return format_vkey(self.name, ED25519, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (64 bytes) is this key's over ``text``."""
        return ed25519_verifies(self.public, text, signature)


class Signer:
    """A private Ed25519 key under a ``name``; the seed is never shown."""

    __slots__ = ("_key", "_seed", "key_id", "name", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != 32:
            raise Malformed("note-key-length", "an Ed25519 seed has 32 bytes")
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())
        self.name = name
        self.key_id = self.verifier.key_id

    @classmethod
    def parse(cls, skey: str) -> Signer:
        """Read an skey; Malformed otherwise, without a word of the key."""
        prefix = "PRIVATE+KEY+"
        bad = Malformed("note-skey", "not a signing key", hint="PRIVATE+KEY+<name>+<id>+<base64>")
        parts = skey.removeprefix(prefix).split("+", 2)
        if not skey.startswith(prefix) or len(parts) != 3:
            raise bad
        material = decode_base64(parts[2])
        if material is None or len(material) != 33 or material[0] != ED25519:
            raise bad
        signer = cls(parts[0], material[1:])
        if signer.key_id.hex() != parts[1]:
            raise bad
        return signer

    @property
    def skey(self) -> str:
        """The private key as text: for a key file, never for a log."""
        material = base64.b64encode(bytes([ED25519]) + self._seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.key_id.hex()}+{material}"

    def sign(self, text: bytes) -> bytes:
        """64 bytes over ``text`` (RFC 8032)."""
        return self._key.sign(text)

    def __repr__(self) -> str:
        """The public half only."""
        return f"Signer({self.verifier.vkey})"


def sign_note(
    text: str, signers: Iterable[NoteSigner], *, others: Iterable[Signature] = ()
) -> bytes:
    """The note of ``text`` with the ``signers``' lines first, then the ``others`` as they are."""
    _check_text(text)
    body = text.encode()
    made = [Signature(signer.name, signer.key_id, signer.sign(body)) for signer in signers]
    lines = "".join(signature.line() for signature in [*made, *others])
    return f"{text}\n{lines}".encode()


def open_note(data: bytes, verifiers: Iterable[NoteVerifier]) -> Note:
    """Read a note and verify it.

    Signatures of unknown keys are ignored; one of a known key that does not verify refuses the
    whole note, as does the absence of any that does (Unverified). Malformed for other bytes.
    """
    known: dict[tuple[str, bytes], NoteVerifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) is not verifier:
            raise Malformed("note-key-ambiguous", "two trusted keys share name and id")
    text, signatures = split_note(data)
    body = text.encode()
    verified: dict[tuple[str, bytes], Signature] = {}
    unknown: list[Signature] = []
    for signature in signatures:
        identity = (signature.name, signature.key_id)
        if identity not in known:
            unknown.append(signature)
        elif not known[identity].verifies(body, signature.value):
            raise Unverified("note-signature", "a known key's signature does not hold")
        else:
            verified.setdefault(identity, signature)
    if not verified:
        raise Unverified("note-unsigned", "no trusted key signed the note")
    return Note(text, tuple(verified.values()), tuple(unknown))


def split_note(data: bytes) -> tuple[str, tuple[Signature, ...]]:
    """The text and the signature lines of a note, nothing verified; Malformed otherwise."""
    if len(data) > NOTE_BYTES_MAX:
        raise Malformed("note-too-large", f"a note of more than {NOTE_BYTES_MAX} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Malformed("note-not-utf8", "the note is not UTF-8") from None
    cut = whole.rfind("\n\n")
    if cut < 0 or not whole.endswith("\n"):
        raise Malformed("note-form", "not a signed note", hint="text, empty line, signature lines")
    text, lines = whole[: cut + 1], whole[cut + 2 :].split("\n")[:-1]
    _check_text(text)
    if not lines or len(lines) > SIGNATURES_MAX:
        raise Malformed("note-signature-count", f"a note has 1 to {SIGNATURES_MAX} signatures")
    return text, tuple(parse_signature(line) for line in lines)


def parse_signature(line: str) -> Signature:
    """Read one signature line (without its newline); Malformed otherwise."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    material = decode_base64(encoded)
    if not line.startswith(_DASH) or material is None or len(material) < 5:
        raise Malformed("note-signature-line", "not a signature line", hint="— <name> <base64>")
    check_name(name)
    return Signature(name, material[:4], material[4:])


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name || 0x0A || type || public key)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def format_vkey(name: str, kind: int, public: bytes) -> str:
    """``<name>+<id>+<base64(type || public key)>``."""
    encoded = base64.b64encode(bytes([kind]) + public).decode()
    return f"{name}+{key_id(name, kind, public).hex()}+{encoded}"


def parse_vkey(vkey: str, kind: int, *, size: int = 32) -> tuple[str, bytes]:
    """(name, public key of ``size`` bytes) of a vkey of type ``kind``; Malformed otherwise."""
    bad = Malformed("note-vkey", "not a verifier key", hint="<name>+<id>+<base64>")
    parts = vkey.split("+", 2)
    if len(parts) != 3 or len(vkey) > _VKEY_CHARS_MAX:
        raise bad
    name, identity, encoded = parts
    material = decode_base64(encoded)
    if material is None or len(material) not in (33, 1 + size):
        raise bad
    if material[0] != kind or len(material) != 1 + size:
        raise Malformed("note-vkey-type", f"a key of type {material[0]:#04x}, not {kind:#04x}")
    check_name(name)
    if key_id(name, kind, material[1:]).hex() != identity:
        raise Malformed("note-vkey-id", "the key id does not fit the key")
    return name, material[1:]


def check_name(name: str) -> None:
    """Malformed unless ``name`` may stand in a note."""
    spoiled = any(char.isspace() or char == "+" or char < " " for char in name)
    if not name or spoiled or len(name) > 255:
        raise Malformed("note-key-name", "not a key name", hint="no spaces, no plus sign")


def decode_base64(encoded: str) -> bytes | None:
    """The bytes of standard, padded, canonical base64 (RFC 4648 section 4); None otherwise."""
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == encoded else None


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that of the 32-byte key ``public`` over ``message`` (RFC 8032)."""
    if len(signature) != 64:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verified_by(note: Note, verifiers: Sequence[NoteVerifier]) -> int:
    """How many of the ``verifiers`` signed ``note``."""
    signed = {(signature.name, signature.key_id) for signature in note.verified}
    return sum((verifier.name, verifier.key_id) in signed for verifier in verifiers)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise Malformed("note-text", "not a note's text: newline at its end, no controls")
