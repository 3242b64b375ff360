"""Search for persons beside the peers: the same list, the same questions, one run.

    PEERS_PYTHON=/path/to/python python bench/match_peers.py [--full | --quick] [--json]

Peers are optional and never installed by us. Make an environment for them and name its Python:

    python -m venv peers && peers/bin/pip install nomenklatura tantivy rapidfuzz anyascii numpy

(nomenklatura builds PyICU, which needs a compiler and libicu-dev.) pg_trgm needs PostgreSQL's
server with its contrib modules; psycopg and rapidfuzz come with Comity's own environment. A peer
that is not there is said to be not installed, and the others go on.

Half of the questions are noised (every class in turn), half are strangers. Comity answers exactly
the questions a peer was asked. Searches are compared by CPU, and by the clock where each uses the
processors as it can: Comity with a thread for each, nomenklatura's DuckDB likewise.
--full is the size of the promise: nomenklatura at 100,000, the others at 1,000,000.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import chain, compress, zip_longest
from pathlib import Path
from typing import Any

from persons import POOL, Person, dated, questions, strangers

from comity.match.index import Index, Ranking
from comity.match.synthetic import Population
from comity.terms.identity import Identity

QUICK = 20


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer: what it is, whether Comity's own Python has it, people, questions, times asked."""

    engine: str
    words: str
    ours: bool
    needs: str
    people: int
    questions: int
    times: int


PEERS = (
    Peer("nomenklatura", "nomenklatura logic-v2 over its own index", False,
         "nomenklatura", 100_000, 1_000, 50),
    Peer("tantivy", "tantivy-py, fuzzy, one edit", False,
         "tantivy, anyascii, rapidfuzz", 1_000_000, 2_000, 15),
    Peer("pg_trgm", "PostgreSQL pg_trgm, GIN, 0.3", True,
         "psycopg, anyascii, rapidfuzz", 1_000_000, 300, 200),
    Peer("rapidfuzz", "rapidfuzz, every name compared", True,
         "rapidfuzz, anyascii", 1_000_000, 200, 0),
)  # fmt: skip


def main() -> None:
    """Run every peer at its size; one list is made for each size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="as it is without (for make)")
    options.add_argument("--quick", action="store_true", help=f"a {QUICK}th of every size")
    options.add_argument("--people", type=int, help="of every list")
    options.add_argument("--python", default=os.environ.get("PEERS_PYTHON") or sys.executable)
    options.add_argument("--only", choices=[peer.engine for peer in PEERS])
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    part = QUICK if asked.quick else 1
    chosen = [peer for peer in PEERS if asked.only in (None, peer.engine)]
    results: list[dict[str, Any]] = []
    sizes = {peer: asked.people or peer.people // part for peer in chosen}
    for people in sorted(set(sizes.values())):
        with tempfile.TemporaryDirectory() as name:
            index, known = prepare(people, Path(name), max(peer.questions for peer in chosen))
            for peer in chosen:
                if sizes[peer] == people:
                    python = sys.executable if peer.ours else asked.python
                    some = known[: peer.questions]
                    results.append(beside(peer, python, index, some, Path(name)))
                    if not asked.json:
                        show(results[-1])
    if asked.json:
        print(json.dumps(results))


def prepare(
    people: int, folder: Path, count: int
) -> tuple[Index, list[tuple[Identity, str | None]]]:
    """Build Comity's index, and write the list and the questions for the peers."""
    Index.warm()
    step, pool = max(people // POOL, 1), list[Person]()
    with (folder / "list.jsonl").open("w", encoding="utf-8") as out:

        def written() -> Any:
            for at, (key, identity) in enumerate(Population(1).people(people)):
                out.write(line(identity, id=key))
                if at % step == 0:
                    pool.append((key, identity))
                yield key, identity

        index = Index.build(written())
    by_kind = questions(pool, count)
    mixed = [one for turn in zip_longest(*by_kind.values()) for one in turn if one is not None]
    noised: list[tuple[Identity, str | None]] = [(identity, key) for key, identity in mixed]
    unknown: list[tuple[Identity, str | None]] = [(one, None) for one in strangers(count)]
    known = list(chain.from_iterable(zip(noised, unknown, strict=False)))[:count]
    with (folder / "asked.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(line(identity, expect=expect) for identity, expect in known)
    return index, known


def line(identity: Identity, **more: str | None) -> str:
    """Write a person as the peers read it."""
    plain = {
        "names": [name.full for name in identity.names],
        "birth_date": str(identity.birth_dates[0]) if identity.birth_dates else None,
        "nationality": list(identity.nationalities),
        "sex": identity.sex,
        "documents": [document.number for document in identity.documents],
        **more,
    }
    return json.dumps(plain, ensure_ascii=False) + "\n"


def beside(
    peer: Peer,
    python: str,
    index: Index,
    known: list[tuple[Identity, str | None]],
    folder: Path,
) -> dict[str, Any]:
    """Ask the peer, then Comity the same."""
    words = [python, Path(__file__).with_name("peer.py"), peer.engine, folder, len(known)]
    said: dict[str, Any] = {"peer": peer.words, "people": len(index), "asked_times": peer.times}
    try:
        run = subprocess.run([str(word) for word in words], check=False, capture_output=True)
    except OSError as error:
        return {**said, "missing": f"not installed: {python}: {error.strerror}"}
    if run.returncode != 0:
        last = (run.stderr.decode().strip().splitlines() or ["it ended without a word"])[-1]
        return {**said, "missing": f"not installed or not running ({peer.needs}): {last}"}
    theirs = json.loads(run.stdout.decode().splitlines()[-1])
    listed = [(identity, expect) for identity, expect in known if expect is not None]
    unknown = [identity for identity, expect in known if expect is None]
    mine, ranking = timed(index, [identity for identity, _ in listed])
    others, _ = timed(index, unknown)
    ours = [
        expect in {index.key_of(int(p)) for p in ranking.people[at, : ranking.counts[at, 0]]}
        for at, (_, expect) in enumerate(listed)
    ]
    whole = [dated(identity) for identity, _ in listed]
    spent = {
        "peer": {unit: theirs["listed"][unit] + theirs["strangers"][unit] for unit in mine},
        "comity": {unit: mine[unit] + others[unit] for unit in mine},
    }
    return {
        **said,
        "questions": len(known),
        "peer_per_second": len(known) / spent["peer"]["cpu"],
        "comity_per_second": len(known) / spent["comity"]["cpu"],
        "times_cpu": spent["peer"]["cpu"] / spent["comity"]["cpu"],
        "times_wall": spent["peer"]["wall"] / spent["comity"]["wall"],
        "peer_strangers_per_second": len(unknown) / theirs["strangers"]["cpu"],
        "comity_strangers_per_second": len(unknown) / others["cpu"],
        "times_strangers_cpu": theirs["strangers"]["cpu"] / others["cpu"],
        "peer_recall": share(theirs["hits"]),
        "comity_recall": share(ours),
        "peer_recall_dated": share(list(compress(theirs["hits"], whole))),
        "comity_recall_dated": share(list(compress(ours, whole))),
        "peer_build_cpu_seconds": theirs["build_cpu_seconds"],
    }


def timed(index: Index, asked: list[Identity]) -> tuple[dict[str, float], Ranking]:
    """Search: CPU seconds in one thread, wall seconds in as many as there are processors."""
    index.rank(asked[:50])
    cpu = time.process_time()
    ranking = index.rank(asked)
    cpu = time.process_time() - cpu
    wall = time.perf_counter()
    index.rank(asked, threads=os.cpu_count() or 1)
    return {"cpu": cpu, "wall": time.perf_counter() - wall}, ranking


def share(hits: list[bool]) -> float:
    """Give the share found."""
    return sum(hits) / max(len(hits), 1)


def show(result: dict[str, Any]) -> None:
    """Print one peer: rates on one core, how many times, recall."""
    print(f"{result['peer']}, {result['people']:,} persons")
    if "missing" in result:
        print(f"  {result['missing']}")
        return
    wanted = f"asked: {result['asked_times']} times" if result["asked_times"] else ""
    print(f"  searches a second, one core   {result['peer_per_second']:12,.1f}  "
          f"Comity {result['comity_per_second']:10,.0f}")  # fmt: skip
    print(f"  times faster, CPU / wall      {result['times_cpu']:12,.0f}  / "
          f"{result['times_wall']:,.0f}   {wanted}")  # fmt: skip
    print(
        f"  strangers only, the same      {result['peer_strangers_per_second']:12,.1f}  "
        f"Comity {result['comity_strangers_per_second']:10,.0f}   "
        f"{result['times_strangers_cpu']:,.0f} times"
    )
    print(f"  recall@10                     {result['peer_recall']:12.1%}  "
          f"Comity {result['comity_recall']:10.1%}")  # fmt: skip
    print(f"  recall@10, birth date whole   {result['peer_recall_dated']:12.1%}  "
          f"Comity {result['comity_recall_dated']:10.1%}")  # fmt: skip
    print(f"  build, CPU seconds            {result['peer_build_cpu_seconds']:12,.1f}")


if __name__ == "__main__":
    main()
