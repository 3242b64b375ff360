"""Groups of fields that travel together. Each is one action for the policy engine."""

from __future__ import annotations

from dataclasses import dataclass

from comity.terms.table import load_table


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """``id``, ``title``, the ``fields`` in it, whether ``sensitive`` (four eyes), ``source``."""

    id: str
    title: str
    fields: tuple[str, ...]
    sensitive: bool
    source: str


FIELD_GROUPS = {
    key: FieldGroup(key, row["title"], tuple(row["fields"]), row["sensitive"], row["source"])
    for key, row in load_table("field_groups").items()
}
