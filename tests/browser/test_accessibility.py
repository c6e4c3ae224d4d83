"""No axe violation, nothing wider than a phone and a quiet console: every page, light and dark, phone and desktop."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.test_journeys import TOO_WIDE

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    # No rule of these reads a style sheet or a film as a file, and no page of the walk holds a frame.
    "preload": False,
    "iframes": False,
}
# What a look or a size can change. How a page is built it cannot: that is asked once.
SEEN = RULES | {"runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]}
# Each page is seen in both looks and at both sizes; which look goes with which size, and at which size all rules are
# asked, alternates from page to page.
WALKS = [{"light": DESKTOP, "dark": PHONE}, {"light": PHONE, "dark": DESKTOP}]
# One loading serves both looks: with nothing left that moves, the other look is there at once and does not fade in.
STILL = """(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important }");
    document.adoptedStyleSheets.push(still);
})()"""
# The window has its new size some time after it was asked for; a page that is not drawn anew is told of it by no event.
SIZED = "new Promise((done) => { const look = () => (innerWidth === %d ? done() : setTimeout(look, 4)); look(); })"
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
AXE = Axe().axe_script


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[Any]:
    found = page.evaluate(f"axe.run({json.dumps(rules)}).then((seen) => seen.violations)")
    return [
        (rule["id"], [(n["html"][:160], n.get("failureSummary", "")[:200]) for n in rule["nodes"][:3]])
        for rule in found
    ]


def assert_clean(page: Page) -> None:
    page.evaluate(AXE)
    assert not violations(page)


def faults_of(page: Page, address: str, walk: dict[str, Any] = WALKS[0]) -> dict[str, Any]:
    """What is wrong with the page at `address`, by the size and look in which it is wrong."""
    faults: dict[str, Any] = {}
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    response = page.goto(address)
    if response and response.status >= 400 and "/no/" not in address:
        faults["status"] = response.status
    page.evaluate(f"{STILL}; {AXE}")
    for (look, size), rules in zip(walk.items(), (RULES, SEEN), strict=True):
        page.emulate_media(color_scheme=look)
        page.set_viewport_size(size)
        page.evaluate(f"{SIZED % size['width']}.then(() => {DRAWN})")
        if wrong := violations(page, rules):
            faults[f"{size['width']} {look}"] = wrong
        if size is PHONE and (wide := page.evaluate(TOO_WIDE)):
            faults["sideways"] = wide
    return faults


def walk(page: Page, root: str, paths: list[str]) -> dict[str, Any]:
    found = {path: faults_of(page, f"{root}{path}", WALKS[place % 2]) for place, path in enumerate(paths)}
    return {path: faults for path, faults in found.items() if faults}


@pytest.mark.parametrize("username", ["morgan", "admin"])  # two, so that two workers share the walk
def test_every_page_is_clean(username: str, live_server: Any, desk: Any, page: Page, sign_in: Any) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(username)
    paths = pages.of_administrators() if username == "admin" else pages.signed_in(desk)
    faults = walk(page, live_server.url, paths)
    assert not faults, json.dumps(faults, indent=1)
    assert [text for text in complaints if "404" not in text] == []


def test_pages_before_the_sign_in_are_clean(live_server: Any, desk: Any, page: Page) -> None:
    faults = walk(page, live_server.url, pages.signed_out(desk))
    assert not faults, json.dumps(faults, indent=1)


def test_what_opens_is_clean_too(live_server: Any, desk: Any, page: Page, sign_in: Any) -> None:
    sign_in("casey")
    page.goto(f"{live_server.url}{desk.get_absolute_url()}")
    page.wait_for_load_state()
    page.get_by_role("link", name="Resolve").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Resolve").wait_for()
    assert_clean(page)
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    page.wait_for_selector(".errors-summary")
    assert_clean(page)
    page.keyboard.press("Control+k")
    page.get_by_role("listbox").get_by_role("option").first.wait_for()
    assert_clean(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    assert_clean(page)
