"""Obtain cosignatures: the log's side of C2SP tlog-witness.

`cosign` offers the newest checkpoint to one witness, with the consistency proof from the size the
witness says it holds, and gives the ledger whatever cosignature verifies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from comity.errors import Conflict, Malformed, Unavailable, Unverified
from comity.exchange.witness import Request, format_request
from comity.proof import checkpoint, note
from comity.proof.cosignature import WitnessVerifier

ROUNDS_MAX = 3
LINES_LIMIT = 16 * 1024

Post = Callable[[bytes], tuple[int, bytes]]
"""Send a body to the witness's ``add-checkpoint``; the status and the answer's body."""


class Log(Protocol):
    """What cosigning needs of a ledger (`comity.record.ledger.Ledger`)."""

    def checkpoint(self) -> bytes:
        """The newest signed checkpoint."""

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of ``old`` entries is a prefix of that of ``new``."""

    def cosigned_size(self) -> int:
        """The size last cosigned, where to begin."""

    def add_cosignature(self, data: bytes) -> int:
        """Keep a cosigned checkpoint of ours; how many known witnesses signed it."""


def cosign(log: Log, witness: WitnessVerifier, post: Post) -> int:
    """Have ``witness`` cosign our newest checkpoint; return the size it cosigned.

    `Conflict` ("witness-ahead") if the witness holds a size we never signed: we were restored from
    a backup, or somebody else signs with our key; either way people must look before the log goes
    on. `Conflict` too where it holds another root for one size ("witness-split") or finds that our
    log does not go on from what it holds ("witness-inconsistent"). `Unverified` for a cosignature
    which does not hold, `Unavailable` for anything else.
    """
    old = log.cosigned_size()
    for _ in range(ROUNDS_MAX):
        signed = log.checkpoint()
        text, _signatures = note.split_note(signed)
        size = checkpoint.parse_checkpoint(text).size
        if old > size:
            raise Conflict(
                "witness-ahead",
                "the witness holds a longer log than ours",
                where=witness.name,
                hint="was this node restored from a backup? stop writing and compare",
            )
        proof = tuple(log.consistency(old, size)) if old else ()
        status, answer = post(format_request(Request(old, proof, signed)))
        if status == 200:
            return _keep(log, witness, signed, answer, size)
        if status == 422:
            raise Conflict(
                "witness-inconsistent",
                "the witness says that this log does not go on from what it has seen",
                where=witness.name,
                hint="two histories were signed with one key: stop writing and compare",
            )
        if status != 409:
            break
        theirs = _their_size(answer)
        if theirs == old:
            raise Conflict(
                "witness-split",
                "the witness holds another root for this size",
                where=witness.name,
                hint="two histories were signed with one key: stop writing and compare",
            )
        old = theirs
    raise Unavailable(
        "witness-refused", f"the witness answered {status}", where=witness.name, hint="try later"
    )


def _keep(log: Log, witness: WitnessVerifier, signed: bytes, answer: bytes, size: int) -> int:
    if len(answer) > LINES_LIMIT:
        raise Malformed("witness-answer", "more than 16 kB of cosignatures", where=witness.name)
    # Lines of unknown keys are ignored, as the specification demands: only this witness's own
    # is verified and passed on.
    text, own = note.split_note(signed)
    offered = note.open_note(note.sign_note(text, (), others=_lines(answer)), [witness])
    lines = [*own, *offered.verified]
    known: list[note.Signature] = []
    for line in lines:
        if line not in known:
            known.append(line)
    if log.add_cosignature(note.sign_note(text, (), others=known)) < 1:
        raise Unverified("witness-unknown", "the ledger does not know this witness")
    return size


def _lines(answer: bytes) -> list[note.Signature]:
    try:
        lines = answer.decode().split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("witness-answer", "cosignatures are not UTF-8") from error
    if lines.pop() != "" or not lines:
        raise Malformed("witness-answer", "not lines of cosignatures")
    return [note.parse_signature(line) for line in lines]


def _their_size(answer: bytes) -> int:
    try:
        size = checkpoint.parse_decimal(answer.decode("ascii").removesuffix("\n"))
    except UnicodeDecodeError:
        size = None
    if size is None:
        raise Unavailable("witness-answer", "the witness does not say which size it holds")
    return size
