"""Read a list of persons under a measure, whichever of the three formats it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from comity.errors import Malformed
from comity.lists.entry import Entry, Refused
from comity.lists.ftm import read_ftm
from comity.lists.ofac import read_ofac
from comity.lists.source import Source
from comity.lists.un import ROOT, read_un

KINDS = ("un", "ofac", "ftm")

_OFAC = re.compile(rb'\d{1,9},(?:"|-0-)')
_BOM = b"\xef\xbb\xbf"


def read_list(
    stream: BinaryIO,
    *,
    kind: str | None = None,
    companions: Mapping[str, BinaryIO] | None = None,
) -> Iterator[Entry | Refused]:
    """Yield every row of a list, in its order, as an Entry or Refused with a reason.

    ``kind`` is one of ``KINDS``, found out from the first bytes where None. ``companions`` are
    files that belong to it: for ofac ``alt`` (other names) and ``add`` (addresses, not read).
    Memory is bounded whatever the size. Malformed when the file itself is not what it claims
    or ends early: rows yielded before that are true, but whoever imports must then keep none.
    """
    source = Source(stream)
    kind = sniff(source.head()) if kind is None else kind
    others = {name: Source(other) for name, other in (companions or {}).items()}
    if others and (kind != "ofac" or not set(others) <= {"alt", "add"}):
        raise Malformed(
            "list-companion",
            "this kind of list has no such companion file",
            hint="ofac takes alt and add; un and ftm take none",
        )
    if kind == "un":
        yield from read_un(source)
    elif kind == "ofac":
        yield from read_ofac(source, alt=others.get("alt"))
    elif kind == "ftm":
        yield from read_ftm(source)
    else:
        raise Malformed("list-kind", "unknown kind of list", hint=f"one of {', '.join(KINDS)}")


def sniff(first_bytes: bytes) -> str:
    """Tell the kind of list from its first bytes (4,096 are enough); Malformed when it is none."""
    start = first_bytes.removeprefix(_BOM).lstrip()
    if start.startswith(b"<") and f"<{ROOT}".encode() in first_bytes:
        return "un"
    if start.startswith(b"{") and (b'"schema"' in start or b'"properties"' in start):
        return "ftm"
    if _OFAC.match(start):
        return "ofac"
    raise Malformed(
        "list-kind",
        "not a list in a known format" if start else "the list is empty",
        where="line 1",
        hint="the UN consolidated list (XML), sdn.csv, or FollowTheMoney JSON lines",
    )
