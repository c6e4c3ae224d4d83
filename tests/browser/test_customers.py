"""Customers in a real browser: imported without scripts, noted on, changed in a dialog; clean for everybody."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from contacts.models import Customer, HealthRecord
from tests.browser.test_accessibility import faults_of
from tests.browser.test_journeys import TOO_WIDE

FILE = "name;annual_value;contact_name\nGlobex;1.200,50;Hank\nGlobex;;Homer\nInitech;x;\n"


def choose(page: Page, text: str) -> None:
    file: Any = {"name": "customers.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry run")


def test_a_file_is_mended_and_imported_without_scripts(live_server, desk, browser: Browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator('form[action$="/morgan/"] button').click()
    page.goto(f"{live_server.url}/customers/")
    page.get_by_role("link", name="Import").click()
    choose(page, FILE)
    expect(page.get_by_text("1 problem stands in the way")).to_be_visible()
    expect(page.locator("section", has_text="What is wrong").first).to_contain_text("“x” is no amount")
    page.get_by_role("link", name="Choose a file").click()
    choose(page, FILE.replace(";x;", ";7;"))
    page.locator("main").get_by_role("button", name="Import").click()
    expect(page.get_by_role("status")).to_contain_text("Imported: 2 new, 0 changed, 0 as they were.")
    page.get_by_role("link", name="Globex").click()
    expect(page.get_by_label("About the customer")).to_contain_text("Homer")
    page.context.close()


def test_the_health_is_said_in_a_dialog_and_a_note_is_kept(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    sign_in("casey")
    page.goto(f"{live_server.url}/customers/")
    page.get_by_role("link", name="Acme").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="Say how they fare").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Red", exact=True).click()
    dialog.get_by_label("Why").fill("Their sponsor has left")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Kept, with your reason")
    expect(page.locator(".ticket-meta .health")).to_have_text("Red")
    page.get_by_label("Note", exact=True).fill("Call **Dana** first")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".note strong")).to_have_text("Dana")
    assert HealthRecord.objects.get().note == "Their sponsor has left"


def test_two_people_at_once_the_second_is_told_and_keeps_the_words(live_server, desk, page: Page, sign_in):
    sign_in("casey")
    page.goto(f"{live_server.url}/customers/acme/edit/")
    page.get_by_label("Name", exact=True).fill("Acme Inc")
    Customer.objects.update(tier="Silver")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("has changed this customer meanwhile")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Acme Inc")
    expect(page.get_by_label("Tier")).to_have_value("Silver")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/customers/acme/$"))


def test_the_dry_run_is_clean(live_server, desk, page: Page, sign_in):
    sign_in("morgan")
    page.goto(f"{live_server.url}/customers/import/")
    choose(page, FILE)
    assert faults_of(page, page.url) == {}


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_no_page_scrolls_sideways_whatever_a_customer_is_called(live_server, desk, page: Page, sign_in, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in("morgan")
    slug = "x" * 60
    Customer.objects.create(slug=slug, name="Donaudampfschifffahrt" * 5, tier="W" * 40, annual_value=10**11)
    for path in ("", "acme/", "acme/notes/", f"{slug}/", f"{slug}/edit/", "import/"):
        page.goto(f"{live_server.url}/customers/{path}")
        assert not page.evaluate(TOO_WIDE), path
    choose(page, FILE)
    assert not page.evaluate(TOO_WIDE)
