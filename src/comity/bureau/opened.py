"""Personal data that a person opens outside a check: recorded first, then given."""

from __future__ import annotations

from collections.abc import Sequence

from comity.bureau import audit
from comity.bureau.holdings import Held, open_alert
from comity.bureau.node import Node
from comity.bureau.officer import Officer, require
from comity.errors import Malformed, NotPermitted

PURPOSE_CHARS_MIN = 10

_HINT = f"at least {PURPOSE_CHARS_MIN} characters: for which case, at whose request"


def read_alert(node: Node, officer: Officer, alert_id: str, *, purpose: str) -> Held:
    """Open an own alert for the bureau; the ledger knows who did, and for what.

    Malformed without a purpose in words. NotPermitted for a copy of another's alert: that is read
    only in the answer to a question. NotFound where it has ended: its content is erased.
    """
    require(officer, "bureau")
    if not _stated(purpose):
        raise Malformed("alert-purpose", "opening an alert needs a purpose in words", hint=_HINT)
    with node.store.read() as conn:
        held = open_alert(conn, node.vault, alert_id)
    if held.alert.issuer != node.country:
        raise NotPermitted(
            "alert-foreign",
            "a copy of another country's alert is read only in the answer to a question",
            hint="check the traveller",
        )
    public = {"category": held.alert.category}
    personal = {"alert": alert_id, "officer": officer.id, "purpose": purpose}
    node.ledger.write(lambda conn: node.ledger.append(conn, "alert:opened", public, personal))
    return held


def take_evidence(node: Node, officer: Officer, entries: Sequence[int], *, purpose: str) -> bytes:
    """Write an evidence file with the personal parts disclosed, for a court or an inspection.

    Malformed without a purpose in words; the ledger knows who took what, and for what.
    """
    require(officer, "supervisor")
    if not _stated(purpose):
        raise Malformed(
            "evidence-purpose", "opening personal parts needs a purpose in words", hint=_HINT
        )
    bundle = audit.evidence(node, entries, opened=True)
    public = {"entries": sorted(set(entries))}
    personal = {"officer": officer.id, "purpose": purpose}
    node.ledger.write(lambda conn: node.ledger.append(conn, "evidence:opened", public, personal))
    return bundle


def _stated(purpose: str) -> bool:
    return len(purpose.strip()) >= PURPOSE_CHARS_MIN
