"""Clauses on data that leave: what one law allows, what the other demands, and the way out.

`compare_clauses` holds the clauses of the giver against those of the receiver, kind by kind
(docs/spec/law-pack.md section 8). BLOCKED: the giver's law forbids the transfer. CONFLICT: both
cannot be kept. COMPATIBLE otherwise. Nothing here weighs interests: it reads what is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.errors import Malformed
from comity.law.reading import Entry, Period

PARTY_KINDS = (
    "member-state-system",
    "third-country",
    "international-organisation",
    "private-body",
)
ONWARD = ("never", "same-purpose", "any")
REMEDIES = ("information", "access", "rectification", "erasure", "complaint", "court")
UNITS = {"day": 1, "month": 30, "year": 365}
TERM = re.compile(r"(\d{1,4}) (day|month|year)s?", re.ASCII)
COMMON = ("id", "kind", "cite", "text", "in_force", "strength", "note", "source")
KEYS: dict[str, tuple[str, ...]] = {
    "keep": ("max", "min", "from", "if"),
    "national_copy": ("allowed", "max"),
    "transfer": ("to", "allowed", "way_out"),
    "onward": ("allowed",),
    "purpose": ("allowed",),
    "categories": ("allowed", "forbidden"),
    "remedy": ("gives", "requires"),
    "automated_decision": ("allowed",),
}


@dataclass(frozen=True, slots=True)
class WayOut:
    """How a blocked transfer may still be lawful: one of ``any_of`` and every one of ``all_of``."""

    cite: str
    text: str
    purposes: tuple[str, ...]
    any_of: tuple[str, ...]
    all_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. ``words`` and ``against`` are its two lists, by kind.

    keep: ``longest``/``shortest`` as written, ``since`` (event), ``condition`` (words).
    transfer: ``words`` = to whom. onward: ``words`` = (one of never, same-purpose, any).
    purpose, categories: ``words`` = allowed, ``against`` = forbidden.
    remedy: ``words`` = gives, ``against`` = requires.
    """

    id: str
    kind: str
    cite: str
    text: str
    period: Period
    strength: str = "regulation"
    allowed: bool = True
    words: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    longest: str = ""
    shortest: str = ""
    since: str = ""
    condition: str = ""
    ways_out: tuple[WayOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """``state`` BLOCKED, CONFLICT or COMPATIBLE; one sentence; the clauses it rests on."""

    state: str
    kind: str
    sentence: str
    giver: Clause | None
    receiver: Clause | None
    ways_out: tuple[WayOut, ...] = ()


def days_of(term: str) -> int:
    """Give the length of "3 years" in days, to compare terms (365 and 30 days)."""
    found = TERM.fullmatch(term)
    if found is None:
        raise Malformed("law-type", "not a term", hint='write "3 years" or "90 days"')
    return int(found[1]) * UNITS[found[2]]


def parse_clause(entry: Entry) -> Clause:
    """Read one ``[[clause]]``."""
    kind = entry.choice("kind", tuple(KEYS))
    entry.keys((*COMMON, *KEYS[kind]))
    terms = {key: entry.optional(key) for key in ("max", "min")}
    for term in terms.values():
        if term and not TERM.fullmatch(term):
            raise Malformed(
                "law-type", "not a term", where=entry.where, hint='write "3 years" or "90 days"'
            )
    allowed, words, against = _lists(entry, kind)
    return Clause(
        id=entry.text("id"),
        kind=kind,
        cite=entry.text("cite", code="law-no-citation", hint="every clause cites its source"),
        text=entry.text("text"),
        period=entry.period(),
        strength=entry.optional("strength", "regulation"),
        allowed=allowed,
        words=words,
        against=against,
        longest=terms["max"],
        shortest=terms["min"],
        since=entry.optional("from"),
        condition=entry.optional("if"),
        ways_out=tuple(_way_out(row) for row in entry.entries("way_out")),
    )


def _lists(entry: Entry, kind: str) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    if kind in {"transfer", "national_copy", "automated_decision"}:
        to = entry.texts("to")
        if kind == "transfer" and (not to or not set(to) <= set(PARTY_KINDS)):
            raise Malformed(
                "law-type",
                "to names no known kind of party",
                where=entry.where,
                hint=", ".join(PARTY_KINDS),
            )
        if "allowed" not in entry.table:
            raise Malformed("law-key-missing", "allowed is missing", where=entry.where)
        return entry.flag("allowed"), to, ()
    if kind == "onward":
        return True, (entry.choice("allowed", ONWARD),), ()
    if kind == "remedy":
        gives, requires = entry.texts("gives"), entry.texts("requires")
        if not {*gives, *requires} <= set(REMEDIES):
            raise Malformed(
                "law-type", "unknown remedy", where=entry.where, hint=", ".join(REMEDIES)
            )
        return True, gives, requires
    return True, entry.texts("allowed"), entry.texts("forbidden")


def _way_out(entry: Entry) -> WayOut:
    entry.keys(("cite", "text", "purposes", "any", "all"))
    return WayOut(
        entry.text("cite", code="law-no-citation"),
        entry.text("text"),
        entry.texts("purposes"),
        entry.texts("any"),
        entry.texts("all"),
    )


@dataclass(frozen=True, slots=True)
class Party:
    """Whose clauses: ``name`` of the pack, ``kind`` of the party, its system, its clauses."""

    name: str
    kind: str
    system: str
    clauses: tuple[Clause, ...]

    def of(self, kind: str) -> list[Clause]:
        """Give the clauses of one kind."""
        return [clause for clause in self.clauses if clause.kind == kind]


def compare_clauses(giver: Party, receiver: Party) -> list[Finding]:
    """Hold the clauses of two laws against each other; the giver's data would leave.

    The findings come BLOCKED first, then CONFLICT, then COMPATIBLE. Two laws without any clause
    in common give no COMPATIBLE: silence is not consent; the list then says what is not encoded.
    """
    findings = [
        *_transfer(giver, receiver),
        *_keep(giver, receiver),
        *_national_copy(giver, receiver),
        *_onward(giver, receiver),
        *_purpose(giver, receiver),
        *_categories(giver, receiver),
        *_remedy(giver, receiver),
        *_automated(giver, receiver),
    ]
    order = {"BLOCKED": 0, "CONFLICT": 1, "COMPATIBLE": 2}
    return sorted(findings, key=lambda finding: order[finding.state])


def _transfer(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    for clause in giver.of("transfer"):
        if receiver.kind not in clause.words:
            continue
        if clause.allowed:
            sentence = f"{giver.name} allows a transfer to a {receiver.kind}"
            found.append(Finding("COMPATIBLE", "transfer", sentence, clause, None))
        else:
            sentence = f"{giver.name} forbids a transfer to a {receiver.kind}"
            found.append(Finding("BLOCKED", "transfer", sentence, clause, None, clause.ways_out))
    return found


def _keep(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    # the longest term the giver ever allows: an exception for some records does not cover all,
    # so the general term (the shortest of them) is what the receiver's duty is held against
    limits = [clause for clause in giver.of("keep") if clause.longest]
    duties = [clause for clause in receiver.of("keep") if clause.shortest]
    for duty in duties:
        if not limits:
            continue
        limit = min(limits, key=lambda clause: days_of(clause.longest))
        others = [c for c in limits if c is not limit and c.condition]
        also = "".join(f", {c.longest} if {c.condition} ({c.cite})" for c in others)
        state = "CONFLICT" if days_of(duty.shortest) > days_of(limit.longest) else "COMPATIBLE"
        sentence = (
            f"{receiver.name} must keep {duty.shortest}; {giver.name} allows {limit.longest}{also}"
        )
        found.append(Finding(state, "keep", sentence, limit, duty))
    if limits and not duties:
        found += [
            _kept(giver, receiver, limits, kept) for kept in receiver.of("keep") if kept.longest
        ]
    return found


def _kept(giver: Party, receiver: Party, limits: list[Clause], kept: Clause) -> Finding:
    limit = min(limits, key=lambda clause: days_of(clause.longest))
    longer = days_of(kept.longest) > days_of(limit.longest)
    sentence = f"{receiver.name} may keep {kept.longest}; {giver.name} allows {limit.longest}"
    return Finding("CONFLICT" if longer else "COMPATIBLE", "keep", sentence, limit, kept)


def _national_copy(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    for clause in giver.of("national_copy"):
        for other in receiver.of("national_copy"):
            longer = bool(
                clause.longest
                and other.allowed
                and (not other.longest or days_of(other.longest) > days_of(clause.longest))
            )
            clash = other.allowed and (not clause.allowed or longer)
            sentence = f"{receiver.name} keeps a national copy" + (
                f" for {other.longest}" if other.longest else ""
            )
            sentence += (
                f"; {giver.name} allows {clause.longest or ('one' if clause.allowed else 'none')}"
            )
            state = "CONFLICT" if clash else "COMPATIBLE"
            found.append(Finding(state, "national_copy", sentence, clause, other))
    return found


def _onward(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    for clause in giver.of("onward"):
        for other in receiver.of("onward"):
            freer = ONWARD.index(other.words[0]) > ONWARD.index(clause.words[0])
            sentence = (
                f"{receiver.name} allows onward use: {other.words[0]}; "
                f"{giver.name} allows: {clause.words[0]}"
            )
            state = "CONFLICT" if freer else "COMPATIBLE"
            found.append(Finding(state, "onward", sentence, clause, other))
    return found


def _purpose(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    for clause in giver.of("purpose"):
        for other in receiver.of("purpose"):
            beyond = sorted(set(other.words) - set(clause.words))
            sentence = (
                f"{receiver.name} uses also for {', '.join(beyond)}"
                if beyond
                else f"{receiver.name} uses for no other purpose"
            )
            state = "CONFLICT" if beyond else "COMPATIBLE"
            found.append(Finding(state, "purpose", sentence, clause, other))
    return found


def _categories(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    for clause in giver.of("categories"):
        for other in receiver.of("categories"):
            wanted = set(other.words)
            beyond = wanted & set(clause.against)
            if clause.words:
                beyond |= wanted - set(clause.words)
            sentence = (
                f"{receiver.name} takes {', '.join(sorted(beyond))}; {giver.name} does not give it"
                if beyond
                else f"{receiver.name} takes no category that {giver.name} does not give"
            )
            state = "CONFLICT" if beyond else "COMPATIBLE"
            found.append(Finding(state, "categories", sentence, clause, other))
    return found


def _remedy(giver: Party, receiver: Party) -> list[Finding]:
    given = {remedy for clause in receiver.of("remedy") for remedy in clause.words}
    other = next(iter(receiver.of("remedy")), None)
    found = []
    for clause in giver.of("remedy"):
        if not clause.against:
            continue
        lacking = [remedy for remedy in clause.against if remedy not in given]
        sentence = (
            f"{receiver.name} does not give the person {', '.join(lacking)}"
            if lacking
            else f"{receiver.name} gives the person every remedy that {giver.name} requires"
        )
        state = "CONFLICT" if lacking else "COMPATIBLE"
        found.append(Finding(state, "remedy", sentence, clause, other))
    return found


def _automated(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    for clause in giver.of("automated_decision"):
        for other in receiver.of("automated_decision"):
            clash = other.allowed and not clause.allowed
            sentence = (
                f"{receiver.name} decides by software alone; {giver.name} forbids it"
                if clash
                else f"{receiver.name} does not go beyond {giver.name} on automated decisions"
            )
            state = "CONFLICT" if clash else "COMPATIBLE"
            found.append(Finding(state, "automated_decision", sentence, clause, other))
    return found
