"""Stop the use of an alert while it stands, on a ground that the law names, and lift that again.

The issuer's restriction is part of the alert: it reaches every holder as a new version, or as a
withdrawal where the constitution lets a restricted alert go to nobody; lifted, the alert goes out
again. A holder's restriction holds for its own copy at once and needs nobody's consent; the
issuer is told, except where that would point at the person (a possible victim, or ``quiet``: one
who is protected from the issuer, R30).
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from comity.bureau import letters
from comity.bureau.agreement import find as find_agreement
from comity.bureau.alert import own, supersede
from comity.bureau.holdings import ISSUED, Held, open_alert
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require, require_trained
from comity.errors import Conflict, Malformed, NotFound, NotPermitted
from comity.exchange import envelope, feed, peers
from comity.proof.canonical import canonical, parse_json
from comity.record import tables
from comity.terms import restriction as terms

RESTRICTION = "restriction"
"""The kind of message by which a holder tells the issuer."""

REASON_CHARS_MIN = 10
BYTES_MAX = 1024
_KEYS = {"alert", "version", "ground", "set", "at"}


@dataclass(frozen=True, slots=True)
class Done:
    """What a restriction came to: its entry, the alert's version, the message to the issuer."""

    alert: str
    ground: str
    version: int
    entry: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A restriction as a list shows it: alert, ground, by which country, since when."""

    alert: str
    ground: str
    by: str
    since: datetime.datetime


def restrict(
    node: Node, officer: Officer, alert_id: str, *, ground: str, reason: str, quiet: bool = False
) -> Done:
    """Stop the use of an alert on a ground of the terms table; ``quiet`` leaves the issuer untold.

    Malformed for a ground that is not open to us for its category, or without reasons in words;
    Conflict where it stands already.
    """
    require(officer, "bureau")
    _hold_reason(reason)

    def work(conn: Connection) -> Done:
        held = _open(node, conn, alert_id, ground)
        if ground in held.restrictions:
            raise Conflict("restriction-stands", "the alert is restricted on this ground already")
        return _change(node, conn, _Change(officer, held, ground, reason, True, quiet))

    return node.write(work)


def lift(
    node: Node, officer: Officer, alert_id: str, *, ground: str, reason: str, quiet: bool = False
) -> Done:
    """Lift a restriction of ours: the alert may be used again.

    It turns against the person, so the officer's training must hold. NotPermitted for one that
    the issuer set on a copy; NotFound where there is none.
    """
    require(officer, "bureau")
    require_trained(node, officer)
    _hold_reason(reason)

    def work(conn: Connection) -> Done:
        held = _open(node, conn, alert_id, ground)
        if ground not in held.restrictions:
            raise NotFound("restriction-none", "the alert is not restricted on this ground")
        if held.received_from is not None and ground in held.alert.restrictions:
            raise NotPermitted(
                "restriction-foreign", "only its issuer lifts it", hint="write to the issuer"
            )
        return _change(node, conn, _Change(officer, held, ground, reason, False, quiet))

    return node.write(work)


def standing(node: Node, alert_id: str = "") -> list[Standing]:
    """List what stands on one alert, or on all: set by us, or by holders of ours, oldest first."""
    row = tables.restriction.c
    query = (
        select(tables.restriction)
        .join(tables.alert, tables.alert.c.id == row.alert_id)
        .where(tables.alert.c.state == ISSUED)
        .order_by(row.since, row.alert_id, row.ground, row.by)
    )
    if alert_id:
        query = query.where(row.alert_id == alert_id)
    with node.store.read() as conn:
        found = conn.execute(query).all()
    return [Standing(one.alert_id, one.ground, one.by, one.since) for one in found]


def receive(node: Node, conn: Connection, letter: envelope.Envelope) -> int:
    """Take a holder's message of a restriction on its copy of an alert of ours; the entry.

    NotFound where the alert is not ours or never went to this peer under this agreement.
    """
    said = _parse(letter.body)
    unknown = NotFound("restriction-alert-unknown", "no such alert of this country stands")
    if (letter.sender, letter.agreement) not in feed.holders(conn, said["alert"]):
        raise unknown
    held = open_alert(conn, node.vault, said["alert"])
    if held.alert.issuer != node.country:
        raise unknown
    terms.restriction(said["ground"], by="holder", category=held.alert.category)
    public = {"peer": letter.sender, "agreement": letter.agreement, "category": held.alert.category}
    entry = node.ledger.append(conn, "restriction:received", public, said)
    key = {"alert_id": said["alert"], "ground": said["ground"], "by": letter.sender}
    _put(node, conn, key, entry if said["set"] else None)
    return entry


@dataclass(frozen=True, slots=True)
class _Change:
    officer: Officer
    held: Held
    ground: str
    reason: str
    set: bool
    quiet: bool


def _open(node: Node, conn: Connection, alert_id: str, ground: str) -> Held:
    held = open_alert(conn, node.vault, alert_id)
    by = "issuer" if held.alert.issuer == node.country else "holder"
    terms.restriction(ground, by=by, category=held.alert.category)
    return own(node, conn, alert_id) if by == "issuer" else held


def _change(node: Node, conn: Connection, one: _Change) -> Done:
    alert = one.held.alert
    mine = one.held.received_from is None
    # Not even the ground stands in the public part: with the day it may point at the person.
    public = {"category": alert.category, "version": alert.version + mine}
    personal = {
        "alert": alert.id,
        "officer": one.officer.id,
        "ground": one.ground,
        "reason": one.reason,
    }
    if one.set:
        entry = node.ledger.append(conn, "alert:restricted", public, personal)
    else:
        entry = node.ledger.append(conn, "alert:released", public, personal)
    key = {"alert_id": alert.id, "ground": one.ground, "by": node.country}
    _put(node, conn, key, entry if one.set else None)
    if mine:
        grounds = {*alert.restrictions} ^ {one.ground}
        changed = dataclasses.replace(
            alert, version=alert.version + 1, restrictions=tuple(sorted(grounds))
        )
        supersede(node, conn, changed, entry)
        return Done(alert.id, one.ground, changed.version, entry)
    told = terms.RESTRICTIONS[one.ground].told and not one.quiet
    message = _tell(node, conn, one, entry) if told else ""
    return Done(alert.id, one.ground, alert.version, entry, message)


def _put(node: Node, conn: Connection, key: dict[str, str], entry: int | None) -> None:
    """Keep one restriction from ``entry`` on, or no longer where that is None."""
    conn.execute(delete(tables.restriction).filter_by(**key))
    if entry is not None:
        since = node.clock.now()
        conn.execute(insert(tables.restriction).values(**key, since=since, entry=entry))


def _tell(node: Node, conn: Connection, one: _Change, entry: int) -> str:
    alert = one.held.alert
    try:
        adopted = find_agreement(node, one.held.agreement or "")
        peers.find(conn, alert.issuer)
    except NotFound:
        return ""  # cut off or suspended: it holds here all the same
    said = {
        "alert": alert.id,
        "version": alert.version,
        "ground": one.ground,
        "set": one.set,
        "at": node.clock.now().replace(microsecond=0).isoformat(),
    }
    matter = letters.Matter(kind=RESTRICTION, subject=alert.id, category=alert.category)
    body = canonical(said)
    return letters.post(node, conn, adopted, alert.issuer, matter, body=body, entry=entry).message


def _parse(body: bytes) -> dict[str, Any]:
    said: Any = parse_json(body, limit=BYTES_MAX)
    if not isinstance(said, dict) or set(said) != _KEYS:
        raise Malformed("restriction-form", "not a message of a restriction")
    texts = all(isinstance(said[key], str) for key in ("alert", "ground", "at"))
    number = isinstance(said["version"], int) and not isinstance(said["version"], bool)
    if not texts or not number or not isinstance(said["set"], bool) or "\0" in said["alert"]:
        raise Malformed("restriction-form", "a field has another shape")
    return dict(said)


def _hold_reason(reason: str) -> None:
    if len(reason.strip()) < REASON_CHARS_MIN:
        raise Malformed(
            "restriction-reason",
            "a restriction, or its end, needs reasons in your own words",
            where="reason",
            hint=f"at least {REASON_CHARS_MIN} characters",
        )
