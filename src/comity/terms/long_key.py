"""Dotted keys without end: the standard library's TOML parser takes time quadratic in their parts.

Whoever reads foreign TOML asks here first; a text of 60 kB with one such key takes half a minute.
"""

from __future__ import annotations

import re

PARTS_MAX = 8
"""Parts of a key; no format of ours has more than three."""

# A text without its end takes the rest with it: possessive throughout, so that time stays linear.
_SAID = re.compile(
    r'"""(?:[^\\"]|\\.|"(?!""))*+(?:""")?'
    r"|\'\'\'(?:[^\']|\'(?!\'\'))*+(?:\'\'\')?"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|\'[^\'\n]*+\'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
_LONG = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{PARTS_MAX}}}")


def has_long_key(text: str) -> bool:
    """Say whether TOML holds a key of more than ``PARTS_MAX`` parts; what texts say is no key."""
    return _LONG.search(_SAID.sub("s", text)) is not None
