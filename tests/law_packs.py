"""Law packs for the tests: those of the project, and small ones written in a line or two."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from comity.law.decide import Decision, decide
from comity.law.facts import parse_facts
from comity.law.pack import Pack, parse_pack
from comity.law.rule import Case

FOLDER = Path(__file__).parent.parent / "law"
NOW = datetime.date(2026, 11, 23)
HEAD = 'law = "test.law"\ntitle = "A law for tests"\nstatus = "invented"\n'


def names() -> list[str]:
    """Name the packs of the project."""
    return sorted(place.name for place in FOLDER.iterdir() if (place / "pack.toml").is_file())


@lru_cache(maxsize=32)
def files(name: str) -> tuple[tuple[str, str], ...]:
    """Read the files of a pack of the project."""
    place = FOLDER / name
    return tuple((file.name, file.read_text("utf-8")) for file in sorted(place.glob("*.toml")))


@lru_cache(maxsize=32)
def project_pack(name: str) -> Pack:
    """Load a pack of the project."""
    return parse_pack(dict(files(name)))


def pack_of(body: str, head: str = HEAD) -> Pack:
    """Read a pack of one file."""
    return parse_pack({"pack.toml": head + body})


def rule(name: str, when: str, then: str, *despite: str, more: str = "") -> str:
    """Write one rule that decides "q"."""
    listed = ", ".join(f'"{one}"' for one in despite)
    return (
        f'[[rule]]\nid = "{name}"\ndecides = "q"\ncite = "Act s. 1"\ntext = "…"\n'
        f"when = '{when}'\nthen = \"{then}\"\ndespite = [{listed}]\n{more}\n"
    )


def ask(pack: Pack, question: str = "", on: datetime.date = NOW, **facts: str) -> Decision:
    """Decide with facts as written."""
    return decide(pack, parse_facts(facts, pack.facts), on, question)


def holds(pack: Pack, case: Case) -> bool:
    """Say whether a worked case comes out as it says."""
    if not case.expect:
        return True
    facts: Mapping[str, str] = case.facts
    deciding: set[str] = set()
    for question, expected in case.expect.items():
        decision = decide(pack, parse_facts(facts, pack.facts), case.on, question)
        if decision.outcome != expected:
            return False
        deciding |= {one.id for one in decision.deciding}
    return not case.because or case.because in deciding
