"""Bulk screening on Ray: for each batch the same function as in one process, in several.

Each worker opens the same node: its index from the sealed snapshot, then what the store says has
changed since; it decides, searches and logs what it answers, as ``comity screen`` does alone.
Answers come back in the order of the batches. Batches and answers pass sealed under a key that is
derived from the store's: Ray keeps, spills and carries them, and nobody can read them there.

On one machine the workers share the node's folder. On several, the folder (settings and keys) is
on each and the store is PostgreSQL; RAY_ADDRESS names the cluster.
"""

from __future__ import annotations

import importlib
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.bureau.node import Node, open_node
from comity.bureau.question import Inquiry
from comity.bureau.travellers import Answering, Batch, Checked, answer_batch
from comity.errors import ComityError, Unavailable
from comity.record.clock import Clock

AHEAD = 2
"""Batches handed to each worker before the first answer is awaited."""

STORE_BYTES = 80 << 20
"""Ray's own memory on this machine: batches are small."""

_NONCE = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals what passes between the workers of one node; ``way`` binds direction and number."""

    cipher: AESGCM

    @classmethod
    def of(cls, node: Node) -> Seal:
        """Derive the key from the store's: whoever opens the one opens the other."""
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"comity/v1 batch of a screening")
        return cls(AESGCM(derived.derive(node.keyring.store_key)))

    def close(self, value: Any, way: str) -> bytes:
        """Seal a value."""
        nonce = os.urandom(_NONCE)
        return nonce + self.cipher.encrypt(nonce, pickle.dumps(value), way.encode())

    def open(self, sealed: bytes, way: str) -> Any:
        """Open what ``close`` made for this way."""
        plain = self.cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], way.encode())
        return pickle.loads(plain)  # noqa: S301 - sealed by this very node


class Worker:
    """One process that answers batches for the node in ``home``."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._node = open_node(home, clock=clock)
        self._seal = Seal.of(self._node)
        self._node.holdings.refresh()

    def answer(self, sealed: bytes, number: int) -> bytes:
        """Answer a batch: its rows checked, or the expected error that stands against it."""
        inquiry, batch, reference = self._seal.open(sealed, f"batch {number}")
        try:
            said: Any = answer_batch(self._node, inquiry, batch, reference)
        except ComityError as error:
            said = error
        return self._seal.close(said, f"answer {number}")


@contextmanager
def workers(node: Node, inquiry: Inquiry, reference: str, count: int) -> Iterator[Answering]:
    """Start ``count`` workers for ``node``; gives what answers batches with them.

    Unavailable where Ray is not installed, or a worker ends before its time: what was answered
    stands, and the screening goes on from there when it is run again.
    """
    ray = _ray()
    started = not ray.is_initialized()
    if started:
        _start(ray, count)
    try:
        node.holdings.refresh()
        node.holdings.keep_snapshot()
        kind = ray.remote(num_cpus=1)(Worker)
        crew = [kind.remote(node.home.absolute(), node.clock) for _ in range(count)]
        seal = Seal.of(node)

        def answering(batches: Iterable[Batch]) -> Iterator[list[Checked]]:
            pending: deque[tuple[int, Any]] = deque()
            for number, batch in enumerate(batches):
                sealed = seal.close((inquiry, batch, reference), f"batch {number}")
                pending.append((number, crew[number % count].answer.remote(sealed, number)))
                if len(pending) > AHEAD * count:
                    yield _awaited(ray, seal, *pending.popleft())
            while pending:
                yield _awaited(ray, seal, *pending.popleft())

        yield answering
    finally:
        if started:
            ray.shutdown()


def _ray() -> Any:
    # Before it is imported: nothing of a node is told to anybody.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        return importlib.import_module("ray")
    except ImportError:
        raise Unavailable(
            "ray-missing", "Ray is not installed", hint="pip install 'comity[ray]', or leave --ray"
        ) from None


def _start(ray: Any, count: int) -> None:
    quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": "error"}
    if os.environ.get("RAY_ADDRESS"):
        ray.init(log_to_driver=False, logging_level="error")
        return
    ray.init(
        num_cpus=count,
        object_store_memory=STORE_BYTES,
        _node_ip_address="127.0.0.1",
        **quiet,
    )


def _awaited(ray: Any, seal: Seal, number: int, reference: Any) -> list[Checked]:
    try:
        sealed = ray.get(reference)
    except ray.exceptions.RayError as error:
        # Its own text may hold what it failed on.
        raise Unavailable(
            "screen-worker",
            f"a worker has ended: {type(error).__name__}",
            hint="run it again to go on from the last batch",
        ) from None
    said = seal.open(sealed, f"answer {number}")
    if isinstance(said, ComityError):
        raise said
    answered: list[Checked] = said
    return answered
