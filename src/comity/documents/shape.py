"""Bring what was read into the shape of a zone, writing down every change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from comity.documents.check_digit import ALPHABET

WIDTHS = {30: 3, 36: 2, 44: 2}
"""Length of a line → number of lines."""

OFF_BY_MAX = 3
"""A line may have this many fillers too many or too few."""

_SIGNS = {
    "«": "<<", "»": "<<", "≪": "<<", "‹": "<", "›": "<", "〈": "<", "＜": "<", "(": "<", "{": "<",
    "[": "<", "_": "<",
}  # fmt: skip
_SIGN_SET = frozenset(ALPHABET)
_RUN = re.compile("<+")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``line`` and ``position`` from 1, what was ``read``, what is ``proposed``.

    ``proposed`` "" means that something read is left out, ``read`` "" that something is added.
    """

    line: int
    position: int
    read: str
    proposed: str
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines of equal length, and the changes that led to them."""

    lines: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def zone(self) -> str:
        """The lines as one text."""
        return "".join(self.lines)

    def put(self, place: int, sign: str | None, why: str) -> Draft:
        """Give a draft with another sign at an offset of the zone; itself where nothing changes."""
        width = len(self.lines[0])
        line, column = divmod(place, width)
        text = self.lines[line]
        if sign is None or text[column] == sign:
            return self
        change = Change(line + 1, column + 1, text[column], sign, why)
        lines = list(self.lines)
        lines[line] = text[:column] + sign + text[column + 1 :]
        return Draft(tuple(lines), (*self.changes, change))


def fit_lines(text: str) -> Iterator[Draft]:
    """Give the drafts near to the text: signs made legal, fillers at line ends added or taken."""
    raw = [line.strip() for line in text.splitlines() if line.strip()]
    cleaned = [_clean(line, number) for number, line in enumerate(raw, 1)]
    if len(cleaned) == 1:
        yield from _cut_one_line(*cleaned[0])
        return
    for width, count in WIDTHS.items():
        if len(cleaned) != count:
            continue
        fitted = [
            _fit(line, number, width, changes) for number, (line, changes) in enumerate(cleaned, 1)
        ]
        whole = [each for each in fitted if each is not None]
        if len(whole) == count:
            lines = tuple(line for line, _ in whole)
            yield Draft(lines, tuple(change for _, changes in whole for change in changes))


def _cut_one_line(line: str, changes: list[Change]) -> Iterator[Draft]:
    for width, count in WIDTHS.items():
        if len(line) == width * count:
            lines = tuple(line[i : i + width] for i in range(0, len(line), width))
            yield Draft(lines, tuple(changes))


def _clean(line: str, number: int) -> tuple[str, list[Change]]:
    """Write small letters large, leave blanks out, write fillers for what looks like them."""
    signs: list[str] = []
    changes = []
    for position, sign in enumerate(line, 1):
        if sign in _SIGN_SET:
            signs.append(sign)
            continue
        if sign in _SIGNS:
            proposed, why = _SIGNS[sign], "looks like a filler"
        elif sign.isspace():
            proposed, why = "", "no blank stands in a zone"
        elif sign.upper() in _SIGN_SET:
            proposed, why = sign.upper(), "a zone has capital letters"
        else:
            proposed, why = "<", "no sign of a zone"
        signs.append(proposed)
        changes.append(Change(number, position, sign, proposed, why))
    return "".join(signs), changes


def _fit(
    line: str, number: int, width: int, changes: list[Change]
) -> tuple[str, list[Change]] | None:
    """Lengthen or shorten the longest run of fillers to reach the width."""
    missing = width - len(line)
    if missing == 0:
        return line, changes
    run, start = _longest_run(line)
    if abs(missing) > OFF_BY_MAX or run < 2 or run + missing < 1:
        return None
    end = start + run
    read, proposed = ("", "<" * missing) if missing > 0 else ("<" * -missing, "")
    fitted = line[:end] + proposed if missing > 0 else line[: end + missing]
    change = Change(number, end, read, proposed, "the line had another length")
    return fitted + line[end:], [*changes, change]


def _longest_run(line: str) -> tuple[int, int]:
    """Give length and start of the longest run of fillers, the last of equal ones."""
    runs = ((run.end() - run.start(), run.start()) for run in _RUN.finditer(line))
    return max(runs, default=(0, 0))
