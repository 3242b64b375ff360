"""Our own side of every exchange: the country code and the private keys that speak for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from comity.exchange.card import NodeCard
from comity.exchange.envelope import Letter, seal_envelope
from comity.exchange.seal import SealKey
from comity.proof.note import Signer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Home:
    """``code`` of this node, its ``signer`` and its sealing ``keys``, newest first."""

    code: str
    signer: Signer = field(repr=False)
    keys: tuple[SealKey, ...] = field(repr=False)

    def write(self, to: NodeCard, letter: Letter) -> bytes:
        """``letter`` as an envelope from us to the node of card ``to``."""
        return seal_envelope(to, self.code, self.signer, letter)


class Write(Protocol):
    """Run ``work`` in one write transaction and return its result once that is committed."""

    def __call__(self, work: Callable[[Connection], T]) -> T:
        """Commit and return, or roll back and raise."""


Send = Callable[[bytes], bytes]
"""Carry an envelope to one peer and return its reply; `Unavailable` when it cannot be reached."""
