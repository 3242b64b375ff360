"""Names of a machine-readable zone (ICAO Doc 9303-3, 4.6; truncation 9303-4, 4.2.3).

Two fillers part the primary identifier (surname) from the secondary (forenames), one filler
stands for each blank, hyphen or apostrophe-made gap. Example: ``ERIKSSON<<ANNA<MARIA<<<<``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.errors import Malformed

_CANONICAL = re.compile(r"[A-Z]+(?: [A-Z]+)*")


@dataclass(frozen=True, slots=True)
class NamesRead:
    """``surname`` and ``forenames`` with blanks for fillers; ``notes`` as codes of mrz.NOTES.

    ``cut`` is set where the last position holds a letter: then letters may be missing.
    """

    surname: str
    forenames: str
    cut: bool
    notes: tuple[str, ...] = ()


def read_names(field: str) -> NamesRead:
    """Read the whole name field, fillers included."""
    surname, _, rest = field.partition("<<")
    forenames = rest.replace("<", " ").strip()
    notes = []
    cut = field[-1:] != "<"
    if cut:
        notes.append("name-may-be-cut")
    if "  " in forenames:
        # Doc 9303 writes no third identifier; some states do. Nothing is lost by joining them.
        notes.append("name-third-part")
        forenames = " ".join(forenames.split())
    if not surname.strip("<"):
        notes.append("name-without-surname")
    if any(sign.isdigit() for sign in field):
        notes.append("name-with-digit")
    return NamesRead(surname.replace("<", " ").strip(), forenames, cut, tuple(notes))


def format_names(surname: str, forenames: str, width: int) -> tuple[str, bool]:
    """Write the name field and tell whether it had to be cut (9303-4, 4.2.3).

    Names hold A-Z and single blanks only: Malformed otherwise, transliterate first. A cut field
    ends in a letter and keeps at least one letter of the forenames.
    """
    for part, text in (("surname", surname), ("forenames", forenames)):
        if not _CANONICAL.fullmatch(text) and (text or part == "surname"):
            raise Malformed(
                "mrz-name", "not a name in letters A-Z", where=part, hint="transliterate it first"
            )
    primary, secondary = surname.replace(" ", "<"), forenames.replace(" ", "<")
    field = f"{primary}<<{secondary}" if secondary else primary
    if len(field) < width:
        return field.ljust(width, "<"), False
    if len(field) == width:
        # It fits to the last position, and no reader can know that nothing is missing.
        return field, True
    return _cut(primary, secondary, width), True


def _cut(primary: str, secondary: str, width: int) -> str:
    if not secondary:
        return _fill(primary, width)
    if len(primary) > width - 3:
        primary = _fill(primary, width - 3)
    return _fill(f"{primary}<<{secondary}", width)


def _fill(text: str, width: int) -> str:
    """Cut to the width so that a letter stands last."""
    if text[width - 1] != "<":
        return text[:width]
    # A filler at the end would claim that the name is complete: shorten the longest part before
    # it by a letter, so that the first letter behind the filler moves to the last position.
    before, behind = text[: width - 1], text[width:]
    longest = max(re.finditer("[A-Z]+", before), key=lambda part: len(part[0]))
    if len(longest[0]) == 1:
        return before + behind[0]
    return before[: longest.end() - 1] + before[longest.end() :] + "<" + behind[0]
