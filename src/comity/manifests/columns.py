"""The columns of a CSV manifest and the other names they go by.

Names are compared in small letters, with blanks, dots and hyphens as ``_``. Columns not named
here are not read.
"""

from __future__ import annotations

import re

from comity.errors import Malformed

COLUMNS: dict[str, tuple[str, ...]] = {
    "surname": ("family_name", "last_name", "lastname", "primary_identifier"),
    "forenames": (
        "forename", "given_names", "given_name", "first_name", "first_names", "firstname",
        "secondary_identifier",
    ),
    "name": ("full_name", "passenger_name", "traveller_name"),
    "birth_date": ("date_of_birth", "dob", "birthdate"),
    "birth_place": ("place_of_birth",),
    "nationality": ("citizenship",),
    "sex": ("gender",),
    "document_number": (
        "passport_number", "passport_no", "document_no", "doc_number", "travel_document_number",
    ),
    "document_issuer": ("issuing_state", "issuing_country", "document_issuing_state", "issuer"),
    "document_kind": ("document_type", "doc_type", "document_code"),
    "mrz": ("mrz_1", "mrz1", "mrz_line_1"),
    "mrz_2": ("mrz2", "mrz_line_2"),
    "mrz_3": ("mrz3", "mrz_line_3"),
    "reference": (
        "encounter", "encounter_reference", "booking_reference", "record_locator", "pnr",
    ),
    "flight": ("flight_number", "voyage", "train"),
    "departure": ("from", "origin", "embarkation", "departure_airport"),
    "departs": ("departure_time", "departure_date"),
    "arrival": ("to", "destination", "disembarkation", "arrival_airport"),
    "arrives": ("arrival_time", "arrival_date"),
    "role": ("traveller_type", "passenger_type"),
}  # fmt: skip
"""Column → its other names."""

_BY_NAME = {alias: column for column, aliases in COLUMNS.items() for alias in (column, *aliases)}
_SAYS_WHO = ("surname", "name", "document_number", "mrz")


def column_of(title: str) -> str:
    """Give the column that a title stands for, "" where none."""
    return _BY_NAME.get(re.sub(r"[\s.\-]+", "_", title.strip().lower()), "")


def map_header(titles: list[str]) -> tuple[str, ...]:
    """Map a header to columns; Malformed where it says nobody's name, number or zone."""
    columns = tuple(column_of(title) for title in titles)
    known = [column for column in columns if column]
    if not any(column in known for column in _SAYS_WHO):
        raise Malformed(
            "manifest-header",
            "the header names no column that says who travels",
            where="line 1",
            hint="name one of surname, name, document_number, mrz (docs/reference/manifests.md)",
        )
    twice = sorted({column for column in known if known.count(column) > 1})
    if twice:
        raise Malformed(
            "manifest-header", "two columns say the same", where=f"line 1 {twice[0]}",
            hint="keep one of them",
        )  # fmt: skip
    return columns
