"""Step 9: a person confirms or rejects a candidate, with reasons. Only then is it a hit.

A hit (Reg (EU) 2018/1862 art. 3(7)) is told to the issuer in a message of its own, exactly once.
A candidate of band ``possible`` needs two officers, each with reasons of their own and the second
without seeing the first's (R21). A rejection is remembered for this traveller and this version of
the alert, so that nobody is stopped twice for the same error (R27).
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from comity.bureau import letters
from comity.bureau.agreement import find as find_agreement
from comity.bureau.freshness import require_usable
from comity.bureau.gate import Ruling
from comity.bureau.holdings import ISSUED, open_alert
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require, require_trained
from comity.errors import Conflict, Malformed, NotFound, NotPermitted
from comity.exchange import envelope, feed
from comity.proof.canonical import canonical, parse_json
from comity.record import tables
from comity.record.vault import Sealed, Sealing
from comity.terms.alert import Alert

HIT = "hit"
"""The kind of message that tells the issuer of a hit."""

CANDIDATE = "candidate"
SECOND = "second-opinion"
CONFIRMED = "confirmed"
REJECTED = "rejected"

REASON_CHARS_MIN = 10
HIT_BYTES_MAX = 4096


@dataclass(frozen=True, slots=True)
class Match:
    """A match as the bureau works on it; ``detail`` is the sealed part, opened."""

    id: str
    alert: str
    state: str
    purpose: str
    created_at: datetime.datetime
    detail: dict[str, Any]


def match(node: Node, match_id: str) -> Match:
    """Open one match for an act that records it (R51); NotFound where there is none."""
    with node.store.read() as conn:
        row = _row(conn, match_id)
        sealed = node.vault.open(conn, f"match:{match_id}", "match", 1, row.sealed)
    detail: dict[str, Any] = json.loads(sealed)
    return Match(row.id, row.alert_id, row.state, row.purpose, row.created_at, detail)


@dataclass(frozen=True, slots=True)
class Line:
    """A match as a list shows it: nothing that is sealed."""

    match: str
    alert: str
    state: str
    purpose: str
    created_at: datetime.datetime


def matches(node: Node, *, state: str = "", limit: int = 100) -> list[Line]:
    """List the newest matches that hold content, of one state where given; nothing is opened."""
    row = tables.match.c
    query = select(row.id, row.alert_id, row.state, row.purpose, row.created_at)
    query = query.where(row.sealed.is_not(None)).order_by(row.created_at.desc(), row.id)
    if state:
        query = query.where(row.state == state)
    with node.store.read() as conn:
        found = conn.execute(query.limit(max(1, limit))).all()
    return [Line(r.id, r.alert_id, r.state, r.purpose, r.created_at) for r in found]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a match: its state, the entry, the message to the issuer if there is one.

    ``withheld`` says why there is none where the law keeps it back.
    """

    state: str
    entry: int
    message: str = ""
    withheld: Ruling | None = None


def confirm(node: Node, officer: Officer, match_id: str, *, reason: str) -> Decided:
    """Confirm that this is the person; the issuer is told once the second officer agrees.

    Malformed without reasons in the officer's own words; Conflict where it is decided already or
    the alert has changed or run out; Unavailable where the copy it came from is too old by now;
    NotPermitted where the same officer would be first and second, or is no longer trained.
    """
    require(officer, "first-line", "bureau")
    require_trained(node, officer)
    _hold_reason(reason)

    def work(conn: Connection) -> Decided:
        row = _open_row(conn, match_id)
        band = _band(node, conn, row)
        held = open_alert(conn, node.vault, row.alert_id)
        stands = held.state == ISSUED and held.alert.expires >= node.today()
        # Restricted since: the same words, so that they do not tell on what ground (R47).
        if not stands or held.restrictions or held.alert.version != row.alert_version:
            raise Conflict(
                "match-alert-changed",
                "the alert has changed since this match",
                where=match_id,
                hint="check the traveller again",
            )
        if held.alert.issuer != node.country:
            adopted = find_agreement(node, row.agreement)
            require_usable(conn, adopted.agreement, held.alert.issuer, node.clock.now())
        if row.state == SECOND and row.officer == officer.id:
            raise NotPermitted(
                "match-same-officer",
                "the second opinion is another officer's",
                hint="a possible match is confirmed by two officers",
            )
        final = band == "strong" or row.state == SECOND
        state = CONFIRMED if final else SECOND
        entry = _record(node, conn, row, officer, state=state, reason=reason)
        if not final or held.alert.issuer == node.country:
            return Decided(state, entry)
        told = _tell(node, conn, row, held.alert, entry)
        return Decided(state, entry, told.message, None if told.message else told.ruling)

    return node.write(work)


def reject(node: Node, officer: Officer, match_id: str, *, reason: str) -> Decided:
    """Find that this is someone else; one officer suffices, for the person's benefit."""
    require(officer, "first-line", "bureau")
    _hold_reason(reason)

    def work(conn: Connection) -> Decided:
        row = _open_row(conn, match_id)
        return Decided(REJECTED, _record(node, conn, row, officer, state=REJECTED, reason=reason))

    return node.write(work)


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit on an own alert, as its issuer was told by a peer."""

    id: str
    alert: str
    peer: str
    at: datetime.datetime
    detail: dict[str, Any]


def hits(node: Node, *, limit: int = 100) -> list[Hit]:
    """List the newest hits on this node's alerts that peers have reported."""
    query = select(tables.hit).order_by(tables.hit.c.created_at.desc()).limit(limit)
    with node.store.read() as conn:
        rows = conn.execute(query).all()
        opened = node.vault.open_many(
            conn, [Sealed(f"hit:{row.id}", HIT, 1, row.sealed) for row in rows]
        )
    return [
        Hit(row.id, row.alert_id, row.peer, row.created_at, json.loads(said))
        for row, said in zip(rows, opened, strict=True)
    ]


def receive_hit(node: Node, conn: Connection, letter: envelope.Envelope) -> int:
    """Take a peer's message of a hit on one of our alerts; the entry that records it.

    NotFound where the alert is not ours, has ended, or was never sent to this peer under this
    agreement: a peer who guesses ids learns nothing from the difference.
    """
    said = _parse_hit(letter.body)
    unknown = NotFound("hit-alert-unknown", "no such alert of this country stands")
    if (letter.sender, letter.agreement) not in feed.holders(conn, said["alert"]):
        raise unknown
    try:
        held = open_alert(conn, node.vault, said["alert"])
    except NotFound:
        raise unknown from None
    if held.alert.issuer != node.country or held.state != ISSUED:
        raise unknown
    public = {"peer": letter.sender, "agreement": letter.agreement, "category": held.alert.category}
    entry = node.ledger.append(conn, "hit:received", public, said)
    record = f"hit:{letter.id}"
    sealed = node.vault.seal_new(conn, [Sealing(record, HIT, 1, canonical(said))])[0]
    conn.execute(
        insert(tables.hit).values(
            id=letter.id,
            alert_id=said["alert"],
            peer=letter.sender,
            agreement=letter.agreement,
            state="open",
            sealed=sealed,
            created_at=node.clock.now(),
            entry=entry,
        )
    )
    return entry


def _tell(node: Node, conn: Connection, row: Any, alert: Alert, entry: int) -> letters.Posted:
    said = {
        "alert": row.alert_id,
        "version": row.alert_version,
        "purpose": row.purpose,
        "at": node.clock.now().replace(microsecond=0).isoformat(),
        "action": "confirmed by an officer; see the alert's action",
    }
    adopted = find_agreement(node, row.agreement)
    matter = letters.Matter(kind=HIT, subject=row.id, category=alert.category, purpose=row.purpose)
    body = canonical(said)
    return letters.post(node, conn, adopted, alert.issuer, matter, body=body, entry=entry)


def _parse_hit(body: bytes) -> dict[str, Any]:
    said: Any = parse_json(body, limit=HIT_BYTES_MAX)
    keys = {"alert", "version", "purpose", "at", "action"}
    if not isinstance(said, dict) or set(said) != keys:
        raise Malformed("hit-form", "not a message of a hit")
    if not all(isinstance(said[k], str) and len(said[k]) < 500 for k in keys - {"version"}):
        raise Malformed("hit-form", "a field has another shape")
    if not isinstance(said["version"], int) or "\0" in said["alert"]:
        raise Malformed("hit-form", "a field has another shape")
    return dict(said)


def _row(conn: Connection, match_id: str) -> Any:
    row = conn.execute(select(tables.match).filter_by(id=match_id)).first()
    if row is None or row.sealed is None:
        raise NotFound("match-unknown", "no match of this id is kept here", where=match_id)
    return row


def _open_row(conn: Connection, match_id: str) -> Any:
    row = _row(conn, match_id)
    if row.state not in (CANDIDATE, SECOND):
        raise Conflict("match-decided", f"the match is {row.state} already", where=match_id)
    return row


def _band(node: Node, conn: Connection, row: Any) -> str:
    sealed = node.vault.open(conn, f"match:{row.id}", "match", 1, row.sealed)
    return str(json.loads(sealed)["candidate"]["band"])


def _record(
    node: Node, conn: Connection, row: Any, officer: Officer, *, state: str, reason: str
) -> int:
    public = {"state": state, "purpose": row.purpose, "agreement": row.agreement or ""}
    personal = {"match": row.id, "officer": officer.id, "reason": reason}
    entry = node.ledger.append(conn, f"match:{state}", public, personal)
    conn.execute(
        update(tables.match)
        .filter_by(id=row.id)
        .values(state=state, officer=officer.id, entry=entry, decided_at=node.clock.now())
    )
    return entry


def _hold_reason(reason: str) -> None:
    if len(reason.strip()) < REASON_CHARS_MIN:
        raise Malformed(
            "decision-reason",
            "a decision about a person needs reasons in your own words",
            where="reason",
            hint=f"at least {REASON_CHARS_MIN} characters",
        )
