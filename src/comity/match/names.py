"""Read a name as parts that can be compared, in Latin letters and in its own script.

A reading is a tuple of parts: lower case, no marks, no titles, no particles; joined where sources
differ on a space (abd al-Rahman, Abdulrahman). A name in another script has two readings: in
Latin letters and in its own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from comity.match import letters
from comity.match.han import SOUNDS
from comity.match.kana import romanised_kana
from comity.match.kanji import japanese
from comity.match.letters_burmese import burmese_syllables
from comity.match.letters_indic import initial, romanised_indic
from comity.match.letters_thai import romanised_thai

PARTS_MAX = 8
"""Parts of a reading that are compared; further ones are reported as ignored."""
PART_CHARS_MAX = 24
"""Characters of a part that are compared."""

LATIN, CYRILLIC, GREEK, ARABIC, HEBREW, HAN, KANA, HANGUL, OTHER = range(9)
SCRIPTS = ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Han", "kana", "Hangul", "other")

PARTICLES = frozenset(
    "al el ul bin ibn bint binti de la las los del della di da do dos das du le van der den von zu "
    "und af av ter ten ould ait oglu ogly oghlu kizi kyzy qizi gizi "
    "mr mrs ms miss dr prof sir haji hajji hadji alhaj hajj sheikh shaykh shaikh sheik cheikh "
    "mullah mawlawi maulavi maulawi mawlavi qari ustad mme mlle herr frau senor jr sr ii iii"
    "".split()
)
_TABLE = {
    code: (chr(code) if chr(code).isalnum() else None if chr(code) in "'`.’ʼ" else " ")
    for code in range(128)
}
_ABD = re.compile(r"abd(?:[aeiou][lrsdtnz])?([a-z]{3,})|abd[aeiou]([a-z]{3,})")
_DIN = re.compile(r"([a-z]{3,}?)(?:[aeiou]?[ldz])?[dt]+(?:in|ine|een)")
_BLOCKS = (
    (0x370, 0x3FF, GREEK), (0x1F00, 0x1FFF, GREEK), (0x400, 0x52F, CYRILLIC),
    (0x590, 0x5FF, HEBREW), (0x600, 0x77F, ARABIC), (0x8A0, 0x8FF, ARABIC),
    (0xFB50, 0xFDFF, ARABIC), (0xFE70, 0xFEFF, ARABIC), (0x3040, 0x30FF, KANA),
    (0x31F0, 0x31FF, KANA), (0x3400, 0x9FFF, HAN), (0xF900, 0xFAFF, HAN), (0x20000, 0x323AF, HAN),
    (0xAC00, 0xD7AF, HANGUL), (0x1100, 0x11FF, HANGUL),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """Parts of one name; ``script`` is the name's, ``native`` tells the own-script reading."""

    parts: tuple[str, ...]
    script: int = LATIN
    native: bool = False


def latin_parts(text: str) -> tuple[str, ...]:
    """Split ASCII text into parts, without particles and titles, joined where sources differ."""
    parts = text.lower().translate(_TABLE).split()
    if len(parts) > 1:
        kept = [p for p in parts if p not in PARTICLES]
        parts = [_folded(p) for p in kept or parts]
        return tuple(p[:PART_CHARS_MAX] for p in _joined(parts))
    return tuple(_folded(p)[:PART_CHARS_MAX] for p in parts)


def _folded(part: str) -> str:
    if part.startswith("abd") and len(part) > 5:
        found = _ABD.fullmatch(part)
        if found:
            part = "abd" + (found[1] or found[2])
    elif part.endswith(("in", "ine", "een")) and len(part) > 6:
        found = _DIN.fullmatch(part)
        if found:
            part = found[1] + "din"
    if "x" in part:
        return _decoded(part)
    return part


_ZONE_CODES = re.compile(r"(?<=n)xx|x(kh|sh|th|dh|ss|dz|tt|zz|h(?![aeiou]))")
_ZONE_SOUNDS = {"dh": "d", "ss": "s", "dz": "d", "tt": "t", "zz": "z", None: ""}


def _decoded(part: str) -> str:
    """Undo the codes of machine-readable zones (ICAO 9303-3): XSH is sh in Arabic, NXX is n.

    XH before a vowel is left alone: Albanian names are full of it.
    """
    plain = _ZONE_CODES.sub(lambda code: _ZONE_SOUNDS.get(code[1], code[1]), part)
    if plain != part and part.startswith("alx") and len(plain) > 4:
        return plain[2:]
    return plain


@lru_cache(maxsize=1 << 16)
def plain_part(word: str) -> str:
    """Give the part that an ASCII word of a name makes whatever stands beside it, "" where that

    depends: particles, titles, words that are joined or that make several parts.
    """
    parts = word.lower().translate(_TABLE).split()
    if len(parts) != 1 or parts[0] in PARTICLES:
        return ""
    part = _folded(parts[0])
    alone = part in _ABD_ALONE or part in _DIN_ALONE
    return "" if alone else part[:PART_CHARS_MAX]


_ABD_ALONE = frozenset("abd abdul abdel abdal abdur abdu abdus abdoul abdol abed abdud".split())
_DIN_ALONE = frozenset("din dine deen eddin eddine uddin addin aldin ullah allah oullah".split())


def _joined(parts: list[str]) -> list[str]:
    """Join abd + name and name + din / ullah, which sources write together or apart."""
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1] in _ABD_ALONE:
            joined[-1] = "abd" + part
        elif joined and part in _DIN_ALONE and len(joined[-1]) > 2:
            joined[-1] += "lah" if part.endswith("ah") else "din"
        else:
            joined.append(part)
    return joined


def script_of(text: str) -> int:
    """Name the script of the first letter that is not Latin; LATIN where there is none."""
    for char in text:
        code = ord(char)
        if code > 0x36F and char.isalpha():
            for low, high, script in _BLOCKS:
                if low <= code <= high:
                    return script
            if not 0x1E00 <= code <= 0x1EFF:
                return OTHER
    return LATIN


def readings(name: str) -> tuple[Reading, ...]:
    """Read a name: one reading, or two where it stands in another script; none without letters."""
    if name.isascii():
        plain = tuple(map(plain_part, name.split()))
        parts = plain if plain and all(plain) else latin_parts(name)
        return (Reading(parts),) if parts else ()
    return _foreign_readings(name)


@lru_cache(maxsize=4096)
def _foreign_readings(name: str) -> tuple[Reading, ...]:
    text = clean(name)
    script = script_of(text)
    if script == LATIN:
        parts = latin_parts(anyascii(text))
        return (Reading(parts),) if parts else ()
    words = [w for w in _words(text, script) if w]
    spoken = japanese("".join(words)) if script == HAN and _PLACES.isdisjoint(text) else ("", "")
    foreign = script == HAN and (len(words) > 2 or bool(_SEPARATORS.search(text)))
    if spoken[0]:
        latin = latin_parts(" ".join(spoken))
    elif foreign:
        latin = latin_parts(" ".join(map(_transcribed, words)))
    elif script == OTHER:
        latin = latin_parts(_of_another(text, words))
    else:
        latin = latin_parts(" ".join(romanised(w, script) for w in words))
    native = tuple(_own(w, script)[:PART_CHARS_MAX] for w in words)
    native = tuple(n for n in native if n)
    found = []
    if latin:
        found.append(Reading(latin, script))
    if native and not all(n.isascii() for n in native):
        found.append(Reading(native, script, native=True))
    return tuple(found)


def clean(name: str) -> str:
    """Normalise (NFKC), drop control and format characters, undo disguised letters."""
    text = unicodedata.normalize("NFKC", name)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "So", "Sk"))
    return " ".join(_undisguised(word) for word in text.split())


def _undisguised(word: str) -> str:
    if any(c.isascii() and c.isalpha() for c in word) and not word.isascii():
        plain = word.translate(letters.CYRILLIC_LOOKALIKES).translate(letters.GREEK_LOOKALIKES)
        if plain.isascii():
            return plain
    return word


_PLACES = frozenset("·・‧•･=＝")
_SEPARATORS = re.compile(r"[\s·・‧•･=＝,،.\-‐–—_/()\"“”«»]+")


def _words(text: str, script: int) -> list[str]:
    words = _SEPARATORS.split(text)
    words = [w for w in words if w]
    if len(words) == 1 and 2 <= len(words[0]) <= 4 and script in (HAN, HANGUL):
        whole = words[0]
        cut = 2 if whole[:2] in letters.CHINESE_DOUBLE_SURNAMES and len(whole) > 2 else 1
        return [whole[:cut], whole[cut:]]
    if script == ARABIC:
        words = [w[2:] if w.startswith("ال") and len(w) > 4 else w for w in words]
    return words


def _own(word: str, script: int) -> str:
    """Fold a word within its script: no marks, one letter for those that sources mix up."""
    if script in (HAN, KANA, HANGUL):
        return word
    plain = unicodedata.normalize("NFD", word.casefold())
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Lm", "Po", "Pd"))
    return plain.translate(_VARIANTS)


_VARIANTS = str.maketrans(
    {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "ٱ": "ا", "ё": "е", "ς": "σ", "ґ": "г",
     "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"}
)  # fmt: skip


@lru_cache(maxsize=65536)
def romanised(word: str, script: int) -> str:
    """Write one word in Latin letters (lower case, ASCII)."""
    if script == ARABIC:
        bare = "".join(c for c in word if unicodedata.category(c) != "Mn")
        bare = bare.replace("لله", "للاه").replace("للہ", "للاه")
        return _mapped(bare, letters.ARABIC, letters.ARABIC_FIRST)
    if script == HEBREW:
        bare = "".join(c for c in word if unicodedata.category(c) != "Mn").replace("וו", "v")
        for group, latin in letters.HEBREW_GERESH:
            bare = bare.replace(group, latin)
        return _mapped(bare, letters.HEBREW, letters.HEBREW_FIRST)
    if script == GREEK:
        return _greek(word)
    if script == HANGUL:
        return letters.KOREAN_SURNAMES.get(word) or _hangul(word)
    if script == KANA:
        return romanised_kana(word)
    return _another(word)


def _of_another(text: str, words: list[str]) -> str:
    """Write a name in Latin letters; initials and syllables stand apart where the script says so.

    A Burmese name is written without spaces and in Latin letters with one at each syllable.
    """
    if len(words) == 1 and _block(words[0]) == 0x1000:
        return " ".join(burmese_syllables(words[0]))
    if "." in text:
        short = {w for w in re.findall(r"([^\s.]+)\.", text) if 0x900 <= ord(w[0]) < 0xD80}
        return " ".join(initial(w) if w in short else romanised(w, OTHER) for w in words)
    return " ".join(romanised(w, OTHER) for w in words)


def _block(word: str) -> int:
    return ord(word[0]) & ~0x7F


def _another(word: str) -> str:
    """Write a word of a script without a number of its own; most are left to anyascii."""
    block = _block(word)
    if 0x900 <= block <= 0xD00:
        return romanised_indic(word)
    if block in (0xE00, 0xE80):
        return romanised_thai(word)
    if block == 0x1000:
        return "".join(burmese_syllables(word))
    if 0x530 <= ord(word[0]) <= 0x58F:
        word = word.replace("ու", "u").replace("Ու", "u")
    return anyascii(word).lower()


def _transcribed(word: str) -> str:
    """Write a foreign name in Han characters by the sounds they stand for."""
    return "".join(SOUNDS.get(c) or anyascii(c).lower() for c in word)


def _mapped(word: str, table: dict[str, str], first: dict[str, str]) -> str:
    head = first.get(word[:1]) or table.get(word[:1])
    head = anyascii(word[:1]) if head is None else head
    return (head + "".join(table.get(c, c) for c in word[1:])).translate(_UNKNOWN)


class _Latin(dict[int, str]):
    def __missing__(self, code: int) -> str:
        made = chr(code) if code < 128 else anyascii(chr(code))
        self[code] = made
        return made


_UNKNOWN = _Latin()


def _greek(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.casefold())
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    for group, latin in letters.GREEK_INNER:
        plain = plain[:1] + plain[1:].replace(group, latin)
    for group, latin in letters.GREEK_GROUPS:
        plain = plain.replace(group, latin)
    return anyascii(plain).lower()


def _hangul(word: str) -> str:
    return "".join(map(_syllable, word)).replace("lr", "l")


def _syllable(char: str) -> str:
    code = ord(char) - 0xAC00
    if not 0 <= code < 11172:
        return anyascii(char).lower()
    first, rest = divmod(code, 588)
    middle, last = divmod(rest, 28)
    return letters.HANGUL_FIRST[first] + letters.HANGUL_MIDDLE[middle] + letters.HANGUL_LAST[last]
