"""The room's page: what it shows runs."""

from __future__ import annotations

import re
from pathlib import Path

import comity.exchange

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "exchange.md"


def test_the_example_on_the_page_runs() -> None:
    """The page's example is executed as it stands."""
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    exec(compile(example, str(PAGE), "exec"), {})  # noqa: S102


def test_every_module_is_named() -> None:
    """The room's docstring names each of its modules, so that it stays a map."""
    assert comity.exchange.__doc__ is not None
    (where,) = comity.exchange.__path__
    modules = {path.stem for path in Path(where).glob("*.py")} - {"__init__"}
    assert modules == set(re.findall(r"``(\w+)``", comity.exchange.__doc__))
