"""OFAC's list of Specially Designated Nationals: sdn.csv, with alt.csv beside it.

Columns of sdn.csv (OFAC, "SDN data formats"): ent_num, SDN_Name, SDN_Type, Program, Title,
Call_Sign, Vess_type, Tonnage, GRT, Vess_flag, Vess_owner, Remarks. Columns of alt.csv: ent_num,
alt_num, alt_type (aka, fka, nka), alt_name, alt_remarks. ``-0-`` is null. No header; the file
may end with the byte 0x1A.

Dates and places of birth, nationalities, sex and documents stand in Remarks, separated by "; ".
A name in quotes there ("a.k.a. 'X'") is what OFAC calls a weak alias. Title, addresses, family,
links and the vessel columns are not read. Both files are in the order of ent_num, which lets
them be joined without holding either.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from comity.errors import Malformed
from comity.lists.countries import NO_COUNTRY, country_code
from comity.lists.draft import Draft
from comity.lists.entry import Entry, Refused
from comity.lists.source import Line, Source
from comity.lists.wording import document, tidy, written_date, years_between
from comity.terms.identity import NameKind, Sex

COLUMNS, ALT_COLUMNS = 12, 5
LINE_CHARS_MAX = 1 << 16
REMARKS_CHARS = 1000
"""OFAC's column for remarks ends here, in the middle of a word if need be."""

_ALT_KINDS: dict[str, NameKind] = {"aka": "alias", "fka": "previous", "nka": "alias"}
_SEXES: dict[str, Sex] = {"male": "M", "female": "F"}
_OTHER_KINDS = {"vessel": "a vessel", "aircraft": "an aircraft", "": "an entity"}

# Numbers of travel and identity documents; the longest label first.
_PAPERS = (
    ("Stateless Person Passport", "stateless-1954"),
    ("British National Overseas Passport", "ordinary"),
    ("Diplomatic Passport", "diplomatic"),
    ("Passport", "ordinary"),
    ("Travel Document Number", ""),
    ("Stateless Person ID Card", "identity-card"),
    ("Refugee ID Card", "identity-card"),
    ("Tazkira National ID Card", "identity-card"),
    ("National Foreign ID Number", "identity-card"),
    ("National ID No.", "identity-card"),
    ("Citizen's Card Number", "identity-card"),
    ("Identification Number", "identity-card"),
    ("Turkish Identification Number", "identity-card"),
    ("Kenyan ID No.", "identity-card"),
    ("Bosnian Personal ID No.", "identity-card"),
    ("Personal ID Card", "identity-card"),
    ("Cedula No. T.I.", "identity-card"),
    ("Cedula No.", "identity-card"),
    ("D.N.I.", "identity-card"),
    ("Residency Number", "identity-card"),
)
# Tax, social security, population and electoral registers, licences: a travel ban may not carry
# them (1861 Article 20(2) knows identification documents, not register numbers).
_LEFT_OUT = re.compile(
    r"(?:C\.U\.R\.P|R\.F\.C|NIT|SSN|Tax ID|RUC|Italian Fiscal Code|Driver's|Electoral|Credencial"
    r"|Birth Certificate|LE Number|Matricula|Cartilla|VisaNumberID|Registration|Immigration"
    r"|Pilot License|Serial|Public Security|Temporary suspension|Numero)"
)
_ALIAS = re.compile(r"([afn])\.k\.a\. '(.+)'")
_ISSUED = re.compile(r"\s+(?:issued|expires)\b.*$", re.IGNORECASE)


def read_ofac(source: Source, *, alt: Source | None = None) -> Iterator[Entry | Refused]:
    """Yield each row of sdn.csv in its order; after them alt.csv's rows that belong to none.

    Malformed where a file is cut short, or not in the order of ent_num when ``alt`` is given.
    """
    aliases = _Aliases(alt)
    before = -1
    for line, row in _rows(source, COLUMNS, "sdn"):
        if isinstance(row, Refused):
            yield row
            continue
        number = int(row[0])
        if alt is not None and number <= before:
            raise Malformed(
                "list-order", "not in the order of ent_num", where=f"sdn line {line}",
                hint="take both files unchanged from the publisher",
            )  # fmt: skip
        before = number
        names = aliases.of(number)
        yield from aliases.refused()
        yield _entry(line, row, names)
    yield from aliases.rest()


def _entry(line: int, row: list[str], aliases: list[list[str]]) -> Entry | Refused:
    draft = Draft(line, row[0])
    if row[2] != "individual":
        what = _OTHER_KINDS.get(row[2], "of a kind that is no person")
        return draft.refuse("SDN_Type", "not-a-person", f"{what}, not a person")
    programs = ", ".join(filter(None, re.split(r"[\]\[ ]+", row[3])))
    draft.measure = programs
    draft.reference = f"OFAC SDN {row[0]}" if programs else ""
    _name(draft, row[1], "primary")
    for alias in aliases:
        _name(draft, alias[3], _ALT_KINDS.get(alias[2], "weak-alias"))
    _remarks(draft, row[11])
    return draft.entry()


def _name(draft: Draft, text: str, kind: NameKind) -> None:
    """Keep "SURNAME, Forenames"; without a comma the list does not say which is which."""
    surname, comma, forenames = (tidy(part) for part in text.partition(","))
    if comma and surname and forenames:
        draft.add_name(f"{forenames} {surname}", kind, surname=surname, forenames=forenames)
    elif text:
        draft.add_name(text, kind)


def _remarks(draft: Draft, text: str) -> None:
    parts = re.split(r";\s*", text)
    if len(text) >= REMARKS_CHARS - 3 and not text.endswith("."):
        parts.pop()
        draft.notes.add("remarks-cut")
    for part in parts:
        words = part.strip().removeprefix("alt. ")
        _remark(draft, words if words.endswith((" Jr.", " Sr.")) else words.removesuffix("."))


def _remark(draft: Draft, part: str) -> None:
    word, _, rest = part.partition(" ")
    if word == "DOB":
        _birth_date(draft, rest)
    elif word == "POB":
        draft.birth_place = draft.birth_place or tidy(rest)[:200]
    elif word in ("nationality", "citizen"):
        _nationality(draft, rest)
    elif word == "Gender":
        draft.sex = _SEXES.get(rest.lower())
        draft.notes.update(() if draft.sex else ("sex-form",))
    elif alias := _ALIAS.fullmatch(part):
        _name(draft, alias[2], "previous" if alias[1] == "f" else "weak-alias")
    elif _LEFT_OUT.match(part):
        draft.notes.add("document-kind")
    else:
        _document(draft, part)


def _birth_date(draft: Draft, text: str) -> None:
    """Read ``10 Dec 1948``, ``circa 1960`` or a range, which becomes the years in it."""
    circa = text.lower().startswith("circa ")
    text = text[6:] if circa else text
    first, dash, last = text.partition(" to ")
    if not dash and re.fullmatch(r"\d{4}-\d{4}", text):
        first, dash, last = text.partition("-")
    if not dash:
        draft.add_date(written_date(text) or text, estimated=circa)
        return
    ends = [written_date(end) or "" for end in (first, last)]
    years = years_between(ends[0][:4], ends[1][:4])
    draft.notes.add("birth-date-wide" if years is None else "birth-date-range")
    for year in years or ():
        draft.add_date(year, estimated=True)


def _nationality(draft: Draft, text: str) -> None:
    if text.lower().startswith("possibly "):
        draft.notes.add("nationality-uncertain")
        return
    code = country_code(text)
    if code is None:
        draft.notes.add("nationality-unknown")
    elif code == NO_COUNTRY:
        draft.notes.add("nationality-former")
    else:
        draft.nationalities[code] = None


def _document(draft: Draft, part: str) -> None:
    label, kind = next((paper for paper in _PAPERS if part.startswith(paper[0])), ("", ""))
    if not label:
        return
    text = _ISSUED.sub("", part.removeprefix(label)).strip(" :#")
    number, bracket, country = text.rpartition(" (")
    found, note = document(number, kind, country.rstrip(")")) if bracket else document(text, kind)
    if found:
        draft.documents[found] = None
    if note:
        draft.notes.add(note)


class _Aliases:
    """alt.csv read alongside: holds the rows of one ent_num and one row ahead."""

    def __init__(self, source: Source | None) -> None:
        self._rows = iter(()) if source is None else _rows(source, ALT_COLUMNS, "alt")
        self._orphans: list[Refused] = []
        self._next: tuple[int, list[str]] | None = None
        self._before = -1
        self._advance()

    def of(self, number: int) -> list[list[str]]:
        """Take the rows of this ent_num; earlier ones belong to nobody and are refused."""
        names = []
        while self._next is not None and int(self._next[1][0]) <= number:
            line, row = self._next
            if int(row[0]) == number:
                names.append(row)
            else:
                self._orphan(line, row)
            self._advance()
        return names

    def refused(self) -> Iterator[Refused]:
        """Give what was refused so far, once."""
        orphans, self._orphans = self._orphans, []
        yield from orphans

    def rest(self) -> Iterator[Refused]:
        """Refuse what is left after the last entry."""
        yield from self.refused()
        while self._next is not None:
            self._orphan(*self._next)
            self._advance()
            yield from self.refused()

    def _orphan(self, line: int, row: list[str]) -> None:
        self._orphans.append(
            Refused(
                line, row[0], "ent_num", "alias-orphan", "alt: another name of an absent entry",
                "take both files of the same day",
            )
        )  # fmt: skip

    def _advance(self) -> None:
        self._next = None
        for line, row in self._rows:
            if isinstance(row, Refused):
                self._orphans.append(row)
                continue
            if int(row[0]) < self._before:
                raise Malformed(
                    "list-order", "not in the order of ent_num", where=f"alt line {line}",
                    hint="take both files unchanged from the publisher",
                )  # fmt: skip
            self._before = int(row[0])
            self._next = (line, row)
            return


def _rows(source: Source, columns: int, name: str) -> Iterator[tuple[int, list[str] | Refused]]:
    """Yield each line's fields, null as "" and white space joined, or why it is refused."""
    closed = False
    for line in source.lines():
        if closed:
            raise Malformed("csv-after-end", "more after the end", where=_where(name, line))
        closed = line.data.endswith(b"\x1a")
        data = line.data.removesuffix(b"\x1a")
        if not data.strip() and not line.long:
            continue
        row = _row(line.number, data, columns, long=line.long)
        if isinstance(row, Refused) and not line.ended and not closed:
            raise Malformed(
                "list-truncated", "the file ends in the middle of a row",
                where=_where(name, line), hint="fetch the file again",
            )  # fmt: skip
        yield line.number, row


def _where(name: str, line: Line) -> str:
    return f"{name} line {line.number}"


def _row(number: int, data: bytes, columns: int, *, long: bool) -> list[str] | Refused:
    if long or len(data) > LINE_CHARS_MAX:
        return Refused(number, "", "row", "line-long", "the line is longer than any row")
    try:
        fields = next(csv.reader([data.decode("utf-8")], strict=True))
    except UnicodeDecodeError:
        return Refused(number, "", "row", "not-utf8", "not UTF-8", "convert the file to UTF-8")
    except (csv.Error, StopIteration):
        return Refused(number, "", "row", "csv-form", "not a row of comma-separated values")
    if len(fields) != columns:
        return Refused(
            number, "", "row", "csv-columns", f"{len(fields)} columns, {columns} expected"
        )
    values = ["" if value.strip() == "-0-" else tidy(value) for value in fields]
    if not re.fullmatch(r"[0-9]{1,9}", values[0]):
        return Refused(number, "", "ent_num", "id-form", "ent_num is not a number")
    return values
