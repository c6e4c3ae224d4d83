"""From the fix to the end: resolve, hold the post-mortem, close, ask the customer, log it anew when it comes back."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.models import User
from escalations.models import ActionItem, Review, Ticket
from tests.browser.test_accessibility import walk

FIX = {"root_cause": "A certificate ran out", "solution": "It was renewed", "prevention": "An alarm a month before"}
PARTS = {
    "summary": "The gateway refused every connection",
    "impact": "All tills were offline for an hour",
    "causes": "Nobody watched the date",
    "lessons": "Every certificate has an alarm",
}


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state()


def fill(page: Page, form: str, parts: dict[str, str]) -> None:
    for name, text in parts.items():
        page.locator(f"#{form}-{name}").fill(text)


def test_resolve_post_mortem_and_aftercare_to_the_end(
    live_server: Any, desk: Ticket, quiet_console: Page, sign_in: Any
) -> None:
    page, ticket = quiet_console, f"{live_server.url}{desk.get_absolute_url()}"
    sign_in("casey")

    open_page(page, f"{ticket}resolve/")
    fill(page, "resolve", FIX)
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("heading", name="Next: hold the post-mortem")).to_be_visible()
    page.get_by_role("link", name="Write it").click()

    fill(page, "review", PARTS | {"summary": "To be written"})
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft, saved by Casey")).to_be_visible()
    fill(page, "review", PARTS)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published by Casey")).to_be_visible()

    page.get_by_role("link", name="Add", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("What is to be done").fill("Set an alarm on every certificate")
    sheet.get_by_label("By whom").select_option(label="Morgan")
    sheet.get_by_label("By", exact=True).fill((timezone.localdate() + timedelta(days=10)).isoformat())
    sheet.get_by_role("button", name="Save").click()
    expect(page.locator("#actions")).to_contain_text("Set an alarm on every certificate")

    open_page(page, ticket)
    for line in ("Assemble response team", "Schedule customer call", "Provide hourly updates"):
        page.get_by_role("button", name=f"Tick: {line}").click()
        expect(page.get_by_role("button", name=f"Take back: {line}")).to_be_visible()
    expect(page.locator("#checklist")).to_contain_text("9 of 10")
    page.locator(".next").get_by_role("button", name="Close").click()
    expect(page.locator(".status-closed")).to_be_visible()

    for health, note in (("Green", ""), ("Yellow", "Slow at noon")):
        open_page(page, f"{live_server.url}/aftercare/")
        page.get_by_role("link", name="How is Acme?").first.click()
        sheet = page.get_by_role("dialog")
        sheet.get_by_label(health).check()
        sheet.get_by_label("What they said").fill(note)
        expect(sheet.get_by_text("It has come back")).to_be_hidden()
        sheet.get_by_role("button", name="Save").click()
        expect(page.locator("#check-ins")).to_contain_text(health)

    page.locator("#check-ins").get_by_role("link", name="14 days after the fix").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Red").check()
    expect(sheet.get_by_text("The check-in that is left here is cancelled")).to_be_visible()
    sheet.get_by_label("What they said").fill("Down again since nine")
    sheet.get_by_label("Yes, log the relapse").check()
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Relapse: Checkout is down")).to_be_visible()


def test_it_all_works_without_scripts(live_server: Any, desk: Ticket, browser: Any) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    ticket = f"{live_server.url}{desk.get_absolute_url()}"
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator('form[action$="/casey/"] button').click()
    page.goto(f"{ticket}checklist/customer-call/")
    page.get_by_label("Note").fill("They called us")
    page.get_by_role("button", name="Tick it").click()
    expect(page.locator("#checklist")).to_contain_text("They called us")
    page.goto(f"{ticket}review/")
    page.get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("What is to be done").fill("Look at the logs")
    page.get_by_label("By whom").select_option(label="Casey")
    page.get_by_label("By", exact=True).fill((timezone.localdate() + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_server.url}/actions/")
    page.get_by_role("button", name="Done: Look at the logs").click()
    expect(page.get_by_text("Nothing to do")).to_be_visible()
    assert ActionItem.objects.get().done_at
    page.context.close()


def test_two_people_write_one_post_mortem(
    live_server: Any, desk: Ticket, page: Page, browser: Any, sign_in: Any
) -> None:
    sign_in("casey")
    review = f"{live_server.url}{desk.get_absolute_url()}review/"
    open_page(page, review)
    desk.write_review(version=0, summary="Morgan’s words", by=_user("morgan"), at=timezone.now())
    page.locator("#review-summary").fill("Casey’s words")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Morgan has changed this post-mortem meanwhile")
    expect(page.locator(".both")).to_contain_text("Morgan’s words")
    expect(page.locator("#review-summary")).to_have_value("Casey’s words")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft, saved by Casey")).to_be_visible()
    assert Review.objects.get().summary == "Casey’s words"


def test_the_pages_are_clean_in_every_look(live_server: Any, desk: Ticket, page: Page, sign_in: Any) -> None:
    at, casey = timezone.now(), _user("casey")
    desk.resolve(**FIX, by=casey, at=at)
    desk.write_review(version=0, **PARTS, by=casey, at=at)
    desk.add_moment(moment_at=at, text="Their own fix fails", by=casey, at=at)
    for text in ("Set an alarm", "Tell the others"):
        desk.add_action(text=text, owner=casey, due_on=timezone.localdate() - timedelta(days=2), by=casey, at=at)
    first = desk.check_ins.all()[0]
    desk.check_in(check_in=first, health="yellow", note="Slow at noon", by=casey, at=at)
    sign_in("morgan")
    base = desk.get_absolute_url()
    paths = [
        f"{base}review/",
        f"{base}checklist/customer-call/",
        f"{base}close/",
        f"{base}check-ins/{desk.check_ins.all()[1].pk}/",
        f"{base}actions/new/",
        "/actions/?list=open",
        "/aftercare/?whose=all",
    ]
    assert walk(page, live_server.url, paths) == {}


def _user(username: str) -> User:
    return User.objects.get(username=username)
