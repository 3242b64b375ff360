"""The SDN list with its companion, on invented persons in the true format."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from comity.errors import Malformed
from comity.lists.entry import Entry, Refused
from comity.lists.reading import read_list
from comity.terms.identity import DocumentNumber, Name, PartialDate

HERE = Path(__file__).parent / "fixtures" / "lists"
SDN = (HERE / "sdn.csv").read_bytes()
ALT = (HERE / "alt.csv").read_bytes()
ADD = (HERE / "add.csv").read_bytes()


def read(sdn: bytes = SDN, alt: bytes | None = ALT) -> list[Entry | Refused]:
    """Read the fixture with its companions."""
    companions = {"add": io.BytesIO(ADD)} | ({} if alt is None else {"alt": io.BytesIO(alt)})
    return list(read_list(io.BytesIO(sdn), companions=companions))


def entry(source_id: str, alt: bytes | None = ALT) -> Entry:
    """Give the accepted entry of that id."""
    rows = read(alt=alt)
    return next(row for row in rows if isinstance(row, Entry) and row.source_id == source_id)


def test_every_row_is_an_entry_or_refused_with_its_line() -> None:
    """Companies, vessels and aircraft are no persons; a name alone singles out nobody (R14)."""
    rows = read()
    assert [row.line for row in rows] == list(range(1, 9))
    assert [(row.line, row.code) for row in rows if isinstance(row, Refused)] == [
        (1, "not-a-person"), (3, "minimum-data"), (6, "not-a-person"), (7, "not-a-person"),
    ]  # fmt: skip


def test_names_of_both_files_with_their_parts_and_kinds() -> None:
    """Surname and forenames as the comma parts them; aka, fka, and the weak one in quotes."""
    assert entry("102").identity.names == (
        Name("Marko Jan VELL OF ZEMBLA", "VELL OF ZEMBLA", "Marko Jan", "primary"),
        Name("Marco VELL", "VELL", "Marco", "alias"),
        Name("Marko IVANOV", "IVANOV", "Marko", "previous"),
        Name("THE CHESS PLAYER", kind="weak-alias"),
    )
    assert entry("105").identity.names == (Name("SINGLE NAME WITHOUT COMMA"),)
    assert entry("108").identity.names[0].surname == "DELOS TESTOS"


def test_the_remarks_give_dates_papers_and_nationalities() -> None:
    """Dates, nationalities, sex and identity papers are read; registers and guesses are not."""
    marko = entry("102")
    assert marko.identity.birth_dates == (
        PartialDate(1960, 5, 6), PartialDate(1961), PartialDate(1962, estimated=True),
    )  # fmt: skip
    assert marko.identity.nationalities == ("UTO", "PRK")
    assert marko.identity.sex == "M"
    assert marko.identity.birth_place == "Utopia City, Utopia"
    assert marko.identity.documents == (
        DocumentNumber("D23145890", "UTO", "ordinary"),
        DocumentNumber("A5250088", "", "ordinary"),
        DocumentNumber("16.247.821", "COL", "identity-card"),
    )
    assert marko.notes == ("document-kind", "nationality-uncertain")
    assert (marko.reference, marko.measure) == ("OFAC SDN 102", "UTOPIA, SDGT")


def test_ranges_of_birth_become_their_years_and_wide_ones_nothing() -> None:
    """A range is each year in it, estimated; one of forty years and a false day are left out."""
    single = entry("105")
    years = [(date.year, date.estimated) for date in single.identity.birth_dates]
    assert years == [(1958, True), (1959, True), (1960, True), (1977, True)]
    junior = entry("108")
    assert junior.identity.birth_dates == (PartialDate(1950, 3),)
    assert junior.notes == ("birth-date-form", "birth-date-wide")


def test_r14_a_document_number_stands_in_for_the_date() -> None:
    """An entry without date of birth but with a passport is kept, marked incomplete."""
    assert entry("104").notes == ("birth-date-missing",)


def test_without_the_companion_only_its_names_are_missing() -> None:
    """The list reads alone too."""
    assert len(entry("102", alt=None).identity.names) == 2
    assert len(read(alt=None)) == len(read())


def test_another_name_of_nobody_is_refused() -> None:
    """Rows of alt.csv that belong to no entry are reported, wherever they stand."""
    alt = b'1,1,"aka","X",-0- \r\n' + ALT.replace(b"\x1a", b'999,2,"aka","Y",-0- \r\n')
    orphans = [row for row in read(alt=alt) if row.source_id in ("1", "999")]
    assert [row.code for row in orphans if isinstance(row, Refused)] == ["alias-orphan"] * 2


@pytest.mark.parametrize("which", ["sdn", "alt"])
def test_files_out_of_order_are_refused(which: str) -> None:
    """They cannot be joined row by row, and no publisher writes them so."""
    first, second, *rest = (SDN if which == "sdn" else ALT).split(b"\r\n")
    swapped = b"\r\n".join([rest[0], second, first, *rest[1:]])
    with pytest.raises(Malformed, match="order of ent_num"):
        read(**{which: swapped})


def test_remarks_cut_by_the_publisher_lose_only_the_last_one() -> None:
    """The column ends after 1,000 characters: the cut remark is dropped and noted."""
    remarks = "DOB 1980; " + "x" * 975 + "; Passport A1"
    rows = read(SDN.splitlines()[3].replace(b"Passport 428720 (Zembla).", remarks.encode()), None)
    assert isinstance(rows[0], Entry)
    assert rows[0].notes == ("remarks-cut",)
    assert rows[0].identity.documents == ()
