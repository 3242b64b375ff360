"""Have the log witnessed, and say whether an entry is.

With a witness set, an answer whose entry no witness has seen is only given within the grace that
the agreement allows (a post without network); past it the node records and queues, but no longer
answers: an answer that cannot be proved is unusable.
"""

from __future__ import annotations

import datetime
import logging
import ssl
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from comity.bureau.agreement import Adopted
from comity.bureau.node import Node
from comity.errors import ComityError, Conflict, Unavailable
from comity.exchange import cosign, link
from comity.record import tables

_LOG = logging.getLogger("comity.witness")
_ALARM = "witness.alarm"

WITNESS_BYTES_MAX = 16 * 1024


def cosign_now(node: Node) -> int:
    """Have the witness cosign the newest head; the size it cosigned. Unavailable where it is not.

    Conflict where the witness knows another history of this log: people must look at that. It
    is no outage: it stands in the log and in ``alarm`` until the witness agrees again.
    """
    if not node.ledger.witnesses:
        raise Unavailable("witness-none", "this node has no witness", hint="set witness_url")
    try:
        size = _cosign(node)
    except Conflict as error:
        _sound(node, error.code)
        raise
    if alarm(node):
        _sound(node, "")
    return size


def alarm(node: Node) -> str:
    """Give the code under which a witness has contradicted this log, until it agrees again."""
    with node.store.read() as conn:
        found = conn.execute(select(tables.setting.c.value).filter_by(name=_ALARM)).scalar()
    return found or ""


def _sound(node: Node, code: str) -> None:
    """Record once that a witness contradicts this log (``code``), or that it agrees again ("")."""
    if bool(alarm(node)) == bool(code):
        return

    def work(conn: Connection) -> None:
        conn.execute(delete(tables.setting).filter_by(name=_ALARM))
        if code:
            conn.execute(insert(tables.setting).values(name=_ALARM, value=code))
            node.ledger.append(conn, "witness:contradicts", {"code": code})
        else:
            node.ledger.append(conn, "witness:agrees", {})

    if code:
        _LOG.error("ALARM: a witness contradicts this node's log [%s]", code)
    node.write(work)


def _cosign(node: Node) -> int:
    client = link.open_client(ssl.create_default_context())
    url = f"{node.settings.witness_url.rstrip('/')}/add-checkpoint"
    try:
        return cosign.cosign(
            node.ledger,
            node.ledger.witnesses[0],
            lambda body: link.call(client, "POST", url, body, limit=WITNESS_BYTES_MAX),
        )
    finally:
        client.close()


def witnessed(node: Node, entry: int, adopted: Sequence[Adopted]) -> bool:
    """Say whether a witness has cosigned a log that holds ``entry``; asks it now if not.

    Unavailable where no witness could be reached for longer than every agreement concerned
    allows. False, within that grace or without any witness set.
    """
    if not node.ledger.witnesses:
        return False
    if node.ledger.cosigned_size() > entry:
        return True
    try:
        return cosign_now(node) > entry
    except Conflict:
        raise
    except ComityError:
        if alarm(node):  # grace is for a line that is down, not for a contradiction
            raise Conflict(
                "witness-contradicts",
                "a witness has contradicted this node's log, and cannot be asked again",
                hint="stop writing; compare both histories with the witness",
            ) from None
        _within_grace(node, adopted)
        return False


def _within_grace(node: Node, adopted: Sequence[Adopted]) -> None:
    if not adopted:
        return
    hours = min(one.agreement.limits.witness_grace_hours for one in adopted)
    last = node.ledger.cosigned_at()
    if last is None or node.clock.now() - last > datetime.timedelta(hours=hours):
        raise Unavailable(
            "witness-absent",
            f"no witness has seen this node's log within {hours} hours",
            where="agreement: witness_grace_hours",
            hint="the questions are recorded; restore the line to the witness, then ask again",
        )
