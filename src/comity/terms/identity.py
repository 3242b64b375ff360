"""Who an alert or a traveller is said to be: names, partial dates, documents.

An identity is a set of statements, not a truth: several names, several possible birth dates.
A missing part is None or an empty tuple, never a default value.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any, Literal

from comity.errors import Malformed

NameKind = Literal["primary", "birth", "previous", "alias", "weak-alias"]
Sex = Literal["F", "M", "X"]

NAME_CHARS_MAX = 400
"""A longer name is refused: ICAO 9303 prints 39 characters, the longest real ones have 150."""

VALUES_MAX = 200
"""At most this many names, dates or documents in one identity (the longest real list entry: 90)."""

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the month or the day may be unknown, as documents and lists give them.

    ``year`` 1..9999; ``month`` 1..12 or None; ``day`` 1..31 or None (None where month is None).
    ``estimated`` is set where the source says circa or where an office invented it.
    """

    year: int
    month: int | None = None
    day: int | None = None
    estimated: bool = False

    def __post_init__(self) -> None:
        """Refuse what is in no calendar."""
        if self.day is not None and self.month is None:
            raise Malformed("date-day-without-month", "a day needs its month")
        try:
            datetime.date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            raise Malformed(
                "date-not-in-calendar",
                "no such date in the calendar",
                hint="write YYYY, YYYY-MM or YYYY-MM-DD",
            ) from None

    @classmethod
    def parse(cls, text: str, *, estimated: bool = False) -> PartialDate:
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; anything else is Malformed."""
        found = _PARTIAL_DATE.fullmatch(text)
        if found is None or not text.isascii():
            raise Malformed("date-form", "not a date", hint="write YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (None if part is None else int(part) for part in found.groups())
        if year is None:  # pragma: no cover - the expression always captures a year
            raise AssertionError
        return cls(year, month, day, estimated)

    def __str__(self) -> str:
        """Give the form that parse reads."""
        if self.day is not None:
            return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        return f"{self.year:04d}" if self.month is None else f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """One name as written by its source, in any script.

    ``full`` is the whole name in the source's order; ``surname`` and ``forenames`` only where the
    source says which is which. ``kind`` is the source's word on it.
    """

    full: str
    surname: str = ""
    forenames: str = ""
    kind: NameKind = "primary"

    def __post_init__(self) -> None:
        """Refuse an empty or boundless name."""
        if not self.full.strip():
            raise Malformed("name-empty", "a name is empty", hint="leave it out instead")
        if len(self.full) > NAME_CHARS_MAX:
            raise Malformed("name-long", f"a name is longer than {NAME_CHARS_MAX} characters")

    @classmethod
    def of(cls, surname: str, forenames: str = "", kind: NameKind = "primary") -> Name:
        """Build a name from the two parts a travel document has."""
        return cls(f"{forenames} {surname}".strip(), surname, forenames, kind)


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    """The number on a travel document: ``number`` as printed, ``issuer`` an ICAO code or ""."""

    number: str
    issuer: str = ""
    kind: str = ""

    def __post_init__(self) -> None:
        """Refuse an empty or boundless number."""
        if not self.number.strip() or len(self.number) > 60:
            raise Malformed("document-number", "a document number has 1 to 60 characters")


@dataclass(frozen=True, slots=True)
class Identity:
    """Statements about one person. Shapes: tuples of at most 200 values, best known first.

    ``nationalities`` are ICAO 9303 codes (see country). ``birth_dates`` holds alternatives, not
    an interval. ``sex`` as in the machine-readable zone, None where not stated.
    """

    names: tuple[Name, ...] = ()
    birth_dates: tuple[PartialDate, ...] = ()
    nationalities: tuple[str, ...] = ()
    sex: Sex | None = None
    documents: tuple[DocumentNumber, ...] = ()
    birth_place: str = ""

    def __post_init__(self) -> None:
        """Refuse boundless lists."""
        longest = max(map(len, (self.names, self.birth_dates, self.nationalities, self.documents)))
        if longest > VALUES_MAX:
            raise Malformed("identity-large", f"an identity has more than {VALUES_MAX} values")

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form: ``identity_from_dict(i.as_dict()) == i``."""
        return {
            "names": [
                {"full": n.full, "surname": n.surname, "forenames": n.forenames, "kind": n.kind}
                for n in self.names
            ],
            "birth_dates": [{"date": str(d), "estimated": d.estimated} for d in self.birth_dates],
            "nationalities": list(self.nationalities),
            "sex": self.sex,
            "documents": [
                {"number": d.number, "issuer": d.issuer, "kind": d.kind} for d in self.documents
            ],
            "birth_place": self.birth_place,
        }


def identity_from_dict(data: Any) -> Identity:
    """Read what ``Identity.as_dict`` writes; any other shape, key or type is Malformed."""
    if not isinstance(data, dict) or set(data) != {
        "names", "birth_dates", "nationalities", "sex", "documents", "birth_place",
    }:  # fmt: skip
        raise Malformed("identity-form", "not an identity", hint="see docs/reference/terms.md")
    try:
        names = tuple(
            Name(_text(n["full"]), _text(n["surname"]), _text(n["forenames"]), _kind(n["kind"]))
            for n in data["names"]
        )
        dates = tuple(
            PartialDate.parse(_text(d["date"]), estimated=d["estimated"] is True)
            for d in data["birth_dates"]
        )
        documents = tuple(
            DocumentNumber(_text(d["number"]), _text(d["issuer"]), _text(d["kind"]))
            for d in data["documents"]
        )
        sex = data["sex"]
        if sex not in (None, "F", "M", "X"):
            raise Malformed("sex-form", "sex is F, M, X or null", where="sex")
        codes = tuple(_text(c) for c in data["nationalities"])
        return Identity(names, dates, codes, sex, documents, _text(data["birth_place"]))
    except (KeyError, TypeError):
        raise Malformed("identity-form", "a part of the identity has another shape") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_KINDS: dict[str, NameKind] = {
    "primary": "primary",
    "birth": "birth",
    "previous": "previous",
    "alias": "alias",
    "weak-alias": "weak-alias",
}


def _kind(value: Any) -> NameKind:
    if value not in _KINDS:
        raise Malformed("name-kind", "unknown kind of name", hint=f"one of {', '.join(_KINDS)}")
    return _KINDS[value]
