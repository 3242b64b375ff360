"""The parts of a law pack: questions, rules, presumptions, cases, accepted findings.

Each is immutable and knows where it was read and what it cites (docs/spec/law-pack.md 2 to 5, 9).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from comity.errors import Malformed
from comity.law.condition import Always, Condition, Fact, Literal, facts_of
from comity.law.facts import FactKind, parse_value
from comity.law.grammar import Names, parse_condition, parse_operand
from comity.law.reading import NAME, Entry, Period, check_id, cited

STRENGTHS = ("treaty", "statute", "regulation", "statement", "practice", "secondary")
WEAK = frozenset({"statement", "practice", "secondary"})
DISCRETIONS = frozenset({"state_option", "officer_may"})
OUTCOME = re.compile(r"[a-z][A-Za-z0-9_, -]{0,79}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """What a pack decides: ``id``, ``title``, the ``outcomes`` it may have (empty: any)."""

    id: str
    title: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``condition`` is ``when`` read; ``despite`` what it beats, by id or group.

    ``formerly``: last days, the earliest first, until which another citation stood.
    """

    id: str
    decides: str
    cite: str
    text: str
    when: str
    condition: Condition
    then: str
    period: Period
    despite: tuple[str, ...]
    group: str
    discretion: str
    strength: str
    open_norm: str
    effect: str
    ground: str
    source: str
    note: str
    where: str
    facts: tuple[str, ...]
    formerly: tuple[tuple[datetime.date, str], ...] = ()

    def as_on(self, day: datetime.date) -> Rule:
        """Give the rule with the citation that it had on a day."""
        for until, cite in self.formerly:
            if day <= until:
                return replace(self, cite=cite)
        return self


@dataclass(frozen=True, slots=True)
class Presumption:
    """Where ``fact`` was not given and ``condition`` holds, start from ``value``.

    ``decides`` names the questions for which it is made; empty: all.
    """

    fact: str
    value: Fact | Literal
    when: str
    condition: Condition
    cite: str
    text: str
    decides: tuple[str, ...]
    period: Period
    where: str


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case: facts, date, what each question must answer."""

    name: str
    on: datetime.date
    facts: Mapping[str, str]
    expect: Mapping[str, str]
    because: str
    cite: str
    where: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A GAP or CONFLICT that a person has looked at, and why it may stand."""

    finding: str
    decides: str
    condition: Condition
    when: str
    why: str
    where: str


RULE_KEYS = frozenset(
    "id decides cite text when then in_force despite group discretion strength open_norm effect"
    " ground source note formerly".split()
)


def parse_rule(entry: Entry, names: Names, questions: Mapping[str, Question]) -> Rule:
    """Read one ``[[rule]]``."""
    entry.keys(RULE_KEYS)
    decides, then = entry.text("decides"), entry.text("then")
    check_id(decides, entry.where, NAME)
    check_id(then, entry.where, OUTCOME)
    question = questions.get(decides)
    if questions and question is None:
        raise Malformed("law-name-unknown", "decides no question of the pack", where=entry.where)
    if question and question.outcomes and then not in question.outcomes:
        raise Malformed(
            "law-name-unknown",
            "then is no outcome of its question",
            where=entry.where,
            hint="outcomes: " + ", ".join(question.outcomes),
        )
    discretion = entry.optional("discretion")
    if bool(discretion) != (then in DISCRETIONS):
        raise Malformed(
            "law-type",
            "discretion goes with state_option and officer_may, and with nothing else",
            where=entry.where,
            hint="say whose power it is",
        )
    when = entry.text("when")
    condition = parse_condition(when, names, where=entry.where)
    return Rule(
        id=check_id(entry.text("id"), entry.where),
        decides=decides,
        cite=cited(entry),
        text=entry.text("text"),
        when=when,
        condition=condition,
        then=then,
        period=entry.period(),
        despite=entry.texts("despite"),
        group=entry.optional("group"),
        discretion=discretion,
        strength=entry.choice("strength", STRENGTHS, "regulation"),
        open_norm=entry.optional("open_norm"),
        effect=entry.optional("effect"),
        ground=entry.optional("ground"),
        source=entry.optional("source"),
        note=entry.optional("note"),
        where=entry.where,
        facts=facts_of(condition),
        formerly=_formerly(entry),
    )


def _formerly(entry: Entry) -> tuple[tuple[datetime.date, str], ...]:
    rows = entry.entries("formerly")
    for row in rows:
        row.keys(("until", "cite"))
    found = tuple((row.date("until"), cited(row)) for row in rows)
    days = [until for until, _ in found]
    if days != sorted(set(days)):
        hint = "the earliest comes first"
        raise Malformed("law-dates", "until is out of order", where=entry.where, hint=hint)
    return found


def parse_presumption(entry: Entry, names: Names) -> Presumption:
    """Read one ``[[presume]]``."""
    entry.keys(("fact", "is", "when", "cite", "text", "decides", "in_force", "note"))
    name = entry.text("fact")
    kind = names.facts.get(name)
    if kind is None:
        raise Malformed("law-name-unknown", "presumes an unknown fact", where=entry.where)
    when = entry.optional("when", "always")
    return Presumption(
        fact=name,
        value=parse_operand(entry.text("is"), names, kind, where=entry.where),
        when=when,
        condition=Always() if when == "always" else parse_condition(when, names, where=entry.where),
        cite=cited(entry),
        text=entry.text("text"),
        decides=entry.texts("decides"),
        period=entry.period(),
        where=entry.where,
    )


def parse_case(entry: Entry, kinds: Mapping[str, FactKind]) -> Case:
    """Read one ``[[case]]``; its facts must be facts of the pack."""
    entry.keys(("name", "on", "facts", "expect", "because", "cite", "note"))
    facts = {}
    for name, value in _table(entry, "facts").items():
        text = value if isinstance(value, str) else _spelled(value)
        if name not in kinds:
            raise Malformed("law-name-unknown", "a case names an unknown fact", where=entry.where)
        if text != "unknown":
            parse_value(kinds[name], text)
        facts[name] = text
    return Case(
        name=entry.text("name"),
        on=entry.date("on"),
        facts=facts,
        expect={str(k): str(v) for k, v in _table(entry, "expect").items()},
        because=entry.optional("because"),
        cite=entry.optional("cite"),
        where=entry.where,
    )


def parse_accepted(entry: Entry, names: Names) -> Accepted:
    """Read one ``[[accepted]]``."""
    entry.keys(("finding", "decides", "when", "why"))
    when = entry.text("when")
    return Accepted(
        finding=entry.choice("finding", ("GAP", "CONFLICT")),
        decides=entry.text("decides"),
        condition=parse_condition(when, names, where=entry.where),
        when=when,
        why=entry.text("why"),
        where=entry.where,
    )


def _table(entry: Entry, key: str) -> Mapping[str, object]:
    value = entry.table.get(key, {})
    if not isinstance(value, dict):
        raise entry.mistyped(key, "a table")
    return value


def _spelled(value: object) -> str:
    if value is True or value is False:
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
