"""The ticket in a real browser: writing with a live preview, waiting, names, news, the eye."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contacts.models import User
from templates_app.models import CommunicationTemplate, Notification
from tests.browser.test_accessibility import assert_clean


@pytest.fixture
def ticket_page(live_server: Any, desk: Any, quiet_console: Page, sign_in: Any) -> Page:
    """Casey at the overdue ticket."""
    sign_in("casey")
    quiet_console.goto(f"{live_server.url}{desk.get_absolute_url()}")
    quiet_console.wait_for_load_state()
    return quiet_console


def write(page: Page, label: str, text: str) -> None:
    page.locator(".pane-update").get_by_label(label).fill(text)


def test_an_update_is_shown_as_it_will_leave_and_then_sent(ticket_page, desk):
    page = ticket_page
    expect(page.get_by_label("What happens next")).to_be_hidden()
    write(page, "What has changed", "We found the broken certificate.")
    draft = page.locator(".pane-update [data-draft]")
    expect(draft).to_contain_text("We found the broken certificate.")
    expect(page.get_by_label("What happens next")).not_to_have_value("")  # proposed from the issue's state
    page.get_by_label("What happens next").fill("")
    expect(draft.locator(".gap")).to_have_text("Next steps")
    draft.get_by_role("button", name="Next steps missing").click()
    expect(page.get_by_label("What happens next")).to_be_focused()
    write(page, "What happens next", "We replace it.")
    expect(draft.locator(".gap")).to_have_count(0)
    page.get_by_label("in 2 h").check()
    assert_clean(page)
    page.get_by_role("button", name="Send update").click()
    expect(page.get_by_role("status").first).to_contain_text("Update on its way")
    expect(page.locator(".activity")).to_contain_text("We replace it.")
    sent = Notification.objects.filter(kind="customer").latest("pk")
    assert "We found the broken certificate." in sent.text


def test_what_the_issue_says_is_written_into_the_text(ticket_page, desk):
    page = ticket_page
    write(page, "What has changed", "About ")
    page.locator(".pane-update").get_by_label("What has changed").press("End")
    page.get_by_role("button", name=re.compile("^Ticket number")).click()
    expect(page.locator(".pane-update").get_by_label("What has changed")).to_have_value(f"About {desk.number}")


def test_another_template_brings_its_own_fields_and_keeps_the_words(ticket_page, desk):
    CommunicationTemplate.objects.create(
        slug="short",
        name="Short word",
        subject="[{{ticket_number}}] {{issue}}",
        body="{{work_completed}}",
        fields=[{"name": "work_completed", "label": "News"}, {"name": "issue", "label": "In a word"}],
    )
    from django.core.cache import cache

    cache.clear()
    page = ticket_page
    page.reload()
    write(page, "What has changed", "All is well again.")
    page.get_by_label("Template").select_option(label="Short word")
    expect(page.locator(".pane-update").get_by_label("News")).to_have_value("All is well again.")
    write(page, "In a word", "Certificate")
    expect(page.locator(".draft-subject").first).to_have_text(f"[{desk.number}] Certificate")


def test_waiting_for_the_customer_and_going_on(ticket_page):
    page = ticket_page
    page.get_by_role("link", name="Wait for customer").click()
    page.get_by_label("What we wait for").fill("Their firewall log")
    page.get_by_role("dialog").get_by_role("button", name="Wait for customer").click()
    expect(page.locator(".ticket-meta")).to_contain_text("Waiting on customer")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".ticket-meta")).to_contain_text("In progress")


def test_acknowledging_shows_the_message_first(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    sign_in("casey")
    page.get_by_role("link", name="Reports are slow").first.click()
    page.wait_for_load_state()
    page.locator("#next-part").get_by_role("link", name="Acknowledge").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator("[data-draft]")).to_contain_text("Reports are slow")
    sheet.get_by_label("The issue, in a few words").fill("Reports take ten minutes")
    expect(sheet.locator("[data-draft]")).to_contain_text("Reports take ten minutes")
    assert_clean(page)
    sheet.get_by_label("Send the acknowledgement").uncheck()
    expect(sheet.locator("[data-draft]")).to_contain_text("No message is sent")
    sheet.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".clock-cell").first).to_contain_text("Met in")


def test_a_colleague_is_found_by_the_first_letters_and_told(ticket_page, desk):
    page = ticket_page
    page.get_by_text("Internal note", exact=True).first.click()
    note = page.locator(".pane-note textarea")
    note.click()
    note.press_sequentially("Ask @mor")
    expect(page.get_by_role("option")).to_have_count(1)
    assert_clean(page)
    note.press("Enter")
    expect(note).to_have_value("Ask @morgan ")
    note.press_sequentially("or @v")
    expect(page.get_by_role("option")).to_have_count(1)
    note.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".activity .mention").first).to_have_text("@morgan")
    assert Notification.objects.filter(kind="mentioned", to_address="morgan@desk.example").exists()


def test_news_come_in_a_line_and_leave_the_words_alone(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    page.clock.install()
    sign_in("casey")
    page.goto(f"{live_server.url}{desk.get_absolute_url()}")
    page.wait_for_load_state()
    write(page, "What has changed", "Half a sentence")
    morgan = User.objects.get(username="morgan")
    desk.note(text="The vendor answered", by=morgan, at=desk.last_message_at or desk.created_at)
    with page.expect_response(lambda answer: "/news/" in answer.url and answer.status == 200):
        page.clock.run_for(16_000)
    bar = page.locator(".news-bar")
    expect(bar).to_contain_text("Morgan left an internal note")
    bar.get_by_role("link", name="Show").click()
    expect(page.locator(".activity")).to_contain_text("The vendor answered")
    expect(page.locator(".news-bar")).to_have_count(0)
    expect(page.locator(".pane-update").get_by_label("What has changed")).to_have_value("Half a sentence")


def test_the_eye_costs_nobody_what_they_are_typing(ticket_page, desk):
    page = ticket_page
    write(page, "What has changed", "Half a sentence")
    page.get_by_role("button", name="Watch").click()
    expect(page.get_by_role("button", name="Watch")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".pane-update").get_by_label("What has changed")).to_have_value("Half a sentence")
    assert desk.watches.filter(user__username="casey").exists()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_history_is_clean_on_a_phone(ticket_page, desk, look):
    page = ticket_page
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="History", exact=True).click()
    page.wait_for_load_state()
    assert_clean(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
