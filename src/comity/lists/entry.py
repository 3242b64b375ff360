"""What a list yields: ``Entry`` for a person who can be an alert, ``Refused`` for the rest."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from comity.terms.identity import Identity

NOTES: dict[str, str] = {
    "alias-limit": "names beyond the two hundredth were left out",
    "alias-remark": "a remark inside an alias was left out",
    "birth-date-calendar": "a date of birth in another calendar was left out, not converted",
    "birth-date-doubtful": "a date of birth comes from a false document; kept as estimated",
    "birth-date-form": "a date of birth could not be read and was left out",
    "birth-date-limit": "dates of birth beyond the two hundredth were left out",
    "birth-date-missing": "incomplete: date of birth; a document number stands in for it",
    "birth-date-of-alias": "a date of birth is the source's statement about an alias",
    "birth-date-range": "a date of birth is a range; each year in it is an estimated alternative",
    "birth-date-wide": "a range of birth of more than twenty years says nothing and was left out",
    "document-form": "a document number could not be told from the words around it",
    "document-issuer": "the issuer of a document is not a country known by that name",
    "document-kind": "a number that is not a travel or identity document's was left out",
    "document-limit": "documents beyond the two hundredth were left out",
    "measure-ends": "the source gives the measure an end; check that it still stands",
    "name-form": "an empty or endless name was left out",
    "nationality-former": "a nationality of a state that is no more was left out",
    "nationality-limit": "nationalities beyond the two hundredth were left out",
    "nationality-uncertain": "a nationality the source only supposes was left out",
    "nationality-unknown": "a nationality is not a country known by that name",
    "reference-derived": "the source gives no decision reference; its own identifier stands in",
    "remarks-cut": "the source cut its remarks short; what the last one says was left out",
    "sex-form": "sex is given in words we do not know",
    "topics-absent": "the source does not say which measure; the importer answers for it",
}
"""Every note an entry can carry: what was left out, and why. Never a value of the person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person on a list, with the minimum data of 1861 Article 22.

    ``line`` counts from 1; ``source_id`` is stable in that list and names the same person
    tomorrow; ``reference`` is the decision's or listing's, ``measure`` the regime or programme.
    ``listed_on`` and ``last_changed`` are the source's days, None where it gives none.
    ``notes`` are keys of ``NOTES``.
    """

    line: int
    source_id: str
    identity: Identity
    reference: str
    measure: str
    listed_on: datetime.date | None = None
    last_changed: datetime.date | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that becomes no alert: where, which field, a stable ``code``, why, and what to do."""

    line: int
    source_id: str
    field: str
    code: str
    reason: str
    hint: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the same as a mapping, for ``--json`` and the report."""
        return asdict(self)
