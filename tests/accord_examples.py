"""The example texts of the repository and small invented questions, for the tests of accord."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from comity.accord.agreement import Agreement, bind_agreement, parse_agreement
from comity.accord.constitution import Constitution, bind_constitution, parse_constitution
from comity.accord.policy import Policy
from comity.accord.question import Asker, Question, RecordFacts, Subject
from comity.errors import ComityError

ROOT = Path(__file__).resolve().parents[1] / "agreements"
CONSTITUTION = (ROOT / "constitution.cedar").read_text("utf-8")
ARTICLES = (ROOT / "constitution.toml").read_text("utf-8")
SCHEMA = (ROOT / "schema.cedarschema").read_text("utf-8")
AGREEMENT = (ROOT / "training-entry" / "agreement.toml").read_text("utf-8")
POLICY = (ROOT / "training-entry" / "policy.cedar").read_text("utf-8")
CASES = tuple(
    (f"{file.parent.name}/{file.name}", file.read_text("utf-8"))
    for file in sorted((ROOT / "training-entry" / "cases").glob("*/*.toml"))
)

ON = datetime.date(2026, 11, 23)

ASKER = Asker("UTO", "border-guard", "5f1c0a77", "first-line", datetime.date(2027, 6, 30), 1)
NOBODY_SPECIAL = Subject(protected=False, origins=(), origins_known=False, minor=False)
FLED_UTOPIA = Subject(protected=True, origins=("UTO",), origins_known=True, minor=False)
QUESTION = Question(
    "training-entry", "2", "border-check", ASKER, "encounter-0001", NOBODY_SPECIAL, "QMA"
)
RECORD = RecordFacts(
    owner="QMA",
    category="entry-refusal-ban",
    state="active",
    expires=datetime.date(2028, 11, 22),
    protected=False,
    origins=(),
    origins_known=False,
    minor=False,
    contested=False,
    erased=False,
    flagged=False,
    decided=True,
)

EVERYTHING = """
@id("training-entry:everything") @article("5")
permit (principal, action, resource)
when { context.agreement == Agreement::"training-entry" };
"""
"""The widest permit that a drafter could write: what it does not open, the constitution closes."""


def constitution() -> Constitution:
    """Give the constitution of the repository."""
    return parse_constitution(CONSTITUTION, ARTICLES, SCHEMA)


def agreement() -> Agreement:
    """Give the training agreement of the repository."""
    return parse_agreement(AGREEMENT, POLICY)


def policy() -> Policy:
    """Give both, compiled."""
    return Policy(constitution(), agreement())


def bound(text: str, permits: str, under: Constitution) -> Policy:
    """Bind and compile a draft agreement."""
    return Policy(under, parse_agreement(bind_agreement(text, permits, under), permits))


def permissive(text: str = AGREEMENT) -> Policy:
    """Give a policy under which only the constitution refuses."""
    return bound(text, EVERYTHING, constitution())


def without_rule(name: str) -> Constitution:
    """Give the constitution without one rule (and without an article that then has none)."""
    statements = re.split(r"(?=^@id\()", CONSTITUTION, flags=re.MULTILINE)
    kept = "".join(s for s in statements if not s.startswith(f'@id("{name}")'))
    return rebuilt(kept)


def rebuilt(cedar: str) -> Constitution:
    """Bind and parse another text of the constitution, dropping articles without a rule."""
    used = {*re.findall(r'@article\("([^"]+)"\)', cedar), "no-permit", "engine-error"}
    parts = re.split(r"(?=^\[\[article\]\])", ARTICLES, flags=re.MULTILINE)
    head, rest = parts[0], parts[1:]
    kept = [p for p in rest if re.findall(r'^id = "([^"]+)"', p, re.MULTILINE)[0] in used]
    articles = "".join([head, *kept])
    return parse_constitution(cedar, bind_constitution(cedar, articles), SCHEMA)


def asked_by(country: str, **changes: object) -> Question:
    """Give the example question by an officer of ``country``."""
    question = replace(QUESTION, asker=replace(ASKER, country=country))
    return replace(question, **changes)  # type: ignore[arg-type]


def outcome(read: Callable[[], object]) -> str:
    """Give "" where reading works, the message where it is refused; any other error escapes."""
    try:
        read()
    except ComityError as error:
        return str(error)
    return ""
