"""Read a law pack: TOML text to an immutable `Pack`, or one error that names file and rule.

The format is docs/spec/law-pack.md. A pack may come from a peer: sizes are checked first, every
key is known, every name resolves, every rule cites, every set is dated, no exception is circular.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from comity.errors import Malformed
from comity.law.clause import PARTY_KINDS, Clause, Party, parse_clause
from comity.law.condition import Condition
from comity.law.dated import DatedSet, members_on, parse_sets
from comity.law.facts import STANDARD, FactKind, Value, nearest
from comity.law.grammar import Names, parse_condition
from comity.law.priority import close_despite
from comity.law.reading import NAME, Entry, Period, check_id, cited, remedied
from comity.law.rule import (
    Accepted,
    Case,
    Presumption,
    Question,
    Rule,
    parse_accepted,
    parse_case,
    parse_presumption,
    parse_rule,
)
from comity.law.stay_limit import StayLimit, parse_limit
from comity.terms.long_key import has_long_key

FORMAT = 1
MAX_FILES = 64
MAX_BYTES = 4_000_000
MAX_ENTRIES = 10_000
MAX_CLAUSES = 100
"""Two laws are held against each other clause by clause: their number counts twice."""

MAX_DEPTH = 40
HEAD = frozenset(
    "law format title authority status language in_force sources note questions party".split()
)
BODY = frozenset(
    "sets facts definitions rule presume stay_limit clause case accepted questions".split()
)


@dataclass(frozen=True, slots=True)
class StayClause:
    """A stay limit with the text of the law it is taken from."""

    limit: StayLimit
    text: str
    when: str
    condition: Condition
    strength: str
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """One authority's law on one subject. ``hash`` is SHA-256 over its files, in hex.

    Bit ``j`` of ``beats[i]`` says that rule ``i`` beats rule ``j``, directly or through others.
    """

    name: str
    title: str
    authority: str
    status: str
    language: str
    period: Period
    sources: tuple[str, ...]
    note: str
    hash: str
    party: str
    system: str
    questions: tuple[Question, ...]
    facts: Mapping[str, FactKind]
    sets: Mapping[str, DatedSet]
    definitions: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    beats: tuple[int, ...]
    presumptions: tuple[Presumption, ...]
    stay_limits: tuple[StayClause, ...]
    clauses: tuple[Clause, ...]
    cases: tuple[Case, ...]
    accepted: tuple[Accepted, ...]

    def rule(self, rule_id: str) -> Rule:
        """Give a rule by its id. Malformed "law-name-unknown" where there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        hint = nearest(rule_id, [rule.id for rule in self.rules])
        raise Malformed("law-name-unknown", "no rule of this id", where=self.name, hint=hint)

    def as_party(self, on: datetime.date) -> Party:
        """Give the clauses in force on a date, as one side of a comparison."""
        clauses = tuple(c for c in self.clauses if c.period.within(self.period).covers(on))
        return Party(self.name, self.party or "third-country", self.system, clauses)


@lru_cache(maxsize=512)
def sets_on(pack: Pack, on: datetime.date) -> Mapping[str, frozenset[Value]]:
    """Give every set of the pack as it stands on a date."""
    return members_on(pack.sets, on)


UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a peer's text must not bring to a terminal or a page."""


def parse_pack(files: Mapping[str, str]) -> Pack:
    """Read a pack from its files (name → text). The errors are those of section 10.

    1. Sizes. 2. TOML of every file. 3. Head. 4. Facts, sets, definitions: what may be named.
    5. Rules and the rest. 6. Ids once, exceptions without a circle.
    """
    with remedied():
        check_size(files)
        tables = {name: read_toml(name, text) for name, text in sorted(files.items())}
        if "pack.toml" not in tables:
            hint = "the head of a pack stands there"
            raise Malformed("law-key-missing", "no pack.toml", hint=hint)
        entries = [Entry(table, name) for name, table in tables.items()]
        for entry in entries:
            entry.keys(HEAD | BODY if entry.where == "pack.toml" else BODY)
        return assemble(Entry(tables["pack.toml"], "pack.toml"), entries, pack_hash(files))


def assemble(head: Entry, entries: list[Entry], digest: str) -> Pack:
    """Build the pack from its head and the tables of all files (steps 3 to 6)."""
    questions = _questions(entries)
    facts = {**STANDARD, **_facts(entries)}
    sets = parse_sets(entries, facts)
    names = Names(facts, {name: dated.type for name, dated in sets.items()})
    names = Names(names.facts, names.sets, _definitions(entries, names))
    rules = tuple(parse_rule(row, names, questions) for row in _rows(entries, "rule"))
    limits = tuple(_stay_clause(row, names) for row in _rows(entries, "stay_limit"))
    clauses = tuple(parse_clause(row) for row in _rows(entries, "clause"))
    _once(entries)
    if head.table.get("format", FORMAT) != FORMAT:
        raise Malformed("law-format", "a format this engine does not know", where=head.where)
    party = Entry(_party(head), f"{head.where} party")
    return Pack(
        name=_law_name(head),
        title=head.text("title"),
        authority=head.optional("authority"),
        status=head.text("status"),
        language=head.optional("language", "en"),
        period=head.period(),
        sources=head.texts("sources"),
        note=head.optional("note"),
        hash=digest,
        party=party.choice("kind", PARTY_KINDS) if party.table else "",
        system=party.optional("system"),
        questions=_asked(questions, rules),
        facts=facts,
        sets=sets,
        definitions=names.definitions,
        rules=rules,
        beats=close_despite(rules),
        presumptions=tuple(parse_presumption(row, names) for row in _rows(entries, "presume")),
        stay_limits=limits,
        clauses=clauses,
        cases=tuple(parse_case(row, facts) for row in _rows(entries, "case")),
        accepted=tuple(parse_accepted(row, names) for row in _rows(entries, "accepted")),
    )


def check_size(files: Mapping[str, str]) -> None:
    """Refuse a pack that is too large before anything of it is read."""
    if len(files) > MAX_FILES:
        raise Malformed("law-too-large", f"more than {MAX_FILES} files")
    if sum(len(text.encode("utf-8", "surrogatepass")) for text in files.values()) > MAX_BYTES:
        raise Malformed("law-too-large", f"more than {MAX_BYTES} bytes")


def pack_hash(files: Mapping[str, str]) -> str:
    """Give SHA-256 over ``name NUL length NUL bytes`` of each file in order of name, in hex."""
    digest = hashlib.sha256()
    for name in sorted(files):
        data = files[name].encode("utf-8", "surrogatepass")
        digest.update(name.encode("utf-8", "surrogatepass") + b"\0%d\0" % len(data) + data)
    return digest.hexdigest()


def read_toml(name: str, text: str) -> dict[str, Any]:
    """Read TOML of bounded depth."""
    if has_long_key(text):
        raise Malformed("law-too-deep", "a key of too many parts", where=name)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Malformed("law-toml", f"not TOML: {str(error)[:120].lower()}", where=name) from None
    except RecursionError:
        raise Malformed("law-too-deep", "tables nested too deep", where=name) from None
    except ValueError as error:  # a number or date that tomllib takes and Python cannot hold
        raise Malformed("law-toml", f"not TOML: {str(error)[:120].lower()}", where=name) from None
    level: list[Any] = [table]
    for _ in range(MAX_DEPTH):
        inner = [
            value
            for outer in level
            for value in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if any(isinstance(value, str) and UNPRINTABLE.search(value) for value in inner):
            raise Malformed(
                "law-toml",
                "a text holds control characters, or turns the direction of what follows it",
                where=name,
                hint="write plain text; a line may end, a column may be tabbed",
            )
        level = [value for value in inner if isinstance(value, (dict, list))]
        if not level:
            return table
    raise Malformed("law-too-deep", f"over {MAX_DEPTH} levels deep", where=name)


def _law_name(head: Entry) -> str:
    return check_id(head.text("law"), head.where)


def _party(head: Entry) -> Mapping[str, Any]:
    value = head.table.get("party", {})
    if not isinstance(value, dict):
        raise head.mistyped("party", "a table")
    Entry(value, f"{head.where} party").keys(("kind", "system", "note"))
    return value


def _rows(entries: list[Entry], key: str) -> list[Entry]:
    rows = [row for entry in entries for row in entry.entries(key)]
    most = MAX_CLAUSES if key == "clause" else MAX_ENTRIES
    if len(rows) > most:
        raise Malformed("law-too-large", f"more than {most} of {key}")
    return rows


def _named(entries: list[Entry], key: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        for name, row in entry.named(key):
            check_id(name, row.where, NAME)
            if name in found:
                raise Malformed("law-id-twice", "the name stands twice", where=row.where)
            found[name] = row
    return found


def _questions(entries: list[Entry]) -> dict[str, Question]:
    found = {}
    for name, row in _named(entries, "questions").items():
        row.keys(("title", "outcomes", "note"))
        found[name] = Question(name, row.text("title"), row.texts("outcomes"))
    return found


def _asked(questions: Mapping[str, Question], rules: Iterable[Rule]) -> tuple[Question, ...]:
    if questions:
        return tuple(questions.values())
    names = dict.fromkeys(rule.decides for rule in rules)
    return tuple(Question(name, name, ()) for name in names)


def _facts(entries: list[Entry]) -> dict[str, FactKind]:
    found = {}
    for name, row in _named(entries, "facts").items():
        if name in STANDARD or name in {"always", "on", "and", "or", "not", "in"}:
            raise Malformed("law-id-twice", "the name is taken by the format", where=row.where)
        row.keys(("type", "ask", "finding", "words", "none", "note"))
        kind = row.choice("type", ("yes-no", "country", "date", "number", "word", "document"))
        words = row.texts("words")
        if (kind == "word") != bool(words):
            raise Malformed("law-type", "words go with type word", where=row.where)
        found[name] = FactKind(
            name,
            kind,  # type: ignore[arg-type]  # choice() gave one of the words of FactType
            row.text("ask"),
            row.flag("finding"),
            words,
            row.flag("none"),
        )
    return found


def _definitions(entries: list[Entry], names: Names) -> dict[str, Condition]:
    rows = _named(entries, "definitions")
    for name, row in rows.items():
        row.keys(("cite", "when", "text", "note"))
        cited(row)
        if name in names.facts or name in names.sets:
            raise Malformed("law-id-twice", "the name stands twice", where=row.where)
    found: dict[str, Condition] = {}
    known = Names(names.facts, names.sets, found)
    for name in _in_order(rows):
        found[name] = parse_condition(rows[name].text("when"), known, where=rows[name].where)
    return found


def _in_order(rows: Mapping[str, Entry]) -> list[str]:
    """Name definitions after those they rest on."""
    try:
        resting = {name: _words(row) & rows.keys() for name, row in rows.items()}
        return list(TopologicalSorter(resting).static_order())
    except CycleError as error:
        raise Malformed(
            "law-definition-circle",
            "definitions rest on each other",
            where=rows[error.args[1][0]].where,
            hint=" rests on ".join(error.args[1][:4]),
        ) from None


def _words(row: Entry) -> set[str]:
    return set("".join(c if c.isalnum() or c == "_" else " " for c in row.text("when")).split())


def _stay_clause(row: Entry, names: Names) -> StayClause:
    own = ("text", "when", "strength", "note", "source", "discretion", "states")
    when = row.optional("when", "always")
    cited(row)
    table = {key: value for key, value in row.table.items() if key not in own}
    return StayClause(
        parse_limit(table, where=row.where),
        row.optional("text"),
        when,
        parse_condition(when, names, where=row.where),
        row.optional("strength", "regulation"),
        row.optional("note"),
    )


def _once(entries: list[Entry]) -> None:
    seen: set[str] = set()
    for row in (row for key in ("rule", "stay_limit", "clause") for row in _rows(entries, key)):
        name = row.text("id")
        if name in seen:
            raise Malformed("law-id-twice", "the id stands twice", where=row.where)
        seen.add(name)
