"""Passenger manifests: CSV, machine-readable zones, PAXLST."""

from __future__ import annotations

import datetime
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.documents.mrz import identity_of, read_mrz
from comity.errors import Malformed
from comity.manifests.chunks import LINE_BYTES_MAX, read_chunks, split_lines
from comity.manifests.columns import COLUMNS, column_of
from comity.manifests.edifact import Syntax, split_segments
from comity.manifests.manifest import read_manifest, sniff
from comity.manifests.row import Refused, Row, Traveller, ZoneRead

ON = datetime.date(2026, 11, 23)
FIXTURES = Path(__file__).parent / "fixtures" / "manifests"
ZONE = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


def read_zone(text: str) -> ZoneRead:
    """Read a zone as a caller does."""
    reading = read_mrz(text, on=ON)
    return ZoneRead(identity_of(reading), reading.read.kind, reading.notes)


def read(data: bytes, kind: str | None = None) -> list[Row]:
    """Read a whole manifest from memory."""
    return list(read_manifest(io.BytesIO(data), kind=kind, read_zone=read_zone, on=ON))


def fixture(name: str) -> list[Row]:
    """Read a manifest of the fixtures."""
    return read((FIXTURES / name).read_bytes())


def refusals(rows: list[Row]) -> list[tuple[int, str, str]]:
    """Give line, field and reason of every refusal."""
    return [(row.line, row.field, row.reason) for row in rows if isinstance(row, Refused)]


def travellers(rows: list[Row]) -> list[Traveller]:
    """Give the travellers alone."""
    return [row for row in rows if isinstance(row, Traveller)]


def only(rows: list[Row]) -> Traveller:
    """Give the one row of a file, a traveller."""
    (row,) = rows
    assert isinstance(row, Traveller)
    return row


def test_csv_rows_are_read_or_refused_with_line_and_field() -> None:
    """Each line of the ferry list is a traveller or a refusal that says where and why."""
    rows = fixture("ferry.csv")
    assert [row.line for row in rows] == list(range(2, 11))
    assert refusals(rows) == [
        (5, "birth_date", "date-form"),
        (6, "birth_date", "date-not-in-calendar"),
        (7, "", "nobody"),
        (10, "", "csv-columns"),
    ]
    first, german, arabic, nameless, quoted = travellers(rows)
    assert first.identity.names[0].surname == "Eriksson"
    assert (first.travel.flight, first.travel.reference) == ("XF 12", "BK0001")
    assert german.identity.nationalities == ("D",)
    assert german.identity.documents[0].issuer == "D"
    assert str(german.identity.birth_dates[0]) == "1980"
    assert str(arabic.identity.birth_dates[0]) == "1991-03"
    assert nameless.notes == ("name-missing", "birth-date-missing")
    assert quoted.identity.names[0].surname == 'Quo "Vadis", de'
    assert (quoted.identity.sex, quoted.notes) == ("F", ("country-unknown",))


def test_zones_are_read_and_a_lost_line_spoils_one_traveller() -> None:
    """A missing line refuses one traveller; those before and after are read."""
    rows = fixture("bus.mrz")
    assert refusals(rows) == [(10, "mrz", "zone-incomplete"), (13, "mrz", "mrz-shape")]
    assert [row.line for row in travellers(rows)] == [2, 5, 8, 11, 14]
    assert {row.identity.names[0].surname for row in travellers(rows)} == {"ERIKSSON"}
    assert [row.document_kind for row in travellers(rows)] == ["P", "I", "I", "P", "P"]


def test_zones_are_told_also_where_the_first_is_damaged() -> None:
    """A damaged first line refuses one traveller, not the file."""
    rows = read("\n".join((ZONE[0][:-1], ZONE[1], *ZONE)).encode())
    assert len(travellers(rows)) == 1
    assert {reason for _, _, reason in refusals(rows)} <= {"zone-incomplete", "mrz-shape"}


def test_paxlst_travellers_with_journey_and_documents() -> None:
    """The flight list gives passengers, crew, journey, documents; a bad date refuses one."""
    rows = fixture("flight.paxlst")
    assert refusals(rows) == [(35, "birth_date", "date-not-in-calendar")]
    anna, oneill, crew = travellers(rows)
    assert anna.identity.names[0].full == "ANNA MARIA ERIKSSON"
    assert [each.kind for each in anna.identity.documents] == ["P", "V"]
    assert [each.issuer for each in anna.identity.documents] == ["UTO", "QNB"]
    assert anna.travel.departs == "2026-11-23T11:30"
    assert (anna.travel.departure, anna.travel.arrival) == ("QAX", "QBZ")
    assert (anna.travel.reference, anna.travel.role) == ("ABC123", "passenger")
    assert oneill.identity.names[0].surname == "O'NEILL+SONS"
    assert oneill.identity.names[0].forenames == "MÜLA"
    assert [(each.number, each.issuer) for each in oneill.identity.documents] == [("X77:1", "D")]
    assert oneill.notes == ("country-unknown",)
    assert [str(date) for date in crew.identity.birth_dates] == ["2025-02-03", "1925-02-03"]
    assert crew.travel.role == "crew"
    assert "birth-century-open" in crew.notes


def test_paxlst_places_years_by_its_own_day() -> None:
    """Without a day handed in, the interchange's day places two-digit years of birth."""
    data = (FIXTURES / "flight.paxlst").read_bytes()
    first = travellers(list(read_manifest(io.BytesIO(data))))[0]
    assert str(first.identity.birth_dates[0]) == "1974-08-12"


def test_csv_with_a_zone_keeps_both_statements() -> None:
    """Zone and columns stand side by side, the zone first, and a difference is noted."""
    data = f"mrz,name,document_number\n{ZONE[0]}|{ZONE[1]},Ann Erikson,X1\n".encode()
    row = only(read(data))
    assert [name.full for name in row.identity.names] == ["ANNA MARIA ERIKSSON", "Ann Erikson"]
    assert [each.number for each in row.identity.documents] == ["L898902C3", "X1"]
    assert row.notes == ("zone-differs",)
    assert row.zone == ZONE


def test_csv_zone_in_columns_of_its_own() -> None:
    """The lines of a zone may stand in mrz_1 and mrz_2."""
    row = only(read(f"MRZ 1;MRZ 2\n{ZONE[0]};{ZONE[1]}\n".encode()))
    assert row.identity.documents[0].number == "L898902C3"


def test_without_a_zone_reader_no_zone_is_passed_on() -> None:
    """A zone that nobody reads is refused: an empty identity would never match."""
    rows = list(read_manifest(io.BytesIO("\n".join(ZONE).encode())))
    assert refusals(rows) == [(1, "mrz", "zone-reader-missing")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_separators_line_ends_and_byte_order_mark(separator: str, end: str, mark: str) -> None:
    """Comma, semicolon or tab, either line end, with or without a mark read the same."""
    lines = [separator.join(("Surname", "Birth date")), separator.join(("Ånders", "1990-01-02"))]
    row = only(read((mark + end.join(lines)).encode()))
    assert row.identity.names[0].surname == "Ånders"
    assert str(row.identity.birth_dates[0]) == "1990-01-02"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"surname\nM\xfcller\n", "not-utf-8"),
        (b'surname\n"open\n', "csv-quotes"),
        (b"surname\nA,B\n", "csv-columns"),
        (b"surname\n" + b"A" * 9_000 + b"\n", "line-long"),
        (b"surname\n" + b"A" * 401 + b"\n", "field-form"),
        (b"surname\nA\x07B\n", "field-form"),
        (b"surname,birth_date\nA,05/06/1990\n", "date-form"),
        (b"surname,birth_date\nA,1990-02-30\n", "date-not-in-calendar"),
        (b"surname,document_number\nA," + b"1" * 61 + b"\n", "document-number"),
        (b"mrz\nP<UTO\n", "mrz-shape"),
        (b"surname,sex\n,F\n", "nobody"),
    ],
)
def test_one_bad_row_never_stops_the_rest(data: bytes, reason: str) -> None:
    """Each fault refuses its own line with its own reason, and the next line is read."""
    columns = data.split(b"\n")[0].count(b",")
    good = b"GOOD" + b"," * columns if b"surname" in data else "|".join(ZONE).encode()
    rows = read(data + good + b"\n")
    assert [line for line, _, _ in refusals(rows)] == [2]
    assert refusals(rows)[0][2] == reason
    assert len(travellers(rows)) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "manifest-empty"),
        (b"\n \n", "manifest-empty"),
        (b"\x89PNG\r\n\x1a\n", "manifest-unknown"),
        (b"hello world\n", "manifest-unknown"),
        (b"seat,meal\n1A,fish\n", "manifest-unknown"),
        (b"sex,nationality\nF,UTO\n", "manifest-unknown"),
        (b"surname,Last name\nA,B\n", "manifest-header"),
        ("surname\nA\n".encode("utf-16"), "manifest-encoding"),
        (b"UNA:::::'UNB+UNOA:4'", "edifact-una"),
        (b"surname," + b"x," * 9_000 + b"\nA\n", "manifest-unknown"),
        (b"surname\rA\rB\r", "manifest-unknown"),
    ],
)
def test_a_file_of_no_known_kind_is_one_error(data: bytes, code: str) -> None:
    """Garbage is one clear error before the first row."""
    with pytest.raises(Malformed) as caught:
        read_manifest(io.BytesIO(data))
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_what_is_told_is_what_is_read() -> None:
    """Blank lines and a stray line end before the header do not part telling from reading."""
    for before in (b"\n", b"\r\n \n", b"\r", b"\xef\xbb\xbf\n"):
        assert len(travellers(read(before + b"\tsurname\nseat\tA\n"))) == 1


def test_the_kind_asked_for_must_be_the_kind_there() -> None:
    """A kind that is unknown, or not what the file is, is refused before the first row."""
    for kind in ("xml", "paxlst", "mrz"):
        with pytest.raises(Malformed, match="manifest-kind"):
            read_manifest(io.BytesIO(b"surname\nA\n"), kind=kind)
    assert len(read(b"surname\nA\n", kind="csv")) == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL+++A:B'", (3, "UNT", "message-cut")),
        (b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL+++A:B'UNT+9+1'", (4, "UNT", "segment-count")),
        (b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL+++A:B'CNT+42:2'UNT+4+1'", (4, "CNT", "traveller-count")),
        (b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FM+++A'CNT+41:0'UNT+4+1'", (4, "CNT", "traveller-count")),
        (b"UNB+UNOA:4'UNH+1+PNRGOV'UNT+2+1'", (2, "UNH", "message-type")),
        (b"UNB+UNOA:4'UNZ+0+1'", (2, "UNH", "message-missing")),
        (b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL+++\xd6:B'UNT+3+1'", (3, "", "edifact-charset")),
        (b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL'UNT+3+1'", (3, "", "nobody")),
        (b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL+++A'DTM+329:7'UNT+4+1'", (3, "birth_date", "date-form")),
        (
            b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL+++A'FTX+" + b"x" * 5000 + b"'UNT+4+1'",
            (3, "", "segment-long"),
        ),
        (
            b"UNB+UNOA:4'UNH+1+PAXLST'NAD+FL+++A'" + b"FTX'" * 501 + b"UNT+504+1'",
            (3, "", "group-long"),
        ),
    ],
)
def test_paxlst_faults_are_named(data: bytes, expected: tuple[int, str, str]) -> None:
    """What is lost, cut or foreign in a PAXLST file is reported at its segment."""
    assert expected in refusals(read(data))


def test_paxlst_several_messages_and_own_separators() -> None:
    """Two interchanges with separators of their own give the travellers of both."""
    message = (
        "UNB!UNOW#4!A!B!261123#0900!1~UNH!1!PAXLST#D#05B#UN#IATA~NAD!FL!!!Ж\\~#Я~UNT!3!1~UNZ!1!1~"
    )
    rows = read(("UNA#!.\\ ~" + message + message).encode())
    assert [row.identity.names[0].full for row in travellers(rows)] == ["Я Ж~", "Я Ж~"]
    assert refusals(rows) == []


@given(
    st.lists(st.text("ab?'\n", max_size=12), max_size=12),
    st.integers(1, 7),
)
def test_segments_do_not_depend_on_how_bytes_arrive(texts: list[str], size: int) -> None:
    """However the stream is cut into pieces, the same segments come out."""
    data = "'".join(texts).encode()
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    whole = list(split_segments(iter([data]), Syntax()))
    assert list(split_segments(iter(pieces), Syntax())) == whole


@given(st.lists(st.binary(max_size=30), max_size=10), st.integers(1, 9))
def test_lines_do_not_depend_on_how_bytes_arrive(texts: list[bytes], size: int) -> None:
    """However the stream is cut into pieces, the same lines come out with the same numbers."""
    data = b"\n".join(texts)
    pieces = (data[i : i + size] for i in range(0, len(data), size))
    expected = data.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    lines = [(number, line.rstrip(b"\r")) for number, line in enumerate(expected, 1)]
    assert list(split_lines(pieces)) == lines


SEEDS = [path.read_bytes() for path in sorted(FIXTURES.iterdir())]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Any bytes are rows or one Malformed error."""
    check_total(data)


@given(st.sampled_from([b"surname,birth_date\n", b"UNB+UNOC:4'UNH+1+PAXLST'"]), st.binary())
def test_no_bytes_after_a_true_beginning_break_the_reader(head: bytes, data: bytes) -> None:
    """Any bytes behind a header are rows."""
    for row in read(head + data):
        assert isinstance(row, Traveller | Refused)


@given(st.sampled_from(SEEDS), st.data())
def test_no_mutation_of_a_true_file_breaks_the_reader(seed: bytes, data: st.DataObject) -> None:
    """A true file with pieces overwritten, cut out or doubled is rows or one Malformed error."""
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        first = data.draw(st.integers(0, len(changed)))
        last = min(len(changed), first + data.draw(st.integers(0, 40)))
        changed[first:last] = data.draw(
            st.one_of(st.binary(max_size=8), st.just(bytes(changed[first:last] * 2)))
        )
    check_total(bytes(changed))


def check_total(data: bytes) -> None:
    """Hold that reading ends in rows or in one Malformed."""
    try:
        rows = read_manifest(io.BytesIO(data), read_zone=read_zone, on=ON)
    except Malformed:
        return
    for row in rows:
        assert isinstance(row, Traveller | Refused)


class Endless(io.RawIOBase):
    """A manifest of ``rows`` lines that is made while it is read."""

    def __init__(self, header: bytes, row: bytes, rows: int) -> None:
        self.left = self._bytes(header, row, rows)
        self.rest = b""

    @staticmethod
    def _bytes(header: bytes, row: bytes, rows: int) -> Iterator[bytes]:
        yield header
        for _ in range(rows // 10):
            yield row * 10

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Give the next piece, or as much of it as is asked for."""
        self.rest = self.rest or next(self.left, b"")
        piece, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (b"surname,birth_date\n", b"Eriksson,1974-08-12\n"),
        (b"UNB+UNOA:4'UNH+1+PAXLST'", b"NAD+FL+++A:B'DTM+329:740812'"),
        (b"\n", "\n".join((*ZONE, "")).encode()),
        (b"surname\n", b"A" * 4000),
        (b"UNB+UNOA:4'UNH+1+PAXLST'", b"?'" * 50),
    ],
)
def test_memory_stays_bounded(header: bytes, row: bytes) -> None:
    """A file of any length, even of one endless line, is read in less than two megabytes."""
    stream = Endless(header, row, 5_000)
    tracemalloc.start()
    try:
        rows = read_manifest(io.BufferedReader(stream), read_zone=read_zone, on=ON)
        count = len([None for _ in rows])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count >= 1
    assert peak < 2_000_000


def test_a_pipe_that_gives_few_bytes_is_told_like_a_file() -> None:
    """The kind is told also where the first read gives only a few bytes."""
    stream = Endless(b"sur", b"name\n", 10)
    rows = list(read_manifest(io.BufferedReader(stream, 3)))
    assert len(rows) == 9


def test_columns_have_one_meaning() -> None:
    """No other name of a column is claimed twice, and each names itself."""
    names = [name for column, others in COLUMNS.items() for name in (column, *others)]
    assert len(names) == len(set(names))
    assert column_of(" Given-Names ") == "forenames"
    assert column_of("seat") == ""


def test_limits_are_those_documented() -> None:
    """Chunks keep what they were given, and the longest line is eight kilobytes."""
    assert list(read_chunks(io.BytesIO(b"b"), b"a")) == [b"a", b"b"]
    assert LINE_BYTES_MAX == 8192
    assert sniff(b"UNA:+.? 'UNB") == "paxlst"
