"""One peer's search engine over the list and the questions that ``match_peers.py`` has written.

    PYTHON bench/peer.py ENGINE FOLDER COUNT

Reads FOLDER/list.jsonl and the first COUNT lines of FOLDER/asked.jsonl; prints one JSON object:
CPU and wall seconds for questions about people listed and about strangers, seconds of building,
and whether each alert asked for came among the first ten. Needs nothing of Comity, so that it runs
in an environment that has only the peer. Engines that only find candidates rank their first
hundred by names and a graded date of birth.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

Person = dict[str, Any]
Search = Callable[[Person], list[str]]
CANDIDATES = 100
SHOWN = 10


def main() -> None:
    """Build the engine named, ask, print."""
    name, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    asked = list(islice(read(folder / "asked.jsonl"), count))
    start = time.process_time()
    engine: Engine = ENGINES[name](folder / "list.jsonl")
    built = time.process_time() - start
    engine.search(asked[:5])
    result: dict[str, Any] = {"build_cpu_seconds": round(built, 1)}
    for group in ("listed", "strangers"):
        some = [one for one in asked if (one["expect"] is None) == (group == "strangers")]
        cpu, wall = engine.cpu(), time.perf_counter()
        found = engine.search(some)
        result[group] = {"cpu": engine.cpu() - cpu, "wall": time.perf_counter() - wall}
        if group == "listed":
            result["hits"] = [
                one["expect"] in keys[:SHOWN] for one, keys in zip(some, found, strict=True)
            ]
    print(json.dumps(result))


def read(file: Path) -> Iterator[Person]:
    """Give the persons of a file of JSON lines."""
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class Engine:
    """An engine that holds the list: ``search`` gives ids, best first, for each question."""

    def search(self, asked: list[Person]) -> list[list[str]]:
        """Search for each."""
        return [self.one(person) for person in asked]

    def one(self, person: Person) -> list[str]:
        """Search for one."""
        raise NotImplementedError

    def cpu(self) -> float:
        """Give the CPU seconds the engine has used."""
        return time.process_time()


class Ranked(Engine):
    """An engine of candidates, ranked by token_sort_ratio of rapidfuzz and the date of birth."""

    def __init__(self) -> None:
        self.anyascii = importlib.import_module("anyascii").anyascii
        self.fuzz = importlib.import_module("rapidfuzz.fuzz")
        self.people: dict[str, tuple[str, str, tuple[str, ...]]] = {}

    def keep(self, person: Person) -> str:
        """Keep what the ranking needs of a listed person; its name in plain letters."""
        name = self.plain(person)
        self.people[person["id"]] = (name, person["birth_date"] or "", tuple(person["documents"]))
        return name

    def plain(self, person: Person) -> str:
        """Give the name in plain lower-case letters."""
        return " ".join(self.anyascii(person["names"][0]).lower().split())

    def rank(self, person: Person, keys: list[str]) -> list[str]:
        """Put candidates in order."""
        name, date = self.plain(person), person["birth_date"] or ""
        papers = set(person["documents"])
        scored = []
        for key in keys:
            other, born, documents = self.people[key]
            score = self.fuzz.token_sort_ratio(name, other) + graded(date, born)
            score += 30 if papers.intersection(documents) else 0
            scored.append((-score, key))
        return [key for _, key in sorted(scored)[:SHOWN]]


def graded(asked: str, held: str) -> float:
    """Weigh two dates of birth: whole, two parts of three, exchanged, the year, near, far."""
    if not asked or not held:
        return 0.0
    if asked == held:
        return 25.0 if len(asked) == 10 else 10.0
    a, b = asked.split("-"), held.split("-")
    if len(a) == len(b) == 3:
        if sorted(a) == sorted(b):
            return 20.0
        if sum(x == y for x, y in zip(a, b, strict=True)) == 2:
            return 15.0
    if a[0] == b[0]:
        return 8.0
    return -10.0 if abs(int(a[0]) - int(b[0])) > 5 else 0.0


class RapidFuzz(Ranked):
    """Every name of the list compared with every question (cdist, one core)."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.numpy = importlib.import_module("numpy")
        self.process = importlib.import_module("rapidfuzz.process")
        self.names, self.keys = [], []
        for person in read(file):
            self.names.append(" ".join(sorted(self.keep(person).split())))
            self.keys.append(person["id"])

    def one(self, person: Person) -> list[str]:
        """Compare with all, rank the hundred nearest."""
        name = " ".join(sorted(self.plain(person).split()))
        kind = self.numpy.uint8
        near = self.process.cdist([name], self.names, scorer=self.fuzz.ratio, dtype=kind)[0]
        best = self.numpy.argpartition(near, -CANDIDATES)[-CANDIDATES:]
        return self.rank(person, [self.keys[at] for at in best])


class Tantivy(Ranked):
    """tantivy-py: each part of the name within one edit, and the parts of the date of birth."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.tantivy = importlib.import_module("tantivy")
        build = self.tantivy.SchemaBuilder()
        build.add_text_field("key", stored=True, tokenizer_name="raw")
        build.add_text_field("name", tokenizer_name="whitespace", index_option="freq")
        build.add_text_field("date", tokenizer_name="whitespace", index_option="basic")
        build.add_text_field("paper", tokenizer_name="raw", index_option="basic")
        self.schema = build.build()
        self.index = self.tantivy.Index(self.schema)
        writer = self.index.writer(heap_size=512_000_000, num_threads=1)
        for person in read(file):
            row = {"key": person["id"], "name": self.keep(person), "date": " ".join(dates(person))}
            writer.add_document(self.tantivy.Document(**row, paper=person["documents"]))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def one(self, person: Person) -> list[str]:
        """Ask for the parts of the name, fuzzy, with date and document as further evidence."""
        query, should = self.tantivy.Query, self.tantivy.Occur.Should
        parts = [
            query.fuzzy_term_query(self.schema, "name", part, distance=1)
            for part in self.plain(person).split()
        ]
        parts += [query.term_query(self.schema, "date", one) for one in dates(person)]
        parts += [
            query.fuzzy_term_query(self.schema, "paper", one, distance=1)
            for one in person["documents"]
        ]
        asked = query.boolean_query([(should, part) for part in parts])
        hits = self.searcher.search(asked, CANDIDATES, count=False).hits
        return self.rank(person, [self.searcher.doc(at)["key"][0] for _, at in hits])


def dates(person: Person) -> list[str]:
    """Give the terms of a date of birth: y1971 m03 d14."""
    parts = (person["birth_date"] or "").split("-")
    return [f"{kind}{part}" for kind, part in zip("ymd", parts, strict=False) if part]


class Trigrams(Ranked):
    """PostgreSQL's pg_trgm: a GIN index (alone: a GiST index beside it is chosen instead)."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        psycopg = importlib.import_module("psycopg")
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
        postgres = importlib.import_module("postgres")
        postgres._SETTINGS["shared_buffers"] = "1GB"  # noqa: SLF001 - the peer gets what it needs
        url = postgres.new_database().replace("postgresql+psycopg", "postgresql")
        self.conn = psycopg.connect(url, autocommit=True)
        self.conn.execute("CREATE EXTENSION pg_trgm")
        self.conn.execute("CREATE TABLE person (id text, name text)")
        with self.conn.cursor().copy("COPY person FROM STDIN") as copy:
            for person in read(file):
                copy.write_row((person["id"], self.keep(person)))
        self.conn.execute("SET maintenance_work_mem = '1GB'")
        self.conn.execute("CREATE INDEX ON person USING gin (name gin_trgm_ops)")
        self.conn.execute("VACUUM ANALYZE person")
        self.conn.execute("SET pg_trgm.similarity_threshold = 0.3")
        self.server = self.conn.info.backend_pid

    def one(self, person: Person) -> list[str]:
        """Ask for the hundred most similar names, as pg_trgm counts similarity."""
        name = self.plain(person)
        text = "SELECT id FROM person WHERE name %% %s ORDER BY similarity(name, %s) DESC LIMIT %s"
        rows = self.conn.execute(text, (name, name, CANDIDATES), prepare=True)
        return self.rank(person, [row[0] for row in rows])

    def cpu(self) -> float:
        """Give the CPU of this process and of the server's that answers it."""
        said = Path(f"/proc/{self.server}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return time.process_time() + (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


class Nomenklatura(Engine):
    """yente's matcher: logic-v2 on the candidates of nomenklatura's own index, in process."""

    def __init__(self, file: Path) -> None:
        ftm = importlib.import_module("followthemoney")
        store = importlib.import_module("nomenklatura.store.memory")
        resolver = importlib.import_module("nomenklatura.resolver")
        blocker = importlib.import_module("nomenklatura.blocker")
        self.matcher = importlib.import_module("nomenklatura.matching").get_algorithm("logic-v2")
        self.config = self.matcher.default_config()
        self.entity, self.dataset = ftm.StatementEntity, ftm.Dataset.make({"name": "list"})
        self.turn = 0
        held = store.MemoryStore(self.dataset, resolver.Linker({}))
        with held.writer() as writer:
            for person in read(file):
                writer.add_entity(self.made(person, person["id"]))
        self.view = held.default_view()
        self.folder = tempfile.TemporaryDirectory()
        self.index = blocker.Index(self.view, Path(self.folder.name))
        self.index.build()

    def made(self, person: Person, key: str) -> Any:
        """Make a FollowTheMoney person."""
        properties = {
            "name": person["names"],
            "birthDate": [person["birth_date"]] if person["birth_date"] else [],
            "nationality": [code.lower() for code in person["nationality"]],
            "gender": {"F": ["female"], "M": ["male"]}.get(person["sex"], []),
            "passportNumber": person["documents"],
        }
        data = {"id": key, "schema": "Person", "properties": properties}
        return self.entity.from_data(self.dataset, data, cleaned=True)

    def search(self, asked: list[Person]) -> list[list[str]]:
        """Find candidates of all at once, as the index does best; score each by logic-v2."""
        # Every question has an id of its own: logic-v2 keeps the names it has read by id.
        self.turn += 1
        people = {f"q{self.turn}-{at}": one for at, one in enumerate(asked)}
        entities = {key: self.made(one, key) for key, one in people.items()}
        found: dict[str, list[str]] = {key: [] for key in people}
        for key, candidates in self.index.match_entities(iter(entities.values())):
            scored = []
            for other, _ in candidates:
                held = self.view.get_entity(other.id)
                score = self.matcher.compare(entities[key.id], held, self.config).score
                scored.append((-score, other.id))
            found[key.id] = [one for _, one in sorted(scored)[:SHOWN]]
        return list(found.values())


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "nomenklatura": Nomenklatura,
    "pg_trgm": Trigrams,
    "rapidfuzz": RapidFuzz,
    "tantivy": Tantivy,
}

if __name__ == "__main__":
    main()
