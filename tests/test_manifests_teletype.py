"""PAXLST as teletype brings it; and messages that are no manifest, refused by their name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.manifests.manifest import read_manifest
from comity.manifests.row import Refused, Row, Traveller

FLIGHT = (Path(__file__).parent / "fixtures" / "manifests" / "flight.paxlst").read_bytes()
ENVELOPE = b"QU QMAGVXS QMAHQXS\r\n.XAIRHDQ 230900\r\n"
PNRGOV = b"UNB+IATA:1+XAIR+QMA+261123:0900+1'UNH+1+PNRGOV:11:1:IA'MSG+:22'UNT+3+1'UNZ+1+1'"


def read(data: bytes) -> list[Row]:
    """Read a manifest from memory."""
    return list(read_manifest(io.BytesIO(data)))


def folded(data: bytes, width: int) -> bytes:
    """Break lines after so many characters, as a teletype does; never behind a release mark."""
    whole = b"".join(data.split(b"\n"))
    parts = [whole[at : at + width] for at in range(0, len(whole), width)]
    out = b""
    for part in parts:
        out += part + (b"" if part.endswith(b"?") else b"\r\n")
    return out


@pytest.mark.parametrize("before", [b"", b"\x01\r\n", b"\r\n\r\n"])
@pytest.mark.parametrize("text", [b"", b"\x02"])
def test_an_envelope_changes_nothing(before: bytes, text: bytes) -> None:
    """What stands in the envelope is read as if it stood alone."""
    assert [row for row in read(FLIGHT) if isinstance(row, Traveller)]
    assert read(before + ENVELOPE + text + FLIGHT + b"\x03") == read(FLIGHT)


@given(st.integers(20, 200))
def test_lines_may_break_anywhere(width: int) -> None:
    """Also within a segment, a name or a number."""
    assert read(ENVELOPE + folded(FLIGHT, width)) == read(folded(FLIGHT, 10_000))


@given(st.data())
def test_a_second_part_may_begin_anywhere(data: st.DataObject) -> None:
    """A long message comes in parts, each in an envelope of its own."""
    at = data.draw(st.integers(60, len(FLIGHT) - 1).filter(lambda n: FLIGHT[n - 1 : n] != b"?"))
    parts = ENVELOPE + FLIGHT[:at] + b"\r\n\x03\r\n\x01" + ENVELOPE + FLIGHT[at:]
    assert read(parts) == read(ENVELOPE + FLIGHT)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ENVELOPE + b"PNL\r\nXX123/23NOV QAX PART1\r\n", "manifest-teletype"),
        (ENVELOPE, "manifest-teletype"),
        (b"<IATA_PNRGOVNotifRQ/>", "manifest-xml"),
        (b'<?xml version="1.0"?><IATA_PNRGOVNotifRQ/>', "manifest-xml"),
        (ENVELOPE * 2000, "manifest-teletype"),
    ],
)
def test_what_is_no_manifest_is_named(data: bytes, code: str) -> None:
    """A list in teletype's own form, or XML: one error that says what to ask for."""
    with pytest.raises(Malformed) as caught:
        read(data)
    assert caught.value.code == code
    assert "PAXLST" in caught.value.hint


def test_pnrgov_is_refused_by_its_name() -> None:
    """Booking records are no list of travellers: nothing of them is read."""
    for data in (PNRGOV, ENVELOPE + PNRGOV):
        (row,) = read(data)
        assert isinstance(row, Refused)
        assert row.reason == "message-type"
        assert "PNRGOV" in row.hint
