"""A proposal: what a draft would change in a law pack. The result is a new pack, never a patch.

A proposal is one TOML file:

    law    = "gh.entry"                  # the pack it would change
    title  = "ECOWAS common list"
    repeal = ["visa.ecowas-left"]        # ids of rules
    [[rule]]                             # a rule of the same id is replaced
    [[sets.ecowas]]                      # a set of the same name is replaced as a whole

Packs never change, so a proposal cannot leak into other answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.errors import Malformed
from comity.law.facts import nearest
from comity.law.pack import BODY, Pack, assemble, check_size, pack_hash, read_toml
from comity.law.reading import Entry

HEAD = frozenset({"law", "title", "repeal", "note"})
PROPOSED = "proposal, not law"


def subject_of(text: str) -> str:
    """Give the name of the pack a proposal would change."""
    check_size({"proposal": text})
    return Entry(read_toml("proposal", text), "proposal").text("law")


def propose(files: Mapping[str, str], text: str) -> Pack:
    """Give the pack as it would be under a proposal; its status says that it is not law.

    Malformed as for a pack, and "law-name-unknown" where it repeals no rule of the pack.
    """
    check_size({**files, "proposal": text})
    draft = read_toml("proposal", text)
    proposal = Entry(draft, "proposal")
    proposal.keys(HEAD | BODY)
    tables = {name: read_toml(name, body) for name, body in sorted(files.items())}
    head = tables.get("pack.toml", {})
    if head.get("law") != proposal.text("law"):
        raise Malformed("law-name-unknown", "the proposal is for another pack", where="proposal")
    known = _ids(tables.values())
    repealed = set(proposal.texts("repeal"))
    for rule_id in sorted(repealed - known):
        hint = nearest(rule_id, known)
        raise Malformed(
            "law-name-unknown", "repeals no rule of the pack", where="proposal", hint=hint
        )
    gone = repealed | _ids([draft])
    sets = draft.get("sets", {})
    for table in tables.values():
        _take_out(table, gone, repealed, sets if isinstance(sets, dict) else {})
    added = {key: value for key, value in draft.items() if key not in HEAD}
    entries = [Entry(table, name) for name, table in tables.items()]
    entries.append(Entry(added, "proposal"))
    title = proposal.optional("title") or "proposal"
    changed = {**head, "title": f"{head.get('title', '')} ({title})", "status": PROPOSED}
    return assemble(Entry(changed, "pack.toml"), entries, pack_hash({**files, "proposal": text}))


def _ids(tables: Any) -> set[str]:
    return {
        row["id"]
        for table in tables
        for row in (table.get("rule", []) if isinstance(table.get("rule", []), list) else [])
        if isinstance(row, dict) and isinstance(row.get("id"), str)
    }


def _take_out(
    table: dict[str, Any], gone: set[str], repealed: set[str], sets: Mapping[str, Any]
) -> None:
    rows = table.get("rule")
    if isinstance(rows, list):
        table["rule"] = [row for row in rows if row.get("id") not in gone]
        for row in table["rule"]:
            # what is repealed can no longer be beaten; what is replaced still can
            if isinstance(row.get("despite"), list):
                row["despite"] = [name for name in row["despite"] if name not in repealed]
    held = table.get("sets")
    if isinstance(held, dict):
        table["sets"] = {name: value for name, value in held.items() if name not in sets}
    table.pop("case", None)
