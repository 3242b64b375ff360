"""The Security Council's list, on invented persons in the true format."""

from __future__ import annotations

import datetime
from pathlib import Path

from comity.lists.entry import Entry, Refused
from comity.lists.reading import read_list
from comity.terms.identity import DocumentNumber, PartialDate

FILE = Path(__file__).parent / "fixtures" / "lists" / "un.xml"


def read() -> list[Entry | Refused]:
    """Read the fixture."""
    with FILE.open("rb") as stream:
        return list(read_list(stream))


def entry(source_id: str) -> Entry:
    """Give the accepted entry of that id."""
    return next(row for row in read() if isinstance(row, Entry) and row.source_id == source_id)


def test_every_row_is_an_entry_or_refused_with_its_line() -> None:
    """Individuals and entities come in the list's order, with the line they start on."""
    rows = read()
    assert [row.source_id for row in rows] == [
        "9000001", "9000002", "9000003", "9000004", "9100001",
    ]  # fmt: skip
    lines = FILE.read_text("utf-8").splitlines()
    for row in rows:
        assert lines[row.line - 1].strip() in ("<INDIVIDUAL>", "<ENTITY>")


def test_r14_a_name_alone_is_refused_and_an_entity_too() -> None:
    """No date of birth and no document: refused under 1861 Article 22; an entity: no person."""
    refused = [(row.source_id, row.code) for row in read() if isinstance(row, Refused)]
    assert refused == [("9000002", "minimum-data"), ("9100001", "not-a-person")]


def test_r14_a_document_number_stands_in_for_the_date_and_is_noted() -> None:
    """An entry without date of birth but with a document is kept, marked incomplete."""
    tibor = entry("9000003")
    assert tibor.identity.birth_dates == ()
    assert tibor.identity.documents == (DocumentNumber("428720", "QZZ", "ordinary"),)
    assert tibor.notes == ("birth-date-calendar", "birth-date-missing")


def test_names_keep_their_script_and_their_kind() -> None:
    """Aliases in one field are parted; good, low and birth names differ; originals stay."""
    names = [(name.full, name.kind) for name in entry("9000001").identity.names]
    assert names == [
        ("MARKO VELL AL-TESTI", "primary"),
        ("ماركو فيل", "primary"),
        ("Марко Вел", "alias"),
        ("Marco Vell", "alias"),
        ("Marko Vel", "alias"),
        ("Abu Test", "weak-alias"),
        ("Marko Ivanov", "birth"),
    ]


def test_dates_are_alternatives_and_what_is_not_exact_is_estimated() -> None:
    """EXACT, APPROXIMATELY and BETWEEN, an alias's own date, and each year of a range."""
    assert entry("9000001").identity.birth_dates == (
        PartialDate(1960, 5, 6),
        PartialDate(1962, estimated=True),
        PartialDate(1958, estimated=True),
        PartialDate(1959, estimated=True),
        PartialDate(1961, 5, 6),
    )


def test_dates_in_remarks_are_read_where_they_are_dates() -> None:
    """Months in words are read; a date from a false passport is kept as estimated."""
    single = entry("9000004")
    assert single.identity.birth_dates == (
        PartialDate(1977, 8, estimated=True),
        PartialDate(1977, 9, estimated=True),
        PartialDate(1978, 11),
        PartialDate(1979, 9),
        PartialDate(1975, 1, 1, estimated=True),
    )
    assert single.notes == ("birth-date-doubtful",)


def test_the_listing_and_the_rest_of_the_identity() -> None:
    """Reference, regime, dates of the listing, nationalities as codes, sex, papers."""
    marko = entry("9000001")
    assert (marko.reference, marko.measure) == ("UTi.001", "Utopia")
    assert marko.listed_on == datetime.date(2012, 12, 31)
    assert marko.last_changed == datetime.date(2020, 2, 1)
    assert marko.identity.nationalities == ("UTO", "COD")
    assert marko.identity.sex == "M"
    assert marko.identity.birth_place == "Utopia City, Utopia"
    assert marko.identity.documents == (DocumentNumber("D23145890", "UTO", "diplomatic"),)
    assert set(marko.notes) == {
        "alias-remark", "birth-date-of-alias", "birth-date-range", "document-kind",
        "nationality-former",
    }  # fmt: skip
