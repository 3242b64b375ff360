"""Burmese in Latin letters, syllable by syllable, as people there spell their names.

What a final consonant sounds like hangs on the vowel before it, so a rhyme is read whole. Most
parts of a Burmese name are one syllable and nothing stands between them. Facts keyed by hand.
"""

from __future__ import annotations

import re

FIRST, LAST = 0x1000, 0x109F
_CONSONANTS = dict(
    zip(
        "ကခဂဃငစဆဇဈဉညဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအဿ",
        "k kh g g ng s s z z ny ny t ht d d n t ht d d n p ph b b m y y l w th h l - th".split(),
        strict=True,
    )
)
_ALONE = {"ဣ": "i", "ဤ": "i", "ဥ": "u", "ဦ": "u", "ဧ": "e", "ဩ": "aw", "ဪ": "aw", "၏": "i"}
_RHYMES = {
    "": "a", "ာ": "a", "ိ": "i", "ီ": "i", "ု": "u", "ူ": "u", "ေ": "e", "ဲ": "e",
    "ော": "aw", "ို": "o", "ံ": "an", "ုံ": "on", "ိံ": "ein", "က": "et", "င": "in", "စ": "it",
    "ည": "i", "ဉ": "in", "တ": "at", "ပ": "at", "န": "an", "မ": "an", "ဏ": "an", "ယ": "e",
    "ိတ": "eik", "ိပ": "eik", "ိန": "ein", "ိမ": "ein", "ုတ": "ok", "ုပ": "ok", "ုန": "on",
    "ုမ": "on", "ိုင": "aing", "ိုက": "aik", "ောင": "aung", "ောက": "auk", "ွန": "un",
    "ွမ": "un", "ွတ": "ut", "ွပ": "ut", "ွံ": "un",
}  # fmt: skip
_STOPS = {"က": "k", "င": "ng", "စ": "s", "ယ": "", "သ": "s", "လ": "l", "ရ": "r", "ဂ": "g"}
_C = "[က-အဿ]"
_SYLLABLE = re.compile(
    f"(?P<alone>[ဣ-ဪ၏])း?|(?P<head>{_C})(?P<medial>[ျ-ှ]*)(?P<vowel>[ါ-ဲံ]*)"
    f"(?P<rest>(?:့?(?:{_C})့?(?:်|္)့?|[့း်ံ])*)"
)


def burmese_syllables(word: str) -> list[str]:
    """Write a Burmese word in Latin letters, one string a syllable; others are passed over."""
    word = word.replace("ါ", "ာ").replace("ဥ်", "ဉ်")
    made = [_syllable(found) for found in _SYLLABLE.finditer(word)]
    return [one for one in made if one]


def _syllable(found: re.Match[str]) -> str:
    if found["alone"]:
        return _ALONE.get(found["alone"], "")
    medial, rest = found["medial"], found["rest"]
    ends = re.findall(_C, rest)
    head = _head(found["head"], medial)
    vowel = found["vowel"].replace("ံ", "") + ("ံ" if "ံ" in found["vowel"] + rest else "")
    wet = "ွ" in medial
    rhyme = vowel + (ends[0] if ends else "")
    if wet and "ွ" + rhyme in _RHYMES:
        sound = _RHYMES["ွ" + rhyme]
    else:
        sound = ("w" if wet else "") + _rhyme(vowel, ends[0] if ends else "")
    creaky = "့" in rest and sound.endswith("n")
    return head + sound + ("t" if creaky else "")


def _head(consonant: str, medial: str) -> str:
    """Read the beginning of a syllable: ra with ha is sh, a ha below sounds first."""
    sound = _CONSONANTS[consonant].replace("-", "")
    glide = "y" if "ျ" in medial or "ြ" in medial else ""
    if "ှ" in medial:
        return "sh" if consonant == "ရ" or (consonant in "လသ" and glide) else "h" + sound + glide
    return sound + glide


def _rhyme(vowel: str, end: str) -> str:
    known = _RHYMES.get(vowel + end)
    if known is not None:
        return known
    last = _CONSONANTS[end].replace("-", "").rstrip("h")
    return _RHYMES.get(vowel, "a") + _STOPS.get(end, last)
