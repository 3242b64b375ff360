"""``comity law refusal``: prepare, check and print the form of a refusal of entry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from comity.bureau.refusal import read_case
from comity.bureau.refusal_form import print_form
from comity.bureau.texts import read_text
from comity.cli.files import write_whole
from comity.cli.output import emit, json_option
from comity.law.refusal import Refusal, missing


@click.command()
@click.option(
    "--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the form as tagged PDF."
)
@click.option("--draft", is_flag=True, help="Print before anyone has decided; it says so.")
@click.option("--language", default="", help="en fr es pt ar; that of the case by default.")
@json_option
@click.argument("case_file", metavar="CASE.toml")
def refusal(*, pdf: Path | None, draft: bool, language: str, as_json: bool, case_file: str) -> None:
    """Say how far a case has come, what is still empty, and print its form.

    The question about protection comes first; yes ends it. Only a named person decides.
    """
    text = sys.stdin.read(200_000) if case_file == "-" else read_text(Path(case_file))
    case = read_case(text)
    if pdf is not None:
        write_whole(pdf, print_form(case, language=language, draft=draft))
    emit(case_record(case), lambda: case_words(case), as_json=as_json)


def case_record(case: Refusal) -> dict[str, Any]:
    """Stage, what is empty, grounds relied on, and what the packs suggest; no personal data."""
    return {
        "stage": case.stage,
        "missing": list(missing(case)) if case.stage == "grounds" else [],
        "grounds": [ground.letter for ground in case.grounds],
        "suggestions": [
            {"ground": each.letter, "rule": each.rule, "cite": each.cite, "text": each.text}
            for each in case.suggestions
        ],
    }


def case_words(case: Refusal) -> str:
    """The same for a terminal, with the next step."""
    next_step = {
        "protection": "ask first whether the person seeks protection, and record the answer",
        "asylum": "the person seeks protection: hand the case to the asylum authority",
        "grounds": "fill what is empty; then a named person decides, with reasons of their own",
        "issued": "issued; give the person a copy",
    }[case.stage]
    lines = [f"stage       {case.stage}", f"next        {next_step}"]
    if case.stage == "grounds":
        lines.append("empty       " + (", ".join(missing(case)) or "nothing"))
    lines.append("relied on   " + (" ".join(g.letter for g in case.grounds) or "no ground"))
    lines += [f"suggested   {each.letter}: {each.rule} ({each.cite})" for each in case.suggestions]
    return "\n".join(lines)
