"""The sample pages in a real browser: no sideways scrolling, no barrier, no script needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NAMES = [
    f"{name}.{language}"
    for name in ("check", "alert-errors", "log", "answer-match", "answer-no-match",
                 "answer-not-permitted", "answer-unavailable")
    for language in ("en", "ar")
]  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the style sheets and write the sample pages."""
    out = tmp_path_factory.mktemp("web") / "preview"
    subprocess.run([sys.executable, ROOT / "tools" / "build_web.py"], check=True)
    preview = [sys.executable, str(ROOT / "tools" / "preview_web.py"), "--no-shots", str(out)]
    subprocess.run(preview, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium here and none could be installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found)
        yield started
        started.close()


def opened(browser: Browser, path: Path, width: int, height: int, **more: Any) -> Page:
    """Open a page at that size of screen."""
    page = browser.new_page(viewport={"width": width, "height": height}, **more)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("name", NAMES)
def test_no_page_scrolls_sideways(browser: Browser, pages: Path, name: str) -> None:
    """At a post, on a phone and at 400 % zoom (320 pixels) the page fits its width."""
    page = opened(browser, pages / f"{name}.html", 1024, 600, java_script_enabled=True)
    for width in (1024, 390, 320):
        page.set_viewport_size({"width": width, "height": 600})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_no_barrier_is_found(browser: Browser, pages: Path, name: str) -> None:
    """The axe engine finds no breach of WCAG 2.2 A or AA: names, roles, contrast, order."""
    page = opened(browser, pages / f"{name}.html", 1024, 600)
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
        " 'wcag22aa', 'best-practice']})).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
    )
    page.close()
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_check_needs_no_scrolling_at_a_post(
    browser: Browser, pages: Path, language: str
) -> None:
    """At 1024 x 600 the whole question, its button, and the outcome's next step are in sight."""
    page = opened(browser, pages / f"check.{language}.html", 1024, 600)
    box = page.locator("main button").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 600
    assert page.evaluate("document.activeElement.id") == "mrz"
    page.goto((pages / f"answer-match.{language}.html").as_uri())
    band = page.locator(".comity-band").first.bounding_box()
    assert band is not None
    assert band["y"] + band["height"] <= 300
    page.close()


def test_the_keyboard_reaches_everything_in_order(browser: Browser, pages: Path) -> None:
    """The skip link comes first; every control can be focused and shows it."""
    page = opened(browser, pages / "answer-match.en.html", 1024, 600)
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("(document.activeElement.textContent || '').trim().slice(0, 40)"))
        if "Cannot tell" in seen[-1]:
            break
    page.close()
    assert seen[0] == "Skip to main content"
    order = [seen.index(text) for text in ("Same person", "Different person", "Cannot tell")]
    assert order == sorted(order)


def test_pages_stand_without_script(browser: Browser, pages: Path) -> None:
    """Without JavaScript everything is there: details open, forms have their buttons."""
    page = opened(browser, pages / "answer-match.en.html", 1024, 600, java_script_enabled=False)
    page.locator("summary").first.click()
    assert page.get_by_text("permit-border-check").is_visible()
    assert page.get_by_role("button", name="Same person").is_visible()
    page.close()
