"""Kana in Latin letters, by sound: small vowels and glides join, long marks fall away."""

from __future__ import annotations

import unicodedata

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ",
    "h": "ハヒフヘホ", "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ",
    "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_PLAIN = {
    char: consonant + vowel
    for consonant, row in _ROWS.items()
    for char, vowel in zip(row, "aiueo", strict=True)
}
_PLAIN |= {
    "シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu",
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヲ": "o", "ン": "n",
    "ヴ": "vu", "ヷ": "va", "ヵ": "ka", "ヶ": "ke",
}  # fmt: skip
_SMALL = {
    "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo",
    "ヮ": "wa",
}  # fmt: skip


def romanised_kana(word: str) -> str:
    """Write kana (either kind) in Latin letters; other characters are passed over."""
    out: list[str] = []
    for char in unicodedata.normalize("NFKC", word):
        kana = chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char
        if kana in _SMALL and out:
            small = _SMALL[kana]
            before = out.pop().rstrip("aiueo")
            # A glide after sh, ch, j is part of the sound already: ジョ is jo, not jiyo.
            out.append(before + (small[-1] if before in ("sh", "ch", "j") else small))
        else:
            out.append(_PLAIN.get(kana, _SMALL.get(kana, "")))
    return "".join(out)
