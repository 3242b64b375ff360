"""Countries and the other issuers of travel documents, by ICAO Doc 9303-3 section 5 codes.

The code is the one of the machine-readable zone without fillers: Germany is ``D``. A code says
who issued a document or which nationality it states; it takes no position on statehood. Where
status is contested the row's ``kind`` says "entity".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from comity.errors import Malformed
from comity.terms.table import load_table

CountryKind = Literal["state", "territory", "entity", "organisation", "status", "training"]


@dataclass(frozen=True, slots=True)
class Country:
    """``code`` (1-3 letters), ``name``, ``kind``, ``alpha2`` where ISO 3166 has one, ``source``.

    ``since`` and ``until`` are years of use as text, empty where the code has always or still
    been in use.
    """

    code: str
    name: str
    kind: CountryKind
    alpha2: str
    since: str
    until: str
    source: str


COUNTRIES = {
    key: Country(
        key,
        row["name"],
        row["kind"],
        row.get("alpha2", ""),
        row.get("since", ""),
        row.get("until", ""),
        row["source"],
    )
    for key, row in load_table("countries").items()
}

ALIASES: dict[str, str] = {key: row["code"] for key, row in load_table("country_aliases").items()}
"""Other codes in use for the same issuer, e.g. DEU for D, XKX for RKS."""

PROTECTED_STATUSES = frozenset({"XXA", "XXB", "XXC"})
"""Stateless person, Convention refugee, other refugee (ICAO Doc 9303-3 section 5, part D)."""

TRAINING_STATES = frozenset(code for code, c in COUNTRIES.items() if c.kind == "training")


def country_code(text: str) -> str:
    """Give the ICAO code for ``text`` (code, alias, with or without fillers, any case).

    Malformed "country-unknown" where no table row knows it; the text itself is not repeated.
    """
    code = text.strip().rstrip("<").upper()
    code = ALIASES.get(code, code)
    if code not in COUNTRIES:
        raise Malformed(
            "country-unknown",
            "not an ICAO 9303 country code",
            hint="`comity terms countries` lists the codes",
        )
    return code
