"""The one schema of a node, as SQLAlchemy Core tables.

Columns called ``entry`` name the ledger entry (its number) that recorded the last change of the
row's state: ``oracle.check_ledger`` follows each of them. Blobs called ``sealed`` are opened by
``vault`` only. Instants are UTC, stored as text of fixed width so that they sort; days are dates.

A store is built by the migrations, not by this file: after a change here run
``python tools/make_migration.py`` (before the first release) or write a migration (after it).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from comity.record.instant import Instant

SCHEMA = "0001"
"""The newest migration; a store that has run a later one is refused."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _entry() -> Column[Any]:
    return Column("entry", BigInteger, nullable=True)


# --- the log --------------------------------------------------------------------------------

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    comment="one row: the newest tree head; writers of PostgreSQL take turns by locking it",
)

log_entry = Table(
    "log_entry",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("record_id", Text, nullable=True),
    Column("sealed", LargeBinary, nullable=True),
    comment="leaf is hashed; sealed holds salt and personal part under record_id's key",
)

log_tile = Table(
    "log_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

log_cosigned = Table(
    "log_cosigned",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("witness", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("signed_at", Instant, nullable=False),
    comment="text and our signature of a checkpoint, and one witness's line upon it",
)

record_key = Table(
    "record_key",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("kek", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# --- who ------------------------------------------------------------------------------------

peer = Table(
    "peer",
    metadata,
    Column("code", Text, primary_key=True),
    Column("card", Text, nullable=False),
    Column("state", Text, nullable=False, default="joined"),
    Column("joined_at", Instant, nullable=False),
    _entry(),
)

agreement = Table(
    "agreement",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("policy", Text, nullable=False, default=""),
    Column("signatures", JSON, nullable=False, default=list),
    Column("state", Text, nullable=False),
    Column("in_force", Date, nullable=True),
    Column("until", Date, nullable=True),
    _entry(),
)

law_pack = Table(
    "law_pack",
    metadata,
    Column("country", Text, primary_key=True),
    Column("law", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("files", JSON, nullable=False),
    Column("signature", Text, nullable=False, default=""),
    Column("state", Text, nullable=False),
    _entry(),
    comment="laws on data that leave: agreed in an agreement, or signed by their country",
)

officer = Table(
    "officer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("trained_until", Date, nullable=True),
    Column("state", Text, nullable=False),
    Column("secret", LargeBinary, nullable=True),
    _entry(),
)

session = Table(
    "session",
    metadata,
    Column("token", Text, primary_key=True),
    Column("officer", Text, ForeignKey("officer.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("data", JSON, nullable=False, default=dict),
    comment="token is the SHA-256 of what the browser holds",
)

# --- alerts and matches ---------------------------------------------------------------------

alert = Table(
    "alert",
    metadata,
    Column("id", Text, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("received_from", Text, nullable=True),
    Column("agreement", Text, nullable=True),
    Column("source", Text, nullable=True),
    Column("expires", Date, nullable=True),
    Column("review_due", Date, nullable=True),
    Column("sealed", LargeBinary, nullable=True),
    Column("updated_at", Instant, nullable=False),
    _entry(),
    Index("ix_alert_state", "state", "category"),
    Index("ix_alert_agreement", "agreement", "issuer"),
    Index("ix_alert_source", "source"),
    comment="own alerts (received_from is null) and copies of others'",
)

alert_version = Table(
    "alert_version",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=True),
    Column("created_at", Instant, nullable=False),
    _entry(),
)

restriction = Table(
    "restriction",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("ground", Text, primary_key=True),
    Column("by", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    _entry(),
    comment="set by this node on copies of others' alerts; by holders on ours, as they told us",
)

match = Table(
    "match",
    metadata,
    Column("id", Text, primary_key=True),
    Column("alert_id", Text, nullable=False, index=True),
    Column("alert_version", Integer, nullable=False),
    Column("encounter", Text, nullable=False, index=True),
    Column("agreement", Text, nullable=True),
    Column("purpose", Text, nullable=True),
    Column("state", Text, nullable=False, index=True),
    Column("officer", Text, nullable=True),
    Column("sealed", LargeBinary, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("decided_at", Instant, nullable=True),
    _entry(),
)

hit = Table(
    "hit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("alert_id", Text, nullable=False, index=True),
    Column("peer", Text, nullable=False),
    Column("agreement", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=True),
    Column("created_at", Instant, nullable=False),
    _entry(),
    comment="hits on own alerts, as peers have told us",
)

check_log = Table(
    "check_log",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agreement", Text, nullable=True),
    Column("purpose", Text, nullable=False),
    Column("officer", Text, nullable=True),
    Column("outcome", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=True),
    Column("created_at", Instant, nullable=False, index=True),
    _entry(),
)

refusal = Table(
    "refusal",
    metadata,
    Column("id", Text, primary_key=True),
    Column("encounter", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("number", Text, nullable=True, unique=True),
    Column("version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=True),
    Column("created_at", Instant, nullable=False, index=True),
    Column("decided_at", Instant, nullable=True),
    _entry(),
    comment="refusals of entry, prepared and issued; encounter is a keyed hash",
)

import_file = Table(
    "import_file",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("imported_at", Instant, nullable=False),
    _entry(),
)

# --- between nodes --------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("peer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Instant, nullable=False),
    Column("state", Text, nullable=False, default="waiting"),
    Column("receipt", LargeBinary, nullable=True),
    Column("last_error", Text, nullable=True),
    _entry(),
    Index("ix_outbox_due", "state", "peer", "next_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("applied_at", Instant, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    _entry(),
)

feed = Table(
    "feed",
    metadata,
    Column("agreement", Text, primary_key=True),
    Column("peer", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("alert_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("op", Text, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("created", Instant, nullable=False),
    Column("acknowledge_by", Instant, nullable=True),
    Column("acknowledged_at", Instant, nullable=True),
    _entry(),
    Index("ix_feed_overdue", "acknowledged_at", "acknowledge_by"),
    Index("ix_feed_alert", "alert_id"),
    comment="what we offer to peer under agreement, in order",
)

gate = Table(
    "gate",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("agreement", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("purpose", Text, nullable=False, default=""),
    Column("state", Text, nullable=False),
    Column("established", JSON, nullable=False, default=list),
    Column("settled", JSON, nullable=False, default=list),
    Column("sealed", LargeBinary, nullable=True),
    Column("created_at", Instant, nullable=False),
    _entry(),
    Index("ix_gate_peer", "agreement", "peer", "kind", "category"),
    Index("ix_gate_subject", "subject"),
    comment="what came to the gate of the law: withheld, released, or a letter that passed",
)

cursor = Table(
    "cursor",
    metadata,
    Column("peer", Text, primary_key=True),
    Column("agreement", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("updated_at", Instant, nullable=True),
    comment="how far we have applied peer's feed",
)

lease = Table(
    "lease",
    metadata,
    Column("peer", Text, primary_key=True),
    Column("agreement", Text, primary_key=True),
    Column("granted_until", Instant, nullable=False),
    Column("freshness", Instant, nullable=False),
)

STATEFUL = tuple(table for table in metadata.sorted_tables if "entry" in table.columns)
"""The tables whose rows name a ledger entry."""
