"""One agreement: data that parties negotiate, sign and compare; its format is closed.

``agreement.toml`` holds the data and the articles, ``policy.cedar`` (may be absent) permits that
data cannot say. Specification: docs/spec/agreement.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from comity.accord.article import (
    Article,
    binding,
    canonical_hash,
    check_bindings,
    rebind,
    take_articles,
)
from comity.accord.constitution import Constitution
from comity.accord.grants import Grant, take_grants, take_terms
from comity.accord.laws import Laws, take_laws
from comity.accord.profile import Rule, check_text, read_rules
from comity.accord.refusals import refuse_policy_words, refuse_words
from comity.accord.sheet import Sheet, read_toml
from comity.errors import Malformed, Unverified
from comity.terms.category import CATEGORIES
from comity.terms.country import country_code
from comity.terms.purpose import PURPOSES

WHERE = "agreement.toml"
WHERE_POLICY = "policy.cedar"
POLICIES_MAX = 10
BANDS = ("strong", "possible")
SIGNING_FORM = "comity.agreement/v1"


@dataclass(frozen=True, slots=True)
class Limits:
    """``lease_hours``: how long a copy may be used without news of its owner; ``acknowledge_hours``
    for a withdrawal; ``witness_grace_hours`` without a witness; ``hit_days`` for which a hit is
    kept; ``volume_per_day``: questions of one party on one day.
    """

    lease_hours: int
    acknowledge_hours: int
    witness_grace_hours: int
    hit_days: int
    volume_per_day: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assessment of effects on data protection and fundamental rights: ``title``, who made it
    (``by``), the SHA-256 of its file, the last day on which it holds (R61).
    """

    title: str
    by: str
    sha256: str
    until: datetime.date


@dataclass(frozen=True, slots=True)
class Agreement:
    """``in_force`` and ``until`` are the first and the last day. ``thresholds``: purpose → the
    weakest band of a candidate that is shown ("strong" or "possible"). ``laws``: who declares
    which law on data that leave. ``constitution`` and ``sha256`` are hashes; the latter covers the
    data, the policies and the constitution's hash.
    """

    id: str
    title: str
    status: str
    constitution: str
    parties: tuple[str, ...]
    in_force: datetime.date
    until: datetime.date
    suspended: bool
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    clearance: int
    limits: Limits
    assessment: Assessment
    thresholds: Mapping[str, str]
    laws: Laws
    grants: tuple[Grant, ...]
    articles: Mapping[str, Article]
    rules: Mapping[str, Rule]
    policy: str
    sha256: str

    def suspend(self) -> Agreement:
        """Give the same agreement, suspended; its hash stays, since nothing signed changed."""
        return replace(self, suspended=True)


def parse_agreement(text: str, policy: str = "") -> Agreement:
    """Read ``agreement.toml`` and ``policy.cedar``.

    Malformed with file, key and hint for an unknown or missing key, a word no table knows, an
    undated agreement, anything of ``refusals``, a policy that forbids, names another agreement or
    is outside the profile; Unverified where an article and its rules are not bound.
    """
    data = read_toml(text, WHERE)
    refuse_words(data, WHERE)
    check_text(policy, WHERE_POLICY)
    refuse_policy_words(policy, WHERE_POLICY)
    agreement = _take_agreement(Sheet(data, WHERE), policy)
    check_bindings(agreement.articles, _by_article(agreement), WHERE)
    content = {
        "agreement": _plain(data),
        "constitution": agreement.constitution,
        "policy": [dict(rule.form) for rule in agreement.rules.values()],
    }
    return replace(agreement, sha256=canonical_hash(content))


def bind_agreement(text: str, policy: str, constitution: Constitution) -> str:
    """Give ``text`` under ``constitution``, each article bound to its grants and policies.

    For a drafter, before signing; loading never does this.
    """
    data = read_toml(text, WHERE)
    old = data.get("constitution")
    if isinstance(old, str) and old:
        text = text.replace(f'"{old}"', f'"{constitution.sha256}"', 1)
    agreement = _take_agreement(Sheet(data, WHERE), policy)
    rules = _by_article(agreement)
    return rebind(text, [binding(a, rules.get(a.id, {})) for a in agreement.articles.values()])


def signing_text(agreement: Agreement, constitution: Constitution) -> str:
    """Give the text that each party signs as a C2SP signed note (ends with a line feed).

    Two parties sign the same agreement if and only if these texts are equal. Unverified where the
    agreement names another constitution.
    """
    check_constitution(agreement, constitution)
    return "\n".join(
        [
            SIGNING_FORM,
            agreement.id,
            f"title {agreement.title}",
            f"agreement sha256 {agreement.sha256}",
            f"constitution sha256 {constitution.sha256}",
            f"constitution {constitution.title}, {constitution.version}",
            f"parties {' '.join(agreement.parties)}",
            f"in force {agreement.in_force.isoformat()} until {agreement.until.isoformat()}",
            f"status {agreement.status}",
            "",
        ]
    )


def check_constitution(agreement: Agreement, constitution: Constitution) -> None:
    """Unverified "agreement-constitution" unless the agreement was made under ``constitution``."""
    if agreement.constitution != constitution.sha256:
        raise Unverified(
            "agreement-constitution", "the agreement names another constitution",
            where=f"{WHERE} constitution", hint="the parties agree on one constitution first",
        )  # fmt: skip


def _take_agreement(sheet: Sheet, policy: str) -> Agreement:
    name = sheet.take_id("agreement")
    articles = take_articles(sheet)
    purposes = take_terms(sheet, "purposes", PURPOSES)
    categories = take_terms(sheet, "categories", CATEGORIES)
    parties = _take_parties(sheet)
    agreement = Agreement(
        id=name,
        title=sheet.take_line("title"),
        status=sheet.take_line("status"),
        constitution=sheet.take_hash("constitution"),
        parties=parties,
        in_force=sheet.take_date("in_force"),
        until=sheet.take_date("until"),
        suspended=sheet.take_flag("suspended", default=False),
        purposes=purposes,
        categories=categories,
        clearance=sheet.take_count("clearance", 0, 10),
        limits=_take_limits(sheet.take_sheet("limits")),
        assessment=_take_assessment(sheet.take_sheet("assessment")),
        thresholds=_take_thresholds(sheet.take_sheet("thresholds"), purposes),
        laws=take_laws(sheet, parties, articles),
        grants=take_grants(sheet, articles=articles, purposes=purposes, categories=categories),
        articles=MappingProxyType(articles),
        rules=MappingProxyType(_read_policy(policy, name)),
        policy=policy,
        sha256="",
    )
    sheet.close()
    if agreement.until < agreement.in_force:
        raise Malformed("agreement-dates", "it ends before it begins", where=f"{WHERE} until")
    return agreement


def _take_parties(sheet: Sheet) -> tuple[str, ...]:
    parties = sheet.take_words("parties")
    if not 2 <= len(parties) <= 60:
        raise Malformed("agreement-parties", "2 to 60 parties", where=f"{WHERE} parties")
    for code in parties:
        if country_code(code) != code:
            raise Malformed(
                "agreement-party-code", "a party is not written as its ICAO 9303 code",
                where=f"{WHERE} parties", hint=f"write {country_code(code)}",
            )  # fmt: skip
    return parties


def _take_limits(sheet: Sheet) -> Limits:
    limits = Limits(
        lease_hours=sheet.take_count("lease_hours", 1, 48),
        acknowledge_hours=sheet.take_count("acknowledge_hours", 1, 168),
        witness_grace_hours=sheet.take_count("witness_grace_hours", 0, 48),
        hit_days=sheet.take_count("hit_days", 1, 1096),
        volume_per_day=sheet.take_count("volume_per_day", 1, 10_000_000),
    )
    sheet.close()
    return limits


def _take_assessment(sheet: Sheet) -> Assessment:
    found = Assessment(
        sheet.take_line("title"), sheet.take_line("by"), sheet.take_hash("sha256"),
        sheet.take_date("until"),
    )  # fmt: skip
    sheet.close()
    return found


def _take_thresholds(sheet: Sheet, purposes: tuple[str, ...]) -> Mapping[str, str]:
    found = {purpose: sheet.take_line(purpose) for purpose in purposes}
    sheet.close()
    for purpose, band in found.items():
        if band not in BANDS:
            raise Malformed(
                "agreement-band", "not a band of candidates", where=f"{sheet.where} {purpose}",
                hint=f"one of {', '.join(BANDS)}",
            )  # fmt: skip
    return MappingProxyType(found)


def _read_policy(policy: str, name: str) -> dict[str, Rule]:
    rules = read_rules(policy, where=WHERE_POLICY)
    if len(rules) > POLICIES_MAX:
        raise Malformed("policy-many", f"more than {POLICIES_MAX} policies", where=WHERE_POLICY)
    for rule in rules.values():
        place = f"{WHERE_POLICY} line {rule.line} {rule.id}"
        if rule.effect != "permit":
            raise Malformed("policy-effect", "an agreement only permits", where=place)
        if not rule.id.startswith(f"{name}:"):
            raise Malformed(
                "policy-id", "the id does not begin with the agreement's", where=place,
                hint=f"{name}:{rule.id}",
            )  # fmt: skip
        if not _names_only(rule, name):
            raise Malformed(
                "policy-slice", "the policy does not begin by naming its own agreement",
                where=place, hint=f'when {{ context.agreement == Agreement::"{name}" && ... }}',
            )  # fmt: skip
    return rules


def _names_only(rule: Rule, name: str) -> bool:
    """Whether the first conjunct of the first ``when`` is ``context.agreement == this one``."""
    conditions = rule.form["conditions"]
    if not conditions or conditions[0]["kind"] != "when":
        return False
    body: Any = conditions[0]["body"]
    while "&&" in body:
        body = body["&&"]["left"]
    return bool(
        body
        == {
            "==": {
                "left": {".": {"left": {"Var": "context"}, "attr": "agreement"}},
                "right": {"Value": {"__entity": {"type": "Agreement", "id": name}}},
            }
        }
    )


def _by_article(agreement: Agreement) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for number, grant in enumerate(agreement.grants, start=1):
        found.setdefault(grant.article, {})[f"grant:{number}"] = grant.as_dict()
    for rule in agreement.rules.values():
        found.setdefault(rule.article, {})[rule.id] = dict(rule.form)
    return found


def _plain(value: Any) -> Any:
    """Give TOML values as JSON ones: dates as ISO text; a float or a time has no place."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
