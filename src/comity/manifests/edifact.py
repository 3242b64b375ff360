"""The syntax of UN/EDIFACT (ISO 9735): separators, release character, segments, character set.

An interchange may begin with ``UNA`` and six characters: component separator, element separator,
decimal mark, release character, repetition separator or blank, segment terminator. Without it
they are ``:+.? '``. Example: ``NAD+FL+++ERIKSSON:ANNA MARIA'``; ``?'`` is an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.errors import Malformed

SEGMENT_BYTES_MAX = 4_096
"""A longer segment is refused: PAXLST has none above some 700 characters."""

CHARSETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2",
    "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4",
    "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOL": "iso8859-15",
    "UNOW": "utf-8",
}  # fmt: skip
"""Syntax identifier of UNB → character set (ISO 9735-1 table of 0001)."""

Element = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Syntax:
    """The service characters, as one-byte strings."""

    component: bytes = b":"
    element: bytes = b"+"
    release: bytes = b"?"
    terminator: bytes = b"'"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: ``number`` from 1 in the file, ``tag``, ``elements`` as tuples of components."""

    number: int
    tag: str
    elements: tuple[Element, ...]

    def get(self, element: int, component: int = 0) -> str:
        """Give a component, both counted from 0 after the tag; "" where absent."""
        try:
            return self.elements[element][component]
        except IndexError:
            return ""


def parse_una(head: bytes) -> tuple[Syntax, int]:
    """Read the service characters; give the syntax and the length of what declares it."""
    start = len(head) - len(head.lstrip())
    text = head[start:]
    if not text.startswith(b"UNA"):
        return Syntax(), start
    marks = text[3:9]
    used = (marks[0:1], marks[1:2], marks[3:4], marks[5:6])
    distinct = len(set(used)) == 4 and len(marks) == 6
    if not distinct or any(mark.isalnum() or not b" " < mark < b"\x7f" for mark in used):
        raise Malformed(
            "edifact-una", "UNA does not name four different separators", where="segment 1"
        )
    return Syntax(*used), start + 9


def split_segments(chunks: Iterator[bytes], syntax: Syntax) -> Iterator[bytes | None]:
    """Yield each segment without its terminator; None for one that is too long.

    What follows the last terminator is yielded too, if it is not blank.
    """
    rest, too_long = b"", False
    for chunk in chunks:
        pieces = (rest + chunk).split(syntax.terminator)
        rest = pieces.pop()
        held = b""
        for piece in pieces:
            whole = held + piece
            if _released(whole, syntax.release):
                if len(whole) > SEGMENT_BYTES_MAX:
                    # Without this a file of released terminators would cost time squared.
                    whole, too_long = syntax.release, True
                held = whole + syntax.terminator
                continue
            held = b""
            yield None if too_long or len(whole) > SEGMENT_BYTES_MAX else whole.strip()
            too_long = False
        rest = held + rest
        if len(rest) > SEGMENT_BYTES_MAX:
            # A release character at the very end still counts for what follows.
            rest, too_long = syntax.release if _released(rest, syntax.release) else b"", True
    if too_long:
        yield None
    elif rest.strip():
        yield rest.strip()


def _released(piece: bytes, release: bytes) -> bool:
    """Whether the terminator behind ``piece`` is text: an odd number of release characters."""
    return (len(piece) - len(piece.rstrip(release))) % 2 == 1


def parse_segment(raw: bytes, number: int, syntax: Syntax, charset: str) -> Segment:
    """Read one segment; Malformed where a byte is none of the declared character set."""
    try:
        text = raw.decode(charset)
        component = syntax.component.decode()
        element = syntax.element.decode()
    except UnicodeDecodeError:
        raise Malformed(
            "edifact-charset",
            "bytes outside the character set that UNB declares",
            where=f"segment {number}",
            hint="ask the carrier to declare what it sends: UNOC, or UNOW for UTF-8",
        ) from None
    if syntax.release in raw:
        parts = _split_released(text, element, component, syntax.release.decode())
    else:
        parts = [tuple(part.split(component)) for part in text.split(element)]
    return Segment(number, parts[0][0], tuple(parts[1:]))


def _split_released(text: str, element: str, component: str, release: str) -> list[Element]:
    elements: list[Element] = []
    components: list[str] = []
    current: list[str] = []
    signs = iter(text)
    for sign in signs:
        if sign == release:
            current.append(next(signs, ""))
        elif sign in (component, element):
            components.append("".join(current))
            current = []
            if sign == element:
                elements.append(tuple(components))
                components = []
        else:
            current.append(sign)
    components.append("".join(current))
    elements.append(tuple(components))
    return elements
