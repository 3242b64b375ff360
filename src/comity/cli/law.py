"""``comity law``: ask what the law requires; sweep, compare and diff law packs; hold clauses."""

from __future__ import annotations

from typing import Any

import click

from comity.bureau import law
from comity.cli.law_compare import compare, day_of, diff_command, sweep
from comity.cli.law_facts import read_facts
from comity.cli.law_refusal import refusal
from comity.cli.law_stay import stay
from comity.cli.output import emit, json_option, table
from comity.law.explain import AUDIENCES, explain
from comity.law.gate import Finding

pack_option = click.option(
    "--pack", "pack_name", required=True, help="A law pack: its name, or its folder."
)
on_option = click.option("--on", "on_text", required=True, metavar="DATE", help="YYYY-MM-DD.")


@click.group()
def command() -> None:
    """Ask what the law requires, on any date, with the article and the reasons.

    The answers are advice encoded from law texts and not reviewed; a person decides.
    """


@command.command()
@pack_option
@on_option
@click.option("--question", default="", help="Which question of the pack; its first by default.")
@click.option(
    "--for",
    "audience",
    type=click.Choice(AUDIENCES),
    default="officer",
    help="For whom: one sentence, a block with the article, or the annex for a court.",
)
@json_option
@click.argument("facts", nargs=-1, metavar="FACT=VALUE...")
def ask(
    *,
    pack_name: str,
    on_text: str,
    question: str,
    audience: str,
    as_json: bool,
    facts: tuple[str, ...],
) -> None:
    """Ask one question about one person, e.g. nationality=GEO document=diplomatic."""
    pack = law.load_pack(pack_name)
    answer = law.ask(pack, read_facts(facts), law.parse_day(on_text), question)
    decisions = (answer.decision, *answer.others)
    emit(
        answer.record(court=audience == "court"),
        lambda: "\n".join(explain(one, audience) for one in decisions),  # type: ignore[arg-type]
        as_json=as_json,
    )


@command.command()
@json_option
def packs(*, as_json: bool) -> None:
    """List the law packs with status and content hash."""
    shelves = law.library()
    value = [
        {
            "law": shelf.name,
            "title": shelf.title,
            "authority": shelf.authority,
            "status": shelf.status,
            "hash": shelf.hash,
            "rules": shelf.rules,
            "error": shelf.error,
        }
        for shelf in shelves
    ]
    words = table(
        ("law", "rules", "status", "hash", "title"),
        [(s.name, s.rules, s.error or s.status, s.hash[:12], s.title) for s in shelves],
    )
    emit(value, words, as_json=as_json)


@command.command()
@click.argument("giver")
@click.argument("receiver")
@click.option(
    "--on", "on_text", default="", metavar="DATE", help="Law of that date; today by default."
)
@json_option
def clauses(*, giver: str, receiver: str, on_text: str, as_json: bool) -> None:
    """List what blocks an exchange of data from GIVER to RECEIVER, and the way out."""
    on = day_of(on_text)
    findings = law.clauses(law.load_pack(giver), law.load_pack(receiver), on)
    emit(
        [clause_record(finding) for finding in findings],
        lambda: "\n".join(clause_words(finding) for finding in findings) or "no clause in common",
        as_json=as_json,
    )


def clause_record(finding: Finding) -> dict[str, Any]:
    """Give one finding as JSON."""
    sides = {"giver": finding.giver, "receiver": finding.receiver}
    return {
        "state": finding.state,
        "kind": finding.kind,
        "sentence": finding.sentence,
        **{
            side: {"clause": clause.id, "cite": clause.cite, "text": clause.text}
            for side, clause in sides.items()
            if clause
        },
        "way_out": [
            {
                "cite": way.cite,
                "text": way.text,
                "purposes": list(way.purposes),
                "any": list(way.any_of),
                "all": list(way.all_of),
            }
            for way in finding.ways_out
        ],
    }


def clause_words(finding: Finding) -> str:
    """Give one finding in words: state, sentence, articles, way out."""
    cites = " / ".join(side.cite for side in (finding.giver, finding.receiver) if side)
    lines = [f"{finding.state}: {finding.sentence} ({cites})"]
    for way in finding.ways_out:
        any_of = f"; one of: {', '.join(way.any_of)}" if way.any_of else ""
        all_of = f"; all of: {', '.join(way.all_of)}" if way.all_of else ""
        lines.append(f"  way out: {way.text}{any_of}{all_of} ({way.cite})")
    return "\n".join(lines)


command.add_command(stay)
command.add_command(sweep)
command.add_command(compare)
command.add_command(diff_command)
command.add_command(stay)
command.add_command(refusal)
