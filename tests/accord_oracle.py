"""The constitution said a second time, in Python, by reading the articles: an oracle for tests."""

from __future__ import annotations

import datetime

from comity.accord.agreement import Agreement
from comity.accord.question import Question, RecordFacts
from comity.terms.category import CATEGORIES

MISSING = {"missing-protect", "missing-whereabouts", "child-abduction", "child-travel-harm",
           "adult-travel-harm"}  # fmt: skip
CHECKS = {"discreet-check", "inquiry-check", "specific-check", "information"}
ON_DECISION = {"return", "entry-refusal-threat", "entry-refusal-ban", "travel-ban", "arrest",
               "child-abduction", "child-travel-harm", "adult-travel-harm"}  # fmt: skip
AGAINST_VICTIM = {"arrest", "return", "entry-refusal-threat", "entry-refusal-ban",
                  "unknown-wanted", *CHECKS}  # fmt: skip


def _reaches(protected: bool, known: bool, origins: tuple[str, ...], to: set[str]) -> bool:  # noqa: FBT001
    return protected and (not known or not origins or bool(set(origins) & to))


def breaks_question(question: Question, agreement: Agreement, on: datetime.date) -> bool:
    """Articles 1-6, 9, 10: what holds for asking and for seeing alike."""
    asker, subject = question.asker, question.subject
    parties = set(agreement.parties)
    constrained = question.purpose in {"return", "police-check"}
    return (
        not asker.officer.strip()
        or not asker.role.strip()
        or asker.trained_until < on
        or asker.clearance < agreement.clearance
        or not question.reference.strip()
        or question.purpose not in agreement.purposes
        or question.subjects != 1
        or question.standing
        or not agreement.in_force <= on <= agreement.until
        or agreement.suspended
        or agreement.assessment.until < on
        or not {asker.country, question.towards, *question.onward_to} <= parties
        or (subject.protected and constrained)
        or (subject.minor is not False and constrained)
    )


def breaks_ask(question: Question, agreement: Agreement, on: datetime.date) -> bool:
    """And article 7: no question to, by or for the country fled."""
    subject = question.subject
    to = {question.asker.country, question.towards, *question.onward_to}
    return breaks_question(question, agreement, on) or _reaches(
        subject.protected, subject.origins_known, subject.origins, to
    )


def breaks_record(record: RecordFacts, agreement: Agreement, on: datetime.date) -> bool:
    """Articles 4, 10-14: what holds for showing and for sending alike."""
    return (
        record.category not in agreement.categories
        or (record.minor and CATEGORIES[record.category].coercive)
        or (record.possible_victim and record.category in AGAINST_VICTIM)
        or record.erased
        or record.expires < on
        or record.state != "active"
        or (not record.decided and record.category in ON_DECISION)
        or (record.final_judgment and record.category == "arrest")
    )


def breaks_see(
    question: Question, record: RecordFacts, group: str, agreement: Agreement, on: datetime.date
) -> bool:
    """And articles 4, 7-9, 15-18: what holds for showing one group of fields."""
    asker, subject = question.asker, question.subject
    second = question.second_officer.strip()
    alone = not second or second == asker.officer.strip()
    onward = set(question.onward_to)
    return (
        breaks_question(question, agreement, on)
        or breaks_record(record, agreement, on)
        or record.owner != question.towards
        or _reaches(
            record.protected, record.origins_known, record.origins, {asker.country, *onward}
        )
        or _reaches(
            subject.protected, subject.origins_known, subject.origins,
            {record.owner, asker.country, *onward},
        )
        or (record.protected and question.purpose in {"return", "police-check"})
        or (record.contested and group in {"alert", "warnings"})
        or (record.flagged and record.category in MISSING | CHECKS)
        or (alone and group in {"particulars", "biometrics"})
        or (group == "biometrics" and asker.country != record.owner)
    )  # fmt: skip


def breaks_receive(
    party: str, record: RecordFacts, agreement: Agreement, on: datetime.date
) -> bool:  # fmt: skip
    """Articles 4, 5, 7, 10-14 for an alert that leaves."""
    return (
        breaks_record(record, agreement, on)
        or not agreement.in_force <= on <= agreement.until
        or agreement.suspended
        or agreement.assessment.until < on
        or not {party, record.owner} <= set(agreement.parties)
        or _reaches(record.protected, record.origins_known, record.origins, {party})
    )
