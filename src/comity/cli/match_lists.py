"""Real lists as questions: another spelling of a person asks for the spelling that is listed.

Read where they lie, never copied: the UN's and OFAC's lists (other names ask for the first one),
pairs of names in Latin and another script (``translit_*.tsv``), and files of ``comity match eval``
(``NAME.alerts.jsonl`` beside ``NAME.queries.jsonl``). What is not there is not measured.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from comity.lists.entry import Entry
from comity.lists.reading import read_list
from comity.match.evaluate import Query, read_alerts, read_queries
from comity.terms.identity import Identity, Name, PartialDate

PAIRS_MAX = 1_000
"""Invented people made of each file of pairs."""

_STEP = 7919
_SEPARATORS = {"japanese": "・", "chinese": "·"}


@dataclasses.dataclass(frozen=True, slots=True)
class RealList:
    """One list: its name, whom it lists, and the questions with what each should find."""

    name: str
    listed: tuple[tuple[str, Identity], ...]
    queries: tuple[Query, ...]


def real_lists(folder: Path) -> Iterator[RealList]:
    """Read every list found below a folder, in the order of their names."""
    for path in sorted(folder.rglob("*")):
        if path.name == "UN_consolidated.xml":
            yield _published("United Nations Security Council", path)
        elif path.name == "sdn.csv":
            yield _published("OFAC Specially Designated Nationals", path, path.parent / "alt.csv")
        elif path.name.startswith("translit_") and path.suffix == ".tsv":
            yield _pairs(path)
        elif path.name.endswith(".alerts.jsonl"):
            yield _lines(path)


def script_of(text: str) -> str:
    """Name the script of the first letter that is not Latin; Latin where there is none."""
    for letter in text:
        if letter.isalpha() and not unicodedata.name(letter, "LATIN").startswith("LATIN"):
            return unicodedata.name(letter).split()[0].capitalize()
    return "Latin"


def _published(name: str, path: Path, alt: Path | None = None) -> RealList:
    listed, queries = [], []
    with ExitStack() as stack:
        others = {"alt": stack.enter_context(alt.open("rb"))} if alt and alt.exists() else {}
        rows = read_list(stack.enter_context(path.open("rb")), companions=others)
        for row in rows:
            if not isinstance(row, Entry) or not row.identity.names:
                continue
            first, *rest = row.identity.names
            key = f"{path.stem}:{row.source_id}"
            bare = dataclasses.replace(row.identity, documents=())
            listed.append((key, dataclasses.replace(bare, names=(first,))))
            for place, other in enumerate(rest):
                if other.full.casefold() != first.full.casefold():
                    asked = dataclasses.replace(bare, names=(other,))
                    queries.append(Query(f"{key}/{place}", asked, key))
    return RealList(name, tuple(listed), tuple(queries))


def _pairs(path: Path) -> RealList:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    rows = [row for row in rows if len(row) >= 2 and row[0].strip() and row[1].strip()]
    language = path.stem.removeprefix("translit_")
    between = _SEPARATORS.get(language, " ")
    listed, queries = [], []
    for at in range(min(PAIRS_MAX, len(rows))):
        given, family = rows[at * _STEP % len(rows)], rows[(at * _STEP + 101) % len(rows)]
        born = PartialDate(1940 + at % 65, 1 + at % 12, 2 + at * 5 % 27)
        key = f"{language}:{at}"
        latin = Identity((Name(f"{given[0]} {family[0]}".title()),), (born,))
        own = Name(between.join(part[1].replace(" ", "") for part in (given, family)))
        listed.append((key, latin))
        queries.append(Query(key, dataclasses.replace(latin, names=(own,)), key))
    return RealList(f"names of real people, {language}", tuple(listed), tuple(queries))


def _lines(path: Path) -> RealList:
    name = path.name.removesuffix(".alerts.jsonl")
    with path.open(encoding="utf-8", errors="replace") as lines:
        listed = tuple(read_alerts(lines, Counter()))
    asked = path.with_name(f"{name}.queries.jsonl")
    if not asked.exists():
        return RealList(name, listed, ())
    with asked.open(encoding="utf-8", errors="replace") as lines:
        return RealList(name, listed, tuple(read_queries(lines, Counter())))
