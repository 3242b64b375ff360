"""A process which imports a list and is killed: started by test_bureau_intake."""

from __future__ import annotations

import sys
from pathlib import Path

from comity.bureau import intake
from comity.bureau.node import open_node
from world import CLERK


def main() -> None:
    """Import the list at argv[2] into the node at argv[1]; say when reading begins."""
    node = open_node(Path(sys.argv[1]))

    def told(_count: int) -> None:
        sys.stdout.write(".")
        sys.stdout.flush()

    report = intake.import_list(node, CLERK, Path(sys.argv[2]), progress=told)
    sys.stdout.write(f"done {report.counts['new']}\n")
    node.close()


if __name__ == "__main__":
    main()
