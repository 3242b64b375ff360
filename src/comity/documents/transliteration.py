"""Names of other alphabets in the letters of the zone, and back (ICAO Doc 9303-3, section 6).

Examples of the Doc: ``Ériksson`` is ERIKSSON, ``Müller`` MUELLER (or MUXXLLER or MULLER),
``الرازي`` ALRAZY. What is given is what a document may show: never compare only one form.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from comity.documents.letters import (
    ARABIC,
    ARABIC_RESTORED,
    ARABIC_UNCODED,
    CYRILLIC,
    CYRILLIC_EXCEPTIONS,
    CYRILLIC_FIRST,
    LATIN,
    LATIN_RESTORED,
    SHADDA,
    TEH_MARBUTA_LAST,
)
from comity.errors import Malformed
from comity.terms.identity import NAME_CHARS_MAX

FORMS_MAX = 32
"""At most this many forms of one name are given."""

LANGUAGES = ("", *CYRILLIC_EXCEPTIONS)
"""Languages for which table B makes exceptions; "" is the rule."""

_DROPPED = frozenset("'’‘`´ʼʻʹʺ\".·" + ARABIC_UNCODED)
_BLANKS = re.compile(r"[\s,\-‐-―/_]+")
_RESTORE = re.compile("|".join(sorted(ARABIC_RESTORED, key=len, reverse=True)))
_RESTORE_LATIN = re.compile("|".join(LATIN_RESTORED))


def transliterate(text: str, *, language: str = "") -> str:
    """Give the form the Doc recommends first: words of A-Z with single blanks.

    ``language`` is an ISO 639-1 code and matters for Cyrillic alone. Raises Malformed for a
    letter that no table has (Greek, Thai ...: there the document's own Latin form is needed).
    """
    words = ("".join(forms[0] for forms in _word_forms(word, language)) for word in _words(text))
    # A word of apostrophes or accents alone leaves nothing.
    return " ".join(word for word in words if word)


def forms_of(text: str, *, language: str | None = None) -> tuple[str, ...]:
    """Give every form that a document may show, the recommended first; at most 32.

    ``language`` None tries all languages of table B. Raises as transliterate does.
    """
    languages = LANGUAGES if language is None else (language,)
    words = _words(text)
    forms: dict[str, None] = {}
    for each in languages:
        parts: list[tuple[str, ...]] = []
        for word in words:
            parts += [*_word_forms(word, each), (" ",)]
        for form in itertools.islice(itertools.product(*parts), FORMS_MAX):
            forms[" ".join("".join(form).split())] = None
    return tuple(forms)[:FORMS_MAX]


def _words(text: str) -> list[str]:
    if len(text) > NAME_CHARS_MAX:
        raise Malformed("name-long", f"a name is longer than {NAME_CHARS_MAX} characters")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return [word for word in _BLANKS.split(text.upper()) if word]


def _word_forms(word: str, language: str) -> list[tuple[str, ...]]:
    """Give for each letter its forms."""
    forms: list[tuple[str, ...]] = []
    for place, letter in enumerate(word):
        if letter == SHADDA:
            forms += forms[-1:]
        elif letter not in _DROPPED and not unicodedata.combining(letter):
            forms.append(_letter_forms(letter, language, first=not forms))
            if letter == "ة" and not word[place + 1 :].strip(ARABIC_UNCODED + SHADDA):
                forms[-1] = (TEH_MARBUTA_LAST,)
    return forms


def _letter_forms(letter: str, language: str, *, first: bool) -> tuple[str, ...]:
    if "A" <= letter <= "Z":
        return (letter,)
    if letter in LATIN:
        return LATIN[letter]
    if letter in CYRILLIC:
        if first and (form := CYRILLIC_FIRST.get(language, {}).get(letter)):
            return (form,)
        return (CYRILLIC_EXCEPTIONS.get(language, {}).get(letter, CYRILLIC[letter]),)
    if letter in ARABIC:
        return (ARABIC[letter],)
    base = unicodedata.normalize("NFD", letter)[0]
    if base != letter and (("A" <= base <= "Z") or base in LATIN or base in CYRILLIC):
        # Vietnamese and others: the Doc lists no letter with two marks; its base letter remains.
        return _letter_forms(base, language, first=first)
    raise Malformed(
        "letter-without-form",
        "a letter that ICAO Doc 9303-3 section 6 does not transliterate",
        hint="use the Latin name printed on the document",
    )


def arabic_of(text: str) -> str | None:
    """Restore the Arabic-script name from words of table C; None where they are no such words.

    Vowel signs and shadda do not come back (a doubled letter stays doubled). That the letters
    can be read so does not prove that they were written so: ALI is a Latin name, too.
    """
    words = []
    for word in text.upper().replace("<", " ").split():
        matches = list(_RESTORE.finditer(word))
        if "".join(match[0] for match in matches) != word:
            return None
        words.append("".join(ARABIC_RESTORED[match[0]] for match in matches))
    return " ".join(words) or None


def latin_of(text: str) -> str:
    """Restore Ñ from NXX and Ü from UXX, the only Latin letters the Doc makes restorable."""
    return _RESTORE_LATIN.sub(lambda match: LATIN_RESTORED[match[0]], text)
