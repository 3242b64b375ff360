"""Which law on data that leave each party has declared, as the parties have signed it.

    [law]
    undeclared = "open"                    # a party that declares none: "open" or "shut"
    [[law.pack]]
    party = "UTO"
    law = "uto.data"
    sha256 = "…"                           # the hash of the pack the parties have read
    [[law.settled]]                        # a conflict of two laws that this agreement resolves
    giver = "UTO"
    receiver = "QMA"
    kind = "keep"
    article = "6"

A party may change its law without the others: a pack of the same name that it has signed takes
the place of the one named here. What the laws say is not read here (docs/decisions/0007).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from comity.accord.sheet import Sheet
from comity.errors import Malformed

PACKS_MAX = 200
UNDECLARED = ("open", "shut")


@dataclass(frozen=True, slots=True)
class DeclaredLaw:
    """``law`` is the name of the pack which ``party`` has declared, ``sha256`` its hash."""

    party: str
    law: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SettledConflict:
    """A conflict of ``kind`` between two laws, resolved by an ``article`` of the agreement."""

    giver: str
    receiver: str
    kind: str
    article: str


@dataclass(frozen=True, slots=True)
class Laws:
    """``undeclared`` "open" or "shut": what holds for a giver whose law nobody has declared."""

    undeclared: str = "open"
    packs: tuple[DeclaredLaw, ...] = ()
    settled: tuple[SettledConflict, ...] = ()

    def settles(self, giver: str, receiver: str) -> frozenset[str]:
        """Give the kinds of conflict which the agreement resolves in this direction."""
        return frozenset(
            one.kind for one in self.settled if (one.giver, one.receiver) == (giver, receiver)
        )


def take_laws(sheet: Sheet, parties: Collection[str], articles: Collection[str]) -> Laws:
    """Take the table ``law``, which may be absent; Malformed for a stranger or a bare article."""
    if not sheet.has("law"):
        return Laws()
    table = sheet.take_sheet("law")
    undeclared = table.take_line("undeclared", "open")
    if undeclared not in UNDECLARED:
        raise Malformed(
            "agreement-law",
            "undeclared is neither open nor shut",
            where=f"{table.where} undeclared",
        )
    packs = tuple(_take_pack(row, parties) for row in _rows(table, "pack"))
    settled = tuple(_take_settled(row, parties, articles) for row in _rows(table, "settled"))
    table.close()
    if len({(one.party, one.law) for one in packs}) != len(packs):
        raise Malformed("agreement-law", "a party names one law twice", where=table.where)
    return Laws(undeclared, packs, settled)


def _rows(table: Sheet, key: str) -> list[Sheet]:
    return table.take_sheets(key, PACKS_MAX) if table.has(key) else []


def _take_pack(row: Sheet, parties: Collection[str]) -> DeclaredLaw:
    found = DeclaredLaw(
        _party(row, "party", parties), row.take_line("law"), row.take_hash("sha256")
    )
    row.close()
    return found


def _take_settled(
    row: Sheet, parties: Collection[str], articles: Collection[str]
) -> SettledConflict:
    found = SettledConflict(
        _party(row, "giver", parties),
        _party(row, "receiver", parties),
        row.take_line("kind"),
        row.take_line("article"),
    )
    row.close()
    if found.article not in articles:
        raise Malformed("agreement-law", "no such article", where=f"{row.where} article")
    return found


def _party(row: Sheet, key: str, parties: Collection[str]) -> str:
    code = row.take_line(key)
    if code not in parties:
        raise Malformed("agreement-law", "not a party of the agreement", where=f"{row.where} {key}")
    return code
