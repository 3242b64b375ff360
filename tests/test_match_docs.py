"""The page of matching says what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from comity.match import names, question
from comity.terms import identity

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "match.md"


def test_the_pages_example_runs(tmp_path: Path) -> None:
    """The Python block runs in an empty directory, without a warning, and finds the person."""
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(PAGE.parents[2] / "src"), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("UTO-1 ")


def test_the_bounds_stated_are_those_of_the_code() -> None:
    """Every bound of the page is the constant that the kernels obey."""
    rows = re.findall(r"^\| (.+?) \| ([\d,;]+[^|]*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    stated = {
        what: [int(n) for n in re.findall(r"\d+", said.replace(",", ""))] for what, said in rows
    }
    assert stated == {
        "characters of a name; values of each kind in an identity": [
            identity.NAME_CHARS_MAX, identity.VALUES_MAX,
        ],
        "parts of a name compared; letters of a part": [names.PARTS_MAX, names.PART_CHARS_MAX],
        "readings of names in one question; different parts searched on": [
            question.NAMES_ASKED_MAX, question.PARTS_ASKED_MAX,
        ],
        "keys looked up for one question": [question.KEYS_MAX],
        "people sharing a key, beyond which it is passed over": [question.KEY_PEOPLE_MAX],
        "people compared for one question": [question.CANDIDATES_MAX],
        "parts of listed names, and different ones, compared for one question": [
            question.PLACES_MAX, question.MEMO,
        ],
    }  # fmt: skip
