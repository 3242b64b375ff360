"""The examples in the pages of proof and record run as printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs" / "reference"


@pytest.mark.parametrize("page", ["proof", "record"])
def test_the_pages_example_runs(page: str, tmp_path: Path) -> None:
    """The Python block of the page runs in an empty directory, without a warning."""
    (example,) = re.findall(r"```python\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(DOCS.parent.parent / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
