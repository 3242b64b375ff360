"""The numbers of one node: import, check, start, memory, ledger. `python bench/node.py`.

Prints one line a figure: what, reached, asked for. All safeguards on: sealed, logged, decided.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from comity.bureau import agreement, alert, intake, joining, officer, travellers
from comity.bureau.node import Node, card, init_node, open_node
from comity.bureau.question import Inquiry
from comity.bureau.settings import Settings
from comity.exchange import lease
from comity.record.batch import Item

ROOT = Path(__file__).parent.parent
ALERTS = int(os.environ.get("ALERTS", "100000"))
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnprstvwz"


def main() -> None:
    """Measure everything, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        source = home / "list.jsonl"
        people = write_list(source)
        node, who = make_node(home / "a")
        start = time.perf_counter()
        report = intake.import_list(node, who, source)
        seconds = time.perf_counter() - start
        show("import of alerts", f"{report.counts['new'] / seconds:,.0f}/s", ">= 5,000/s")
        ledger(node)
        check(node, home, people)
        node.close()
        start_node(home / "a")
        idle(home)


def write_list(file: Path) -> list[dict[str, str]]:
    """Write a list of invented persons as FollowTheMoney JSON lines; some of them."""
    draw = random.Random(7)
    some = []
    with file.open("w", encoding="utf-8") as stream:
        for number in range(ALERTS):
            one = person(draw)
            stream.write(json.dumps(ftm(number, one)) + "\n")
            if number % (ALERTS // 50) == 0:
                some.append(one)
    return some


def person(draw: random.Random) -> dict[str, str]:
    """Draw one invented person."""
    born = datetime.date(1945, 1, 2) + datetime.timedelta(days=draw.randrange(21000))
    return {
        "surname": word(draw, draw.choice((2, 3, 3, 4))).title(),
        "forenames": word(draw, draw.choice((2, 2, 3))).title(),
        "birth_date": born.isoformat(),
        "nationality": draw.choice(("QMA", "QNB", "QPC", "QRD")),
        "document_number": f"{draw.choice('ABCDEFGH')}{draw.randrange(10**8):08d}",
    }


def word(draw: random.Random, syllables: int) -> str:
    """Draw a word."""
    return "".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(syllables))


def ftm(number: int, one: dict[str, str]) -> dict[str, object]:
    """Give the person as a FollowTheMoney entity."""
    properties = {
        "name": [f"{one['forenames']} {one['surname']}"],
        "firstName": [one["forenames"]],
        "lastName": [one["surname"]],
        "birthDate": [one["birth_date"]],
        "passportNumber": [one["document_number"]],
        "topics": ["sanction"],
        "program": ["Training"],
    }
    return {"id": f"b-{number}", "schema": "Person", "properties": properties}


def make_node(home: Path, country: str = "UTO", port: int = 29443) -> tuple[Node, officer.Officer]:
    """Create a node with one bureau officer."""
    settings = Settings(
        country=country, name="bench", training=True, peer_port=port,
        peer_url=f"https://127.0.0.1:{port}",
    )  # fmt: skip
    node = init_node(home, settings)
    day = datetime.date(2030, 1, 1)
    who = officer.Officer("clerk", "Clerk", "bureau", "bureau", day)
    officer.register(node, who)
    return node, who


def ledger(node: Node) -> None:
    """Append entries with a sealed part, in groups as a node does."""
    items = [Item("bench:entry", {"n": 1}, {"who": "x" * 200}) for _ in range(1000)]
    start = time.perf_counter()
    for _ in range(5):
        node.ledger.write(lambda conn: node.ledger.append_many(conn, items))
    show("ledger", f"{5000 / (time.perf_counter() - start):,.0f} entries/s", ">= 2,000/s")


def check(node: Node, home: Path, people: list[dict[str, str]]) -> None:
    """Check 200 travellers against the alerts, as another state's node does with its copy."""
    other, _ = make_node(home / "b", "QMA", 29543)
    joining.join(node, card(other).text)
    joining.join(other, card(node).text)
    text = agreement.read_folder(ROOT / "agreements" / "training-entry")
    notes = [agreement.sign(node, text), agreement.sign(other, text)]
    agreement.adopt(node, text, notes)
    agreement.adopt(other, text, notes)
    copy_all(node, other)
    guard = officer.Officer("guard", "G", "first-line", "border-guard", datetime.date(2030, 1, 1))
    officer.register(other, guard)
    file = home / "manifest.csv"
    write_manifest(file, people)
    inquiry = Inquiry(officer=guard, purpose="border-check")
    start = time.perf_counter()
    other.holdings.refresh()
    show("index built from the store", f"{time.perf_counter() - start:.1f} s", "")
    for turn in ("first", "second"):
        start = time.perf_counter()
        with file.open("rb") as stream:
            rows = list(travellers.check_manifest(other, inquiry, stream))
        seconds = time.perf_counter() - start
        states = [row[1].state for row in rows if isinstance(row, tuple)]
        said = f"{seconds:.2f} s, {states.count('match')} match"
        show(f"200 travellers against {ALERTS:,} alerts, {turn}", said, "<= 2 s")
    other.close()


def copy_all(node: Node, other: Node) -> None:
    """Bring the feed over as the courier does, without the line between."""
    from comity.bureau import copy, post  # noqa: PLC0415
    from comity.exchange import follow  # noqa: PLC0415

    follower = follow.Follower(other.desk, other.write, other.clock.now, copy.apply_items(other))
    start = time.perf_counter()
    shown = card(node)
    done = follower.pull(shown, "training-entry", lambda data: post.answer_question(node, data))
    seconds = time.perf_counter() - start
    show("alerts applied by a peer", f"{done.applied / seconds:,.0f}/s", ">= 200/s (peers: 14/s)")
    assert isinstance(lease.LONGEST, datetime.timedelta)


def write_manifest(file: Path, people: list[dict[str, str]]) -> None:
    """Write 50 listed and 150 other travellers."""
    draw = random.Random(8)
    rows = people[:50] + [person(draw) for _ in range(200 - len(people[:50]))]
    head = [*rows[0], "reference"]
    lines = [",".join(head)]
    lines += [",".join([*row.values(), f"F/{n}"]) for n, row in enumerate(rows)]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def start_node(home: Path) -> None:
    """Open the node with all its alerts, index included."""
    start = time.perf_counter()
    node = open_node(home)
    node.holdings.refresh()
    seconds = time.perf_counter() - start
    show(f"open a node that holds {ALERTS:,} alerts", f"{seconds:.1f} s", "")
    assert len(alert.listing(node, limit=1)) == 1
    node.close()


def idle(home: Path) -> None:
    """Start a new node's server and read its memory while nothing happens."""
    node, _ = make_node(home / "c", "QPC", 29643)
    node.close()
    start = time.perf_counter()
    served = subprocess.Popen(
        [sys.executable, "-m", "comity", "node", "serve", "--home", str(home / "c")],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        for line in lines_of(served):
            if "serves officers" in line:
                break
        show("node start", f"{time.perf_counter() - start:.1f} s", "<= 3 s")
        time.sleep(5)
        status = Path(f"/proc/{served.pid}/status").read_text()
        rss = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        show("idle node", f"{int(rss) / 1024:.0f} MB resident", "<= 150 MB")
    finally:
        served.terminate()
        served.wait()


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    """Give the lines a process says on standard error."""
    assert process.stderr is not None
    yield from process.stderr


def show(what: str, reached: str, asked: str) -> None:
    """Print one figure."""
    print(f"{what:52} {reached:28} {asked}", flush=True)


if __name__ == "__main__":
    main()
