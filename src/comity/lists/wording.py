"""Names, dates and numbers in the words that lists use.

Nothing is guessed: what cannot be told apart is left out and the caller notes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from comity.lists.countries import NO_COUNTRY, country_code
from comity.terms.identity import DocumentNumber

RANGE_YEARS_MAX = 20
TEXT_CHARS_MAX = 4000
"""Nothing longer is looked at: composing Unicode takes quadratic time on a hostile text."""

PASSPORTS = (
    ("diplomatic", "diplomatic"),
    ("service", "service"),
    ("official", "official"),
    ("laissez-passer", "laissez-passer"),
    ("stateless", "stateless-1954"),
    ("provisional", "emergency"),
    ("passport", "ordinary"),
    ("pasaporte", "ordinary"),
    ("passeport", "ordinary"),
)
"""Words on a passport and the kind of document (terms) they mean; the first that occurs holds."""

MONTHS = {
    month: number
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}

# Controls, halves of surrogate pairs, and the marks that reverse how a line is displayed.
# The joiners U+200C and U+200D stay: Persian and Indic names are spelt with them.
_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\ud800-\udfff\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+"
)
_MONTH_YEAR = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_MONTHS_YEAR = re.compile(
    r"between ([A-Za-z]{3,9})\.? and ([A-Za-z]{3,9})\.? (\d{4})", re.IGNORECASE
)
_DIGIT = re.compile(r"[0-9]")
_RUN = re.compile(r"[A-Za-z]{4,}")
_NUMBER = re.compile(r"[A-Z0-9(][A-Z0-9 ./()\-]{0,58}", re.IGNORECASE)
_LABEL = re.compile(
    r"^[^\d]*\b(?:number|no|passport|booklet|c?nic|rne)\b[.:\s]*(?=[\w(№])", re.IGNORECASE
)
_SIGN = re.compile(r"\b(?:no\.|no(?=\d)|n°|№)\s*", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:\s\([^)]*\)?|,.*|\b(?:issued|expire[sd]?|expiry|valid)\b.*)$", re.IGNORECASE | re.DOTALL
)


def tidy(text: str) -> str:
    """Compose (NFC), remove what cannot be seen, join white space."""
    text = text[:TEXT_CHARS_MAX]
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub(" ", text)).split())


def written_date(text: str) -> str | None:
    """Read ``10 Dec 1948``, ``Nov. 1973`` or ``1948`` as YYYY[-MM[-DD]]; None for other words."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{4}", text):
        return text
    found = _MONTH_YEAR.fullmatch(text)
    month = MONTHS.get(found[2][:3].lower()) if found else None
    if found is None or month is None:
        return None
    day = f"-{int(found[1]):02d}" if found[1] else ""
    return f"{found[3]}-{month:02d}{day}"


def months_between(text: str) -> list[str]:
    """Read ``Between Aug. and Sep. 1977`` as its months, each YYYY-MM; else nothing."""
    found = _MONTHS_YEAR.fullmatch(text.strip())
    if found is None:
        return []
    first, last = (MONTHS.get(found[i][:3].lower(), 0) for i in (1, 2))
    return [f"{found[3]}-{month:02d}" for month in range(first, last + 1)] if first else []


def years_between(first: str, last: str) -> list[str] | None:
    """Give the years from ``first`` to ``last``; None where more than twenty apart or no years."""
    if not (re.fullmatch(r"[0-9]{4}", first) and re.fullmatch(r"[0-9]{4}", last)):
        return None
    span = range(int(first), int(last) + 1)
    if not 0 < len(span) <= RANGE_YEARS_MAX + 1:
        return None
    return [f"{year:04d}" for year in span]


def passport_kind(words: str) -> str:
    """Give the kind of passport that the words speak of, "" where they speak of none."""
    words = words.lower()
    return next((kind for word, kind in PASSPORTS if word in words), "")


def document(text: str, kind: str, country: str = "") -> tuple[DocumentNumber | None, str]:
    """Tell a document's number from the words around it.

    ``text`` as the list writes it ("Libyan passport No. 513519"), ``country`` the issuer's name.
    Returns the document and a note's code, either of which may be missing (None, "").
    """
    issuer, note = _issuer(country)
    text = tidy(text)[:200]
    if text.isascii() and text.isalnum() and len(text) < 30 and not _words(text) and _digit(text):
        return DocumentNumber(text, issuer, kind), note
    if labelled := _LABEL.match(text):
        text = text[labelled.end() :]
    text = _SIGN.sub("", text)
    if tail := _TAIL.search(text):
        issuer = issuer or country_code(tail[0].strip(" (),")) or ""
        text = text[: tail.start()]
    text, issuer = _without_country(text, issuer)
    if not _NUMBER.fullmatch(text) or not _digit(text) or _words(text):
        return None, "document-form"
    return DocumentNumber(text.strip(" .-/"), issuer, kind), note


def _issuer(country: str) -> tuple[str, str]:
    if not country.strip():
        return "", ""
    code = country_code(country)
    return (code, "") if code and code != NO_COUNTRY else ("", "document-issuer")


def _without_country(text: str, issuer: str) -> tuple[str, str]:
    """Take a country's name off either end: "Libya 428720", "AF465508 Colombia"."""
    words = text.split()
    for cut in range(1, min(4, len(words))):
        for name, rest in ((words[:cut], words[cut:]), (words[-cut:], words[:-cut])):
            code = country_code(" ".join(name)) if not any(map(_digit, name)) else None
            if code and code != NO_COUNTRY and len(name[0]) > 3:
                return " ".join(rest), issuer or code
    return text.strip(), issuer


def _digit(word: str) -> bool:
    return _DIGIT.search(word) is not None


def _words(text: str) -> bool:
    """Whether prose is left: a run of four or more letters with a small one among them."""
    return any(not run.isupper() for run in _RUN.findall(text))


def split_alias(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, remark) for the names in one alias field.

    Lists put several names into one field ("A; B"), the original script into brackets after or
    before the Latin form, and remarks into brackets too ("birth name").
    """
    outside, *brackets = (tidy(part) for part in _split_brackets(text))
    remarks = []
    for bracket in brackets:
        inside = bracket.removeprefix("original script:").strip()
        if _latin(inside) == _latin(outside):
            remarks.append(inside)
        else:
            yield from ((part.strip(" ,"), "") for part in inside.split(";"))
    outside, born, _ = outside.partition(", born ")
    remark = " ".join([*remarks, *(["born"] if born else [])])
    for part in re.split(r";|\s[a-z]\)\s", outside):
        yield part.strip(" ,"), remark


def _split_brackets(text: str) -> list[str]:
    """Give the text outside of brackets, then what stands in each."""
    return [re.sub(r"\([^)]*\)?", " ", text), *re.findall(r"\(([^)]*)\)?", text)]


def _latin(text: str) -> bool:
    """Whether the first letter is of the Latin script."""
    first = next((letter for letter in text if letter.isalpha()), "")
    return bool(first) and unicodedata.name(first, "").startswith("LATIN")
