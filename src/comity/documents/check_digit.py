"""The check digit of machine-readable zones (ICAO Doc 9303-3, 4.9).

Each character has a value (0-9 themselves, A-Z 10 to 35, filler 0), is multiplied by 7, 3, 1,
7, 3, 1 ... and the sum modulo 10 is the digit. Example of the Doc: ``520727`` has the digit 3.
It finds every single wrong digit, yet not A for K, nor a swap of letters ten apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import mul

from comity.errors import Malformed

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
"""All characters of a machine-readable zone."""

FIELD_CHARS_MAX = 90
"""The longest zone is TD1 with three times thirty characters."""

_NO_CHARACTER = 255
_WEIGHTS = (7, 3, 1) * (FIELD_CHARS_MAX // 3)
_VALUES = bytearray([_NO_CHARACTER]) * 256
for _value, _character in enumerate(ALPHABET):
    _VALUES[ord(_character)] = 0 if _character == "<" else _value
_VALUE_TABLE = bytes(_VALUES)


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """One check: ``field`` it protects, digit ``found`` and ``expected``, whether it ``holds``.

    ``found`` is "<" where the zone leaves the digit out, which holds only for an empty field
    (Doc 9303-4, 4.2.2.2, note on optional data).
    """

    field: str
    found: str
    expected: str
    holds: bool


def compute_digit(text: str) -> str:
    """Give the check digit of at most 90 characters; Malformed for any other character."""
    if len(text) > FIELD_CHARS_MAX or not text.isascii():
        raise Malformed("mrz-character", "not characters of a machine-readable zone")
    values = text.encode().translate(_VALUE_TABLE)
    if _NO_CHARACTER in values:
        raise Malformed("mrz-character", "not characters of a machine-readable zone")
    return str(sum(map(mul, values, _WEIGHTS)) % 10)


def check(field: str, text: str, found: str) -> CheckDigit:
    """Compare the digit found with the one that ``text`` should have."""
    expected = compute_digit(text)
    empty = found == "<" and not text.strip("<")
    return CheckDigit(field, found, expected, empty or found == expected)
