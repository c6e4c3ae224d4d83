"""The people and the issues around an issue: the pages are clean, and their sheets work."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.models import User
from escalations.models import Ticket
from escalations.verbs.team import usual_team
from tests.browser.test_accessibility import SIZES, assert_clean

PAGES = ("team/", "team/add/", "calls/new/", "related/", "merge/", "tags/", "brief/")


@pytest.fixture
def busy(desk: Ticket) -> Ticket:
    """With a team, a call, tags and a link."""
    casey, at = User.objects.get(username="casey"), timezone.now()
    desk.add_responders(people=usual_team(desk, at), by=casey, at=at)
    dana = {"name": "Dana", "email": "dana@acme.example"}
    starts_at = at + timedelta(hours=2)
    desk.schedule_call(title="Sync", starts_at=starts_at, attendees=[dana], by=casey, at=at)
    desk.link(other=Ticket.objects.exclude(pk=desk.pk).first(), kind="related", by=casey, at=at)
    desk.retag(add=["sso", "eu-west"], by=casey, at=at)
    return desk


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_page_around_an_issue_is_clean(
    live_server: Any, busy: Ticket, page: Page, sign_in: Any, look: str, size: str
) -> None:
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    page.set_viewport_size(SIZES[size])
    sign_in("casey")
    for path in PAGES:
        page.goto(f"{live_server.url}{busy.get_absolute_url()}{path}")
        assert_clean(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


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
