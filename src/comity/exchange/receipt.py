"""The receipt: the receiver's signed word on what became of an envelope.

A receipt is a signed note (c2sp.org/signed-note) with one field on each line::

    comity-receipt/v1
    envelope 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    id 00112233445566778899aabbccddeeff
    from UTO
    to QMA
    grade applied
    reason -
    entry 4711
    answer -
    time 2026-11-23T08:00:00Z

    — qma.example/comity <signature>

``envelope`` is the SHA-256 of the envelope's bytes, ``entry`` the index in the receiver's ledger
where it stands (``-`` if none), ``answer`` the SHA-256 of the envelope that answers it.
Grades rise: *received* (kept), *validated* (the body is what its kind says), *applied* (its effect
took place), or end in *refused*, with a reason code.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal, get_args

from comity.errors import Malformed, Unverified
from comity.exchange import wire
from comity.proof import checkpoint, note

HEADING = "comity-receipt/v1"
SIZE_LIMIT = 4096
Grade = Literal["received", "validated", "applied", "refused"]
GRADES: tuple[Grade, ...] = get_args(Grade)
_LINES = ("envelope", "id", "from", "to", "grade", "reason", "entry", "answer", "time")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of envelope ``id`` (SHA-256 ``envelope``), as the receiver ``receiver`` says."""

    envelope: str
    id: str
    sender: str
    receiver: str
    grade: Grade
    time: datetime.datetime
    reason: str = ""
    entry: int | None = None
    answer: str = ""


def format_receipt(receipt: Receipt, signer: note.Signer) -> bytes:
    """Write and sign a receipt; `Malformed` for one which `parse_receipt` would refuse."""
    text = _text(receipt)
    if _fields(text) != receipt:
        raise Malformed("receipt-field", "receipt does not survive being written")
    return note.sign_note(text, [signer])


def parse_receipt(data: bytes, verifier: note.Verifier) -> Receipt:
    """Read a receipt signed by ``verifier``, strictly; `Malformed` or `Unverified`."""
    if len(data) > SIZE_LIMIT:
        raise Malformed("receipt-size", "a receipt is at most 4 kB")
    opened = note.open_note(data, [verifier])
    receipt = _fields(opened.text)
    if _text(receipt) != opened.text:
        raise Malformed("receipt-form", "receipt is not in its one form")
    return receipt


def check_receipt(
    data: bytes, verifier: note.Verifier, *, envelope: str, letter: str, receiver: str
) -> Receipt:
    """Read a receipt and hold it against what we sent: the hash, the id and the receiver."""
    receipt = parse_receipt(data, verifier)
    if (receipt.envelope, receipt.id, receipt.receiver) != (envelope, letter, receiver):
        raise Unverified("receipt-other", "the receipt is for another envelope")
    return receipt


def _text(receipt: Receipt) -> str:
    values = (
        receipt.envelope,
        receipt.id,
        receipt.sender,
        receipt.receiver,
        receipt.grade,
        receipt.reason or "-",
        "-" if receipt.entry is None else str(receipt.entry),
        receipt.answer or "-",
        wire.format_instant(receipt.time),
    )
    lines = [f"{name} {value}\n" for name, value in zip(_LINES, values, strict=True)]
    return "".join([f"{HEADING}\n", *lines])


def _fields(text: str) -> Receipt:
    heading, *lines = text.split("\n")
    if heading != HEADING or len(lines) != len(_LINES) + 1:
        raise Malformed("receipt-form", f"not a receipt: expected {HEADING} and nine lines")
    said: dict[str, str] = {}
    for name, line in zip(_LINES, lines[:-1], strict=True):
        label, _, value = line.partition(" ")
        if label != name:
            raise Malformed("receipt-form", "lines out of order", where=f"receipt: {name}")
        said[name] = value

    def take(name: str, form: re.Pattern[str]) -> str:
        where = f"receipt: {name}"
        return wire.matching(said[name], form, code="receipt-field", where=where)

    return Receipt(
        envelope=take("envelope", wire.HASH),
        id=take("id", wire.ID),
        sender=take("from", wire.CODE),
        receiver=take("to", wire.CODE),
        grade=_grade(said["grade"]),
        reason="" if said["reason"] == "-" else take("reason", wire.KIND),
        entry=_entry(said["entry"]),
        answer="" if said["answer"] == "-" else take("answer", wire.HASH),
        time=wire.parse_instant(said["time"], code="receipt-field", where="receipt: time"),
    )


def _grade(value: str) -> Grade:
    for grade in GRADES:
        if value == grade:
            return grade
    raise Malformed("receipt-grade", "not a grade", hint=" | ".join(GRADES))


def _entry(value: str) -> int | None:
    if value == "-":
        return None
    index = checkpoint.parse_decimal(value)
    if index is None:
        raise Malformed("receipt-field", "not an entry index", where="receipt: entry")
    return index
