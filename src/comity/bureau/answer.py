"""What an officer is told: one of four states, the rule behind it, how fresh, and the proof.

``match``          an alert may be about this person; a person must decide, with reasons
``no-match``       what may be asked was asked, freshly, and nothing was found
``not-permitted``  the question may not be asked; decided before any search
``unavailable``    the copy is too old, or no witness has seen our log for too long

"No result" never stands for "not allowed" or "down": each source says its own state.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from comity.match.candidate import Compared
from comity.terms.identity import Identity

State = Literal["match", "no-match", "not-permitted", "unavailable"]

OWN = "own-alerts"
"""The source of a node's own alerts: national law, no agreement."""

OWN_RULE = "national"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traveller:
    """Who is asked about. ``reference`` is the case or encounter, without which nobody asks (R01).

    ``origins``: the countries fled, where the person says so or the document shows protection;
    None where nothing points to protection.
    """

    identity: Identity
    reference: str
    document_kind: str = ""
    origins: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One issuer under one agreement: could it be asked, by which rule, how fresh is the copy."""

    issuer: str
    agreement: str
    state: State
    rule: str
    article: str
    text: str
    fresh_at: datetime.datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "issuer": self.issuer,
            "agreement": self.agreement,
            "state": self.state,
            "rule": self.rule,
            "article": self.article,
            "text": self.text,
            "fresh_at": None if self.fresh_at is None else self.fresh_at.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One candidate as this asker may see it: ``fields`` by permitted field group.

    ``band`` strong or possible; ``name_only`` never reaches this. ``match`` is the id under which
    a person confirms or rejects.
    """

    match: str
    alert: str
    issuer: str
    band: str
    weight: float
    compared: tuple[Compared, ...]
    contrary: tuple[str, ...]
    fields: dict[str, dict[str, Any]]
    rule: str
    article: str

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "match": self.match,
            "alert": self.alert,
            "issuer": self.issuer,
            "band": self.band,
            "weight": self.weight,
            "compared": [one.as_dict() for one in self.compared],
            "contrary": list(self.contrary),
            "fields": self.fields,
            "rule": self.rule,
            "article": self.article,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer about one traveller.

    ``entry`` is its number in this node's log, ``witnessed`` whether a witness has cosigned a log
    that holds it; ``ignored`` says what of the question was not used; ``name_only`` how many
    alerts share only the name (never a match, R20).
    """

    reference: str
    state: State
    sources: tuple[Source, ...]
    shown: tuple[Shown, ...]
    ignored: tuple[str, ...]
    name_only: int
    matcher: str
    entry: int
    witnessed: bool

    @property
    def deciding(self) -> Source:
        """The source that gave the state its name."""
        wanted = "no-match" if self.state == "match" else self.state
        issuers = {one.issuer for one in self.shown} or {one.issuer for one in self.sources}
        named = [s for s in self.sources if s.state == wanted and s.issuer in issuers]
        # What another state's alerts say is decided by an agreement: that is the rule to show.
        named.sort(key=lambda source: source.agreement == OWN)
        return (named or list(self.sources))[0]

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "reference": self.reference,
            "state": self.state,
            "sources": [one.as_dict() for one in self.sources],
            "candidates": [one.as_dict() for one in self.shown],
            "ignored": list(self.ignored),
            "name_only": self.name_only,
            "matcher": self.matcher,
            "entry": self.entry,
            "witnessed": self.witnessed,
        }


def overall(sources: Sequence[Source], shown: Sequence[Shown]) -> State:
    """Give the one state of an answer: the first of these that is true.

    1. something may be about this person: match; 2. a source could not be asked in time:
    unavailable; 3. no source might be asked: not permitted (own alerts aside); 4. otherwise no
    match. A refusal of one source never hides another's match.
    """
    if shown:
        return "match"
    states = [source.state for source in sources]
    if "unavailable" in states:
        return "unavailable"
    foreign = [source.state for source in sources if source.agreement != OWN]
    if all(state == "not-permitted" for state in foreign or states):
        return "not-permitted"
    return "no-match"
