"""What the commands say, word for word, and their exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from transcript import SCRIPTS, play


@pytest.mark.parametrize("name", ["story", "errors"])
def test_transcript(name: str, tmp_path: Path) -> None:
    """Every command of the script prints what is recorded and exits as recorded."""
    file = SCRIPTS / f"{name}.txt"
    assert play(file, tmp_path.resolve()).splitlines() == file.read_text("utf-8").splitlines()
