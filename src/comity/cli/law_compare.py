"""``comity law sweep``, ``compare`` and ``diff``: the drafter's commands."""

from __future__ import annotations

import csv
import datetime
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from comity.bureau import law, law_compare
from comity.bureau.law_records import diff_record, report_record, sweep_record
from comity.cli.law_facts import read_facts
from comity.cli.output import emit, json_option, table
from comity.law.compare import Comparison, Effect, duties
from comity.law.diff import Difference, diff
from comity.law.explain import label
from comity.law.facts import spell
from comity.law.sweep import Group

question_option = click.option(
    "--question", default="", help="Which question; the first (in common) by default."
)
on_option = click.option(
    "--on", "on_text", default="", metavar="DATE", help="Law of that date; today by default."
)
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print the matrix as CSV.")


def day_of(text: str) -> datetime.date:
    """Read a date; none written means today, which every answer prints."""
    return law.parse_day(text) if text else datetime.datetime.now().astimezone().date()


def some(codes: Sequence[str], most: int = 12) -> str:
    """List the first codes and say how many more there are."""
    more = f" ... {len(codes) - most} more" if len(codes) > most else ""
    return " ".join(codes[:most]) + more


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV with a head, lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="True of every profile.")
@on_option
@question_option
@csv_option
@json_option
def sweep(
    *,
    pack_name: str,
    facts: tuple[str, ...],
    on_text: str,
    question: str,
    as_csv: bool,
    as_json: bool,
) -> int:
    """Ask PACK for every nationality, issuer, document and permit; list gaps and clashes.

    Facts that the question reads besides, and that the law presumes nothing about, are varied
    too. Exit status 1 where a finding is unexplained. --csv prints the matrix of nationalities
    and documents instead.
    """
    pack, on, given = law.load_pack(pack_name), day_of(on_text), read_facts(facts)
    if as_csv:
        click.echo(matrix_csv(law_compare.document_matrix(pack, on, question, given)))
        return 0
    with watched(quiet=as_json) as told:
        found = law_compare.sweep_pack(pack, on, question, given, told=told)
    value = sweep_record(found)
    emit(value, lambda: sweep_words(value, found.findings), as_json=as_json)
    return 1 if found.unexplained() else 0


@contextmanager
def watched(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error, where a person watches, how many open profiles are decided."""
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(
        length=0, label="profiles left open", file=sys.stderr, hidden=hidden
    ) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield told


def sweep_words(value: dict[str, Any], groups: Iterable[Group]) -> str:
    """Give a sweep in words."""
    axes = " x ".join(f"{number} {name}" for name, number in value["axes"].items())
    lines = [
        f"{value['law']}: {value['question']} on {value['on']}, {value['cells']} profiles ({axes})",
        *[f"  {label(name):12} {number}" for name, number in value["outcomes"].items()],
    ]
    for group in groups:
        state = f"accepted: {group.why}" if group.why else "UNEXPLAINED"
        rules = f" between {', '.join(group.rules)}" if group.rules else ""
        lines.append(f"{group.finding}{rules}: {group.cells} profiles, {state}")
        example = ", ".join(f"{name}={value}" for name, value in group.example.items())
        lines.append(f"  e.g. {example}")
        lines += [
            f"  {name}: {some(values)}" for name, values in group.values.items() if len(values) > 1
        ]
    lines.append(f"{value['unexplained']} unexplained; {value['status']}")
    return "\n".join(lines)


def matrix_csv(rows: Iterable[law_compare.DocumentRow]) -> str:
    """Give the matrix of one pack as CSV."""
    return csv_text(
        ("nationality", "document", "biometric", "outcome", "rule", "cite"),
        [(r.nationality, r.document, r.biometric, r.outcome, r.rule, r.cite) for r in rows],
    )


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--proposal", default="", metavar="FILE", help="A draft that would change one.")
@click.option("--over", default="", metavar="DATES", help="Agreement index on dates a,b,c.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="Another profile.")
@on_option
@question_option
@csv_option
@json_option
def compare(*, first: str, second: str, as_csv: bool, as_json: bool, **options: Any) -> None:
    """Show where two laws differ, who gains and who loses, what each would have to change.

    The profile compared is an ordinary biometric passport; --fact changes it.
    """
    packs = (law.load_pack(first), law.load_pack(second))
    on = day_of(options["on_text"])
    places = {packs[0].name: first, packs[1].name: second}
    draft = options["proposal"]
    proposal = law_compare.load_proposal(draft, places) if draft else None
    dates = [law.parse_day(text) for text in options["over"].split(",") if text]
    report = law_compare.compare_packs(
        *packs,
        on,
        question=options["question"],
        facts=read_facts(options["facts"]),
        proposal=proposal,
        dates=dates or law_compare.years_before(on),
    )
    if as_csv:
        click.echo(comparison_csv(report.change or report.comparison))
        return
    emit(report_record(report), lambda: report_words(report), as_json=as_json)


def comparison_csv(comparison: Comparison) -> str:
    """Give a comparison as CSV, one nationality a line."""
    first, second = ("law", "proposal") if _is_change(comparison) else _names(comparison)
    return csv_text(
        ("nationality", first, second, f"rule {first}", f"rule {second}", "differs", "weak_basis"),
        [
            (
                cell.nationality,
                *cell.outcomes,
                *cell.rules,
                "yes" if cell.outcomes[0] != cell.outcomes[1] else "no",
                "yes" if cell.weak else "no",
            )
            for cell in comparison.cells
        ],
    )


def _names(comparison: Comparison) -> tuple[str, str]:
    return comparison.packs[0].name, comparison.packs[1].name


def _is_change(comparison: Comparison) -> bool:
    return comparison.packs[0].name == comparison.packs[1].name


def report_words(report: law_compare.Report) -> str:
    """Give the whole report in words."""
    comparison = report.comparison
    one, other = _names(comparison)
    profile = ", ".join(f"{name}={spell(v)}" for name, v in comparison.profile.items())
    head = f"compare {one} {other} on {comparison.question}, {comparison.on.isoformat()}"
    lines = [f"{head}, {len(comparison.cells)} nationalities ({profile})"]
    rows = [
        (
            f"{label(row.outcomes[0])} / {label(row.outcomes[1])}",
            len(row.nationalities),
            f"{row.rules[0] or '-'} / {row.rules[1] or '-'}",
            some(row.nationalities),
        )
        for row in comparison.classes()
    ]
    lines.append(table((f"{one} / {other}", "number", "rules", "nationalities"), rows))
    limits = comparison.limits()
    if limits[0] != limits[1]:
        sides = ["; ".join(side) or "not encoded" for side in limits]
        lines.append(f"stay limits: {sides[0]} / {sides[1]}")
    lines += [
        f"to treat all as the other does, {duty.law} would make it easier for "
        f"{len(duty.easier)}, harder for {len(duty.harder)}"
        for duty in duties(comparison)
    ]
    index = ", ".join(f"{day.isoformat()} {share:.2f}" for day, share in report.over_time)
    lines.append(f"agreement index {comparison.agreement():.2f} (share treated alike): {index}")
    lines += comparison.silences()
    if report.effect and report.proposed:
        lines += effect_words(report.effect, report.proposed)
    lines.append("this describes and recommends nothing; encoded, not reviewed")
    return "\n".join(lines)


def effect_words(effect: Effect, proposed: Comparison) -> list[str]:
    """Say what a proposal changes."""
    return [
        f"proposal: {len(effect.gains)} gain: {some([c.nationality for c in effect.gains])}",
        f"proposal: {len(effect.loses)} lose: {some([c.nationality for c in effect.loses])}",
        f"proposal: {len(effect.other)} other changes, {effect.unchanged} unchanged",
        f"proposal: agreement index {proposed.agreement():.2f}",
    ]


@click.command("diff")
@click.argument("pack_name", metavar="PACK")
@click.argument("before", metavar="DATE")
@click.argument("after", metavar="DATE")
@question_option
@json_option
def diff_command(*, pack_name: str, before: str, after: str, question: str, as_json: bool) -> None:
    """Show what changed in PACK between two dates: rules, sets, and for whom."""
    dates = (law.parse_day(before), law.parse_day(after))
    found = diff(law.load_pack(pack_name), *dates, question)
    emit(diff_record(found), lambda: diff_words(found), as_json=as_json)


def diff_words(found: Difference) -> str:
    """Give a difference in words."""
    first, second = (day.isoformat() for day in found.dates)
    lines = [f"{found.pack.name}: {found.question}, {first} to {second}"]
    lines += [f"  began {rule.id}: {rule.cite}" for rule in found.began]
    lines += [f"  ended {rule.id}: {rule.cite}" for rule in found.ended]
    for change in found.sets:
        added = f" +{some(change.added)}" if change.added else ""
        removed = f" -{some(change.removed)}" if change.removed else ""
        lines.append(f"  set {change.name}:{added}{removed} ({'; '.join(change.cites)})")
    for one in found.changes:
        values = "; ".join(f"{name} {some(listed)}" for name, listed in one.values.items())
        lines.append(f"  {label(one.before)} -> {label(one.after)}: {values}")
        lines.append(f"    {one.rules[0] or '-'} -> {one.rules[1] or '-'}")
    if len(lines) == 1:
        lines.append("  nothing changed")
    lines.append(f"{found.pack.name}: {found.pack.status}; a person decides")
    return "\n".join(lines)
