"""Which rule beats which: exceptions, exceptions to exceptions, and no circles.

A rule beats what it names in ``despite`` and all that those beat (docs/spec/law-pack.md section 5):
an exception to an exception also displaces the general rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.errors import Malformed
from comity.law.facts import nearest
from comity.law.rule import Rule


def close_despite(rules: tuple[Rule, ...]) -> tuple[int, ...]:
    """Give for each rule, as bits, all the rules it beats; refuse a circle and unknown names.

    Malformed "law-name-unknown" or "law-despite-circle".
    """
    places: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        places.setdefault(rule.id, []).append(number)
        if rule.group:
            places.setdefault(rule.group, []).append(number)
    direct = [_direct(rule, places) for rule in rules]
    closed: dict[int, int] = {}
    for number in range(len(rules)):
        _close(number, direct, closed, rules)
    return tuple(closed[number] for number in range(len(rules)))


def _direct(rule: Rule, places: Mapping[str, list[int]]) -> list[int]:
    beaten: list[int] = []
    for name in rule.despite:
        if name not in places:
            raise Malformed(
                "law-name-unknown",
                f"despite names no rule or group: {name[:60]!r}",
                where=rule.where,
                hint=nearest(name, places),
            )
        beaten += places[name]
    return beaten


def _close(
    start: int, direct: list[list[int]], closed: dict[int, int], rules: tuple[Rule, ...]
) -> None:
    # an explicit stack: a hostile pack may chain thousands of exceptions
    stack = [(start, list(direct[start]))]
    path = {start}
    while stack:
        number, left = stack[-1]
        if number not in closed and left:
            following = left.pop()
            if following in path:
                raise Malformed(
                    "law-despite-circle", "despite goes in a circle", where=rules[number].where
                )
            if following not in closed:
                stack.append((following, list(direct[following])))
                path.add(following)
            continue
        bits = 0
        for other in direct[number]:
            bits |= closed[other] | 1 << other
        closed[number] = bits
        path.discard(number)
        stack.pop()
