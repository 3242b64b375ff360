"""What the law requires: load law packs and put questions to them, for the pages and the commands.

The packs lie as text beside the code (``law/<pack>/*.toml``); a folder of the same shape may stand
elsewhere. Nothing here needs a node: no store, no key, no network, no clock.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from comity.bureau.texts import read_text
from comity.errors import ComityError, Malformed, NotFound
from comity.law.decide import Decision, decide
from comity.law.explain import as_record
from comity.law.facts import nearest, parse_date, parse_facts
from comity.law.gate import Finding, compare_clauses
from comity.law.pack import MAX_BYTES, MAX_FILES, Pack, parse_pack
from comity.law.reading import Period
from comity.law.rule import Rule


def law_folder() -> Path:
    """Give the folder of the packs that ship with Comity."""
    package = Path(__file__).parent.parent
    for folder in (package / "texts" / "law", package.parent.parent / "law"):
        if folder.is_dir():
            return folder
    raise NotFound("texts-missing", "the law packs are not installed", hint="reinstall comity")


def pack_names(folder: Path | None = None) -> list[str]:
    """Name the packs of a folder."""
    root = folder or law_folder()
    return sorted(path.name for path in root.iterdir() if (path / "pack.toml").is_file())


def pack_folder(name: str, folder: Path | None = None) -> Path:
    """Find a pack by name in the folder of packs, or as a path to its folder or its one file."""
    root = folder or law_folder()
    inside = root / name
    if "/" not in name and "\\" not in name and (inside / "pack.toml").is_file():
        return inside
    given = Path(name)
    if (given / "pack.toml").is_file() or (given.suffix == ".toml" and given.is_file()):
        return given
    raise NotFound(
        "law-pack-missing",
        "no law pack of this name",
        where=name[:80],
        hint=nearest(name, pack_names(root)) if root.is_dir() else "give a folder with pack.toml",
    )


def read_files(place: Path) -> dict[str, str]:
    """Read the TOML files of a pack's folder, as bounded as the format is."""
    if place.is_file():
        return {"pack.toml": read_text(place)}
    files = sorted(place.glob("*.toml"))
    if len(files) > MAX_FILES or sum(file.stat().st_size for file in files) > MAX_BYTES:
        raise Malformed("law-too-large", "the pack is larger than the format allows")
    return {file.name: read_text(file) for file in files}


def load_pack(name: str, folder: Path | None = None) -> Pack:
    """Load a pack by name or path; read again only when one of its files has changed."""
    place = pack_folder(name, folder)
    return _parsed(tuple(sorted(read_files(place).items())))


@lru_cache(maxsize=64)
def _parsed(files: tuple[tuple[str, str], ...]) -> Pack:
    return parse_pack(dict(files))


def parse_day(text: str) -> datetime.date:
    """Read the date a question is about."""
    return parse_date(text, where="date asked about")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the question asked, to others that the facts touch, and to the rest."""

    decision: Decision
    others: tuple[Decision, ...]
    untouched: tuple[Decision, ...]

    def record(
        self, *, court: bool = False, signed_by: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Give it as one JSON object; under ``others`` the pack's other questions.

        ``signed_by`` names the countries that have signed the pack, where a node was asked.
        """
        record = as_record(self.decision, court=court)
        if signed_by is not None:
            record["signed_by"] = sorted(signed_by)
        record["others"] = {
            other.view.question.id: as_record(other, court=court)
            for other in (*self.others, *self.untouched)
        }
        return record


def ask(pack: Pack, facts: Mapping[str, str], on: datetime.date, question: str = "") -> Answer:
    """Answer a question about one person from facts as written (``nationality`` → ``GEO``).

    Without a ``question``: the pack's first, unless all the facts that bear on it bear on another
    too, and more do. The others are answered where a fact bears on them and not on that one.
    """
    known = parse_facts(facts, pack.facts)
    bearing = {asked.id: _bears(pack, asked.id) & set(facts) for asked in pack.questions}
    if not question and pack.questions:
        question = pack.questions[0].id
        richer = [name for name in bearing if bearing[name] > bearing[question]]
        question = richer[0] if richer else question
    decision = decide(pack, known, on, question)
    main = bearing.get(decision.view.question.id, set())
    asked = decision.view.question.id
    touched = [name for name, found in bearing.items() if name != asked and found - main]
    rest = [name for name in bearing if name != asked and name not in touched]
    return Answer(
        decision,
        tuple(decide(pack, known, on, name) for name in touched),
        tuple(decide(pack, known, on, name) for name in rest),
    )


def _bears(pack: Pack, question: str) -> set[str]:
    return {name for rule in pack.rules if rule.decides == question for name in rule.facts}


@dataclass(frozen=True, slots=True)
class Shelf:
    """One pack in the law library: its head, or why it could not be read."""

    name: str
    title: str
    authority: str
    status: str
    hash: str
    rules: int
    clauses: int
    error: str = ""


def library(folder: Path | None = None) -> list[Shelf]:
    """List the packs with status and hash; a pack that cannot be read says why."""
    shelves = []
    for name in pack_names(folder):
        try:
            pack = load_pack(name, folder)
        except ComityError as error:
            shelves.append(Shelf(name, "", "", "", "", 0, 0, str(error)))
            continue
        shelves.append(
            Shelf(
                name,
                pack.title,
                pack.authority,
                pack.status,
                pack.hash,
                len(pack.rules),
                len(pack.clauses),
            )
        )
    return shelves


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule beside the text of its article, with its dates, for the law library."""

    rule: Rule
    period: Period
    beats: tuple[str, ...]
    beaten_by: tuple[str, ...]
    in_force: bool


def library_pages(pack: Pack, on: datetime.date) -> list[RulePage]:
    """Give every rule of a pack with its text, dates, and place among exceptions."""
    pages = []
    for number, rule in enumerate(pack.rules):
        beats = tuple(
            other.id for place, other in enumerate(pack.rules) if pack.beats[number] >> place & 1
        )
        beaten = tuple(
            other.id for place, other in enumerate(pack.rules) if pack.beats[place] >> number & 1
        )
        period = rule.period.within(pack.period)
        pages.append(RulePage(rule, period, beats, beaten, period.covers(on)))
    return pages


def clauses(giver: Pack, receiver: Pack, on: datetime.date) -> list[Finding]:
    """Hold the clauses of two packs in force on a date against each other.

    A receiver that states no ``[party]`` is held to be a third country. Malformed "law-no-clauses"
    where the giver has none: silence is not consent.
    """
    if not giver.as_party(on).clauses:
        raise Malformed(
            "law-no-clauses",
            "no clauses on data are encoded for that date",
            where=giver.name,
            hint="nothing may leave on the strength of a law that says nothing",
        )
    return compare_clauses(giver.as_party(on), receiver.as_party(on))
