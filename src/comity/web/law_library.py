"""The law library: every rule beside the text of its article, with dates, strength and status."""

from __future__ import annotations

from starlette.responses import Response

from comity.bureau import law
from comity.errors import NotFound
from comity.law.pack import Pack
from comity.web.desk import Page, Visit


def shelves(visit: Visit) -> Response:
    """List the packs that ship here."""
    return visit.page("law_library.html", here="/law", shelves=law.library())


def show(visit: Visit) -> Response:
    """Show one pack as of a day."""
    pack = pack_of(visit)
    on = law.parse_day(visit.query.get("on") or visit.node.today().isoformat())
    pages = law.library_pages(pack, on)
    groups = [
        {"title": asked.title, "pages": [one for one in pages if one.rule.decides == asked.id]}
        for asked in pack.questions
    ]
    return visit.page(
        "law_pack.html",
        here="/law",
        pack=pack,
        on=on.isoformat(),
        groups=[group for group in groups if group["pages"]],
        limits=[one.limit for one in pack.stay_limits],
        clauses=pack.clauses,
    )


def pack_of(visit: Visit) -> Pack:
    """Give the pack the address names: one that ships, never a path."""
    name = visit.params["pack"]
    if name not in law.pack_names():
        raise NotFound("law-pack-missing", "no law pack of this name", hint="see the law library")
    return law.load_pack(name)


PAGES = (
    Page("/law/library", shelves, roles=()),
    Page("/law/library/{pack}", show, roles=()),
)
