"""Proposals for a zone that was misread: what to look at again, never applied by itself.

A camera takes 0 for O, a typist leaves fillers out, a keyboard writes ``«`` for ``<<``. Each
proposal lists every change it makes and which check digits hold then. An officer compares it
with the document and chooses; the choice belongs in the record. Check digits cannot tell a
misreading from a forgery, and a name has none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.documents.check_digit import compute_digit
from comity.documents.layout import TEXT_CHARS_MAX, Layout, layout_of
from comity.documents.mrz import Reading, read_mrz
from comity.documents.shape import Change, Draft, fit_lines
from comity.errors import Malformed

CHANGES_MAX = 4
"""At most this many characters are proposed to be other than they were clearly read."""

PROPOSALS_MAX = 20
TRIALS_MAX = 2_000
"""At most this many combinations are tried for one zone."""

TO_DIGIT = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "L": "1",
    "Z": "2",
    "S": "5",
    "G": "6",
    "B": "8",
}
"""Letters taken for digits, where only a digit can stand."""

TO_LETTER = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
"""Digits taken for letters, where only a letter can stand."""

_EITHER: dict[str, tuple[str, ...]] = {
    **{letter: (digit,) for letter, digit in TO_DIGIT.items()},
    "0": ("O", "D", "Q"),
    "1": ("I", "L"),
    "2": ("Z",),
    "5": ("S",),
    "6": ("G",),
    "8": ("B",),
}
_FILLER_READ_AS = "KCLSXE"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One zone that could have been meant.

    ``changes`` lists all differences to what was read, ``reading`` is the proposal read,
    ``holding`` and ``failing`` name the fields whose check digits then hold or not.
    """

    lines: tuple[str, ...]
    changes: tuple[Change, ...]
    reading: Reading
    holding: tuple[str, ...]
    failing: tuple[str, ...]


def propose(text: str) -> tuple[Proposal, ...]:
    """Give at most 20 proposals, those first whose check digits all hold, then fewest changes.

    Empty where the zone reads as it stands with every digit holding, or where nothing near is a
    zone. Raises Malformed only for text longer than any zone.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise Malformed("mrz-long", "longer than a machine-readable zone", hint="at most 90 signs")
    found: dict[tuple[str, ...], Proposal] = {}
    for draft in fit_lines(text):
        layout = layout_of(draft.lines)
        base = _settle(draft, layout)
        for candidate in (base, *_search(base, layout)):
            proposal = _proposal(candidate, layout)
            known = found.get(proposal.lines)
            if known is None or len(proposal.changes) < len(known.changes):
                found[proposal.lines] = proposal
    return _rank(found.values())


def _rank(found: Iterable[Proposal]) -> tuple[Proposal, ...]:
    proposals = list(found)
    unchanged = next((each for each in proposals if not each.changes), None)
    if unchanged is not None and not unchanged.failing:
        # It holds as it was read; only the name, which has no digit, may still be proposed.
        proposals = [each for each in proposals if not each.failing]
    proposals = [each for each in proposals if each.changes]
    if any(not each.failing for each in proposals):
        proposals = [each for each in proposals if not each.failing]
    elif unchanged is not None:
        best = len(unchanged.failing)
        proposals = [each for each in proposals if len(each.failing) < best]
    proposals.sort(key=lambda each: (len(each.failing), len(each.changes), each.lines))
    return tuple(proposals[:PROPOSALS_MAX])


def _proposal(draft: Draft, layout: Layout) -> Proposal:
    width = layout.width
    zone = "".join(draft.lines)
    lines = tuple(zone[i : i + width] for i in range(0, len(zone), width))
    reading = read_mrz(lines)
    holding = tuple(each.field for each in reading.checks if each.holds)
    failing = tuple(each.field for each in reading.checks if not each.holds)
    return Proposal(lines, draft.changes, reading, holding, failing)


def _settle(draft: Draft, layout: Layout) -> Draft:
    """Change what cannot stand where it stands: letters in dates, digits in names and codes."""
    for place in _digit_places(layout):
        draft = draft.put(place, TO_DIGIT.get(draft.zone[place]), "a digit stands here")
    for place in _letter_places(layout):
        draft = draft.put(place, TO_LETTER.get(draft.zone[place]), "a letter stands here")
    return draft


def _digit_places(layout: Layout) -> Iterator[int]:
    yield layout.document_number[1]
    for first, last in (layout.birth_date, layout.expiry_date):
        yield from range(first, last + 1)
    if layout.optional_check >= 0:
        yield layout.optional_check
    if layout.composite >= 0:
        yield layout.composite


def _letter_places(layout: Layout) -> Iterator[int]:
    yield from range(5)
    yield from range(*layout.nationality)
    yield layout.sex
    yield from range(*layout.name)


def _search(base: Draft, layout: Layout) -> Iterator[Draft]:
    """Try to make failing digits hold, and to clear letters that stand for fillers."""
    choices = [tuple(_field_choices(base, places)) for places in _failing_places(base, layout)]
    tried = itertools.islice(itertools.product(*choices), TRIALS_MAX) if choices else iter(())
    repaired = [draft for draft in (_apply(base, each) for each in tried) if draft is not None]
    complete = [draft for draft in repaired if not _proposal(draft, layout).failing]
    if not complete and layout.composite >= 0:
        complete = list(_by_composite(repaired or [base], layout))
    yield from complete or repaired
    for draft in complete or [base]:
        cleared = _clear_fillers(draft, layout)
        if cleared is not draft:
            yield cleared


def _failing_places(base: Draft, layout: Layout) -> Iterator[tuple[range, int]]:
    """Give the field and the place of its digit for each single field whose digit fails."""
    spans = [layout.document_number, layout.birth_date, layout.expiry_date]
    fields = [(range(*span), span[1]) for span in spans]
    if layout.optional_check >= 0:
        fields.append((range(*layout.optional), layout.optional_check))
    for places, digit in fields:
        text = "".join(base.zone[place] for place in places)
        empty = base.zone[digit] == "<" and not text.strip("<")
        continues = digit == layout.document_number[1] and base.zone[digit] == "<"
        if not empty and not continues and compute_digit(text) != base.zone[digit]:
            yield places, digit


Choice = tuple[tuple[int, str], ...]


def _field_choices(base: Draft, field: tuple[range, int]) -> Iterator[Choice]:
    """Give sets of one or two changes after which the field's digit holds; first the smallest."""
    places, digit = field
    zone = base.zone
    options = [(place, each) for place in places for each in _EITHER.get(zone[place], ())]
    for count in (1, 2):
        for choice in itertools.combinations(options, count):
            if len({place for place, _ in choice}) == count:
                changed = dict(choice)
                text = "".join(changed.get(place, zone[place]) for place in places)
                if compute_digit(text) == zone[digit]:
                    yield choice


def _by_composite(drafts: list[Draft], layout: Layout) -> Iterator[Draft]:
    """Where only the composite fails: a sign of the optional data, which has no digit alone."""
    spans = [span for span in (layout.optional, layout.optional_2) if span != (0, 0)]
    for draft in drafts:
        if _proposal(draft, layout).failing != ("composite",):
            continue
        for place in itertools.chain.from_iterable(range(*span) for span in spans):
            for each in _EITHER.get(draft.zone[place], ()):
                changed = _apply(draft, [((place, each),)])
                if changed is not None and not _proposal(changed, layout).failing:
                    yield changed


def _apply(base: Draft, choices: Iterable[Choice]) -> Draft | None:
    changes = [change for choice in choices for change in choice]
    if not changes or len(changes) > CHANGES_MAX:
        return None
    for place, sign in changes:
        base = base.put(place, sign, "the check digit holds so")
    return base


def _clear_fillers(draft: Draft, layout: Layout) -> Draft:
    """Propose fillers for single letters like K between fillers behind the name."""
    first, last = layout.name
    name = draft.zone[first:last]
    for place in range(2, len(name)):
        around = name[place - 2 : place] + name[place + 1 : place + 3]
        if name[place] in _FILLER_READ_AS and not around.strip("<") and "<<" in name[:place]:
            behind_forenames = name[: place - 1].partition("<<")[2].strip("<" + _FILLER_READ_AS)
            if behind_forenames:
                draft = draft.put(first + place, "<", "a filler between fillers")
    return draft
