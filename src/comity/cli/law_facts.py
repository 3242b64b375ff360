"""Facts on a command line: ``nationality=GEO document=diplomatic``."""

from __future__ import annotations

from comity.errors import Malformed


def read_facts(pairs: tuple[str, ...]) -> dict[str, str]:
    """Read ``name=value`` words. Malformed where one is not, or stands twice."""
    facts: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name or not value:
            raise Malformed(
                "law-fact-value",
                "not a fact of the form name=value",
                where=f"fact {name[:40]}",
                hint="e.g. nationality=GEO document=ordinary",
            )
        if name in facts:
            raise Malformed(
                "law-fact-value",
                "the fact is given twice",
                where=f"fact {name[:40]}",
                hint="ask once for each document that the person may present",
            )
        facts[name] = value
    return facts
