"""The laws countries have declared to this node: signed by them, or named in an agreement.

1. A country signs its own pack (``sign``): a C2SP note over name, title and hash, to hand over.
2. A peer enters it into its book (``trust``): the note is checked against the key of the card by
   which that country is joined, the text against the hash; it takes the place of an older text.
3. An agreement may name packs by hash (``agree``): their texts are kept when it is adopted, so
   that the node can say years later under which law it acted.

Nobody signs another country's law, and what is in the book never changes: it is superseded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from comity.accord.agreement import Agreement
from comity.bureau.law import law_folder, pack_folder, read_files
from comity.bureau.node import Node
from comity.errors import Malformed, NotFound, Unverified
from comity.exchange import peers
from comity.law.pack import Pack, pack_hash, parse_pack
from comity.proof import note
from comity.record import tables

SIGNED = "signed"
AGREED = "agreed"
SUPERSEDED = "superseded"

SIGNING_FORM = "comity.law-pack/v1"
NOTE_BYTES_MAX = 64_000

_READ: dict[str, Pack] = {}
_READ_MAX = 64


@dataclass(frozen=True, slots=True)
class Declared:
    """A law in the book: whose, which, its hash, whether ``signed`` or only ``agreed``."""

    country: str
    law: str
    hash: str
    state: str


def signing_text(pack: Pack, country: str) -> str:
    """Give the text a country signs for its pack; ends with a line feed."""
    lines = [
        SIGNING_FORM,
        pack.name,
        f"title {pack.title}",
        f"law sha256 {pack.hash}",
        f"country {country}",
        f"status {pack.status}",
    ]
    if any("\n" in line for line in lines):
        raise Malformed("law-type", "title and status are one line each", where="pack.toml")
    return "\n".join([*lines, ""])


def sign(node: Node, name: str) -> bytes:
    """Sign a pack as the law of this country: the note to hand to its peers.

    From now on it speaks for this country before anything leaves.
    """
    files = read_files(pack_folder(name))
    pack = parse_pack(files)
    signed = note.sign_note(signing_text(pack, node.country), [node.desk.signer])

    def work(conn: Connection) -> None:
        public = {"law": pack.name, "hash": pack.hash}
        entry = node.ledger.append(conn, "law:signed", public)
        _enter(conn, node.country, pack, files, signature=signed.decode(), entry=entry)

    node.ledger.write(work)
    return signed


def trust(node: Node, name: str, signature: bytes) -> Declared:
    """Enter a peer's law into the book; Unverified where no joined country signed this very text.

    The text is read under the limits of the format before anything is believed of it.
    """
    files = read_files(pack_folder(name))
    pack = parse_pack(files)

    def work(conn: Connection) -> str:
        country = _signer(node, conn, pack, signature)
        public = {"law": pack.name, "hash": pack.hash, "country": country}
        entry = node.ledger.append(conn, "law:trusted", public)
        _enter(conn, country, pack, files, signature=signature.decode(), entry=entry)
        return country

    return Declared(node.write(work), pack.name, pack.hash, SIGNED)


def check_named(conn: Connection, agreement: Agreement) -> None:
    """See that the text of every law an agreement names is here, before anybody signs it.

    NotFound "law-pack-missing", Unverified "law-pack-other" where its hash is another.
    """
    for one in agreement.laws.packs:
        _text_of(conn, one.law, one.sha256)


def agree(conn: Connection, agreement: Agreement, entry: int) -> None:
    """Keep the laws an agreement names, when it is adopted."""
    for one in agreement.laws.packs:
        files = _text_of(conn, one.law, one.sha256)
        key = {"country": one.party, "law": one.law, "hash": one.sha256}
        if conn.execute(select(tables.law_pack.c.hash).filter_by(**key)).first() is None:
            conn.execute(
                insert(tables.law_pack).values(**key, files=files, state=AGREED, entry=entry)
            )


def speaking(conn: Connection, agreement: Agreement, country: str) -> list[Pack]:
    """Give the packs that speak for a country on data that leave under an agreement.

    Those the agreement names for it, each in the newest text that the country has signed, else in
    the one agreed; where it names none, every pack with clauses that the country has signed.
    """
    rows = tables.law_pack.c
    query = select(rows.law, rows.hash).where(rows.country == country, rows.state == SIGNED)
    signed = {row.law: row.hash for row in conn.execute(query)}
    named = [one for one in agreement.laws.packs if one.party == country]
    if named:
        return [_read(conn, signed.get(one.law, one.sha256)) for one in named]
    found = [_read(conn, signed[law]) for law in sorted(signed)]
    return [pack for pack in found if pack.clauses]


def book(node: Node) -> list[Declared]:
    """List the laws in the book that are not superseded."""
    row = tables.law_pack.c
    query = select(row.country, row.law, row.hash, row.state).where(row.state != SUPERSEDED)
    with node.store.read() as conn:
        found = conn.execute(query.order_by(row.country, row.law, row.hash)).all()
    return [Declared(r.country, r.law, r.hash, r.state) for r in found]


def signers(node: Node, digest: str) -> tuple[str, ...]:
    """Say which countries have signed the pack of this hash; none is "not signed"."""
    row = tables.law_pack.c
    query = select(row.country).where(row.hash == digest, row.signature != "")
    with node.store.read() as conn:
        return tuple(conn.execute(query.order_by(row.country)).scalars())


def _signer(node: Node, conn: Connection, pack: Pack, signature: bytes) -> str:
    if len(signature) > NOTE_BYTES_MAX:
        raise Malformed("law-signature-size", f"a signature is at most {NOTE_BYTES_MAX} bytes")
    known = {card.code: card.verifier for card in peers.joined(conn)}
    for country, verifier in {**known, node.country: node.desk.signer.verifier}.items():
        try:
            text = note.open_note(signature, [verifier]).text
        except (Unverified, Malformed):
            continue
        if text == signing_text(pack, country):
            return country
    raise Unverified(
        "law-unsigned",
        "no joined country has signed this text of the pack",
        where=pack.name,
        hint="join its node first; it signs with `comity law sign` and hands over text and note",
    )


def _enter(
    conn: Connection,
    country: str,
    pack: Pack,
    files: Mapping[str, str],
    *,
    signature: str,
    entry: int,
) -> None:
    row = tables.law_pack.c
    older = (row.country == country, row.law == pack.name, row.state == SIGNED)
    conn.execute(update(tables.law_pack).where(*older).values(state=SUPERSEDED, entry=entry))
    key = {"country": country, "law": pack.name, "hash": pack.hash}
    conn.execute(
        tables.law_pack.delete().where(*(row[name] == value for name, value in key.items()))
    )
    values = {"files": dict(files), "signature": signature, "state": SIGNED, "entry": entry}
    conn.execute(insert(tables.law_pack).values(**key, **values))


def _text_of(conn: Connection, law: str, digest: str) -> dict[str, str]:
    kept = conn.execute(select(tables.law_pack.c.files).filter_by(hash=digest)).first()
    if kept is not None:
        return dict(kept.files)
    folder = law_folder() / law
    if not (folder / "pack.toml").is_file():
        raise NotFound(
            "law-pack-missing",
            "the agreement names a law whose text is not here",
            where=law[:80],
            hint="its country signs it; enter text and note with `comity law trust`",
        )
    files = read_files(Path(folder))
    if pack_hash(files) != digest:
        raise Unverified(
            "law-pack-other",
            "the text here is not the one the agreement names",
            where=law[:80],
            hint="its country signs the text; enter text and note with `comity law trust`",
        )
    parse_pack(files)
    return files


def _read(conn: Connection, digest: str) -> Pack:
    # A text never changes: read once for all acts under it.
    found = _READ.get(digest)
    if found is None:
        row: Any = conn.execute(select(tables.law_pack.c.files).filter_by(hash=digest)).first()
        if row is None:
            raise NotFound("law-pack-missing", "a law named here has no text", where=digest[:12])
        found = parse_pack(row.files)
        if found.hash != digest:
            raise Unverified("law-pack-other", "the stored text of a law has changed")
        if len(_READ) >= _READ_MAX:
            _READ.clear()
        _READ[digest] = found
    return found
