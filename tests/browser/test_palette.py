"""The palette on Ctrl K and the keys: what is typed lands where it should, and nothing is done by accident."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from config.keys import FOR_SCRIPT


@pytest.fixture
def at_the_queue(live_server: Any, desk: Any, quiet_console: Page, sign_in: Any) -> Page:
    sign_in("casey")
    quiet_console.wait_for_load_state()
    return quiet_console


@pytest.fixture
def on_the_ticket(at_the_queue: Page, live_server: Any, desk: Any) -> Page:
    at_the_queue.goto(f"{live_server.url}{desk.get_absolute_url()}")
    at_the_queue.wait_for_load_state()
    return at_the_queue


def palette(page: Page) -> Any:
    return page.get_by_role("dialog", name="Search and commands")


def test_what_is_typed_right_after_ctrl_k_lands_in_the_palette(at_the_queue: Page, desk: Any):
    at_the_queue.keyboard.press("Control+k")
    at_the_queue.keyboard.type(desk.number.lower())
    expect(palette(at_the_queue).get_by_role("combobox")).to_have_value(desk.number.lower())
    at_the_queue.keyboard.press("Enter")
    expect(at_the_queue.get_by_role("heading", level=1)).to_have_text("Checkout is down")


def test_a_bare_number_jumps_too_and_an_unknown_one_is_no_error(at_the_queue: Page, desk: Any):
    at_the_queue.keyboard.press("Control+k")
    at_the_queue.keyboard.type("99999")
    at_the_queue.keyboard.press("Enter")
    expect(at_the_queue).to_have_url(re.compile(r"/tickets/\?q=99999"))


def test_words_find_issues_and_arrows_choose_among_them(at_the_queue: Page):
    page = at_the_queue
    page.keyboard.press("Control+k")
    page.keyboard.type("checkout")
    found = palette(page).get_by_role("option", name=re.compile("Checkout is down"))
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(found).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    expect(palette(page).get_by_role("combobox")).to_have_attribute("aria-activedescendant", re.compile("palette-"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout is down")


def test_it_goes_to_every_page_of_the_sidebar(at_the_queue: Page):
    at_the_queue.keyboard.press("Control+k")
    at_the_queue.keyboard.type("outb")
    expect(palette(at_the_queue).get_by_role("option", name="Outbox")).to_be_visible()
    at_the_queue.keyboard.press("Enter")
    expect(at_the_queue).to_have_url(re.compile("/outbox/$"))


def test_it_offers_what_the_page_offers(on_the_ticket: Page):
    on_the_ticket.keyboard.press("Control+k")
    on_the_ticket.keyboard.type("assi")
    on_the_ticket.keyboard.press("Enter")
    expect(on_the_ticket.get_by_role("dialog").get_by_label("Owner")).to_be_visible()


def test_escape_closes_it_and_gives_the_focus_back(at_the_queue: Page):
    link = at_the_queue.get_by_role("link", name="Checkout is down").last
    link.focus()
    at_the_queue.keyboard.press("Control+k")
    expect(palette(at_the_queue)).to_be_visible()
    at_the_queue.keyboard.press("Escape")
    expect(palette(at_the_queue)).to_be_hidden()
    expect(link).to_be_focused()


def test_a_lone_second_letter_goes_nowhere(at_the_queue: Page, live_server: Any):
    """Right after the page has loaded, too: a "c" once was taken for the end of "g c"."""
    at_the_queue.goto(f"{live_server.url}/tickets/")
    at_the_queue.wait_for_load_state()
    at_the_queue.keyboard.press("c")
    at_the_queue.keyboard.press("d")
    expect(at_the_queue).to_have_url(f"{live_server.url}/tickets/")


def test_two_letters_lead_only_where_the_page_leads(at_the_queue: Page, live_server: Any):
    page = at_the_queue
    places = [(keys, what) for keys, does, what in FOR_SCRIPT if does == "go"]
    for keys, place in places:
        page.goto(f"{live_server.url}/tickets/")
        page.wait_for_load_state()
        linked = page.locator(f'a[href="{place}"]').count() > 0
        for key in keys.split():
            page.keyboard.press(key)
        expect(page).to_have_url(f"{live_server.url}{place if linked else '/tickets/'}")


@pytest.mark.parametrize(("key", "title"), [("e", "Escalate"), ("w", "Wait for customer"), ("r", "Resolve")])
def test_a_verbs_key_opens_its_form(on_the_ticket: Page, key: str, title: str):
    on_the_ticket.keyboard.press(key)
    expect(on_the_ticket.get_by_role("dialog").get_by_role("heading", name=title).first).to_be_visible()


def test_a_key_never_sends_a_verb(on_the_ticket: Page, desk: Any):
    on_the_ticket.keyboard.press("t")
    dialog = on_the_ticket.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="I have it")).to_be_focused()
    desk.refresh_from_db()
    assert not desk.taken_at
    on_the_ticket.keyboard.press("Enter")
    expect(on_the_ticket.locator(".toasts")).to_contain_text("You have it")


@pytest.mark.parametrize(("key", "send"), [("u", "send_update"), ("m", "note")])
def test_the_composers_keys_go_to_its_field(on_the_ticket: Page, key: str, send: str):
    on_the_ticket.keyboard.press(key)
    field = on_the_ticket.locator(f'form[action$="/{send}/"] textarea').first
    expect(field).to_be_focused()
    on_the_ticket.keyboard.type("resume")
    expect(field).to_have_value("resume")


def test_the_question_mark_shows_every_shortcut(at_the_queue: Page):
    at_the_queue.keyboard.press("?")
    help_sheet = at_the_queue.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_sheet.get_by_text("Escalate", exact=True)).to_be_visible()
    at_the_queue.keyboard.press("Escape")
    expect(help_sheet).to_be_hidden()


def test_single_keys_can_be_switched_off_and_ctrl_k_stays(at_the_queue: Page, live_server: Any):
    page = at_the_queue
    page.goto(f"{live_server.url}/keys/")
    page.locator("#main [data-keys]").click()
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.keyboard.press("?")
    expect(page).to_have_url(f"{live_server.url}/keys/")
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_visible()
