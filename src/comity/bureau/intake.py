"""Import a list of persons as travel-ban alerts of this country (Reg (EU) 2018/1861 art. 25).

An import is one act: every row of the file is accepted or refused with its reason, and either all
that was accepted stands or, where the file breaks off or is not what it claims, nothing does. The
same file again changes nothing; a newer edition adds, changes and, where the caller says that the
file is the whole list, withdraws who is no longer on it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from comity.bureau import alert as alerts
from comity.bureau.holdings import EXPIRED, ISSUED
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require, require_trained
from comity.bureau.progress import Progress, told, unwatched
from comity.errors import ComityError, Conflict, NotFound
from comity.lists.entry import Entry, Refused
from comity.lists.reading import read_list, sniff
from comity.record import tables
from comity.terms.alert import TEXT_CHARS_MAX, Alert, hold, lacking
from comity.terms.category import category, review_due

CATEGORY = "travel-ban"
BATCH = 1000
_LOCAL = re.compile(r"[A-Za-wy-z0-9][A-Za-z0-9.-]{0,40}")
"""A list's own id that may stand in an alert's id as it is; others are hashed, after an x."""

_SET_MARK = (
    update(tables.alert)
    .where(tables.alert.c.id == bindparam("one"))
    .values(source=bindparam("mark"))
)

REFUSED_KEPT = 10_000
"""Refused rows reported one by one; beyond that only counted, so that memory stays bounded."""

_WITH = "with:"
"""Before the name of a companion file, among the counts kept of an import."""

AUTHORITIES = {
    "un": "United Nations Security Council",
    "ofac": "Office of Foreign Assets Control, list taken over by this country's decision",
    "ftm": "the list's own issuer, taken over by this country's decision",
}


@dataclass(slots=True)
class Report:
    """What an import came to. ``counts``: new, changed, unchanged, refused, withdrawn, gone.

    ``refused`` are the rows refused, each with line, code and reason; ``again`` where this very
    file was imported before; ``notes`` counts what was left out of accepted rows, by code.
    """

    kind: str
    sha256: str
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    again: bool = False


def import_list(
    node: Node,
    officer: Officer,
    file: Path,
    *,
    companions: Mapping[str, Path] | None = None,
    kind: str | None = None,
    whole: bool = False,
    progress: Progress = unwatched,
) -> Report:
    """Import ``file`` (and for OFAC its ``alt``), in one transaction.

    ``whole``: persons imported from this kind of list before and missing now are withdrawn
    ("measure-ended"). NotPermitted for an officer who is not of the bureau; Malformed, and
    nothing imported, where the file is broken; Conflict where the file of other names is left out
    that the last import had: every person would lose the names by which they are found.
    """
    require(officer, "bureau")
    require_trained(node, officer)
    digest = _digest([file, *(companions or {}).values()])
    with ExitStack() as stack:
        stream = stack.enter_context(_open(file))
        others = {
            name: stack.enter_context(_open(path)) for name, path in (companions or {}).items()
        }
        kind = kind or sniff(stream.peek(4096)[:4096])  # type: ignore[attr-defined]
        report = Report(kind, digest)
        if _stands(node, kind, digest, whole=whole):
            report.again = True
            return report
        _hold_companions(node, kind, others)
        with node.store.write() as conn:
            rows = read_list(told(stream, progress), kind=kind, companions=others)
            act = _Act(node, conn, officer, report, set(), tuple(sorted(others)))
            for batch in _batches(rows):
                act.take(batch)
            act.close(whole=whole)
    return report


@dataclass(slots=True)
class _Act:
    node: Node
    conn: Connection
    officer: Officer
    report: Report
    seen: set[str]
    companions: tuple[str, ...]

    def take(self, batch: Sequence[Entry | Refused]) -> None:
        """Enter one batch and write its log entries, so that memory stays bounded."""
        drafts: dict[str, Alert] = {}
        marks: dict[str, str] = {}
        for row in batch:
            if isinstance(row, Refused):
                self.refuse(row)
                continue
            try:
                one = draft(self.node, self.report.kind, row)
            except ComityError as error:
                self.refuse(
                    Refused(
                        row.line, row.source_id, error.where, error.code, error.what, error.hint
                    )
                )
                continue
            if one.id in self.seen or one.id in drafts:
                self.refuse(
                    Refused(row.line, row.source_id, "id", "list-id-twice", "the id stands twice")
                )
                continue
            drafts[one.id] = one
            marks[one.id] = _mark(row)
            self.report.notes.update(row.notes)
        self.seen.update(drafts)
        self.enter(list(drafts.values()), marks)
        self.node.ledger.flush(self.conn)

    def enter(self, drafts: Sequence[Alert], marks: Mapping[str, str]) -> None:
        """Issue what is new, supersede what changed, leave the rest.

        ``marks``: alert id → what the list says of it. An alert that a person has withdrawn is
        not issued again because the list still says what it said then.
        """
        row = tables.alert.c
        columns = select(row.id, row.state, row.source)
        known = {}
        for start in range(0, len(drafts), 500):
            ids = [one.id for one in drafts[start : start + 500]]
            known.update({r.id: r for r in self.conn.execute(columns.where(row.id.in_(ids)))})
        new = [one for one in drafts if one.id not in known]
        alerts.enter(self.node, self.conn, self.officer, new)
        changed = []
        for one in drafts:
            row_kept = known.get(one.id)
            if row_kept is not None and (
                row_kept.source != marks[one.id] or row_kept.state == EXPIRED
            ):
                alerts.renew(self.node, self.conn, self.officer, one)
                changed.append(one)
        said = [{"one": one.id, "mark": marks[one.id]} for one in (*new, *changed)]
        if said:
            self.conn.execute(_SET_MARK, said)
        self.report.counts["new"] += len(new)
        self.report.counts["changed"] += len(changed)
        self.report.counts["unchanged"] += len(drafts) - len(new) - len(changed)

    def refuse(self, row: Refused) -> None:
        """Count a refused row and keep it for the report."""
        self.report.counts["refused"] += 1
        if len(self.report.refused) < REFUSED_KEPT:
            self.report.refused.append(row)

    def close(self, *, whole: bool) -> None:
        """Withdraw or count who is no longer listed, and record the import."""
        prefix = f"{self.node.country}-{self.report.kind}-"
        row = tables.alert.c
        held = self.conn.execute(
            select(row.id).where(row.id.startswith(prefix, autoescape=True), row.state == ISSUED)
        ).scalars()
        gone = [one for one in held.all() if one not in self.seen]
        self.report.counts["gone"] = len(gone)
        if whole:
            for one in gone:
                alerts.withdraw_in(
                    self.node, self.conn, self.officer, one,
                    event="measure-ended", reason="no longer on the list",
                )  # fmt: skip
            # Who returns to the list is issued again.
            if gone:
                self.conn.execute(_SET_MARK, [{"one": one, "mark": None} for one in gone])
            self.report.counts["withdrawn"] = len(gone)
        public = {"list": self.report.kind, "counts": dict(sorted(self.report.counts.items()))}
        entry = self.node.ledger.append(
            self.conn, "list:imported", public, {"officer": self.officer.id}
        )
        self.conn.execute(delete(tables.import_file).filter_by(sha256=self.report.sha256))
        self.conn.execute(
            insert(tables.import_file).values(
                sha256=self.report.sha256,
                kind=self.report.kind,
                counts={**self.report.counts, **{_WITH + name: 1 for name in self.companions}},
                imported_at=self.node.clock.now(),
                entry=entry,
            )
        )


def draft(node: Node, kind: str, entry: Entry) -> Alert:
    """Make an alert out of a list's entry."""
    today = node.today()
    measure = f"restrictive measure: {entry.measure}"[:TEXT_CHARS_MAX]
    made = hold(
        Alert(
            id=f"{node.country}-{kind}-{_local(entry.source_id)}",
            issuer=node.country,
            category=CATEGORY,
            version=1,
            identity=entry.identity,
            reason=measure,
            reference=entry.reference[:TEXT_CHARS_MAX],
            authority=AUTHORITIES[kind],
            decided_on=entry.listed_on or entry.last_changed or today,
            proportionality="individual listing by the authority named; travel ban in force",
            entered_on=today,
            expires=review_due(category(CATEGORY), today),
            basis="restrictive-measure",
            incomplete=lacking(CATEGORY, entry.identity),
        )
    )
    return alerts.bounded(made)


def _local(source_id: str) -> str:
    if _LOCAL.fullmatch(source_id):
        return source_id
    return "x" + hashlib.sha256(source_id.encode()).hexdigest()[:24]


def _mark(row: Entry) -> str:
    # What the list says, without what this node adds (its day of entry, its version).
    said = f"{row.identity!r}|{row.measure}|{row.reference}|{row.listed_on or row.last_changed}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _stands(node: Node, kind: str, digest: str, *, whole: bool) -> bool:
    """Whether this very file was the last of its kind to be imported, and nothing is left to do.

    An older edition imported again is a change; so is the same file, once the caller says that
    it is the whole list and somebody is no longer on it.
    """
    row = tables.import_file.c
    query = select(row.sha256, row.counts).where(row.kind == kind).order_by(row.entry.desc())
    with node.store.read() as conn:
        last = conn.execute(query.limit(1)).first()
    if last is None or last.sha256 != digest:
        return False
    return not whole or last.counts.get("gone", 0) == last.counts.get("withdrawn", 0)


def _hold_companions(node: Node, kind: str, given: Mapping[str, object]) -> None:
    row = tables.import_file.c
    query = select(row.counts).where(row.kind == kind).order_by(row.entry.desc()).limit(1)
    with node.store.read() as conn:
        last = conn.execute(query).scalar() or {}
    lacking = sorted(
        name.removeprefix(_WITH)
        for name in last
        if name.startswith(_WITH) and name.removeprefix(_WITH) not in given
    )
    if lacking:
        raise Conflict(
            "list-names-lost",
            f"the last import of this list came with its file of other names ({lacking[0]})",
            where=kind,
            hint=f"give it with --{lacking[0]}; without it every alias would be lost",
        )


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        with _open(file) as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _open(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise NotFound("file-unreadable", str(error.strerror).lower(), where=str(file)) from None


def _batches(rows: Iterator[Entry | Refused]) -> Iterator[list[Entry | Refused]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
