"""Read conditions of law: one line in a closed grammar, never executed.

The grammar is docs/spec/law-pack.md section 6. A condition is at most 2,000 characters and 40
levels deep. Every name is a fact, a set or a definition of the pack, a country code, a kind of
document or a word of a declared fact; anything else is refused with the nearest known name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.errors import Malformed
from comity.law.condition import (
    All,
    Always,
    AnyOf,
    Compare,
    Condition,
    Fact,
    Flag,
    Literal,
    Member,
    Not,
    Operand,
    Shift,
    extent,
    type_of,
)
from comity.law.facts import FALSE_WORDS, NONE, TRUE_WORDS, FactKind, Value, nearest, words_of
from comity.terms.country import ALIASES, COUNTRIES

MAX_LENGTH = 2_000
MAX_DEPTH = 40
MAX_SHIFT = 10_000
MAX_TESTS = 2_000
FUNCTIONS = ("plus_days", "plus_months", "plus_years")
ORDERED = frozenset({"<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Names:
    """What a condition may speak of: facts, sets (name → type of members), definitions."""

    facts: Mapping[str, FactKind]
    sets: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, Condition] = field(default_factory=dict)

    def known(self) -> list[str]:
        """Every name, for hints."""
        return [*self.facts, *self.sets, *self.definitions, *FUNCTIONS, "always", "on"]


TOKEN = re.compile(
    r"[ \t]*(?:(?P<date>\d{4}-\d{2}-\d{2})(?![\w-])|(?P<number>\d{1,9})(?![\w-])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9]+)*)"
    r"|\"(?P<double>[A-Za-z0-9_ -]*)\"|'(?P<single>[A-Za-z0-9_ -]*)'"
    r"|(?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))",
    re.ASCII,
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: name, word (quoted), date, number, sign or end."""

    kind: str
    text: str


def tokens_of(text: str, where: str) -> list[Token]:
    """Cut a condition into tokens. Malformed "law-condition" at the first foreign character."""
    if len(text) > MAX_LENGTH:
        raise Malformed("law-too-large", f"condition over {MAX_LENGTH} characters", where=where)
    tokens: list[Token] = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        match = TOKEN.match(text, place)
        if match is None:
            raise _refused(where, f"character {place + 1} fits no word of the grammar")
        place = match.end()
        kind = str(match.lastgroup)
        token = str(match[kind])
        if kind in {"double", "single"}:
            kind = "date" if DATE.fullmatch(token) else "word"
        tokens.append(Token(kind, token))
    tokens.append(Token("end", ""))
    return tokens


def parse_condition(text: str, names: Names, *, where: str) -> Condition:
    """Read one condition.

    Malformed "law-condition" (outside the grammar), "law-name-unknown", "law-code-unknown",
    "law-condition-type", "law-too-deep", "law-too-large"; ``where`` is repeated in the error.
    """
    reader = _Reader(tokens_of(text, where), names, where)
    condition = reader.either(0)
    if reader.now.kind != "end":
        raise _refused(where, f"unexpected {reader.now.text!r} after the condition")
    # what was read is at most 40 levels above definitions that were held to the same bounds
    tests, levels = extent(condition, {})
    if tests > MAX_TESTS or levels > MAX_DEPTH:
        raise Malformed(
            "law-too-large" if tests > MAX_TESTS else "law-too-deep",
            f"with its definitions over {MAX_TESTS} tests or {MAX_DEPTH} levels",
            where=where,
            hint="write the condition as several rules",
        )
    return condition


def parse_operand(text: str, names: Names, kind: FactKind, *, where: str) -> Fact | Literal:
    """Read the ``is`` of a presumption: a literal or a fact, of the type of ``kind``."""
    reader = _Reader(tokens_of(text, where), names, where)
    token = reader.take()
    if reader.now.kind != "end":
        raise _refused(where, "more than one literal or fact")
    other = names.facts.get(token.text) if token.kind == "name" else None
    if token.text == "on" and kind.type == "date":
        return Fact("on", "date")
    if other is not None:
        if other.type != kind.type:
            raise Malformed("law-condition-type", "the two facts differ in type", where=where)
        return Fact(other.name, other.type)
    return reader.literal(token, Fact(kind.name, kind.type))


def _refused(where: str, what: str) -> Malformed:
    return Malformed(
        "law-condition",
        f"condition outside the grammar: {what}",
        where=where,
        hint="see docs/spec/law-pack.md section 6",
    )


class _Reader:
    """Recursive descent over the tokens, one method per line of the grammar."""

    def __init__(self, tokens: list[Token], names: Names, where: str) -> None:
        self.tokens = tokens
        self.names = names
        self.where = where
        self.place = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.place += 1
        return token

    def accept(self, text: str) -> bool:
        if self.now.kind in {"name", "sign"} and self.now.text == text:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            found = repr(self.now.text) if self.now.text else "the end"
            raise _refused(self.where, f"{text!r} expected, found {found}")

    def either(self, depth: int) -> Condition:
        parts = [self.both(depth + 1)]
        while self.accept("or"):
            parts.append(self.both(depth + 1))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def both(self, depth: int) -> Condition:
        parts = [self.contrary(depth + 1)]
        while self.accept("and"):
            parts.append(self.contrary(depth + 1))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def contrary(self, depth: int) -> Condition:
        if depth > 3 * MAX_DEPTH:
            raise Malformed("law-too-deep", f"over {MAX_DEPTH} levels deep", where=self.where)
        if self.accept("not"):
            return Not(self.contrary(depth + 3))
        if self.accept("("):
            inner = self.either(depth + 1)
            self.expect(")")
            return inner
        return self.test()

    def test(self) -> Condition:
        token = self.now
        if token.kind == "name" and self.tokens[self.place + 1].text not in _FOLLOW:
            self.take()
            return self.alone(token.text)
        left = self.operand()
        sign = self.take()
        negated = sign.text == "not" and sign.kind == "name"
        if negated or (sign.kind == "name" and sign.text == "in"):
            if negated:
                self.expect("in")
            member = self.members(left)
            return Not(member) if negated else member
        if sign.kind != "sign" or sign.text not in {"==", "!=", *ORDERED}:
            raise _refused(self.where, f"a comparison expected after {token.text!r}")
        return self.compare(sign.text, left)

    def alone(self, name: str) -> Condition:
        if name == "always":
            return Always()
        if name in self.names.definitions:
            return self.names.definitions[name]
        kind = self.names.facts.get(name)
        if kind is None:
            raise self.unknown(name)
        if kind.type != "yes-no":
            raise Malformed(
                "law-condition-type",
                f"{name} is no yes-no fact",
                where=self.where,
                hint="compare it with a value",
            )
        return Flag(name)

    def operand(self) -> Operand | Token:
        """Give a fact or a shifted date; a bare literal stays a token until its type is known."""
        token = self.take()
        if token.kind == "name":
            if token.text in FUNCTIONS:
                return self.shift(token.text)
            if token.text == "on":
                return Fact("on", "date")
            if token.text in self.names.facts:
                return Fact(token.text, self.names.facts[token.text].type)
        if token.kind not in {"name", "word", "date", "number"}:
            found = repr(token.text) if token.text else "the end"
            raise _refused(self.where, f"a fact or a value expected, found {found}")
        if token.kind == "date":
            return self.literal(token, Fact("", "date"))
        return token

    def shift(self, name: str) -> Shift:
        self.expect("(")
        inner = self.operand()
        if isinstance(inner, Token):
            raise self.mistyped(f"{name} needs a date", inner)
        if type_of(inner) != "date":
            raise Malformed("law-condition-type", f"{name} needs a date", where=self.where)
        if isinstance(inner, Shift):
            raise _refused(self.where, "a function inside a function")
        self.expect(",")
        count = self.take()
        if count.kind != "number" or int(count.text) > MAX_SHIFT:
            raise _refused(self.where, f"{name} needs a whole number up to {MAX_SHIFT}")
        self.expect(")")
        return Shift(inner, int(count.text), name.removeprefix("plus_"))

    def compare(self, op: str, left: Operand | Token) -> Condition:
        right = self.operand()
        if isinstance(left, Token) and isinstance(right, Token):
            raise self.mistyped("no fact on either side", left)
        if isinstance(left, Token):
            assert not isinstance(right, Token)  # noqa: S101 - refused two lines above
            left = self.literal(left, right)
        if isinstance(right, Token):
            right = self.literal(right, left)
        if type_of(left) != type_of(right):
            raise Malformed("law-condition-type", "the sides differ in type", where=self.where)
        if op in ORDERED and type_of(left) not in {"date", "number"}:
            raise Malformed("law-condition-type", f"{op} needs dates or numbers", where=self.where)
        if type_of(left) == "yes-no":
            return self.as_flag(op, left, right)
        return Compare(op, left, right)

    def as_flag(self, op: str, left: Operand, right: Operand) -> Condition:
        fact, other = (left, right) if isinstance(left, Fact) else (right, left)
        if not isinstance(fact, Fact) or not isinstance(other, Literal):
            raise _refused(self.where, "compare a yes-no fact with yes or no")
        flag = Flag(fact.name)
        return flag if (other.value is True) == (op == "==") else Not(flag)

    def members(self, item: Operand | Token) -> Member:
        if isinstance(item, Token):
            raise self.mistyped("no fact before 'in'", item)
        if self.accept("["):
            listed = {self.literal(self.take(), item).value}
            while self.accept(","):
                listed.add(self.literal(self.take(), item).value)
            self.expect("]")
            return Member(item, "", frozenset(listed))
        token = self.take()
        if token.kind != "name" or token.text not in self.names.sets:
            if token.kind == "name" and token.text not in self.names.known():
                raise self.unknown(token.text)
            raise _refused(self.where, "a set or a list expected after 'in'")
        if self.names.sets[token.text] != type_of(item):
            raise Malformed(
                "law-condition-type",
                f"the set {token.text} holds values of another type",
                where=self.where,
            )
        return Member(item, token.text, frozenset())

    def literal(self, token: Token, partner: Operand) -> Literal:
        """Read a literal by the type of what it stands beside."""
        kind = type_of(partner)
        value: Value | None = None
        if kind == "date" and token.kind == "date":
            value = self.date(token.text)
        elif kind == "number" and token.kind == "number":
            value = int(token.text)
        elif token.kind not in {"name", "word"}:
            raise self.mistyped(f"a value of type {kind} expected", token)
        elif kind == "country":
            value = self.country(token)
        elif kind == "yes-no" and token.text.lower() in TRUE_WORDS | FALSE_WORDS:
            value = token.text.lower() in TRUE_WORDS
        elif kind in {"document", "word"}:
            value = self.word(token, partner)
        if value is None:
            raise self.mistyped(f"a value of type {kind} expected", token)
        return Literal(value, kind)

    def date(self, text: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise _refused(self.where, f"{text} is no date of the calendar") from None

    def country(self, token: Token) -> str:
        if token.text == NONE:
            return NONE
        code = ALIASES.get(token.text, token.text)
        if code in COUNTRIES:
            return code
        if re.fullmatch(r"[A-Z]{1,3}", token.text):
            raise Malformed(
                "law-code-unknown",
                f"{token.text} is not an ICAO 9303 country code",
                where=self.where,
                hint="`comity terms countries` lists the codes",
            )
        raise self.unknown(token.text)

    def word(self, token: Token, partner: Operand) -> str:
        name = partner.name if isinstance(partner, Fact) else ""
        kind = self.names.facts[name]
        if token.text not in words_of(kind):
            raise Malformed(
                "law-name-unknown",
                f"{token.text!r} is no value of {name}",
                where=self.where,
                hint=nearest(token.text, words_of(kind)),
            )
        return token.text

    def unknown(self, name: str) -> Malformed:
        return Malformed(
            "law-name-unknown",
            f"unknown name {name[:40]!r}",
            where=self.where,
            hint=nearest(name, self.names.known()),
        )

    def mistyped(self, what: str, token: Token) -> Malformed:
        if token.kind == "name" and not token.text.isupper():
            return self.unknown(token.text)
        return Malformed("law-condition-type", what, where=self.where)


_FOLLOW = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not", "("})
