"""Measure the matcher: recall, candidates, what is shown, by class of query; read its files.

A line of the alerts' file is a JSON object ``{"id", "names", "birth_date", "nationality",
"documents"}``; a query has ``"expect"`` besides: the id of the alert about this person, or null.
``names`` and ``documents`` are lists of strings; ``birth_date`` is YYYY[-MM[-DD]] or null.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.errors import Malformed
from comity.match.candidate import Band, Bands
from comity.match.explanation import second_identifier
from comity.match.index import Index, Ranking
from comity.match.question import TOTAL
from comity.terms.identity import (
    NAME_CHARS_MAX,
    VALUES_MAX,
    DocumentNumber,
    Identity,
    Name,
    PartialDate,
)

LINE_BYTES_MAX = 1 << 20
BANDS: tuple[Band | None, ...] = (None, "name-only", "possible", "strong")
"""Bands by their place: what an Outcome counts."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question with what should be found: the id of an alert, or None for a stranger."""

    id: str
    identity: Identity
    expect: str | None


def read_alerts(
    lines: Iterable[str], ignored: Counter[str], *, first: int = 1
) -> Iterator[tuple[str, Identity]]:
    """Read (id, identity) of each line that is not blank; a line of another form is Malformed.

    ``ignored`` counts, in words, values that no identity can hold and that were left out or cut;
    ``first`` is the number of the first line in its file.
    """
    for at, data in _objects(lines, first):
        yield _text(data, "id", at), _identity(data, at, ignored)


def read_queries(lines: Iterable[str], ignored: Counter[str]) -> Iterator[Query]:
    """Read the queries, as read_alerts does the alerts."""
    for at, data in _objects(lines):
        expect = data.get("expect")
        if expect is not None and not isinstance(expect, str):
            raise Malformed("match-line", "expect is an id or null", where=f"line {at}")
        yield Query(_text(data, "id", at), _identity(data, at, ignored), expect)


def _objects(lines: Iterable[str], first: int = 1) -> Iterator[tuple[int, dict[str, Any]]]:
    for at, line in enumerate(lines, first):
        if len(line) > LINE_BYTES_MAX:
            raise Malformed("match-line-long", "a line is longer than 1 MiB", where=f"line {at}")
        if line.strip():
            try:
                data = json.loads(line)
            except ValueError:
                raise Malformed("match-line", "not a JSON object", where=f"line {at}") from None
            if not isinstance(data, dict):
                raise Malformed("match-line", "not a JSON object", where=f"line {at}")
            yield at, data


def _text(data: dict[str, Any], key: str, at: int) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise Malformed("match-line", f"{key} is a text", where=f"line {at}")
    return value


def _list(data: dict[str, Any], key: str, at: int) -> list[str]:
    values = data.get(key) or []
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise Malformed("match-line", f"{key} is a list of texts", where=f"line {at}")
    # An empty name is left out, but a name cut to blanks must not come back as an empty one.
    return [v for v in values if v[:NAME_CHARS_MAX].strip()]


def _identity(data: dict[str, Any], at: int, ignored: Counter[str]) -> Identity:
    names = _list(data, "names", at)
    ignored["names cut"] += sum(len(name) > NAME_CHARS_MAX for name in names)
    listed = {key: _first(_list(data, key, at), key, ignored)
              for key in ("nationality", "documents")}  # fmt: skip
    return Identity(
        names=tuple(Name(n[:NAME_CHARS_MAX]) for n in _first(names, "names", ignored)),
        birth_dates=_dates(data, at, ignored),
        nationalities=tuple(listed["nationality"]),
        documents=tuple(_documents(listed["documents"], ignored)),
    )


def _first(values: list[str], key: str, ignored: Counter[str]) -> list[str]:
    ignored[f"{key} after the {VALUES_MAX}th"] += max(0, len(values) - VALUES_MAX)
    return values[:VALUES_MAX]


def _dates(data: dict[str, Any], at: int, ignored: Counter[str]) -> tuple[PartialDate, ...]:
    date = data.get("birth_date")
    if date is not None and not isinstance(date, str):
        raise Malformed("match-line", "birth_date is a text or null", where=f"line {at}")
    try:
        return (PartialDate.parse(date),) if date else ()
    except Malformed:
        ignored["birth dates in no calendar"] += 1
        return ()


def _documents(numbers: list[str], ignored: Counter[str]) -> Iterator[DocumentNumber]:
    for number in numbers:
        try:
            yield DocumentNumber(number)
        except Malformed:
            ignored["document numbers too long"] += 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each query, in order. Arrays of the length of the queries.

    ``ranks``: place of the expected alert (0 first, -1 missed). ``right`` and ``wrong``: bits
    beyond the list's size of the expected alert and of the likeliest other, minus infinity where
    there is none. ``bands``: place in BANDS of the expected alert's band, of the best shown where
    none is expected. ``compared`` and ``shown``: how many were compared, how many stand in a band.
    """

    ranks: Any
    right: Any
    wrong: Any
    bands: Any
    compared: Any
    shown: Any
    strangers: Any


def outcome(index: Index, queries: Sequence[Query], ranking: Ranking, bands: Bands) -> Outcome:
    """Judge a ranking of the queries."""
    size = math.log2(max(len(index), 1))
    total = len(queries)
    ranks, shown = np.full(total, -1), np.zeros(total, np.int64)
    reached = np.zeros(total, np.int64)
    right, wrong = np.full(total, -math.inf), np.full(total, -math.inf)
    for at, query in enumerate(queries):
        for place in range(int(ranking.counts[at, 0])):
            beyond = float(ranking.bits[at, place, TOTAL]) - size
            second = second_identifier(ranking.kinds[at, place], ranking.bits[at, place])
            band = BANDS.index(bands.of(beyond, second=second))
            shown[at] += band > 0
            key = index.key_of(int(ranking.people[at, place])) if query.expect else None
            if query.expect is not None and key == query.expect:
                ranks[at], right[at], reached[at] = place, beyond, band
                continue
            wrong[at] = max(wrong[at], beyond)
            if query.expect is None:
                reached[at] = max(reached[at], band)
    strangers = np.array([q.expect is None for q in queries], bool)
    return Outcome(ranks, right, wrong, reached, ranking.counts[:, 1], shown, strangers)


def recalls(judged: Outcome, among: Sequence[bool]) -> dict[str, float]:
    """Give for some of the queries how many they are, and recall of those that expect an alert."""
    mine = np.asarray(among, bool) & ~judged.strangers
    ranks = judged.ranks[mine]
    return {
        "questions": int(mine.sum()),
        "recall_at_1": _share(ranks == 0),
        "recall_at_10": _share((ranks >= 0) & (ranks < 10)),
        "recall_at_threshold": _share(judged.bands[mine] > 0),
    }


def summary(queries: Sequence[Query], judged: Outcome) -> dict[str, Any]:
    """Give recall, candidates and shown of strangers, and the ids missed in the first ten."""
    known = ~judged.strangers
    ranks = judged.ranks[known]
    hit = (judged.ranks >= 0) & (judged.ranks < 10)
    return {
        "recall_at_1": _share(ranks == 0),
        "recall_at_10": _share((ranks >= 0) & (ranks < 10)),
        "candidates_per_query": _mean(judged.compared[judged.strangers]),
        "shown_per_query": _mean(judged.shown[judged.strangers]),
        "misses": [q.id for q, ok in zip(queries, hit, strict=True) if q.expect and not ok],
    }


def _share(hits: Any) -> float:
    return round(float(np.mean(hits)), 5) if len(hits) else 0.0


def _mean(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0
