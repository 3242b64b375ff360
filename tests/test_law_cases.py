"""Every worked case of every law pack of the project, and that no rule stands without one."""

from __future__ import annotations

import pytest

from comity.law.proposal import propose
from law_packs import files, holds, names, project_pack

CASES = [
    pytest.param(name, number, id=f"{name}: {case.name}")
    for name in names()
    for number, case in enumerate(project_pack(name).cases)
]
RULES = [
    pytest.param(name, rule.id, id=f"{name} without {rule.id}")
    for name in names()
    if project_pack(name).cases
    for rule in project_pack(name).rules
]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_case(name: str, number: int) -> None:
    """A worked case of a pack comes out as the pack says, by the rule it names."""
    pack = project_pack(name)
    assert holds(pack, pack.cases[number])


@pytest.mark.parametrize(("name", "rule_id"), RULES)
def test_mutation_every_rule_matters(name: str, rule_id: str) -> None:
    """Dropping any one rule of a pack makes at least one of its cases fail."""
    pack = project_pack(name)
    poorer = propose(dict(files(name)), f'law = "{name}"\nrepeal = ["{rule_id}"]\n')
    assert len(poorer.rules) == len(pack.rules) - 1
    assert not all(holds(poorer, case) for case in pack.cases)


@pytest.mark.parametrize("name", names())
def test_every_pack_says_that_nobody_has_reviewed_it(name: str) -> None:
    """Each pack of the project is printed as encoded and not reviewed."""
    assert project_pack(name).status == "encoded, not reviewed"
