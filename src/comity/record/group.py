"""Group commit: callers at the same time share one transaction and one flush to the disk.

There is no thread of its own. The first caller leads: it takes everybody who is waiting, runs each
one's work in a savepoint, commits, and passes the turn on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection

from comity.errors import Unavailable
from comity.record.store import Store, named_errors

T = TypeVar("T")

GROUP_MAX = 512
"""So many callers share one transaction at most."""

GATHER_SECONDS = 0.003
"""How long a busy group waits for the callers it has just served to come back."""


class Group(Generic[T]):
    """The callers of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: deque[_Job[T]] = deque()
        self._guard = threading.Lock()
        self._arrived = threading.Condition(self._guard)
        self._finished = threading.Condition(self._guard)
        self._leader: int | None = None
        self._expected = 1

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a savepoint of a shared transaction; return once that has committed.

        What ``work`` raises comes back to its caller and undoes its own changes only. What the
        transaction itself raises comes back to all. Not to be called from inside ``work``.
        """
        if self._leader == threading.get_ident():
            raise RuntimeError("a ledger write inside a ledger write")
        job = _Job(work)
        with self._guard:
            self._queue.append(job)
            self._arrived.notify()
        while self._takes_turn(job):
            self._lead()
        if job.error is not None:
            raise job.error
        return job.result[0]

    def _takes_turn(self, job: _Job[T]) -> bool:
        """Wait until ``job`` is done (False) or nobody leads, and then lead (True)."""
        with self._guard:
            self._finished.wait_for(lambda: job.done or self._leader is None)
            if job.done:
                return False
            self._leader = threading.get_ident()
            return True

    def _lead(self) -> None:
        jobs: list[_Job[T]] = []
        try:
            with self._guard:
                # As many as last time are likely on their way back: without this short wait each
                # flush to the disk would serve one or two of them.
                self._arrived.wait_for(
                    lambda: len(self._queue) >= self._expected, timeout=GATHER_SECONDS
                )
                jobs += [self._queue.popleft() for _ in range(min(GROUP_MAX, len(self._queue)))]
            self._commit(jobs)
        finally:
            with self._guard:
                self._expected = min(GROUP_MAX, len(jobs) + len(self._queue))
                self._leader = None
                self._finished.notify_all()

    def _commit(self, jobs: list[_Job[T]]) -> None:
        try:
            with self._store.write() as conn:
                if len(jobs) == 1:
                    # Alone it needs no savepoint: what it raises undoes the transaction.
                    jobs[0].result = [jobs[0].work(conn)]
                else:
                    for job in jobs:
                        job.run(conn)
        except Exception as error:  # noqa: BLE001 - each caller gets it back
            # Nobody's work stands, or (the disk failed at the very end) it is not known.
            for job in jobs:
                job.error = job.error or error
        finally:
            for job in jobs:
                job.finish()


class _Job(Generic[T]):
    """One caller: its work, and what became of it."""

    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.done = False
        self.error: Exception | None = None
        self.result: list[T] = []

    def run(self, conn: Connection) -> None:
        """Do the work in a savepoint and keep what came of it."""
        try:
            with named_errors(), conn.begin_nested():
                self.result = [self.work(conn)]
        except Exception as error:  # noqa: BLE001 - the caller gets it back
            self.error = error

    def finish(self) -> None:
        """Let the caller go, with a result or an error."""
        if self.error is None and not self.result:
            # Something like an interrupt passed through: nobody may wait for ever.
            self.error = Unavailable("ledger-interrupted", "the write was interrupted")
        self.done = True
