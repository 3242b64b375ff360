"""Teletype (IATA type B) envelopes, in which carriers still send PAXLST.

Before the message stand a priority, up to 32 addresses of seven characters and, behind a full
stop, the sender's address with day and time; control characters may frame the text. Lines are
broken anywhere, also within a segment::

    QU QMAGVXS
    .XAIRHDQ 230900
    UNA:+.? 'UNB+UNOA:4+XAIR+QMA+261123:0900+1'...
"""

from __future__ import annotations

import re

_ADDRESS = rb"[A-Z0-9]{7}"
_FORM = (
    rb"[\s\x01]{0,20}(?:Q[A-Z][ \r\n]{1,4})?(?:" + _ADDRESS + rb"[ \r\n]{1,4}){1,32}"
    rb"\." + _ADDRESS + rb"[^\r\n]{0,60}(?:[\r\n]{1,4}[\s\x02]{0,20}|\Z)"
)
_FIRST = re.compile(_FORM)
_FURTHER = re.compile(rb"(?:\A|[\r\n\x01\x03])" + _FORM)
_BREAKS = re.compile(rb"[\r\n\x02\x03]+")


def envelope_length(head: bytes) -> int:
    """Give the length of the envelope with which a file begins; 0 where there is none."""
    found = _FIRST.match(head)
    return found.end() if found else 0


def bare(segment: bytes) -> bytes:
    """Give a segment without line breaks, control characters and envelopes of further parts."""
    return _BREAKS.sub(b"", _FURTHER.sub(b"", segment)).strip()
