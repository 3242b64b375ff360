"""Feeds: what changed since a position, applied whole, acknowledged, provably the same set."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select

from comity.errors import ComityError, Conflict, Malformed, NotPermitted, Unavailable
from comity.exchange import digest, feed, follow, inbox, lease, reconcile, reply
from comity.exchange import envelope as env
from comity.exchange.home import Send
from comity.exchange.reconcile import Difference
from comity.exchange.restore import after_restore
from comity.proof.canonical import canonical
from comity.record.clock import FixedClock
from comity.record.tables import cursor, setting
from comity.record.tables import feed as table
from exchange_world import HOUR, MINUTE, START, STORES, Node, node

AGREEMENT = "uto-qma"


def chances(seed: int) -> random.Random:
    """Chance which repeats itself."""
    return random.Random(seed)  # noqa: S311


class Copy:
    """Arcadia's copy of Utopia's alerts: a row of ``setting`` for each."""

    def __init__(self, qma: Node, clock: FixedClock) -> None:
        self.qma = qma
        self.follower = follow.Follower(qma.home, qma.write, clock.now, self.apply)
        self.fault: Exception | None = None

    def apply(self, conn: Connection, envelope: env.Envelope, items: tuple[feed.Item, ...]) -> None:
        """Put or withdraw each; fail after half of them if a fault is set."""
        assert envelope.agreement == AGREEMENT
        for place, item in enumerate(items):
            if self.fault is not None and place == len(items) // 2:
                raise self.fault
            conn.execute(delete(setting).where(setting.c.name == item.alert_id))
            if item.op == "put":
                value = f"{item.version} {item.body.decode()}"
                conn.execute(insert(setting).values(name=item.alert_id, value=value))

    def held(self) -> dict[str, str]:
        """Alert id → version and body."""
        with self.qma.store.read() as conn:
            rows = conn.execute(select(setting).where(setting.c.name.not_like("exchange.%")))
            return {row.name: row.value for row in rows}

    def pairs(self) -> list[tuple[str, int]]:
        """What a digest is over."""
        return [(name, int(value.split()[0])) for name, value in self.held().items()]


class Pair:
    """Utopia, which issues, and Arcadia, which follows, with a line between them."""

    def __init__(self, directory: Path, kind: str = "sqlite") -> None:
        self.clock = FixedClock(START)
        self.uto = node("UTO", directory, "QMA", kind=kind)
        self.qma = node("QMA", directory, "UTO", kind=kind)
        self.copy = Copy(self.qma, self.clock)
        self.questions = 0

    def send(self, data: bytes) -> bytes:
        """The line: Utopia's door for questions."""
        self.questions += 1
        now = self.clock.now()
        read = follow.serve_pull(now=now)
        return inbox.process_question(
            data, write=self.uto.write, home=self.uto.home, read=read, now=now
        )

    def pull(self, limit: int = 500) -> follow.Followed:
        """One round."""
        return self.copy.follower.pull(self.uto.card, AGREEMENT, self.send, limit=limit)

    def change(self, *changes: feed.Change) -> int:
        """Utopia changes its feed to Arcadia."""
        return self.uto.write(
            lambda conn: feed.append_many(
                conn, agreement=AGREEMENT, peer="QMA", changes=changes, now=self.clock.now()
            )
        )

    def due(self) -> set[tuple[str, int]]:
        """What Arcadia ought to hold."""
        with self.uto.store.read() as conn:
            return set(feed.live(conn, agreement=AGREEMENT, peer="QMA"))

    def overdue(self) -> list[str]:
        """Alerts whose withdrawal is not acknowledged in time."""
        with self.uto.store.read() as conn:
            return [late.alert_id for late in feed.overdue(conn, self.clock.now())]


@pytest.fixture(params=STORES)
def pair(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two nodes."""
    made = Pair(tmp_path, request.param)
    yield made
    made.uto.store.close()
    made.qma.store.close()


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Pair]:
    """Two nodes on SQLite alone, for what does not depend on the store."""
    made = Pair(tmp_path)
    yield made
    made.uto.store.close()
    made.qma.store.close()


def put(alert: str, version: int = 1) -> feed.Change:
    """An alert issued or corrected."""
    return feed.Change("put", alert, version, f"body of {alert}".encode())


def withdraw(alert: str, version: int = 2, by: datetime.datetime = START + HOUR) -> feed.Change:
    """An alert withdrawn."""
    return feed.Change("withdraw", alert, version, acknowledge_by=by)


def test_a_follower_holds_what_is_live(pair: Pair) -> None:
    """Alerts put, corrected and withdrawn arrive as they stand, in pages of any size."""
    pair.change(*(put(f"a{n}") for n in range(10)))
    assert pair.pull(limit=3).applied == 10
    pair.change(put("a1", 2), withdraw("a2"), put("b"))
    found = pair.pull(limit=1)
    assert (found.applied, found.position) == (3, 13)
    assert set(pair.copy.pairs()) == pair.due()
    assert pair.copy.held()["a1"] == "2 body of a1"
    assert "a2" not in pair.copy.held()


def test_nothing_changed_is_one_question(pair: Pair) -> None:
    """Without news a round is one question and one empty page, however long the feed."""
    pair.change(*(put(f"a{n}") for n in range(700)))
    pair.pull()
    pair.questions = 0
    assert pair.pull().applied == 0
    assert pair.questions == 1


def test_superseded_versions_are_gone(pair: Pair) -> None:
    """Only the last change to an alert remains, at a new position that was never used before."""
    positions = [pair.change(put("a", version)) for version in range(1, 6)]
    assert positions == [1, 2, 3, 4, 5]
    with pair.uto.store.read() as conn:
        assert len(conn.execute(select(table)).all()) == 1
    assert pair.change(put("a", 6), put("a", 7)) == 6
    assert pair.pull().applied == 1
    assert pair.copy.held() == {"a": "7 body of a"}


def test_r18_withdrawals_are_acknowledged_or_overdue(pair: Pair) -> None:
    """A withdrawal the peer has not applied by its deadline is named; once applied, no more."""
    pair.change(put("a"), put("b"))
    pair.pull()
    pair.change(withdraw("a", by=START + HOUR), withdraw("b", by=START + 3 * HOUR))
    pair.clock.advance(2 * HOUR)
    assert pair.overdue() == ["a"]
    pair.pull()
    pair.clock.advance(2 * HOUR)
    assert pair.overdue() == []
    assert pair.copy.held() == {}


def test_receiving_a_page_is_not_acknowledging_it(pair: Pair) -> None:
    """A peer who got the withdrawal but failed to apply it is still overdue."""
    pair.change(put("a"))
    pair.pull()
    pair.change(withdraw("a"))
    pair.copy.fault = RuntimeError("power cut")
    with pytest.raises(RuntimeError):
        pair.pull()
    pair.clock.advance(2 * HOUR)
    assert pair.overdue() == ["a"]
    pair.copy.fault = None
    pair.pull()
    assert pair.overdue() == []


def test_a_page_is_applied_whole_or_not_at_all(pair: Pair) -> None:
    """A failure half way leaves neither half a page nor a moved position."""
    pair.change(*(put(f"a{n}") for n in range(8)))
    pair.copy.fault = RuntimeError("power cut")
    with pytest.raises(RuntimeError):
        pair.pull()
    assert pair.copy.held() == {}
    with pair.qma.store.read() as conn:
        assert follow.position(conn, peer="UTO", agreement=AGREEMENT) == 0
    pair.copy.fault = None
    assert pair.pull().applied == 8


def test_feeds_are_apart(pair: Pair) -> None:
    """A peer is served its own feed under the agreement it names, and no other."""
    pair.change(put("a"))

    def elsewhere(conn: Connection) -> None:
        for agreement, peer in (("other", "QMA"), (AGREEMENT, "QNB")):
            feed.append(conn, agreement=agreement, peer=peer, change=put("secret"), now=START)

    pair.uto.write(elsewhere)
    pair.pull()
    assert list(pair.copy.held()) == ["a"]
    with pair.uto.store.read() as conn:
        assert feed.holders(conn, "secret") == [("QMA", "other"), ("QNB", AGREEMENT)]


def test_bodies_need_not_be_kept(plain: Pair) -> None:
    """A row without a body is read through when its page is asked for."""
    plain.change(feed.Change("put", "a", 3), withdraw("b"))
    with plain.uto.store.read() as conn:
        found = feed.page(
            conn,
            peer="QMA",
            agreement=AGREEMENT,
            after=0,
            body_of=lambda _conn, alert, version: f"{alert} {version}".encode(),
        )
    assert [item.body for item in found.items] == [b"a 3", b""]


def test_pages_stay_within_an_envelope(plain: Pair) -> None:
    """However large the bodies, a page fits into one envelope, and all arrive."""
    body = chances(1).randbytes(200_000).hex().encode()
    for n in range(5):
        plain.change(feed.Change("put", f"a{n}", 1, body))
    assert plain.pull().applied == 5
    with pytest.raises(Malformed, match="feed-body-size"):
        plain.change(feed.Change("put", "a", 1, bytes(feed.PAGE_BYTES + 1)))


def test_a_withdrawal_needs_a_deadline(plain: Pair) -> None:
    """Without a deadline nobody would ask whether it arrived."""
    with pytest.raises(Malformed, match="feed-deadline"):
        plain.change(feed.Change("withdraw", "a", 1))


def test_r17_a_stale_copy_is_unavailable(pair: Pair) -> None:
    """48 hours after the last full synchronisation the copy supports nothing; a sync renews it."""
    pair.change(put("a"))

    def required() -> lease.Lease:
        with pair.qma.store.read() as conn:
            return lease.require(conn, peer="UTO", agreement=AGREEMENT, now=pair.clock.now())

    with pytest.raises(Unavailable, match="lease-expired"):
        required()
    assert pair.pull().granted_until == START + lease.LONGEST
    pair.clock.advance(lease.LONGEST)
    assert required().freshness == START
    pair.clock.advance(MINUTE)
    with pytest.raises(Unavailable, match="lease-expired"):
        required()
    pair.pull()
    assert required().granted_until == pair.clock.now() + lease.LONGEST


def test_r56_a_lease_ends_at_once(pair: Pair) -> None:
    """A peer who is cut off supports nothing from that moment."""
    pair.pull()
    assert pair.qma.write(lambda conn: lease.end_peer(conn, "UTO")) == 1
    pair.pull()
    pair.qma.write(lambda conn: lease.end(conn, peer="UTO", agreement=AGREEMENT))
    with pair.qma.store.read() as conn:
        assert lease.all_leases(conn) == []
        with pytest.raises(Unavailable):
            lease.require(conn, peer="UTO", agreement=AGREEMENT, now=START)


def test_a_grant_is_cut_to_48_hours_and_a_clock_set_back_helps_nobody(pair: Pair) -> None:
    """Neither a generous issuer nor a wrong clock keeps a copy alive."""
    made = pair.qma.write(
        lambda conn: lease.renew(
            conn, peer="UTO", agreement="x", granted_until=START + 99 * HOUR, now=START
        )
    )
    assert made.granted_until == START + lease.LONGEST
    assert made.holds(START)
    assert not made.holds(START - HOUR)


def test_a_partial_round_renews_no_lease(pair: Pair) -> None:
    """As long as pages are missing the copy is not complete, and no lease is given."""
    pair.change(*(put(f"a{n}") for n in range(4)))
    count = iter(range(9))

    def cut(data: bytes) -> bytes:
        if next(count) == 2:
            raise Unavailable("peer-unreachable", "the line is cut")
        return pair.send(data)

    with pytest.raises(Unavailable, match="peer-unreachable"):
        pair.copy.follower.pull(pair.uto.card, AGREEMENT, cut, limit=2)
    with pair.qma.store.read() as conn:
        assert lease.find(conn, peer="UTO", agreement=AGREEMENT) is None


def test_a_feed_rolled_back_is_noticed(pair: Pair) -> None:
    """A peer restored from a backup offers less than we have applied: Conflict, then anew."""
    pair.change(put("a"), put("b"))
    pair.pull()
    pair.uto.write(lambda conn: conn.execute(delete(table).where(table.c.alert_id == "b")))
    with pytest.raises(Conflict, match="feed-rolled-back"):
        pair.pull()
    pair.qma.write(
        lambda conn: follow.restart(conn, peer="UTO", agreement=AGREEMENT, now=pair.clock.now())
    )
    assert pair.pull().position == 1


def test_r17_a_restored_copy_is_no_fresher_than_its_backup(plain: Pair) -> None:
    """A restored node relies on no copy until it has synchronised again."""
    plain.pull()
    plain.qma.write(lambda conn: after_restore(conn, at=START))
    with plain.qma.store.read() as conn, pytest.raises(Unavailable, match="lease-expired"):
        lease.require(conn, peer="UTO", agreement=AGREEMENT, now=START)
    plain.pull()
    with plain.qma.store.read() as conn:
        assert lease.require(conn, peer="UTO", agreement=AGREEMENT, now=START).freshness == START


def test_a_position_beyond_the_head_acknowledges_nothing(plain: Pair) -> None:
    """After its restore the issuer does not take an old position for applied news."""
    plain.change(*(put(f"a{n}") for n in range(5)))
    plain.pull()
    plain.uto.write(lambda conn: conn.execute(delete(table)))
    plain.change(withdraw("a1"))
    with pytest.raises(Conflict, match="feed-rolled-back"):
        plain.pull()
    plain.clock.advance(2 * HOUR)
    assert plain.overdue() == ["a1"]


def test_r18_a_restored_issuer_begins_another_epoch(plain: Pair) -> None:
    """Positions given twice do not hide news: the follower notices, starts anew, misses nothing."""
    plain.change(*(put(f"a{n}") for n in range(3)))
    plain.pull()
    plain.change(put("lost 1"), put("lost 2"))
    plain.pull()

    def restore(conn: Connection) -> None:
        conn.execute(delete(table).where(table.c.seq > 3))
        after_restore(conn, at=START)

    plain.uto.write(restore)
    plain.change(withdraw("a1"), put("b"), put("c"))
    with pytest.raises(Conflict, match="feed-rolled-back"):
        plain.pull()
    plain.clock.advance(2 * HOUR)
    assert plain.overdue() == ["a1"]
    now = plain.clock.now()
    plain.qma.write(lambda conn: follow.restart(conn, peer="UTO", agreement=AGREEMENT, now=now))
    plain.pull()
    assert plain.overdue() == []
    held = set(plain.copy.pairs())
    assert plain.due() <= held
    surplus = compared(plain, held).surplus
    assert surplus == ("lost 1", "lost 2")


def test_two_followers_apply_once(pair: Pair) -> None:
    """When another worker has moved the position, the page is refused, not applied twice."""
    pair.change(put("a"))

    def meanwhile(data: bytes) -> bytes:
        answer = pair.send(data)
        if pair.questions == 1:
            pair.pull()
        return answer

    with pytest.raises(Conflict, match="feed-position"):
        pair.copy.follower.pull(pair.uto.card, AGREEMENT, meanwhile)
    with pair.qma.store.read() as conn:
        assert len(conn.execute(select(cursor)).all()) == 1


def test_a_refused_question_is_told(plain: Pair) -> None:
    """A refusal reaches the follower with the issuer's own reason."""

    def refuse(_conn: Connection, _envelope: env.Envelope) -> None:
        raise NotPermitted("no-agreement", "not in force")

    def send(data: bytes) -> bytes:
        return inbox.process_question(
            data, write=plain.uto.write, home=plain.uto.home, read=refuse, now=START
        )

    with pytest.raises(ComityError) as caught:
        plain.copy.follower.pull(plain.uto.card, AGREEMENT, send)
    assert caught.value.code == "no-agreement"


def test_lags_say_who_is_behind(pair: Pair) -> None:
    """Head, rows not acknowledged and the oldest of them, by peer and agreement."""
    pair.change(put("a"), put("b"))
    with pair.uto.store.read() as conn:
        assert feed.lags(conn) == [feed.Lag("QMA", AGREEMENT, 2, 2, START)]
    pair.pull()
    with pair.uto.store.read() as conn:
        assert feed.lags(conn) == [feed.Lag("QMA", AGREEMENT, 2, 0, None)]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_r18_after_any_history_both_hold_the_same_set(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Whatever is put, corrected, withdrawn, lost or cut off half way: in the end digests agree."""
    chance = chances(seed)
    pair = Pair(tmp_path_factory.mktemp("feed"))

    def lossy(data: bytes) -> bytes:
        if chance.random() < 0.2:
            raise Unavailable("peer-unreachable", "lost")
        answer = pair.send(data)
        if chance.random() < 0.2:
            raise Unavailable("peer-unreachable", "lost on the way back")
        return answer

    for step in range(12):
        alert = f"a{chance.randrange(6)}"
        pair.change(withdraw(alert, step) if chance.random() < 0.4 else put(alert, step))
        pair.copy.fault = RuntimeError("cut") if chance.random() < 0.2 else None
        try:
            pair.copy.follower.pull(pair.uto.card, AGREEMENT, lossy, limit=chance.randrange(1, 4))
        except (Unavailable, RuntimeError):
            continue
    pair.copy.fault = None
    pair.pull()
    ours, theirs = digest.digest_of(pair.due()), digest.digest_of(pair.copy.pairs())
    assert ours == theirs
    pair.clock.advance(9 * HOUR)
    assert pair.overdue() == []
    pair.uto.store.close()
    pair.qma.store.close()


# --- comparing ---------------------------------------------------------------------------------


def compared(pair: Pair, held: set[tuple[str, int]], send: Send | None = None) -> Difference:
    """Arcadia compares what it holds with Utopia's feed."""

    def ask(data: bytes) -> bytes:
        return inbox.process_question(
            data,
            write=pair.uto.write,
            home=pair.uto.home,
            read=reconcile.serve_compare,
            now=pair.clock.now(),
        )

    with pair.qma.store.read() as conn:
        position = follow.position(conn, peer="UTO", agreement=AGREEMENT)
    made = reconcile.Reconciler(pair.qma.home, pair.clock.now())
    return made.compare(pair.uto.card, AGREEMENT, send or ask, held=held, position=position)


def test_r18_a_copy_is_compared_alert_by_alert(pair: Pair) -> None:
    """What is missing, surplus or of another version is named exactly; equal sets need no list."""
    pair.change(*(put(f"a{n}") for n in range(40)), withdraw("gone"))
    pair.pull()
    due = pair.due()
    assert compared(pair, due).none
    wrong = due - {("a3", 1), ("a7", 1)} | {("a7", 9), ("gone", 1)}
    assert compared(pair, wrong) == Difference(("a3",), ("gone",), ("a7",))
    assert compared(pair, set()) == Difference(tuple(sorted(f"a{n}" for n in range(40))))


def test_only_one_moment_is_compared(pair: Pair) -> None:
    """A feed that has moved on is said so, instead of naming differences that are only news."""
    pair.change(put("a"))
    pair.pull()
    pair.change(put("b"))
    with pytest.raises(Conflict, match="feed-moved"):
        compared(pair, pair.due())


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("feed-digest", {}, "feed-no-digest"),
        ("feed-page", {"digest": "", "head": 0}, "feed-no-digest"),
        ("feed-digest", {"digest": 7, "head": 0}, "digest-fields"),
        ("feed-digest", {"digest": "{}", "head": 0}, "digest-fields"),
        ("feed-digest", {"digest": "x", "head": -1}, "feed-compare-head"),
    ],
)
def test_each_wrong_answer_to_a_comparison_is_named(
    plain: Pair, kind: str, body: dict[str, object], code: str
) -> None:
    """An issuer's answer out of form leads to a named error, never to a difference."""

    def send(data: bytes) -> bytes:
        told = inbox.Applied(answer=inbox.Answer(kind, canonical(body)))
        return inbox.process_question(
            data, write=plain.uto.write, home=plain.uto.home, read=lambda _c, _e: told, now=START
        )

    with pytest.raises(ComityError) as caught:
        compared(plain, set(), send)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([["a", 1]], ""),
        ([["a", 1], ["a", 2]], "feed-compare-pairs"),
        ([["a"]], "feed-compare-pairs"),
        ([[1, 1]], "feed-compare-pairs"),
        ([["a", -1]], "feed-compare-pairs"),
        ([["of another bucket", 1]], "feed-compare-pairs"),
        ({}, "feed-compare-pairs"),
    ],
)
def test_each_wrong_list_of_pairs_is_named(pairs: object, code: str) -> None:
    """Pairs out of form, twice or in the wrong bucket are refused."""
    body, bucket = canonical({"head": 1, "pairs": pairs}), digest.bucket_of("a")
    if not code:
        assert reconcile._parse_pairs("feed-pairs", body, bucket) == ({"a": 1}, 1)
        return
    with pytest.raises(ComityError) as caught:
        reconcile._parse_pairs("feed-pairs", body, bucket)
    assert caught.value.code == code


@pytest.mark.parametrize("bucket", [-2, 256, 1.5, True, "1", None])
def test_a_question_names_a_bucket(plain: Pair, bucket: object) -> None:
    """A question for anything but a bucket or the whole is refused by receipt."""
    body = canonical({"bucket": bucket})
    sent = plain.qma.home.write(
        plain.uto.card, env.Letter("feed-compare", body, START, START + HOUR, AGREEMENT)
    )
    data = inbox.process_question(
        sent, write=plain.uto.write, home=plain.uto.home, read=reconcile.serve_compare, now=START
    )
    found = reply.open_reply(data, sent, plain.qma.home, plain.uto.card, START)
    assert found.receipt.reason == "feed-compare-bucket"


# --- digests and pages as bytes ----------------------------------------------------------------

PAIRS = st.sets(st.tuples(st.text(min_size=1, max_size=9), st.integers(0, 99)), max_size=30)


@given(a=PAIRS, b=PAIRS)
@settings(max_examples=80, deadline=None)
def test_digests_are_equal_exactly_for_equal_sets(
    a: set[tuple[str, int]], b: set[tuple[str, int]]
) -> None:
    """Order does not count; any difference shows, in the buckets where it is."""
    assert digest.digest_of(sorted(a)) == digest.digest_of(sorted(a, reverse=True))
    first, second = digest.digest_of(a), digest.digest_of(b)
    assert (first.root == second.root) == (a == b)
    expected = {digest.bucket_of(alert) for alert, _ in a ^ b}
    assert set(digest.differing(first, second)) == expected
    assert digest.parse_digest(digest.format_digest(first)) == first


def test_a_digest_which_contradicts_itself_is_refused() -> None:
    """Root, buckets and count belong together."""
    made = digest.digest_of([("a", 1), ("b", 2)])
    for wrong in (
        replace(made, count=3),
        replace(made, root="00" * 32),
        replace(made, buckets=made.buckets[:-1]),
        replace(made, buckets=("00" * 32, *made.buckets[1:])),
    ):
        with pytest.raises(Malformed, match="digest-"):
            digest.parse_digest(digest.format_digest(wrong))


PAGE = feed.Page(
    (feed.Item(3, "put", "a", 1, b"\x00x"), feed.Item(5, "withdraw", "b", 2, b"", START)), 5, 9
)


def test_a_page_reads_as_it_was_written() -> None:
    """Parse after format is the identity."""
    assert follow.parse_page(follow.format_page(PAGE, START)) == follow.Told(PAGE, START)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"extra": 1}, "feed-page-fields"),
        ({"epoch": "0"}, "feed-page-epoch"),
        ({"head": -1}, "feed-page-number"),
        ({"head": True}, "feed-page-number"),
        ({"next": "5"}, "feed-page-number"),
        ({"grant": "soon"}, "feed-page-grant"),
        ({"items": {}}, "feed-page-items"),
        ({"items": [{}] * 1001}, "feed-page-items"),
        ({"items": [{}]}, "feed-item-fields"),
        ({"alert": ""}, "feed-item-alert"),
        ({"alert": "x" * 201}, "feed-item-alert"),
        ({"op": "erase"}, "feed-item-op"),
        ({"op": "withdraw"}, "feed-item-op"),
        ({"by": "2026-11-23T08:00:00Z"}, "feed-item-op"),
        ({"body": "A"}, "feed-item-body"),
        ({"body": "QQ=="}, ""),
        ({"body": "QR=="}, "feed-item-body"),
        ({"body": 7}, "feed-item-body"),
        ({"seq": 1.5}, "feed-item-number"),
    ],
)
def test_each_wrong_field_of_a_page_is_named(change: dict[str, object], code: str) -> None:
    """A page with one field out of form is refused with that field's code."""
    said = json.loads(follow.format_page(PAGE, START))
    inner = set(change) & set(said["items"][0])
    (said["items"][0] if inner else said).update(change)
    if not code:
        assert follow.parse_page(canonical(said)).page.items[0].body == b"A"
        return
    with pytest.raises(ComityError) as caught:
        follow.parse_page(canonical(said))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "page",
    [
        replace(PAGE, next=4),
        replace(PAGE, head=4),
        replace(PAGE, items=PAGE.items[::-1]),
        replace(PAGE, items=(PAGE.items[0], replace(PAGE.items[1], alert_id="a"))),
        replace(PAGE, items=(replace(PAGE.items[0], seq=2), PAGE.items[1])),
        feed.Page((), 2, 9),
        feed.Page((), 3, 2),
    ],
)
def test_positions_must_follow_from_ours(page: feed.Page) -> None:
    """A page out of order, repeated, with a gap at its end or for another position is refused."""
    follow._check_page(PAGE, 2)
    with pytest.raises(Malformed, match="feed-page-order"):
        follow._check_page(page, 2)


@given(data=st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_one_named_error(data: bytes) -> None:
    """Bytes from nowhere raise a ComityError and nothing else."""
    good = follow.format_page(PAGE, START)
    for attempt in (data, good[:100] + data, good + data + b"x"):
        for parse in (follow.parse_page, follow.parse_pull, digest.parse_digest):
            with pytest.raises(ComityError):
                parse(attempt)
