"""What time it is. Rooms above take a ``Clock``; nothing else in the project asks the system."""

from __future__ import annotations

import datetime
import threading
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime.datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The system's clock."""

    def now(self) -> datetime.datetime:
        """The present instant, aware, in UTC."""
        return datetime.datetime.now(datetime.UTC)


class FixedClock:
    """A clock that stands still until it is advanced: for training and tests."""

    def __init__(self, start: datetime.datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime")
        self._now = start.astimezone(datetime.UTC)
        self._guard = threading.Lock()

    def now(self) -> datetime.datetime:
        """The instant at which the clock stands."""
        with self._guard:
            return self._now

    def advance(self, by: datetime.timedelta) -> datetime.datetime:
        """Move forward ``by`` (never back) and return the new instant."""
        if by < datetime.timedelta(0):
            raise ValueError("time does not run backwards")
        with self._guard:
            self._now += by
            return self._now
