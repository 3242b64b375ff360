"""Screening on Ray: in several processes the same answers, in the same order, nothing readable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from comity.bureau import alert, screening
from comity.bureau.node import init_node, open_node
from comity.bureau.officer import register
from comity.bureau.question import Inquiry
from comity.bureau.settings import Settings
from comity.bureau.workers import Seal
from world import CLERK, GUARD, OTHER, PERSON, STRANGER, draft, traveller

ROWS = 450
"""Three batches, so that two workers have more than one between them."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with two alerts of its own, by the system's clock, and a manifest of many."""
    folder = tmp_path_factory.mktemp("workers")
    node = init_node(folder / "UTO", Settings(country="UTO", name="Utopia", training=True))
    for one in (CLERK, GUARD):
        register(node, one)
    alert.issue(node, CLERK, [alert.draft(node, draft(who)) for who in (PERSON, OTHER)])
    node.close()
    people = [(PERSON, STRANGER, OTHER)[number % 3] for number in range(ROWS)]
    lines = [
        f"{who.names[0].surname},{who.names[0].forenames},{who.birth_dates[0]},QM617/{number}"
        for number, who in enumerate(people)
    ]
    lines[7] = "Quillfeather,Zephyrine,1971-99-14,QM617/7"
    header = "surname,forenames,birth_date,reference"
    (folder / "manifest.csv").write_text("\n".join([header, *lines]) + "\n", "utf-8")
    return folder


def screened(home: Path, out: str, *words: str) -> list[dict[str, Any]]:
    """Run ``comity screen`` as an operator does: its results, without what is new in each run."""
    run = subprocess.run(
        [sys.executable, "-m", "comity", "screen", str(home / "manifest.csv"), "-o",
         str(home / out), "--home", str(home / "UTO"), "--as", "guard", *words],
        capture_output=True, text=True, check=False, timeout=300,
        env={name: value for name, value in os.environ.items() if not name.startswith("RAY_")},
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    rows = [json.loads(line) for line in (home / out).read_text("utf-8").splitlines()]
    for row in rows:
        row.pop("entry", None)
        for source in row.get("sources", []):
            source.pop("fresh_at")
        for candidate in row.get("candidates", []):
            candidate.pop("match")
    return rows


def test_workers_on_ray_answer_as_one_process_does(home: Path) -> None:
    """Every row has the same answer, in the same order, from one process and from two workers."""
    alone = screened(home, "alone.jsonl")
    together = screened(home, "ray.jsonl", "--ray", "2")
    assert [row["line"] for row in alone] == list(range(2, ROWS + 2))
    assert {row["state"] for row in alone} == {"match", "no-match", "refused"}
    assert together == alone


def test_what_passes_between_workers_is_sealed(home: Path) -> None:
    """Nothing of a traveller can be read in a sealed batch, nor can it stand for another one."""
    node = init_node(home / "QMA", Settings(country="QMA", name="Arcadia", training=True))
    seal = Seal.of(node)
    batch = (Inquiry(officer=GUARD, purpose="border-check"), [traveller()], "")
    sealed = seal.close(batch, "batch 1")
    node.close()
    assert seal.open(sealed, "batch 1") == batch
    assert b"Quillfeather" not in sealed
    for other in ("batch 2", "answer 1"):
        with pytest.raises(InvalidTag):
            seal.open(sealed, other)


def test_a_screening_goes_on_where_it_was_broken_off(home: Path) -> None:
    """Broken off after one batch and run again, it leaves no row out and answers none twice."""
    node = open_node(home / "UTO")
    inquiry = Inquiry(officer=GUARD, purpose="border-check")
    out = home / "broken.jsonl"
    first = screening.screen(node, inquiry, home / "manifest.csv", out)
    next(first)
    first.close()  # type: ignore[attr-defined]
    rest = list(screening.screen(node, inquiry, home / "manifest.csv", out))
    node.close()
    assert len(rest) == ROWS - screening.BATCH
    lines = [json.loads(line)["line"] for line in out.read_text("utf-8").splitlines()]
    assert lines == list(range(2, ROWS + 2))
