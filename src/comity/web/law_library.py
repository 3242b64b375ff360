"""The law library: every rule beside the text of its article, with dates, strength and status."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from starlette.responses import Response

from comity.bureau import law
from comity.errors import ComityError, NotFound
from comity.law.clause import Clause
from comity.law.pack import Pack
from comity.law.rule import Rule
from comity.web.desk import Page, Visit
from comity.web.wording import problem, spell

FIND_CHARS_MAX = 100

Asked = tuple[datetime.date, str, list[dict[str, str]]]
"""A day, the text of its field, and what is wrong with it."""


def shelves(visit: Visit) -> Response:
    """List the packs that ship here."""
    return visit.page("law_library.html", here="/law", shelves=law.library())


def show(visit: Visit) -> Response:
    """Show one pack as of a day."""
    pack = pack_of(visit)
    on, typed, wrong = day_of(visit, "on")
    find = " ".join(visit.query.get("find", "").split())[:FIND_CHARS_MAX]
    pages = [one for one in law.library_pages(pack, on) if _holds(one.rule, find)]
    groups = [
        {
            "id": asked.id,
            "title": asked.title,
            "pages": [one for one in pages if one.rule.decides == asked.id],
        }
        for asked in pack.questions
    ]
    return visit.page(
        "law_pack.html",
        here="/law",
        status=422 if wrong else 200,
        pack=pack,
        on=typed,
        find=find,
        found=len(pages),
        errors=wrong,
        groups=[group for group in groups if group["pages"]],
        limits=[one.limit for one in pack.stay_limits],
        clauses=[one for one in pack.clauses if _holds(one, find)],
    )


def _holds(rule: Rule | Clause, find: str) -> bool:
    # Every word that is looked for, anywhere in the rule: name, article, text, condition.
    said = (rule.id, rule.cite, rule.text, rule.when if isinstance(rule, Rule) else rule.kind)
    whole = " ".join(said).casefold()
    return all(word in whole for word in find.casefold().split())


def pack_of(visit: Visit) -> Pack:
    """Give the pack the address names: one that ships, never a path."""
    return pack_named(visit.params["pack"])


def pack_named(name: str) -> Pack:
    """Give a pack that ships. NotFound for any other name: never another law in its place."""
    if name not in law.pack_names():
        raise NotFound("law-pack-missing", "no law pack of this name", hint="see the law library")
    return law.load_pack(name)


def day_of(visit: Visit, key: str, sent: Mapping[str, str] | None = None) -> Asked:
    """Give the day asked for (today where none is), the text for its field, and what is wrong."""
    text = (visit.query if sent is None else sent).get(key, "").strip()
    today = visit.node.today()
    try:
        day = law.parse_day(text) if text else today
    except ComityError as error:
        return today, text, [problem(key, spell(error))]
    return day, day.isoformat(), []


PAGES = (
    Page("/law/library", shelves, roles=()),
    Page("/law/library/{pack}", show, roles=()),
)
