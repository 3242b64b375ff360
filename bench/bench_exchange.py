"""What exchange costs on this machine, one ``name: value unit`` on each line."""

from __future__ import annotations

import datetime
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from sqlalchemy import Connection

from comity.exchange import digest, feed, follow, inbox, outbox
from comity.exchange import envelope as env
from comity.exchange.witness import Witness, create_witness
from comity.proof.cosignature import WitnessSigner
from exchange_world import HOUR, START, Node, node, person, seed

UTO, QAA = person("UTO"), person("QAA")


def rate(name: str, count: int, work: Callable[[], object], unit: str) -> None:
    """Do ``work``, which does ``count`` things, and print how many a second."""
    start = time.perf_counter()
    work()
    print(f"{name}: {count / (time.perf_counter() - start):,.0f} {unit}")


def envelopes() -> None:
    """Sign and seal; verify and open."""
    letter = env.Letter("note", bytes(1000), START, START + HOUR)
    sent = UTO.home.write(QAA.card, letter)
    count = 1000
    rate(
        "seal_envelope",
        count,
        lambda: [UTO.home.write(QAA.card, letter) for _ in range(count)],
        "1/s",
    )
    keys = QAA.home.keys
    rate(
        "open_envelope",
        count,
        lambda: [env.open_envelope(sent, "QAA", keys, UTO.card, START) for _ in range(count)],
        "1/s",
    )
    print(f"envelope with 1 kB body: {len(sent):,} bytes")


def delivery(uto: Node, qaa: Node) -> None:
    """Queue, carry, apply, receipt, settle: with every commit on the disk, without a network."""

    def apply(_conn: Connection, _envelope: env.Envelope) -> inbox.Applied:
        return inbox.Applied()

    def alarm(_conn: Connection, _code: str, _header: env.Header) -> None:
        return None

    def send(data: bytes) -> bytes:
        return inbox.process_envelope(
            data, write=qaa.write, home=qaa.home, apply=apply, alarm=alarm, now=START
        )

    count = 500
    for _ in range(count):
        letter = env.Letter("note", bytes(1000), START, START + HOUR)
        uto.write(lambda conn: outbox.queue(conn, uto.home, qaa.card, letter))  # noqa: B023
    courier = outbox.Courier(uto.home, uto.write, lambda: START)
    rate(
        "deliver, end to end",
        count,
        lambda: courier.deliver(qaa.card, send, limit=count),
        "messages/s",
    )


def following(uto: Node, qaa: Node) -> None:
    """Catch up with 20,000 alerts of 300 bytes; then with none."""
    count = 20_000
    changes = [feed.Change("put", f"UTO-{n:08d}", 1, bytes(300)) for n in range(count)]

    def fill(conn: Connection) -> int:
        return feed.append_many(conn, agreement="a", peer="QAA", changes=changes, now=START)

    rate("feed append_many", count, lambda: uto.write(fill), "alerts/s")

    def ask(data: bytes) -> bytes:
        read = follow.serve_pull(now=START)
        return inbox.process_question(data, write=uto.write, home=uto.home, read=read, now=START)

    follower = follow.Follower(qaa.home, qaa.write, lambda: START, lambda _c, _e, _i: None)
    rate("feed catch-up", count, lambda: follower.pull(uto.card, "a", ask, limit=1000), "alerts/s")
    start = time.perf_counter()
    follower.pull(uto.card, "a", ask)
    print(f"feed, nothing changed: {(time.perf_counter() - start) * 1000:.1f} ms")
    pairs = [(change.alert_id, 1) for change in changes]
    rate("digest", count, lambda: digest.digest_of(pairs), "alerts/s")


def witnessing(directory: Path) -> None:
    """add-checkpoint, each time one entry longer."""
    from test_exchange_witness import Tree  # noqa: PLC0415

    create_witness(directory / "w.db")
    now = datetime.datetime.now(datetime.UTC)
    witness = Witness(directory / "w.db", WitnessSigner("w1", seed("witness")), lambda: now)
    witness.trust(UTO.card.vkey)
    tree = Tree(*(b"%d" % n for n in range(200)))
    bodies = [tree.request(n, n + 1) for n in range(200)]
    rate(
        "witness add-checkpoint",
        200,
        lambda: [witness.process_add_checkpoint(b) for b in bodies],
        "1/s",
    )


def main() -> None:
    """All of it."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        uto, qaa = node("UTO", directory, "QAA"), node("QAA", directory, "UTO")
        envelopes()
        delivery(uto, qaa)
        following(uto, qaa)
        witnessing(directory)


if __name__ == "__main__":
    main()
