"""The profile: what a policy may use, and that hostile text ends in one line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import accord_examples as examples
from comity.accord.constitution import parse_constitution
from comity.accord.profile import POLICIES_MAX, read_rules
from comity.errors import Malformed


def _rule(body: str, *, scope: str = "principal, action, resource", name: str = "x:y") -> str:
    return f'@id("{name}") @article("1")\nforbid ({scope})\nwhen {{ {body} }};\n'


def test_constitution_is_within_the_profile() -> None:
    """Every rule of the constitution is read, in the order of the text, with its line."""
    rules = read_rules(examples.CONSTITUTION, where="c", schema=examples.SCHEMA)
    lines = [rule.line for rule in rules.values()]
    assert len(rules) == examples.CONSTITUTION.count("@id(")
    assert lines == sorted(lines)
    assert lines[0] > 1


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (_rule('context.purpose like "b*"'), "`like`"),
        (_rule("context has purpose"), "`has`"),
        (_rule('principal in Officer::"a"'), "`in`"),
        (_rule("if true then true else false"), "`if-then-else`"),
        (_rule("context.subjects + 1 > 2"), "`+`"),
        (_rule("context.subjects * 2 > 2"), "`*`"),
        (_rule("context.onwardTo.isEmpty()"), "`isEmpty`"),
        (_rule('principal.hasTag("a")'), "`hasTag`"),
        (_rule('ip("10.0.0.1").isLoopback()'), "`isLoopback`"),
        (_rule('decimal("1.0") == decimal("1.0")'), "`decimal`"),
        (_rule("context.onwardTo == [1, 2]"), "equality of sets"),
        (_rule("context.onwardTo != resource.origins"), "equality of sets"),
        (_rule("[1, 2].contains(context.subjects)"), "a set of anything but texts"),
        (_rule('{a: "b"} == {a: "c"}'), "`Record`"),
        (_rule("true", scope='principal == Officer::"a", action, resource'), "a named principal"),
        (_rule("true", scope='principal, action, resource in Record::"a"'), "a named resource"),
        (_rule("true", scope='principal is A in A::"b", action, resource'), "scope of principal"),
        (_rule("true", scope="principal == ?principal, action, resource"), "templates"),
    ],
)
def test_construct_outside_the_profile_is_refused(text: str, what: str) -> None:
    """Each construct beyond the profile is refused with file, line and rule."""
    with pytest.raises(Malformed, match="policy-profile") as caught:
        read_rules("\n" + text, where="p.cedar", schema=examples.SCHEMA)
    assert what in caught.value.what
    assert caught.value.where == ("p.cedar" if what == "templates" else "p.cedar line 2 x:y")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("permit (principal, action, resource);", "policy-unnamed"),
        ('@id("a") permit (principal, action, resource);', "policy-unnamed"),
        ('@id("a") @article("1") @note("n") permit (principal, action, resource);', "unnamed"),
        ('@id("") @article("1") permit (principal, action, resource);', "policy-unnamed"),
        (_rule("true") + _rule("true"), "policy-profile"),
        ("permit (principal, action, resource)", "policy-syntax"),
        (_rule("context.rank == 1"), "policy-schema"),
        (_rule('resource.erased == "no"'), "policy-schema"),
        (_rule('context.purpose == "f\u00fcr"'), "policy-text"),
        (_rule('"a == '), "policy-syntax"),
        ("".join(_rule("true", name=f"n:{n}") for n in range(POLICIES_MAX + 1)), "policy-many"),
        ("x" * 300_000, "policy-text"),
    ],
)
def test_broken_policy_is_refused(text: str, code: str) -> None:
    """A text that is no policy file, or whose policies have no name, is refused by its code."""
    with pytest.raises(Malformed, match=code):
        read_rules(text, where="p.cedar", schema=examples.SCHEMA)


@pytest.mark.parametrize("times", [130, 1_400, 60_000])
@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [
        ("(\n", "true", ")"),
        ("[\n", "1", "]"),
        ("{a:\n", "1", "}"),
        ("true &&\n", "true", ""),
        ("context", ".a\n", ""),
        ("", "context", ".a\n"),
        ("if true then\n", "true", " else true\n"),
        ('true && ";"\n== ";" && ', "true", ""),
        ("", "context.a", ".contains(1)\n"),
        ("!\n", "true", ""),
        ("1 <\n", "1", ""),
        ('"\\"', "", "\n"),
        ("a", "", ""),
        ("?: Set<", "", "\n"),
    ],
)
def test_deep_policy_does_not_reach_the_parser(
    opening: str, inner: str, closing: str, times: int
) -> None:  # fmt: skip
    """A text on which a parser would exhaust its stack or its time is refused in one line."""
    body = opening * times + inner + closing * times
    for text in (_rule(body), body):
        with pytest.raises(Malformed) as caught:
            read_rules(text, where="p.cedar", schema=examples.SCHEMA)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400


@pytest.mark.parametrize("unit", ["a", "a:Set<", "?", "entity A {", '"', "//"])
def test_hostile_schema_ends_in_one_line(unit: str) -> None:
    """A schema on which a parser would exhaust its stack or its time is refused in one line."""
    for schema in (unit * 50_000, f"{unit}\n" * 9_000):
        with pytest.raises(Malformed) as caught:
            parse_constitution(examples.CONSTITUTION, examples.ARTICLES, schema)
        assert len(str(caught.value)) < 400


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_fuzzed_policy_never_breaks(data: st.DataObject) -> None:
    """Any edit of a policy file gives rules or one ComityError."""
    text = examples.CONSTITUTION[:4_000]
    at = data.draw(st.integers(0, len(text)))
    piece = data.draw(st.text(max_size=8) | st.sampled_from(["{", ")", '"', "//", "@id", ";", "?"]))
    text = text[:at] + piece + text[at + data.draw(st.integers(0, 30)) :]
    assert "\n" not in examples.outcome(lambda: read_rules(text, where="p.cedar"))


def test_schema_error_names_the_rule() -> None:
    """A policy that does not fit the schema is named by its id and line."""
    with pytest.raises(Malformed) as caught:
        read_rules(_rule("true") + _rule("context.rank == 1", name="x:z"), where="p.cedar",
                   schema=examples.SCHEMA)  # fmt: skip
    assert caught.value.where == "p.cedar line 4 x:z"
    assert "policy1" not in caught.value.what
