"""A real node in a real browser: by keyboard from sign-in to log, with script or without."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from comity.bureau import alert, officer
from comity.bureau.node import Node, init_node
from comity.bureau.settings import Settings
from comity.terms.identity import DocumentNumber, Identity, Name, PartialDate

ROOT = Path(__file__).parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SECONDS = 60
TRAINED = datetime.date(2040, 12, 31)
OFFICERS = (
    officer.Officer("guard", "Peregrine Lackwell", "first-line", "border-guard", TRAINED),
    officer.Officer("clerk", "Ottoline Quarrender", "bureau", "bureau", TRAINED),
    officer.Officer("watch", "Hesper Drummond", "supervisor", "supervisor", TRAINED),
)
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen of ICAO Doc 9303-4."""

SPECIMEN = Identity(
    names=(Name.of("Eriksson", "Anna Maria"),),
    birth_dates=(PartialDate(1974, 8, 12),),
    nationalities=("UTO",),
    sex="F",
    documents=(DocumentNumber("L898902C3", "UTO"),),
)


class Served:
    """A node in a process of its own: its address, and the officers' codes."""

    def __init__(self, address: str, codes: dict[str, str]) -> None:
        self.address = address
        self.codes = codes


def free_ports() -> tuple[int, int]:
    """Two ports that are free now."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(2)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        first, second = (one.getsockname()[1] for one in held)
    return first, second


def furnish(node: Node) -> dict[str, str]:
    """Register officers and issue an alert about the specimen; the codes."""
    codes = {one.id: officer.register(node, one) for one in OFFICERS}
    day = (node.today() - datetime.timedelta(days=30)).isoformat()
    said = {
        "category": "entry-refusal-ban",
        "identity": SPECIMEN.as_dict(),
        "reason": "entry ban after an enforced return",
        "reference": "MOI/2026/00001",
        "authority": "Ministry of the Interior of Utopia",
        "decided_on": day,
        "proportionality": "individual assessment on file; no lighter measure would serve",
        "basis": "entry-ban",
    }
    alert.issue(node, OFFICERS[1], [alert.draft(node, said)])
    return codes


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A node of Utopia, served by ``comity node serve``."""
    subprocess.run([sys.executable, ROOT / "tools" / "build_web.py"], check=True)
    home = tmp_path_factory.mktemp("node") / "utopia"
    people, peers = free_ports()
    node = init_node(
        home,
        Settings(
            country="UTO",
            name="Border Guard of Utopia",
            training=True,
            people_port=people,
            peer_port=peers,
            peer_url=f"https://127.0.0.1:{peers}",
        ),
    )
    codes = furnish(node)
    node.close()
    command = [sys.executable, "-m", "comity", "node", "serve", "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            address = f"http://127.0.0.1:{people}"
            await_open(f"{address}/sign-in", process, home / "serve.log")
            yield Served(address, codes)
        finally:
            process.terminate()
            process.wait(timeout=20)


def await_open(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until the door answers; what the process said, where it ends first."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text("utf-8")
        with contextlib.suppress(httpx2.HTTPError):
            httpx2.get(address, timeout=5)
            return
        time.sleep(0.05)
    raise AssertionError(f"not open within {SECONDS} s: {log.read_text('utf-8')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium here and none could be installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


def reach(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator("*:focus")
        if focused.count() and named(page, focused.first) == name:
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


def named(page: Page, control: Locator) -> str:
    """The label or the text of a control."""
    held = control.get_attribute("id") or ""
    label = page.locator(f'label[for="{held}"]') if held else None
    if label is not None and label.count():
        return label.first.inner_text().strip()
    return control.inner_text().strip()


def sign_in(page: Page, served: Served, name: str) -> None:
    """Sign in by keyboard; the focus is where the typing begins."""
    page.goto(f"{served.address}/")
    page.locator("#officer:focus").wait_for()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(served.codes[name])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()


def barriers(page: Page) -> Any:
    """What axe finds wrong with the open page, and whether it scrolls sideways."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "async (rules) => (await axe.run({runOnly: rules})).violations"
        ".map(v => [v.id, v.nodes.map(n => n.html)])",
        RULES,
    )
    for width in (1024, 320):
        page.set_viewport_size({"width": width, "height": 600})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(["sideways", width])
    page.set_viewport_size({"width": 1024, "height": 600})
    return found


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_officer_works_by_keyboard_alone(
    browser: Browser, served: Served, *, script: bool
) -> None:
    """Sign in, scan, read the outcome, confirm with reasons; the supervisor finds it in the log."""
    page = browser.new_page(viewport={"width": 1024, "height": 600}, java_script_enabled=script)
    sign_in(page, served, "guard")
    page.get_by_role("heading", name="Check a traveller").wait_for()
    page.keyboard.type(ZONE)
    reach(page, "Check")
    page.keyboard.press("Enter")
    band = page.get_by_role("status")
    assert "Check needed" in band.inner_text()
    assert "Ask the traveller to wait" in band.inner_text()
    entry = page.locator("p", has_text="Entry in this node's log").inner_text()
    reach(page, "Your own finding, with reasons")
    page.keyboard.type("the same face and the same document")
    reach(page, "Same person")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You found that this is the same person").wait_for()
    done = page.locator("p", has_text="Entry in this node's log").inner_text()
    page.close()
    watch = browser.new_page(viewport={"width": 1024, "height": 600})
    sign_in(watch, served, "watch")
    number = done.split(":")[1].strip()
    watch.locator(f'a[href="/log/{number}"]').click()
    assert "match:confirmed" in watch.locator("h1").inner_text()
    assert int(entry.split(":")[1].split(",")[0]) < int(number)
    watch.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        ("", ["/sign-in", "/nowhere", "/law", "/law?nationality=GEO&biometric=yes", "/law/stay",
              "/law/library", "/law/library/uk.visit", "/law/compare", "/law/sweep/uk.visit",
              "/law/changes", "/law/clauses", "/law/changes?before=2026-02-30"]),
        ("guard", ["/check", "/matches", "/alerts", "/refusals"]),
        ("clerk", ["/alerts", "/alerts/new", "/agreements", "/doctor"]),
        ("watch", ["/log", "/log/1", "/log?kind=hit"]),
    ],
)  # fmt: skip
def test_no_page_puts_up_a_barrier(
    browser: Browser, served: Served, who: str, addresses: list[str], language: str
) -> None:
    """Axe finds no breach of WCAG 2.2 AA, and nothing scrolls sideways down to 320 pixels."""
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    if who:
        sign_in(page, served, who)
    page.goto(f"{served.address}/?lang={language}")
    found = {}
    for address in addresses:
        page.goto(served.address + address)
        found[address] = barriers(page)
    page.close()
    assert json.dumps({k: v for k, v in found.items() if v}, ensure_ascii=False) == "{}"


def test_the_answer_and_the_forms_with_errors_put_up_no_barrier(
    browser: Browser, served: Served
) -> None:
    """The answer, a zone that does not hold, a decision without reasons: all without a breach."""
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    sign_in(page, served, "guard")
    found = {}
    for name, typed in (("digit", ZONE.replace("7408122", "7408123")), ("match", ZONE)):
        page.goto(f"{served.address}/check")
        page.fill("#mrz", typed)
        page.get_by_role("button", name="Check", exact=True).click()
        found[name] = barriers(page)
    page.get_by_role("button", name="Cannot tell").click()
    found["reasons"] = barriers(page)
    page.close()
    assert json.dumps({k: v for k, v in found.items() if v}, ensure_ascii=False) == "{}"


def test_the_browser_reports_nothing_against_our_own_policy(
    browser: Browser, served: Served
) -> None:
    """No style, script or image of ours is refused by the content security policy."""
    said: list[str] = []
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, served, "clerk")
    for address in ("/check", "/alerts", "/alerts/new", "/agreements", "/law/compare"):
        page.goto(served.address + address)
    page.goto(f"{served.address}/law/stay")
    page.fill("#entry-1", "2026-06-10")
    page.fill("#exit-1", "2026-06-20")
    page.get_by_role("button", name="Count the days").click()
    assert page.locator(".comity-window").evaluate("i => i.complete && i.naturalWidth > 100")
    page.close()
    assert said == []
