"""A person with a browser, for the tests of the pages: signs in, follows forms, sees errors."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from httpx2 import Response
from starlette.testclient import TestClient

from comity.bureau import officer
from comity.bureau.node import Node
from comity.web.pages import page_app
from world import TRAINED

ROLES = {"first-line": "border-guard", "bureau": "bureau", "supervisor": "supervisor"}
OPENAPI = {
    "info": {"title": "Calls", "version": "1", "description": "What systems may ask."},
    "components": {
        "schemas": {
            "Check": {
                "type": "object",
                "required": ["purpose"],
                "properties": {
                    "purpose": {"type": "string", "description": "why"},
                    "again": {"$ref": "#/components/schemas/Check"},
                    "many": {"type": "array", "items": {"type": "integer"}},
                    "people": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}},
                    "sex": {"enum": ["F", "M", ""]},
                    "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                },
            }
        }
    },
    "paths": {
        "/check": {
            "post": {
                "tags": ["check"],
                "description": "Check travellers.",
                "parameters": [
                    {"name": "authorization", "in": "header", "schema": {"type": "string"}}
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Check"}}
                    }
                },
                "responses": {"200": {}},
            }
        },
        "/status": {"get": {"summary": "Say how it is.", "responses": {"200": {}}}},
    },
}


def static_folder(folder: Path) -> Path:
    """A built folder of style sheets, as small as one can be."""
    folder.mkdir(exist_ok=True)
    files = {
        "comity.css": "comity-0.css",
        "comity.rtl.css": "comity-0.rtl.css",
        "comity.js": "comity-0.js",
    }
    for name in files.values():
        (folder / name).write_text(f"/* {name} */", "utf-8")
    (folder / "manifest.json").write_text(json.dumps({"files": files}), "utf-8")
    return folder


class Visitor:
    """One browser at one node; ``page`` is the last answer."""

    def __init__(self, node: Node, static: Path) -> None:
        self.node = node
        self.client = TestClient(
            page_app(node, OPENAPI, static=static_folder(static)), raise_server_exceptions=False
        )
        self.page: Response

    def sign_in(self, role: str, name: str = "", *, authority: str = "") -> Visitor:
        """Register an officer of that role and sign in."""
        one = name or f"page-{role}"
        kind = authority or ROLES[role]
        code = officer.register(
            self.node, officer.Officer(one, "Ulla Marchbanks", role, kind, TRAINED)
        )
        self.post("/sign-in", officer=one, code=code)
        assert self.page.status_code == 200, self.title
        return self

    def get(self, address: str) -> Response:
        """Open a page."""
        self.page = self.client.get(address)
        return self.page

    def post(self, address: str, **fields: str | list[str]) -> Response:
        """Send a form of the page that is open, with its token; ``birth_year`` is birth-year."""
        sent = {"csrf": self.csrf} | {name.replace("_", "-"): v for name, v in fields.items()}
        sent["entry_ban"] = sent.pop("entry-ban", "")
        headers = {"origin": "http://testserver"}
        self.page = self.client.post(address, data=sent, headers=headers)
        return self.page

    @property
    def csrf(self) -> str:
        """The token of the page that is open; a page without any gives ""."""
        found = re.search(r'name="csrf" value="([0-9a-f]*)"', self.text)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        """The page as sent."""
        return self.page.text if hasattr(self, "page") else ""

    @property
    def words(self) -> str:
        """What a person reads of it."""
        body = self.text.partition("<body")[2]
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))

    @property
    def title(self) -> str:
        """Its first heading."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""

    @property
    def states(self) -> list[str]:
        """The outcome bands of it that are not small."""
        return re.findall(r'comity-band--([a-z-]+)" data-state="\1" role="status"', self.text)

    def errors(self) -> list[str]:
        """What its fields say is wrong."""
        found = re.findall(r'govuk-error-message">(.*?)</p>', self.text, re.DOTALL)
        return [re.sub(r"<[^>]+>", "", one).strip() for one in found]

    def link(self, pattern: str) -> str:
        """The first address on it that the expression matches."""
        found = re.search(rf'(?:href|action)="({pattern})"', self.text)
        assert found, f"no link {pattern} on {self.title}"
        return found[1]


def kinds_since(node: Node, start: int) -> list[str]:
    """The kinds of the log's entries from number ``start``."""
    return [one.kind for one in node.ledger.entries(start, node.ledger.size())]
