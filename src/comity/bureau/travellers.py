"""Read travellers from a manifest, and check them in batches: bounded memory, any size."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from comity.bureau.answer import Answer, Traveller
from comity.bureau.check import check
from comity.bureau.node import Node
from comity.bureau.progress import Progress, told, unwatched
from comity.bureau.question import Inquiry
from comity.documents.mrz import identity_of, read_mrz
from comity.manifests import row as rows
from comity.manifests.manifest import read_manifest
from comity.terms.document_kind import DOCUMENT_KINDS

BATCH = 200

ZONE_KINDS = {
    "PD": "diplomatic",
    "PO": "official",
    "PR": "convention-1951",
    "PT": "alien",
    "PE": "emergency",
    "PL": "laissez-passer",
    "P": "ordinary",
    "PP": "ordinary",
    "PN": "ordinary",
    "I": "identity-card",
    "ID": "identity-card",
    "A": "identity-card",
    "C": "identity-card",
}
"""Document codes of the zone whose meaning is settled (ICAO Doc 9303-4 sec. 4.2.2, 9303-5).

``PS`` is left out: states use it for service passports and for stateless persons.
"""

Checked = tuple[rows.Traveller, Answer] | rows.Refused
Batch = list[rows.Row]
Answering = Callable[[Iterable[Batch]], Iterator[list[Checked]]]
"""Answers batches in their order; in this process, or in several (see workers)."""


def read_zone(on: datetime.date) -> rows.ZoneReader:
    """Give the reader of machine-readable zones that manifests use."""

    def read(text: str) -> rows.ZoneRead:
        reading = read_mrz(text, on=on)
        return rows.ZoneRead(identity_of(reading), reading.read.kind, reading.notes)

    return read


def kind_of(code: str) -> str:
    """Give our kind of document for a manifest's word or a zone's code; "" where it is open."""
    word = code.strip()
    return word if word in DOCUMENT_KINDS else ZONE_KINDS.get(word.upper().rstrip("<"), "")


def traveller_of(row: rows.Traveller, reference: str) -> Traveller:
    """Give who is asked about; ``reference`` stands in where the row has none of its own."""
    own = row.travel.reference
    return Traveller(
        identity=row.identity,
        reference=own or (f"{reference}/{row.line}" if reference else ""),
        document_kind=kind_of(row.document_kind),
    )


def check_manifest(
    node: Node,
    inquiry: Inquiry,
    stream: BinaryIO,
    *,
    reference: str = "",
    kind: str | None = None,
    progress: Progress = unwatched,
    skip: int = 0,
    answering: Answering | None = None,
) -> Iterator[Checked]:
    """Check a manifest, row by row in its order; a row that cannot be read is Refused.

    ``answering`` does it elsewhere than here. ``skip`` leaves out so many rows at the beginning,
    which were answered before. Each batch is recorded and answered by itself: what was answered
    before a break stands in the log. Malformed where the file is no manifest.
    """
    day = node.today()
    source = told(stream, progress)
    manifest = read_manifest(source, kind=kind, read_zone=read_zone(day), on=day)
    batches = _batches(islice(manifest, skip, None))
    if answering is not None:
        answered = answering(batches)
    else:
        answered = (answer_batch(node, inquiry, batch, reference) for batch in batches)
    for some in answered:
        yield from some


def answer_batch(node: Node, inquiry: Inquiry, batch: Batch, reference: str) -> list[Checked]:
    """Answer one batch of a manifest's rows, in order, in one act."""
    readable = [one for one in batch if isinstance(one, rows.Traveller)]
    people = [traveller_of(one, reference) for one in readable]
    known = [one for one in people if one.identity.names or one.identity.documents]
    answers = iter(check(node, inquiry, known) if known else [])
    answered: list[Checked] = []
    for one in batch:
        if isinstance(one, rows.Refused):
            answered.append(one)
        elif one.identity.names or one.identity.documents:
            answered.append((one, next(answers)))
        else:
            answered.append(
                rows.Refused(one.line, "", "traveller-empty", "give a name or a number")
            )
    return answered


def _batches(manifest: Iterable[rows.Row]) -> Iterator[Batch]:
    stream = iter(manifest)
    while batch := list(islice(stream, BATCH)):
        yield batch
