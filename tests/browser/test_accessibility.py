"""No axe violation: every page, light and dark, phone and desktop."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def assert_clean(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [
        (rule["id"], [(n["html"][:160], n.get("failureSummary", "")[:200]) for n in rule["nodes"][:3]])
        for rule in found
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_page_is_clean(live_server: Any, desk: Any, page: Page, sign_in: Any, look: str, size: str) -> None:
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    page.set_viewport_size(SIZES[size])
    page.goto(f"{live_server.url}/accounts/login/")
    assert_clean(page)
    sign_in("vera")
    for path in (
        "/escalated/",
        "/",
        "/?tab=waiting",
        "/tickets/",
        "/tickets/new/",
        desk.get_absolute_url(),
        "/outbox/",
        "/no/",
    ):
        page.goto(f"{live_server.url}{path}")
        assert_clean(page)


def test_what_opens_is_clean_too(live_server: Any, desk: Any, page: Page, sign_in: Any) -> None:
    sign_in("casey")
    page.goto(f"{live_server.url}{desk.get_absolute_url()}")
    page.locator("summary", has_text="Resolve").click()
    page.locator("#verb-resolve button").click()
    page.wait_for_selector(".errors-summary")
    assert_clean(page)
    page.get_by_role("button", name="Explain: Customer update").click()
    assert_clean(page)
