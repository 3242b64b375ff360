"""Who may act at this node: officers with an authority, a role, and training that runs out.

Training is an access condition (Reg (EU) 2018/1862 art. 14): a check after its last day is not
permitted. Roles: ``first-line`` checks; ``bureau`` also issues, confirms and signs;
``supervisor`` reads the log and takes evidence, and acts on nobody.

A sign-in code is shown once, when the officer is registered; the node keeps only its salted
hash. Sessions end after 15 idle minutes or 8 hours (safeguards, section 8).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from comity.bureau.node import Node
from comity.errors import Conflict, Malformed, NotFound, NotPermitted
from comity.record import tables
from comity.terms.authority import AUTHORITY_KINDS

CLEARANCE = {"first-line": 1, "bureau": 2, "supervisor": 0}
"""The clearance of each role, which an agreement may require of who asks."""

ROLES = tuple(CLEARANCE)

IDLE = datetime.timedelta(minutes=15)
LONGEST = datetime.timedelta(hours=8)

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")


@dataclass(frozen=True, slots=True)
class Officer:
    """One person who acts: ``authority`` a kind of authority, ``trained_until`` the last day."""

    id: str
    name: str
    role: str
    authority: str
    trained_until: datetime.date


def register(node: Node, officer: Officer) -> str:
    """Register ``officer`` and give the sign-in code, which is shown this once.

    Malformed where id, role or authority are unknown; Conflict where the id stands already.
    """
    if not _ID.fullmatch(officer.id):
        raise Malformed("officer-id", "an officer's id is 2 to 40 of a-z, 0-9, dot and dash")
    if officer.role not in ROLES or officer.authority not in AUTHORITY_KINDS:
        raise Malformed(
            "officer-role",
            "unknown role or authority",
            hint=f"roles: {', '.join(ROLES)}; authorities: {', '.join(AUTHORITY_KINDS)}",
        )
    code = secrets.token_hex(8)
    salt = secrets.token_bytes(16)

    def work(conn: Connection) -> None:
        if conn.execute(select(tables.officer.c.id).filter_by(id=officer.id)).first():
            raise Conflict("officer-exists", "an officer of this id is registered already")
        public = {"role": officer.role, "authority": officer.authority}
        entry = node.ledger.append(conn, "officer:registered", public, {"officer": officer.id})
        conn.execute(
            insert(tables.officer).values(
                id=officer.id,
                name=officer.name,
                role=officer.role,
                authority=officer.authority,
                trained_until=officer.trained_until,
                state="active",
                secret=salt + _stretch(code, salt),
                entry=entry,
            )
        )

    node.ledger.write(work)
    return code


def find(node: Node, officer_id: str) -> Officer:
    """Give the active officer of this id; NotFound where there is none.

    Without an id it is the only officer of this node; with several, somebody must say who acts.
    """
    if not officer_id:
        active = officers(node)
        if len(active) == 1:
            return active[0]
        raise NotFound(
            "officer-unsaid",
            "who acts?",
            hint=f"--as one of {', '.join(one.id for one in active)}"
            if active
            else "register an officer with `comity officer add`",
        )
    with node.store.read() as conn:
        row = conn.execute(select(tables.officer).filter_by(id=officer_id)).first()
    if row is None or row.state != "active":
        raise NotFound(
            "officer-unknown",
            "no active officer of this id at this node",
            hint="register one with `comity officer add`",
        )
    return Officer(row.id, row.name, row.role, row.authority, row.trained_until)


def officers(node: Node) -> list[Officer]:
    """List the active officers."""
    with node.store.read() as conn:
        found = conn.execute(select(tables.officer).filter_by(state="active")).all()
    return [Officer(r.id, r.name, r.role, r.authority, r.trained_until) for r in found]


def retire(node: Node, officer_id: str) -> None:
    """End an officer's access at once: sessions too (safeguards T8.3)."""
    find(node, officer_id)

    def work(conn: Connection) -> None:
        entry = node.ledger.append(conn, "officer:retired", {}, {"officer": officer_id})
        conn.execute(
            update(tables.officer).filter_by(id=officer_id).values(state="retired", entry=entry)
        )
        conn.execute(delete(tables.session).filter_by(officer=officer_id))

    node.ledger.write(work)


def sign_in(node: Node, officer_id: str, code: str) -> str:
    """Give a session token for a right code. The same NotPermitted for a wrong id or code.

    Unavailable ("sign-in-wait") at whatever door, where the codes before were wrong too often.
    """
    officer_id, code = officer_id.strip().lower()[:40], code[:100]
    node.throttle.hold(officer_id)
    with node.store.read() as conn:
        row = conn.execute(select(tables.officer).filter_by(id=officer_id)).first()
    # An unknown id costs the same work, so that time does not tell who is registered.
    secret = row.secret if row is not None and row.secret else bytes(48)
    right = hmac.compare_digest(_stretch(code, secret[:16]), secret[16:])
    if row is None or not right or row.state != "active":
        node.throttle.wrong(officer_id)
        raise NotPermitted("sign-in-refused", "this id and code do not belong together")
    node.throttle.right(officer_id)
    token = secrets.token_urlsafe(32)
    now = node.clock.now()
    with node.store.write() as conn:
        conn.execute(delete(tables.session).where(tables.session.c.expires_at < now))
        conn.execute(
            insert(tables.session).values(
                token=_digest(token),
                officer=officer_id,
                created_at=now,
                used_at=now,
                expires_at=now + LONGEST,
                data={},
            )
        )
    return token


def session(node: Node, token: str) -> Officer:
    """Give the officer of a live session, and keep it alive. NotPermitted where it has ended."""
    now = node.clock.now()
    with node.store.read() as conn:
        row = conn.execute(select(tables.session).filter_by(token=_digest(token))).first()
    if row is None or row.expires_at < now or row.used_at < now - IDLE:
        raise NotPermitted("session-ended", "the session has ended", hint="sign in again")
    if now - row.used_at > datetime.timedelta(minutes=1):
        with node.store.write() as conn:
            conn.execute(update(tables.session).filter_by(token=_digest(token)).values(used_at=now))
    return find(node, row.officer)


def sign_out(node: Node, token: str) -> None:
    """End a session."""
    with node.store.write() as conn:
        conn.execute(delete(tables.session).filter_by(token=_digest(token)))


def require(officer: Officer, *roles: str) -> None:
    """Refuse an act to an officer of another role."""
    if officer.role not in roles:
        raise NotPermitted(
            "role-not-permitted",
            f"a {officer.role} officer may not do this",
            hint=f"ask an officer of role {' or '.join(roles)}",
        )


def require_trained(node: Node, officer: Officer) -> None:
    """Refuse an act against a person to an officer whose training has run out (art. 14)."""
    if officer.trained_until < node.today():
        raise NotPermitted(
            "training-ended",
            "the officer's training certificate has run out",
            where="Reg (EU) 2018/1862 art. 14",
            hint="renew the training; what helps the person may still be done",
        )


def _stretch(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
