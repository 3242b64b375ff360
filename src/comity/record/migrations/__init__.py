"""Alembic migrations of the store; versions/ has one file for each schema."""
