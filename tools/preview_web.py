"""Write sample pages to .build/preview and photograph them with chromium, to be looked at.

    python tools/preview_web.py [--no-shots] [FOLDER]

Each page once in English and once from right to left, at a post's screen (1024 x 600), a phone's
(390 wide), in forced colours, and as it prints. Persons are invented.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = [word for word in sys.argv[1:] if word.startswith("--")]
FOLDERS = [word for word in sys.argv[1:] if not word.startswith("--")]
OUT = Path(FOLDERS[0]) if FOLDERS else ROOT / ".build" / "preview"
sys.path.insert(0, str(ROOT / "src"))

from comity.web.assets import STATIC, load_assets  # noqa: E402 - after the path is set
from comity.web.rendering import Frame, Link, renderer  # noqa: E402

FRAME = Frame(
    node="Border Guard of Utopia",
    state="UTO",
    navigation=(
        Link("Check", "/check"), Link("Manifests", "/manifests"), Link("Matches", "/matches"),
        Link("Alerts", "/alerts"), Link("Agreements", "/agreements"), Link("Log", "/log"),
    ),
    officer="A. Marlow, first line",
    sign_out="/sign-out",
    csrf="x",
)  # fmt: skip

TRAVELLER = [
    {"key": "Name", "value": "Severin Thornwick"},
    {"key": "Original script", "value": "سفرين ثورنويك"},
    {"key": "Date of birth", "value": "2001-08-27"},
    {"key": "Nationality", "value": "QMA"},
    {"key": "Document", "value": "UT4417205 (QMA, ordinary)"},
]

COMPARED = [
    {"attribute": "name", "theirs": "Severin Thornwick", "ours": "Severyn THORNWICK",
     "verdict": "agrees", "why": "one letter apart; a rare name"},
    {"attribute": "birth-date", "theirs": "2001-08-27", "ours": "2001-08-27",
     "verdict": "agrees", "why": "day, month and year agree"},
    {"attribute": "document", "theirs": "UT4417205", "ours": "UT4417206",
     "verdict": "differs", "why": "the last character differs; not one that readers mix up"},
    {"attribute": "nationality", "theirs": "QMA", "ours": "", "verdict": "unknown",
     "why": "the alert states none"},
    {"attribute": "sex", "theirs": "M", "ours": "M", "verdict": "not-informative",
     "why": "half of all travellers agree"},
]  # fmt: skip


def source(issuer: str, state: str) -> SimpleNamespace:
    """One source of an answer."""
    return SimpleNamespace(
        issuer=issuer, agreement="pilot-2026", state=state, rule="permit-border-check",
        article="Article 7(2)", fresh_at="2026-11-23T14:02:00+00:00",
        text="At a border crossing point the executing Party may search alerts.",
    )  # fmt: skip


def answer(state: str) -> SimpleNamespace:
    """An answer in that state."""
    sources = [source("UTO", "no-match"), source("QNB", "no-match" if state == "match" else state)]
    shown = SimpleNamespace(
        match="m-1", issuer="QNB", band="strong", compared=COMPARED, rule="permit-border-check",
        article="Article 7(2)",
        contrary=["Ask for a second document: the number differs in one place.",
                  "Compare the place of birth with the alert's."],
        fields={"identity": {
                    "names": [{"full": "Severyn THORNWICK", "kind": "primary"},
                              {"full": "سفرين ثورنويك", "kind": "alias"}],
                    "birth_dates": [{"date": "2001-08-27", "estimated": False}],
                    "nationalities": [], "sex": "M"},
                "documents": {"documents": [{"number": "UT4417206", "issuer": "QMA",
                                             "kind": "ordinary"}]},
                "alert": {"category": "travel ban", "action": "refuse entry, consult the issuer"},
                "decision": {"reference": "QNB-2026-0417", "decided_on": "2026-03-02"}},
    )  # fmt: skip
    return SimpleNamespace(
        state=state, reference="E-2026-11-23-0141", sources=sources, deciding=sources[1],
        shown=[shown] if state == "match" else [], ignored=[], name_only=2, matcher="cki-1/8f31",
        entry=48213, witnessed=True,
    )  # fmt: skip


FORM: dict[str, Any] = {
    "mrz": "", "surname": "", "forenames": "", "birth": {}, "nationality": "", "document": "",
    "reference": "E-2026-11-23-0141", "category": "entry-refusal-ban", "authority": "",
    "decision": "", "reason": "", "proportionality": "", "issuer": "", "sex": "", "warnings": [],
    "decided": {}, "departure": {}, "basis": "", "entry_ban": "", "contact": "", "protection": "",
    "reading": "", "origin": "",
}  # fmt: skip

CATEGORIES = [
    {"value": "return", "text": "Return decision", "hint": "Regulation (EU) 2018/1860 Article 3"},
    {"value": "entry-refusal-ban", "text": "Refusal of entry: entry ban",
     "hint": "Regulation (EU) 2018/1861 Article 24(1)(b)"},
    {"value": "travel-ban", "text": "Travel ban", "hint": "Regulation (EU) 2018/1861 Article 25"},
]  # fmt: skip


OVERDUE = [
    {"title": "Withdrawal of QNB-2026-0417 to QPC", "at": "2026-11-23T02:00:00+00:00",
     "by": "due 2026-11-23 14:00 UTC", "due": True, "text": "Sent three times."},
    {"title": "Withdrawal acknowledged by QMA", "at": "2026-11-22T18:00:00+00:00",
     "by": "QMA bureau"},
]  # fmt: skip


def pages() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Give each page: name -> (template, place in the navigation, values)."""
    purposes = [
        {"value": "border-check", "text": "Border check"},
        {"value": "visa", "text": "Visa"},
    ]
    check = {"form": FORM, "purposes": purposes, "purpose": "border-check", "csrf": "x"}
    wrong = [
        {"field": "birth-year", "text": "Enter a year with four digits"},
        {"field": "reason", "text": "Enter the reason for the alert"},
    ]
    states = {
        "match": "Ask the traveller to wait and compare below.", "no-match": "Continue the check.",
        "not-permitted": "Continue without this source.", "unavailable": "Call the bureau: 4711.",
    }  # fmt: skip
    entry = {
        "at": "2026-11-23T14:02:11+00:00", "what": "check:asked", "agreement": "pilot-2026",
        "said": "border check", "outcome": "no match",
    }  # fmt: skip
    log = {
        "figures": [
            {"key": "Entries", "value": "48,213"},
            {"key": "Witnessed up to", "value": "48,210"},
            {"key": "Checks today", "value": "1,204"},
            {"key": "Unacknowledged", "value": "1"},
        ],
        "entries": [{"number": 48213 - n} | entry for n in range(8)],
        "overdue": OVERDUE,
        "kinds": [{"value": "", "text": "All"}, {"value": "check", "text": "Checks"}],
        "kind": "",
        "older": 48205,
    }
    made: dict[str, tuple[str, str, dict[str, Any]]] = {
        "check": ("check.html", "/check", check | {"errors": []}),
        "alert-errors": ("alert_new.html", "/alerts",
                         {"form": FORM, "categories": CATEGORIES, "csrf": "x", "errors": wrong,
                          "bases": [{"value": "", "text": "Not needed"}],
                          "warnings": [{"value": "violent", "text": "Violent"}]}),
        "log": ("log.html", "/log", log),
    }  # fmt: skip
    for state, step in states.items():
        values = {
            "answer": answer(state),
            "traveller": TRAVELLER,
            "next": step,
            "csrf": "x",
            "form": FORM,
            "purpose": "border-check",
        }
        made[f"answer-{state}"] = ("answer.html", "/check", values)
    return made


def write() -> list[Path]:
    """Write all pages, in both directions."""
    shutil.rmtree(OUT, ignore_errors=True)
    shutil.copytree(STATIC, OUT / "static")
    render = renderer(load_assets("static/"))
    written = []
    for name, (template, here, values) in pages().items():
        for language in ("en", "ar"):
            path = OUT / f"{name}.{language}.html"
            html = render(template, FRAME, language=language, here=here, **values)
            path.write_text(html, "utf-8")
            written.append(path)
    return written


def photograph(written: list[Path]) -> None:
    """Take pictures of the pages with the machine's chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed for writing

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for width, height, kind in ((1024, 600, "post"), (390, 800, "phone")):
            page = browser.new_page(viewport={"width": width, "height": height})
            for path in written:
                page.goto(path.as_uri())
                page.screenshot(path=str(path.with_suffix(f".{kind}.png")), full_page=True)
                if kind == "phone" and page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ):
                    print(f"{path.name}: wider than the screen at {width}")
            page.close()
        page = browser.new_page(viewport={"width": 1024, "height": 600})
        page.goto((OUT / "answer-match.en.html").as_uri())
        page.emulate_media(forced_colors="active")
        page.screenshot(path=str(OUT / "answer-match.forced.png"), full_page=True)
        page.emulate_media(media="print", forced_colors="none")
        page.screenshot(path=str(OUT / "answer-match.print.png"), full_page=True)
        browser.close()


if __name__ == "__main__":
    found = write()
    if "--no-shots" not in OPTIONS:
        photograph(found)
    print(f"preview: {len(found)} pages in {OUT}")
