"""Tell the kind of a manifest and read it.

Example::

    with path.open("rb") as stream:
        for row in read_manifest(stream, read_zone=read_zone, on=today):
            ...  # Traveller or Refused

Reading never stops at one bad row. Only a file of no known kind raises, before the first row.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import BinaryIO

from comity.errors import Malformed
from comity.manifests.chunks import CHUNK_BYTES, read_chunks
from comity.manifests.edifact import parse_una
from comity.manifests.paxlst import read_paxlst
from comity.manifests.row import KINDS, Row, ZoneReader
from comity.manifests.table import read_header, read_table
from comity.manifests.teletype import envelope_length
from comity.manifests.zones import looks_like_zone, read_zones

_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LINES_TOLD = 20
_HINT = "CSV in UTF-8 with a header, machine-readable zones, or UN/EDIFACT PAXLST"


def sniff(first: bytes) -> str:
    """Tell the kind by the first bytes of a file: "csv", "mrz" or "paxlst"; Malformed if none."""
    text = first.removeprefix(_BOM).lstrip()
    if not text:
        raise Malformed("manifest-empty", "the file is empty", hint=_HINT)
    if first.startswith(_OTHER_BOMS):
        raise Malformed("manifest-encoding", "the file is UTF-16", hint="save it as UTF-8")
    enveloped = envelope_length(text)
    if text[enveloped:].startswith((b"UNA", b"UNB")):
        return "paxlst"
    if enveloped:
        raise Malformed(
            "manifest-teletype",
            "a teletype message that holds no UN/EDIFACT",
            hint="only PAXLST is read: ask the carrier for it",
        )
    if text.startswith(b"<"):
        raise Malformed(
            "manifest-xml",
            "an XML message, such as PNRGOV, is not read",
            hint="ask the carrier for PAXLST, or export the travellers as CSV",
        )
    if any(looks_like_zone(line.strip()) for line in text.splitlines()[:_LINES_TOLD]):
        return "mrz"
    try:
        # Exactly the line that read_table will take for the header.
        lines = first.removeprefix(_BOM).split(b"\n")
        read_header(next(line for line in lines if line.strip()))
    except Malformed as error:
        if error.where.startswith("line 1 "):
            raise
        raise Malformed("manifest-unknown", "no manifest of a known kind", hint=_HINT) from None
    return "csv"


def read_manifest(
    stream: BinaryIO,
    *,
    kind: str | None = None,
    read_zone: ZoneReader | None = None,
    on: datetime.date | None = None,
) -> Iterator[Row]:
    """Read a manifest of any size, row by row.

    ``kind`` is "csv", "mrz" or "paxlst", else told by the beginning of the file. ``read_zone``
    reads machine-readable zones: without it rows that have one are refused. ``on`` is the day on
    which two-digit years of birth are read; for PAXLST the interchange's own day stands in.

    Raises Malformed for a file that is empty or of no known kind; never for a row.
    """
    if kind is not None and kind not in KINDS:
        raise Malformed("manifest-kind", "unknown kind", hint=f"one of {', '.join(KINDS)}")
    head = _read_head(stream)
    told = sniff(head)
    if kind is not None and kind != told:
        raise Malformed("manifest-kind", f"the file looks like {told}, not {kind}")
    head = head.removeprefix(_BOM)
    chunks = read_chunks(stream, head)
    if told == "paxlst":
        parse_una(head[envelope_length(head) :])
        return read_paxlst(chunks, head, on)
    return read_zones(chunks, read_zone) if told == "mrz" else read_table(chunks, read_zone)


def _read_head(stream: BinaryIO) -> bytes:
    """Read enough to tell the kind, also from a pipe that gives a few bytes at a time."""
    head = b""
    while len(head) < CHUNK_BYTES and (more := stream.read(CHUNK_BYTES - len(head))):
        head += more
    return head
