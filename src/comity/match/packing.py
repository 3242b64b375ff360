"""Values of an identity as the numbers the kernels compare."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from comity.match import calendars
from comity.match.card import SEX_AT
from comity.match.traits import VAGUE_BIT
from comity.terms.identity import DocumentNumber, Identity, PartialDate

SEXES = {None: 0, "F": 1, "M": 2, "X": 0}
NATIONS_MAX = 4
LOOKALIKES = str.maketrans("OQILZSBG", "00112586")
"""Characters that readers and typists take for digits."""
PACKED_MAX = 12
_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE = {char: at + 1 for at, char in enumerate(_ALNUM)}


def packed_date(date: PartialDate) -> int:
    """Pack year << 9 | month << 5 | day; 1 January and estimates keep only the year (R22)."""
    if date.estimated or (date.month == 1 and date.day == 1):
        return VAGUE_BIT | date.year << 9
    return date.year << 9 | (date.month or 0) << 5 | (date.day or 0)


def dates_of(identity: Identity) -> list[int]:
    """Pack the birth dates and their readings in other calendars, each once, in order."""
    found: dict[int, None] = {}
    if len(identity.birth_dates) == 1:
        [date] = identity.birth_dates
        if 1500 < date.year < 2380:
            return [packed_date(date)]
    for date in identity.birth_dates:
        if 1500 < date.year < 2380:
            found[packed_date(date)] = None
        else:
            found.update((packed_date(d), None) for d in calendars.readings(date))
    return list(found)


@lru_cache(maxsize=4096)
def packed_nation(code: str) -> int:
    """Pack a code of one to three capitals in 15 bits; 0 where it is none."""
    if not 1 <= len(code) <= 3 or not code.isascii() or not code.isalpha():
        return 0
    number = 0
    for char in code.upper():
        number = number * 27 + ord(char) - 64
    return number


def nations_of(identity: Identity) -> int:
    """Pack the first four nationalities, 16 bits each."""
    return _packed_nations(identity.nationalities[:NATIONS_MAX])


@lru_cache(maxsize=4096)
def _packed_nations(codes: tuple[str, ...]) -> int:
    packed = 0
    for at, code in enumerate(codes):
        packed |= packed_nation(code) << (16 * at)
    return packed


def blank_card(identity: Identity) -> tuple[int, int, int, int]:
    """Give what of a card the lists do not hold (see card.py): nationalities and sex."""
    return 0, 0, nations_of(identity), SEXES[identity.sex] << SEX_AT


def folded(number: str) -> str:
    """Keep letters and digits, upper case, look-alikes made one."""
    if number.isascii() and number.isalnum():
        return number.upper().translate(LOOKALIKES)
    kept = "".join(c for c in number.upper() if c in _VALUE)
    return kept.translate(LOOKALIKES)


def packed_number(number: str) -> int:
    """Pack a folded number in base 37 (12 characters), a longer one as a hash with the top bit."""
    return _packed(folded(number))


def _packed(plain: str) -> int:
    if len(plain) > PACKED_MAX:
        digest = hashlib.blake2b(plain.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") | 1 << 63
    packed = 0
    for char in plain:
        packed = packed * 37 + _VALUE[char]
    return packed


def papers_of(documents: tuple[DocumentNumber, ...]) -> list[int]:
    """Pack the document numbers that have at least four letters or digits."""
    plain = [folded(d.number) for d in documents]
    return list(dict.fromkeys(_packed(p) for p in plain if len(p) >= 4))
