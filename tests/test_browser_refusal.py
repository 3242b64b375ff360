"""Refusing entry in a real browser: by keyboard, without a script, without a barrier, printed."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page

from test_browser_pages import Served, barriers, browser, reach, served, sign_in
from test_web_pages_refusal import WHOLE

__all__ = ["browser", "served"]

QUESTION = {"protection-language": "en", "protection-time": "14:20"}


def press(page: Page, name: str) -> None:
    """Reach a control by keyboard and press it."""
    page.locator("body").focus()
    reach(page, name)
    page.keyboard.press("Enter")


def led_to(page: Page) -> str:
    """The field that a link of the summary led to: focused by the script, else by the address."""
    said = page.evaluate("[document.activeElement.id, location.hash.slice(1)]")
    return str(said[0] or said[1])


def fill(page: Page, fields: dict[str, str]) -> None:
    """Fill fields, open what hides them, choose and tick."""
    for name, value in fields.items():
        control = page.locator(f"#{name}")
        folded = page.locator("details:not([open])", has=control)
        if folded.count():
            folded.locator("summary").first.click()
        kind = control.evaluate("one => one.type || one.tagName")
        if kind == "checkbox":
            control.check()
        elif kind == "select-one":
            control.select_option(value)
        else:
            control.fill(value)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_entry_is_refused_by_keyboard_in_four_steps(
    browser: Browser, served: Served, *, script: bool
) -> None:
    """Question, title, form, decision; the errors lead to their fields; the form downloads."""
    page = browser.new_page(viewport={"width": 1024, "height": 600}, java_script_enabled=script)
    sign_in(page, served, "guard")
    page.goto(f"{served.address}/refusals")
    press(page, "Prepare a refusal")
    page.get_by_role("heading", name="Does the person seek protection?").wait_for()
    button = page.get_by_role("button", name="Record the answer").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 720, "hardly any scrolling at a post"
    press(page, "Record the answer")
    page.get_by_role("link", name="Say whether the person seeks protection").click()
    assert led_to(page) == "protection-answer"
    page.get_by_label("No: the preparation goes on").check()
    fill(page, QUESTION)
    press(page, "Record the answer")
    page.get_by_label("No", exact=True).check()
    press(page, "Continue")
    page.locator("#form-interpreter").press("Enter")
    page.get_by_role("link", name="Place of birth: this is empty").click()
    assert led_to(page) == "person-birth-place"
    fill(page, WHOLE)
    page.locator("#form-interpreter").press("Enter")
    page.get_by_role("heading", name="You decide").wait_for()
    press(page, "I refuse entry: issue the form")
    page.get_by_role("heading", name="UTO/").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Print the form").click()
    assert download.value.suggested_filename.startswith("refusal-UTO-")
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_step_of_a_refusal_puts_up_a_barrier(
    browser: Browser, served: Served, language: str
) -> None:
    """Axe finds nothing on any step, with errors and without; nothing scrolls sideways."""
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    sign_in(page, served, "guard")
    page.goto(f"{served.address}/refusals?lang={language}")
    found = {}

    def go(name: str, button: str = "main button") -> None:
        page.locator(button).first.click()
        found[name] = barriers(page)

    go("question")
    go("question with errors", "main form button")
    page.locator("#protection-answer-2").check()
    fill(page, QUESTION)
    go("title", "main form button")
    page.locator("#form-title-held").check()
    page.locator("#consulted").fill("Bureau of Utopia")
    go("consulting", "main form button")
    page.locator("#form-consultation").fill("no right of stay, ref. 7")
    go("form", "main form button")
    fill(page, {"person-nationality": "MAR", "document-kind": "ordinary"})
    go("form with every gap", "main form.comity-refusal button")
    fill(page, WHOLE)
    go("review", "main form.comity-refusal button")
    go("issued", "main form button")
    go("protection after all", "main form button")
    page.goto(f"{served.address}/refusals")
    found["list"] = barriers(page)
    page.close()
    assert json.dumps({k: v for k, v in found.items() if v}, ensure_ascii=False) == "{}"
