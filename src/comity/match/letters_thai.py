"""Thai and Lao in Latin letters: vowels written first sound after, marked letters are silent.

The two Unicode blocks (U+0E00, U+0E80) give a letter the same place. Names in Latin letters mostly
follow the spelling (Vejjajiva), not the sound at the end of a syllable, and so does this table:
of the general system of transcription (RTGS) without its final consonants. Facts keyed by hand.
"""

from __future__ import annotations

import re

THAI, LAO, END = 0xE00, 0xE80, 0xEFF
_CONSONANTS = dict(
    enumerate(
        "k kh kh kh kh kh ng j ch ch s ch y d t th th th n d t th th th n b p ph f ph f ph "
        "m y r rue l lue w s s s h l o h".split(),
        0x01,
    )
)
_VOWELS = {
    0x30: "a", 0x31: "a", 0x32: "a", 0x33: "am", 0x34: "i", 0x35: "i", 0x36: "ue", 0x37: "ue",
    0x38: "u", 0x39: "u", 0x40: "e", 0x41: "ae", 0x42: "o", 0x43: "ai", 0x44: "ai",
}  # fmt: skip
_LAO = {
    0x0A: "s", 0x0D: "y", 0x27: "v", 0x2D: "o", 0x3B: "o", 0x3C: "l", 0x3D: "ia",
    0x5C: "n", 0x5D: "m",
}  # fmt: skip
_SILENT = re.compile(
    "[ทดต]ร\u0e4c|ษณ\u0e4c|[\u0e01-\u0e2e\u0e80-\u0eae][\u0e34-\u0e39\u0eb4-\u0eb9]?[\u0e4c\u0ecc]"
)
_KEPT = re.compile("(?<![ทดต])([รล])\u0e4c|(?<=ล)([ดตส])\u0e4c")
"""Marked letters that names from abroad still write in Latin letters (George, Donald)."""
_TONES = re.compile("[\u0e46-\u0e4e\u0ec6-\u0ecc\u0ece]")
_C = "[\u0e01-\u0e2e\u0e81-\u0eae\u0edc\u0edd]"
_CLUSTER = (
    "(?:[กขคตทปพผกຂຄຕທປພຜ][รลวຣລວ]|[หຫ][งญนมยรลวງຍນມຣລວ]|[\u0e01-\u0e2e\u0e81-\u0eae\u0edc\u0edd])"
)
_BEFORE = re.compile("([\u0e40-\u0e44\u0ec0-\u0ec4])(" + _CLUSTER + ")")
_ONE = "([\u0e01-\u0e2e\u0e81-\u0eae\u0edc\u0edd])"
_COMPOUND = (
    (re.compile("[เ\u0ec0](" + _CLUSTER + ")[ีີ][ยຍ]"), r"\1<ia>"),
    (re.compile("[เ\u0ec0](" + _CLUSTER + ")[ืື][อອ]"), r"\1<uea>"),
    (re.compile("[เ\u0ec0]" + _ONE + "[าາ]"), r"\1<ao>"),
    (re.compile("[เ\u0ec0](" + _CLUSTER + ")[ิีິີ]"), r"\1<oe>"),
    (re.compile("[เ\u0ec0](" + _CLUSTER + ")[อອ]"), r"\1<oe>"),
)
_SILENT_H = re.compile("[หຫ](?=[งญนมยรลวງຍນມຣລວ])")
_CARRIER = re.compile("[อອ](?=[\u0e30-\u0e39\u0e40-\u0e44\u0eb0-\u0ec4<])")


def romanised_thai(word: str) -> str:
    """Write a Thai or Lao word in Latin letters; other characters are passed over."""
    text = _KEPT.sub(r"\1\2", word.replace("รร", "<an>"))
    text = _TONES.sub("", _SILENT.sub("", text)).replace("ํา", "ำ").replace("ໍາ", "ຳ")
    for form, made in _COMPOUND:
        text = form.sub(made, text)
    text = _BEFORE.sub(r"\2\1", text)
    text = _SILENT_H.sub("", text)
    text = _OPEN.sub("<a>", _CARRIER.sub("", text))
    text = _UA.sub("<ua>", text.replace("อ", "<o>").replace("ອ", "<o>"))
    return "".join(_letters(_SOUNDED.sub(_spoken, text)))


_OPEN = re.compile("^อ(?=" + _C + "[\u0e30-\u0e44])")
_UA = re.compile("(?<=" + _C + ")[ว](?=" + _C + "$)")
_SOUNDED = re.compile("(" + _C + ")(" + _C + ")(?=" + _C + "|$)")
"""Two consonants and no vowel: an o stands between them, unless one stands before already."""


def _spoken(found: re.Match[str]) -> str:
    before = found.string[: found.start()]
    if before and not re.match(_C, before[-1]):
        return found[0]
    return f"{found[1]}<o>{found[2]}"


def _letters(text: str) -> list[str]:
    made = []
    for char in text:
        code = ord(char)
        if char.isascii():
            made.append(char if char.isalpha() else "")
        elif THAI <= code <= END:
            place = code & 0x7F
            own = _LAO.get(place) if code >= LAO else None
            made.append(own or _CONSONANTS.get(place) or _VOWELS.get(place, ""))
    return made
