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
def qma(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Node]:
    """Arcadia, joined to Utopia."""
    made = node("QMA", tmp_path, "UTO", kind=request.param)
    yield made
    made.store.close()


def envelope(
    body: bytes = b"do it", *, id_: str = "0f" * 16, life: datetime.timedelta = HOUR
) -> bytes:
    """Utopia's message to Arcadia."""
    letter = env.Letter("order", body, START, START + life, "uto-qma", "", id_)
    return UTO.home.write(person("QMA").card, letter)


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


def take(qma: Node, data: bytes, effects: Effects, now: datetime.datetime = START) -> bytes:
    """Arcadia's door."""
    return inbox.process_envelope(
        data, write=qma.write, home=qma.home, apply=effects.apply, alarm=effects.alarm, now=now
    )


def effects_of(qma: Node) -> int:
    """How many effects took place."""
    query = select(func.count()).where(setting.c.name.like("effect%"))
    with qma.store.read() as conn:
        return conn.execute(query).scalar_one()


def read(data: bytes, sent: bytes) -> reply.Answered:
    """Utopia reads Arcadia's reply."""
    return reply.open_reply(data, sent, UTO.home, person("QMA").card, START)


def test_effect_and_receipt_come_once(qma: Node) -> None:
    """The same bytes again bring the very same reply and no second effect."""
    effects, sent = Effects(), envelope()
    first = take(qma, sent, effects)
    assert [take(qma, sent, effects) for _ in range(3)] == [first] * 3
    assert effects_of(qma) == 1
    found = read(first, sent)
    assert (found.receipt.grade, found.receipt.entry) == ("applied", 7)
    assert found.answer is not None
    assert found.answer.body == b"ti od"


def test_the_same_reply_comes_after_expiry(qma: Node) -> None:
    """A sender whose reply was lost may fetch it late; a new envelope that late is refused."""
    effects, sent = Effects(), envelope()
    first = take(qma, sent, effects)
    assert take(qma, sent, effects, START + 2 * HOUR) == first
    with pytest.raises(ComityError, match="envelope-expired"):
        take(qma, envelope(id_="1f" * 16), effects, START + 2 * HOUR)


def test_same_id_with_other_bytes_is_an_alarm(qma: Node) -> None:
    """The second content is refused by receipt, has no effect, and people are told."""
    effects = Effects()
    first, second = envelope(b"do it"), envelope(b"do otherwise")
    kept = take(qma, first, effects)
    found = read(take(qma, second, effects), second)
    assert (found.receipt.grade, found.receipt.reason) == ("refused", "id-conflict")
    assert found.receipt.entry == 99
    assert effects.alarms == ["id-conflict"]
    assert effects_of(qma) == 1
    assert take(qma, first, effects) == kept


def test_a_refusal_is_an_outcome(qma: Node) -> None:
    """What the bureau refuses leaves no effect, is receipted with its code, and stays refused."""
    effects, sent = Effects(), envelope()
    effects.fault = NotPermitted("no-agreement", "not under this agreement")
    first = take(qma, sent, effects)
    effects.fault = None
    assert take(qma, sent, effects) == first
    found = read(first, sent)
    assert (found.receipt.grade, found.receipt.reason) == ("refused", "no-agreement")
    assert effects_of(qma) == 0


@pytest.mark.parametrize("fault", [Unavailable("busy", "not now"), RuntimeError("a bug")])
def test_a_failure_is_no_outcome(qma: Node, fault: Exception) -> None:
    """What fails for now, or by a bug, leaves nothing behind, and the next attempt succeeds."""
    effects, sent = Effects(), envelope()
    effects.fault = fault
    with pytest.raises(type(fault)):
        take(qma, sent, effects)
    assert effects_of(qma) == 0
    effects.fault = None
    assert read(take(qma, sent, effects), sent).receipt.grade == "applied"
    assert effects_of(qma) == 1


def test_a_stranger_leaves_no_trace(qma: Node) -> None:
    """An unknown sender, a forged signature or a sender who left is refused without a row."""
    effects = Effects()
    stranger = person("QNB").home.write(
        qma.card, env.Letter("order", b"", START, START + HOUR, "uto-qma")
    )
    with pytest.raises(NotFound, match="peer-unknown"):
        take(qma, stranger, effects)
    sent = envelope()
    with pytest.raises(ComityError):
        take(qma, sent[:-1] + bytes([sent[-1] ^ 1]), effects)
    qma.write(lambda conn: peers.dismiss(conn, "UTO"))
    with pytest.raises(NotFound, match="peer-unknown"):
        take(qma, sent, effects)
    with qma.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_ids_are_remembered_longer_than_envelopes_live(qma: Node) -> None:
    """Forget drops an id only when no envelope with that id can still be alive."""
    effects, sent = Effects(), envelope(life=env.LIFE_LIMIT)
    take(qma, sent, effects)
    last = START + env.LIFE_LIMIT + env.SKEW
    assert qma.write(lambda conn: inbox.forget(conn, now=last)) == 0
    take(qma, sent, effects, last)
    assert effects_of(qma) == 1
    assert qma.write(lambda conn: inbox.forget(conn, now=last + HOUR)) == 1
    with pytest.raises(ComityError, match="envelope-expired"):
        take(qma, sent, effects, last + HOUR)


def test_a_restored_node_refuses_the_past(qma: Node) -> None:
    """After a restore nothing from before it takes effect a second time; news does."""
    effects, sent = Effects(), envelope()
    qma.write(lambda conn: after_restore(conn, at=START + MINUTE))
    found = read(take(qma, sent, effects, START + MINUTE), sent)
    assert (found.receipt.grade, found.receipt.reason) == ("refused", "before-restore")
    later = UTO.home.write(
        qma.card, env.Letter("order", b"", START + MINUTE, START + HOUR, "uto-qma")
    )
    take(qma, later, effects, START + MINUTE)
    assert effects_of(qma) == 1


def test_a_peer_gone_wild_is_slowed_and_nobody_else(qma: Node) -> None:
    """Past its share a peer is told to come later; nothing is kept, and others are served."""
    qma.write(lambda conn: peers.admit(conn, person("QNB").card, now=START))
    effects, pace = Effects(), Pace(per_second=1, burst=2)

    def ask(who: str, now: datetime.datetime) -> bytes:
        letter = env.Letter("order", b"", START, START + HOUR, "uto-qma")
        return inbox.process_envelope(
            person(who).home.write(qma.card, letter),
            write=qma.write,
            home=qma.home,
            apply=effects.apply,
            alarm=effects.alarm,
            now=now,
            pace=pace,
        )

    for _ in range(2):
        ask("UTO", START)
    with pytest.raises(Unavailable, match="peer-too-fast"):
        ask("UTO", START)
    assert effects_of(qma) == 2
    ask("QNB", START)
    ask("UTO", START + MINUTE / 60)
    with pytest.raises(Unavailable, match="peer-too-fast"):
        ask("UTO", START)
    assert effects_of(qma) == 4
    # A clock set back gave nothing, and took nothing away.
    ask("UTO", START + 2 * MINUTE / 60)


def test_a_stranger_uses_up_nobodys_share(qma: Node) -> None:
    """A forged envelope in a peer's name does not count against that peer."""
    effects, pace = Effects(), Pace(per_second=1, burst=1)
    letter = env.Letter("order", b"", START, START + HOUR, "uto-qma")
    forged = env.seal_envelope(qma.card, "UTO", person("QNB").home.signer, letter)
    read = effects.apply
    for data, fault in ((forged, "envelope-signature"), (envelope(), ""), (envelope(), "too-fast")):
        try:
            inbox.process_question(
                data, write=qma.write, home=qma.home, read=read, now=START, pace=pace
            )
        except ComityError as error:
            assert fault
            assert fault in error.code  # noqa: PT017
        else:
            assert not fault


def test_a_question_may_be_repeated(qma: Node) -> None:
    """Answer keeps nothing and serves the question each time."""
    effects, sent = Effects(), envelope()
    for _ in range(2):
        data = inbox.process_question(
            sent, write=qma.write, home=qma.home, read=effects.apply, now=START
        )
        assert read(data, sent).receipt.grade == "applied"
    with qma.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_another_key_for_a_known_peer_needs_a_person(qma: Node) -> None:
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

    other, older, newer = card_of("QNB", START), card_of("UTO", START - HOUR), card_of("UTO", START)
    with pytest.raises(Conflict, match="peer-key"):
        qma.write(lambda conn: peers.admit(conn, other, now=START))
    with pytest.raises(Conflict, match="peer-older"):
        qma.write(lambda conn: peers.admit(conn, older, now=START))
    qma.write(lambda conn: peers.admit(conn, newer, now=START))
    assert qma.write(peers.joined) == [newer]
    qma.write(lambda conn: peers.admit(conn, other, now=START, replace=True))
    assert qma.write(lambda conn: peers.find(conn, "UTO")) == other
