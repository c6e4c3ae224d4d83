"""Casey logs a P1 while a customer is shouting on the phone."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from contacts.models import Customer
from escalations.models import Attachment, Event, Ticket
from tests.browser.test_accessibility import assert_clean

PHONE = {"width": 390, "height": 844}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # one pixel
GIVE = """([selector, kind, name, type, data]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], name, { type }));
    const target = document.querySelector(selector);
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
}"""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def form(live_server: Any, desk: Ticket, quiet_console: Page, sign_in: Any) -> Page:
    """The empty form, with Casey in front of it."""
    Customer.objects.create(slug="borealis", name="Borealis", tier="Silver")
    sign_in("casey")
    quiet_console.goto(f"{live_server.url}/tickets/new/")
    quiet_console.wait_for_load_state()
    expect(quiet_console.get_by_role("combobox", name="Customer")).to_be_focused()
    return quiet_console


def options(page: Page) -> Any:
    return page.locator("#customer-options [role=option]")


def severity(page: Page) -> Any:
    return page.locator("#new-panel .panel-head h2")


def test_a_p1_is_logged_in_few_strokes_and_acknowledged(form):
    """Four letters of a name, two answers, one line, Enter: nothing has to be aimed at."""
    page, strokes = form, 0

    def press(key: str) -> None:
        nonlocal strokes
        strokes += 1
        page.keyboard.press(key)

    page.keyboard.type("acme")
    press("Enter")
    expect(page.get_by_label("Everybody, or many")).to_be_focused()
    press("Space")
    press("Tab")
    press("Space")
    press("Tab")
    for _ in range(5):
        press("Tab")
    expect(page.get_by_label("What is wrong")).to_be_focused()
    page.keyboard.type("Nobody can sign in")
    expect(severity(page)).to_have_text("P1 Critical")
    press("Enter")
    assert strokes <= 11

    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody can sign in")
    ticket = Ticket.objects.latest("pk")
    assert (ticket.severity_id, ticket.customer.slug) == ("P1", "acme")
    assert ticket.triage["answers"] == {"who": "many", "workaround": "none", "stakes": []}
    page.get_by_role("link", name="Acknowledge").or_(page.get_by_role("button", name="Acknowledge")).first.click()
    page.locator("form[action*=acknowledge] button[type=submit]").last.click()
    expect(page.locator(".clock-cell").first).to_contain_text("Met in")


def test_with_a_mouse_it_takes_four_clicks(form):
    page = form
    page.keyboard.type("acm")
    options(page).filter(has_text="Acme").click()
    page.locator("label.chip", has_text="Everybody, or many").click()
    page.locator("label.chip", has_text=re.compile("^None$")).click()
    page.get_by_label("What is wrong").fill("Checkout fails")
    page.get_by_role("button", name="Log it and start the clocks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout fails")
    assert Ticket.objects.latest("pk").severity_id == "P1"


def test_the_panel_follows_what_is_answered(form):
    page = form
    page.keyboard.type("Acme")
    page.keyboard.press("Enter")
    expect(page.locator("#new-about")).to_contain_text("€1.84 m a year")
    expect(page.locator("#new-about")).to_contain_text("open issue")
    page.get_by_label("Several people").check()
    page.get_by_label("Yes, but it hurts").check()
    expect(severity(page)).to_have_text("P2 High")
    expect(page.locator("#new-panel")).to_contain_text("Morgan")
    page.get_by_label("Payments fail").check()
    expect(severity(page)).to_have_text("P1 Critical")
    expect(page.locator("#new-panel")).to_contain_text("Payments do not go through")
    expect(page.locator(".panel-clocks .first b")).to_have_text(re.compile(r"\d\d:\d\d"))


def test_less_than_suggested_asks_why_at_once(form):
    page = form
    page.keyboard.type("Acme")
    page.keyboard.press("Enter")
    page.get_by_label("Everybody, or many").check()
    page.get_by_label("None", exact=True).check()
    expect(page.get_by_label("Why less than suggested?")).to_be_hidden()
    page.get_by_label("P4 Low").check()
    page.get_by_label("Why less than suggested?").fill("It is their sandbox")
    page.get_by_label("What is wrong").fill("Sandbox is away")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".activity")).to_contain_text("the questions suggested P1")
    expect(page.locator(".activity")).to_contain_text("It is their sandbox")


def test_a_hurried_enter_in_the_customer_sends_nothing(form):
    page = form
    page.keyboard.type("bor")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Customer")).to_have_value("Borealis")
    expect(page).to_have_url(re.compile("/tickets/new/$"))


def test_keys_walk_the_customers(form):
    page = form
    box = page.get_by_role("combobox", name="Customer")
    page.keyboard.press("ArrowDown")
    expect(options(page)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options(page).filter(has_text="Borealis")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#customer-options")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("")


def test_a_picture_is_pasted_and_a_log_dropped(form):
    page = form
    page.evaluate(GIVE, ["#new-description", "paste", "image.png", "image/png", PNG])
    expect(page.locator(".file", has_text="image.png")).to_be_visible()
    page.evaluate(GIVE, ["#new-description", "drop", "server.log", "text/plain", "bGluZQ=="])
    expect(page.locator(".file", has_text="server.log")).to_be_visible()
    page.get_by_role("button", name="Remove server.log").click()
    expect(page.locator(".file")).to_have_count(1)

    page.get_by_role("combobox", name="Customer").fill("Acme")
    page.keyboard.press("Enter")
    page.get_by_label("P3 Medium").check()
    page.get_by_label("What is wrong").fill("The footer is odd")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("image.png"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("image.png")).click()
    assert download.value.suggested_filename == "image.png"
    assert Attachment.objects.get(ticket__subject="The footer is odd").content_type == "image/png"


def test_what_is_alike_gets_the_words_instead(form, desk):
    page = form
    page.keyboard.type("Acme")
    page.keyboard.press("Enter")
    page.get_by_label("What is wrong").fill("The checkout is down again")
    page.get_by_label("What happened").fill("Tills say no")
    page.get_by_role("button", name=f"Add to this one instead {desk.number}").click()
    expect(page.get_by_label("What is added")).to_have_value("The checkout is down again\n\nTills say no")
    page.get_by_role("button", name=f"Add to {desk.number}").click()
    expect(page.get_by_text("No new issue was logged", exact=False)).to_be_visible()
    assert Event.objects.filter(ticket=desk, kind="note", text__contains="Tills say no").count() == 1


def test_a_lost_session_loses_no_words(form, sign_in):
    page = form
    page.keyboard.type("Acme")
    page.keyboard.press("Enter")
    page.get_by_label("Everybody, or many").check()
    page.get_by_label("None", exact=True).check()
    page.get_by_label("What is wrong").fill("Nobody can sign in")
    expect(severity(page)).to_have_text("P1 Critical")
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] != "sessionid"]
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    page.get_by_role("button", name="Log it and start the clocks").click()
    page.locator('form[action$="/casey/"] button').click()
    expect(page.get_by_text("You had been signed out, so nothing was sent.")).to_be_visible()
    expect(page.get_by_label("What is wrong")).to_have_value("Nobody can sign in")
    expect(page.get_by_label("Everybody, or many")).to_be_checked()
    assert not Ticket.objects.filter(subject="Nobody can sign in").exists()
    page.get_by_role("button", name="Log it and start the clocks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody can sign in")


def test_without_scripts_the_button_suggests(live_server, desk, browser: Browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator('form[action$="/casey/"] button').click()
    page.goto(f"{live_server.url}/tickets/new/")
    page.get_by_label("Customer", exact=True).fill("acme")
    page.get_by_label("Everybody, or many").check(force=True)
    page.get_by_label("None", exact=True).check(force=True)
    page.get_by_label("What is wrong").fill("Nobody can sign in")
    page.locator("input[type=file]").set_input_files({"name": "a.log", "mimeType": "text/plain", "buffer": b"line"})
    page.get_by_role("button", name="Suggest a severity").click()
    expect(severity(page)).to_have_text("P1 Critical")
    expect(page.get_by_label("a.log")).to_be_checked()
    page.get_by_label("What is wrong").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody can sign in")
    assert Ticket.objects.latest("pk").attachments.get().name == "a.log"
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, {"width": 1440, "height": 900}])
def test_the_filled_form_is_clean(form, size):
    page = form
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    page.set_viewport_size(size)
    page.keyboard.type("Acme")
    expect(options(page).first).to_be_visible()
    assert_clean(page)
    page.keyboard.press("Enter")
    page.get_by_label("Everybody, or many").check()
    page.get_by_label("None", exact=True).check()
    page.get_by_label("What is wrong").fill("The checkout is down")
    page.evaluate(GIVE, ["#new-description", "drop", "a.log", "text/plain", "bGluZQ=="])
    expect(page.locator(".file", has_text="a.log")).to_be_visible()
    page.get_by_label("P4 Low").check()
    expect(page.locator(".alike")).to_be_visible()
    expect(page.get_by_label("Why less than suggested?")).to_be_visible()
    assert_clean(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
