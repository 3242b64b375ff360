"""The cases that ship with the agreement, and what they are worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import accord_examples as examples
from comity.accord.cases import parse_case, run_case, run_cases
from comity.errors import Malformed

PARSED = tuple(parse_case(name, text) for name, text in examples.CASES)
POLICY = examples.policy()


@pytest.mark.parametrize("case", PARSED, ids=lambda case: case.name)
def test_case_holds(case: Any) -> None:
    """Each case gets the decision and the deciding rule that it states."""
    result = run_case(POLICY, case)
    assert result.held, str(result)
    assert result.case.permitted == case.name.startswith("good/")


def test_cases_name_every_rule() -> None:
    """Each rule of the constitution and of the agreement decides at least one case."""
    deciding = {run_case(POLICY, case).decision.rule for case in PARSED}
    wanted = {*POLICY.constitution.rules, *POLICY.agreement.rules, "no-permit", "engine-error"}
    assert deciding == wanted


@pytest.mark.parametrize("rule", list(POLICY.constitution.rules))
def test_cases_notice_a_dropped_rule(rule: str) -> None:
    """Drop any rule of the constitution and a case fails."""
    mutant = examples.bound(examples.AGREEMENT, examples.POLICY, examples.without_rule(rule))
    assert not all(run_case(mutant, case).held for case in PARSED)


def _weaker(node: Any, *, holds: bool) -> Iterator[Any]:
    """Give the node with one part replaced so that it holds less often (or more, if ``holds``)."""
    ((kind, body),) = node.items()
    if kind in {"&&", "||"}:
        for side in ("left", "right"):
            for part in _weaker(body[side], holds=holds):
                yield {kind: {**body, side: part}}
    elif kind == "!":
        for part in _weaker(body["arg"], holds=not holds):
            yield {"!": {"arg": part}}
    yield {"Value": holds}


def _mutants() -> list[Any]:
    policies = json.loads(cedarpy.policies_to_json_str(examples.CONSTITUTION))
    found = []
    for key in sorted(policies["staticPolicies"], key=lambda k: int(k[6:])):
        form = policies["staticPolicies"][key]
        if form["effect"] != "forbid":
            continue
        (clause,) = form["conditions"]
        weaker = _weaker(clause["body"], holds=clause["kind"] == "unless")
        for number, body in enumerate(weaker):
            mutant = json.loads(json.dumps(policies))
            mutant["staticPolicies"][key]["conditions"][0]["body"] = body
            found.append(pytest.param(mutant, id=f"{form['annotations']['id']}-{number}"))
    return found


@pytest.mark.parametrize("mutant", _mutants())
def test_cases_notice_a_weakened_rule(mutant: Any) -> None:
    """Weaken any part of any prohibition and a case fails."""
    under = examples.rebuilt(_in_order(mutant))
    policy = examples.bound(examples.AGREEMENT, examples.POLICY, under)
    assert not all(run_case(policy, case).held for case in PARSED)


def _in_order(mutant: Any) -> str:
    policies = mutant["staticPolicies"]
    single = (
        cedarpy.policies_from_json_str(
            json.dumps(
                {"staticPolicies": {key: policies[key]}, "templates": {}, "templateLinks": []}
            )
        )
        for key in sorted(policies, key=lambda k: int(k[6:]))
    )
    return "\n".join(single)


def test_cases_must_exist() -> None:
    """An agreement without cases does not pass for one whose cases hold."""
    with pytest.raises(Malformed, match="cases-none"):
        run_cases(POLICY, [])


def test_failing_case_says_what_was_found() -> None:
    """A case that fails names the decision found, in one line."""
    name, text = examples.CASES[0]
    wrong = text.replace('rule = "', 'rule = "base:other-')
    (result,) = run_cases(POLICY, [(name, wrong)])
    assert not result.held
    assert "FAILS, found" in str(result)
    assert "\n" not in str(result)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('act = "', 'act = "un', "case-act"),
        ('expect = "', 'expect = "un', "case-expect"),
        ("[subject]", "[subject]\ncolour = 1", "sheet-unknown-key"),
        ('minor = "', 'minor = "un', "case-minor"),
        ("[asker]", "[askers]", "sheet-missing"),
    ],
)
def test_broken_case_is_refused(old: str, new: str, code: str) -> None:
    """A case with another key or word is refused by name."""
    name, text = next(c for c in examples.CASES if "border-guard-asks" in c[0])
    with pytest.raises(Malformed, match=code):
        parse_case(name, text.replace(old, new, 1))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_fuzzed_case_never_breaks(data: st.DataObject) -> None:
    """Any bytes in a case give a case or one ComityError."""
    _, text = data.draw(st.sampled_from(examples.CASES))
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.text(max_size=12)) + text[at + data.draw(st.integers(0, 9)) :]
    assert "\n" not in examples.outcome(lambda: parse_case("fuzz.toml", text))
