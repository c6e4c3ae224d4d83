"""The people and the issues around an issue, through the sheets that a person opens."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from escalations.models import Ticket


def test_a_call_is_planned_in_a_sheet(live_server: Any, desk: Ticket, page: Page, sign_in: Any) -> None:
    sign_in("casey")
    page.goto(f"{live_server.url}{desk.get_absolute_url()}team/")
    page.wait_for_load_state()
    page.get_by_role("link", name="Schedule a call").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("Dana Whitfield")).to_be_checked()
    sheet.get_by_label("Starts at").fill("2099-01-01T09:00")
    sheet.get_by_role("button", name="Send the invitations").click()
    expect(page.locator(".errors-summary", has_text="lies ahead, at most a year")).to_be_visible()
    starts_at = timezone.localtime(timezone.now() + timedelta(days=1))
    page.get_by_label("Starts at").fill(starts_at.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_text("The invitations are on their way.")).to_be_visible()
    expect(page.get_by_role("link", name="invite.ics")).to_be_visible()


def test_a_tag_is_added_and_taken_away_on_the_issue(
    live_server: Any, desk: Ticket, quiet_console: Page, sign_in: Any
) -> None:
    page = quiet_console
    sign_in("casey")
    page.goto(f"{live_server.url}{desk.get_absolute_url()}")
    page.wait_for_load_state()
    page.get_by_role("link", name="Tag", exact=True).click()
    page.get_by_label("Add a tag").fill("sso")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="sso")).to_be_visible()
    page.get_by_role("button", name="Remove the tag sso").click()
    expect(page.get_by_role("link", name="sso")).to_have_count(0)
