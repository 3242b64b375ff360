"""A tree head as note text: C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint@v1.0.0).

    comity.example/uto
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Line 1 is the origin of the log, line 2 the number of entries in decimal, line 3 the root hash in
base64; any further lines are extensions and not empty. ``parse_checkpoint`` accepts only what
``format_checkpoint`` writes.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from comity.errors import Malformed
from comity.proof import note, tlog


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``origin`` names the log; ``size`` entries have the root hash ``root`` (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The text to be signed as a note."""
    root = base64.b64encode(checkpoint.root).decode()
    lines = [checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions]
    return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text; Malformed otherwise."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or "" in lines[:-1]:
        raise Malformed("checkpoint-form", "not a checkpoint", hint="origin, size and root lines")
    origin, digits, encoded, *extensions = lines[:-1]
    root = note.decode_base64(encoded)
    if root is None or len(root) != tlog.HASH_BYTES:
        raise Malformed("checkpoint-root", "not a SHA-256 hash in base64", where="line 3")
    size = parse_decimal(digits)
    if size is None:
        raise Malformed("checkpoint-size", "not a tree size", where="line 2")
    return Checkpoint(origin, size, root, tuple(extensions))


def parse_decimal(digits: str) -> int | None:
    """A number 0 to 2^63 - 1 in ASCII digits without leading zeroes; None otherwise."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > 19:
        return None
    number = int(digits)
    return number if str(number) == digits and number <= tlog.SIZE_MAX else None
