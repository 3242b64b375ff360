"""Sign, adopt and list agreements. An agreement is in force when every party has signed it.

1. Each party signs the same text with its node's key (``sign``): a small file to hand over.
2. Each node adopts the agreement with all the signatures (``adopt``): they are checked against
   the keys of the cards of joined peers; from then on the feed under it is open.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from comity.accord import cases
from comity.accord.agreement import Agreement, parse_agreement, signing_text
from comity.accord.cases import CaseResult
from comity.accord.constitution import Constitution
from comity.accord.policy import Policy
from comity.bureau import lawbook, offer
from comity.bureau.node import Node, load_constitution
from comity.bureau.texts import read_text
from comity.errors import Conflict, NotFound, NotPermitted, Unverified
from comity.exchange import follow, peers
from comity.proof import note
from comity.record import tables

SIGNED = "signed"
ADOPTED = "adopted"
SUSPENDED = "suspended"

NOTE_BYTES_MAX = 64_000

OPENED = "feed-opened:"
"""Settings of this name say under which text of an agreement the feed was opened."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """An agreement adopted here, compiled; ``peers`` are the other parties."""

    agreement: Agreement
    policy: Policy
    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an agreement: data and policies, as files say."""

    data: str
    policy: str


def read_folder(folder: Path) -> Text:
    """Read ``agreement.toml`` and, where it is, ``policy.cedar`` in ``folder``."""
    file = folder / "policy.cedar"
    return Text(read_text(folder / "agreement.toml"), read_text(file) if file.is_file() else "")


def run_cases(folder: Path) -> tuple[CaseResult, ...]:
    """Run the cases under ``folder/cases``: what the text must permit and refuse. No node needed.

    Malformed names the file that is no case; Malformed where there is none.
    """
    text = read_folder(folder)
    policy = Policy(load_constitution(), parse_agreement(text.data, text.policy))
    files = sorted((folder / "cases").glob("*/*.toml"))
    return cases.run_cases(
        policy, ((f"{file.parent.name}/{file.name}", read_text(file)) for file in files)
    )


def sign(node: Node, text: Text) -> bytes:
    """Sign the agreement for this country: the signed note to hand to the other parties.

    NotPermitted where this country is not a party.
    """
    agreement = parse_agreement(text.data, text.policy)
    if node.country not in agreement.parties:
        raise NotPermitted("agreement-not-party", "this country is not a party", where=agreement.id)
    wanted = signing_text(agreement, node.constitution)
    signed = note.sign_note(wanted, [node.desk.signer])

    def work(conn: Connection) -> None:
        lawbook.check_named(conn, agreement)
        public = {"agreement": agreement.id, "hash": agreement.sha256}
        entry = node.ledger.append(conn, "agreement:signed", public)
        row = conn.execute(select(tables.agreement).filter_by(id=agreement.id)).first()
        if row is not None and row.hash != agreement.sha256 and row.state == ADOPTED:
            raise Conflict(
                "agreement-adopted",
                "another text of this agreement is adopted",
                where=agreement.id,
                hint="suspend it first, or give the new text a new id",
            )
        if row is None or row.hash != agreement.sha256:
            own = [signed.decode()]
            _put(conn, agreement, text, signatures=own, state=SIGNED, entry=entry)

    node.ledger.write(work)
    return signed


def adopt(node: Node, text: Text, signatures: list[bytes]) -> Adopted:
    """Adopt an agreement that every party has signed, and open its feed.

    ``signatures`` are the notes of all parties (this country's own may be left out if it signed
    here). Unverified where one is missing, is for another text, or by a key no card names.
    """
    agreement = parse_agreement(text.data, text.policy)
    wanted = signing_text(agreement, node.constitution)

    def work(conn: Connection) -> None:
        row = conn.execute(select(tables.agreement).filter_by(id=agreement.id)).first()
        if row is not None and row.state == ADOPTED and row.hash != agreement.sha256:
            raise Conflict("agreement-adopted", "another text is adopted", where=agreement.id)
        own = row.signatures if row is not None and row.hash == agreement.sha256 else []
        notes = [*signatures, *(text.encode() for text in own)]
        kept = _signed_by_all(node, conn, agreement, wanted, notes)
        public = {
            "agreement": agreement.id,
            "hash": agreement.sha256,
            "parties": list(agreement.parties),
            "text_sha256": hashlib.sha256(text.data.encode()).hexdigest(),
        }
        entry = node.ledger.append(conn, "agreement:adopted", public)
        lawbook.agree(conn, agreement, entry)
        _put(conn, agreement, text, signatures=kept, state=ADOPTED, entry=entry)
        _forget_opened(conn, agreement.id)
        if row is None or row.state != ADOPTED:
            # While it was not in force only withdrawals were asked for: begin the copies anew.
            for peer in agreement.parties:
                follow.restart(conn, peer=peer, agreement=agreement.id, now=node.clock.now())

    node.ledger.write(work)
    open_feeds(node)
    return _adopted(node, agreement.id, text)


def open_feeds(node: Node) -> list[str]:
    """Offer what stands already under each agreement that has come into force; their ids.

    At adoption, or on the first day in force where that is later: before it nothing may leave.
    """
    with node.store.read() as conn:
        opened = {row.name: row.value for row in conn.execute(select(tables.setting))}
    due = [
        one
        for one in in_force(node, node.today())
        if opened.get(OPENED + one.agreement.id) != one.agreement.sha256
    ]
    for one in due:
        node.ledger.write(lambda conn: _open_feed(node, conn, one))  # noqa: B023
    return [one.agreement.id for one in due]


def _open_feed(node: Node, conn: Connection, one: Adopted) -> None:
    agreement = one.agreement
    _forget_opened(conn, agreement.id)
    conn.execute(insert(tables.setting).values(name=OPENED + agreement.id, value=agreement.sha256))
    entry = node.ledger.append(conn, "agreement:opened", {"agreement": agreement.id})
    offer.open_feed(node, conn, one.policy, entry)


def _forget_opened(conn: Connection, agreement_id: str) -> None:
    conn.execute(tables.setting.delete().where(tables.setting.c.name == OPENED + agreement_id))


def suspend(node: Node, agreement_id: str, *, reason: str) -> None:
    """Suspend an agreement at once: no question under it, no alert leaves (R56).

    Withdrawals do: what was received under it must end where its issuer ends it.
    """

    def work(conn: Connection) -> None:
        if conn.execute(select(tables.agreement.c.id).filter_by(id=agreement_id)).first() is None:
            raise NotFound("agreement-unknown", "no such agreement here", where=agreement_id)
        public = {"agreement": agreement_id, "reason": reason}
        entry = node.ledger.append(conn, "agreement:suspended", public)
        conn.execute(
            update(tables.agreement).filter_by(id=agreement_id).values(state=SUSPENDED, entry=entry)
        )

    node.ledger.write(work)


def in_force(node: Node, on: datetime.date) -> list[Adopted]:
    """Give the adopted agreements whose dates hold on ``on``, by id."""
    with node.store.read() as conn:
        rows = conn.execute(
            select(tables.agreement.c.id, tables.agreement.c.text, tables.agreement.c.policy)
            .where(
                tables.agreement.c.state == ADOPTED,
                tables.agreement.c.in_force <= on,
                tables.agreement.c.until >= on,
            )
            .order_by(tables.agreement.c.id)
        ).all()
    return [_adopted(node, row.id, Text(row.text, row.policy)) for row in rows]


def find(node: Node, agreement_id: str) -> Adopted:
    """Give an agreement in force today; NotFound otherwise."""
    for adopted in in_force(node, node.today()):
        if adopted.agreement.id == agreement_id:
            return adopted
    raise NotFound("agreement-not-in-force", "not in force here today", where=agreement_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement stands here, for a list: dates, state, who has signed."""

    id: str
    sha256: str
    state: str
    in_force: datetime.date
    until: datetime.date


def agreements(node: Node) -> list[Standing]:
    """List every agreement this node knows."""
    with node.store.read() as conn:
        rows = conn.execute(select(tables.agreement).order_by(tables.agreement.c.id)).all()
    return [Standing(r.id, r.hash, r.state, r.in_force, r.until) for r in rows]


_COMPILED: dict[tuple[str, str, str], Policy] = {}
_COMPILED_MAX = 64


def _compile(constitution: Constitution, data: str, policy: str) -> Policy:
    # A text never changes: compiled once for all acts under it.
    key = (constitution.sha256, data, policy)
    found = _COMPILED.get(key)
    if found is None:
        found = Policy(constitution, parse_agreement(data, policy))
        if len(_COMPILED) >= _COMPILED_MAX:
            _COMPILED.clear()
        _COMPILED[key] = found
    return found


def _adopted(node: Node, agreement_id: str, text: Text) -> Adopted:
    policy = _compile(node.constitution, text.data, text.policy)
    if policy.agreement.id != agreement_id:
        raise Unverified("agreement-row", "the stored text is of another agreement")
    others = tuple(p for p in policy.agreement.parties if p != node.country)
    return Adopted(policy.agreement, policy, others)


def _signed_by_all(
    node: Node, conn: Connection, agreement: Agreement, wanted: str, notes: list[bytes]
) -> list[str]:
    kept = []
    for party in agreement.parties:
        own = party == node.country
        verifier = node.desk.signer.verifier if own else peers.find(conn, party).verifier
        found = next((n for n in notes if _holds(n, wanted, verifier)), None)
        if found is None:
            raise Unverified(
                "agreement-unsigned",
                f"{party} has not signed this text",
                where=agreement.id,
                hint="each party signs with `comity agreement sign` and hands over the file",
            )
        kept.append(found.decode())
    return kept


def _holds(data: bytes, wanted: str, verifier: note.Verifier) -> bool:
    if len(data) > NOTE_BYTES_MAX:
        return False
    try:
        return note.open_note(data, [verifier]).text == wanted
    except Unverified:
        return False


def _put(
    conn: Connection,
    agreement: Agreement,
    text: Text,
    *,
    signatures: list[str],
    state: str,
    entry: int,
) -> None:
    conn.execute(tables.agreement.delete().where(tables.agreement.c.id == agreement.id))
    conn.execute(
        insert(tables.agreement).values(
            id=agreement.id,
            hash=agreement.sha256,
            text=text.data,
            policy=text.policy,
            signatures=signatures,
            state=state,
            in_force=agreement.in_force,
            until=agreement.until,
            entry=entry,
        )
    )
