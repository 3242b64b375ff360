"""The nine scripts of India that share one order of letters, in Latin letters by sound.

From Devanagari to Malayalam each Unicode block (128 characters from U+0900 on) gives a letter the
same place, so one table serves all (The Unicode Standard, chapter 12). A consonant carries an *a*
unless a vowel sign or a virama follows; the northern languages do not speak it at the end of a
word. Tamil writes one letter for voiced and voiceless sounds: which it is follows from the place.
Facts keyed by hand.
"""

from __future__ import annotations

DEVANAGARI, BENGALI, GURMUKHI, GUJARATI, ODIA, TAMIL, TELUGU, KANNADA, MALAYALAM = (
    0x900, 0x980, 0xA00, 0xA80, 0xB00, 0xB80, 0xC00, 0xC80, 0xD00,
)  # fmt: skip
FIRST, LAST = DEVANAGARI, MALAYALAM + 0x7F
_NASALS = {0x01, 0x02, 0x70}
_NUKTA, _VIRAMA, _DOUBLED = 0x3C, 0x4D, 0x71
_NORTHERN = {DEVANAGARI, BENGALI, GURMUKHI, GUJARATI, ODIA}
_VOWELS = dict(enumerate("a a i i u u ri li e e e ai o o o au".split(), 0x05))
_CONSONANTS = dict(
    enumerate(
        "k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l zh v sh sh s h"
        "".split(),
        0x15,
    )
) | {0x5F: "y"}
_SIGNS = dict(enumerate("a i i u u ri ri e e e ai o o o au".split(), 0x3E))
_WITH_NUKTA = {
    0x15: "q", 0x1C: "z", 0x1D: "zh", 0x21: "r", 0x22: "rh", 0x2B: "f", 0x2F: "y", 0x38: "sh",
}  # fmt: skip
_OWN = {
    0x9CE: "t", 0x9F0: "r", 0x9F1: "v", 0xD7A: "n", 0xD7B: "n", 0xD7C: "r", 0xD7D: "l",
    0xD7E: "l", 0xD7F: "k",
}  # fmt: skip
"""Letters that only one of the scripts has, all without a vowel of their own."""
_VOICED = {"k": "g", "ch": "j", "t": "d", "p": "b"}
_LETTERS = {
    "e": "a", "ei": "a", "bi": "b", "si": "c", "di": "d", "i": "e", "ef": "f", "ji": "g",
    "ech": "h", "hech": "h", "ai": "i", "je": "j", "ke": "k", "el": "l", "em": "m", "en": "n",
    "o": "o", "pi": "p", "ar": "r", "es": "s", "yas": "s", "ti": "t", "yu": "u", "vi": "v",
    "vai": "y", "jed": "z",
}  # fmt: skip
"""The English letters as India spells them out in initials (em. ke. for M. K.)."""


def romanised_indic(word: str) -> str:
    """Write a word of one of the nine scripts in Latin letters; others are passed over."""
    sounds: list[str] = []
    inherent: set[int] = set()
    for at, char in enumerate(word):
        code = ord(char)
        block, place = code & ~0x7F, code & 0x7F
        if not FIRST <= code <= LAST or place in (_NUKTA, _DOUBLED):
            continue
        if place in _CONSONANTS and code not in _OWN:
            sounds.append(_consonant(word, at, block, place))
            sounds.append("a")
            inherent.add(len(sounds) - 1)
        elif place == _VIRAMA or place in _SIGNS:
            if sounds and len(sounds) - 1 in inherent:
                sounds.pop()
                inherent.discard(len(sounds))
            sounds.append(_SIGNS.get(place, ""))
        elif place in _NASALS and code not in _OWN:
            sounds.append(_nasal(word[at + 1 : at + 2], block))
        else:
            sounds.append(_OWN.get(code) or _VOWELS.get(place, ""))
    if block_of(word) in _NORTHERN:
        _leave_unspoken(sounds, inherent)
    return "".join(sounds)


def block_of(word: str) -> int:
    """Give the first character of the Unicode block in which a word begins."""
    return ord(word[0]) & ~0x7F if word else 0


def initial(word: str) -> str:
    """Give the letter that a word before a full stop stands for: spelled out, or its first."""
    plain = romanised_indic(word)
    if block_of(word) == TAMIL and plain[:2] in ("ir", "il"):
        plain = plain[1:]  # Tamil begins no word with r or l
    return _LETTERS.get(plain, plain[:1])


def _consonant(word: str, at: int, block: int, place: int) -> str:
    if ord(word[at + 1 : at + 2] or "a") == block + _NUKTA:
        return _WITH_NUKTA.get(place, _CONSONANTS[place])
    sound = _CONSONANTS[place]
    joined = ord(word[at - 1]) == block + _VIRAMA if at else False
    if block == BENGALI and place == 0x2F:
        # After another consonant, with a long a, it only opens the vowel (ম্যা is ma).
        return "j" if not joined else "" if word[at + 1 : at + 2] == "া" else "y"
    if block in (TAMIL, MALAYALAM):
        return _southern(word, at, (block, place), joined=joined)
    return sound


def _southern(word: str, at: int, letter: tuple[int, int], *, joined: bool) -> str:
    """Read a stop of Tamil (or, after a nasal, of Malayalam) voiced or not by its place."""
    block, place = letter
    sound = _CONSONANTS[place]
    before = ord(word[at - 2]) & 0x7F if joined and at > 1 else 0
    nasal = before in (0x19, 0x1E, 0x23, 0x28, 0x29, 0x2E)
    stopped = ord(word[at + 1 : at + 2] or "a") == block + _VIRAMA
    if place == 0x31:
        return _hard_r(word, at, before, tamil=block == TAMIL)
    if block == MALAYALAM:
        return "d" if place == 0x1F and nasal else sound
    if place == 0x1A and (at == 0 or not stopped):
        return {0x1E: "j", 0x1A: "ch", 0x1F: "ch", 0x31: "ch"}.get(before, "s")
    if sound not in _VOICED or at == 0 or stopped:
        return sound
    return _VOICED[sound] if nasal or not joined else sound


def _hard_r(word: str, at: int, before: int, *, tamil: bool) -> str:
    """Read the second r of Tamil and Malayalam, which doubled or after n is a t."""
    if word[at + 2 : at + 3] == word[at] and ord(word[at + 1]) & 0x7F == _VIRAMA:
        return ""
    if before == 0x31 or (not tamil and word[at - 1 : at] in _NS):
        return "t"
    if before in (0x28, 0x29):
        return "dr" if tamil else "t"
    return "r"


_NS = ("\u0d7b", "\u0d28")


def _nasal(after: str, block: int) -> str:
    """Read a nasal mark by the sound that follows it."""
    place = ord(after) & 0x7F if after else 0
    if block == BENGALI:
        return "ng" if ord(after or "a") != 0x9BE else "n"
    if 0x2A <= place <= 0x2E:
        return "m"
    if place == 0x39:
        return "ng"
    return "m" if not after and block not in _NORTHERN else "n"


def _leave_unspoken(sounds: list[str], inherent: set[int]) -> None:
    """Drop each *a* that is not spoken: at the end of a word, and between two open syllables.

    It stays after consonants that cannot end a word together (Chandra).
    """
    last = len(sounds) - 1
    if last in inherent and last > 1:
        cluster = sounds[last - 2] == ""
        if not (cluster and sounds[last - 1] in ("r", "y", "v", "n", "m")):
            sounds[last] = ""
    for at in range(last - 2, 2, -1):
        if at in inherent and sounds[at - 2][-1:] in _SPOKEN and sounds[at + 2][-1:] in _SPOKEN:
            sounds[at] = ""


_SPOKEN = ("a", "e", "i", "o", "u")
