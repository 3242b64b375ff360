"""The examples on the pages about documents and manifests run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[1] / "docs" / "reference"


@pytest.mark.parametrize("page", ["documents", "manifests"])
def test_examples_of_the_page_run(page: str) -> None:
    """Every Python example on the page runs as it stands there, one after the other."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert examples
    scope: dict[str, object] = {}
    for example in examples:
        exec(compile(example, f"{page}.md", "exec"), scope)  # noqa: S102 - our own page
