"""One person being read from a list, and the minimum an alert on them needs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from comity.errors import Malformed
from comity.lists.entry import Entry, Refused
from comity.lists.wording import tidy
from comity.terms.identity import (
    NAME_CHARS_MAX,
    VALUES_MAX,
    DocumentNumber,
    Identity,
    Name,
    NameKind,
    PartialDate,
    Sex,
)

ID_CHARS_MAX = 200


@dataclass(slots=True)
class Draft:
    """What has been read of one person so far; ``entry`` closes it.

    Values keep the source's order, each once; what cannot be kept leaves a note.
    """

    line: int
    source_id: str = ""
    reference: str = ""
    measure: str = ""
    listed_on: datetime.date | None = None
    last_changed: datetime.date | None = None
    sex: Sex | None = None
    birth_place: str = ""
    names: dict[str, Name] = field(default_factory=dict)
    birth_dates: dict[PartialDate, None] = field(default_factory=dict)
    nationalities: dict[str, None] = field(default_factory=dict)
    documents: dict[DocumentNumber, None] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    def add_name(
        self, text: str, kind: NameKind, *, surname: str = "", forenames: str = ""
    ) -> None:
        """Keep a name as written, cleaned of control characters; the first kind given stays."""
        self.keep_name(tidy(text), kind, surname=surname, forenames=forenames)

    def keep_name(
        self, full: str, kind: NameKind, *, surname: str = "", forenames: str = ""
    ) -> None:
        """Keep a name that is tidy already."""
        if not full or len(full) > NAME_CHARS_MAX:
            self.notes.add("name-form")
        elif full not in self.names:
            self.names[full] = Name(full, surname, forenames, kind)

    def add_date(self, text: str, *, estimated: bool = False) -> None:
        """Keep a date of birth in the form YYYY[-MM[-DD]]; another form leaves a note."""
        try:
            self.birth_dates[PartialDate.parse(text, estimated=estimated)] = None
        except Malformed:
            self.notes.add("birth-date-form")

    def entry(self) -> Entry | Refused:
        """Close the draft: an Entry where the minimum of 1861 Article 22 is met, else Refused.

        A date of birth may be replaced by a document number (noted): both single a person out.
        A name alone never does (R14, R20).
        """
        missing = self._missing()
        if missing is not None:
            return missing
        if not self.birth_dates:
            self.notes.add("birth-date-missing")
        return Entry(
            line=self.line,
            source_id=self.source_id,
            identity=self._identity(),
            reference=self.reference,
            measure=self.measure,
            listed_on=self.listed_on,
            last_changed=self.last_changed,
            notes=tuple(sorted(self.notes)),
        )

    def refuse(self, field: str, code: str, reason: str, hint: str = "") -> Refused:
        """Refuse this row."""
        return Refused(self.line, self.source_id, field, code, reason, hint)

    def _missing(self) -> Refused | None:
        if not self.source_id or len(self.source_id) > ID_CHARS_MAX:
            self.source_id = ""
            return self.refuse("id", "id-form", "the row has no usable identifier")
        if not self.names:
            return self.refuse("name", "name-missing", "the row has no usable name")
        if not self.reference:
            return self.refuse(
                "reference",
                "reference-missing",
                "no reference to the decision (Regulation (EU) 2018/1861 Article 22)",
                "ask the publisher for the decision",
            )
        if not self.birth_dates and not self.documents:
            return self.refuse(
                "birth date",
                "minimum-data",
                "no date of birth and no document number: a name alone singles out nobody"
                " (Regulation (EU) 2018/1861 Article 22)",
                "ask the listing authority for a date of birth or a document number",
            )
        return None

    def _identity(self) -> Identity:
        names, dates = list(self.names.values()), list(self.birth_dates)
        codes, documents = list(self.nationalities), list(self.documents)
        for values, note in (
            (names, "alias-limit"),
            (dates, "birth-date-limit"),
            (codes, "nationality-limit"),
            (documents, "document-limit"),
        ):
            if len(values) > VALUES_MAX:
                del values[VALUES_MAX:]
                self.notes.add(note)
        return Identity(
            names=tuple(names),
            birth_dates=tuple(dates),
            nationalities=tuple(codes),
            sex=self.sex,
            documents=tuple(documents),
            birth_place=self.birth_place,
        )
