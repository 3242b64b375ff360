"""What the pages of terms and bureau say is so."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from comity.bureau import alert
from comity.bureau.settings import Settings
from comity.terms.restriction import RESTRICTIONS
from world import world

DOCS = Path(__file__).parent.parent / "docs" / "reference"


def test_the_draft_on_the_page_is_one(tmp_path: Path) -> None:
    """The example of an alert's draft is accepted as printed, and every key is explained."""
    page = (DOCS / "terms.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    with world(tmp_path) as two:
        assert alert.draft(two.uto, json.loads(example)).id == "UTO-a1"
    explained = set(re.findall(r"`([a-z_]+)`", page))
    assert explained >= alert.DRAFT_KEYS


@pytest.mark.parametrize("name", [one.name for one in dataclasses.fields(Settings)])
def test_each_setting_is_on_the_page(name: str) -> None:
    """Whoever opens node.toml finds what each line means."""
    assert f"`{name}`" in (DOCS / "bureau.md").read_text("utf-8")


@pytest.mark.parametrize("ground", sorted(RESTRICTIONS))
def test_each_ground_is_on_the_page(ground: str) -> None:
    """Who may restrict on it, and what follows."""
    rows = re.findall(rf"^\| `{ground}` \| (.*?) \|", (DOCS / "bureau.md").read_text("utf-8"),
                      re.MULTILINE)  # fmt: skip
    assert rows == [", ".join(RESTRICTIONS[ground].by)]
