"""The alerts this node holds, its own and copies of others', and the index over them.

The store is the truth; the index follows it. Every change of an alert names its ledger entry, and
entries are committed in order, so "what has changed since entry n" is one question to the store:
also where another process of the same node wrote it.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, exists, func, select, update

from comity.bureau.objects import Objects, is_object
from comity.bureau.snapshot import WORTH, Snapshots
from comity.errors import NotFound
from comity.match.candidate import Found
from comity.match.index import Index
from comity.record import tables
from comity.record.store import Store
from comity.record.vault import Sealed, Vault
from comity.terms.alert import Alert, alert_from_dict
from comity.terms.identity import Identity

ISSUED = "issued"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"

_CHUNK = 2000

Rows = Sequence[Any]
"""Rows of the alert table: id, version, state, sealed, entry."""

FIELD = "alert"
"""The name under which an alert's content is sealed, in the version it has."""


@dataclass(frozen=True, slots=True)
class Held:
    """One alert held: the row's facts and, opened, its content.

    ``restrictions``: the grounds that stop its use here, its issuer's and, on a copy, our own.
    """

    alert: Alert
    state: str
    received_from: str | None
    agreement: str | None
    restrictions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Started:
    """How the indexes came to be: from a snapshot or built, in how many seconds, with how many."""

    source: Literal["snapshot", "store"] = "store"
    seconds: float = 0.0
    base: int = 0


class Holdings:
    """The indexes over the alerts of one node, kept in step with its store by ``refresh``.

    ``index`` of those on persons, ``objects`` of those on documents and objects.
    """

    def __init__(self, store: Store, vault: Vault, snapshots: Snapshots | None = None) -> None:
        self._store = store
        self._vault = vault
        self._snapshots = snapshots
        self._guard = threading.Lock()
        self._seen = -1
        self.index = Index()
        self.objects = Objects()
        self.started = Started()

    def refresh(self) -> None:
        """Bring the index up to what the store says now. Searches go on meanwhile."""
        with self._guard, self._store.read() as conn:
            if self._seen < 0:
                start = time.perf_counter()
                restored = self._restore(conn)
                if not restored:
                    self._build(conn)
                took = time.perf_counter() - start
                self.started = Started("snapshot" if restored else "store", took, len(self))
                if not restored:
                    self._save()
                    return
            stale = False
            for rows in self._changes(conn):
                stale |= self._follow(conn, rows)
            if stale:
                self.drop_snapshot()

    def __len__(self) -> int:
        return len(self.index) + len(self.objects)

    def search(self, identities: Sequence[Identity], *, limit: int) -> list[Found]:
        """Find the alerts that may be about each traveller or a document of theirs, best first."""
        found = self.index.search_many(identities, limit=limit)
        if not len(self.objects):
            return found
        objects, version = self.objects, self.objects.version
        answers = []
        for person, who in zip(found, identities, strict=True):
            things, said = objects.search(who)
            candidates = sorted((*person.candidates, *things), key=lambda one: -one.weight)
            answers.append(
                Found(tuple(candidates), (*person.ignored, *said), f"{person.version}+{version}")
            )
        return answers

    def basis(self, identity: Identity, alert: Alert, version: str) -> dict[str, Any] | None:
        """Give what a comparison made at a version of the list can be computed from again (R25).

        Empty for an object, whose number says it all; None where the list has changed meanwhile.
        """
        if is_object(alert):
            return {}
        with contextlib.suppress(NotFound):
            counted = self.index.basis(identity, alert.id)
            if version.split("+", maxsplit=1)[0] == self.index.version:
                return counted.as_dict()
        return None

    def snapshot_written(self) -> tuple[datetime.datetime, int] | None:
        """Give when the sealed snapshot was written, and its bytes; None where there is none."""
        if self._snapshots is None or not self._snapshots.file.exists():
            return None
        found = self._snapshots.file.stat()
        return datetime.datetime.fromtimestamp(found.st_mtime, datetime.UTC), found.st_size

    def keep_snapshot(self) -> None:
        """Seal the index as it stands now, where the disk holds none, so that others start at once.

        A large index that was changed has none: what ended may not lie on the disk.
        """
        with self._guard:
            if self._snapshots is not None and not self._snapshots.file.exists():
                self._save()

    def drop_snapshot(self) -> None:
        """Remove the sealed index from the disk: what was withdrawn or corrected stands in it."""
        if self._snapshots is not None:
            self._snapshots.drop()

    def _build(self, conn: Connection) -> None:
        objects: list[tuple[str, Identity]] = []

        def persons() -> Iterator[tuple[str, Identity]]:
            for rows in self._changes(conn):
                for alert in self._open(conn, rows):
                    if is_object(alert):
                        objects.append((alert.id, alert.identity))
                    else:
                        yield alert.id, alert.identity

        try:
            self.index = Index.build(persons())
            self.objects = Objects.build(objects)
        except BaseException:
            # Half an index would answer "no match" for the other half.
            self._seen = -1
            raise

    def _restore(self, conn: Connection) -> bool:
        found = None if self._snapshots is None else self._snapshots.load()
        if found is None:
            return False
        index, objects, seen = found
        newest = conn.execute(select(func.max(tables.alert.c.entry))).scalar_one_or_none() or 0
        if seen > newest:
            return False  # of a store that has gone further: this one was restored
        self.index, self.objects, self._seen = index, objects, seen
        return True

    def _save(self) -> None:
        if self._snapshots is not None and len(self) >= WORTH:
            self._snapshots.save(self.index, self.objects, self._seen)

    def _follow(self, conn: Connection, rows: Rows) -> bool:
        """Bring one chunk of changes into the index; whether it held any of them before."""
        gone = False
        for row in rows:
            for held in (self.index, self.objects):
                if row.id in held:
                    held.remove(row.id)
                    gone = True
        for alert in self._open(conn, rows):
            (self.objects if is_object(alert) else self.index).add(alert.id, alert.identity)
        return gone

    def _open(self, conn: Connection, rows: Rows) -> Iterator[Alert]:
        live = [row for row in rows if row.state == ISSUED and row.sealed is not None]
        opened = self._vault.open_many(
            conn, [Sealed(row.id, FIELD, row.version, row.sealed) for row in live]
        )
        for content in opened:
            yield alert_from_dict(json.loads(content))

    def _changes(self, conn: Connection) -> Iterator[Rows]:
        alert = tables.alert.c
        while True:
            rows: Rows = conn.execute(
                select(alert.id, alert.version, alert.state, alert.sealed, alert.entry)
                .where(alert.entry > self._seen)
                .order_by(alert.entry, alert.id)
                .limit(_CHUNK)
            ).all()
            if not rows:
                self._seen = max(self._seen, 0)
                return
            # Several alerts may share one entry (a list is one act): take that entry whole.
            last = rows[-1].entry
            if len(rows) == _CHUNK:
                whole = [row for row in rows if row.entry < last]
                rows = whole or self._all_of(conn, last)
                last = rows[-1].entry
            yield rows
            # Only now: what could not be read must be tried again, not passed over.
            self._seen = last

    def _all_of(self, conn: Connection, entry: int) -> Rows:
        alert = tables.alert.c
        columns = select(alert.id, alert.version, alert.state, alert.sealed, alert.entry)
        return conn.execute(columns.where(alert.entry == entry)).all()


def forget_matches(conn: Connection, vault: Vault, alert_id: str) -> None:
    """Erase what matches with an alert hold of its content, except those that became hits.

    A comparison repeats names and dates of the alert, so it ends with the alert; a hit has a
    period of its own (Reg (EU) 2018/1862 art. 57). That a match was rejected is not forgotten.
    """
    row = tables.match.c
    mine = (row.alert_id == alert_id, row.sealed.is_not(None), row.state != "confirmed")
    for match_id in conn.execute(select(row.id).where(*mine)).scalars().all():
        vault.erase(conn, f"match:{match_id}")
    undecided = row.state.in_(("candidate", "second-opinion"))
    conn.execute(update(tables.match).where(*mine, undecided).values(state="ended", sealed=None))
    conn.execute(update(tables.match).where(*mine).values(sealed=None))


def open_alert(conn: Connection, vault: Vault, alert_id: str) -> Held:
    """Give one alert held, opened; NotFound where it is not here or its content was erased."""
    row = conn.execute(_OPENED, {"one": alert_id}).first()
    if row is None:
        raise NotFound("alert-unknown", "no alert of this id is held here", where=alert_id)
    if row.sealed is None:
        raise NotFound(
            "alert-erased", f"the alert is {row.state}; its content is erased", where=alert_id
        )
    content = vault.open(conn, row.id, FIELD, row.version, row.sealed)
    alert = alert_from_dict(json.loads(content))
    grounds = frozenset(alert.restrictions)
    if row.restricted and row.received_from is not None:
        grounds |= _own_grounds(conn, alert_id)
    return Held(alert, row.state, row.received_from, row.agreement, grounds)


_OPENED = select(
    tables.alert,
    exists().where(tables.restriction.c.alert_id == tables.alert.c.id).label("restricted"),
).where(tables.alert.c.id == bindparam("one"))
"""One alert's row, and whether anything restricts it: asked of every candidate of a check."""


def _own_grounds(conn: Connection, copy_id: str) -> frozenset[str]:
    """Give the grounds on which this node has restricted its copy of another's alert."""
    query = select(tables.restriction.c.ground).filter_by(alert_id=copy_id)
    return frozenset(conn.execute(query).scalars())
