"""FollowTheMoney lines, nested and flat, on invented persons."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comity.lists.entry import Entry, Refused
from comity.lists.reading import read_list
from comity.terms.identity import DocumentNumber, Name, PartialDate

HERE = Path(__file__).parent / "fixtures" / "lists"


def read(name: str) -> list[Entry | Refused]:
    """Read a fixture."""
    with (HERE / name).open("rb") as stream:
        return list(read_list(stream))


def read_one(entity: Any) -> Entry | Refused:
    """Read one entity."""
    (row,) = read_list(io.BytesIO(json.dumps(entity).encode() + b"\n"), kind="ftm")
    return row


def test_nested_person_is_read_whole() -> None:
    """Names, dates, codes, papers and the sanction that stand inside one line."""
    row = read("targets.nested.jsonl")[0]
    assert isinstance(row, Entry)
    assert row.identity.names == (
        Name("Marko Jan Vell", "Vell", "Marko Jan", "primary"),
        Name("Марко Велл", kind="primary"),
        Name("Marko Ivanov", kind="previous"),
        Name("Marco Vell", kind="alias"),
        Name("Chess Player", kind="weak-alias"),
    )
    assert row.identity.birth_dates == (PartialDate(1960, 5, 6), PartialDate(1961))
    assert row.identity.nationalities == ("RUS", "RKS")
    assert row.identity.documents == (DocumentNumber("D23145890", "UTO", "diplomatic"),)
    assert (row.reference, row.measure) == ("UT.001", "Utopia regime")
    assert row.listed_on == datetime.date(2022, 3, 1)
    assert row.last_changed == datetime.date(2026, 1, 31)
    assert row.notes == ("document-kind",)


def test_what_a_person_believes_or_descends_from_is_never_read() -> None:
    """Religion and ethnicity are in the line and nowhere in the entry; so is residence."""
    row = read("targets.nested.jsonl")[0]
    assert "never read" not in repr(row)
    assert "USA" not in repr(row)


def test_refusals_say_why() -> None:
    """A name alone (R14), a politically exposed person, a company."""
    refused = [row for row in read("targets.nested.jsonl") if isinstance(row, Refused)]
    assert [row.code for row in refused] == ["minimum-data", "not-under-measure", "not-a-person"]
    assert [row.line for row in refused] == [2, 3, 4]


def test_flat_entities_are_read_by_their_own_properties() -> None:
    """A passport and a sanction on their own lines are no persons; the person stands alone."""
    tibor, passport, sanction, one = read("entities.ftm.jsonl")
    assert isinstance(passport, Refused)
    assert isinstance(sanction, Refused)
    assert isinstance(tibor, Entry)
    assert tibor.reference == "utopia:ut-1"
    assert tibor.notes == ("birth-date-missing", "nationality-former", "reference-derived")
    assert isinstance(one, Entry)
    assert one.notes == (
        "nationality-unknown", "reference-derived", "sex-form", "topics-absent",
    )  # fmt: skip


def test_a_passport_given_twice_is_one() -> None:
    """The number on the person adds nothing to the same number with its issuer."""
    properties = {
        "name": ["Ana Test"], "passportNumber": ["X1"], "topics": ["sanction"],
        "passports": [{"schema": "Passport", "properties": {"number": ["X1"], "country": ["qzz"]}}],
    }  # fmt: skip
    row = read_one({"id": "a", "schema": "Person", "properties": properties})
    assert isinstance(row, Entry)
    assert row.identity.documents == (DocumentNumber("X1", "QZZ", "ordinary"),)


def test_names_beyond_two_hundred_are_left_out_and_noted() -> None:
    """An entity may not make an identity boundless."""
    properties = {"name": [f"Name {n}" for n in range(300)], "birthDate": ["1980"]}
    row = read_one({"id": "a", "schema": "Person", "properties": properties})
    assert isinstance(row, Entry)
    assert len(row.identity.names) == 200
    assert "alias-limit" in row.notes


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ("name", "alias", "birthDate", "nationality", "passportNumber", "sanctions", "passports",
        "topics", "gender", "firstName", "lastName", "birthPlace")  # fmt: skip
NESTED = st.lists(
    st.fixed_dictionaries(
        {"schema": st.sampled_from(["Passport", "Sanction", "Identification"]) | JSON,
         "properties": st.dictionaries(st.sampled_from(["number", "country", "type", "unscId",
                                                        "listingDate", "endDate"]), JSON) | JSON}
    ),
    max_size=3,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), JSON | NESTED), JSON, JSON)
def test_any_value_anywhere_ends_well(properties: Any, caption: Any, changed: Any) -> None:
    """Whatever stands where a text should: an entry or a refusal."""
    read_one(
        {"id": "a", "schema": "Person", "properties": properties, "caption": caption,
         "datasets": caption, "last_change": changed}
    )  # fmt: skip
