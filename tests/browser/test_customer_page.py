"""The customer says that it is not fixed: from the link in the mail to what the desk sees."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contacts.models import User
from escalations import customer_pages
from escalations.models import Ticket
from tests.browser.test_accessibility import DESKTOP, PHONE, assert_clean, faults_of

SOLVED = {"root_cause": "The certificate chain.", "solution": "Renewed it.", "prevention": "A watchdog."}


@pytest.fixture
def resolved(desk: Ticket) -> Ticket:
    """Resolved, and the customer was told so by mail."""
    from django.utils import timezone

    desk.resolve(by=User.objects.get(username="casey"), at=timezone.now(), **SOLVED)
    return desk


def address_of(live_server: Any, ticket: Ticket) -> str:
    page = customer_pages.current(ticket)
    assert page
    return f"{live_server.url}{customer_pages.path_of(page)}"


def test_a_customer_says_it_is_not_fixed(live_server: Any, resolved: Ticket, quiet_console: Page, sign_in: Any) -> None:
    page = quiet_console
    page.set_viewport_size(PHONE)
    page.goto(address_of(live_server, resolved))
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout is down")
    expect(page.get_by_role("button", name="All is well")).to_be_visible()
    page.get_by_text("It still does not work").click()
    page.get_by_label("What does not work?").fill("The tills still say “offline”.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("We are on it again")).to_be_visible()
    expect(page.get_by_text("We are working on it")).to_be_visible()
    page.set_viewport_size(DESKTOP)
    sign_in("casey")
    page.goto(f"{live_server.url}{resolved.get_absolute_url()}")
    expect(page.locator(".activity").get_by_text("The tills still say “offline”.").first).to_be_visible()
    expect(page.locator(".status-in_progress").first).to_be_visible()


def test_a_customer_says_all_is_well(live_server: Any, resolved: Ticket, quiet_console: Page) -> None:
    page = quiet_console
    page.goto(address_of(live_server, resolved))
    page.get_by_role("button", name="All is well").click()
    expect(page.get_by_text("Thank you. We have it.")).to_be_visible()
    expect(page.get_by_text("You confirmed")).to_be_visible()


def test_the_customer_s_page_is_clean(live_server: Any, resolved: Ticket, page: Page) -> None:
    assert faults_of(page, address_of(live_server, resolved)) == {}
    page.get_by_text("It still does not work").click()
    assert_clean(page)


def test_a_link_that_does_not_work_is_clean_too(live_server: Any, desk: Ticket, page: Page) -> None:
    assert set(faults_of(page, f"{live_server.url}/s/forged/")) == {"status"}
