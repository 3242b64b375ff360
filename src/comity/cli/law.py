"""``comity law``: ask what the law requires; sweep, compare and diff law packs; hold clauses."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import click

from comity.bureau import law
from comity.bureau.law_records import clauses_record, packs_record
from comity.cli.law_compare import compare, day_of, diff_command, sweep
from comity.cli.law_facts import read_facts
from comity.cli.law_refusal import refusal
from comity.cli.law_stay import stay
from comity.cli.output import emit, json_option, table
from comity.law.explain import AUDIENCES, explain
from comity.law.gate import Finding
from comity.law.pack import Pack

pack_option = click.option(
    "--pack", "pack_name", required=True, help="A law pack: its name, or its folder."
)
node_option = click.option(
    "--home",
    "node_home",
    type=click.Path(path_type=Path, file_okay=False),
    help="A node's folder: say which countries have signed the pack.",
)
on_option = click.option("--on", "on_text", required=True, metavar="DATE", help="YYYY-MM-DD.")


NODE = ("gate", "release", "sign", "trust")


class Group(click.Group):
    """The commands below, and those of ``law_node``, which alone need a store: on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them all."""
        return sorted((*super().list_commands(ctx), *NODE))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command; import those of a node when one of them is asked for."""
        if cmd_name not in NODE:
            return super().get_command(ctx, cmd_name)
        from comity.cli import law_node  # noqa: PLC0415

        found: click.Command = getattr(law_node, cmd_name)
        return found


@click.group(cls=Group)
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
@node_option
@json_option
@click.argument("facts", nargs=-1, metavar="FACT=VALUE...")
def ask(
    *,
    pack_name: str,
    on_text: str,
    question: str,
    audience: str,
    node_home: Path | None,
    as_json: bool,
    facts: tuple[str, ...],
) -> None:
    """Ask one question about one person, e.g. nationality=GEO document=diplomatic."""
    pack = law.load_pack(pack_name)
    answer = law.ask(pack, read_facts(facts), law.parse_day(on_text), question)
    decisions = (answer.decision, *answer.others)
    signed_by = signers_of(node_home)(pack.hash) if node_home else None
    emit(
        answer.record(court=audience == "court", signed_by=signed_by),
        lambda: "\n".join(
            explain(one, audience, signed_by=signed_by)  # type: ignore[arg-type]
            for one in decisions
        ),
        as_json=as_json,
    )


def signers_of(home: Path) -> Callable[[str], tuple[str, ...]]:
    """Give what says which countries a node knows to have signed the pack of a hash."""
    # Only here is a node opened: asking the law needs no database driver.
    from comity.bureau import lawbook  # noqa: PLC0415
    from comity.cli.opening import opened  # noqa: PLC0415

    def signers(digest: str) -> tuple[str, ...]:
        with opened(home) as node:
            return lawbook.signers(node, digest)

    return signers


@command.command()
@node_option
@json_option
def packs(*, node_home: Path | None, as_json: bool) -> None:
    """List the law packs with status and content hash; with --home also who has signed each."""
    shelves = law.library()
    signers = signers_of(node_home) if node_home else None
    head = ["law", "rules", "clauses", "status", "hash", "title"]
    rows = [
        [s.name, s.rules, s.clauses, s.error or s.status, s.hash[:12], s.title] for s in shelves
    ]
    if signers:
        head.insert(5, "signed by")
        for row, shelf in zip(rows, shelves, strict=True):
            row.insert(5, " ".join(signers(shelf.hash)) or "not signed")
    emit(packs_record(shelves, signers), table(head, rows), as_json=as_json)


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
    packs = law.load_pack(giver), law.load_pack(receiver)
    findings = law.clauses(*packs, on)
    emit(
        clauses_record(*packs, on, findings),
        lambda: clauses_words(*packs, on, findings),
        as_json=as_json,
    )


def clauses_words(giver: Pack, receiver: Pack, on: datetime.date, findings: list[Finding]) -> str:
    """Give the findings in words under the laws and the date they are of."""
    lines = [f"{giver.name} to {receiver.name} on {on.isoformat()}"]
    lines += [clause_words(finding) for finding in findings]
    lines.append(f"{giver.name}: {giver.status}; a person decides")
    return "\n".join(lines)


def clause_words(finding: Finding) -> str:
    """Give one finding in words: state, sentence, articles, way out."""
    cites = " / ".join(side.cite for side in (finding.giver, finding.receiver) if side)
    lines = [f"{finding.state}: {finding.sentence} ({cites})"]
    for way in finding.ways_out:
        any_of = f"; one of: {', '.join(way.any_of)}" if way.any_of else ""
        all_of = f"; all of: {', '.join(way.all_of)}" if way.all_of else ""
        lines.append(f"  way out: {way.text}{any_of}{all_of} ({way.cite})")
    return "\n".join(lines)


command.add_command(sweep)
command.add_command(compare)
command.add_command(diff_command)
command.add_command(stay)
command.add_command(refusal)
