"""Write the first migration of the store out of tables.py, as plain operations.

    python tools/make_migration.py

Until the first release the first migration is made anew whenever a table changes. After it, this
is history: a change of the schema is a new file under ``migrations/versions``, written by hand,
and ``tables.SCHEMA`` names it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import (
    CreateIndexOp,
    CreateTableOp,
    MigrateOperation,
    ModifyTableOps,
    UpgradeOps,
)

from comity.record import tables

TARGET = Path(__file__).parent.parent / "src/comity/record/migrations/versions/0001_first_light.py"
HEAD = '''"""First light: the tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table with its indexes."""
'''


def operations() -> dict[str, list[MigrateOperation]]:
    """The operations that build each table, parents before children."""
    with sqlalchemy.create_engine("sqlite://").connect() as conn:
        context = MigrationContext.configure(conn)
        script = produce_migrations(context, tables.metadata)
    found: dict[str, list[MigrateOperation]] = {
        table.name: [] for table in tables.metadata.sorted_tables
    }
    assert script.upgrade_ops is not None  # noqa: S101 - produce_migrations made it
    for operation in flatten(script.upgrade_ops.ops):
        if isinstance(operation, CreateTableOp | CreateIndexOp):
            found[operation.table_name].append(operation)
        else:
            raise SystemExit(f"make_migration: {type(operation).__name__} is not foreseen")
    return found


def flatten(steps: Iterable[MigrateOperation]) -> Iterable[MigrateOperation]:
    """The operations without the containers that Alembic puts some of them into."""
    for step in steps:
        if isinstance(step, ModifyTableOps):
            yield from step.ops
        else:
            yield step


def render(steps: Iterable[MigrateOperation]) -> str:
    """The body of a function that runs ``steps``, free of our own types."""
    text = render_python_code(UpgradeOps(ops=list(steps)), user_module_prefix="tables.")
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    # A migration is history: it may not change when a type of ours does.
    return re.sub(r"tables\.Instant\(length=27\)", "sa.String(27)", body).strip("\n")


def main() -> None:
    """Write and format the file."""
    made = operations()
    calls = "".join(f"    _create_{name}()\n" for name in made)
    parts = [
        f"\n\ndef _create_{name}() -> None:\n    {render(made[name]).lstrip()}\n" for name in made
    ]
    TARGET.write_text(HEAD + calls + "".join(parts))
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "-q", str(TARGET)], check=True)


if __name__ == "__main__":
    main()
