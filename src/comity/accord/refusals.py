"""Words no agreement may use: what Comity never builds, refused where a drafter would write it.

The schema of facts already has no place for these; this table says so early and by name. It reads
the keys and the terms of an agreement and the names in its policies, never the prose of articles,
which may well forbid the very thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comity.errors import Malformed


@dataclass(frozen=True, slots=True)
class Refusal:
    """``id``; ``words``: stems, one of which refuses; ``why`` in words, with its source."""

    id: str
    words: tuple[str, ...]
    why: str


REFUSALS = (
    Refusal(
        "risk-score",
        ("risk", "score", "scoring", "threatlevel", "suspicion", "propensity", "creditrating"),
        "no risk score for a person (Reg (EU) 2024/1689 art. 5(1)(d), Annex III 7(b))",
    ),
    Refusal(
        "inference",
        ("emotion", "liedetect", "deception", "polygraph", "dialect", "accent", "credibility",
         "microexpression", "voicestress"),
        "no inference of emotion, lie or dialect (Reg (EU) 2024/1689 Annex III 7(a), (c))",
    ),
    Refusal(
        "ethnicity",
        ("ethnic", "race", "racial", "tribe", "tribal", "caste", "skincolo", "clan"),
        "no field for ethnic or racial origin (Directive (EU) 2016/680 arts. 10, 11(3))",
    ),
    Refusal(
        "religion",
        ("religio", "faith", "denomination", "worship", "creed", "sect"),
        "no field for religion or belief (Directive (EU) 2016/680 arts. 10, 11(3))",
    ),
    Refusal(
        "orientation",
        ("orientation", "sexual", "sexlife", "homosex", "genderidentity", "transgender"),
        "no field for sexual life or orientation (Directive (EU) 2016/680 arts. 10, 11(3))",
    ),
    Refusal(
        "opinion",
        ("political", "opinion", "tradeunion", "unionmember", "philosoph", "activis"),
        "no field for opinions or trade union (Directive (EU) 2016/680 art. 10)",
    ),
    Refusal(
        "health-genetics",
        ("dna", "genetic", "genome", "health", "medical", "disabilit", "pregnan"),
        "no field for health or genetic data (Directive (EU) 2016/680 art. 10)",
    ),
    Refusal(
        "subscription",
        ("subscri", "movement", "standing", "tracking", "trackperson", "whereaboutsfeed",
         "notifywhenever", "travelhistory", "geoloc", "surveil", "watchperson"),
        "no subscription to a person's movements (Directive (EU) 2016/680 art. 4(1)(c))",
    ),
    Refusal(
        "bulk",
        ("bulk", "dump", "wholedatabase", "fullcopy", "massscreen", "masssearch"),
        "no question about many persons at once (Directive (EU) 2016/680 art. 4(1)(c))",
    ),
    Refusal(
        "social-media",
        ("socialmedia", "facebook", "instagram", "tiktok", "telegram", "scrap"),
        "no collection from social media (Directive (EU) 2016/680 art. 4(1))",
    ),
    Refusal(
        "prediction",
        ("predict", "profil", "machinelearn", "neural", "selflearn", "anomaly"),
        "no prediction or profiling (Reg (EU) 2024/1689 art. 5(1)(d); C-817/19 paras 194-195)",
    ),
    Refusal(
        "central-pool",
        ("centralpool", "biometricpool", "centralbiometric", "biometrictemplate", "rawtemplate"),
        "no central pool of biometrics (ICRC Biometrics Policy 2019)",
    ),
    Refusal(
        "asylum-file",
        ("asylumfile", "asylumground", "persecution", "applicationground", "asylumstatement"),
        "no reasons of an application for protection (Directive 2013/32/EU art. 30)",
    ),
    Refusal(
        "automatic-decision",
        ("autorefus", "autoreject", "automaticdecision", "automateddecision", "autodeny"),
        "no decision by software alone (Directive (EU) 2016/680 art. 11)",
    ),
)  # fmt: skip

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_:-]*")
_PROSE = frozenset({"title", "text", "cite", "by"})
"""Keys whose values are prose: they may name a forbidden thing in order to forbid it."""

_EDGED = frozenset({"race", "sect", "clan", "risk", "dna", "score", "faith", "accent", "scrap"})
"""Short stems stand for whole words only: "grace", "traceable" and "sector" are no refusals."""


def refusal_of(name: str) -> Refusal | None:
    """Give the refusal that a key or term falls under, None if it may be used."""
    parts = [part for part in _SEPARATORS.split(_split_camel(name).lower()) if part]
    joined = "".join(parts)
    for refusal in REFUSALS:
        for stem in refusal.words:
            if stem in _EDGED:
                if any(part in {stem, f"{stem}s"} for part in parts):
                    return refusal
            elif stem in joined:
                return refusal
    return None


def refuse_words(data: Any, where: str) -> None:
    """Walk parsed TOML and refuse the first key or term of the table (Malformed)."""
    for place, name in _names(data, where):
        _refuse(name, place)


def refuse_policy_words(policy: str, where: str) -> None:
    """Refuse a policy file that uses a name of the table, in an attribute or in a text."""
    for number, line in enumerate(policy.splitlines(), start=1):
        for found in _NAMES.findall(line.split("//")[0]):
            _refuse(found, f"{where} line {number}")


def _refuse(name: str, place: str) -> None:
    refusal = refusal_of(name)
    if refusal is not None:
        raise Malformed(
            "agreement-refused-word", refusal.why, where=place,
            hint=f"{ascii(name)[:60]} falls under {refusal.id}: take it out",
        )  # fmt: skip


def _names(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield place, key
            if key not in _PROSE:
                yield from _names(value, f"{place} {key[:40]}")
    elif isinstance(data, list):
        for value in data:
            yield from _names(value, place)
    elif isinstance(data, str):
        yield place, data


def _split_camel(name: str) -> str:
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
