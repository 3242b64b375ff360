"""Every error Comity raises on purpose.

    ComityError                 something a person or a peer has to know
    ├── Malformed               bytes, text or a field are not what the format says
    ├── Unverified              a signature, hash, proof or certificate does not hold
    ├── NotPermitted            an agreement, the constitution or a role does not allow it
    ├── NotFound                no such alert, agreement, match, peer ... here
    ├── Conflict                it contradicts what already stands (same id, other content)
    └── Unavailable             cannot be answered now: peer down, lease run out, no witness

Each carries a stable ``code`` (kebab-case, never reused for another meaning), ``what`` is wrong
in lower case without a final period, ``where`` (file, line, field, rule) and a ``hint`` that says
what to do next. None ever carries personal data: these texts reach logs and peers.
"""

from __future__ import annotations


class ComityError(Exception):
    """The root: ``code``, ``what``, and where known ``where`` and ``hint``."""

    def __init__(self, code: str, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(code, what, where, hint)
        self.code = code
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """One line: ``where: what (hint) [code]``."""
        place = f"{self.where}: " if self.where else ""
        remedy = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{remedy} [{self.code}]"

    def __reduce__(self) -> tuple[object, ...]:
        """Pass from process to process whole: the default would lose what is named by keyword."""
        return _again, (type(self), self.as_dict())

    def as_dict(self) -> dict[str, str]:
        """The same as a mapping with the keys code, what, where, hint; for ``--json`` and HTTP."""
        return {"code": self.code, "what": self.what, "where": self.where, "hint": self.hint}


class Malformed(ComityError):
    """Bytes, text or a field are not what the format says."""


class Unverified(ComityError):
    """A signature, hash, proof or certificate does not hold."""


class NotPermitted(ComityError):
    """An agreement, the constitution or a role does not allow it."""


class NotFound(ComityError):
    """There is no such thing here."""


class Conflict(ComityError):
    """It contradicts what already stands."""


class Unavailable(ComityError):
    """It cannot be answered now."""


def _again(kind: type[ComityError], said: dict[str, str]) -> ComityError:
    return kind(**said)
