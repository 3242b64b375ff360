"""The words of the page's frame in each language; what an act says stands in its own template."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")


@dataclass(frozen=True, slots=True)
class Language:
    """``tag`` (BCP 47), ``direction`` ltr or rtl, its ``name`` in itself, ``words`` by key,
    ``texts`` by their English; a text that is missing stays English.
    """

    tag: str
    direction: str
    name: str
    words: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)


@cache
def languages() -> Mapping[str, Language]:
    """Load all languages; one that lacks a word takes the English one."""
    table = tomllib.loads(_FILE.read_text("utf-8"))
    english = table["en"]["words"]
    return {
        tag: Language(
            tag, part["direction"], part["name"], english | part["words"], part.get("texts", {})
        )
        for tag, part in table.items()
    }
