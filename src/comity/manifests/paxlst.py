"""UN/EDIFACT PAXLST: what carriers send about passengers and crew before arrival.

Read as the WCO/IATA/ICAO guide uses directory D.05B: groups 2 and 3 (TDT, LOC, DTM) say the
journey, each NAD with FL, DDU, FM or DDT opens a traveller, ATT+2 sex, DTM+329 birth, LOC+180
birth place, NAT+2 nationality, RFF references, DOC a document with its LOC+91 issuer. Other
segments are passed over. Several interchanges and messages may follow one another::

    UNA:+.? 'UNB+UNOA:4+XAIR+QMA+261123:0900+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'
    TDT+20+XX123'LOC+125+QAX'DTM+189:2611231130:201'LOC+87+QBY'
    NAD+FL+++ERIKSSON:ANNA MARIA'ATT+2++F'DTM+329:740812'NAT+2+UTO'
    DOC+P:110:111+L898902C3'LOC+91+UTO'CNT+42:1'UNT+12+1'UNZ+1+1'
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from comity.errors import ComityError, Malformed
from comity.manifests.dates import read_birth, read_moment
from comity.manifests.edifact import (
    CHARSETS,
    SEGMENT_BYTES_MAX,
    Segment,
    Syntax,
    parse_segment,
    parse_una,
    split_segments,
)
from comity.manifests.row import NO_TRAVEL, SEXES, Refused, Row, Travel, Traveller, country, refuse
from comity.manifests.table import note_gaps
from comity.manifests.teletype import bare, envelope_length
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

ROLES = {"FL": "passenger", "DDU": "transit", "FM": "crew", "DDT": "crew"}
"""NAD 3035: passenger, passenger in transit, crew member, crew member in transit."""

GROUP_SEGMENTS_MAX = 500
"""More segments about one traveller are refused."""

LEGS_MAX = 20

_OTHER = "only PAXLST messages are read"
_OTHERS = {
    "PNRGOV": "PNRGOV holds booking records, not a list of travellers: ask the carrier for PAXLST",
    "CUSRES": "CUSRES is an answer to a carrier, not a list of travellers",
}
_REFERENCES = ("AVF", "ABO", "YZY")


@dataclass(slots=True)
class _Person:
    """What a traveller's group has said so far."""

    number: int
    role: str
    names: list[Name] = field(default_factory=list)
    births: tuple[PartialDate, ...] = ()
    birth_place: str = ""
    nationalities: list[str] = field(default_factory=list)
    sex: str = ""
    documents: list[DocumentNumber] = field(default_factory=list)
    in_document: bool = False
    embarks: str = ""
    disembarks: str = ""
    references: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    segments: int = 0
    error: Refused | None = None


@dataclass(slots=True)
class _State:
    """Where in the interchange the reader is."""

    on: datetime.date | None
    charset: str = "ascii"
    prepared: datetime.date | None = None
    passenger_list: bool = False
    open: bool = False
    travel: Travel = NO_TRAVEL
    legs: int = 0
    place: str = ""
    person: _Person | None = None
    travellers: int = 0
    crew: int = 0
    segments: int = 0
    messages: int = 0


def read_paxlst(
    chunks: Iterator[bytes], head: bytes, on: datetime.date | None = None
) -> Iterator[Row]:
    """Read PAXLST messages; ``on`` (else the day UNB gives) places two-digit years of birth.

    ``chunks`` hold the whole file, ``head`` its beginning, in which UNA stands, in a teletype
    envelope or bare.
    """
    start = envelope_length(head)
    syntax, skip = parse_una(head[start:])
    state = _State(on)
    number = 0
    for number, raw in enumerate(split_segments(_after(chunks, start + skip), syntax), 1):
        if start and raw:
            raw = bare(raw)  # noqa: PLW2901
        if raw is None:
            yield from _damaged(state, number, "segment-long", f"{SEGMENT_BYTES_MAX} bytes at most")
        elif raw:
            yield from _step(state, raw, number, syntax)
    if state.open:
        yield from _close_person(state)
        yield Refused(number, "UNT", "message-cut", "the file ends in a message: ask for it again")
    if not state.messages:
        yield Refused(number, "UNH", "message-missing", "the file holds no message")


def _after(chunks: Iterator[bytes], skip: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[skip:]
        skip = max(0, skip - len(chunk))


def _damaged(state: _State, number: int, reason: str, hint: str) -> Iterator[Row]:
    """A segment that cannot be read spoils the traveller it belongs to, and nobody else."""
    if state.person is not None:
        state.person.error = state.person.error or Refused(state.person.number, "", reason, hint)
    else:
        yield Refused(number, "", reason, hint)


def _step(state: _State, raw: bytes, number: int, syntax: Syntax) -> Iterator[Row]:
    try:
        segment = parse_segment(raw, number, syntax, _charset(state, raw))
    except Malformed as error:
        yield from _damaged(state, number, error.code, error.hint)
        return
    state.segments += 1
    tag = segment.tag
    if tag == "UNB":
        yield from _open_interchange(state, segment)
    elif tag == "UNH":
        yield from _open_message(state, segment)
    elif tag == "UNT":
        yield from _close_message(state, segment)
    elif not state.passenger_list:
        return
    elif tag == "NAD":
        yield from _close_person(state)
        if segment.get(0) in ROLES:
            state.person = _open_person(segment)
    elif tag == "CNT":
        yield from _close_person(state)
        yield from _count(state, segment)
    elif state.person is None:
        _journey(state, segment)
    else:
        _say(state.person, segment, state.on or state.prepared)


def _charset(state: _State, raw: bytes) -> str:
    if raw.startswith(b"UNB"):
        state.charset = CHARSETS.get(raw[4:8].decode("ascii", "replace"), "ascii")
    return state.charset


def _open_interchange(state: _State, segment: Segment) -> Iterator[Row]:
    if state.open:
        yield from _cut_message(state, segment)
    moment = read_moment(segment.get(3)[:8], "101" if len(segment.get(3)) == 6 else "102")
    state.prepared = datetime.date.fromisoformat(moment) if moment else None


def _cut_message(state: _State, segment: Segment) -> Iterator[Row]:
    yield from _close_person(state)
    yield Refused(segment.number, "UNT", "message-cut", "a message ends without UNT")
    state.open = state.passenger_list = False


def _open_message(state: _State, segment: Segment) -> Iterator[Row]:
    if state.open:
        yield from _cut_message(state, segment)
    state.open, state.segments, state.travellers = True, 1, 0
    state.messages += 1
    state.crew = 0
    state.travel, state.legs, state.place = NO_TRAVEL, 0, ""
    state.passenger_list = segment.get(1) == "PAXLST"
    if not state.passenger_list:
        yield Refused(segment.number, "UNH", "message-type", _OTHERS.get(segment.get(1), _OTHER))


def _close_message(state: _State, segment: Segment) -> Iterator[Row]:
    yield from _close_person(state)
    stated = segment.get(0)
    if state.open and state.passenger_list and stated != str(state.segments):
        yield Refused(
            segment.number, "UNT", "segment-count",
            "UNT counts other segments than there are: some may be lost, ask for it again",
        )  # fmt: skip
    state.open = state.passenger_list = False


def _count(state: _State, segment: Segment) -> Iterator[Row]:
    """CNT 42 is the number of passengers, 41 of crew (PAXLST guide, 4.24); some count all."""
    code, stated = segment.get(0), segment.get(0, 1).lstrip("0") or "0"
    counted = {"41": state.crew, "42": state.travellers - state.crew}
    if code in counted and stated not in (str(counted[code]), str(state.travellers)):
        yield Refused(
            segment.number, "CNT", "traveller-count",
            "CNT counts other travellers than there are: some may be lost, ask for it again",
        )  # fmt: skip


def _journey(state: _State, segment: Segment) -> None:
    """Take the first departure and the last arrival of all legs."""
    tag, code = segment.tag, segment.get(0)
    if tag == "TDT":
        state.legs += 1
        if state.legs == 1:
            state.travel = replace(state.travel, flight=segment.get(1)[:20])
    elif tag == "LOC" and state.legs <= LEGS_MAX:
        place = segment.get(1)[:20]
        state.place = code
        if code in ("125", "188") and not state.travel.departure:
            state.travel = replace(state.travel, departure=place)
        elif code in ("87", "172"):
            state.travel = replace(state.travel, arrival=place)
    elif tag == "DTM" and state.legs <= LEGS_MAX:
        moment = read_moment(segment.get(0, 1), segment.get(0, 2))
        if code == "189" and not state.travel.departs:
            state.travel = replace(state.travel, departs=moment)
        elif code == "232":
            state.travel = replace(state.travel, arrives=moment)


def _open_person(segment: Segment) -> _Person:
    person = _Person(segment.number, ROLES[segment.get(0)])
    # C080 stands in the fourth element; some carriers use C058 before it for the whole name.
    parts = segment.elements[3] if len(segment.elements) > 3 else ()
    surname, forenames = (parts[0] if parts else ""), " ".join(part for part in parts[1:] if part)
    try:
        if surname.strip() or forenames.strip():
            person.names.append(Name.of(surname.strip(), forenames.strip()))
    except ComityError as error:
        person.error = refuse(segment.number, error)
    return person


def _say(person: _Person, segment: Segment, on: datetime.date | None) -> None:
    person.segments += 1
    if person.segments > GROUP_SEGMENTS_MAX:
        hint = f"at most {GROUP_SEGMENTS_MAX} segments about one traveller"
        person.error = person.error or Refused(person.number, "", "group-long", hint)
    if person.error is not None:
        return
    read = _READERS.get(segment.tag)
    if read is None:
        return
    try:
        read(person, segment, on)
    except ComityError as error:
        person.error = refuse(person.number, error)


def _say_sex(person: _Person, segment: Segment, _: datetime.date | None) -> None:
    if segment.get(0) == "2":
        person.sex = segment.get(2)
        if person.sex not in SEXES and person.sex not in ("", "U"):
            person.notes.append("sex-unknown")


def _say_date(person: _Person, segment: Segment, on: datetime.date | None) -> None:
    if segment.get(0) == "329" and (text := segment.get(0, 1)):
        person.births = read_birth(text, on)
        if len(person.births) != 1:
            person.notes.append("birth-century-open")


def _say_place(person: _Person, segment: Segment, _: datetime.date | None) -> None:
    code, place = segment.get(0), segment.get(1)
    if code == "91" and person.in_document and place:
        last = person.documents[-1]
        issuer = country(place, person.notes)
        person.documents[-1] = DocumentNumber(last.number, issuer, last.kind)
    elif code == "180":
        described = [segment.get(2, 3), segment.get(3, 3), place]
        person.birth_place = next((each for each in described if each), "")[:200]
    elif code == "178":
        person.embarks = place[:20]
    elif code == "179":
        person.disembarks = place[:20]


def _say_nationality(person: _Person, segment: Segment, _: datetime.date | None) -> None:
    if segment.get(0) == "2" and segment.get(1):
        code = country(segment.get(1), person.notes)
        if code and code not in person.nationalities:
            person.nationalities.append(code)


def _say_reference(person: _Person, segment: Segment, _: datetime.date | None) -> None:
    person.references.setdefault(segment.get(0), segment.get(0, 1)[:60])


def _say_document(person: _Person, segment: Segment, _: datetime.date | None) -> None:
    number = segment.get(1).strip()
    # An empty DOC is common; the issuer behind it must not fall to the document before it.
    person.in_document = bool(number)
    if number:
        person.documents.append(DocumentNumber(number, "", segment.get(0)[:4]))


_READERS = {
    "ATT": _say_sex,
    "DOC": _say_document,
    "DTM": _say_date,
    "LOC": _say_place,
    "NAT": _say_nationality,
    "RFF": _say_reference,
}


def _close_person(state: _State) -> Iterator[Row]:
    person, state.person = state.person, None
    if person is None:
        return
    state.travellers += 1
    state.crew += person.role == "crew"
    if person.error is not None:
        yield person.error
        return
    try:
        yield _traveller(person, state.travel)
    except ComityError as error:
        yield refuse(person.number, error)


def _traveller(person: _Person, travel: Travel) -> Traveller:
    identity = Identity(
        names=tuple(person.names),
        birth_dates=person.births,
        nationalities=tuple(person.nationalities),
        sex=SEXES.get(person.sex),
        documents=tuple(person.documents),
        birth_place=person.birth_place,
    )
    note_gaps(identity, person.notes)
    known = person.references
    reference = next((known[key] for key in _REFERENCES if key in known), "")
    journey = Travel(
        travel.flight,
        person.embarks or travel.departure,
        travel.departs,
        person.disembarks or travel.arrival,
        travel.arrives,
        reference,
        person.role,
    )
    kind = person.documents[0].kind if person.documents else ""
    notes = tuple(dict.fromkeys(person.notes))
    return Traveller(person.number, identity, kind, journey, notes)
