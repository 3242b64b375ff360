"""``comity terms``: print the vocabulary."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import click

from comity.cli.output import emit, json_option, table
from comity.terms.authority import AUTHORITY_KINDS
from comity.terms.category import CATEGORIES
from comity.terms.country import COUNTRIES
from comity.terms.document_kind import DOCUMENT_KINDS
from comity.terms.field_group import FIELD_GROUPS
from comity.terms.handling import HANDLING_CODES
from comity.terms.purpose import PURPOSES
from comity.terms.restriction import RESTRICTIONS


@click.group()
def command() -> None:
    """Print the vocabulary that all nodes share, each row with its source."""


@command.command()
@json_option
def countries(*, as_json: bool) -> None:
    """ICAO 9303 codes of issuers and nationalities."""
    rows = [dataclasses.asdict(row) for row in COUNTRIES.values()]
    words = table(("code", "kind", "name"), [(r["code"], r["kind"], r["name"]) for r in rows])
    emit(rows, words, as_json=as_json)


@command.command()
@json_option
def categories(*, as_json: bool) -> None:
    """Alert categories with article, review period and action on a hit."""
    rows = [dataclasses.asdict(row) for row in CATEGORIES.values()]
    words = table(
        ("category", "article", "years", "action"),
        [(r["id"], r["article"], r["review_years"], r["action"]) for r in rows],
    )
    emit(rows, words, as_json=as_json)


@command.command()
@json_option
def words(*, as_json: bool) -> None:
    """Purposes, kinds of authority and document, field groups, handling codes, restrictions."""
    tables: dict[str, Mapping[str, Any]] = {
        "purposes": PURPOSES,
        "authorities": AUTHORITY_KINDS,
        "documents": DOCUMENT_KINDS,
        "field groups": FIELD_GROUPS,
        "handling codes": HANDLING_CODES,
        "restrictions": RESTRICTIONS,
    }
    value = {
        name: [dataclasses.asdict(row) for row in rows.values()] for name, rows in tables.items()
    }
    listing = [
        (name, row["id"], row["title"], row["source"])
        for name, rows in value.items()
        for row in rows
    ]
    emit(value, table(("table", "id", "title", "source"), listing), as_json=as_json)
