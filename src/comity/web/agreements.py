"""The agreements as people read them: articles, who signed, and who may see what."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from comity.accord.grants import Grant
from comity.bureau import alignment, overview, withheld
from comity.terms.authority import AUTHORITY_KINDS
from comity.terms.category import CATEGORIES
from comity.terms.field_group import FIELD_GROUPS
from comity.terms.purpose import PURPOSES
from comity.web.desk import Page, Visit


def listing(visit: Visit) -> Response:
    """List every agreement this node knows, with dates, state and signatures."""
    return visit.page(
        "agreements.html",
        here="/agreements",
        known=overview.agreements(visit.node),
        today=visit.node.today(),
        constitution=visit.node.constitution,
    )


def show(visit: Visit) -> Response:
    """Show one agreement: its articles, each beside what it lets whom see."""
    known = overview.find_agreement(visit.node, visit.params["agreement"])
    agreement = known.agreement
    return visit.page(
        "agreement.html",
        here="/agreements",
        known=known,
        one=agreement,
        today=visit.node.today(),
        groups=list(FIELD_GROUPS.values()),
        access=access(agreement.grants),
        grants={
            key: [_words(grant) for grant in agreement.grants if grant.article == key]
            for key in agreement.articles
        },
        purposes=[PURPOSES[key].title for key in agreement.purposes],
        categories=[CATEGORIES[key].title for key in agreement.categories],
        law=[one for one in alignment.rulings(visit.node) if one.agreement == agreement.id],
        kept=withheld.counts(visit.node),
        titles={key: CATEGORIES[key].title for key in agreement.categories},
        thresholds={PURPOSES[key].title: band for key, band in agreement.thresholds.items()},
    )


def access(grants: Sequence[Grant]) -> list[dict[str, object]]:
    """Give the table of access: for each authority and purpose, which groups it sees."""
    seen: dict[tuple[str, str], set[str]] = {}
    for grant in grants:
        for purpose in grant.purposes:
            seen.setdefault((grant.authority, purpose), set()).update(grant.groups)
    alike: dict[tuple[str, frozenset[str]], list[str]] = {}
    for (authority, purpose), groups in seen.items():
        alike.setdefault((authority, frozenset(groups)), []).append(PURPOSES[purpose].title)
    return [
        {
            "authority": AUTHORITY_KINDS[authority].title,
            "purposes": purposes,
            "groups": [key in groups for key in FIELD_GROUPS],
        }
        for (authority, groups), purposes in alike.items()
    ]


def _words(grant: Grant) -> dict[str, str]:
    return {
        "authority": AUTHORITY_KINDS[grant.authority].title,
        "purposes": ", ".join(PURPOSES[key].title for key in grant.purposes),
        "categories": ", ".join(CATEGORIES[key].title for key in grant.categories),
        "groups": ", ".join(FIELD_GROUPS[key].title for key in grant.groups),
    }


PAGES = (
    Page("/agreements", listing),
    Page("/agreements/{agreement}", show),
)
