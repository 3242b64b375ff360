"""Wrong sign-in codes slow the next attempt for the same id down; nobody is shut out for long."""

from __future__ import annotations

import datetime
import threading
from collections import OrderedDict
from collections.abc import Callable

from comity.errors import Unavailable

FREE = 3
"""Wrong codes in a row that cost no waiting."""

LONGEST = datetime.timedelta(minutes=2)
KEPT = 4096
"""Ids remembered at most: a flood of invented ids forgets the oldest."""

Now = Callable[[], datetime.datetime]


class Throttle:
    """Counts wrong codes per id. ``now`` is the node's clock; threads may share it."""

    def __init__(self, now: Now, *, kept: int = KEPT) -> None:
        self._now = now
        self._kept = kept
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, tuple[int, datetime.datetime]] = OrderedDict()

    def hold(self, key: str) -> None:
        """Refuse an attempt that comes too early: Unavailable says how long to wait."""
        with self._lock:
            _count, until = self._wrong.get(key, (0, self._now()))
        wait = (until - self._now()).total_seconds()
        if wait > 0:
            raise Unavailable(
                "sign-in-wait",
                "too many wrong codes for this id",
                hint=f"wait {int(wait) + 1} seconds, then try again",
            )

    def wrong(self, key: str) -> None:
        """Remember a wrong code: 2, 4, 8 ... seconds to wait after the first three."""
        with self._lock:
            count = self._wrong.pop(key, (0, self._now()))[0] + 1
            seconds = 2 ** min(count - FREE, 10) if count >= FREE else 0
            wait = min(datetime.timedelta(seconds=seconds), LONGEST)
            self._wrong[key] = (count, self._now() + wait)
            while len(self._wrong) > self._kept:
                self._wrong.popitem(last=False)

    def right(self, key: str) -> None:
        """Forget the wrong codes of an id that signed in."""
        with self._lock:
            self._wrong.pop(key, None)
