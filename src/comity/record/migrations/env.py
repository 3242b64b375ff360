"""Runs migrations on the connection which ``store.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from comity.record import tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=tables.metadata
)
context.run_migrations()
