"""Where each field of a machine-readable zone stands.

Positions are offsets from 0 in the zone's lines written one after the other. Sources: ICAO
Doc 9303-5 (TD1, 4.2.2), 9303-6 (TD2, 4.2.2), 9303-4 (TD3, 4.2.2), 9303-7 (MRV-A 4.2, MRV-B 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from comity.errors import Malformed

Format = Literal["TD1", "TD2", "TD3", "MRV-A", "MRV-B"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """One format: lines of ``width`` characters, each field as (first, past the last) offset.

    The digit of document number, birth date and expiry date stands right after its field.
    ``optional`` and ``optional_2`` may be empty spans; ``optional_check`` and ``composite`` are
    offsets of a digit, or -1 where the format has none. ``covered`` is what the composite covers.
    """

    format: Format
    lines: int
    width: int
    name: Span
    document_number: Span
    nationality: Span
    birth_date: Span
    sex: int
    expiry_date: Span
    optional: Span
    optional_2: Span
    optional_check: int
    composite: int
    covered: tuple[Span, ...]


TD1 = Layout(
    "TD1", 3, 30,
    name=(60, 90), document_number=(5, 14), nationality=(45, 48), birth_date=(30, 36), sex=37,
    expiry_date=(38, 44), optional=(15, 30), optional_2=(48, 59), optional_check=-1, composite=59,
    covered=((5, 30), (30, 37), (38, 45), (48, 59)),
)  # fmt: skip
TD2 = Layout(
    "TD2", 2, 36,
    name=(5, 36), document_number=(36, 45), nationality=(46, 49), birth_date=(49, 55), sex=56,
    expiry_date=(57, 63), optional=(64, 71), optional_2=(0, 0), optional_check=-1, composite=71,
    covered=((36, 46), (49, 56), (57, 71)),
)  # fmt: skip
TD3 = Layout(
    "TD3", 2, 44,
    name=(5, 44), document_number=(44, 53), nationality=(54, 57), birth_date=(57, 63), sex=64,
    expiry_date=(65, 71), optional=(72, 86), optional_2=(0, 0), optional_check=86, composite=87,
    covered=((44, 54), (57, 64), (65, 87)),
)  # fmt: skip
MRV_A = Layout(
    "MRV-A", 2, 44,
    name=(5, 44), document_number=(44, 53), nationality=(54, 57), birth_date=(57, 63), sex=64,
    expiry_date=(65, 71), optional=(72, 88), optional_2=(0, 0), optional_check=-1, composite=-1,
    covered=(),
)  # fmt: skip
MRV_B = Layout(
    "MRV-B", 2, 36,
    name=(5, 36), document_number=(36, 45), nationality=(46, 49), birth_date=(49, 55), sex=56,
    expiry_date=(57, 63), optional=(64, 72), optional_2=(0, 0), optional_check=-1, composite=-1,
    covered=(),
)  # fmt: skip

LAYOUTS: dict[Format, Layout] = {one.format: one for one in (TD1, TD2, TD3, MRV_A, MRV_B)}
_BY_SHAPE = {(one.lines, one.width): one for one in (TD1, TD2, TD3)}
_BY_LENGTH = {90: (3, 30), 72: (2, 36), 88: (2, 44)}
_VISAS = {"TD3": MRV_A, "TD2": MRV_B}

TEXT_CHARS_MAX = 400
"""A zone has at most 90 characters; the rest is room for line ends and blanks around lines."""


def split_zone(text: str) -> tuple[str, ...]:
    """Split text into lines; blanks around a line and empty lines are not part of a zone.

    One line of 72, 88 or 90 characters, as keyboard readers send it, is cut where lines end.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise Malformed("mrz-long", "longer than a machine-readable zone", hint="at most 90 signs")
    lines = tuple(line for line in map(str.strip, text.splitlines()) if line)
    if len(lines) == 1 and (shape := _BY_LENGTH.get(len(lines[0]))):
        count, width = shape
        return tuple(lines[0][i * width : (i + 1) * width] for i in range(count))
    return lines


def layout_of(lines: tuple[str, ...]) -> Layout:
    """Tell the format by number and length of lines; V in front makes it a visa."""
    width = len(lines[0]) if lines else 0
    found = _BY_SHAPE.get((len(lines), width))
    if found is None or any(len(line) != width for line in lines):
        lengths = ", ".join(str(len(line)) for line in lines[:4])
        raise Malformed(
            "mrz-shape",
            f"no machine-readable zone has lines of {lengths or 'no'} characters",
            hint="3 lines of 30, 2 of 36 or 2 of 44 are read; ask repair for proposals",
        )
    return _VISAS.get(found.format, found) if lines[0][0] == "V" else found
