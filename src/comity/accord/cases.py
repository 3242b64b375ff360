"""Cases: whole questions with the decision they must get, and by which rule.

A case is a TOML file under ``cases/good`` or ``cases/bad`` of an agreement; lawyers read them,
tests run them, and a party runs them on another's draft before signing. Format:
docs/spec/agreement.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from comity.accord.policy import Policy
from comity.accord.question import Asker, Decision, Question, RecordFacts, Subject
from comity.accord.sheet import Sheet, read_sheet
from comity.errors import Malformed

CASES_MAX = 10_000
_MINOR = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the act ("ask", "see", "receive") on a day, what is asked, what must follow."""

    name: str
    title: str
    act: str
    on: datetime.date
    permitted: bool
    rule: str
    question: Question | None
    record: RecordFacts | None
    group: str
    party: str
    suspended: bool
    asked_today: int


@dataclass(frozen=True, slots=True)
class CaseResult:
    """``held`` where the decision and the deciding rule are those the case expects."""

    case: Case
    decision: Decision
    held: bool

    def __str__(self) -> str:
        """One line for a person."""
        wanted = f"{'permitted' if self.case.permitted else 'refused'} by {self.case.rule}"
        found = f"{'permitted' if self.decision.permitted else 'refused'} by {self.decision.rule}"
        mark = "holds" if self.held else f"FAILS, found {found}"
        return f"{self.case.name}: {wanted}: {mark}"


def parse_case(name: str, text: str) -> Case:
    """Read one case; Malformed names the file and the key."""
    sheet = read_sheet(text, name)
    act = sheet.take_line("act")
    if act not in {"ask", "see", "receive"}:
        raise Malformed("case-act", "an act is ask, see or receive", where=f"{name} act")
    expect = sheet.take_line("expect")
    if expect not in {"permitted", "refused"}:
        raise Malformed("case-expect", "expect permitted or refused", where=f"{name} expect")
    case = Case(
        name=name,
        title=sheet.take_line("title"),
        act=act,
        on=sheet.take_date("on"),
        permitted=expect == "permitted",
        rule=sheet.take_line("rule"),
        question=None if act == "receive" else _take_question(sheet),
        record=None if act == "ask" else _take_record(sheet.take_sheet("record")),
        group=sheet.take_line("group") if act == "see" else "",
        party=sheet.take_line("party") if act == "receive" else "",
        suspended=sheet.take_flag("suspended", default=False),
        asked_today=sheet.take_count("asked_today", 0, 10**9) if sheet.has("asked_today") else 0,
    )
    sheet.close()
    return case


def run_case(policy: Policy, case: Case) -> CaseResult:
    """Decide one case under ``policy``."""
    if case.suspended:
        policy = Policy(policy.constitution, policy.agreement.suspend())
    decision = _decide(policy, case)
    held = decision.permitted == case.permitted and decision.rule == case.rule
    return CaseResult(case, decision, held)


def run_cases(policy: Policy, cases: Iterable[tuple[str, str]]) -> tuple[CaseResult, ...]:
    """Run (name, text) pairs; the caller reads the files. Malformed where there is none."""
    results: list[CaseResult] = []
    for name, text in cases:
        if len(results) == CASES_MAX:
            raise Malformed("cases-many", f"more than {CASES_MAX} cases")
        results.append(run_case(policy, parse_case(name, text)))
    if not results:
        raise Malformed("cases-none", "there are no cases", hint="cases/good and cases/bad")
    return tuple(results)


def _decide(policy: Policy, case: Case) -> Decision:
    if case.act == "receive" and case.record is not None:
        return policy.may_receive(case.party, case.record, case.on)
    if case.question is None:
        raise Malformed("case-question", "the case has no question", where=case.name)
    if case.record is None:
        return policy.may_ask(case.question, case.on, asked_today=case.asked_today)
    (decision,) = policy.may_see(
        case.question, case.record, (case.group,), case.on, asked_today=case.asked_today
    )
    return decision


def _take_question(sheet: Sheet) -> Question:
    asked = sheet.take_sheet("question")
    question = Question(
        agreement=asked.take_line("agreement"),
        article=asked.take_line("article"),
        purpose=asked.take_line("purpose"),
        asker=_take_asker(sheet.take_sheet("asker")),
        reference=asked.take_line("reference", ""),
        subject=_take_subject(sheet.take_sheet("subject")),
        towards=asked.take_line("towards"),
        onward_to=asked.take_words("onward_to"),
        second_officer=asked.take_line("second_officer", ""),
        subjects=asked.take_count("subjects", 0, 10**9),
        standing=asked.take_flag("standing"),
    )
    asked.close()
    return question


def _take_asker(sheet: Sheet) -> Asker:
    asker = Asker(
        sheet.take_line("country"),
        sheet.take_line("authority"),
        sheet.take_line("officer", ""),
        sheet.take_line("role", ""),
        sheet.take_date("trained_until"),
        sheet.take_count("clearance", 0, 10),
    )
    sheet.close()
    return asker


def _take_subject(sheet: Sheet) -> Subject:
    minor = sheet.take_line("minor")
    if minor not in _MINOR:
        raise Malformed("case-minor", "minor is yes, no or unknown", where=f"{sheet.where} minor")
    subject = Subject(
        sheet.take_flag("protected"),
        sheet.take_words("origins"),
        sheet.take_flag("origins_known"),
        _MINOR[minor],
    )
    sheet.close()
    return subject


def _take_record(sheet: Sheet) -> RecordFacts:
    record = RecordFacts(
        owner=sheet.take_line("owner"),
        category=sheet.take_line("category"),
        state=sheet.take_line("state"),
        expires=sheet.take_date("expires"),
        protected=sheet.take_flag("protected"),
        origins=sheet.take_words("origins"),
        origins_known=sheet.take_flag("origins_known"),
        minor=sheet.take_flag("minor"),
        contested=sheet.take_flag("contested"),
        erased=sheet.take_flag("erased"),
        flagged=sheet.take_flag("flagged"),
        decided=sheet.take_flag("decided"),
        final_judgment=sheet.take_flag("final_judgment"),
        possible_victim=sheet.take_flag("possible_victim"),
    )
    sheet.close()
    return record
