"""The queue while somebody works on it: news disturb nothing, ticks, saved views, desktop notifications."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from contacts.models import User
from escalations import visits
from escalations.models import SavedView, Ticket
from tests.browser.test_accessibility import assert_clean

PHONE = {"width": 390, "height": 844}
# A Notification that only remembers what it was asked to show.
REMEMBERS = """
    window.shown = [];
    window.Notification = class extends EventTarget {
        static permission = "granted";
        static requestPermission() { return Promise.resolve("granted"); }
        constructor(words, { body, tag }) { super(); window.shown.push({ words, body, tag }); window.last = this; }
        close() {}
    };
"""


@pytest.fixture
def seen(desk: Ticket) -> None:
    """Casey has looked at everything."""
    casey = User.objects.get(username="casey")
    visits.see_all(casey, Ticket.objects.all(), timezone.now())


@pytest.fixture
def queue(live_server: Any, desk: Ticket, seen: None, quiet_console: Page, sign_in: Any) -> Page:
    """Casey's queue, in a browser whose clock the test moves."""
    page = quiet_console
    page.clock.install()
    sign_in("casey")
    page.wait_for_load_state()
    return page


def wait_for_news(page: Page) -> None:
    with page.expect_response(lambda response: "v=" in response.url and response.status == 200):
        page.clock.run_for(16_000)


def somebody_notes(ticket: Ticket) -> None:
    ticket.note(text="Have a look", by=User.objects.get(username="morgan"), at=timezone.now())


def test_news_leave_the_focus_and_the_ticks_where_they_were(desk, queue):
    page = queue
    page.get_by_label(f"Select {desk.number}").check()
    page.keyboard.press("Escape")
    row = page.locator(f"#row-{desk.pk}")
    row.focus()
    somebody_notes(desk)
    wait_for_news(page)
    expect(page.locator(".row.unread", has_text="Checkout is down")).to_be_visible()
    expect(row).to_be_focused()
    expect(page.get_by_label(f"Select {desk.number}")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="1 selected")).to_be_visible()


def test_news_leave_the_window_where_it_was_scrolled_to(desk, queue):
    page = queue
    page.set_viewport_size({"width": 1440, "height": 420})
    last = page.locator(".row").last
    last.scroll_into_view_if_needed()
    before = last.bounding_box()["y"]
    somebody_notes(desk)
    wait_for_news(page)
    expect(page.locator(".row.unread", has_text="Checkout is down")).to_have_count(1)
    assert abs(page.locator(".row").last.bounding_box()["y"] - before) < 2


def test_an_open_menu_waits_for_no_news(desk, queue):
    page = queue
    page.get_by_role("button", name="Theme and account").click()
    menu = page.locator("#me-menu")
    expect(menu).to_be_visible()
    Ticket.objects.filter(pk=desk.pk).update(subject="Checkout is back")
    page.clock.run_for(31_000)
    expect(menu).to_be_visible()
    expect(page.locator(f"#row-{desk.pk}")).to_contain_text("Checkout is down")
    page.keyboard.press("Escape")
    wait_for_news(page)
    expect(page.locator(f"#row-{desk.pk}")).to_contain_text("Checkout is back")


def test_a_row_that_goes_leaves_the_focus_to_the_next(desk, queue):
    page = queue
    page.locator(f"#row-{desk.pk}").focus()
    Ticket.objects.filter(pk=desk.pk).update(owner=None)
    wait_for_news(page)
    expect(page.locator(f"#row-{desk.pk}")).to_have_count(0)
    expect(page.locator(".row-link", has_text="Reports are slow")).to_be_focused()


def test_x_ticks_the_row_and_the_bar_assigns_what_is_ticked(desk, queue):
    page = queue
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk-count")).to_have_text("2 selected")
    page.get_by_role("button", name="Assign", exact=True).click()
    sheet = page.locator("dialog[open]")
    expect(sheet).to_contain_text("Checkout is down")
    expect(sheet).to_contain_text("Reports are slow")
    sheet.get_by_label("Owner").select_option(label="Morgan")
    sheet.get_by_role("button", name="Assign 2 issues").click()
    expect(page.get_by_text("2 issues changed.")).to_be_visible()
    assert set(Ticket.objects.filter(owner__username="morgan").values_list("subject", flat=True)) == {
        "Checkout is down",
        "Reports are slow",
    }


def test_select_all_ticks_its_group_and_none_takes_all_out(desk, queue):
    page = queue
    page.goto(page.url.rstrip("/") + "/tickets/")
    page.wait_for_load_state()
    page.get_by_label("Select all: this page").check()
    expect(page.locator(".bulk-count")).to_have_text("4 selected")
    page.get_by_role("button", name="Select none").click()
    expect(page.locator("[data-pick]:checked")).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()


def test_ticked_rows_change_without_scripts(live_server, desk, browser: Browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator('form[action$="/casey/"] button').click()
    page.get_by_label(f"Select {desk.number}").check()
    page.get_by_role("button", name="Severity", exact=True).click()
    page.get_by_label("Severity", exact=True).select_option("P2")
    page.get_by_label("Why").fill("One shop only")
    page.get_by_role("button", name="Change 1 issue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My queue")
    desk.refresh_from_db()
    assert desk.severity_id == "P2"
    page.context.close()


def test_what_is_ticked_can_be_downloaded(desk, queue):
    page = queue
    page.get_by_label(f"Select {desk.number}").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    text = download.value.path().read_text()
    assert desk.number in text
    assert "Reports are slow" not in text


def test_a_filter_is_set_in_the_panel_kept_as_a_view_and_taken_out_again(desk, queue):
    page = queue
    page.get_by_role("link", name="Display").click()
    sheet = page.locator("dialog[open]")
    sheet.get_by_label("Severity").select_option("P1")
    sheet.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"/\?tab=mine&severity=P1$"))
    page.wait_for_load_state()
    page.get_by_role("link", name="Save this view").click()
    page.locator("dialog[open]").get_by_label("Name").fill("Burning")
    page.locator("dialog[open]").get_by_role("button", name="Save").click()
    expect(page.locator(".nav [aria-current=true]")).to_have_text("Burning")
    assert SavedView.objects.get().query == "tab=mine&severity=P1"
    page.wait_for_load_state()
    page.get_by_role("link", name="take this filter out").click()
    expect(page).to_have_url(re.compile(r"/\?tab=mine$"))


def test_opening_an_issue_takes_the_mark_away(desk, queue):
    page = queue
    somebody_notes(desk)
    page.reload()
    expect(page.locator(".row.unread", has_text="Checkout is down")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("link", name="Checkout is down").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout is down")
    page.goto("/".join(page.url.split("/")[:3]) + "/")
    expect(page.locator(".row", has_text="Checkout is down")).not_to_have_class(re.compile("unread"))


def test_the_desktop_is_told_once_of_a_clock_that_runs_out(live_server, desk, seen, quiet_console, sign_in):
    page = quiet_console
    page.add_init_script(REMEMBERS)
    page.clock.install()
    User.objects.filter(username="casey").update(desktop_alerts=True)
    sign_in("casey")
    page.wait_for_load_state()
    assert page.evaluate("shown") == []
    slow = Ticket.objects.get(subject="Reports are slow")
    slow.clocks.filter(kind="response").update(at_risk_at=timezone.now() - timedelta(minutes=1))
    wait_for_news(page)
    expect(page).to_have_title(re.compile(r"^\(1\) My queue"))
    told = page.evaluate("shown")
    assert [(note["words"], note["body"]) for note in told] == [
        (f"{slow.number}: First response at risk", "Acme · Reports are slow")
    ]
    page.evaluate("last.dispatchEvent(new Event('click'))")
    expect(page.locator(f"#row-{slow.pk}")).to_be_focused()
    somebody_notes(desk)
    wait_for_news(page)
    assert len(page.evaluate("shown")) == 1


def test_switching_notifications_on_asks_the_browser_first(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    page.add_init_script(REMEMBERS)
    sign_in("casey")
    page.wait_for_load_state()
    page.get_by_role("link", name="Display").click()
    page.get_by_role("button", name="Desktop notifications").click()
    page.wait_for_url(re.compile(r"\?tab=mine$"))
    assert User.objects.get(username="casey").desktop_alerts


def test_a_browser_that_refuses_is_said_so(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    page.add_init_script(REMEMBERS.replace("granted", "denied"))
    sign_in("casey")
    page.wait_for_load_state()
    page.get_by_role("link", name="Display").click()
    page.get_by_role("button", name="Desktop notifications").click()
    expect(page.locator("dialog[open]")).to_contain_text("does not allow notifications")
    assert not User.objects.get(username="casey").desktop_alerts


@pytest.mark.parametrize("size", [PHONE, {"width": 1440, "height": 900}], ids=["phone", "desktop"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_what_is_ticked_and_what_opens_is_clean(live_server, desk, page: Page, sign_in, look, size):
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    page.set_viewport_size(size)
    sign_in("casey")
    page.wait_for_load_state()
    page.evaluate("document.querySelector('[data-pick]').click(); document.querySelector('.pick-mode input').click()")
    expect(page.locator("#bulk")).to_be_visible()
    assert_clean(page)
    page.get_by_role("button", name="Severity", exact=True).click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert_clean(page)


def test_on_a_phone_ticks_come_when_asked_for(live_server, desk, quiet_console, sign_in):
    page = quiet_console
    page.set_viewport_size(PHONE)
    sign_in("casey")
    page.wait_for_load_state()
    tick = page.get_by_label(f"Select {desk.number}")
    expect(tick).to_be_hidden()
    page.get_by_label("Select issues").check()
    tick.check()
    expect(page.get_by_role("button", name="Assign", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
