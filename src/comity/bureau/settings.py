"""What one node is. Written by ``comity node init``, read once when a node is opened.

The file ``node.toml`` lies in the node's folder:

    country = "UTO"                        # ICAO 9303 code
    name = "Utopia training node"
    training = true                        # test persons only; never mixes with production
    store = "sqlite:node.db"               # or postgresql+psycopg://...
    peer_host = "127.0.0.1"                # the door for other nodes: mutual TLS
    peer_port = 8443
    peer_url = "https://127.0.0.1:8443"    # how other nodes reach it
    people_host = "127.0.0.1"              # the door for officers and systems at home
    people_port = 8080
    witness_url = "http://127.0.0.1:8444"  # empty: no witness, and every answer says so
    witness_key = "..."                    # its verifier key (C2SP signed-note)
    round_seconds = 2.0                    # pause between two rounds of the courier
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from comity.errors import Malformed, NotFound
from comity.terms.country import TRAINING_STATES, country_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """See the module's text; each field is one line of ``node.toml``."""

    country: str
    name: str
    training: bool
    store: str = "sqlite:node.db"
    peer_host: str = "127.0.0.1"
    peer_port: int = 8443
    peer_url: str = "https://127.0.0.1:8443"
    people_host: str = "127.0.0.1"
    people_port: int = 8080
    witness_url: str = ""
    witness_key: str = ""
    round_seconds: float = 2.0

    def store_url(self, home: Path) -> str:
        """Give the SQLAlchemy address of the store; a relative SQLite file lies in ``home``."""
        if self.store.startswith("sqlite:") and not self.store.startswith("sqlite://"):
            return f"sqlite:///{home / self.store.removeprefix('sqlite:')}"
        return self.store


def parse_settings(text: str, *, where: str) -> Settings:
    """Read ``node.toml``; Malformed names the line of trouble."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Malformed("settings-toml", str(error).lower(), where=where) from None
    known = {field.name: field for field in dataclasses.fields(Settings)}
    for key, value in data.items():
        if key not in known:
            raise Malformed("settings-unknown", "unknown setting", where=f"{where}: {key[:40]}")
        if not _fits(value, str(known[key].type)):
            raise Malformed("settings-type", f"{known[key].type} expected", where=f"{where}: {key}")
    for key in ("country", "name", "training"):
        if key not in data:
            raise Malformed("settings-missing", f"{key} is missing", where=where)
    settings = Settings(**data)
    if country_code(settings.country) != settings.country:
        raise Malformed("settings-country", "write the ICAO 9303 code", where=where)
    if settings.training != (settings.country in TRAINING_STATES):
        raise Malformed(
            "settings-training",
            "a training node is of a training state, and only it",
            where=where,
            hint="training states: " + ", ".join(sorted(TRAINING_STATES)),
        )
    return settings


def _fits(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "bool"
    if isinstance(value, int):
        return kind in ("int", "float")
    return type(value).__name__ == kind


def format_settings(settings: Settings) -> str:
    """Write the file that parse_settings reads."""
    lines = ["# a Comity node; see docs/reference/bureau.md"]
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        shown = str(value).lower() if isinstance(value, bool) else json.dumps(value)
        lines.append(f"{field.name} = {shown}")
    return "\n".join(lines) + "\n"


def read_settings(home: Path) -> Settings:
    """Read the settings of the node in the folder ``home``."""
    file = home / "node.toml"
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotFound(
            "node-missing",
            "there is no node in this folder",
            where=str(home),
            hint="create one with `comity node init`",
        ) from None
    return parse_settings(text, where="node.toml")
