"""Facts about a person, a document and a journey: what they are called and what values they take.

Nationality, issuer, kind of document, residence and permit are different facts: a 1951 travel
document issued by Germany has nationality XXB and issuer D (ICAO Doc 9303-3 section 5). A fact
that is not given is unknown; nothing here has a default.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from comity.errors import Malformed
from comity.terms.country import COUNTRIES, country_code
from comity.terms.document_kind import DOCUMENT_KINDS

FactType = Literal["country", "document", "yes-no", "date", "number", "word"]
Value = str | bool | int | datetime.date
NONE = "none"
"""The value of ``permit`` for a person who holds none; a member of no set."""


@dataclass(frozen=True, slots=True)
class FactKind:
    """``name``, ``type``, the question to ``ask``; whether a named officer has to find it."""

    name: str
    type: FactType
    ask: str
    finding: bool = False
    words: tuple[str, ...] = ()
    none: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What was given (name → value) and what was said to be unknown (no presumption applies)."""

    given: Mapping[str, Value]
    withheld: frozenset[str] = frozenset()


STANDARD: dict[str, FactKind] = {
    kind.name: kind
    for kind in (
        FactKind("nationality", "country", "Which nationality does the document state?"),
        FactKind("document", "document", "Which kind of travel document is it?"),
        FactKind("issuer", "country", "Which state or organisation issued the document?"),
        FactKind("biometric", "yes-no", "Does the document hold a chip (biometric passport)?"),
        FactKind("residence", "country", "In which state does the person reside?", none=True),
        FactKind(
            "permit",
            "country",
            "Which state issued a valid residence permit or long-stay visa?",
            none=True,
        ),
        FactKind("visa_held", "country", "Which state issued a valid visa?", none=True),
        FactKind("destination", "country", "To which state does the person go?", none=True),
        FactKind("issued", "date", "On which date was the document issued?"),
        FactKind("expires", "date", "On which date does the document expire?"),
        FactKind("enter", "date", "On which date does the person enter?"),
        FactKind("leave", "date", "On which date does the person intend to leave?"),
        FactKind("born", "date", "On which date was the person born?"),
        FactKind(
            "purpose",
            "word",
            "What is the purpose of the journey?",
            words=("visit", "work", "study", "transit", "residence", "family"),
        ),
    )
}
"""The facts every pack knows, in the order in which they are best asked."""

TRUE_WORDS = frozenset({"yes", "true", "y", "1"})
FALSE_WORDS = frozenset({"no", "false", "n", "0"})


def nearest(name: str, known: Iterable[str]) -> str:
    """Give a hint that names the nearest of the ``known`` names, or lists a few."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return "known: " + ", ".join(names[:24]) + (" ..." if len(names) > 24 else "")


def parse_country(text: str, *, where: str, none: bool = False) -> str:
    """Read an ICAO code or alias, or ``none`` where the fact allows it."""
    if none and text.strip().lower() in {NONE, "no"}:
        return NONE
    try:
        return country_code(text)
    except Malformed as error:
        shown = text.strip().upper()
        what = "not an ICAO 9303 country code"
        if len(shown) > 3 and not shown.replace(" ", "").isalpha():
            hint = "one code a question: ask once for each document that the person may present"
            raise Malformed("law-code-unknown", what, where=where, hint=hint) from None
        if shown.isalpha() and len(shown) <= 3:
            what = f"{shown} is not an ICAO 9303 country code"
        raise Malformed("law-code-unknown", what, where=where, hint=error.hint) from None


def parse_date(text: str, *, where: str) -> datetime.date:
    """Read a date as YYYY-MM-DD and in no other form."""
    try:
        date = datetime.date.fromisoformat(text.strip())
    except ValueError:
        date = None
    if date is None or date.isoformat() != text.strip():
        raise Malformed(
            "law-fact-value", "not a date of the calendar", where=where, hint="write YYYY-MM-DD"
        )
    return date


def parse_value(kind: FactKind, text: str) -> Value:
    """Read the value of one fact from text. Malformed "law-fact-value" or "law-code-unknown"."""
    where = f"fact {kind.name}"
    word = text.strip()
    if kind.type == "country":
        return parse_country(word, where=where, none=kind.none)
    if kind.type == "date":
        return parse_date(word, where=where)
    if kind.type == "number":
        if not word.isascii() or not word.isdigit() or len(word) > 9:
            raise Malformed("law-fact-value", "not a whole number", where=where)
        return int(word)
    if kind.type == "yes-no":
        if word.lower() in TRUE_WORDS:
            return True
        if word.lower() in FALSE_WORDS:
            return False
        raise Malformed("law-fact-value", "neither yes nor no", where=where, hint="write yes or no")
    allowed = words_of(kind)
    if word.lower() not in allowed:
        raise Malformed(
            "law-fact-value", "not a value of this fact", where=where, hint=nearest(word, allowed)
        )
    return word.lower()


def words_of(kind: FactKind) -> tuple[str, ...]:
    """Give every value a country, document or word fact can take."""
    if kind.type == "document":
        return tuple(DOCUMENT_KINDS)
    if kind.type == "country":
        return (NONE, *COUNTRIES) if kind.none else tuple(COUNTRIES)
    return kind.words


def parse_facts(given: Mapping[str, str], kinds: Mapping[str, FactKind]) -> Facts:
    """Read ``name=value`` pairs of a question; ``unknown`` withholds a fact.

    Malformed "law-name-unknown" for a fact that no law of the pack knows.
    """
    values: dict[str, Value] = {}
    withheld: set[str] = set()
    for name, text in given.items():
        kind = kinds.get(name)
        if kind is None:
            raise Malformed(
                "law-name-unknown",
                "no fact of this name",
                where=f"fact {name[:40]}",
                hint=nearest(name, kinds),
            )
        if text.strip().lower() == "unknown":
            withheld.add(name)
        else:
            values[name] = parse_value(kind, text)
    check_dates(values)
    return Facts(values, frozenset(withheld))


def check_dates(values: Mapping[str, Value]) -> None:
    """Refuse dates that cannot both be true: leaving before entering, expiring before issue."""
    for earlier, later in (("enter", "leave"), ("issued", "expires"), ("born", "issued")):
        first, second = values.get(earlier), values.get(later)
        if (
            isinstance(first, datetime.date)
            and isinstance(second, datetime.date)
            and second < first
        ):
            raise Malformed(
                "law-fact-contradiction",
                f"the date of {later} lies before that of {earlier}",
                where=f"facts {earlier}, {later}",
                hint="check both dates",
            )


def spell(value: Value) -> str:
    """Write a value as it is written on the command line."""
    if value is True:
        return "yes"
    if value is False:
        return "no"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
