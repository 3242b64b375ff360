"""The index of identities: build, add, remove, search.

A name alone is a candidate, never a match (R20); 1 January and estimated dates give no positive
weight (R22).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from anyascii import anyascii
from rapidfuzz.distance import OSA

from comity.errors import Conflict, NotFound
from comity.match.candidate import Bands, Candidate, Compared, Found, Verdict
from comity.terms.identity import Identity, PartialDate

VERSION = "match-0"


class Index:
    """Identities by id, searched by likeness. One writer; readers never block."""

    def __init__(self) -> None:
        self._rows: dict[str, Identity] = {}
        self._tokens: dict[str, tuple[str, ...]] = {}
        self._count: Counter[str] = Counter()

    @classmethod
    def build(cls, rows: Iterable[tuple[str, Identity]]) -> Index:
        """Build from (id, identity) pairs; a repeated id is a Conflict."""
        index = cls()
        for key, identity in rows:
            index.add(key, identity)
        return index

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, key: str, identity: Identity) -> None:
        """Add an identity; it is found by the next search. An id in use is a Conflict."""
        if key in self._rows:
            raise Conflict("match-id-taken", "an identity with this id stands in the index")
        tokens = tuple(sorted({t for n in identity.names for t in _tokens(n.full)}))
        self._rows[key], self._tokens[key] = identity, tokens
        self._count.update(tokens)

    def remove(self, key: str) -> None:
        """Remove an identity; no later search finds it. An unknown id is NotFound."""
        if key not in self._rows:
            raise NotFound("match-id-unknown", "no identity with this id in the index")
        self._count.subtract(self._tokens.pop(key))
        del self._rows[key]

    def search(self, query: Identity, *, limit: int = 10, bands: Bands | None = None) -> Found:
        """Find the likeliest identities, best first, at most ``limit``, none below its band."""
        bands = bands or Bands()
        tokens = tuple(sorted({t for n in query.names for t in _tokens(n.full)}))
        found = []
        for key, identity in list(self._rows.items()):
            compared = (
                self._name(query, identity, tokens, self._tokens[key]),
                _date(query, identity),
                _document(query, identity),
            )
            weight = round(sum(c.weight for c in compared), 2)
            second = any(c.verdict == "agrees" for c in compared[1:])
            band = bands.of(weight - math.log2(len(self) + 1), second_identifier=second)
            if band is not None:
                contrary = ("compare the photograph", "ask for the place of birth")
                found.append(Candidate(key, band, weight, compared, contrary))
        found.sort(key=lambda c: (-c.weight, c.id))
        return Found(tuple(found[:limit]), (), f"{VERSION}/{len(self)}")

    def search_many(
        self, queries: Sequence[Identity], *, limit: int = 10, bands: Bands | None = None
    ) -> list[Found]:
        """Search for each; the answers stand in the order of the queries."""
        return [self.search(query, limit=limit, bands=bands) for query in queries]

    def _name(
        self, query: Identity, ours: Identity, left: tuple[str, ...], right: tuple[str, ...]
    ) -> Compared:
        rarity = math.log2(len(self) + 2)
        weight = 0.0
        for token in left:
            near = min((OSA.distance(token, t) for t in right), default=9)
            common = math.log2(self._count[token] + 1)
            weight += -3.0 if near > 1 else max(rarity - common, 1.0) + 4 - 3 * near
        texts = (_first(query), _first(ours))
        if not left or not right:
            return Compared("name", *texts, "unknown", "no name on one side", 0.0)
        verdict: Verdict = "agrees" if weight > 0 else "differs"
        return Compared("name", *texts, verdict, "name parts compared in any order", weight)


def _first(identity: Identity) -> str:
    return identity.names[0].full if identity.names else ""


def _tokens(name: str) -> list[str]:
    plain = anyascii(name).lower()
    return "".join(c if c.isalnum() else " " for c in plain).split()[:12]


def _informative(day: PartialDate) -> bool:
    return not day.estimated and day.day is not None and (day.month, day.day) != (1, 1)


def _date(query: Identity, identity: Identity) -> Compared:
    theirs, ours = query.birth_dates[:1], identity.birth_dates[:1]
    texts = ("".join(map(str, theirs)), "".join(map(str, ours)))
    if not theirs or not ours:
        return Compared("birth-date", *texts, "unknown", "no date on one side", 0.0)
    if abs(theirs[0].year - ours[0].year) > 2:
        return Compared("birth-date", *texts, "differs", "the years differ", -6.0)
    if not (_informative(theirs[0]) and _informative(ours[0])):
        why = "1 January, partial or estimated"
        return Compared("birth-date", *texts, "not-informative", why, 0.0)
    if theirs[0] == ours[0]:
        return Compared("birth-date", *texts, "agrees", "the same date", 14.0)
    return Compared("birth-date", *texts, "differs", "another date", -4.0)


def _document(query: Identity, identity: Identity) -> Compared:
    theirs = {d.number.upper() for d in query.documents}
    ours = {d.number.upper() for d in identity.documents}
    texts = (", ".join(sorted(theirs)), ", ".join(sorted(ours)))
    if theirs & ours:
        return Compared("document", *texts, "agrees", "the same number", 24.0)
    if not theirs or not ours:
        return Compared("document", *texts, "unknown", "no number on one side", 0.0)
    return Compared("document", *texts, "not-informative", "people have several documents", 0.0)
