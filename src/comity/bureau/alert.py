"""Issue, extend and withdraw alerts: only their issuer's bureau may (2018/1862 art. 59(3)).

Each act is one transaction: the alert sealed under its own key, the entry in the ledger, and a
row in the feed of every party that may receive it.
"""

from __future__ import annotations

import dataclasses
import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from comity.bureau import offer, withheld
from comity.bureau.agreement import in_force
from comity.bureau.gate import Ruling
from comity.bureau.holdings import (
    EXPIRED,
    FIELD,
    ISSUED,
    WITHDRAWN,
    Held,
    forget_matches,
    open_alert,
)
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require, require_trained
from comity.errors import Conflict, Malformed, NotPermitted
from comity.exchange import feed
from comity.proof.canonical import canonical
from comity.record import tables
from comity.record.batch import Item
from comity.record.vault import Sealing
from comity.terms.alert import Alert, alert_from_dict, hold, lacking
from comity.terms.category import category, review_due
from comity.terms.identity import identity_from_dict

DRAFT_KEYS = {
    "local_id", "category", "identity", "reason", "reference", "authority", "decided_on",
    "proportionality", "basis", "warnings", "last_departure", "entry_ban", "expires", "contact",
}  # fmt: skip

ALERT_BYTES_MAX = 100_000
"""Of its canonical JSON; a holder refuses twice as much."""

ASSESSMENT_CHARS_MIN = 20
"""An individual assessment is a text of its own; shorter ones assess nobody."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An alert issued: its id, the ledger entry, and to how many parties it was offered.

    ``withheld``: why the law keeps it, or one issued with it, from a party.
    """

    alert: Alert
    entry: int
    offered: int
    withheld: tuple[Ruling, ...] = ()


def draft(node: Node, data: Any) -> Alert:
    """Make version 1 of an alert of this country out of a draft (a JSON object).

    Keys: category, identity, reason, reference, authority, decided_on, proportionality, and
    where they apply local_id, basis, warnings, last_departure, entry_ban, expires, contact.
    Malformed names the key or the rule of the article it breaks.
    """
    if not isinstance(data, dict) or not set(data) <= DRAFT_KEYS:
        raise Malformed(
            "draft-form", "not a draft of an alert", hint=f"keys: {', '.join(sorted(DRAFT_KEYS))}"
        )
    missing = {"category", "identity", "decided_on"} - set(data)
    if missing:
        raise Malformed("draft-key", "a key is missing", where=", ".join(sorted(missing)))
    today = node.today()
    kind = category(str(data["category"]))
    identity = identity_from_dict(data["identity"])
    expires = _day(data.get("expires"), "expires") or review_due(kind, today)
    texts = ("reason", "reference", "authority", "proportionality", "basis", "contact")
    decided = _day(data["decided_on"], "decided_on")
    if decided is None or decided > today:
        raise Malformed("draft-decided", "the decision lies in the future", where="decided_on")
    left = _day(data.get("last_departure"), "last_departure")
    plain = {
        "id": f"{node.country}-{data.get('local_id') or secrets.token_hex(6)}",
        "issuer": node.country,
        "category": kind.id,
        "version": 1,
        "identity": identity.as_dict(),
        "decided_on": decided.isoformat(),
        "entered_on": today.isoformat(),
        "expires": expires.isoformat(),
        "warnings": data.get("warnings", []),
        "last_departure": None if left is None else left.isoformat(),
        "entry_ban": data.get("entry_ban"),
        "incomplete": list(lacking(kind.id, identity)),
        "restrictions": [],
        **{key: data.get(key, "") for key in texts},
    }
    # Through the reader of what is stored: an alert that cannot be read again would stop all
    # checks here and at every holder.
    return bounded(alert_from_dict(plain))


def bounded(alert: Alert) -> Alert:
    """Give back an alert that fits into a page of a feed; Malformed for a larger one."""
    if len(canonical(alert.as_dict())) > ALERT_BYTES_MAX:
        raise Malformed(
            "alert-large", "the alert is too large to be sent", hint="fewer names or documents"
        )
    return alert


def issue(node: Node, officer: Officer, alerts: Sequence[Alert]) -> list[Issued]:
    """Issue ``alerts`` in one transaction: all of them or none.

    Conflict where an id stands already; NotPermitted for an officer who is not of the bureau.
    """
    require(officer, "bureau")
    require_trained(node, officer)
    try:
        return node.ledger.write(lambda conn: enter(node, conn, officer, alerts)).result
    except Conflict:  # a key or a row of one of these ids stands already
        raise Conflict("alert-exists", "an alert of one of these ids was issued before") from None


def enter(node: Node, conn: Connection, officer: Officer, alerts: Sequence[Alert]) -> list[Issued]:
    """The same within the caller's transaction (an import is one act of many alerts)."""
    if any(alert.issuer != node.country for alert in alerts):
        raise NotPermitted("alert-foreign", "only its issuer enters an alert")
    first = node.ledger.append_many(
        conn, [_item("alert:issued", alert, {"officer": officer.id}) for alert in alerts]
    )
    now = node.clock.now()
    sealed = node.vault.seal_new(
        conn, [Sealing(a.id, FIELD, a.version, canonical(a.as_dict())) for a in alerts]
    )
    rows = [
        _row(alert, content, now, first + place)
        for place, (alert, content) in enumerate(zip(alerts, sealed, strict=True))
    ]
    if rows:
        conn.execute(insert(tables.alert), rows)
    policies = [adopted.policy for adopted in in_force(node, now.date())]
    offered = offer.offer(node, conn, policies, alerts, first)
    agreements = [policy.agreement for policy in policies]
    kept = withheld.why(node, conn, agreements, [alert.id for alert in alerts])
    return [Issued(alert, first + place, offered, kept) for place, alert in enumerate(alerts)]


def renew(node: Node, conn: Connection, officer: Officer, alert: Alert) -> Issued:
    """Put a new version of an own alert in the place of the old one, standing or ended."""
    row = conn.execute(select(tables.alert).filter_by(id=alert.id)).one()
    kept: tuple[str, ...] = ()
    if row.sealed is not None:  # a list lifts no restriction that a person set
        kept = open_alert(conn, node.vault, alert.id).alert.restrictions
    alert = dataclasses.replace(alert, version=row.version + 1, restrictions=kept)
    entry = node.ledger.append_many(conn, [_item("alert:changed", alert, {"officer": officer.id})])
    if row.sealed is None:
        node.vault.new_key(conn, alert.id)
    return supersede(node, conn, alert, entry)


def extend(
    node: Node, officer: Officer, alert_id: str, *, until: datetime.date, assessment: str
) -> Issued:
    """Extend an alert after a comprehensive individual assessment, which is recorded.

    Reg (EU) 2018/1861 art. 39(4), 2018/1862 art. 53(6): the same period applies again, from
    today. Malformed where the assessment is missing or boilerplate-short.
    """
    require(officer, "bureau")
    require_trained(node, officer)
    if len(assessment.strip()) < ASSESSMENT_CHARS_MIN:
        raise Malformed(
            "extension-assessment",
            "an extension needs an individual assessment in words",
            where="Reg (EU) 2018/1862 art. 53(6)",
        )

    def work(conn: Connection) -> Issued:
        held = own(node, conn, alert_id)
        longest = review_due(category(held.alert.category), node.today(), long=True)
        if not held.alert.expires < until <= longest:
            raise Malformed(
                "extension-period",
                "not a longer period that the article allows",
                where=category(held.alert.category).review_article,
                hint=f"after {held.alert.expires.isoformat()}, at most {longest.isoformat()}",
            )
        # The period counts anew from the assessment, so the day of entry moves with it.
        alert = hold(
            dataclasses.replace(
                held.alert,
                version=held.alert.version + 1,
                entered_on=node.today(),
                expires=until,
            )
        )
        entry = node.ledger.append_many(
            conn,
            [_item("alert:extended", alert, {"officer": officer.id, "assessment": assessment})],
        )
        return supersede(node, conn, alert, entry)

    return node.ledger.write(work).result


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal: the ledger entry and the peers who must acknowledge it."""

    alert_id: str
    entry: int
    told: tuple[str, ...]


def withdraw(node: Node, officer: Officer, alert_id: str, *, event: str, reason: str) -> Withdrawal:
    """Withdraw an own alert: it ends here at once, and at every holder, who must acknowledge.

    ``event`` is one of the category's deletion events (terms table), ``reason`` in words. The
    content is erased by destroying its key.
    """
    require(officer, "bureau")

    return node.write(
        lambda conn: withdraw_in(node, conn, officer, alert_id, event=event, reason=reason)
    )


def withdraw_in(
    node: Node, conn: Connection, officer: Officer, alert_id: str, *, event: str, reason: str
) -> Withdrawal:
    """The same within the caller's transaction."""
    held = own(node, conn, alert_id)
    events = category(held.alert.category).deleted_on
    if event not in events or not reason.strip():
        raise Malformed(
            "withdrawal-event",
            "not an event that ends this alert, or no reason given",
            where=held.alert.category,
            hint=f"one of {', '.join(events)}",
        )
    public = {"category": held.alert.category, "event": event}
    personal = {"alert": alert_id, "officer": officer.id, "reason": reason}
    entry = node.ledger.append(conn, "alert:withdrawn", public, personal)
    return end(node, conn, held.alert, state=WITHDRAWN, entry=entry)


def end(node: Node, conn: Connection, alert: Alert, *, state: str, entry: int) -> Withdrawal:
    """End an own alert in the caller's transaction: erase it here, retract it everywhere."""
    hours = {
        one.agreement.id: one.agreement.limits.acknowledge_hours
        for one in in_force(node, node.today())
    }
    told = offer.retract(node, conn, alert.id, alert.version, hours=hours, entry=entry)
    erase(node, conn, alert.id, state=state, entry=entry)
    return Withdrawal(alert.id, entry, tuple(told))


def erase(node: Node, conn: Connection, alert_id: str, *, state: str, entry: int) -> None:
    """Destroy the key of an alert held here and mark its row; earlier versions go with it."""
    node.vault.erase(conn, alert_id)
    node.holdings.drop_snapshot()
    forget_matches(conn, node.vault, alert_id)
    conn.execute(delete(tables.alert_version).filter_by(alert_id=alert_id))
    conn.execute(
        update(tables.alert)
        .filter_by(id=alert_id)
        .values(state=state, sealed=None, entry=entry, updated_at=node.clock.now())
    )


def expire(node: Node) -> list[str]:
    """End every own alert past its review date; copies of others' end with them. Their ids.

    Automatic deletion at expiry: Reg (EU) 2018/1862 art. 53(7), 2018/1861 art. 39(7).
    """
    today = node.today()

    def work(conn: Connection) -> list[str]:
        rows = conn.execute(
            select(tables.alert.c.id, tables.alert.c.issuer, tables.alert.c.category).where(
                tables.alert.c.state == ISSUED, tables.alert.c.expires < today
            )
        ).all()
        for row in rows:
            public = {"category": row.category, "event": "expiry"}
            entry = node.ledger.append(conn, "alert:expired", public, {"alert": row.id})
            if row.issuer == node.country:
                held = open_alert(conn, node.vault, row.id)
                end(node, conn, held.alert, state=EXPIRED, entry=entry)
            else:
                erase(node, conn, row.id, state=EXPIRED, entry=entry)
        return [row.id for row in rows]

    return node.ledger.write(work).result


def overdue(node: Node) -> list[feed.Overdue]:
    """List the withdrawals that a holder has not acknowledged in time (R18)."""
    with node.store.read() as conn:
        return feed.overdue(conn, node.clock.now())


def listing(node: Node, *, issuer: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """List alerts held, newest change first: id, category, version, state, expires, source."""
    row = tables.alert.c
    query = select(row.id, row.category, row.version, row.state, row.expires, row.received_from)
    query = query.order_by(row.entry.desc(), row.id).limit(max(1, limit))
    if issuer:
        query = query.where(row.issuer == issuer)
    with node.store.read() as conn:
        return [
            {
                "alert": one.id,
                "category": one.category,
                "version": one.version,
                "state": one.state,
                "expires": one.expires.isoformat(),
                "from": one.received_from or "own",
            }
            for one in conn.execute(query)
        ]


def own(node: Node, conn: Connection, alert_id: str) -> Held:
    """Open an own alert that stands; NotPermitted for another's, Conflict where it has ended."""
    held = open_alert(conn, node.vault, alert_id)
    if held.alert.issuer != node.country:
        raise NotPermitted(
            "alert-foreign",
            "only its issuer changes an alert",
            where="Reg (EU) 2018/1862 art. 59(3)",
            hint="tell the issuer instead",
        )
    if held.state != ISSUED:
        raise Conflict("alert-ended", f"the alert is {held.state} already", where=alert_id)
    return held


def supersede(node: Node, conn: Connection, alert: Alert, entry: int) -> Issued:
    """Put ``alert`` in the place of its last version and offer it to whoever may receive it."""
    old = conn.execute(select(tables.alert).filter_by(id=alert.id)).one()
    conn.execute(
        insert(tables.alert_version).values(
            alert_id=alert.id,
            version=old.version,
            state="superseded",
            sealed=old.sealed,
            created_at=old.updated_at,
            entry=old.entry,
        )
    )
    content = node.vault.seal(conn, alert.id, FIELD, alert.version, canonical(alert.as_dict()))
    row = _row(alert, content, node.clock.now(), entry)
    conn.execute(update(tables.alert).filter_by(id=alert.id).values(**row))
    policies = [adopted.policy for adopted in in_force(node, node.today())]
    offered = offer.offer(node, conn, policies, [alert], entry)
    kept = withheld.why(node, conn, [policy.agreement for policy in policies], [alert.id])
    return Issued(alert, entry, offered, kept)


def _item(kind: str, alert: Alert, personal: dict[str, Any]) -> Item:
    # Even an alert's id links entries about one person: it stands in the sealed part.
    public = {"category": alert.category, "version": alert.version}
    return Item(kind, public, {**personal, "alert": alert.id})


def _row(alert: Alert, sealed: bytes, now: datetime.datetime, entry: int) -> dict[str, Any]:
    return {
        "id": alert.id,
        "issuer": alert.issuer,
        "category": alert.category,
        "version": alert.version,
        "state": ISSUED,
        "expires": alert.expires,
        "review_due": alert.expires,
        "sealed": sealed,
        "updated_at": now,
        "entry": entry,
    }


def _day(value: Any, where: str) -> datetime.date | None:
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Malformed("draft-date", "not a date", where=where, hint="write YYYY-MM-DD") from None
