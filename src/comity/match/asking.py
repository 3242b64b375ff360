"""Turn identities asked for into the arrays of Questions, and say what of them is ignored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comity.match import names, packing, traits, variants
from comity.match.question import NAMES_ASKED_MAX, PARTS_ASKED_MAX, Questions
from comity.match.state import NATIVE_FLAG
from comity.terms.identity import Identity


class Asking:
    """Collects questions; ``arrays`` gives them to the kernels."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.question_parts = [0]
        self.name_starts = [0]
        self.name_parts: list[int] = []
        self.question_names = [0]
        self.scripts: list[int] = []
        self.variant_starts = [0]
        self.variants: list[int] = []
        self.question_dates = [0]
        self.dates: list[int] = []
        self.nations: list[int] = []
        self.sexes: list[int] = []
        self.question_papers = [0]
        self.papers: list[int] = []

    def ask(self, identity: Identity) -> None:
        """Add one question."""
        local: dict[str, int] = {}
        read = 0
        for name in identity.names:
            for reading in names.readings(name.full):
                if read < NAMES_ASKED_MAX:
                    read += self._name(reading, local)
        for part in local:
            self.texts.append(part)
            self.variants += variants.hashes(part)
            self.variant_starts.append(len(self.variants))
        self.question_parts.append(len(self.texts))
        self.question_names.append(len(self.scripts))
        self.dates += packing.dates_of(identity)[:8]
        self.question_dates.append(len(self.dates))
        self.nations.append(packing.nations_of(identity))
        self.sexes.append(packing.SEXES[identity.sex])
        self.papers += packing.papers_of(identity.documents)[:8]
        self.question_papers.append(len(self.papers))

    def _name(self, reading: names.Reading, local: dict[str, int]) -> int:
        kept = []
        for part in dict.fromkeys(reading.parts[: names.PARTS_MAX]):
            if part not in local and len(local) == PARTS_ASKED_MAX - 1:
                continue
            kept.append(local.setdefault(part, len(local)))
        if not kept:
            return 0
        self.name_parts += kept
        self.name_starts.append(len(self.name_parts))
        self.scripts.append(reading.script | (NATIVE_FLAG if reading.native else 0))
        return 1

    def arrays(self) -> Questions:
        """Give the arrays for the kernels."""
        starts = np.zeros(len(self.texts) + 1, np.int64)
        np.cumsum([len(t) for t in self.texts], out=starts[1:])
        joined = "".join(self.texts)
        if joined.isascii():
            chars = np.frombuffer(joined.encode(), np.uint8).astype(np.uint16)
        else:
            chars = np.array([ord(c) & 0xFFFF for c in joined], np.uint16)
        return Questions(
            chars=chars,
            part_starts=starts,
            question_parts=np.array(self.question_parts, np.int64),
            name_starts=np.array(self.name_starts, np.int64),
            name_parts=np.array(self.name_parts, np.uint8),
            question_names=np.array(self.question_names, np.int64),
            scripts=np.array(self.scripts, np.uint8),
            variant_starts=np.array(self.variant_starts, np.int64),
            variants=np.array(self.variants, np.uint64),
            question_dates=np.array(self.question_dates, np.int64),
            dates=np.array(self.dates, np.int32),
            nations=np.array(self.nations, np.uint64),
            sexes=np.array(self.sexes, np.uint8),
            question_papers=np.array(self.question_papers, np.int64),
            papers=np.array(self.papers, np.uint64),
        )


def questions(identities: Sequence[Identity]) -> Questions:
    """Turn identities into questions, in order."""
    asking = Asking()
    for identity in identities:
        asking.ask(identity)
    return asking.arrays()


def ignored(identity: Identity) -> tuple[str, ...]:
    """Say in words what of an identity a search does not use, and why."""
    said = []
    for at, name in enumerate(identity.names):
        where = f"name {at + 1}"
        read = names.readings(name.full)
        if not read:
            said.append(f"{where}: no letters in it")
        elif any(len(r.parts) > names.PARTS_MAX for r in read):
            said.append(f"{where}: parts after the eighth")
        if not name.full.isprintable():
            said.append(f"{where}: control or direction characters")
    if len(identity.names) > NAMES_ASKED_MAX:
        said.append(f"names after the {NAMES_ASKED_MAX}th")
    for at, date in enumerate(identity.birth_dates):
        if packing.packed_date(date) & traits.VAGUE_BIT:
            kind = "an estimate" if date.estimated else "1 January, which stands for unknown"
            said.append(f"birth date {at + 1}: day and month ({kind})")
    for at, document in enumerate(identity.documents):
        if len(packing.folded(document.number)) < 4:
            said.append(f"document {at + 1}: fewer than four letters or digits")
    return tuple(said)
