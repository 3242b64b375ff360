"""Alert categories: the table a lawyer would draw, as data.

Source: Regulations (EU) 2018/1860, 2018/1861, 2018/1862. Encoded, not reviewed.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from comity.errors import Malformed
from comity.terms.table import load_table


@dataclass(frozen=True, slots=True)
class Category:
    """One category of alert.

    ``article`` its basis; ``action`` what the executing authority does on a hit; ``review_years``
    after which an alert not extended is deleted, ``review_years_max`` where the article allows a
    longer first period; ``minimum`` the fields without which it may not be entered;
    ``deleted_on`` the events that end it; ``coercive`` whether the action constrains a person;
    ``sensitive`` the police categories; ``minor_ok`` whether it may concern a child.
    """

    id: str
    title: str
    article: str
    action: str
    review_years: int
    review_years_max: int
    review_article: str
    minimum: tuple[str, ...]
    deleted_on: tuple[str, ...]
    subject: str
    coercive: bool
    sensitive: bool
    minor_ok: bool
    source: str


CATEGORIES = {
    key: Category(
        key,
        row["title"],
        row["article"],
        row["action"],
        row["review_years"],
        row["review_years_max"],
        row["review_article"],
        tuple(row["minimum"]),
        tuple(row["deleted_on"]),
        row["subject"],
        row["coercive"],
        row["sensitive"],
        row["minor_ok"],
        row["source"],
    )
    for key, row in load_table("categories").items()
}


def category(key: str) -> Category:
    """Give the category ``key``; Malformed "category-unknown" lists the known ones."""
    if key not in CATEGORIES:
        raise Malformed(
            "category-unknown", "unknown alert category", hint=f"one of {', '.join(CATEGORIES)}"
        )
    return CATEGORIES[key]


def review_due(kind: Category, entered: datetime.date, *, long: bool = False) -> datetime.date:
    """Say when an alert entered on ``entered`` must be reviewed or be deleted.

    ``long`` takes the longer period, where the decision behind it is valid longer
    (Reg (EU) 2018/1861 art. 39(2)). 29 February falls on 28 February (Reg 1182/71 art. 3(2)(c)).
    """
    years = kind.review_years_max if long else kind.review_years
    try:
        return entered.replace(year=entered.year + years)
    except ValueError:
        return entered.replace(year=entered.year + years, day=28)
