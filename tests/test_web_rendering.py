"""The templates escape everything, name every field and tell states apart without colour."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, UndefinedError

from comity.errors import Unavailable
from comity.web.assets import Assets, load_assets
from comity.web.rendering import TEMPLATES, Frame, Link, day, message, moment, renderer
from comity.web.words import languages

ASSETS = Assets("/static/", {"comity.css": "a.css", "comity.rtl.css": "b.css", "comity.js": "c.js"})
FRAME = Frame(node="Utopia <b>", state="UTO", navigation=(Link("Check", "/check"),))
HOSTILE = '"><script>alert(1)</script>\u202e'
STATES = ("match", "no-match", "not-permitted", "unavailable")


def component(call: str, **values: object) -> str:
    """Render one macro with English words."""
    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    env.globals["words"] = languages()["en"].words
    env.filters["moment"] = moment
    env.filters["t"] = str
    source = "{% import 'components.html' as c %}{{ c." + call + " }}"
    return env.from_string(source).render(**values)


class Seen(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of each element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]


def check_page(**more: object) -> str:
    """Render the check page."""
    form = dict.fromkeys(
        ("mrz", "surname", "forenames", "nationality", "document", "reference"), ""
    )
    values = {
        "form": form | {"birth": {}}, "purposes": [], "purpose": "", "csrf": "x", "errors": [],
    }  # fmt: skip
    return renderer(ASSETS)("check.html", FRAME, here="/check", **(values | more))


def test_foreign_text_is_escaped_everywhere() -> None:
    """A name that is markup stays a name, in values, labels, errors and attributes."""
    calls = (
        "data(x)", "code(x)", "input('a', x, x, hint=x, error=x)", "textarea('a', x, x, error=x)",
        "select('a', x, [{'value': x, 'text': x}], x)", "tag(x)", "button(x)", "warning(x)",
        "radios('a', x, [{'value': x, 'text': x, 'hint': x}], x, error=x)", "link_button(x, x)",
        "checkboxes('a', x, [{'value': x, 'text': x}], [x])", "date_input('a', x, {'day': x})",
        "error_summary([{'field': 'a', 'text': x}])", "notification(x)", "band('match', x, x, x)",
        "summary_list([{'key': x, 'value': x}])", "table(x, [x], [[x], [{'code': x}]])",
        "compare(x, [{'attribute': x, 'theirs': x, 'ours': x, 'verdict': 'agrees', 'why': x}])",
        "timeline([{'title': x, 'at': '2026-11-23', 'by': x, 'text': x}])",
        "figures([{'key': x, 'value': x}])", "value(x)", "value([x, {'full': x, 'kind': x}])",
        "value({'number': x, 'issuer': x, 'kind': x})", "value({x: x})", "value({'date': x})",
    )  # fmt: skip
    for call in calls:
        html = component(call, x=HOSTILE)
        assert "<script" not in html, call
        assert "&lt;script&gt;" in html, call


def test_a_page_runs_no_code_of_its_own() -> None:
    """No inline script, style or handler: a strict content security policy can stand."""
    seen = Seen(check_page())
    assert [script.get("src") for script in seen.all("script")] == ["/static/c.js"]
    assert not seen.all("style")
    names = {name for _, attributes in seen.elements for name in attributes}
    assert not {name for name in names if name.startswith("on") or name == "style"}


def test_every_field_has_a_label_and_every_error_its_field() -> None:
    """Labels point to fields, descriptions exist, the summary links to what is wrong."""
    errors = [{"field": "surname", "text": "S"}, {"field": "birth-year", "text": "Y"}]
    seen = Seen(check_page(errors=errors))
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in seen.all("label")}
    fields = [*seen.all("input"), *seen.all("textarea"), *seen.all("select")]
    assert all(f.get("type") == "hidden" or f["id"] in labelled for f in fields)
    for _, attributes in seen.elements:
        for described in (attributes.get("aria-describedby") or "").split():
            assert described in ids
    links = [link["href"] for link in seen.all("a")]
    assert {"#surname", "#birth-year", "#main"} <= set(links)
    assert "Error:" in check_page(errors=errors).partition("</title>")[0]


def test_the_frame_says_who_where_and_what_not() -> None:
    """Skip link, node, training banner, the page in the navigation, what the system never does."""
    html = check_page()
    assert 'lang="en" dir="ltr"' in html
    assert "/static/a.css" in html
    assert "Utopia &lt;b&gt;" in html
    assert html.count('aria-current="page"') == 1
    assert "Training node" in html
    assert "no decision by software alone" in html


def test_right_to_left_takes_the_mirrored_sheet() -> None:
    """A language written from right to left turns the page and its sheet."""
    form = {"mrz": ""} | dict.fromkeys(("surname", "forenames", "nationality"), "")
    form |= {"document": "", "reference": ""}
    html = renderer(ASSETS)(
        "check.html", FRAME, language="ar", form=form | {"birth": {}}, purposes=[], purpose="",
        csrf="x", errors=[],
    )  # fmt: skip
    assert 'lang="ar" dir="rtl"' in html
    assert "/static/b.css" in html
    assert languages()["ar"].words["training"] in html


def test_data_keeps_its_own_direction() -> None:
    """Names and numbers are isolated, so that one script cannot reorder another."""
    assert component("data(x)", x="سفرين") == '<bdi class="comity-data" dir="auto">سفرين</bdi>'
    assert 'dir="ltr"' in component("code(x)", x="UT1")


def test_fields_of_an_alert_are_shown_as_people_write_them() -> None:
    """Names with their kind, estimated dates marked, documents with their issuer."""
    shown = {
        "names": [{"full": "A", "kind": "primary"}, {"full": "B", "kind": "alias"}],
        "dates": [{"date": "1980", "estimated": True}],
        "documents": [{"number": "X1", "issuer": "UTO", "kind": "ordinary"}],
        "none": [], "text": "refuse entry",
    }  # fmt: skip
    texts = {key: re.sub(r"<[^>]+>", "", component("value(v)", v=v)) for key, v in shown.items()}
    assert {key: " ".join(text.split()) for key, text in texts.items()} == {
        "names": "A B (alias)", "dates": "1980 (estimated)", "documents": "X1 (UTO, ordinary)",
        "none": "–", "text": "refuse entry",
    }  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_an_outcome_is_words_icon_and_pattern(state: str) -> None:
    """Each state has words and an icon of its own, so that colour is never needed."""
    html = component("band(s)", s=state)
    assert languages()["en"].words[state] in html
    others = [component("band(s)", s=other) for other in STATES if other != state]
    icon = re.search(r"<svg.*?</svg>", html, re.DOTALL)
    assert icon is not None
    assert not any(icon[0] in other for other in others)


def test_the_three_answers_of_a_person_weigh_the_same() -> None:
    """Accepting and rejecting look alike and cost alike (R37)."""
    source = (TEMPLATES / "candidate.html").read_text("utf-8")
    buttons = re.findall(r'c\.button\("[^"]+" \| t, "(\w+)", "verdict"', source)
    assert buttons == ["secondary"] * 3


def test_a_value_that_is_missing_is_an_error() -> None:
    """A page never shows an empty place where a value was forgotten."""
    with pytest.raises(UndefinedError):
        renderer(ASSETS)("check.html", FRAME)


def test_every_language_has_every_word() -> None:
    """No page mixes two languages in its frame."""
    import tomllib  # noqa: PLC0415

    table = tomllib.loads((TEMPLATES.parent / "words.toml").read_text("utf-8"))
    for tag, part in table.items():
        assert set(part["words"]) == set(table["en"]["words"]), tag
        assert part["direction"] in ("ltr", "rtl")


def test_moments_and_days_are_written_one_way() -> None:
    """Coordinated time, numbers only, the same in all languages."""
    at = datetime.datetime(
        2026, 11, 23, 15, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=1))
    )
    assert moment(at) == moment(at.isoformat()) == "2026-11-23 14:02 UTC"
    assert moment(None) == moment("") == day(None) == ""
    assert day(at.date()) == "2026-11-23"
    assert message([{"field": "birth-day", "text": "D"}], "birth") == "D"
    assert message([], "birth") == ""


def test_pages_that_were_not_built_say_what_to_do(tmp_path: Path) -> None:
    """Without style sheets there is one clear error, with the remedy."""
    with pytest.raises(Unavailable, match="make web"):
        load_assets(static=tmp_path)
    (tmp_path / "manifest.json").write_text('{"files": {"comity.css": "comity-1.css"}}')
    assert load_assets("/s/", static=tmp_path).url("comity.css") == "/s/comity-1.css"
