"""The templates: every value is escaped, every name known, nothing is decided here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from comity.terms.category import CATEGORIES
from comity.web.assets import Assets
from comity.web.words import Language, languages

TEMPLATES = Path(__file__).parent / "templates"

Render = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation: ``text`` and ``href``."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page of a node shows around its content.

    ``node`` is the node's name, ``state`` its ICAO code, ``training`` whether the banner stands
    there; ``officer`` is the signed-in person's label, "" for none; ``csrf`` what a form carries.
    ``address`` is the page in another language's link; ``languages`` those that are offered;
    ``calls`` the page that describes the door for systems, "" for none.
    """

    node: str
    state: str
    navigation: tuple[Link, ...]
    training: bool = True
    officer: str = ""
    sign_out: str = ""
    csrf: str = ""
    address: str = ""
    languages: tuple[Language, ...] = ()
    calls: str = ""


def renderer(assets: Assets, *, templates: Path = TEMPLATES) -> Render:
    """Give ``render(template, frame, language="en", here="", **values) -> str``.

    ``here`` is the address of the page in the navigation. A value a template does not get is an
    error, never an empty place.
    """
    environments = {tag: _environment(templates, language) for tag, language in languages().items()}

    def render(
        template: str, frame: Frame, *, language: str = "en", here: str = "", **values: Any
    ) -> str:
        spoken = languages().get(language) or languages()["en"]
        page = environments[spoken.tag].get_template(template)
        return page.render(frame=frame, language=spoken, here=here, assets=assets, **values)

    return render


def _environment(templates: Path, language: Language) -> Environment:
    # One environment for each language: macros see no values of a page, only globals, and
    # globals that change between two requests would mix their languages.
    env = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["words"] = language.words
    env.filters["t"] = lambda text: language.texts.get(text, text)
    env.filters["moment"] = moment
    env.filters["day"] = day
    env.filters["message"] = message
    env.filters["sentence"] = sentence
    env.filters["category_title"] = category_title
    env.filters["first_upper"] = first_upper
    return env


def moment(value: datetime.datetime | str | None) -> str:
    """Write a moment as ``2026-11-23 14:02 UTC``; "" for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def day(value: datetime.date | str | None) -> str:
    """Write a day as ``2026-11-23``, the same in all languages; "" for None."""
    return "" if value is None else str(value)[:10]


def message(errors: Sequence[Mapping[str, str]], field: str) -> str:
    """Give the first error of that field or its part (FIELD-day ...), "" for none.

    ``here`` is what stands at the field where the summary's ``text`` would say too much.
    """
    parts = {field, f"{field}-day", f"{field}-month", f"{field}-year"}
    found = next((error for error in errors if error["field"] in parts), {"text": ""})
    return found.get("here", found["text"])


def sentence(text: str) -> str:
    """Write an error's words as a sentence: a capital first, a full stop last."""
    text = first_upper(text.strip())
    return text + ("" if text.endswith((".", "?", "!")) else ".")


def first_upper(text: str) -> str:
    """Begin with a capital and leave the rest as it is: names keep theirs."""
    return text[:1].upper() + text[1:]


def category_title(key: str) -> str:
    """Give the words for a category of alerts; one that no table knows stays as it is."""
    return CATEGORIES[key].title if key in CATEGORIES else key
