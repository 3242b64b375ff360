"""Print a refusal of entry: the standard form as tagged PDF, in the language the person reads.

The form is Regulation (EU) 2016/399 Annex V part B; template and words lie in ``forms/refusal``,
the Arabic typeface in ``forms/fonts``, so that a fresh machine needs no installed font. What is
printed before a named person has decided says on every page that it is no decision.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from comity.errors import Malformed, NotFound, NotPermitted
from comity.law.refusal import Refusal, missing

_LONGEST_TEXT = 20_000


def forms_folder() -> Path:
    """The folder of the forms that ship with Comity."""
    package = Path(__file__).parent.parent
    for folder in (package / "texts" / "forms", package.parent.parent / "forms"):
        if (folder / "refusal" / "form.typ").is_file():
            return folder
    raise NotFound("texts-missing", "the forms are not installed", hint="reinstall comity")


@cache
def form_words(language: str) -> Mapping[str, Any]:
    """The words of the form in a language; NotFound where there is no form in it."""
    file = forms_folder() / "refusal" / f"{language}.toml"
    if not language.isalpha() or not file.is_file():
        raise NotFound("refusal-language", "no form in this language", where=language[:8])
    return tomllib.loads(file.read_text("utf-8"))


def form_values(case: Refusal, language: str) -> dict[str, Any]:
    """The case as the template reads it; each detail of a ground by its name."""
    values = dataclasses.asdict(case)
    values["language"] = language
    values["grounds"] = [
        {"letter": ground.letter, "details": dict(ground.details)} for ground in case.grounds
    ]
    return values


def print_form(case: Refusal, *, language: str = "", draft: bool = False) -> bytes:
    """The form as PDF/UA-1 bytes, in ``language`` (that of the case if empty).

    Without ``draft`` only an issued form is printed: NotPermitted "refusal-not-issued" otherwise.
    A draft of a case of asylum is never printed. Malformed "refusal-unprintable" where a sign in it
    has no glyph in any font at hand.
    """
    if case.stage == "asylum":
        raise NotPermitted(
            "refusal-protection-claimed",
            "the person seeks protection: there is no refusal to print",
            hint="hand the case to the asylum authority",
        )
    if case.stage != "issued" and not draft:
        raise NotPermitted(
            "refusal-not-issued",
            "no named person has decided yet",
            where=", ".join(missing(case)[:12]),
            hint="issue it first, or print a draft, which says that it is none",
        )
    folder = forms_folder()
    chosen = language or case.language or "en"
    form_words(chosen)
    text = json.dumps(form_values(case, chosen), ensure_ascii=False)
    if len(text) > _LONGEST_TEXT:
        raise NotPermitted("refusal-too-long", "the texts do not fit the form", hint="shorten them")
    try:
        return typst.compile(
            str(folder / "refusal" / "form.typ"),
            root=str(folder),
            font_paths=[str(folder / "fonts")],
            sys_inputs={"form": text},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=_moment(case),
        )
    except typst.TypstError:
        # PDF/UA has no place for a sign without a glyph: a box would hide whose name it is.
        raise Malformed(
            "refusal-unprintable",
            "the form holds a sign that no font here can print",
            hint="write it in the letters of the document's machine-readable zone",
        ) from None


def _moment(case: Refusal) -> datetime.datetime:
    # The day of the decision, not of the printing: the same form prints to the same bytes.
    day = case.decided_on or case.crossing.day or "2000-01-01"
    try:
        return datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)
    except ValueError:
        return datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
