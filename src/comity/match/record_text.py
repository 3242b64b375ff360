"""An identity as one line of bytes, kept beside the index to explain and to rebuild from.

Fields are parted by 0x1E, values by 0x1F, parts of a value by 0x1D: id, names (full, surname,
forenames, kind), birth dates (text, ~ where estimated), nationalities, sex, documents (number,
issuer, kind), place of birth.
"""

from __future__ import annotations

import re

from comity.terms.identity import DocumentNumber, Identity, Name, NameKind, PartialDate, Sex

_FIELD, _VALUE, _PART = "\x1e", "\x1f", "\x1d"
_RESERVED = re.compile("[\x1d-\x1f]")
_KINDS: dict[str, NameKind] = {
    "": "primary",
    "b": "birth",
    "p": "previous",
    "a": "alias",
    "w": "weak-alias",
}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_SEXES: dict[str, Sex | None] = {"": None, "F": "F", "M": "M", "X": "X"}


def _plain(text: str) -> str:
    return _RESERVED.sub(" ", text) if not text.isprintable() else text


def format_record(key: str, identity: Identity) -> bytes:
    """Write an identity; the inverse of parse_record but for the three reserved characters."""
    fields = (
        key,
        _VALUE.join([_name_text(n) for n in identity.names]),
        _VALUE.join([_date_text(d) for d in identity.birth_dates]),
        _VALUE.join([_plain(n) for n in identity.nationalities]),
        identity.sex or "",
        _VALUE.join([_paper_text(d) for d in identity.documents]),
        _plain(identity.birth_place),
    )
    return _FIELD.join(fields).rstrip(_FIELD).encode("utf-8", "surrogatepass")


def _name_text(name: Name) -> str:
    if name.kind == "primary" and not name.surname and not name.forenames:
        return _plain(name.full)
    parts = (name.full, name.surname, name.forenames)
    return _PART.join((*map(_plain, parts), _LETTERS[name.kind]))


def _date_text(date: PartialDate) -> str:
    return f"~{date}" if date.estimated else str(date)


def _paper_text(paper: DocumentNumber) -> str:
    if not paper.issuer and not paper.kind:
        return _plain(paper.number)
    return _PART.join((_plain(paper.number), _plain(paper.issuer), _plain(paper.kind)))


def parse_record(line: bytes) -> tuple[str, Identity]:
    """Read what format_record wrote."""
    fields = line.decode("utf-8", "surrogatepass").split(_FIELD)
    fields += [""] * (7 - len(fields))
    key, names, dates, nations, sex, papers, place = fields
    return key, Identity(
        names=tuple(_name(n) for n in names.split(_VALUE) if names),
        birth_dates=tuple(_date(d) for d in dates.split(_VALUE) if dates),
        nationalities=tuple(nations.split(_VALUE)) if nations else (),
        sex=_SEXES[sex],
        documents=tuple(_paper(p) for p in papers.split(_VALUE) if papers),
        birth_place=place,
    )


def _name(text: str) -> Name:
    full, _, rest = text.partition(_PART)
    if not rest:
        return Name(full)
    surname, forenames, kind = rest.split(_PART)
    return Name(full, surname, forenames, _KINDS[kind])


def _date(text: str) -> PartialDate:
    return PartialDate.parse(text.lstrip("~"), estimated=text.startswith("~"))


def _paper(text: str) -> DocumentNumber:
    number, _, rest = text.partition(_PART)
    issuer, _, kind = rest.partition(_PART)
    return DocumentNumber(number, issuer, kind)
