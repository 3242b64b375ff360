"""How a node fares: what an operator must know, with what to do about it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from comity.bureau import alert, restriction, withheld, witnessing
from comity.bureau.agreement import in_force
from comity.bureau.freshness import usable, usable_until
from comity.bureau.joining import joined
from comity.bureau.node import Node
from comity.errors import ComityError
from comity.exchange import feed, lease
from comity.exchange.link import Link
from comity.record import tables
from comity.record.oracle import check_ledger

EXAMINED = datetime.timedelta(days=30)
"""What is restricted for longer waits for somebody to finish the examination."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: ``state`` ok or look, what was looked at, what was found, what to do."""

    state: Literal["ok", "look"]
    what: str
    said: str
    hint: str = ""


def diagnose(node: Node) -> list[Finding]:
    """Look at log, witness, peers, leases, overdue acknowledgements, what the law keeps back."""
    parts = (_log, _witness, _peers, _leases, _overdue, _letters, _restricted, _withheld)
    return [finding for part in parts for finding in part(node)]


def _log(node: Node) -> Iterator[Finding]:
    try:
        size = check_ledger(node.store, node.ledger.verifier.vkey, vault=node.vault)
        yield Finding("ok", "log", f"{size} entries, all verified")
    except ComityError as error:
        yield Finding("look", "log", str(error), "stop writing; compare with the witnessed head")


def _witness(node: Node) -> Iterator[Finding]:
    try:
        yield Finding("ok", "witness", f"has seen {witnessing.cosign_now(node)} entries")
    except ComityError as error:
        yield Finding("look", "witness", error.what, error.hint)
    code = witnessing.alarm(node)
    if code:
        said = f"ALARM: a witness contradicts this node's log ({code}); no check is answered"
        yield Finding(
            "look", "witness", said, "stop writing; compare both histories with the witness"
        )


def _peers(node: Node) -> Iterator[Finding]:
    for card in joined(node):
        try:
            with Link(card, node.leaf) as line:
                ping = line.ping(node.clock.now())
            ahead = ping.clock_ahead.total_seconds()
            state: Literal["ok", "look"] = "ok" if abs(ahead) < 120 else "look"
            hint = "" if state == "ok" else "set the clocks"
            said = f"answers, version {ping.version}, its clock is {ahead:+.0f} s"
            yield Finding(state, f"peer {card.code}", said, hint)
        except ComityError as error:
            hint = error.hint or "look at the line, then telephone the peer"
            yield Finding("look", f"peer {card.code}", error.what, hint)


def _leases(node: Node) -> Iterator[Finding]:
    now = node.clock.now()
    with node.store.read() as conn:
        held = {(one.peer, one.agreement): one for one in lease.all_leases(conn)}
    for adopted in in_force(node, now.date()):
        for peer in adopted.peers:
            what = f"copy of {peer}"
            one = held.get((peer, adopted.agreement.id))
            if one is None or not usable(one, adopted.agreement, now):
                said = "too old: checks answer unavailable"
                yield Finding("look", what, said, "synchronise with `comity node sync`")
            else:
                until = usable_until(one, adopted.agreement)
                yield Finding("ok", what, f"usable until {until:%Y-%m-%d %H:%M} UTC")


def _overdue(node: Node) -> Iterator[Finding]:
    late = alert.overdue(node)
    if late:
        said = f"{len(late)} withdrawals not acknowledged in time"
        yield Finding("look", "withdrawals", said, "telephone the holder; `comity alerts overdue`")
    with node.store.read() as conn:
        waiting = sum(one.waiting for one in feed.lags(conn))
    yield Finding("ok", "feeds", f"{waiting} changes not yet acknowledged by peers")


def _letters(node: Node) -> Iterator[Finding]:
    with node.store.read() as conn:
        query = select(func.count()).select_from(tables.outbox).filter_by(state="expired")
        lost = int(conn.execute(query).scalar_one())
    if lost:
        said = f"{lost} expired before the peer took them"
        yield Finding("look", "letters", said, "telephone the peer: it does not know what they say")


def _restricted(node: Node) -> Iterator[Finding]:
    since = node.clock.now() - EXAMINED
    ours = [one for one in restriction.standing(node) if one.by == node.country]
    late = sum(one.since < since for one in ours)
    if late:
        said = f"{late} of {len(ours)} restrictions stand for more than {EXAMINED.days} days"
        hint = "finish the examination; `comity alert restrictions`"
        yield Finding("look", "restrictions", said, hint)
    elif ours:
        yield Finding("ok", "restrictions", f"{len(ours)} stand, none for long")


def _withheld(node: Node) -> Iterator[Finding]:
    number = sum(withheld.counts(node).values())
    if number:
        yield Finding("look", "law", f"keeps back {number} alerts or letters", "`comity law gate`")
    else:
        yield Finding("ok", "law", "keeps nothing back")
