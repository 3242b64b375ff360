"""A decision in words: for the traveller, the officer, and as an annex for a court.

The annex is an execution receipt: pack hash, engine, facts, every rule considered and why it did
or did not fire. Whoever holds the pack and the receipt can reach the same answer again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from comity.law.condition import (
    All,
    Always,
    AnyOf,
    Compare,
    Condition,
    Flag,
    Member,
    Not,
    Operand,
    Shift,
)
from comity.law.condition import (
    Literal as LiteralValue,
)
from comity.law.decide import ENGINE, Decision
from comity.law.facts import spell
from comity.law.pack import sets_on
from comity.law.possible import possible_outcomes
from comity.law.rule import WEAK, Rule
from comity.law.truth import compile_condition
from comity.law.view import CONFLICT, GAP, UNKNOWN, Assumption, presume, silence_of, weigh

Audience = Literal["traveller", "officer", "court"]
AUDIENCES: tuple[Audience, ...] = ("traveller", "officer", "court")
SHOWN = 6
ADVICE = "This is advice with its reasons. A person decides, not this software."
SENTENCES = {
    ("visa", "exempt"): "You do not need a visa.",
    ("visa", "required"): "You need a visa.",
    (
        "visa",
        "state_option",
    ): "It depends on the state you go to: each may decide. Ask its embassy.",
    ("document_ok", "yes"): "Your travel document meets the conditions.",
    ("document_ok", "no"): "Your travel document does not meet the conditions.",
    ("document_ok", "officer_may"): "Your travel document falls short; the officer may waive that.",
    ("document_ok", "state_option"): "Each state decides whether it recognises this document.",
    ("entry", "yes"): "The other conditions of entry are met.",
    ("entry", "no"): "A condition of entry is not met.",
    ("entry", "state_option"): "The state may let you enter its own territory all the same.",
    ("entry", "officer_may"): "Your right to enter may be restricted by a reasoned decision alone.",
    ("entry", "protection"): "You have asked for protection: the asylum authority hears you first.",
    ("airport_transit", "exempt"): "You may change flights at the airport without a visa.",
    ("airport_transit", "required"): "You need an airport transit visa to change flights.",
    ("airport_transit", "state_option"): "Some states ask for an airport transit visa: ask yours.",
}


def label(outcome: str) -> str:
    """Write an outcome as people read it: ``state_option`` is "state option"."""
    return outcome.replace("_", " ")


def spell_operand(operand: Operand) -> str:
    """Write an operand as the format writes it."""
    if isinstance(operand, Shift):
        return f"plus_{operand.unit}({spell_operand(operand.operand)}, {operand.count})"
    return spell(operand.value) if isinstance(operand, LiteralValue) else operand.name


def spell_condition(condition: Condition) -> str:
    """Write a condition as the format writes it, definitions spelled out."""
    if isinstance(condition, Always):
        return "always"
    if isinstance(condition, Flag):
        return condition.name
    if isinstance(condition, Compare):
        left, right = spell_operand(condition.left), spell_operand(condition.right)
        return f"{left} {condition.op} {right}"
    if isinstance(condition, Member):
        listed = ", ".join(sorted(spell(value) for value in condition.listed))
        return f"{spell_operand(condition.item)} in {condition.set_name or f'[{listed}]'}"
    if isinstance(condition, Not):
        inner = spell_condition(condition.part)
        return f"not ({inner})" if " " in inner else f"not {inner}"
    word = " and " if isinstance(condition, All) else " or "
    return word.join(
        f"({spell_condition(part)})" if isinstance(part, (All, AnyOf)) else spell_condition(part)
        for part in condition.parts
    )


def why_not(decision: Decision, rule: Rule) -> str:
    """Say which part of a rule's condition failed, or which facts it still waits for."""
    view = decision.view
    sets = sets_on(view.pack, view.on)
    parts = rule.condition.parts if isinstance(rule.condition, All) else (rule.condition,)
    failed, waiting = [], []
    for part in parts:
        truth = compile_condition(part, sets, view.on)(decision.facts)
        if truth is False:
            failed.append(spell_condition(part))
        elif truth is None:
            waiting.append(spell_condition(part))
    if failed:
        return "not so: " + "; ".join(failed)
    return "not known: " + "; ".join(waiting) if waiting else "beaten"


def facts_used(decision: Decision, rule: Rule) -> dict[str, str]:
    """Give the facts a rule reads, as far as they are known."""
    return {name: spell(decision.facts[name]) for name in rule.facts if name in decision.facts}


def otherwise(decision: Decision, assumption: Assumption) -> tuple[str, ...]:
    """Give the outcomes that would be possible if the presumption did not hold."""
    view = decision.view
    presumed = {made.presumption.fact for made in decision.assumed}
    given = {name: value for name, value in decision.facts.items() if name not in presumed}
    withheld = decision.withheld | {assumption.presumption.fact}
    values, _ = presume(view, given, withheld)
    weighed = weigh(view, values)
    if weighed.settled(view):
        return (weighed.outcome(view),)
    return possible_outcomes(view, values, withheld)[0]


def as_record(decision: Decision, *, court: bool = False) -> dict[str, Any]:
    """Give the decision as one JSON object; with ``court`` every rule considered."""
    pack = decision.view.pack
    record: dict[str, Any] = {
        "pack": pack.name,
        "hash": pack.hash,
        "status": pack.status,
        "engine": ENGINE,
        "question": decision.view.question.id,
        "on": decision.view.on.isoformat(),
        "outcome": decision.outcome,
        "possible": list(decision.possible),
        "ask": list(decision.ask),
        "questions": {name: pack.facts[name].ask for name in decision.ask},
        "because": [_because(decision, rule) for rule in decision.deciding],
        "open": [_open(decision, rule) for rule in decision.open],
        "facts": given_facts(decision),
        "assumed": [_assumed(decision, made) for made in relevant(decision)],
    }
    if silence(decision):
        record["silence"] = silence(decision)
    if court:
        record["considered"] = considered(decision)
        record["not_in_force"] = out_of_force(decision)
    return record


def _because(decision: Decision, rule: Rule) -> dict[str, Any]:
    overridden = decision.overridden_by(rule)
    found: dict[str, Any] = {
        "rule": rule.id,
        "cite": rule.cite,
        "text": rule.text,
        "then": rule.then,
        "when": rule.when,
        "facts": facts_used(decision, rule),
        "overrides": [other.id for other in overridden],
        "overridden": [
            {"rule": other.id, "cite": other.cite, "then": other.then} for other in overridden
        ],
        "strength": rule.strength,
    }
    for key in ("discretion", "open_norm", "effect", "ground", "source", "note"):
        if getattr(rule, key):
            found[key] = getattr(rule, key)
    return found


def _open(decision: Decision, rule: Rule) -> dict[str, Any]:
    missing = [name for name in rule.facts if name not in decision.facts]
    return {"rule": rule.id, "cite": rule.cite, "then": rule.then, "needs": missing}


def _assumed(decision: Decision, made: Assumption) -> dict[str, Any]:
    return {
        "fact": made.presumption.fact,
        "value": spell(made.value),
        "cite": made.presumption.cite,
        "text": made.presumption.text,
        "otherwise": list(otherwise(decision, made)),
    }


def given_facts(decision: Decision) -> dict[str, str]:
    """Give the facts that were given (not those presumed), as written."""
    presumed = {made.presumption.fact for made in decision.assumed}
    return {name: spell(v) for name, v in decision.facts.items() if name not in presumed}


def relevant(decision: Decision) -> list[Assumption]:
    """Give the presumptions without which the outcome could be another."""
    return [made for made in decision.assumed if otherwise(decision, made) != decision.possible]


def considered(decision: Decision) -> list[dict[str, Any]]:
    """List every rule of the question in force, in the pack's order, and what became of it."""
    rows = []
    for rule in decision.view.rules:
        if rule in decision.deciding:
            state, why = "decides", rule.when
        elif rule in decision.beaten:
            state = "beaten"
            why = "by " + ", ".join(other.id for other in decision.beaten_by(rule))
        elif rule in decision.open:
            state, why = "open", why_not(decision, rule)
        else:
            state, why = "does not apply", why_not(decision, rule)
        rows.append(
            {
                "rule": rule.id,
                "cite": rule.cite,
                "text": rule.text,
                "when": rule.when,
                "then": rule.then,
                "state": state,
                "why": why,
            }
        )
    return rows


def out_of_force(decision: Decision) -> list[dict[str, str]]:
    """List the rules of the question that are not in force on the date, with their dates."""
    view = decision.view
    speaking = {rule.id for rule in view.rules}
    return [
        {
            "rule": rule.id,
            "cite": rule.cite,
            "from": rule.period.first.isoformat() if rule.period.first else "",
            "until": rule.period.last.isoformat() if rule.period.last else "",
        }
        for rule in view.pack.rules
        if rule.decides == view.question.id and rule.id not in speaking
    ]


def silence(decision: Decision) -> str:
    """Say why a pack is silent on a date outside its own, or what a person wrote about a gap."""
    view = decision.view
    silence = silence_of(view.pack, view.on)
    if silence:
        return silence
    if decision.outcome not in {GAP, CONFLICT}:
        return ""
    sets = sets_on(view.pack, view.on)
    for row in view.pack.accepted:
        fits = row.finding == decision.outcome and row.decides == view.question.id
        if fits and compile_condition(row.condition, sets, view.on)(decision.facts):
            return row.why
    return ""


def headline(decision: Decision) -> str:
    """Write the outcome: ``required``, ``UNKNOWN (ask: biometric)``, ``CONFLICT``."""
    if decision.outcome == UNKNOWN:
        return f"UNKNOWN (ask: {', '.join(decision.ask)})"
    return label(decision.outcome)


def explain(
    decision: Decision,
    audience: Audience = "officer",
    *,
    signed_by: Collection[str] | None = None,
) -> str:
    """Put the decision in words for one audience.

    ``signed_by`` names the countries that have signed the pack; None where nobody has looked.
    """
    if audience == "traveller":
        return for_traveller(decision)
    if audience == "officer":
        return for_officer(decision)
    if signed_by is None:
        return for_court(decision, "not looked up: no node was asked")
    return for_court(decision, f"by {', '.join(sorted(signed_by))}" if signed_by else "not signed")


def for_traveller(decision: Decision) -> str:
    """One answer in plain words, the reason, and what was taken for granted."""
    view, outcome = decision.view, decision.outcome
    if outcome == UNKNOWN:
        asks = " ".join(view.pack.facts[name].ask for name in decision.ask)
        could = " or ".join(label(value) for value in decision.possible)
        lines = [f"{view.question.title} That depends ({could}). {asks}"]
    elif outcome in {CONFLICT, GAP}:
        what = "contradicts itself" if outcome == CONFLICT else "does not say"
        lines = [f"{view.question.title} The law as encoded here {what}: ask the authority."]
    else:
        plain = f"{view.question.title} {label(outcome).capitalize()}."
        lines = [SENTENCES.get((view.question.id, outcome), plain)]
    lines += [rule.effect for rule in decision.deciding if rule.effect]
    if silence(decision):
        lines.append(f"Because {silence(decision)}.")
    cites = "; ".join(dict.fromkeys(rule.cite for rule in decision.deciding))
    if cites and outcome != UNKNOWN:
        lines.append(f"Why: {cites}.")
    for made in relevant(decision):
        fact, value = made.presumption.fact, spell(made.value)
        could = " or ".join(label(o) for o in otherwise(decision, made))
        lines.append(f"This takes for granted: {fact} = {value} (otherwise: {could}).")
    lines.append(f"Law of {view.on.isoformat()}, {view.pack.status}.")
    return "\n".join(lines)


def for_officer(decision: Decision) -> str:
    """The block of docs/spec/law-pack.md: outcome, article, condition, facts, what it overrides."""
    view = decision.view
    lines = [
        f"{view.pack.name}: {view.question.id} on {view.on.isoformat()} = {headline(decision)}"
    ]
    if decision.outcome == UNKNOWN:
        lines[0] += f"  could be: {', '.join(label(o) for o in decision.possible)}"
    for rule in decision.deciding:
        lines += _reasons(decision, rule)
    if silence(decision):
        lines.append(f"  because {silence(decision)}")
    if decision.outcome == UNKNOWN:
        for rule in decision.open[:SHOWN]:
            missing = [name for name in rule.facts if name not in decision.facts]
            lines.append(f"  open    {rule.cite}: {label(rule.then)} ({', '.join(missing)}?)")
        if len(decision.open) > SHOWN:
            lines.append(f"  open    and {len(decision.open) - SHOWN} rules more")
    for made in relevant(decision):
        could = ", ".join(label(outcome) for outcome in otherwise(decision, made))
        lines.append(
            f"  assumed {made.presumption.fact} = {spell(made.value)}: {made.presumption.cite}"
            f" (otherwise: {could})"
        )
    lines.append(f"  status  {view.pack.status}; a person decides")
    return "\n".join(lines)


def _reasons(decision: Decision, rule: Rule) -> list[str]:
    facts = ", ".join(f"{name}={value}" for name, value in facts_used(decision, rule).items())
    lines = [
        f"  because {rule.cite}",
        f"          {rule.text}",
        f"          condition: {rule.when}",
        f"          facts: {facts or 'none needed'}",
    ]
    if rule.discretion:
        lines.append(f"          this is a power, not a rule: decided by {rule.discretion}")
    if rule.open_norm:
        lines.append(f"          rests on a finding: {rule.open_norm}")
    if rule.strength in WEAK:
        lines.append(f"          weak basis: {rule.strength}")
    lines += [
        f"  overrides {other.cite} (would have said: {label(other.then)})"
        for other in decision.overridden_by(rule)
    ]
    return lines


def for_court(decision: Decision, signed: str) -> str:
    """The annex: everything needed to check the answer and to reach it again."""
    pack, view = decision.view.pack, decision.view
    lines = [
        f"Annex: {view.question.title}",
        f"law      {pack.name} ({pack.title}), {pack.authority}".rstrip(", "),
        f"hash     sha256:{pack.hash}",
        f"signed   {signed}",
        f"engine   {ENGINE}",
        f"status   {pack.status}",
        f"date     {view.on.isoformat()}",
        f"outcome  {headline(decision)}",
        "facts given",
        *[f"  {name} = {value}" for name, value in given_facts(decision).items()],
        "presumed",
        *[
            f"  {made.presumption.fact} = {spell(made.value)}: {made.presumption.cite}"
            for made in decision.assumed
        ],
        "rules considered",
    ]
    for row in considered(decision):
        lines.append(f"  {row['rule']}: {row['state']} ({row['why']})")
        if row["state"] in {"decides", "beaten"}:
            lines += [f"    {row['cite']}", f"    {row['text']}", f"    then: {label(row['then'])}"]
    lines.append("rules of this question not in force on the date")
    for out in out_of_force(decision):
        lines.append(f"  {out['rule']}: {out['from'] or '…'} to {out['until'] or '…'}")
    lines.append(ADVICE)
    return "\n".join(lines)
