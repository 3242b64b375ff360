"""In exactly once: an envelope's effect and our signed receipt are one transaction.

The wire delivers at least once. The inbox remembers (sender, id) with the hash of the bytes:

====================  ==========================================================
new                   apply; keep the reply; return it
same id, same bytes   return the very reply kept; apply nothing
same id, other bytes  return a refusal ("id-conflict"); keep the first; raise the alarm
====================  ==========================================================

A refusal (`ComityError` out of ``apply``) is an outcome: the effect is undone, the refusal is kept
and receipted, and repeating the envelope repeats the refusal. `Unavailable`, or any bug, is not:
nothing is kept, so that the sender's next attempt may succeed.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select

from comity.errors import ComityError, Unavailable
from comity.exchange import envelope as env
from comity.exchange import peers, wire
from comity.exchange import receipt as rec
from comity.exchange.card import NodeCard
from comity.exchange.home import Home, Write
from comity.exchange.pace import Pace
from comity.exchange.reply import Reply, format_reply
from comity.record.tables import inbox, setting

MEMORY = env.LIFE_LIMIT + 4 * env.SKEW
"""How long an id is remembered: longer than any envelope with that id can still be alive."""

ANSWER_LIFE = datetime.timedelta(minutes=10)
FLOOR = "exchange.inbox-floor"


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back within the reply: a ``kind`` and its ``body``."""

    kind: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """What ``apply`` did: the ``grade`` to receipt, our ledger ``entry``, and an ``answer``."""

    grade: rec.Grade = "applied"
    entry: int | None = None
    answer: Answer | None = None
    reason: str = ""


Apply = Callable[[Connection, env.Envelope], Applied | None]
Alarm = Callable[[Connection, str, env.Header], int | None]
"""Called as ``alarm(conn, code, header)`` in the same transaction; may return a ledger entry."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One envelope on the table: who we are, who wrote it, its bytes and header, and the time."""

    home: Home
    sender: NodeCard
    data: bytes
    header: env.Header
    now: datetime.datetime


def accept(
    conn: Connection,
    home: Home,
    data: bytes,
    apply: Apply,
    *,
    now: datetime.datetime,
    alarm: Alarm,
    pace: Pace | None = None,
) -> bytes:
    """Take an envelope from the wire, inside the caller's write transaction; return the reply.

    Raises `Malformed` or `Unverified` for an envelope that does not verify and `NotFound` for an
    unknown sender (nothing is kept: anyone could have written it), `Unavailable` when ``apply``
    cannot be done now or the sender is faster than ``pace``.
    """
    sender = peers.find(conn, env.sender_of(data))
    verified = env.verify_envelope(data, home.code, sender)
    header = verified.header
    if pace is not None:
        pace.take(header.sender, now)
    arrival = _Arrival(home, sender, data, header, now)
    kept = _kept(conn, header)
    if kept is not None and kept[0] == verified.hash:
        return kept[1]
    if kept is not None:
        entry = alarm(conn, "id-conflict", header)
        return _reply(arrival, Applied("refused", entry, reason="id-conflict"))
    envelope = env.unseal(verified, home.keys, now)
    outcome = _apply(conn, envelope, apply)
    reply = _reply(arrival, outcome)
    row = {
        "sender": header.sender,
        "id": header.id,
        "hash": envelope.hash,
        "kind": header.kind,
        "applied_at": now,
        "receipt": reply,
        "entry": outcome.entry,
    }
    conn.execute(insert(inbox).values(**row))
    return reply


def answer(
    conn: Connection,
    home: Home,
    data: bytes,
    read: Apply,
    *,
    now: datetime.datetime,
    pace: Pace | None = None,
) -> bytes:
    """Like `accept`, for a question whose effect is the same however often it is asked.

    Nothing is remembered, so pages of a feed do not fill the inbox. A refusal is receipted.
    """
    sender = peers.find(conn, env.sender_of(data))
    verified = env.verify_envelope(data, home.code, sender)
    if pace is not None:
        pace.take(verified.header.sender, now)
    envelope = env.unseal(verified, home.keys, now)
    outcome = _apply(conn, envelope, read)
    return _reply(_Arrival(home, sender, data, envelope.header, now), outcome)


def process_envelope(
    data: bytes,
    *,
    write: Write,
    home: Home,
    apply: Apply,
    alarm: Alarm,
    now: datetime.datetime,
    pace: Pace | None = None,
) -> bytes:
    """The door's whole behaviour for one posted envelope: bytes in, reply out."""
    return write(lambda conn: accept(conn, home, data, apply, now=now, alarm=alarm, pace=pace))


def process_question(
    data: bytes,
    *,
    write: Write,
    home: Home,
    read: Apply,
    now: datetime.datetime,
    pace: Pace | None = None,
) -> bytes:
    """The door's whole behaviour for one posted question that may be repeated."""
    return write(lambda conn: answer(conn, home, data, read, now=now, pace=pace))


def forget(conn: Connection, *, now: datetime.datetime) -> int:
    """Drop ids whose envelopes have all expired; return how many."""
    return conn.execute(delete(inbox).where(inbox.c.applied_at < now - MEMORY)).rowcount


def raise_floor(conn: Connection, *, at: datetime.datetime) -> None:
    """After restoring a backup: refuse every envelope created before ``at``.

    The restored inbox does not know what was accepted since the backup was taken; without the
    floor, envelopes from that gap could take effect outside the store (a message shown, a form
    printed) a second time. Senders receive "before-restore" and send anew if it still matters.
    """
    conn.execute(delete(setting).where(setting.c.name == FLOOR))
    conn.execute(insert(setting).values(name=FLOOR, value=wire.format_instant(at)))


def _kept(conn: Connection, header: env.Header) -> tuple[str, bytes] | None:
    query = select(inbox.c.hash, inbox.c.receipt).where(
        inbox.c.sender == header.sender, inbox.c.id == header.id
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else (row.hash, bytes(row.receipt))


def _apply(conn: Connection, envelope: env.Envelope, apply: Apply) -> Applied:
    if _below_floor(conn, envelope.header):
        return Applied("refused", reason="before-restore")
    try:
        with conn.begin_nested():
            return apply(conn, envelope) or Applied()
    except Unavailable:
        raise
    except ComityError as error:
        return Applied("refused", reason=error.code)


def _below_floor(conn: Connection, header: env.Header) -> bool:
    query = select(setting.c.value).where(setting.c.name == FLOOR)
    floor = conn.execute(query).scalar_one_or_none()
    if floor is None:
        return False
    return header.created < wire.parse_instant(floor, code="setting-floor", where=FLOOR)


def _reply(arrival: _Arrival, outcome: Applied) -> bytes:
    header = arrival.header
    answering = b""
    if outcome.answer is not None:
        letter = env.Letter(
            kind=outcome.answer.kind,
            body=outcome.answer.body,
            created=arrival.now,
            # The sender may come back for this reply until its question expires, and no later.
            expires=max(header.expires, arrival.now + ANSWER_LIFE),
            agreement=header.agreement,
            answers=header.id,
        )
        answering = arrival.home.write(arrival.sender, letter)
    receipt = rec.Receipt(
        envelope=env.envelope_hash(arrival.data),
        id=header.id,
        sender=header.sender,
        receiver=arrival.home.code,
        grade=outcome.grade,
        time=arrival.now.astimezone(datetime.UTC).replace(microsecond=0),
        reason=outcome.reason,
        entry=outcome.entry,
        answer=env.envelope_hash(answering) if answering else "",
    )
    return format_reply(Reply(rec.format_receipt(receipt, arrival.home.signer), answering))
