"""The gate before data leave: hold the clauses of two laws against each other, kind by kind.

BLOCKED: the giver's law forbids the transfer; the way out is named. CONFLICT: both laws cannot be
kept. SILENT: the receiver's law does not speak of what the giver demands. COMPATIBLE otherwise
(docs/spec/law-pack.md section 8). Nothing here weighs interests: it reads what is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.law.clause import ONWARD, Clause, Party, WayOut, days_of


@dataclass(frozen=True, slots=True)
class Finding:
    """``state`` BLOCKED, CONFLICT, SILENT or COMPATIBLE; a sentence; the clauses it rests on."""

    state: str
    kind: str
    sentence: str
    giver: Clause | None
    receiver: Clause | None
    ways_out: tuple[WayOut, ...] = ()


def compare_clauses(giver: Party, receiver: Party) -> list[Finding]:
    """Hold the clauses of two laws against each other; the giver's data would leave.

    The findings come BLOCKED first, then CONFLICT, SILENT, COMPATIBLE. Silence is not consent: on
    what the giver demands and the receiver's law does not speak of, the finding says so.
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
        *_silent(giver, receiver),
    ]
    order = {"BLOCKED": 0, "CONFLICT": 1, "SILENT": 2, "COMPATIBLE": 3}
    return sorted(findings, key=lambda finding: order[finding.state])


def _transfer(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    if receiver.kind == "member-state-system" and giver.system and giver.system == receiver.system:
        sentence = f"{giver.name} and {receiver.name} are parts of one system, {giver.system}"
        found.append(Finding("COMPATIBLE", "transfer", sentence, None, None))
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


def general(limits: list[Clause]) -> Clause:
    """Give the term that holds for every record: the one without a condition, else the shortest."""
    return min(limits, key=lambda clause: (bool(clause.condition), days_of(clause.longest)))


def _keep(giver: Party, receiver: Party) -> list[Finding]:
    limits = [clause for clause in giver.of("keep") if clause.longest]
    theirs = [clause for clause in receiver.of("keep") if clause.shortest or clause.longest]
    if not limits:
        return []
    found = []
    for clause in theirs:
        alike = [c for c in limits if c.condition and c.condition == clause.condition]
        limit = alike[0] if alike else general(limits)
        others = [c for c in limits if c is not limit and c.condition]
        also = "".join(f"; {c.longest} if {c.condition}: {c.cite}" for c in others)
        terms = [term for term in (clause.shortest, clause.longest) if term]
        term = max(terms, key=days_of)
        clash = days_of(term) > days_of(limit.longest)
        sentence = (
            f"{receiver.name} {'must' if term == clause.shortest else 'may'} keep {term}; "
            f"{giver.name} allows {limit.longest}{also}"
        )
        found.append(
            Finding("CONFLICT" if clash else "COMPATIBLE", "keep", sentence, limit, clause)
        )
    return found


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


def _silent(giver: Party, receiver: Party) -> list[Finding]:
    found = []
    for kind in ("keep", "onward", "purpose", "automated_decision"):
        mine = giver.of(kind)
        if mine and not receiver.of(kind):
            sentence = (
                f"{receiver.name} says nothing on {kind.replace('_', ' ')}: bind it by agreement"
            )
            found.append(Finding("SILENT", kind, sentence, mine[0], None))
    return found


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether data may leave: ``open``, and the findings that keep it shut.

    ``way_out`` is the exception relied on, where a blocked transfer is lawful in this one case.
    """

    open: bool
    shut_by: tuple[Finding, ...]
    way_out: WayOut | None


def gate(
    giver: Party,
    receiver: Party,
    *,
    purpose: str,
    category: str = "",
    established: frozenset[str] = frozenset(),
    settled: frozenset[str] = frozenset(),
) -> Gate:
    """Say whether data may leave for a purpose, given the conditions a person has established.

    1. A transfer that is BLOCKED leaves only by a way out for that purpose, of which every
       condition of ``all`` and one of ``any`` are established (in the words of the clause); each
       clause that blocks needs a way out of its own.
    2. A purpose or a category of alert that the giver's law does not let out is BLOCKED too.
    3. A CONFLICT keeps the gate shut, unless its kind is ``settled``: by an article of the
       agreement, or by a person for this one case.
    4. No clause of the giver on transfers is no permission: the gate stays shut.
    """
    findings = compare_clauses(giver, receiver)
    blocked = [finding for finding in findings if finding.state == "BLOCKED"]
    ways = [_way(finding, purpose, established) for finding in blocked]
    shut = [finding for finding, way in zip(blocked, ways, strict=True) if way is None]
    shut += _asked(giver, purpose, category)
    if not any(finding.kind == "transfer" for finding in findings):
        sentence = f"{giver.name} has no clause in force on a transfer to a {receiver.kind}"
        shut.append(Finding("BLOCKED", "transfer", sentence, None, None))
    shut += [f for f in findings if f.state == "CONFLICT" and f.kind not in settled]
    return Gate(not shut, tuple(shut), next((way for way in ways if way), None))


def _way(finding: Finding, purpose: str, established: frozenset[str]) -> WayOut | None:
    """Give the way out of a blocked transfer whose every condition is established, if any."""
    for way in finding.ways_out:
        meant = not way.purposes or purpose in way.purposes
        chosen = not way.any_of or bool(set(way.any_of) & established)
        if meant and chosen and set(way.all_of) <= established:
            return way
    return None


def _asked(giver: Party, purpose: str, category: str) -> list[Finding]:
    found = []
    for clause in giver.of("purpose"):
        if purpose in clause.against or (clause.words and purpose not in clause.words):
            sentence = f"{giver.name} lets nothing out for the purpose {purpose}"
            found.append(Finding("BLOCKED", "purpose", sentence, clause, None))
    for clause in giver.of("categories"):
        if category and (
            category in clause.against or (clause.words and category not in clause.words)
        ):
            sentence = f"{giver.name} lets no {category} out"
            found.append(Finding("BLOCKED", "categories", sentence, clause, None))
    return found
