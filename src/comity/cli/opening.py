"""Open the node a command acts for, and the officer who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from comity.bureau.node import Node, open_node

home_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="COMITY_HOME",
    default=Path(),
    show_default="this folder",
    help="The node's folder (or COMITY_HOME).",
)

officer_option = click.option(
    "--as",
    "officer_id",
    default="",
    envvar="COMITY_OFFICER",
    help="The officer who acts (or COMITY_OFFICER); may be left out where there is only one.",
)


@contextmanager
def opened(home: Path) -> Iterator[Node]:
    """Give the open node in ``home``, and close it."""
    node = open_node(home)
    try:
        yield node
    finally:
        node.close()
