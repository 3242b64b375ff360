"""Follow a peer's feed: ask for what changed since our position, apply it page by page.

The question (kind ``feed-pull``) names our position, which acknowledges everything up to it, and
the epoch it belongs to: a peer restored from a backup begins another, and we begin anew. The
answer (kind ``feed-page``) is canonical JSON::

    {"epoch":"0…0","grant":"2026-11-25T08:00:00Z","head":12,"items":[
      {"alert":"…","body":"<base64>","by":"","op":"put","seq":11,"version":3},
      {"alert":"…","body":"","by":"2026-11-24T08:00:00Z","op":"withdraw","seq":12,"version":4}],
     "next":12}

Each page is applied in one transaction with our new position: a crash repeats a page or not, but
never half of it. The round ends with an empty page, which has told the peer that we hold all, and
renews the lease. Nothing changed: one question, one empty page.

Under an agreement that is not in force on either side no alert goes out and no lease is renewed,
but withdrawals go on: the question with ``"ends":true`` asks for nothing else, and the answer of
an issuer for whom the agreement is suspended holds nothing else.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from comity.errors import ComityError, Conflict, Malformed, Unverified
from comity.exchange import envelope as env
from comity.exchange import feed, inbox, lease, wire
from comity.exchange.card import NodeCard
from comity.exchange.home import Home, Send, Write
from comity.exchange.reply import open_reply
from comity.proof.canonical import canonical, parse_canonical
from comity.record.tables import cursor as table
from comity.record.tables import setting

PULL = "feed-pull"
PAGE = "feed-page"
QUESTION_LIFE = datetime.timedelta(minutes=5)
PAGES_MAX = 10_000
_ALERT_LIMIT = 200
_ITEM = {"alert", "body", "by", "op", "seq", "version"}

ApplyItems = Callable[[Connection, env.Envelope, tuple[feed.Item, ...]], None]
"""``apply(conn, envelope, items)``: put and withdraw, in the transaction of the cursor."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A question for a page: after which position, how many items, of which epoch, only ends."""

    after: int
    limit: int
    epoch: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A page as it arrived: the items, where to continue, the head, the lease, the epoch."""

    page: feed.Page
    grant: datetime.datetime
    epoch: str = feed.FIRST_EPOCH


@dataclass(frozen=True, slots=True)
class Followed:
    """What a round came to: items applied, our position, and until when the copy is usable."""

    applied: int
    position: int
    pages: int
    granted_until: datetime.datetime


@dataclass(frozen=True, slots=True)
class Follower:
    """What following needs: our ``home``, the store's ``write``, the time, and the meaning."""

    home: Home
    write: Write
    now: Callable[[], datetime.datetime]
    apply: ApplyItems

    def pull(
        self, peer: NodeCard, agreement: str, send: Send, *, limit: int = 500, ends: bool = False
    ) -> Followed:
        """Ask ``peer`` until nothing is left, applying each page as it comes.

        ``ends``: only for withdrawals, of what was received before; the lease is left as it is.

        Raises `Unavailable` when the line is down, `Conflict` ("feed-rolled-back") when the peer's
        feed is of another epoch or shorter than what we have applied: it was restored from a
        backup, and the copy must be started anew (`restart`).
        """
        applied = 0
        for pages in range(1, PAGES_MAX + 1):
            after, known = self.write(lambda conn: _where(conn, peer.code, agreement))
            asked = _format_pull(Pull(after, limit, known, ends))
            envelope = self._ask(peer, agreement, send, asked)
            told = parse_page(envelope.body)
            if after and told.epoch != known:
                raise _rolled_back()
            _check_page(told.page, after)
            items = told.page.items
            if items:
                self.write(lambda conn: self._take(conn, envelope, told, after))  # noqa: B023
            elif not ends:
                self.write(lambda conn: self._renew(conn, envelope, told.grant))  # noqa: B023
            applied += len(items)
            if not items:
                return Followed(applied, after, pages, told.grant)
        raise Conflict("feed-endless", "the peer's feed does not come to an end", where=peer.code)

    def _ask(self, peer: NodeCard, agreement: str, send: Send, body: bytes) -> env.Envelope:
        now = self.now()
        letter = env.Letter(PULL, body, now, now + QUESTION_LIFE, agreement)
        sent = self.home.write(peer, letter)
        answered = open_reply(send(sent), sent, self.home, peer, self.now())
        if answered.receipt.grade == "refused":
            raise ComityError(
                answered.receipt.reason or "feed-refused",
                "the peer refused to send its feed",
                where=peer.code,
                hint="check that the agreement is in force on both sides",
            )
        if answered.answer is None or answered.answer.kind != PAGE:
            raise Unverified("feed-no-page", "the answer is not a page of a feed", where=peer.code)
        return answered.answer

    def _take(self, conn: Connection, envelope: env.Envelope, told: Told, after: int) -> None:
        peer, agreement, now = envelope.sender, envelope.agreement, self.now()
        self.apply(conn, envelope, told.page.items)
        if after == 0:
            _keep_epoch(conn, peer, agreement, told.epoch)
        advance(conn, peer=peer, agreement=agreement, old=after, new=told.page.next, now=now)

    def _renew(self, conn: Connection, envelope: env.Envelope, grant: datetime.datetime) -> None:
        peer, agreement = envelope.sender, envelope.agreement
        lease.renew(conn, peer=peer, agreement=agreement, granted_until=grant, now=self.now())


def serve_pull(
    *, now: datetime.datetime, body_of: feed.BodyOf | None = None, ends: bool = False
) -> Callable[[Connection, env.Envelope], inbox.Applied]:
    """The issuer's side: an ``apply`` for `comity.exchange.inbox.answer` which serves one page.

    Whether the asker may have this feed now (agreement in force, peer a party) the caller decides
    before; here the signed sender and agreement alone choose the feed. Where it may not, ``ends``:
    it is told of withdrawals only, and granted no lease.
    """

    def serve(conn: Connection, envelope: env.Envelope) -> inbox.Applied:
        asked = parse_pull(envelope.body)
        peer, agreement, only = envelope.sender, envelope.agreement, ends or asked.ends
        page = feed.page(
            conn, peer=peer, agreement=agreement, after=asked.after, limit=asked.limit,
            body_of=body_of, ends=only,
        )  # fmt: skip
        epoch = feed.epoch(conn)
        # A position of another epoch, or beyond our head, is from before our restore: it
        # acknowledges nothing we know.
        if asked.epoch == epoch and asked.after <= page.head:
            feed.acknowledge(
                conn, peer=peer, agreement=agreement, upto=asked.after, now=now, ends=only
            )
        body = format_page(page, now if only else now + lease.LONGEST, epoch)
        return inbox.Applied(answer=inbox.Answer(PAGE, body))

    return serve


def position(conn: Connection, *, peer: str, agreement: str) -> int:
    """How far we have applied a peer's feed; 0 at first."""
    query = select(table.c.position).where(table.c.peer == peer, table.c.agreement == agreement)
    return conn.execute(query).scalar_one_or_none() or 0


def advance(
    conn: Connection, *, peer: str, agreement: str, old: int, new: int, now: datetime.datetime
) -> None:
    """Move our position from ``old`` to ``new``; `Conflict` if another worker has moved it.

    Compare and swap: two workers who both read ``old`` would else apply one page twice.
    """
    mine = (table.c.peer == peer, table.c.agreement == agreement, table.c.position == old)
    values = {"position": new, "updated_at": now}
    if conn.execute(update(table).where(*mine).values(**values)).rowcount == 1:
        return
    if old != 0 or position(conn, peer=peer, agreement=agreement) != 0:
        raise Conflict("feed-position", "another worker has applied this page", where=peer)
    conn.execute(insert(table).values(peer=peer, agreement=agreement, **values))


def restart(conn: Connection, *, peer: str, agreement: str, now: datetime.datetime) -> None:
    """Begin the copy anew from position 0; its lease ends until it is complete again."""
    lease.end(conn, peer=peer, agreement=agreement)
    mine = (table.c.peer == peer, table.c.agreement == agreement)
    conn.execute(update(table).where(*mine).values(position=0, updated_at=now))


def _where(conn: Connection, peer: str, agreement: str) -> tuple[int, str]:
    query = select(setting.c.value).where(setting.c.name == _epoch_name(peer, agreement))
    known = conn.execute(query).scalar_one_or_none() or feed.FIRST_EPOCH
    return position(conn, peer=peer, agreement=agreement), known


def _keep_epoch(conn: Connection, peer: str, agreement: str, epoch: str) -> None:
    name = _epoch_name(peer, agreement)
    conn.execute(delete(setting).where(setting.c.name == name))
    conn.execute(insert(setting).values(name=name, value=epoch))


def _epoch_name(peer: str, agreement: str) -> str:
    return f"exchange.epoch {peer} {agreement}"


def format_page(page: feed.Page, grant: datetime.datetime, epoch: str = feed.FIRST_EPOCH) -> bytes:
    """A page as canonical JSON, with the lease it grants once the follower holds everything."""
    items = [
        {
            "alert": item.alert_id,
            "body": base64.b64encode(item.body).decode(),
            "by": wire.format_instant(item.acknowledge_by) if item.acknowledge_by else "",
            "op": item.op,
            "seq": item.seq,
            "version": item.version,
        }
        for item in page.items
    ]
    said = {
        "epoch": epoch,
        "grant": wire.format_instant(grant),
        "head": page.head,
        "items": items,
        "next": page.next,
    }
    return canonical(said)


def parse_page(data: bytes) -> Told:
    """The inverse of `format_page`, strictly; `Malformed` otherwise."""
    said = parse_canonical(data, limit=env.BODY_LIMIT)
    if not isinstance(said, dict) or set(said) != {"epoch", "grant", "head", "items", "next"}:
        raise Malformed("feed-page-fields", "not a page of a feed")
    if not isinstance(said["items"], list) or len(said["items"]) > feed.PAGE_LIMIT:
        raise Malformed("feed-page-items", f"a page has at most {feed.PAGE_LIMIT} items")
    items = tuple(_parse_item(each) for each in said["items"])
    page = feed.Page(
        items=items,
        next=wire.natural(said["next"], code="feed-page-number", where="page: next"),
        head=wire.natural(said["head"], code="feed-page-number", where="page: head"),
    )
    grant = wire.parse_instant(said["grant"], code="feed-page-grant", where="page: grant")
    epoch = wire.matching(said["epoch"], wire.ID, code="feed-page-epoch", where="page: epoch")
    return Told(page, grant, epoch)


def parse_pull(data: bytes) -> Pull:
    """Read a question for a page, strictly; Malformed otherwise."""
    said = parse_canonical(data, limit=200)
    if not isinstance(said, dict) or set(said) != {"after", "ends", "epoch", "limit"}:
        raise Malformed("feed-pull-fields", "not a question for a page")
    if not isinstance(said["ends"], bool):
        raise Malformed("feed-pull-ends", "true or false is expected", where="pull: ends")
    after = wire.natural(said["after"], code="feed-pull-number", where="pull: after")
    limit = wire.natural(said["limit"], code="feed-pull-number", where="pull: limit")
    epoch = wire.matching(said["epoch"], wire.ID, code="feed-pull-epoch", where="pull: epoch")
    return Pull(after, limit, epoch, said["ends"])


def _format_pull(pull: Pull) -> bytes:
    said = {"after": pull.after, "ends": pull.ends, "epoch": pull.epoch, "limit": pull.limit}
    return canonical(said)


def _rolled_back() -> Conflict:
    return Conflict(
        "feed-rolled-back",
        "the peer's feed is not the one we have applied",
        hint="the peer was restored from a backup: start the copy anew",
    )


def _check_page(page: feed.Page, after: int) -> None:
    """Positions rise from ours, one item for each alert, and the page says truly where it ends."""
    if page.head < after:
        raise _rolled_back()
    positions = [item.seq for item in page.items]
    rising = all(a < b for a, b in zip([after, *positions], positions, strict=False))
    ends = positions[-1] if positions else after
    alone = len({item.alert_id for item in page.items}) == len(page.items)
    complete = bool(positions) or page.head == after
    if not (rising and alone and complete and page.next == ends <= page.head):
        raise Malformed("feed-page-order", "the page's positions do not follow from ours")


def _parse_item(said: Any) -> feed.Item:
    if not isinstance(said, dict) or set(said) != _ITEM:
        raise Malformed("feed-item-fields", "not an item of a feed")
    alert, op, by = said["alert"], said["op"], said["by"]
    if not isinstance(alert, str) or not 0 < len(alert) <= _ALERT_LIMIT:
        raise Malformed("feed-item-alert", "not an alert's id")
    if op not in feed.OPS or (op == "withdraw") == (by == ""):
        raise Malformed("feed-item-op", "not an operation with its deadline")
    deadline = wire.parse_instant(by, code="feed-item-by", where="item: by") if by else None
    return feed.Item(
        seq=wire.natural(said["seq"], code="feed-item-number", where="item: seq"),
        op=op,
        alert_id=alert,
        version=wire.natural(said["version"], code="feed-item-number", where="item: version"),
        body=_parse_body(said["body"]),
        acknowledge_by=deadline,
    )


def _parse_body(text: Any) -> bytes:
    try:
        body = base64.b64decode(text, validate=True)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Malformed("feed-item-body", "a body is not base64") from error
    if base64.b64encode(body).decode() != text:
        raise Malformed("feed-item-body", "a body is not canonical base64")
    return body
