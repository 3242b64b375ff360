"""An article: its text, and the hash that binds the text to the rules that carry it out.

``binds`` is the SHA-256 of the RFC 8785 form of ``{"cite", "text", "title", "rules"}``, where
rules maps each rule's id to what the engine reads: Cedar's own JSON form of a policy, or the
grants of an agreement as data. Layout and comments do not change it; one word of the text or one
operator of a rule does, and the loader then refuses with Unverified.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from comity.accord.question import text_hash
from comity.accord.sheet import Sheet
from comity.errors import Malformed, Unverified

UNBOUND = "0" * 64
"""What a drafter writes before the text is bound."""

_BINDS = re.compile(r'^(binds[ \t]*+=[ \t]*+)"[^"\n]*"', re.MULTILINE)
_ARTICLE = re.compile(r"^[ \t]*+\[\[article\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Article:
    """``id`` within its text, ``title``, ``cite`` (the law it follows), ``text``, ``binds``."""

    id: str
    title: str
    cite: str
    text: str
    binds: str

    @property
    def text_sha256(self) -> str:
        """The SHA-256 of the text."""
        return text_hash(self.text)


def canonical_hash(value: Any) -> str:
    """Give the SHA-256 of the RFC 8785 form of ``value``, as lower-case hex."""
    try:
        return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
    except (rfc8785.CanonicalizationError, RecursionError):
        raise Malformed("canonical-form", "a value has no canonical form") from None


def binding(article: Article, rules: Mapping[str, Any]) -> str:
    """Give the hash that binds ``article`` to ``rules`` (id → JSON form)."""
    return canonical_hash(
        {
            "cite": article.cite,
            "rules": dict(rules),
            "text": article.text,
            "title": article.title,
        }
    )


def take_articles(sheet: Sheet) -> dict[str, Article]:
    """Read ``[[article]]``: id → article, in the file's order; an id twice is Malformed."""
    articles: dict[str, Article] = {}
    for row in sheet.take_sheets("article", 200):
        article = Article(
            row.take_id("id"),
            row.take_line("title"),
            row.take_line("cite"),
            row.take_text("text").strip(),
            row.take_hash("binds"),
        )
        if article.id in articles:
            raise Malformed("article-twice", "the article stands twice", where=row.where)
        row.close()
        articles[article.id] = article
    return articles


def check_bindings(
    articles: Mapping[str, Article], rules: Mapping[str, Mapping[str, Any]], where: str
) -> None:
    """Hold each article against its rules (article id → rule id → JSON form).

    Unverified "article-binding" where text or rule changed since it was bound; Malformed
    "article-without" where a rule names an article that is not there.
    """
    for name in rules:
        if name not in articles:
            raise Malformed("article-without", f"no article {name!r} for a rule", where=where)
    for article in articles.values():
        if binding(article, rules.get(article.id, {})) != article.binds:
            raise Unverified(
                "article-binding",
                "the text or a rule changed since they were bound",
                where=f"{where} article {article.id}",
                hint="a drafter binds them again, the parties sign again",
            )


def rebind(text: str, bindings: list[str]) -> str:
    """Write ``bindings`` into the ``binds`` lines of the articles of a TOML text, in order."""
    starts = [m.start() for m in _ARTICLE.finditer(text)]
    if len(starts) != len(bindings):
        raise Malformed("article-count", "not as many articles as bindings")
    out = [text[: starts[0]]] if starts else [text]
    for start, end, binds in zip(starts, [*starts[1:], len(text)], bindings, strict=True):
        out.append(_BINDS.sub(rf'\g<1>"{binds}"', text[start:end], count=1))
    return "".join(out)
