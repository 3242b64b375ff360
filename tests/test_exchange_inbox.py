"""In exactly once: effect and receipt together, whatever the wire does."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from comity.errors import ComityError, Conflict, NotFound, NotPermitted, Unavailable
from comity.exchange import envelope as env
from comity.exchange import inbox, peers, reply
from comity.exchange.card import NodeCard, make_card
from comity.exchange.pace import Pace
from comity.exchange.restore import after_restore
from comity.record.tables import inbox as table
from comity.record.tables import setting
from exchange_world import HOUR, MINUTE, START, STORES, Node, node, person

UTO = person("UTO")


@pytest.fixture(params=STORES)
def qaa(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Node]:
    """Arcadia, joined to Utopia."""
    made = node("QAA", tmp_path, "UTO", kind=request.param)
    yield made
    made.store.close()


def envelope(
    body: bytes = b"do it", *, id_: str = "0f" * 16, life: datetime.timedelta = HOUR
) -> bytes:
    """Utopia's message to Arcadia."""
    letter = env.Letter("order", body, START, START + life, "uto-qaa", "", id_)
    return UTO.home.write(person("QAA").card, letter)


class Effects:
    """What messages do here: a row for each, and a count of alarms."""

    def __init__(self) -> None:
        self.alarms: list[str] = []
        self.fault: Exception | None = None

    def apply(self, conn: Connection, letter: env.Envelope) -> inbox.Applied:
        """One row by each message; raises after it if a fault is set."""
        count = conn.execute(select(func.count()).select_from(setting)).scalar_one()
        conn.execute(insert(setting).values(name=f"effect {count}", value=letter.id))
        if self.fault is not None:
            raise self.fault
        return inbox.Applied(entry=7, answer=inbox.Answer("done", letter.body[::-1]))

    def alarm(self, conn: Connection, code: str, header: env.Header) -> int:
        """Note the alarm; entry 99."""
        del conn, header
        self.alarms.append(code)
        return 99


def take(qaa: Node, data: bytes, effects: Effects, now: datetime.datetime = START) -> bytes:
    """Arcadia's door."""
    return inbox.process_envelope(
        data, write=qaa.write, home=qaa.home, apply=effects.apply, alarm=effects.alarm, now=now
    )


def effects_of(qaa: Node) -> int:
    """How many effects took place."""
    query = select(func.count()).where(setting.c.name.like("effect%"))
    with qaa.store.read() as conn:
        return conn.execute(query).scalar_one()


def read(data: bytes, sent: bytes) -> reply.Answered:
    """Utopia reads Arcadia's reply."""
    return reply.open_reply(data, sent, UTO.home, person("QAA").card, START)


def test_effect_and_receipt_come_once(qaa: Node) -> None:
    """The same bytes again bring the very same reply and no second effect."""
    effects, sent = Effects(), envelope()
    first = take(qaa, sent, effects)
    assert [take(qaa, sent, effects) for _ in range(3)] == [first] * 3
    assert effects_of(qaa) == 1
    found = read(first, sent)
    assert (found.receipt.grade, found.receipt.entry) == ("applied", 7)
    assert found.answer is not None
    assert found.answer.body == b"ti od"


def test_the_same_reply_comes_after_expiry(qaa: Node) -> None:
    """A sender whose reply was lost may fetch it late; a new envelope that late is refused."""
    effects, sent = Effects(), envelope()
    first = take(qaa, sent, effects)
    assert take(qaa, sent, effects, START + 2 * HOUR) == first
    with pytest.raises(ComityError, match="envelope-expired"):
        take(qaa, envelope(id_="1f" * 16), effects, START + 2 * HOUR)


def test_same_id_with_other_bytes_is_an_alarm(qaa: Node) -> None:
    """The second content is refused by receipt, has no effect, and people are told."""
    effects = Effects()
    first, second = envelope(b"do it"), envelope(b"do otherwise")
    kept = take(qaa, first, effects)
    found = read(take(qaa, second, effects), second)
    assert (found.receipt.grade, found.receipt.reason) == ("refused", "id-conflict")
    assert found.receipt.entry == 99
    assert effects.alarms == ["id-conflict"]
    assert effects_of(qaa) == 1
    assert take(qaa, first, effects) == kept


def test_a_refusal_is_an_outcome(qaa: Node) -> None:
    """What the bureau refuses leaves no effect, is receipted with its code, and stays refused."""
    effects, sent = Effects(), envelope()
    effects.fault = NotPermitted("no-agreement", "not under this agreement")
    first = take(qaa, sent, effects)
    effects.fault = None
    assert take(qaa, sent, effects) == first
    found = read(first, sent)
    assert (found.receipt.grade, found.receipt.reason) == ("refused", "no-agreement")
    assert effects_of(qaa) == 0


@pytest.mark.parametrize("fault", [Unavailable("busy", "not now"), RuntimeError("a bug")])
def test_a_failure_is_no_outcome(qaa: Node, fault: Exception) -> None:
    """What fails for now, or by a bug, leaves nothing behind, and the next attempt succeeds."""
    effects, sent = Effects(), envelope()
    effects.fault = fault
    with pytest.raises(type(fault)):
        take(qaa, sent, effects)
    assert effects_of(qaa) == 0
    effects.fault = None
    assert read(take(qaa, sent, effects), sent).receipt.grade == "applied"
    assert effects_of(qaa) == 1


def test_a_stranger_leaves_no_trace(qaa: Node) -> None:
    """An unknown sender, a forged signature or a sender who left is refused without a row."""
    effects = Effects()
    stranger = person("QBB").home.write(
        qaa.card, env.Letter("order", b"", START, START + HOUR, "uto-qaa")
    )
    with pytest.raises(NotFound, match="peer-unknown"):
        take(qaa, stranger, effects)
    sent = envelope()
    with pytest.raises(ComityError):
        take(qaa, sent[:-1] + bytes([sent[-1] ^ 1]), effects)
    qaa.write(lambda conn: peers.dismiss(conn, "UTO"))
    with pytest.raises(NotFound, match="peer-unknown"):
        take(qaa, sent, effects)
    with qaa.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_ids_are_remembered_longer_than_envelopes_live(qaa: Node) -> None:
    """Forget drops an id only when no envelope with that id can still be alive."""
    effects, sent = Effects(), envelope(life=env.LIFE_LIMIT)
    take(qaa, sent, effects)
    last = START + env.LIFE_LIMIT + env.SKEW
    assert qaa.write(lambda conn: inbox.forget(conn, now=last)) == 0
    take(qaa, sent, effects, last)
    assert effects_of(qaa) == 1
    assert qaa.write(lambda conn: inbox.forget(conn, now=last + HOUR)) == 1
    with pytest.raises(ComityError, match="envelope-expired"):
        take(qaa, sent, effects, last + HOUR)


def test_a_restored_node_refuses_the_past(qaa: Node) -> None:
    """After a restore nothing from before it takes effect a second time; news does."""
    effects, sent = Effects(), envelope()
    qaa.write(lambda conn: after_restore(conn, at=START + MINUTE))
    found = read(take(qaa, sent, effects, START + MINUTE), sent)
    assert (found.receipt.grade, found.receipt.reason) == ("refused", "before-restore")
    later = UTO.home.write(
        qaa.card, env.Letter("order", b"", START + MINUTE, START + HOUR, "uto-qaa")
    )
    take(qaa, later, effects, START + MINUTE)
    assert effects_of(qaa) == 1


def test_a_peer_gone_wild_is_slowed_and_nobody_else(qaa: Node) -> None:
    """Past its share a peer is told to come later; nothing is kept, and others are served."""
    qaa.write(lambda conn: peers.admit(conn, person("QBB").card, now=START))
    effects, pace = Effects(), Pace(per_second=1, burst=2)

    def ask(who: str, now: datetime.datetime) -> bytes:
        letter = env.Letter("order", b"", START, START + HOUR, "uto-qaa")
        return inbox.process_envelope(
            person(who).home.write(qaa.card, letter),
            write=qaa.write,
            home=qaa.home,
            apply=effects.apply,
            alarm=effects.alarm,
            now=now,
            pace=pace,
        )

    for _ in range(2):
        ask("UTO", START)
    with pytest.raises(Unavailable, match="peer-too-fast"):
        ask("UTO", START)
    assert effects_of(qaa) == 2
    ask("QBB", START)
    ask("UTO", START + MINUTE / 60)
    with pytest.raises(Unavailable, match="peer-too-fast"):
        ask("UTO", START)
    assert effects_of(qaa) == 4
    # A clock set back gave nothing, and took nothing away.
    ask("UTO", START + 2 * MINUTE / 60)


def test_a_stranger_uses_up_nobodys_share(qaa: Node) -> None:
    """A forged envelope in a peer's name does not count against that peer."""
    effects, pace = Effects(), Pace(per_second=1, burst=1)
    letter = env.Letter("order", b"", START, START + HOUR, "uto-qaa")
    forged = env.seal_envelope(qaa.card, "UTO", person("QBB").home.signer, letter)
    read = effects.apply
    for data, fault in ((forged, "envelope-signature"), (envelope(), ""), (envelope(), "too-fast")):
        try:
            inbox.process_question(
                data, write=qaa.write, home=qaa.home, read=read, now=START, pace=pace
            )
        except ComityError as error:
            assert fault
            assert fault in error.code  # noqa: PT017
        else:
            assert not fault


def test_a_question_may_be_repeated(qaa: Node) -> None:
    """Answer keeps nothing and serves the question each time."""
    effects, sent = Effects(), envelope()
    for _ in range(2):
        data = inbox.process_question(
            sent, write=qaa.write, home=qaa.home, read=effects.apply, now=START
        )
        assert read(data, sent).receipt.grade == "applied"
    with qaa.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_another_key_for_a_known_peer_needs_a_person(qaa: Node) -> None:
    """A card with another key, or an older one, does not replace the one we hold by itself."""

    def card_of(signer_code: str, created: datetime.datetime) -> NodeCard:
        return make_card(
            person(signer_code).home.signer,
            code="UTO",
            name="Utopia",
            urls=("https://new.example",),
            seal_public=UTO.card.seal,
            authority=UTO.card.authority,
            created=created,
        )

    other, older, newer = card_of("QBB", START), card_of("UTO", START - HOUR), card_of("UTO", START)
    with pytest.raises(Conflict, match="peer-key"):
        qaa.write(lambda conn: peers.admit(conn, other, now=START))
    with pytest.raises(Conflict, match="peer-older"):
        qaa.write(lambda conn: peers.admit(conn, older, now=START))
    qaa.write(lambda conn: peers.admit(conn, newer, now=START))
    assert qaa.write(peers.joined) == [newer]
    qaa.write(lambda conn: peers.admit(conn, other, now=START, replace=True))
    assert qaa.write(lambda conn: peers.find(conn, "UTO")) == other
