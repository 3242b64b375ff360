"""Receipts and replies: the receiver's signed word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import ComityError
from comity.exchange import envelope as env
from comity.exchange import receipt as rec
from comity.exchange import reply
from comity.proof.note import sign_note
from exchange_world import HOUR, START, person

UTO, QMA = person("UTO"), person("QMA")
RECEIPT = rec.Receipt("9f" * 32, "0f" * 16, "UTO", "QMA", "applied", START, "", 4711, "")
SIGNED = rec.format_receipt(RECEIPT, QMA.home.signer)
TEXT = SIGNED.decode().split("\n\n")[0] + "\n"


@given(
    grade=st.sampled_from(rec.GRADES),
    reason=st.sampled_from(["", "not-permitted", "id-conflict"]),
    entry=st.one_of(st.none(), st.integers(0, 2**63 - 1)),
    answer=st.sampled_from(["", "ab" * 32]),
)
@settings(max_examples=40, deadline=None)
def test_a_receipt_reads_as_it_was_written(
    grade: rec.Grade, reason: str, entry: int | None, answer: str
) -> None:
    """Parse after format is the identity."""
    made = replace(RECEIPT, grade=grade, reason=reason, entry=entry, answer=answer)
    signed = rec.format_receipt(made, QMA.home.signer)
    assert rec.parse_receipt(signed, QMA.card.verifier) == made


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("receipt/v1", "receipt/v2", "receipt-form"),
        ("grade applied", "grade done", "receipt-grade"),
        ("entry 4711", "entry 04711", "receipt-field"),
        ("entry 4711", "entry -1", "receipt-field"),
        ("reason -", "reason Not Permitted", "receipt-field"),
        ("from UTO", "from uto", "receipt-field"),
        ("id 0f", "id 0F", "receipt-field"),
        ("to QMA\n", "", "receipt-form"),
        ("to QMA\n", "to QMA\nto QNB\n", "receipt-form"),
        ("T08:00:00Z", "T08:00:00", "receipt-field"),
        ("entry 4711", "entry\u00a04711", "receipt-form"),
    ],
)
def test_each_wrong_line_is_named(old: str, new: str, code: str) -> None:
    """A receipt with one line out of form is refused with a code, though well signed."""
    assert old in TEXT
    with pytest.raises(ComityError) as caught:
        rec.parse_receipt(sign_note(TEXT.replace(old, new), [QMA.home.signer]), QMA.card.verifier)
    assert caught.value.code == code


def test_a_receipt_by_another_node_is_none() -> None:
    """Only the receiver's own key makes a receipt."""
    with pytest.raises(ComityError, match="note-unsigned"):
        rec.parse_receipt(rec.format_receipt(RECEIPT, UTO.home.signer), QMA.card.verifier)


def test_a_card_is_no_receipt() -> None:
    """A note signed for one purpose is refused for the other, though the key is the same."""
    with pytest.raises(ComityError, match="receipt-form"):
        rec.parse_receipt(QMA.card.text, QMA.card.verifier)


@given(data=st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_one_named_error(data: bytes) -> None:
    """Bytes from nowhere raise a ComityError and nothing else."""
    for attempt in (data, SIGNED[:200] + data, b"comity-reply/v1 " + data):
        with pytest.raises(ComityError):
            rec.parse_receipt(attempt, QMA.card.verifier)
        with pytest.raises(ComityError):
            reply.open_reply(attempt, SENT, UTO.home, QMA.card, START)


SENT = UTO.home.write(
    QMA.card, env.Letter("ask", b"?", START, START + HOUR, "uto-qma", "", "0f" * 16)
)


def answering(question: str = "0f" * 16, agreement: str = "uto-qma") -> bytes:
    """Arcadia's answer to Utopia's question."""
    letter = env.Letter("told", b"!", START, START + HOUR, agreement, question)
    return QMA.home.write(UTO.card, letter)


def replied(answer: bytes, named: bytes | None = None, **change: str) -> bytes:
    """Arcadia's reply with ``answer``, whose receipt names ``named``."""
    named = answer if named is None else named
    made = replace(
        RECEIPT,
        envelope=env.envelope_hash(SENT),
        answer=env.envelope_hash(named) if named else "",
        **change,  # type: ignore[arg-type]
    )
    return reply.format_reply(reply.Reply(rec.format_receipt(made, QMA.home.signer), answer))


def test_a_reply_brings_receipt_and_answer() -> None:
    """Both parts verify and the answer is to our question."""
    found = reply.open_reply(replied(answering()), SENT, UTO.home, QMA.card, START)
    assert found.receipt.grade == "applied"
    assert found.answer is not None
    assert found.answer.body == b"!"
    assert reply.open_reply(replied(b""), SENT, UTO.home, QMA.card, START).answer is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (replied(answering(), named=answering()), "reply-answer"),
        (replied(b"", named=answering()), "reply-answer"),
        (replied(answering(), named=b""), "reply-answer"),
        (replied(answering("1f" * 16)), "reply-question"),
        (replied(answering(agreement="other")), "reply-question"),
        (replied(b"", id="1f" * 16), "receipt-other"),
        (replied(b"", receiver="QNB"), "receipt-other"),
        (b"comity-reply/v1 99999\n", "reply-form"),
        (b"comity-reply/v1 01\nx", "reply-form"),
        (b"comity-reply/v2 1\nx", "reply-form"),
        (b"", "reply-form"),
    ],
)
def test_a_reply_which_does_not_fit_is_refused(data: bytes, code: str) -> None:
    """A swapped, missing or foreign answer, or a receipt for another envelope, is named."""
    with pytest.raises(ComityError) as caught:
        reply.open_reply(data, SENT, UTO.home, QMA.card, START)
    assert caught.value.code == code


def test_the_frame_is_lossless() -> None:
    """Parse after format is the identity for any two parts."""
    for parts in (reply.Reply(b"r"), reply.Reply(b"r\n\n", b"a\x00\n")):
        assert reply.parse_reply(reply.format_reply(parts)) == parts
