"""Put the detail of one comparison into words: agrees, differs, unknown, not informative."""

from __future__ import annotations

from dataclasses import dataclass

from comity.match import names, packing, question, traits, weigh
from comity.match.candidate import Bands, Candidate, Compared, Second, Verdict
from comity.match.state import F64, U8
from comity.match.table import I32
from comity.terms.identity import Identity

LEVEL_WORDS = (
    "", "the same", "sounds the same", "one letter differs", "the same consonants",
    "two letters differ", "nearly the same consonants", "sounds alike across scripts",
    "the same initial", "one begins the other", "another form of the name", "a little alike",
    "written together on one side, apart on the other",
)  # fmt: skip

_DATE_WORDS: dict[int, tuple[Verdict, str]] = {
    traits.UNKNOWN: ("unknown", "no date of birth on one side"),
    traits.SAME: ("agrees", "the same date"),
    traits.SWAPPED: ("agrees", "day and month are exchanged"),
    traits.OTHER_DAY: ("agrees", "the same year and month, another day"),
    traits.OTHER_MONTH: ("agrees", "the same year and day, another month"),
    traits.OTHER_YEAR: ("agrees", "the same day and month, a year that may be a slip"),
    traits.YEAR_ONLY: ("agrees", "the same year; more is not known on one side"),
    traits.MONTH_ONLY: ("agrees", "the same year and month; the day is not known on one side"),
    traits.CLOSE: ("differs", "another date, close by"),
    traits.DIFFERENT: ("differs", "another date"),
    traits.VAGUE: ("not-informative", "1 January or an estimate stands for an unknown date"),
    traits.VAGUE_DIFFERENT: ("differs", "the years differ, though one is 1 January or an estimate"),
    traits.SAME_YEAR: ("differs", "the same year, another day and month"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """What was compared, and the sheet of the comparison (rows of question.Sheet)."""

    asked: Identity
    listed: Identity
    bits: F64
    kinds: I32
    aligned: U8

    def kind(self, column: int) -> int:
        """Give a kind of the sheet."""
        return int(self.kinds[column])

    def weight(self, column: int) -> float:
        """Give bits of the sheet."""
        return float(self.bits[column])


RARE_NAME = 26.0
"""Bits of a name that hardly anybody else bears, however short the list: ten bits beyond the
65,536 people among whom a short list says nothing of how common a name is."""


def second_identifier(kinds: I32, bits: F64) -> Second:
    """Say how firmly something besides the name tells this person apart (R20)."""
    date = int(kinds[question.DATE_KIND])
    if date == traits.SAME or int(kinds[question.PAPER_KIND]) in (1, 2):
        return "firm"
    if date in traits.SECOND:
        return "firm" if float(bits[question.NAME]) >= RARE_NAME else "in-part"
    return "none"


def candidate(key: str, pair: Pair, bands: Bands, beyond: float) -> Candidate | None:
    """Explain one pair; None where its band shows nothing."""
    band = bands.of(beyond, second=second_identifier(pair.kinds, pair.bits))
    if band is None:
        return None
    compared = (_names(pair), _dates(pair), _nations(pair), _sex(pair), _papers(pair))
    weight = pair.weight(question.TOTAL)
    return Candidate(key, band, weight, compared, _contrary(pair))


def _reading(identity: Identity, place: int) -> tuple[str, tuple[str, ...]]:
    """Give the name as written and the parts of the reading at a place."""
    at = 0
    for name in identity.names:
        for reading in names.readings(name.full):
            if at == place:
                return name.full, reading.parts
            at += 1
    return "", ()


def _names(pair: Pair) -> Compared:
    if not pair.asked.names or not pair.listed.names:
        return Compared("name", "", "", "unknown", "no name on one side", 0.0)
    theirs, asked = _reading(pair.asked, pair.kind(question.NAME_ASKED))
    ours, listed = _reading(pair.listed, pair.kind(question.NAME_LISTED))
    said, used = [], set()
    for at, part in enumerate(list(dict.fromkeys(asked))[: names.PARTS_MAX]):
        code = int(pair.aligned[at])
        level, place = code % 16, code // 16 - 1
        if level == 0 or place >= len(listed):
            said.append(f"{part}: not on the other side")
            continue
        used |= {place, place + 1} if level == weigh.JOINED else {place}
        other = listed[place]
        pair_words = part if part == other else f"{part} / {other}"
        said.append(f"{pair_words}: {LEVEL_WORDS[level]}")
    left = [p for at, p in enumerate(listed[: names.PARTS_MAX]) if at not in used]
    said += [f"{part}: only in the alert" for part in left]
    bits = pair.weight(question.NAME)
    verdict: Verdict = "agrees" if bits > 3 else "differs"
    if verdict == "differs" and used and not left:
        verdict = "not-informative"
        said.append("a very common name")
    return Compared("name", theirs, ours, verdict, "; ".join(said), bits)


def _dates(pair: Pair) -> Compared:
    verdict, why = _DATE_WORDS[pair.kind(question.DATE_KIND)]
    theirs, ours = (", ".join(map(str, i.birth_dates)) for i in (pair.asked, pair.listed))
    if len(pair.asked.birth_dates) == len(packing.dates_of(pair.asked)) > 1:
        theirs = str(pair.asked.birth_dates[pair.kind(question.DATE_ASKED)])
    if len(pair.listed.birth_dates) == len(packing.dates_of(pair.listed)) > 1:
        ours = str(pair.listed.birth_dates[pair.kind(question.DATE_LISTED)])
    return Compared("birth-date", theirs, ours, verdict, why, pair.weight(question.DATE))


def _nations(pair: Pair) -> Compared:
    theirs, ours = (", ".join(i.nationalities) for i in (pair.asked, pair.listed))
    kinds: tuple[tuple[Verdict, str], ...] = (
        ("unknown", "no nationality on one side"),
        ("agrees", "one nationality is the same"),
        ("differs", "no nationality is the same"),
    )
    verdict, why = kinds[pair.kind(question.NATION_KIND)]
    bits = pair.weight(question.NATION)
    if verdict == "agrees" and bits < 0.5:
        verdict, why = "not-informative", "most people in the list have this nationality"
    return Compared("nationality", theirs, ours, verdict, why, bits)


def _sex(pair: Pair) -> Compared:
    kinds: tuple[tuple[Verdict, str], ...] = (
        ("unknown", "not stated on one side"),
        ("not-informative", "half of all people share it"),
        ("differs", "stated otherwise"),
    )
    verdict, why = kinds[pair.kind(question.SEX_KIND)]
    theirs, ours = pair.asked.sex or "", pair.listed.sex or ""
    return Compared("sex", theirs, ours, verdict, why, pair.weight(question.SEX))


def _papers(pair: Pair) -> Compared:
    kinds: tuple[tuple[Verdict, str], ...] = (
        ("unknown", "no document number on one side"),
        ("agrees", "the same number"),
        ("agrees", "one character differs or two are exchanged"),
        ("not-informative", "other numbers; people have several documents"),
    )
    kind = pair.kind(question.PAPER_KIND)
    verdict, why = kinds[kind]
    theirs, ours = (", ".join(d.number for d in i.documents) for i in (pair.asked, pair.listed))
    if kind in (1, 2):
        theirs = _number(pair.asked, pair.kind(question.PAPER_ASKED))
        ours = _number(pair.listed, pair.kind(question.PAPER_LISTED))
        if kind == 1 and theirs.upper() != ours.upper():
            why = "the same number but for characters that look alike"
    return Compared("document", theirs, ours, verdict, why, pair.weight(question.PAPER))


def _number(identity: Identity, place: int) -> str:
    packed = packing.papers_of(identity.documents)[place]
    for document in identity.documents:
        if packing.packed_number(document.number) == packed:
            return document.number
    return ""


def _contrary(pair: Pair) -> tuple[str, ...]:
    """Name up to three checks that would show that this is someone else."""
    checks = []
    if pair.kind(question.DATE_KIND) in (
        traits.DIFFERENT,
        traits.SAME_YEAR,
        traits.VAGUE_DIFFERENT,
    ):
        checks.append("the birth date in the document holds against the alert's")
    elif pair.kind(question.DATE_KIND) in (traits.UNKNOWN, traits.VAGUE, traits.YEAR_ONLY):
        checks.append("a full date of birth from another document")
    if pair.kind(question.PAPER_KIND) in (0, 3):
        checks.append("the number of the document in the alert, held by someone else")
    if pair.kind(question.NATION_KIND) == 2:
        checks.append("a nationality that the person in the alert does not have")
    checks += ["fingerprints or a photograph from the issuing authority", "the place of birth"]
    return tuple(checks[:3])
