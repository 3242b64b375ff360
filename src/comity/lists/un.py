"""The United Nations Security Council's consolidated list: XML, one INDIVIDUAL per person.

https://www.un.org/sc/resources/sc-sanctions.xsd. What is read of an INDIVIDUAL:

    DATAID                                       source id
    FIRST_NAME .. FOURTH_NAME                    one name in the list's order; which is the
    NAME_ORIGINAL_SCRIPT                         surname the list does not say
    INDIVIDUAL_ALIAS (QUALITY, ALIAS_NAME, ..)   Good = alias, Low = weak-alias
    REFERENCE_NUMBER, UN_LIST_TYPE               reference, measure
    LISTED_ON, LAST_DAY_UPDATED                  dates of the listing
    GENDER, NATIONALITY, INDIVIDUAL_PLACE_OF_BIRTH
    INDIVIDUAL_DATE_OF_BIRTH                     EXACT, APPROXIMATELY, BETWEEN
    INDIVIDUAL_DOCUMENT                          passports and identity cards

Comments, addresses, titles and designations are not read. Entities are refused: not persons.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from comity.errors import Malformed
from comity.lists.countries import NO_COUNTRY, country_code
from comity.lists.draft import Draft
from comity.lists.entry import Entry, Refused
from comity.lists.source import Source
from comity.lists.wording import (
    document,
    months_between,
    passport_kind,
    split_alias,
    tidy,
    written_date,
    years_between,
)
from comity.terms.identity import NameKind, Sex

RECORD_BYTES_MAX = 4 << 20
"""More bytes than this without the end of a person or entity is no list (largest real: 12 KiB)."""
DEPTH_MAX = 8
ROOT = "CONSOLIDATED_LIST"

_RECORDS = ("INDIVIDUAL", "ENTITY")
_KINDS: dict[str, NameKind] = {"Good": "alias", "Low": "weak-alias"}
_SEXES: dict[str, Sex] = {"male": "M", "female": "F"}
# Not identification documents (1861 Article 20(2)), or false ones.
_OTHER_PAPERS = (
    "birth", "ration", "social security", "fiscal", "driv", "voter", "student", "other id",
    "serviceman", "residential", "military", "fardc", "alien registration", "certificate",
    "counterfeit",
)  # fmt: skip


@dataclass(slots=True)
class _Part:
    """A child of a record: its own text and its children's, by tag."""

    tag: str
    texts: list[str] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)

    def text(self, tag: str) -> str:
        """Give the first child's text, tidied, or ""."""
        return next((tidy("".join(p.texts)) for p in self.parts if p.tag == tag), "")

    def all(self, tag: str) -> list[_Part]:
        """Give the children of that tag."""
        return [part for part in self.parts if part.tag == tag]

    def values(self, tag: str) -> list[str]:
        """Give the VALUE texts under that tag."""
        found = (tidy("".join(v.texts)) for p in self.all(tag) for v in p.all("VALUE"))
        return [value for value in found if value]


class _Records:
    """Collects finished records while the parser runs; holds one record at a time."""

    def __init__(self) -> None:
        self.finished: list[tuple[int, _Part]] = []
        self.parser: Any = None
        self._open: list[_Part] = []
        self._tags: list[str] = []
        self._line = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if not self._tags and tag != ROOT:
            raise Malformed("list-kind", "not the consolidated list", hint=f"expected <{ROOT}>")
        if len(self._tags) >= DEPTH_MAX:
            raise Malformed("list-deep", "elements are nested deeper than the format allows")
        self._tags.append(tag)
        if self._open:
            part = _Part(tag)
            self._open[-1].parts.append(part)
            self._open.append(part)
        elif tag in _RECORDS and len(self._tags) == 3:
            self._line = self.parser.CurrentLineNumber
            self._open.append(_Part(tag))

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].texts.append(text)

    def end(self, _tag: str) -> None:
        self._tags.pop()
        if self._open:
            part = self._open.pop()
            if not self._open:
                self.finished.append((self._line, part))

    def close(self) -> None:
        """Nothing is built, so nothing is returned."""


def read_un(source: Source) -> Iterator[Entry | Refused]:
    """Yield each individual and entity in the list's order.

    Malformed where the bytes are no such XML, declare entities or a document type, or end early:
    what was yielded before stands in the list, and the caller decides what that is worth.
    """
    records = _Records()
    parser = DefusedXMLParser(target=records, forbid_dtd=True)
    records.parser = parser.parser
    since = 0
    for chunk in source.chunks(1 << 16):
        since += len(chunk)
        wrong = _fed(partial(parser.feed, chunk), records)
        since = len(chunk) if records.finished else since
        yield from _drain(records)
        if wrong is None and since > RECORD_BYTES_MAX:
            wrong = _malformed(records, "list-record-large", "an entry larger than any list has")
        if wrong is not None:
            raise wrong
    wrong = _fed(parser.close, records)
    yield from _drain(records)
    if wrong is not None:
        raise wrong


def _fed(feed: Callable[[], object], records: _Records) -> Malformed | None:
    """Run the parser on one piece; what it found before an error is still in ``records``."""
    try:
        feed()
    except DefusedXmlException:
        return _malformed(
            records, "xml-declaration", "the file declares a document type or entities",
            "take the list from the publisher; it has none",
        )  # fmt: skip
    except ParseError:
        return _malformed(
            records, "xml-form", "not well-formed XML, or cut short", "fetch the file again"
        )
    except Malformed as wrong:
        return _malformed(records, wrong.code, wrong.what, wrong.hint)
    except (ValueError, LookupError):
        return _malformed(records, "xml-encoding", "the file's encoding cannot be read")
    return None


def _malformed(records: _Records, code: str, what: str, hint: str = "") -> Malformed:
    return Malformed(code, what, where=f"line {records.parser.CurrentLineNumber}", hint=hint)


def _drain(records: _Records) -> Iterator[Entry | Refused]:
    finished, records.finished = records.finished, []
    for line, part in finished:
        yield _individual(line, part) if part.tag == "INDIVIDUAL" else _entity(line, part)


def _entity(line: int, part: _Part) -> Refused:
    draft = Draft(line, part.text("DATAID"))
    return draft.refuse("INDIVIDUAL", "not-a-person", "an entity, not a person")


def _individual(line: int, part: _Part) -> Entry | Refused:
    draft = Draft(line, part.text("DATAID"), part.text("REFERENCE_NUMBER"))
    draft.measure = part.text("UN_LIST_TYPE")
    draft.listed_on = _day(part.text("LISTED_ON"))
    updates = [day for value in part.values("LAST_DAY_UPDATED") if (day := _day(value))]
    draft.last_changed = max(updates, default=None)
    _names(draft, part)
    for birth in part.all("INDIVIDUAL_DATE_OF_BIRTH"):
        _birth_date(draft, birth)
    for alias in part.all("INDIVIDUAL_ALIAS"):
        _alias(draft, alias)
    for name in part.values("NATIONALITY"):
        _nationality(draft, name)
    _sex(draft, part.text("GENDER"))
    for place in part.all("INDIVIDUAL_PLACE_OF_BIRTH")[:1]:
        found = (place.text(tag) for tag in ("CITY", "STATE_PROVINCE", "COUNTRY"))
        draft.birth_place = ", ".join(filter(None, found))[:200]
    for paper in part.all("INDIVIDUAL_DOCUMENT"):
        _document(draft, paper)
    return draft.entry()


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _names(draft: Draft, part: _Part) -> None:
    tags = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
    full = " ".join(filter(None, (part.text(tag) for tag in tags)))
    if full:
        draft.add_name(full, "primary")
    original = part.text("NAME_ORIGINAL_SCRIPT")
    if original:
        draft.add_name(original, "primary")


def _alias(draft: Draft, alias: _Part) -> None:
    text = alias.text("ALIAS_NAME")
    quality = _KINDS.get(alias.text("QUALITY"), "weak-alias")
    for name, remark in split_alias(text) if text else ():
        kind = quality
        if remark:
            draft.notes.add("alias-remark")
            kind = "birth" if "birth name" in remark.lower() else kind
            kind = "previous" if "previously listed" in remark.lower() else kind
        if name:
            draft.add_name(name, kind)
    if born := alias.text("DATE_OF_BIRTH"):
        draft.add_date(written_date(born) or born)
        draft.notes.add("birth-date-of-alias")


def _birth_date(draft: Draft, birth: _Part) -> None:
    """Read one statement; BETWEEN becomes the years in it, since an identity has no intervals."""
    remark = birth.text("NOTE").lower()
    doubtful = "false" in remark
    estimated = birth.text("TYPE_OF_DATE") == "APPROXIMATELY" or "approx" in remark or doubtful
    if doubtful:
        draft.notes.add("birth-date-doubtful")
    first, last = birth.text("FROM_YEAR"), birth.text("TO_YEAR")
    if first or last:
        years = years_between(first, last)
        draft.notes.add("birth-date-wide" if years is None else "birth-date-range")
        for year in years or ():
            draft.add_date(year, estimated=True)
    elif date := birth.text("DATE") or birth.text("YEAR"):
        month = f"{remark} {date}" if len(date) == 4 else date
        draft.add_date(written_date(month) or date, estimated=estimated)
    elif remark:
        _birth_remark(draft, birth.text("NOTE"))


def _birth_remark(draft: Draft, remark: str) -> None:
    date = written_date(remark)
    months = [date] if date else months_between(remark)
    for month in months:
        draft.add_date(month, estimated=date is None)
    if not months:
        calendar = "hijri" in remark.lower()
        draft.notes.add("birth-date-calendar" if calendar else "birth-date-form")


def _nationality(draft: Draft, name: str) -> None:
    code = country_code(name)
    if code is None:
        draft.notes.add("nationality-unknown")
    elif code == NO_COUNTRY:
        draft.notes.add("nationality-former")
    else:
        draft.nationalities[code] = None


def _sex(draft: Draft, text: str) -> None:
    draft.sex = _SEXES.get(text.lower())
    if text and draft.sex is None:
        draft.notes.add("sex-form")


def _document(draft: Draft, paper: _Part) -> None:
    number, label = paper.text("NUMBER"), paper.text("TYPE_OF_DOCUMENT")
    if not number:
        # Some entries give the number in a remark only, among dates and other people's names.
        draft.notes.update(("document-form",) if label else ())
        return
    kind = _paper_kind(f"{paper.text('TYPE_OF_DOCUMENT2')} {number}".lower(), label.lower())
    if not kind:
        draft.notes.add("document-kind")
        return
    country = paper.text("ISSUING_COUNTRY") or paper.text("COUNTRY_OF_ISSUE")
    found, note = document(number, kind, country)
    if found:
        draft.documents[found] = None
    if note:
        draft.notes.add(note)


def _paper_kind(words: str, label: str) -> str:
    """Give the kind of paper, "" for what names nobody at a border (ration card, tax number)."""
    if any(word in words for word in _OTHER_PAPERS):
        return ""
    return passport_kind(words) or passport_kind(label) or ("identity-card" if label else "")
