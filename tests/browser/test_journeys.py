"""Stories from the first click to the last, in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from escalations.links import take_token
from escalations.models import Ticket

# What sticks out on the right, named so that a failure tells where to look; text may leave its own box.
TOO_WIDE = """document.documentElement.scrollWidth > innerWidth && ["wide", ...[...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().left + Math.max(e.offsetWidth, e.scrollWidth) > innerWidth + 1)
    .slice(-4).map((e) => e.outerHTML.slice(0, 120))]"""
PHONE = {"width": 390, "height": 844}


def test_casey_logs_an_issue_answers_and_keeps_the_customer_informed(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    sign_in("casey")
    expect(page.get_by_role("heading", level=1)).to_have_text("My queue")
    page.get_by_role("link", name="New issue").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New issue")
    page.wait_for_load_state()
    page.get_by_role("combobox", name="Customer", exact=True).fill("Acme")
    page.keyboard.press("Enter")
    page.get_by_label("Everybody, or many").check()
    page.get_by_label("None", exact=True).check()
    page.get_by_label("What is wrong").fill("Nobody can sign in")
    expect(page.locator("#new-panel")).to_contain_text("P1 Critical")
    expect(page.locator("#new-panel")).to_contain_text("Told at once")
    page.get_by_role("button", name="Log it and start the clocks").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody can sign in")
    expect(page.get_by_role("status")).to_contain_text("is logged and its clocks run")
    page.locator("#next-part").get_by_role("link", name="Acknowledge").click()
    page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".clock-cell").first).to_contain_text("Met in")

    page.get_by_label("What has changed").fill("We found the broken certificate.")
    page.get_by_label("What happens next").fill("It is replaced within the hour.")
    page.get_by_role("button", name="Send update").click()
    expect(page.locator(".activity")).to_contain_text("We found the broken certificate.")

    page.get_by_text("Internal note", exact=True).first.click()
    page.get_by_label("Internal note", exact=True).last.fill("Ask the vendor for a refund.")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".internal")).to_contain_text("Ask the vendor for a refund.")


def test_vera_takes_it_from_her_phone_without_signing_in(live_server, desk, quiet_console):
    page = quiet_console
    page.set_viewport_size(PHONE)
    escalation = desk.escalations.get(level="3")
    page.goto(f"{live_server.url}/a/{take_token(escalation, 'vera@desk.example')}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout is down")
    expect(page.get_by_role("link", name=re.compile("Call Casey"))).to_have_attribute("href", "tel:+49301234")
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_text("You have it. Everybody")).to_be_visible()
    expect(page.get_by_role("button", name="I have it")).to_have_count(0)
    desk.refresh_from_db()
    assert desk.taken_by_name == "Vera"


def test_vera_lands_where_things_wait_and_takes_one(live_server, desk, quiet_console):
    page = quiet_console
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator('form[action$="/vera/"] button').click()
    expect(page).to_have_url(re.compile("/escalated/$"))
    page.get_by_role("button", name=re.compile(f"I have it.*{desk.number}")).click()
    expect(page.get_by_role("status")).to_contain_text("You have it")


def test_everything_works_without_scripts(live_server, desk, browser: Browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator('form[action$="/casey/"] button').click()
    expect(page.locator(".group-late sla-clock time")).to_have_text(re.compile("^\N{MINUS SIGN}"))
    page.get_by_role("link", name="Checkout is down").first.click()
    page.get_by_role("link", name="Wait for customer").click()
    page.get_by_label("What we wait for").fill("Their firewall log")
    page.get_by_role("button", name="Wait for customer").click()
    expect(page.locator(".ticket-meta")).to_contain_text("Waiting on customer")
    page.get_by_role("button", name=re.compile("Explain: Resolution")).click()
    expect(page.locator("#why-resolution")).to_contain_text("Their firewall log")
    page.context.close()


def test_two_people_at_once_the_second_is_told_and_keeps_the_words(live_server, desk, page: Page, sign_in):
    sign_in("casey")
    page.goto(f"{live_server.url}{desk.get_absolute_url()}")
    page.wait_for_load_state()
    page.get_by_role("link", name="Wait for customer").click()
    page.get_by_label("What we wait for").fill("Their firewall log")
    ticket = Ticket.objects.get(pk=desk.pk)
    ticket.resolve(
        root_cause="a", solution="b", prevention="c", by=ticket.owner, at=ticket.last_message_at or ticket.created_at
    )
    page.get_by_role("button", name="Wait for customer").click()
    expect(page.get_by_role("alert")).to_contain_text("That was not done")
    expect(page.get_by_label("What we wait for")).to_have_value("Their firewall log")


def test_a_clock_ticks_and_turns_red_by_itself(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    page.clock.install()
    sign_in("casey")
    clock = page.locator(".row", has_text="Reports are slow").locator("sla-clock")
    before = clock.inner_text()
    page.clock.run_for(3000)
    assert clock.inner_text() != before
    expect(clock).to_have_attribute("data-state", "ok")
    page.clock.run_for(40 * 60 * 1000)
    expect(clock).to_have_attribute("data-state", "risk")
    page.clock.run_for(12 * 60 * 1000)
    expect(clock).to_have_attribute("data-state", "late")
    expect(clock).to_contain_text("\N{MINUS SIGN}")


def test_the_queue_tells_news_by_itself(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    page.clock.install()
    sign_in("casey")
    Ticket.objects.filter(pk=desk.pk).update(subject="Checkout is back")
    with page.expect_response(lambda response: "v=" in response.url and response.status == 200):
        page.clock.run_for(16_000)
    expect(page.get_by_role("link", name="Checkout is back").first).to_be_visible()


def test_keys_walk_the_queue(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    sign_in("casey")
    page.wait_for_load_state()
    page.keyboard.press("/")
    expect(page.locator("[data-filter]")).to_be_focused()
    page.locator("[data-filter]").blur()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Checkout is down").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout is down")


def test_the_look_follows_the_device_until_somebody_chooses(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    page.emulate_media(color_scheme="dark")
    sign_in("casey")
    assert _is_dark(page)
    page.get_by_role("button", name="Theme and account").click()
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert not _is_dark(page)


def _is_dark(page: Page) -> Any:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(10, 11, 15)"


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_no_page_scrolls_sideways(live_server, desk, page: Page, sign_in, width):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in("casey")
    for path in ("/", "/tickets/", "/tickets/new/", desk.get_absolute_url(), "/escalated/", "/outbox/"):
        page.goto(f"{live_server.url}{path}")
        assert not page.evaluate(TOO_WIDE), path
