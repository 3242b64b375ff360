"""The small forms which every text of this room shares: codes, ids, kinds, instants.

All strict: a value is accepted only in the one spelling we would write ourselves.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from comity.errors import Malformed

CODE = re.compile(r"[A-Z]{1,3}")
"""A country or organisation of ICAO 9303, such as ``UTO`` or ``D``."""

ID = re.compile(r"[0-9a-f]{32}")
"""128 random bits in hex."""

HASH = re.compile(r"[0-9a-f]{64}")
"""SHA-256 in hex."""

KIND = re.compile(r"[a-z][a-z0-9-]{0,62}")
"""What a message is, such as ``alert-page``; also what its signature is bound to."""

AGREEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}|")
"""An agreement's id, or nothing for messages about the link itself."""

INSTANT_FORM = "%Y-%m-%dT%H:%M:%SZ"


def matching(value: Any, form: re.Pattern[str], *, code: str, where: str) -> str:
    """``value`` if it is a string of ``form``; `Malformed` with ``code`` otherwise."""
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise Malformed(code, "field is missing or not in its form", where=where)
    return value


def natural(value: Any, *, code: str, where: str) -> int:
    """``value`` if it is a whole number from 0 to 2^53 - 1 (RFC 8785); `Malformed` otherwise."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise Malformed(code, "field is not a whole number", where=where)
    return value


def format_instant(instant: datetime.datetime) -> str:
    """An aware instant in UTC, whole seconds, as ``2026-11-23T08:00:00Z``."""
    return instant.astimezone(datetime.UTC).strftime(INSTANT_FORM)


def parse_instant(value: Any, *, code: str, where: str) -> datetime.datetime:
    """The inverse of `format_instant`; `Malformed` with ``code`` for any other spelling."""
    try:
        instant = datetime.datetime.strptime(value, INSTANT_FORM).replace(tzinfo=datetime.UTC)
    except (ValueError, TypeError) as error:
        raise Malformed(code, "field is not an instant in UTC", where=where) from error
    if format_instant(instant) != value:
        raise Malformed(code, "instant is not in its one spelling", where=where)
    return instant
