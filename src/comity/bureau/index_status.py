"""What the index of a node's alerts is like now: its size, how it came to be, how fresh it is."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import func, select

from comity.bureau.node import Node
from comity.exchange import lease
from comity.record import tables


def index_status(node: Node) -> dict[str, Any]:
    """Give the status; the indexes are read or built first if they are not yet.

    ``generation``: people in the base, added and removed since; ``start``: whence the base came
    and in how many seconds; ``memory_bytes``: the index's arrays; ``changed_at``: when an alert
    last changed here; ``copies``: for each peer's copy, when it was last known to be complete.
    """
    holdings = node.holdings
    holdings.refresh()
    index, started = holdings.index.status(), holdings.started
    people, removed = int(index["people"]), int(index["removed"])
    written = holdings.snapshot_written()
    with node.store.read() as conn:
        changed = conn.execute(select(func.max(tables.alert.c.updated_at))).scalar_one_or_none()
        copies = lease.all_leases(conn)
    return {
        "people": people,
        "objects": len(holdings.objects),
        "memory_bytes": int(index["bytes"]),
        "generation": {
            "base": started.base - len(holdings.objects),
            "added": max(0, people + removed - (started.base - len(holdings.objects))),
            "removed": removed,
        },
        "start": {"from": started.source, "seconds": round(started.seconds, 3)},
        "snapshot": None if written is None else _snapshot(*written, node.clock.now()),
        "changed_at": None if changed is None else changed.isoformat(),
        "copies": [
            {
                "peer": one.peer,
                "agreement": one.agreement,
                "complete_at": one.freshness.isoformat(),
                "usable_until": one.granted_until.isoformat(),
            }
            for one in copies
        ],
        "compiled": bool(index["compiled"]),
        "version": str(index["version"]),
    }


def _snapshot(written: datetime.datetime, size: int, now: datetime.datetime) -> dict[str, Any]:
    age = max(0.0, (now - written).total_seconds())
    return {"written_at": written.isoformat(), "age_seconds": round(age), "bytes": size}
