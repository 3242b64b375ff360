"""``comity match report``: what the version in use finds, and what it shows to strangers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.files import write_whole
from comity.cli.output import emit, json_option, table

if TYPE_CHECKING:
    from comity.cli.match_lists import RealList

Section = tuple[str, str, tuple[str, ...], list[tuple[object, ...]]]
"""A title, what it says, the heads of its columns, its rows."""

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("report")
@click.option("--people", type=click.IntRange(2_000, 20_000_000), default=200_000,
              show_default=True, help="Invented people on the list.")  # fmt: skip
@click.option("--lists", type=FOLDER, help="Measure the real lists found in this folder too.")
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the report as a Markdown page as well.")  # fmt: skip
@json_option
def report(*, people: int, lists: Path | None, page: Path | None, as_json: bool) -> None:
    """Measure recall, what strangers are shown, and groups of names against one another.

    No node and no network is needed: the people are invented (seeded; see docs/reference/match.md)
    and the same version gives the same figures. Takes a minute or two; a million people, ten.
    """
    from comity.cli.match_lists import real_lists  # noqa: PLC0415 - numpy only where needed
    from comity.match import trial  # noqa: PLC0415
    from comity.match.index import Index  # noqa: PLC0415

    Index.warm()
    scale = trial.Scale.of(people)
    made = _invented(scale)
    made["lists"] = (
        [_measured(one, people, scale.seed) for one in real_lists(lists)] if lists else []
    )
    shown = list(sections(made))
    if page:
        write_whole(page, markdown(made, shown).encode())
    emit(made, lambda: _words(made, shown), as_json=as_json)


def _invented(scale: Any) -> dict[str, Any]:
    from comity.match import report as figures  # noqa: PLC0415
    from comity.match import trial  # noqa: PLC0415
    from comity.match.candidate import Bands  # noqa: PLC0415

    hidden = not sys.stderr.isatty()
    with click.progressbar(length=scale.people, label="people", file=sys.stderr,
                           hidden=hidden) as bar:  # fmt: skip
        index, asked = trial.trial(scale, bar.update)
    with click.progressbar(length=2, label="questions", file=sys.stderr, hidden=hidden) as bar:
        ways = {}
        for way, questions in (("full", asked), ("year", trial.by_year(asked))):
            identities = [one.query.identity for one in questions]
            ranking = index.rank(identities, threads=os.cpu_count() or 1)
            ways[way] = figures.report(figures.judge(index, questions, ranking, Bands()))
            bar.update(1)
    head = {"version": index.version.rsplit("/", 1)[0], "people": scale.people,
            "seed": scale.seed, "questions": len(asked)}  # fmt: skip
    year = {key: ways["year"][key] for key in ("overall", "cultures", "scripts")}
    return {**head, **ways["full"], "year": year}


def _measured(real: RealList, people: int, seed: int) -> dict[str, Any]:
    """Ask a real list's questions of it among invented people, with and without the birth date."""
    import dataclasses  # noqa: PLC0415

    from comity.cli.match_lists import script_of  # noqa: PLC0415
    from comity.match import evaluate  # noqa: PLC0415
    from comity.match.candidate import Bands  # noqa: PLC0415
    from comity.match.index import Index  # noqa: PLC0415
    from comity.match.synthetic import Population  # noqa: PLC0415

    click.echo(f"{real.name}: {len(real.queries)} questions", err=True)
    index = Index.build(chain(real.listed, Population(seed).people(people, prefix="invented:")))
    bare = [
        dataclasses.replace(q, identity=dataclasses.replace(q.identity, birth_dates=()))
        for q in real.queries
    ]
    dated = [q for q in real.queries if q.identity.birth_dates]
    made: dict[str, Any] = {"list": real.name, "people": len(real.listed)}
    for way, queries in (("with_date", dated), ("without_date", bare)):
        ranking = index.rank([q.identity for q in queries], threads=os.cpu_count() or 1)
        judged = evaluate.outcome(index, queries, ranking, Bands())
        scripts = [script_of(q.identity.names[0].full) for q in queries]
        made[way] = [
            {"script": script, **evaluate.recalls(judged, [s == script for s in scripts])}
            for script in sorted(set(scripts), key=lambda s: (-scripts.count(s), s))
        ]
    return made


def sections(made: dict[str, Any]) -> Iterator[Section]:
    """Lay the report out as sections, for the terminal and for the page."""
    year = made["year"]
    yield (
        "Overall",
        SAYS["overall"],
        ("measure", "as asked", "year of birth only"),
        [(k.replace("_", " "), v, year["overall"][k]) for k, v in made["overall"].items()],
    )
    for key in ("classes", "curve", "bands", "chance"):
        yield (TITLES[key], SAYS[key], *_columns(made[key]))
    yield (TITLES["groups"], SAYS["groups"], *_columns(_groups(made)))
    yield (f"{TITLES['groups']}, year of birth only", SAYS["groups"], *_columns(_groups(year)))
    for one in made["lists"]:
        rows = [
            {"asked": way.replace("_", " "), **row}
            for way in ("with_date", "without_date")
            for row in one[way]
        ]
        if rows:
            says = SAYS["list"].format(people=one["people"], among=made["people"])
            yield (f"List: {one['list']}", says, *_columns(rows))


TITLES = {
    "classes": "By class of noise",
    "curve": "The curve",
    "bands": "Bands",
    "chance": "Evidence and chance",
    "groups": "Groups of names",
}
SAYS = {
    "overall": "A search is by name, nationality, sex and birth date, as far as the class leaves"
    " them.",
    "classes": "How the data arrive at a desk; cultures weighted by their share of the list.",
    "curve": "Thresholds in bits beyond the list's size; recall of all questions; share of"
    " strangers shown anything.",
    "bands": "Share of the right alerts, and of strangers, in each band; of a hundred people shown"
    " in it, how many are right at least, where 2.7 searches of 100,000 are true hits.",
    "chance": "At x bits a stranger should be shown somebody once in 2^x searches (stated); the"
    " measured share should not be larger.",
    "groups": "At the default bands, and at the threshold where 2 % of strangers are shown"
    " anything, with its 95 % interval; the ratio is to the median group.",
    "list": "{people:,} people among {among:,} invented ones; another recorded spelling asks.",
}


def _groups(way: dict[str, Any]) -> list[dict[str, Any]]:
    letters = [{**row, "group": f"{row['group']} letters"} for row in way["scripts"]]
    return [*way["cultures"], *letters]


def _columns(rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    return tuple(k.replace("_", " ") for k in rows[0]), [
        tuple(f"{v[0]} to {v[1]}" if isinstance(v, tuple) else v for v in row.values())
        for row in rows
    ]


def _head(made: dict[str, Any]) -> str:
    return (f"version {made['version']}, {made['people']:,} invented people (seed {made['seed']}),"
            f" {made['questions']:,} questions")  # fmt: skip


def _words(made: dict[str, Any], shown: Iterable[Section]) -> str:
    parts = [f"{title}\n{says}\n{table(head, rows)}" for title, says, head, rows in shown]
    return "\n\n".join([_head(made), *parts])


def markdown(made: dict[str, Any], shown: Iterable[Section]) -> str:
    """Write the report as a page; nothing in it depends on the day."""
    lines = ["# What the matcher finds, and whom it shows", "",
             "Written by `make match-report`; " + _head(made) + ". What the figures mean stands in",
             "[match.md](match.md).", ""]  # fmt: skip
    for title, says, head, rows in shown:
        lines += [f"## {title}", "", says, ""]
        lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
        lines.append("")
    return "\n".join(lines)
