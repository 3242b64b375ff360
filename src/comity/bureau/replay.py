"""Compute past comparisons again, and say whether they come out the same (R25).

What a match keeps is enough: who was asked about, the alert's identity as it was, the counts of
the list, the bands and the matcher's version. The opening of each is recorded; what is in it is
not shown, only whether words and weights are the same, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select

from comity.bureau import match as matches
from comity.bureau.node import Node
from comity.bureau.objects import Objects
from comity.bureau.officer import Officer, require
from comity.bureau.progress import Progress, unwatched
from comity.match import replay as matching
from comity.match.basis import basis_from_dict
from comity.match.candidate import Bands, Candidate
from comity.record import tables
from comity.terms.identity import identity_from_dict

BATCH = 200


@dataclass(frozen=True, slots=True)
class Replayed:
    """One match: ``outcome``: same, differs, other-version; or not-kept, where the list changed
    during the very check and its counts could not be had.

    ``matcher`` is the version that answered then; ``differs`` names what came out otherwise.
    """

    match: str
    outcome: str
    matcher: str
    differs: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "match": self.match,
            "outcome": self.outcome,
            "matcher": self.matcher,
            "differs": list(self.differs),
        }


def replay(
    node: Node,
    officer: Officer,
    match_ids: Sequence[str] = (),
    *,
    progress: Progress = unwatched,
) -> Iterator[Replayed]:
    """Replay some matches, or every one whose content is kept, oldest first.

    NotFound where there is none of an id; NotPermitted for who neither supervises nor works in
    the bureau. Each batch is recorded before it is opened.
    """
    require(officer, "bureau", "supervisor")
    ids = iter(match_ids or _all(node))
    while batch := list(islice(ids, BATCH)):
        _record(node, officer, batch)
        for match_id in batch:
            yield _replayed(match_id, matches.match(node, match_id).detail)
        progress(len(batch))


def _record(node: Node, officer: Officer, batch: Sequence[str]) -> None:
    public = {"matches": len(batch), "matcher": matching.matcher()}
    personal = {"officer": officer.id, "matches": list(batch)}
    node.ledger.write(lambda conn: node.ledger.append(conn, "match:replayed", public, personal))


def _all(node: Node) -> Sequence[str]:
    row = tables.match.c
    query = select(row.id).where(row.sealed.is_not(None)).order_by(row.entry, row.id)
    with node.store.read() as conn:
        return conn.execute(query).scalars().all()


def _replayed(match_id: str, kept: dict[str, Any]) -> Replayed:
    version = matching.matcher_of(kept.get("matcher", ""))
    if kept.get("basis") is None:
        return Replayed(match_id, "not-kept", version)
    if version != matching.matcher():
        return Replayed(match_id, "other-version", version)
    then = kept["candidate"]
    made = _again(kept)
    now = {} if made is None else made.as_dict()
    differs = tuple(key for key in then if now.get(key) != then[key])
    return Replayed(match_id, "differs" if differs else "same", version, differs)


def _again(kept: dict[str, Any]) -> Candidate | None:
    asked, listed = (identity_from_dict(kept[key]) for key in ("traveller", "listed"))
    alert_id = kept["candidate"]["id"]
    if not kept["basis"]:
        found, _ = Objects.build([(alert_id, listed)]).search(asked)
        return found[0] if found else None
    basis, bands = basis_from_dict(kept["basis"]), Bands(**kept["bands"])
    return matching.replay(asked, (alert_id, listed), basis, bands)
