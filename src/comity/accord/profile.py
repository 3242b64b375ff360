"""The profile: the small part of Cedar that constitution and agreements may use.

Allowed: ``permit``/``forbid`` with ``@id`` and ``@article``; a scope of ``is``, ``==`` or ``in``;
``when``/``unless`` with ``! && || == != < <= > >=``, attributes, ``contains``, ``containsAll``,
``containsAny``, texts, whole numbers, true, false, entities, sets of texts, and records inside
``contains``. Everything else (templates, ``like``, ``has``, ``in`` outside the scope, arithmetic,
``if``, ip, decimal, datetime, tags, equality of sets) is refused: each would enlarge what a
solver has to be trusted with, and no treaty needs it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import cedarpy

from comity.errors import Malformed

POLICIES_MAX = 200
TEXT_CHARS_MAX = 65_536
LINE_CHARS_MAX = 400
STATEMENT_CHARS_MAX = 3_000
BRACKETS_MAX = 24
DEPTH_MAX = 120
"""Cedar's parser recurses and takes the whole process down on text nested some thousand deep, so
these are checked on the bare text first. The longest statement of the constitution has 500."""

_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*')
_NUMBERED = re.compile(r"^for policy `policy\d+`, ")
_ID_LINE = re.compile(r'@id\("([^"\n]*)"\)')
_SET_ATTRIBUTE = re.compile(r"(?<!\w)(\w++)\s*+:\s*+Set<")
_ID = re.compile(r"[a-z0-9]++(?:[.:-][a-z0-9]++)*+")
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_JOINS = frozenset({"&&", "||", "contains", "containsAll", "containsAny"}) | _COMPARISONS
_SCOPES = frozenset({"All", "is", "==", "in"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy: id, article, effect, its ``line`` (from 1) and Cedar's JSON ``form`` of it."""

    id: str
    article: str
    effect: Literal["permit", "forbid"]
    line: int
    form: Mapping[str, Any]


def read_rules(text: str, *, where: str, schema: str = "") -> dict[str, Rule]:
    """Read a policy file within the profile: id → rule, in the file's order.

    Malformed "policy-syntax", or "policy-profile" with file, line and rule. With ``schema`` the
    policies are also validated strictly against it ("policy-schema").
    """
    check_text(text, where)
    rules: dict[str, Rule] = {}
    if not text.strip():
        return rules
    lines = {
        name: number
        for number, line in enumerate(text.splitlines(), start=1)
        for name in _ID_LINE.findall(line)
    }
    set_attributes = frozenset(_SET_ATTRIBUTE.findall(schema))
    for form in _forms(text, where):
        rule = _rule(form, lines, where)
        if rule.id in rules:
            raise _refused("the id stands twice", where, rule)
        _Check(where, rule, set_attributes).rule()
        rules[rule.id] = rule
    if schema:
        _validate(rules, text, schema, where)
    return rules


def check_text(text: str, where: str) -> None:
    """Refuse a Cedar text that is not ASCII, too long, or nested deeper than the parser bears."""
    if len(text) > TEXT_CHARS_MAX or not text.isascii():
        raise Malformed(
            "policy-text", f"a Cedar text is ASCII, at most {TEXT_CHARS_MAX} characters",
            where=where,
        )  # fmt: skip
    # a text ends on its line, so this also bounds the search for its end below
    if any(len(line) > LINE_CHARS_MAX for line in text.split("\n")):
        raise Malformed(
            "policy-line", f"a line is longer than {LINE_CHARS_MAX} characters", where=where
        )
    bare = _STRING_OR_COMMENT.sub("", text)
    if '"' in bare:
        raise Malformed("policy-syntax", "a text is not closed on its line", where=where)
    for statement in (" ".join(part.split()) for part in bare.split(";")):
        depth = deepest = 0
        for char in statement.replace("Set<", "("):
            depth += (char in "([{") - (char in ")]}")
            deepest = max(deepest, depth)
        if len(statement) > STATEMENT_CHARS_MAX or deepest > BRACKETS_MAX:
            raise Malformed(
                "policy-deep", "a statement is too long or nested too deep", where=where,
                hint="say it in several rules",
            )  # fmt: skip


def _forms(text: str, where: str) -> Iterator[Mapping[str, Any]]:
    try:
        data = json.loads(cedarpy.policies_to_json_str(text))
    except (ValueError, RecursionError) as error:
        first = str(error).strip().splitlines()[0][:160].lower()
        raise Malformed("policy-syntax", first, where=where) from None
    if data.get("templates") or data.get("templateLinks"):
        raise Malformed("policy-profile", "templates are outside the profile", where=where)
    policies = data["staticPolicies"]
    if len(policies) > POLICIES_MAX:
        raise Malformed("policy-many", f"more than {POLICIES_MAX} policies", where=where)
    # the engine numbers policies in the order of the text: policy0, policy1, ...
    yield from (policies[key] for key in sorted(policies, key=lambda k: int(k[len("policy") :])))


def _rule(form: Mapping[str, Any], lines: Mapping[str, int], where: str) -> Rule:
    notes = form.get("annotations", {})
    name, article = notes.get("id") or "", notes.get("article") or ""
    if set(notes) != {"id", "article"} or not _is_id(name) or not _is_id(article):
        raise Malformed(
            "policy-unnamed", "each policy has an @id and an @article, and nothing else",
            where=f"{where} {name[:80]}".strip(),
            hint="lower-case letters, digits and hyphens, at most 80",
        )  # fmt: skip
    return Rule(name, article, form["effect"], lines.get(name, 0), form)


def _is_id(name: str) -> bool:
    return len(name) <= 80 and _ID.fullmatch(name) is not None


def _refused(what: str, where: str, rule: Rule) -> Malformed:
    return Malformed(
        "policy-profile", what, where=f"{where} line {rule.line} {rule.id}",
        hint="docs/spec/agreement.md lists what a policy may use",
    )  # fmt: skip


class _Check:
    """Walks one rule and refuses what is outside the profile."""

    def __init__(self, where: str, rule: Rule, set_attributes: frozenset[str]) -> None:
        self._where = where
        self._rule = rule
        self._sets = set_attributes

    def rule(self) -> None:
        """Walk scope and conditions; Malformed "policy-profile" at the first thing outside."""
        form = self._rule.form
        for part in ("principal", "action", "resource"):
            scope = form[part]
            if scope["op"] not in _SCOPES or "slot" in scope or "in" in scope:
                self._refuse(f"the scope of {part}")
            if scope["op"] in {"==", "in"} and part != "action":
                self._refuse(f"a named {part}")
        for clause in form["conditions"]:
            self._expression(clause["body"], 0)

    def _refuse(self, what: str) -> None:
        raise _refused(f"{what} is outside the profile", self._where, self._rule)

    def _expression(self, node: Mapping[str, Any], depth: int) -> None:
        if depth > DEPTH_MAX:
            self._refuse("nesting this deep")
        ((kind, body),) = node.items()
        if kind == "!":
            self._expression(body["arg"], depth + 1)
        elif kind == ".":
            self._expression(body["left"], depth + 1)
        elif kind in _JOINS:
            self._join(kind, body, depth)
        elif kind == "Set":
            if not all(isinstance(item.get("Value"), str) for item in body):
                self._refuse("a set of anything but texts")
        elif kind == "Value":
            if isinstance(body, dict) and "__entity" not in body:
                self._refuse("an extension value")
        elif kind != "Var":
            self._refuse(f"`{kind[:40]}`")

    def _join(self, kind: str, body: Mapping[str, Any], depth: int) -> None:
        left, right = body["left"], body["right"]
        if kind in _COMPARISONS and (self._is_set(left) or self._is_set(right)):
            self._refuse("equality of sets")
        self._expression(left, depth + 1)
        if kind == "contains" and "Record" in right:
            for value in right["Record"].values():
                self._expression(value, depth + 1)
        else:
            self._expression(right, depth + 1)

    def _is_set(self, node: Mapping[str, Any]) -> bool:
        return "Set" in node or ("." in node and node["."]["attr"] in self._sets)


def _validate(rules: Mapping[str, Rule], text: str, schema: str, where: str) -> None:
    try:
        result = cedarpy.validate_policies(text, schema)
    except ValueError as error:
        raise Malformed("policy-schema", _first(str(error)), where=where) from None
    if result.validation_passed:
        return
    what = "not valid"
    for fault in result.errors[:1]:
        what = _NUMBERED.sub("", _first(fault.error))
        rule = rules.get(result.id_annotations_by_policy_id.get(fault.policy_id, ""))
        where = f"{where} line {rule.line} {rule.id}" if rule else where
    raise Malformed("policy-schema", what, where=where, hint="see schema.cedarschema")


def _first(text: str) -> str:
    return (text.strip().splitlines() or ["not valid"])[0][:200].lower()
