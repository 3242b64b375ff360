"""How fast one peer may write to us: a bucket of tokens for each verified sender.

Counted after the signature is verified, so that nobody can use up another's share. It protects
the node from a peer gone wild; how many *questions about persons* an agreement allows is the
bureau's to count, in the ledger. The buckets live in this process and start full.
"""

from __future__ import annotations

import datetime
import threading

from comity.errors import Unavailable


class Pace:
    """At most ``per_second`` envelopes of each peer on average, ``burst`` of them at once."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left: dict[str, tuple[float, datetime.datetime]] = {}
        self._guard = threading.Lock()

    def take(self, peer: str, now: datetime.datetime) -> None:
        """Count one envelope of ``peer``; `Unavailable` ("peer-too-fast") if its share is used up.

        The peer's outbox reads that as a busy line: it waits and comes again.
        """
        with self._guard:
            left, since = self._left.get(peer, (float(self._burst), now))
            # A clock set back gives nothing; it must not take anything away either.
            passed = max(0.0, (now - since).total_seconds())
            left = min(float(self._burst), left + passed * self._per_second)
            allowed = left >= 1
            self._left[peer] = (left - 1 if allowed else left, max(now, since))
        if not allowed:
            raise Unavailable(
                "peer-too-fast", "this peer writes faster than agreed", where=peer, hint="try later"
            )
