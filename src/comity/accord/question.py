"""A question, the facts it is decided on, and the decision.

All values are frozen. Countries are ICAO 9303 codes; purposes, kinds of authority, alert
categories and field groups are the ids of ``comity.terms``. Nothing here names a person: the
officer is a hash, the traveller is the four facts that the law needs.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

ENGINE_ERROR = "engine-error"
"""The rule of a refusal that rests on an error of the engine: Cedar skips a forbid that errs."""

NO_PERMIT = "no-permit"
"""The rule of a refusal that rests on nothing else: what no rule permits is refused."""


@dataclass(frozen=True, slots=True)
class Asker:
    """One officer, as the node at home vouches for them.

    ``officer`` a salted hash of the officer's id, never the name; ``role`` such as "first-line",
    "second-line", "bureau"; ``trained_until`` the last day on which the training certificate
    holds; ``clearance`` 0 and up.
    """

    country: str
    authority: str
    officer: str
    role: str
    trained_until: datetime.date
    clearance: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What the law needs to know of the person asked about.

    ``protected``: applicant for or holder of international protection, or stateless;
    ``origins``: the countries fled, their proxies, and for a territory the state that holds it;
    ``origins_known`` False where they are not established, which counts as every country, as does
    a list that names no state; ``minor`` None where age is in doubt, which
    counts as a child (UN CRC art. 3).
    """

    protected: bool
    origins: tuple[str, ...] = ()
    origins_known: bool = False
    minor: bool | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """May this officer ask this, about one person, under this article of this agreement?

    ``reference`` the case or encounter; ``towards`` the country whose alerts are asked;
    ``onward_to`` countries the answer is meant to be passed to, the one on whose behalf it is
    asked among them; ``second_officer`` the hash of another officer who approved this very
    question, "" if none; ``subjects`` how many persons (only 1 is lawful); ``standing`` whether
    it asks for future movements too (never lawful).
    """

    agreement: str
    article: str
    purpose: str
    asker: Asker
    reference: str
    subject: Subject
    towards: str
    onward_to: tuple[str, ...] = ()
    second_officer: str = ""
    subjects: int = 1
    standing: bool = False


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The facts of an alert that decide who may see it; no content.

    ``state`` is "active" or anything else (withdrawn, suspended, review ...); ``expires`` the last
    day it may be used; ``flagged`` for the asking country (Reg (EU) 2018/1862 art. 24);
    ``decided``: the decision it rests on is referenced; ``final_judgment``: the same acts were
    finally judged; ``possible_victim``: may be a victim of trafficking, not yet assessed.
    """

    owner: str
    category: str
    state: str
    expires: datetime.date
    protected: bool
    origins: tuple[str, ...]
    origins_known: bool
    minor: bool
    contested: bool
    erased: bool
    flagged: bool
    decided: bool
    final_judgment: bool = False
    possible_victim: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Permitted or not, by which rule, under which article, with its text.

    ``text_sha256`` is the SHA-256 of ``text`` (UTF-8, lower-case hex). ``errors`` are the
    engine's, shortened; a decision with an error is never permitted. The decision is for the
    ledger and the officer's own node; what a peer hears of a refusal is the bureau's to level.
    """

    permitted: bool
    rule: str
    article: str
    text: str
    text_sha256: str
    errors: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, bool | str | list[str]]:
        """Give the JSON form; a permit and a refusal have the same keys."""
        return {
            "permitted": self.permitted,
            "rule": self.rule,
            "article": self.article,
            "text": self.text,
            "text_sha256": self.text_sha256,
            "errors": list(self.errors),
        }


def text_hash(text: str) -> str:
    """Give the SHA-256 of ``text`` in UTF-8, as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()
