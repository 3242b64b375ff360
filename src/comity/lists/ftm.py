"""FollowTheMoney entities as JSON lines, as OpenSanctions and others publish them.

https://followthemoney.tech and https://www.opensanctions.org/docs/bulk/json/. One entity a line:

    {"id": "x-1", "schema": "Person", "caption": "Jane Doe", "last_change": "2026-01-31T...",
     "properties": {"name": ["Jane Doe"], "birthDate": ["1980-02-03"], "nationality": ["uto"],
                    "sanctions": [{"schema": "Sanction", "properties": {...}}]}}

Both forms are read: *nested* (targets.nested.json), where sanctions and passports stand inside
the person, and *flat* (entities.ftm.json), where they are lines of their own and only the
person's own properties count. Schema Person only. Ethnicity, religion, political affiliation,
profession, address, country of residence and notes are never looked at.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

from comity.errors import Malformed
from comity.lists.countries import NO_COUNTRY, country_code
from comity.lists.draft import Draft
from comity.lists.entry import Entry, Refused
from comity.lists.source import Line, Source
from comity.lists.wording import document, passport_kind, tidy
from comity.terms.identity import NameKind, Sex

VALUES_MAX = 2000
"""More values of one property than this are not looked at."""

_NAMES: tuple[tuple[str, NameKind], ...] = (
    ("name", "primary"),
    ("previousName", "previous"),
    ("alias", "alias"),
    ("weakAlias", "weak-alias"),
)
_SEXES: dict[str, Sex] = {"male": "M", "m": "M", "female": "F", "f": "F", "other": "X"}
_PAPERS = {"Passport": "ordinary", "Identification": "identity-card"}
_Properties = dict[str, Any]


def read_ftm(source: Source) -> Iterator[Entry | Refused]:
    """Yield each line as an Entry or Refused; empty lines are passed over.

    Malformed where the last line is cut short. Speed: 20,000 persons a second and more.
    """
    for line in source.lines():
        data = line.data.removeprefix(b"\xef\xbb\xbf") if line.number == 1 else line.data
        if not data.strip() and not line.long:
            continue
        yield _entity(line, data)


def _object(line: Line, data: bytes) -> dict[str, Any] | Refused:
    if line.long:
        return Refused(line.number, "", "row", "line-long", "the line is longer than any entity")
    try:
        entity = json.loads(data)
    except RecursionError:
        return Refused(line.number, "", "row", "json-deep", "nested deeper than any entity")
    except ValueError:
        if not line.ended:
            raise Malformed(
                "list-truncated", "the file ends in the middle of an entity",
                where=f"line {line.number}", hint="fetch the file again",
            ) from None  # fmt: skip
        entity = None
    if not isinstance(entity, dict):
        return Refused(line.number, "", "row", "json-form", "not a JSON object on one line")
    return entity


def _entity(line: Line, data: bytes) -> Entry | Refused:
    entity = _object(line, data)
    if isinstance(entity, Refused):
        return entity
    draft = Draft(line.number)
    if isinstance(entity.get("id"), str):
        draft.source_id = tidy(entity["id"])
    schema, properties = entity.get("schema"), entity.get("properties")
    if schema != "Person":
        return draft.refuse("schema", "not-a-person", "not of the schema Person")
    if not isinstance(properties, dict):
        return draft.refuse("properties", "properties-form", "the entity has no properties")
    return _person(draft, entity, properties)


def _person(draft: Draft, entity: dict[str, Any], properties: _Properties) -> Entry | Refused:
    topics = _texts(properties, "topics")
    if topics and "sanction" not in topics:
        return draft.refuse(
            "topics", "not-under-measure", "none of the topics is a sanction against the person",
            "import a list of sanctioned persons; other interest in a person is no ground",
        )  # fmt: skip
    if not topics:
        draft.notes.add("topics-absent")
    _names(draft, entity, properties)
    for text in _texts(properties, "birthDate"):
        draft.add_date(text[:10] if "T" in text else text)
    for key in ("nationality", "citizenship"):
        for text in _texts(properties, key):
            _nationality(draft, text)
    for text in _texts(properties, "gender"):
        draft.sex = _SEXES.get(text.lower())
        draft.notes.update(() if draft.sex else ("sex-form",))
    for text in _texts(properties, "birthPlace")[:1]:
        draft.birth_place = text[:200]
    _nested(draft, properties)
    for key, kind in (("passportNumber", "ordinary"), ("idNumber", "identity-card")):
        for text in _texts(properties, key):
            _document(draft, text, kind, "")
    _listing(draft, entity)
    return draft.entry()


def _texts(properties: _Properties, key: str) -> list[str]:
    """Give a property's texts; one text alone counts as a list of one."""
    values = properties.get(key)
    if not values:
        return []
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, list):
        return []
    return [
        text for value in values[:VALUES_MAX] if isinstance(value, str) and (text := tidy(value))
    ]


def _names(draft: Draft, entity: dict[str, Any], properties: _Properties) -> None:
    """Keep all names, the caption first; surname and forenames where they are told apart."""
    primary = _texts(properties, "name")
    caption = entity.get("caption")
    if caption in primary:
        primary = [caption, *primary]
    surnames, forenames = _texts(properties, "lastName"), _texts(properties, "firstName")
    if len(surnames) == 1 and len(forenames) == 1:
        middle = [*_texts(properties, "secondName"), *_texts(properties, "middleName")]
        given = " ".join([*forenames, *middle])
        both = sorted(f"{given} {surnames[0]}".casefold().split())
        for full in primary or [f"{given} {surnames[0]}"]:
            if sorted(full.casefold().replace(",", " ").split()) == both:
                draft.keep_name(full, "primary", surname=surnames[0], forenames=given)
    for text in primary:
        draft.keep_name(text, "primary")
    for key, kind in _NAMES[1:]:
        for text in _texts(properties, key):
            draft.keep_name(text, kind)


def _nationality(draft: Draft, text: str) -> None:
    code = country_code(text)
    if code is None:
        draft.notes.add("nationality-unknown")
    elif code == NO_COUNTRY:
        draft.notes.add("nationality-former")
    else:
        draft.nationalities[code] = None


def _document(draft: Draft, number: str, kind: str, country: str) -> None:
    found, note = document(number, kind, country)
    if found and not any(
        held.number == found.number and held.issuer and not found.issuer for held in draft.documents
    ):
        draft.documents[found] = None
    if note:
        draft.notes.add(note)


def _nested(draft: Draft, properties: _Properties) -> None:
    """Read passports, identity cards and sanctions that stand inside the person."""
    for values in properties.values():
        if not isinstance(values, list) or not values or not isinstance(values[0], dict):
            continue
        for inner in filter(_is_object, values[:VALUES_MAX]):
            schema, held = inner.get("schema"), inner.get("properties")
            if not isinstance(schema, str) or not isinstance(held, dict):
                continue
            if schema in _PAPERS:
                _paper(draft, _PAPERS[schema], held)
            elif schema == "Sanction":
                _sanction(draft, held)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _paper(draft: Draft, kind: str, held: _Properties) -> None:
    label = " ".join(_texts(held, "type")).lower()
    kind = passport_kind(label) or kind
    if any(word in label for word in ("tax", "social", "driv", "licen", "voter", "elect")):
        draft.notes.add("document-kind")
        return
    country = next(iter(_texts(held, "country")), "")
    for number in (*_texts(held, "number"), *_texts(held, "passportNumber")):
        _document(draft, number, kind, country)


def _sanction(draft: Draft, held: _Properties) -> None:
    if not draft.reference:
        keys = ("unscId", "authorityId", "programId")
        draft.reference = next((text for key in keys for text in _texts(held, key)), "")[:200]
    if not draft.measure:
        keys = ("program", "programId", "authority")
        draft.measure = next((text for key in keys for text in _texts(held, key)), "")[:200]
    days = [_day(text) for key in ("listingDate", "startDate") for text in _texts(held, key)]
    known = [day for day in (*days, draft.listed_on) if day is not None]
    draft.listed_on = min(known, default=None)
    if _texts(held, "endDate"):
        draft.notes.add("measure-ends")


def _listing(draft: Draft, entity: dict[str, Any]) -> None:
    changed = entity.get("last_change")
    draft.last_changed = _day(changed) if isinstance(changed, str) else None
    if draft.reference or not draft.source_id:
        return
    held = entity.get("datasets")
    datasets = [name for name in held if isinstance(name, str)] if isinstance(held, list) else []
    draft.reference = ":".join([*datasets[:1], draft.source_id])[:200]
    draft.measure = draft.measure or ", ".join(datasets)[:200]
    draft.notes.add("reference-derived")


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None
