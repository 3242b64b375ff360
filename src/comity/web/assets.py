"""The built style sheets and script by their plain names.

``tools/build_web.py`` writes ``static/manifest.json``; built names hold a hash of the content, so
that a browser may keep a file for ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from comity.errors import Unavailable

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Assets:
    """Where assets are served: ``base`` ends with a slash, ``files`` maps plain to built names."""

    base: str
    files: Mapping[str, str]

    def url(self, name: str) -> str:
        """Give the address of an asset; KeyError for one that is not built is our own mistake."""
        return self.base + self.files[name]


def load_assets(base: str = "/static/", *, static: Path = STATIC) -> Assets:
    """Read the manifest; Unavailable where the pages were not built."""
    try:
        files = json.loads((static / "manifest.json").read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Unavailable(
            "web-not-built", "the pages' style sheets are not built", hint="run `make web`"
        ) from None
    return Assets(base, files)
