"""Screen a manifest in bulk, and screen again those who were checked when an alert changes.

Both go on where they were broken off: results are written batch by batch, then the place. A batch
that was answered but whose place was not yet written is asked and logged once more; nothing is
left out. Each traveller is a question of its own, decided and logged like any other.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from comity.bureau.answer import Answer, Traveller
from comity.bureau.check import check
from comity.bureau.node import Node
from comity.bureau.officer import require
from comity.bureau.progress import Progress, unwatched
from comity.bureau.question import Inquiry
from comity.bureau.travellers import Answering, Checked, check_manifest
from comity.errors import Conflict, Malformed, NotFound
from comity.manifests.row import Refused
from comity.record import tables
from comity.terms.identity import identity_from_dict

BATCH = 200
DAYS_MAX = 1095
"""Three years: no check is kept longer (Reg (EU) 2018/1862 arts. 12, 57)."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a screening has come: rows done, bytes of results written, of which manifest."""

    sha256: str
    rows: int
    written: int


def screen(
    node: Node,
    inquiry: Inquiry,
    manifest: Path,
    out: Path,
    *,
    reference: str = "",
    progress: Progress = unwatched,
    answering: Answering | None = None,
) -> Iterator[Checked]:
    """Check ``manifest`` row by row into ``out`` (JSON lines), from where it was broken off.

    Yields what is new in this run; ``answering``: by whom, this process if not said (see workers).
    Conflict where ``out`` holds the results of another manifest.
    """
    digest = _digest(manifest)
    place = _resume(out, digest)
    with out.open("r+b" if out.exists() else "wb") as results, manifest.open("rb") as stream:
        results.truncate(place.written)
        results.seek(place.written)
        rows = check_manifest(
            node,
            inquiry,
            stream,
            reference=reference,
            progress=progress,
            skip=place.rows,
            answering=answering,
        )
        while batch := list(islice(rows, BATCH)):
            for one in batch:
                line = json.dumps(plain(one), ensure_ascii=False, sort_keys=True)
                results.write(line.encode() + b"\n")
            results.flush()
            os.fsync(results.fileno())
            place = Place(digest, place.rows + len(batch), results.tell())
            _keep(out, place)
            yield from batch


def plain(one: Checked) -> dict[str, Any]:
    """Give the JSON form of one row: an answer with its line, or what was refused and why."""
    if isinstance(one, Refused):
        return {
            "line": one.line,
            "state": "refused",
            "field": one.field,
            "reason": one.reason,
            "hint": one.hint,
        }
    row, answer = one
    deciding = answer.shown[0] if answer.shown else answer.deciding
    return {
        "line": row.line,
        **answer.as_dict(),
        "rule": deciding.rule,
        "article": deciding.article,
        "notes": list(row.notes),
    }


def rescreen(
    node: Node,
    inquiry: Inquiry,
    alert_ids: Sequence[str],
    *,
    days: int,
    after: int = -1,
    progress: Progress = unwatched,
) -> Iterator[tuple[int, Answer]]:
    """Check again who was checked in the last ``days`` and may be meant by changed alerts.

    Yields (entry of the earlier question, new answer), oldest first; ``after`` resumes behind an
    entry. Only those whom the index finds near one of ``alert_ids`` are asked about anew. The act
    itself is logged: who screened again, for which alerts, how many days.
    """
    require(inquiry.officer, "bureau")
    if not 1 <= days <= DAYS_MAX or not alert_ids:
        raise Malformed(
            "rescreen-scope", f"name alerts, and 1 to {DAYS_MAX} days", hint="--alert ID --days N"
        )
    _record(node, inquiry, alert_ids, days)
    node.holdings.refresh()
    since = node.clock.now() - datetime.timedelta(days=days)
    wanted = set(alert_ids)
    earlier = _earlier(node, since, after)
    while batch := list(islice(earlier, BATCH)):
        found = node.holdings.search([one.identity for _, one in batch], limit=50)
        near = [
            pair
            for pair, hits in zip(batch, found, strict=True)
            if wanted & {candidate.id for candidate in hits.candidates}
        ]
        if near:
            answers = check(node, inquiry, [one for _, one in near])
            yield from zip([entry for entry, _ in near], answers, strict=True)
        progress(len(batch))


def _record(node: Node, inquiry: Inquiry, alert_ids: Sequence[str], days: int) -> None:
    public = {"purpose": inquiry.purpose, "alerts": len(alert_ids), "days": days}
    personal = {"officer": inquiry.officer.id, "alerts": list(alert_ids)}
    node.write(lambda conn: node.ledger.append(conn, "screen:again", public, personal))


def _earlier(node: Node, since: datetime.datetime, after: int) -> Iterator[tuple[int, Traveller]]:
    log = tables.check_log.c
    while True:
        query = (
            select(log.entry)
            .where(log.created_at >= since, log.entry > after)
            .order_by(log.entry)
            .limit(BATCH)
        )
        with node.store.read() as conn:
            entries = conn.execute(query).scalars().all()
        if not entries:
            return
        for entry in entries:
            after = int(entry)
            try:
                said = node.ledger.open_personal(after)
            except NotFound:
                continue  # erased since: that person is no longer known here
            if str(said["reference"]).startswith("again:"):
                continue
            origins = said["origins"]
            yield (
                after,
                Traveller(
                    identity=identity_from_dict(said["identity"]),
                    reference=f"again:{said['reference']}"[:100],
                    document_kind=said["document_kind"],
                    origins=None if origins is None else tuple(origins),
                ),
            )


def _resume(out: Path, digest: str) -> Place:
    file = _place_file(out)
    if not file.exists():
        if out.exists() and out.stat().st_size:
            raise Conflict("screen-out", "the file of results exists already", where=out.name)
        return Place(digest, 0, 0)
    said = json.loads(file.read_text("utf-8"))
    place = Place(said["sha256"], said["rows"], said["written"])
    if place.sha256 != digest:
        raise Conflict(
            "screen-manifest",
            "the results begun here are of another manifest",
            where=out.name,
            hint="name another file of results",
        )
    return place


def _keep(out: Path, place: Place) -> None:
    said = {"sha256": place.sha256, "rows": place.rows, "written": place.written}
    fresh = _place_file(out).with_suffix(".new")
    fresh.write_text(json.dumps(said), "utf-8")
    fresh.replace(_place_file(out))


def _place_file(out: Path) -> Path:
    return out.with_name(out.name + ".place")


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise NotFound("file-unreadable", str(error.strerror).lower(), where=str(file)) from None
    return digest.hexdigest()
