"""An alert: data about a person, with a view to one specific action, entered by one issuer.

Sources: Regulations (EU) 2018/1861 arts. 20-24, 39 and 2018/1862 arts. 20-22, 53. The value is
what travels between nodes; who may read which part of it is an agreement's business.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from dataclasses import dataclass
from typing import Any

from comity.errors import Malformed
from comity.terms.category import CATEGORIES, category, review_due
from comity.terms.country import COUNTRIES
from comity.terms.identity import Identity, identity_from_dict
from comity.terms.restriction import restriction

BASES = ("conviction", "serious-threat", "circumvention", "entry-ban", "restrictive-measure")
"""Basis of a decision to refuse entry (2018/1861 art. 20(2)(q))."""

WARNINGS = ("armed", "violent", "absconded", "suicide-risk", "health-threat", "terrorism")
"""Warnings (2018/1862 art. 20(3)(j))."""

TEXT_CHARS_MAX = 2000

_LISTS = ("warnings", "incomplete", "restrictions")

_ID = re.compile(r"[A-Z]{1,3}-[A-Za-z0-9][A-Za-z0-9.-]{0,58}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One version of one alert.

    ``id`` is ``<issuer>-<local id>``; ``version`` counts from 1; ``decided_on`` the date of the
    decision behind it, ``reference`` that decision's file number, ``proportionality`` why entering
    it is adequate, relevant and important enough (art. 21); ``expires`` the review date after
    which it no longer exists unless extended; ``incomplete`` the minimum fields it lacks, for
    which it can give candidates only; ``restrictions`` on which grounds its issuer has stopped its
    use while it stands (terms table, sorted).
    """

    id: str
    issuer: str
    category: str
    version: int
    identity: Identity
    reason: str
    reference: str
    authority: str
    decided_on: datetime.date
    proportionality: str
    entered_on: datetime.date
    expires: datetime.date
    basis: str = ""
    warnings: tuple[str, ...] = ()
    last_departure: datetime.date | None = None
    entry_ban: bool | None = None
    incomplete: tuple[str, ...] = ()
    contact: str = ""
    restrictions: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form: ``alert_from_dict(a.as_dict()) == a``."""
        plain = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        plain["identity"] = self.identity.as_dict()
        for key in ("decided_on", "entered_on", "expires", "last_departure"):
            plain[key] = None if plain[key] is None else plain[key].isoformat()
        for key in _LISTS:
            plain[key] = list(plain[key])
        return plain

    @property
    def action(self) -> str:
        """What the executing authority is asked to do on a hit."""
        return CATEGORIES[self.category].action


def alert_from_dict(data: Any) -> Alert:
    """Read what ``Alert.as_dict`` writes, and hold it to the articles (see ``hold``)."""
    wanted = {field.name for field in dataclasses.fields(Alert)}
    if not isinstance(data, dict) or set(data) != wanted:
        raise Malformed("alert-form", "not an alert", hint="see docs/reference/terms.md")
    plain = dict(data)
    plain["identity"] = identity_from_dict(plain["identity"])
    for key in ("decided_on", "entered_on", "expires", "last_departure"):
        plain[key] = _date(plain[key], key)
    for key in _LISTS:
        if not isinstance(plain[key], list) or not all(isinstance(v, str) for v in plain[key]):
            raise Malformed("alert-form", "a list of words is expected", where=key)
        plain[key] = tuple(plain[key])
    texts = ("id", "issuer", "category", "reason", "reference", "authority", "proportionality")
    for key in (*texts, "basis", "contact"):
        if not isinstance(plain[key], str) or len(plain[key]) > TEXT_CHARS_MAX:
            raise Malformed("alert-form", "a text of bounded length is expected", where=key)
    if not isinstance(plain["version"], int) or isinstance(plain["version"], bool):
        raise Malformed("alert-form", "a whole number is expected", where="version")
    if plain["entry_ban"] not in (None, True, False):
        raise Malformed("alert-form", "true, false or null is expected", where="entry_ban")
    return hold(Alert(**plain))


def hold(alert: Alert) -> Alert:
    """Give back ``alert`` where it may be entered; otherwise say which rule it breaks.

    1. its id, issuer and category are known; 2. it has the minimum data of its category, or a
    document number in place of the birth date (then it is ``incomplete``: candidates only, R14);
    3. it names the decision, the authority and why it is proportionate (R15); 4. it does not
    outlive the review period of its article (R16).
    """
    kind = category(alert.category)
    if not _ID.fullmatch(alert.id) or alert.id.split("-", 1)[0] != alert.issuer:
        raise Malformed("alert-id", "an alert's id is its issuer, a dash and a local id")
    if alert.issuer not in COUNTRIES or alert.version < 1:
        raise Malformed("alert-issuer", "unknown issuer or version", where="issuer")
    missing = tuple(name for name in kind.minimum if not _has(alert, name))
    second = bool(alert.identity.documents)
    if missing and not (missing == ("birth_date",) and second):
        raise Malformed(
            "alert-minimum",
            f"the minimum data of {alert.category} lack {', '.join(missing)}",
            where=kind.article,
            hint="complete it; a name alone never supports an alert",
        )
    if missing != alert.incomplete:
        raise Malformed("alert-incomplete", "the mark of what it lacks is wrong", where=alert.id)
    for name in ("reference", "authority", "proportionality"):
        if not getattr(alert, name).strip():
            raise Malformed(
                "alert-grounds", f"{name} is empty", where="Reg (EU) 2018/1861 arts. 21, 22"
            )
    if not set(alert.warnings) <= set(WARNINGS) or alert.basis not in ("", *BASES):
        raise Malformed(
            "alert-word", "unknown warning or basis", hint="see docs/reference/terms.md"
        )
    _hold_restrictions(alert)
    longest = review_due(kind, alert.entered_on, long=True)
    if not alert.entered_on <= alert.expires <= longest:
        raise Malformed(
            "alert-period",
            "the alert would outlive the review period of its article",
            where=kind.review_article,
            hint=f"at most until {longest.isoformat()}; extend it after an assessment",
        )
    return alert


def _hold_restrictions(alert: Alert) -> None:
    for ground in alert.restrictions:
        restriction(ground, by="issuer", category=alert.category)
    if list(alert.restrictions) != sorted(set(alert.restrictions)):
        raise Malformed("alert-form", "restrictions are sorted, each once", where=alert.id)


def lacking(category_id: str, identity: Identity) -> tuple[str, ...]:
    """Say what an alert of this category about ``identity`` would lack (for ``incomplete``)."""
    wants_date = "birth_date" in category(category_id).minimum
    return ("birth_date",) if wants_date and not identity.birth_dates else ()


def _has(alert: Alert, name: str) -> bool:
    present = {
        "surname": bool(alert.identity.names),
        "birth_date": bool(alert.identity.birth_dates),
        "reason": bool(alert.reason.strip()),
        "decision_reference": bool(alert.reference.strip()),
        "basis": bool(alert.basis),
        "last_departure_date": alert.last_departure is not None,
        "entry_ban": alert.entry_ban is not None,
        "number": bool(alert.identity.documents),
        "fingerprints": False,
    }
    return present.get(name, True)


def _date(value: Any, where: str) -> datetime.date | None:
    if value is None:
        if where == "last_departure":
            return None
    elif isinstance(value, str) and len(value) == 10:
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise Malformed("alert-date", "not a date", where=where, hint="write YYYY-MM-DD")
