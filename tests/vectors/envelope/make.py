"""Write the envelope vectors: one failure in each file, named by it.

Run once by hand: ``python tests/vectors/envelope/make.py``. Sealing draws fresh randomness, so a
second run writes other bytes for the same failures. A file is JSON: ``expect`` is ``ok`` or the
error's code, ``now`` the instant of opening, ``envelope`` the bytes in base64. Keys are those of
the test nodes: UTO writes to QMA; the seeds are the SHA-256 of ``sign UTO`` and ``seal QMA``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from comity.exchange import envelope as env
from comity.exchange import seal, wire
from comity.proof import commitment
from comity.proof.canonical import canonical
from exchange_world import HOUR, START, person

UTO, QMA, QNB = person("UTO"), person("QMA"), person("QNB")
LETTER = env.Letter("alert-note", b"what is said", START, START + HOUR, "uto-qma", "", "0f" * 16)


def sign(said: dict[str, Any], sealed: bytes, *, by: Any = UTO, **over: Any) -> bytes:
    """An envelope of these header fields, signed whatever they say."""
    protected = over.get("protected") or canonical(
        {"alg": "Ed25519", "typ": f"comity-envelope-v1.{said.get('kind', '')}"}
    )
    payload = over.get("payload") or canonical(said)
    signed = env._encode(protected) + b"." + env._encode(payload)
    signature = over.get("signature") or by.home.signer.sign(signed)
    return signed + b"." + env._encode(signature) + b"\n" + sealed


def parts(plain: bytes | None = None, **fields: Any) -> tuple[dict[str, Any], bytes]:
    """Header fields and sealed body, bound to one another; ``fields`` override before sealing."""
    salt = bytes(32)
    said = {
        "agreement": LETTER.agreement,
        "answers": "",
        "body": commitment.commit(salt, LETTER.body).hex(),
        "created": wire.format_instant(LETTER.created),
        "expires": wire.format_instant(LETTER.expires),
        "from": "UTO",
        "id": LETTER.id,
        "kind": LETTER.kind,
        "to": "QMA",
    } | fields
    sealed = seal.seal(QMA.card.seal, plain or env._pad(salt, LETTER.body), env._binding(said))
    said["sealed"] = hashlib.sha256(sealed).hexdigest()
    return said, sealed


def made(plain: bytes | None = None, *, sign_over: Any = None, **f: Any) -> bytes:
    """A signed and sealed envelope with ``f`` in its header."""
    said, sealed = parts(plain, **f)
    return sign(said, sealed, **(sign_over or {}))


def swapped(**fields: Any) -> bytes:
    """Header fields changed after sealing, and signed again by the sender: the binding fails."""
    said, sealed = parts()
    return sign(said | fields, sealed)


def vectors() -> dict[str, tuple[str, bytes]]:
    """Name → (expected code, bytes)."""
    said, sealed = parts()
    good = sign(said, sealed)
    line, _, body = good.partition(b"\n")
    first, second, third = line.split(b".")
    other = env._pad(bytes(32), b"something else is said")
    short = bytes(32) + (70_000).to_bytes(4, "big") + bytes(4096 - 36)
    dirty = env._pad(bytes(32), LETTER.body)[:-1] + b"\x01"
    longer = env._pad(bytes(32), LETTER.body) + bytes(4096)
    none = {"signature": bytes(64), "protected": canonical({"alg": "none", "typ": "x"})}
    other_kind = canonical({"alg": "Ed25519", "typ": "comity-envelope-v1.feed-pull"})
    extra = {"alg": "Ed25519", "crit": ["b64"], "typ": "comity-envelope-v1.alert-note"}
    reseal = sign({**said, "sealed": "00" * 32}, sealed)
    to_qnb = seal.seal(QNB.card.seal, env._pad(bytes(32), LETTER.body), b"")
    late = wire.format_instant(START + 40 * 24 * HOUR)
    return {
        "good": ("ok", good),
        "algorithm-none": ("envelope-header", sign(said, sealed, **none)),
        "base64-padding": ("envelope-form", first + b"." + second + b"=." + third + b"\n" + body),
        "base64-trailing-bits": ("envelope-form", trailing_bits(good)),
        "commitment-other-body": ("envelope-commitment", made(other)),
        "created-in-future": (
            "envelope-early",
            made(created=wire.format_instant(START + HOUR), expires=late_hour()),
        ),
        "created-lower-case": ("envelope-field", swapped(created="2026-11-23t08:00:00z")),
        "empty": ("envelope-form", b""),
        "expired": (
            "envelope-expired",
            made(created="2026-11-20T08:00:00Z", expires="2026-11-21T08:00:00Z"),
        ),
        "expires-before-created": ("envelope-life", made(expires="2026-11-23T07:59:59Z")),
        "expires-after-31-days": ("envelope-life", made(expires=late)),
        "field-extra": ("envelope-fields", sign({**said, "x": ""}, sealed)),
        "field-missing": (
            "envelope-fields",
            sign({k: v for k, v in said.items() if k != "answers"}, sealed),
        ),
        "field-number": ("envelope-field", sign({**said, "id": 7}, sealed)),
        "header-not-canonical": (
            "json-not-canonical",
            sign(said, sealed, payload=json.dumps(said).encode()),
        ),
        "header-duplicate-key": (
            "json-duplicate-key",
            sign(said, sealed, payload=canonical(said)[:-1] + b',"to":"QNB"}'),
        ),
        "id-short": ("envelope-field", swapped(id="0f" * 15)),
        "kind-of-another": ("envelope-header", sign(said, sealed, protected=other_kind)),
        "line-missing": ("envelope-form", line),
        "line-too-long": ("envelope-form", b"A" * 5000 + b"\n" + body),
        "no-body": ("envelope-form", line + b"\n"),
        "padding-dirty": ("envelope-padding", made(dirty)),
        "padding-length": ("envelope-padding", made(short)),
        "padding-longer-than-needed": ("envelope-padding", made(longer)),
        "protected-critical": ("envelope-header", sign(said, sealed, protected=canonical(extra))),
        "receiver-other": ("envelope-receiver", made(to="QNB")),
        "seal-bound-to-other-agreement": ("seal-not-ours", swapped(agreement="qma-qnb")),
        "seal-bound-to-other-id": ("seal-not-ours", swapped(id="1f" * 16)),
        "seal-to-other-node": (
            "seal-not-ours",
            sign({**said, "sealed": hashlib.sha256(to_qnb).hexdigest()}, to_qnb),
        ),
        "sealed-byte-flipped": ("envelope-sealed-hash", good[:-1] + bytes([good[-1] ^ 1])),
        "sealed-hash-other": ("envelope-sealed-hash", reseal),
        "sealed-shortened": ("envelope-form", good[:-1]),
        "sender-other": ("envelope-sender", made(None, **{"from": "QNB"})),
        "signature-of-other": ("envelope-signature", sign(said, sealed, by=QNB)),
        "signature-short": ("envelope-signature", sign(said, sealed, signature=bytes(63))),
        "signature-zero": ("envelope-signature", sign(said, sealed, signature=bytes(64))),
        "too-large": ("envelope-size", good + bytes(env.SIZE_LIMIT)),
    }


def late_hour() -> str:
    """An expiry later than every creation here."""
    return wire.format_instant(START + 3 * HOUR)


def trailing_bits(good: bytes) -> bytes:
    """The same signature in base64url whose unused last bits are not zero."""
    line, _, body = good.partition(b"\n")
    last = line[-1:]
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return line[:-1] + letters[letters.index(last) ^ 1 :][:1] + b"\n" + body


def main() -> None:
    """Write the files."""
    here = Path(__file__).parent
    for name, (expect, data) in vectors().items():
        text = {
            "expect": expect,
            "now": wire.format_instant(START + HOUR / 2),
            # The oversized one is stored short and grown by the test.
            "grow": max(0, len(data) - 16_384),
            "envelope": base64.b64encode(data[:16_384]).decode(),
        }
        (here / f"{name}.json").write_text(json.dumps(text, indent=1) + "\n")


if __name__ == "__main__":
    main()
