"""Instants as text of fixed width, so that they sort in every store."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime.datetime]):
    """An aware datetime in UTC, stored as ``2026-11-23T23:32:09.000000Z``."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> str | None:
        """To the text; a naive datetime is refused."""
        del dialect
        return None if value is None else format_instant(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime.datetime | None:
        """From the text."""
        del dialect
        return None if value is None else datetime.datetime.fromisoformat(value)


def format_instant(instant: datetime.datetime) -> str:
    """``2026-11-23T23:32:09.000000Z``; a naive datetime is a ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant is an aware datetime")
    utc = instant.astimezone(datetime.UTC)
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
