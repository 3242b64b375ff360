"""``comity verify``: check an evidence file offline, without any node."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.files import read_small
from comity.cli.output import emit, json_option
from comity.errors import NotFound
from comity.proof.evidence import EVIDENCE_BYTES_MAX, verify_evidence


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--trust", type=click.Path(path_type=Path), help="File of trusted keys, one a line.")
@click.option("--quorum", type=int, help="Ask for so many witnesses at least.")
@json_option
def command(bundle: Path, *, trust: Path | None, quorum: int | None, as_json: bool) -> None:
    """Verify the evidence in BUNDLE: signatures, witnesses, inclusion, commitments, texts.

    Without --trust the keys are the file's own word: compare them with paper.
    """
    try:
        with bundle.open("rb") as stream:
            data = stream.read(EVIDENCE_BYTES_MAX + 1)
    except OSError as error:
        what = str(error.strerror).lower()
        raise NotFound("file-unreadable", what, where=str(error.filename)) from None
    keys = None if trust is None else read_small(trust).decode("utf-8", "replace").split()
    verdict = verify_evidence(data, trusted=keys, quorum=quorum)
    value = {
        "verified": True,
        "origin": verdict.origin,
        "size": verdict.size,
        "witnesses": verdict.witnesses,
        "trusted": verdict.trusted,
        "entries": [
            {"index": one.index, "body": one.body, "personal": one.personal}
            for one in verdict.entries
        ],
        "claims": list(verdict.claims),
    }
    lines = [f"({step.number}) {step.shown}" for step in verdict.steps]
    emit(value, "\n".join([*lines, "the evidence holds"]), as_json=as_json)
