"""The constitution: what no agreement can permit, with the text and source of each article.

Three texts make it: the policies (``constitution.cedar``), the articles (``constitution.toml``)
and the schema of facts (``schema.cedarschema``). Its hash covers all three and is named by every
agreement; another constitution is another treaty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cedarpy

from comity.accord.article import (
    Article,
    binding,
    canonical_hash,
    check_bindings,
    rebind,
    take_articles,
)
from comity.accord.profile import Rule, check_text, read_rules
from comity.accord.question import ENGINE_ERROR, NO_PERMIT
from comity.accord.sheet import read_sheet
from comity.errors import Malformed

WHERE_POLICY = "constitution.cedar"
WHERE_ARTICLES = "constitution.toml"
WHERE_SCHEMA = "schema.cedarschema"

_OPTIONAL = re.compile(r"\?\s*:")

DEFAULTS = (NO_PERMIT, ENGINE_ERROR)
"""The two refusals no rule states; each has an article all the same."""


@dataclass(frozen=True, slots=True)
class Constitution:
    """``title``, ``version``, ``status``; articles by id; ``rules`` by id in the order in which
    they are named as deciding; the texts; ``sha256`` over all of it.
    """

    title: str
    version: str
    status: str
    articles: Mapping[str, Article]
    rules: Mapping[str, Rule]
    policy: str
    schema: str
    sha256: str

    def article_of(self, rule: str) -> Article:
        """Give the article that ``rule`` (or one of the two default refusals) carries out."""
        return self.articles[self.rules[rule].article if rule in self.rules else rule]


def parse_constitution(policy: str, articles: str, schema: str) -> Constitution:
    """Read and check a constitution.

    Malformed where a text is not of its format or outside the profile, where a permit is not one
    of the generic ones (``grant:``), where an article or a default refusal is missing; Unverified
    where a text or a rule changed since they were bound to each other.
    """
    _check_schema(schema)
    sheet = read_sheet(articles, WHERE_ARTICLES)
    title, version = sheet.take_line("title"), sheet.take_line("version")
    status = sheet.take_line("status")
    texts = take_articles(sheet)
    sheet.close()
    rules = read_rules(policy, where=WHERE_POLICY, schema=schema)
    _check_effects(rules)
    for name in DEFAULTS:
        if name not in texts:
            raise Malformed("article-missing", f"no article {name}", where=WHERE_ARTICLES)
    check_bindings(texts, _by_article(rules), WHERE_ARTICLES)
    bare = set(texts) - {rule.article for rule in rules.values()} - set(DEFAULTS)
    if bare:
        raise Malformed(
            "article-ruleless", "an article has no rule", where=f"{WHERE_ARTICLES} {min(bare)}"
        )
    content = {
        "articles": [[a.id, a.binds] for a in texts.values()],
        "rules": list(rules),
        "schema": _schema_words(schema),
        "status": status,
        "title": title,
        "version": version,
    }
    return Constitution(
        title, version, status, MappingProxyType(texts), MappingProxyType(rules), policy, schema,
        canonical_hash(content),
    )  # fmt: skip


def bind_constitution(policy: str, articles: str) -> str:
    """Give ``articles`` with each ``binds`` set to what its text and rules now are.

    For a drafter, before signing; loading never does this.
    """
    rules = _by_article(read_rules(policy, where=WHERE_POLICY))
    sheet = read_sheet(articles, WHERE_ARTICLES)
    texts = take_articles(sheet)
    return rebind(articles, [binding(a, rules.get(a.id, {})) for a in texts.values()])


def _check_schema(schema: str) -> None:
    check_text(schema, WHERE_SCHEMA)
    if _OPTIONAL.search(schema):
        raise Malformed(
            "schema-optional", "every fact is mandatory", where=WHERE_SCHEMA,
            hint="a rule that meets a missing fact is skipped: add a fact that says it is unknown",
        )  # fmt: skip
    try:
        cedarpy.Schema.from_str(schema)
    except ValueError as error:
        what = str(error).strip().splitlines()[0][:160].lower()
        raise Malformed("schema-syntax", what, where=WHERE_SCHEMA) from None


def _check_effects(rules: Mapping[str, Rule]) -> None:
    if not any(rule.effect == "forbid" for rule in rules.values()):
        raise Malformed("constitution-empty", "a constitution forbids nothing", where=WHERE_POLICY)
    for rule in rules.values():
        wanted = "permit" if rule.id.startswith("grant:") else "forbid"
        if rule.effect != wanted or not rule.id.startswith(("grant:", "base:")):
            raise Malformed(
                "constitution-effect",
                "a constitution forbids (base:) or permits what an agreement grants (grant:)",
                where=f"{WHERE_POLICY} line {rule.line} {rule.id}",
            )


def _by_article(rules: Mapping[str, Rule]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for rule in rules.values():
        found.setdefault(rule.article, {})[rule.id] = dict(rule.form)
    return found


def _schema_words(schema: str) -> str:
    lines = (line.split("//")[0].split() for line in schema.splitlines())
    return " ".join(word for line in lines for word in line)
