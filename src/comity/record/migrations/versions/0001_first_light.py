"""First light: the tables of the first release."""

from __future__ import annotations

from alembic import op

from comity.record import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    tables.metadata.create_all(op.get_bind())
