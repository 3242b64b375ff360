"""The alerts on documents and objects that a node holds, found by number, also misread.

They have no name (Reg (EU) 2018/1862 art. 38), so they stand in an index of their own. What a
number tells, and no more:

1. of another issuing state than the alert's, it is another document: nothing is shown;
2. the same number of the same state is strong; where a state is not known, possible;
3. a number one character away is possible, where no listed number is the same. Where more than
   NEAR_MAX listed numbers lie so near (blank documents are stolen in series), being near tells
   nothing: none is shown, and the answer says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Self

from comity.match.candidate import Band, Candidate, Compared
from comity.match.objects import KINDS, ObjectFound, ObjectIndex, vin_holds
from comity.match.weights import DEFAULT, Weights
from comity.terms.alert import Alert
from comity.terms.category import CATEGORIES
from comity.terms.identity import DocumentNumber, Identity

NEAR_MAX = 3

CONTRARY = (
    "the number read again from the document or object itself",
    "its issuing state and its kind",
    "papers that show how the holder came by it",
)
"""What would show that this is another one."""


def is_object(alert: Alert) -> bool:
    """Say whether an alert is about a document or an object, not about a person."""
    return CATEGORIES[alert.category].subject == "object"


class Objects:
    """Alerts on objects by id, searched by number. One writer at a time; readers never block."""

    def __init__(self, weights: Weights = DEFAULT) -> None:
        self._weights = weights
        self._index = ObjectIndex()
        self._held: list[tuple[str, DocumentNumber]] = []
        self._rows: dict[str, list[int]] = {}
        self._digest = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, alert_id: str) -> bool:
        return alert_id in self._rows

    @property
    def version(self) -> str:
        """Name the state of the list; the order of changes does not matter."""
        return f"{len(self)}-{self._digest:016x}"

    def add(self, alert_id: str, identity: Identity) -> None:
        """Add an alert's numbers."""
        for document in identity.documents:
            # First what a reader will look up, then the way to it.
            self._held.append((alert_id, document))
            row = self._index.add(_kind(document), document.number)
            self._rows.setdefault(alert_id, []).append(row)
            self._digest ^= _digest(alert_id, document)

    def remove(self, alert_id: str) -> None:
        """Remove an alert; no later search finds it."""
        for row in self._rows.pop(alert_id):
            self._index.remove(row)
            self._digest ^= _digest(*self._held[row])

    def search(self, identity: Identity) -> tuple[list[Candidate], list[str]]:
        """Find the alerts on the documents of a traveller; and what was not used of them, why."""
        found: dict[str, Candidate] = {}
        said: list[str] = []
        if not self._rows:
            return [], []
        for place, document in enumerate(identity.documents, start=1):
            rows = [
                one
                for one in self._index.search(document.number, kind=_kind_asked(document))
                if _agree(document.issuer, self._held[one.row][1].issuer) is not False
            ]
            same = [one for one in rows if one.same]
            if not same and len(rows) > NEAR_MAX:
                said.append(f"document {place}: it lies near a whole series of listed numbers")
                continue
            for one in same or rows:
                made = self._candidate(document, one)
                if made.id not in found or made.weight > found[made.id].weight:
                    found[made.id] = made
        return list(found.values()), said

    def _candidate(self, asked: DocumentNumber, one: ObjectFound) -> Candidate:
        alert_id, listed = self._held[one.row]
        bits = self._weights.paper_same if one.same else self._weights.paper_near
        sure = one.same and _agree(asked.issuer, listed.issuer) is True
        band: Band = "strong" if sure else "possible"
        why = "the same number" if one.same else "one character differs or two are exchanged"
        if one.same and asked.number.upper() != listed.number.upper():
            why = "the same number but for characters that look alike or are no letters"
        if _agree(asked.issuer, listed.issuer) is None:
            why += "; the issuing state is not known on both sides"
        if vin_holds(asked.number) is False:
            why += "; its check digit does not hold: read it again"
        compared = Compared("document", _written(asked), _written(listed), "agrees", why, bits)
        return Candidate(alert_id, band, bits, (compared,), CONTRARY)

    def dump(self) -> bytes:
        """Give what is held, for a sealed snapshot."""
        rows = [
            (
                alert_id,
                self._held[row][1].number,
                self._held[row][1].issuer,
                self._held[row][1].kind,
            )
            for alert_id, rows in self._rows.items()
            for row in rows
        ]
        return json.dumps(rows).encode()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Build from what ``dump`` gave."""
        return cls.build(
            (alert_id, Identity(documents=(DocumentNumber(*number),)))
            for alert_id, *number in json.loads(data)
        )

    @classmethod
    def build(cls, alerts: Iterable[tuple[str, Identity]]) -> Self:
        """Build from (alert id, identity) pairs at once."""
        objects = cls()
        for alert_id, identity in alerts:
            for document in identity.documents:
                objects._rows.setdefault(alert_id, []).append(len(objects._held))
                objects._held.append((alert_id, document))
                objects._digest ^= _digest(alert_id, document)
        objects._index = ObjectIndex.build(
            (_kind(document), document.number) for _, document in objects._held
        )
        return objects


def _agree(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def _kind(document: DocumentNumber) -> str:
    return document.kind if document.kind in KINDS[1:] else "document"


def _kind_asked(document: DocumentNumber) -> str:
    # Of what is only a number, nobody has said whether it is a plate's or a passport's.
    return _kind(document) if document.kind else "any"


def _written(document: DocumentNumber) -> str:
    return f"{document.number} {document.issuer}".strip()


def _digest(*parts: Any) -> int:
    said = repr(parts).encode()
    return int.from_bytes(hashlib.sha256(said).digest()[:8], "big")
