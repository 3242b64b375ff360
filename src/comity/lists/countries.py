"""The names that lists give to countries, as ICAO 9303 codes.

Names and codes of the terms table, and the other spellings in ``country_names.toml``. A name that
is in neither gives None: a code is never guessed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources

from comity.terms.country import ALIASES, COUNTRIES

NO_COUNTRY = ""
"""What a former state, a region or "none" yields: known, but no code an alert can carry."""


@lru_cache(maxsize=4096)
def country_code(name: str) -> str | None:
    """Give the ICAO 9303 code for a country's name, alpha-2 or three-letter code.

    Returns ``NO_COUNTRY`` for a former state or "na", None for a name that is not in the table.
    """
    if len(name) > 200:
        return None
    return _names().get(fold(name))


def fold(name: str) -> str:
    """Reduce a name to what is compared: letters without accents, no "the", single spaces."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^\w]+", " ", plain.casefold().replace("'", "").replace("’", "")).split()
    return " ".join(word for word in words if word != "the")


@cache
def _names() -> dict[str, str]:
    """Map each folded name and code to its code; what the lists' own table says goes first."""
    text = resources.files(__package__).joinpath("country_names.toml").read_text("utf-8")
    lists = tomllib.loads(text)
    found: dict[str, str] = {}
    for part in (lists["names"], lists["codes"]):
        found.update((fold(name), code) for name, code in part.items())
    for country in COUNTRIES.values():
        for name in (country.code, country.alpha2, country.name):
            found.setdefault(fold(name), country.code)
    for alias, code in ALIASES.items():
        found.setdefault(fold(alias), code)
    found.pop("", None)
    return found
