"""How a person's data arrive at a desk: the classes of noise that recall is measured on.

Each class takes an identity and a seeded generator and gives the question an officer might ask.
The spellings come from rules of their own, not from the matcher's tables, so that the measure is
not the thing measured. A class that does not fit a person gives None.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

Noise = Callable[[Identity, random.Random], Identity | None]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPELLINGS = (
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("kh", "h"), ("sh", "ch"), ("sch", "sh"), ("ey", "ei"),
    ("ph", "f"), ("dj", "j"), ("tz", "ts"), ("ck", "k"), ("ie", "i"), ("mm", "m"), ("ss", "s"),
    ("ll", "l"), ("w", "v"), ("y", "i"), ("q", "k"), ("u", "ou"), ("i", "y"), ("c", "k"),
    ("e", "i"), ("o", "u"), ("a", "e"), ("z", "s"), ("k", "q"), ("f", "ph"),
)  # fmt: skip
_CYRILLIC = (
    ("shch", "щ"), ("kh", "х"), ("zh", "ж"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("yu", "ю"),
    ("ya", "я"), ("yo", "ё"), ("ye", "е"), ("a", "а"), ("b", "б"), ("c", "к"), ("d", "д"),
    ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"), ("j", "дж"), ("k", "к"), ("l", "л"),
    ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"),
    ("u", "у"), ("v", "в"), ("w", "в"), ("x", "кс"), ("y", "й"), ("z", "з"),
)  # fmt: skip
_ARABIC = (
    ("kh", "خ"), ("sh", "ش"), ("th", "ث"), ("gh", "غ"), ("dh", "ذ"), ("ou", "و"), ("ee", "ي"),
    ("aa", "ا"), ("b", "ب"), ("p", "ب"), ("t", "ت"), ("j", "ج"), ("d", "د"), ("r", "ر"),
    ("z", "ز"), ("s", "س"), ("f", "ف"), ("v", "ف"), ("q", "ق"), ("k", "ك"), ("c", "ك"), ("g", "ج"),
    ("l", "ل"), ("m", "م"), ("n", "ن"), ("h", "ه"), ("w", "و"), ("y", "ي"), ("u", "و"), ("o", "و"),
    ("i", "ي"), ("e", ""), ("x", "كس"),
)  # fmt: skip
_MISREAD = str.maketrans("O0I1S5B8Z2G6", "0O1I5S8B2Z6G")


def _parts(identity: Identity) -> list[str]:
    return identity.names[0].full.lower().split()


def _renamed(identity: Identity, parts: list[str]) -> Identity:
    return dataclasses.replace(identity, names=(Name(" ".join(parts).title()),))


def _typo(part: str, draw: random.Random) -> str:
    at = draw.randrange(len(part))
    kind = draw.randrange(4)
    if kind == 0 and len(part) > 2:
        return part[:at] + part[at + 1 :]
    if kind == 1:
        return part[:at] + draw.choice(_LETTERS) + part[at:]
    if kind == 2 and at + 1 < len(part):
        return part[:at] + part[at + 1] + part[at] + part[at + 2 :]
    return part[:at] + draw.choice(_LETTERS) + part[at + 1 :]


def _longest(parts: list[str]) -> int:
    return max(range(len(parts)), key=lambda i: (len(parts[i]), -i))


def same(identity: Identity, _draw: random.Random) -> Identity | None:
    """The data as listed."""
    return identity


def swapped(identity: Identity, _draw: random.Random) -> Identity | None:
    """Surname first."""
    parts = _parts(identity)
    return _renamed(identity, parts[1:] + parts[:1])


def dropped(identity: Identity, draw: random.Random) -> Identity | None:
    """A middle part is left out."""
    parts = _parts(identity)
    if len(parts) < 3:
        return None
    del parts[draw.randrange(1, len(parts) - 1)]
    return _renamed(identity, parts)


def one_typo(identity: Identity, draw: random.Random) -> Identity | None:
    """One letter wrong, in a part of four letters or more."""
    parts = _parts(identity)
    long = [i for i, p in enumerate(parts) if len(p) >= 4]
    if not long:
        return None
    at = draw.choice(long)
    parts[at] = _typo(parts[at], draw)
    return _renamed(identity, parts)


def two_typos(identity: Identity, draw: random.Random) -> Identity | None:
    """A letter wrong in each of two parts."""
    parts = _parts(identity)
    long = [i for i, p in enumerate(parts) if len(p) >= 4]
    if len(long) < 2:
        return None
    for at in draw.sample(long, 2):
        parts[at] = _typo(parts[at], draw)
    return _renamed(identity, parts)


def two_in_one(identity: Identity, draw: random.Random) -> Identity | None:
    """Two letters wrong in the longest part."""
    parts = _parts(identity)
    at = _longest(parts)
    if len(parts[at]) < 6:
        return None
    parts[at] = _typo(_typo(parts[at], draw), draw)
    return _renamed(identity, parts)


def _full_date(identity: Identity) -> PartialDate | None:
    date = identity.birth_dates[0] if identity.birth_dates else None
    return date if date and date.day and (date.month, date.day) != (1, 1) else None


def date_wrong(identity: Identity, draw: random.Random) -> Identity | None:
    """One letter and one part of the date wrong, or day and month exchanged."""
    date, asked = _full_date(identity), one_typo(identity, draw)
    if date is None or asked is None or date.month is None or date.day is None:
        return None
    year, month, day = date.year, date.month, date.day
    kind = draw.randrange(4)
    if kind == 0:
        year += draw.choice((-10, -1, 1, 10))
    elif kind == 1:
        month = month % 12 + 1
    elif kind == 2 and day <= 12 and day != month:
        month, day = day, month
    else:
        day = day % 28 + 1
    return dataclasses.replace(asked, birth_dates=(PartialDate(year, month, min(day, 28)),))


def year_only(identity: Identity, draw: random.Random) -> Identity | None:
    """One letter wrong, and only the year of birth."""
    date, asked = _full_date(identity), one_typo(identity, draw)
    if date is None or asked is None:
        return None
    return dataclasses.replace(asked, birth_dates=(PartialDate(date.year),))


def no_date(identity: Identity, draw: random.Random) -> Identity | None:
    """One letter wrong, and no date of birth."""
    asked = one_typo(identity, draw)
    return asked and dataclasses.replace(asked, birth_dates=(), documents=())


def misread(identity: Identity, draw: random.Random) -> Identity | None:
    """Two letters wrong, no date, and a document number with a character misread."""
    asked = two_typos(identity, draw)
    if asked is None or not identity.documents:
        return None
    number = identity.documents[0].number
    at = draw.randrange(len(number))
    look_alike = number[at].translate(_MISREAD)
    wrong = look_alike if look_alike != number[at] else draw.choice("0123456789")
    number = number[:at] + wrong + number[at + 1 :]
    return dataclasses.replace(asked, birth_dates=(), documents=(DocumentNumber(number),))


def _spelt(part: str, draw: random.Random) -> str:
    rules = [rule for rule in _SPELLINGS if rule[0] in part[1:] or rule[0] == part[: len(rule[0])]]
    if not rules:
        return part
    old, new = draw.choice(rules)
    return part.replace(old, new, 1)


def romanised(identity: Identity, draw: random.Random) -> Identity | None:
    """One part in another romanisation."""
    parts = _parts(identity)
    at = draw.randrange(len(parts))
    parts[at] = _spelt(parts[at], draw)
    return _renamed(identity, parts)


def romanised_all(identity: Identity, draw: random.Random) -> Identity | None:
    """Every part in another romanisation."""
    return _renamed(identity, [_spelt(p, draw) for p in _parts(identity)])


def _written(part: str, table: tuple[tuple[str, str], ...]) -> str:
    out = ""
    while part:
        for latin, letter in table:
            if part.startswith(latin):
                out += letter
                part = part[len(latin) :]
                break
        else:
            part = part[1:]
    return out


def cyrillic(identity: Identity, _draw: random.Random) -> Identity | None:
    """The name in Cyrillic letters."""
    return _renamed(identity, [_written(p, _CYRILLIC) for p in _parts(identity)])


def arabic(identity: Identity, draw: random.Random) -> Identity | None:
    """The name in Arabic letters, short vowels left out."""
    parts = []
    for part in _parts(identity):
        first = "ا" if part[0] in "aeiou" else ""
        rest = part[1:] if first else part
        kept = "".join(c if c != "a" or draw.random() < 0.4 else "" for c in rest)
        parts.append(first + _written(kept.replace("a", "aa"), _ARABIC))
    return _renamed(identity, [p for p in parts if p])


CLASSES: dict[str, Noise] = {
    "same": same,
    "swapped": swapped,
    "dropped": dropped,
    "one typo": one_typo,
    "two typos": two_typos,
    "two typos in one part": two_in_one,
    "typo, date wrong": date_wrong,
    "typo, year only": year_only,
    "typo, no date": no_date,
    "two typos, no date, document misread": misread,
    "romanised": romanised,
    "romanised throughout": romanised_all,
    "Cyrillic": cyrillic,
    "Arabic": arabic,
}


def noised(identity: Identity, kind: str, seed: int) -> Identity | None:
    """Apply a class of noise; the same seed gives the same question. Documents are left out

    but for the class that is about them, as most travellers asked for by name have another one.
    """
    made = CLASSES[kind](identity, random.Random(f"{seed}/{kind}"))  # noqa: S311 - test data
    if made is not None and kind != "two typos, no date, document misread":
        made = dataclasses.replace(made, documents=())
    return made
