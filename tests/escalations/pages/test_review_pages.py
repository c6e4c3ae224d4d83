"""What follows a fix, on its pages: checklist, closing, post-mortem, action items, check-ins, and the two lists."""

from datetime import date, timedelta

import pytest

from escalations.enums import Status
from escalations.models import ActionItem, CheckIn, ChecklistLine, ChecklistMark, Review, Ticket
from tests.escalations.pages.test_queue import count_queries

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

FIX = {"root_cause": "A full disk", "solution": "Cleared it", "prevention": "An alarm"}
TEXTS = {"summary": "The disk ran full", "impact": "No sign-in", "causes": "Logs", "lessons": "Watch disks"}
ODD = "😀 \u202eabc\u202c <b>&amp; “quoted”"


@pytest.fixture
def solved(log_issue, casey, at):
    ticket = log_issue()
    ticket.acknowledge(by=casey, at=at - timedelta(minutes=0))
    ticket.resolve(**FIX, by=casey, at=at)
    return ticket


def review_of(ticket):
    return f"{ticket.get_absolute_url()}review/"


def html(response):
    return response.content.decode()


# --- the checklist ---------------------------------------------------------------------------------------------------
def test_the_rail_shows_how_far_the_checklist_is_with_the_proof(desk, now, log_issue):
    ticket = log_issue()
    now.minutes(9)
    desk.post(f"{ticket.get_absolute_url()}acknowledge/", {})
    page = html(desk.get(ticket.get_absolute_url()))
    assert "4 of 10" in page
    assert "Acknowledged in 9 min, by Casey" in page
    assert "Person 2, Person 3 told" in page
    assert "Not asked" not in page


def test_what_is_not_asked_is_folded_away(desk, log_issue):
    page = html(desk.get(log_issue("P3").get_absolute_url()))
    assert "Not asked: 4" in page


def test_a_line_is_ticked_from_the_card_and_taken_back(desk, log_issue, casey):
    ticket = log_issue()
    address = f"{ticket.get_absolute_url()}checklist/response-team/"
    assert desk.post(address, {"needed": "yes"}).status_code == 302
    assert ChecklistMark.objects.get().by == casey
    page = html(desk.get(ticket.get_absolute_url()))
    assert "Ticked by Casey" in page
    assert "ticked “Assemble response team”" in page
    assert desk.post(f"{address}back/").status_code == 302
    assert not ChecklistMark.objects.exists()
    assert desk.post(f"{address}back/").status_code == 302, "a second click is no error"


def test_setting_a_required_line_aside_is_a_managers(desk, signed_in, admin, log_issue):
    ticket = log_issue()
    address = f"{ticket.get_absolute_url()}checklist/customer-call/"
    assert "Not needed here" not in html(desk.get(address))
    refused = desk.post(address, {"needed": "no", "note": "They want silence"})
    assert refused.status_code == 400
    assert "They want silence" in html(refused)
    leader = signed_in(admin)
    assert "Not needed here" in html(leader.get(address))
    assert leader.post(address, {"needed": "no", "note": ODD}).status_code == 302
    assert ODD.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in html(
        desk.get(ticket.get_absolute_url())
    )


@pytest.mark.parametrize(
    ("key", "data", "status"),
    [
        ("response-team", {"needed": "maybe"}, 400),
        ("response-team", {"note": "x" * 301}, 400),
        ("root-cause", {"needed": "yes"}, 409),
        ("create-ticket", {"needed": "yes"}, 409),
        ("nothing", {}, 404),
    ],
)
def test_what_cannot_be_ticked_is_refused_with_a_word(desk, log_issue, key, data, status):
    assert desk.post(f"{log_issue().get_absolute_url()}checklist/{key}/", data).status_code == status
    assert not ChecklistMark.objects.exists()


# --- closing ---------------------------------------------------------------------------------------------------------
def test_the_close_form_shows_what_is_open_and_where_it_is_done(desk, solved):
    page = html(desk.get(f"{solved.get_absolute_url()}close/"))
    assert "Conduct post-mortem review" in page
    assert f'href="{review_of(solved)}"' in page
    assert "Close all the same, because" in page


def test_closing_too_early_keeps_the_form_and_a_reason_closes(desk, solved):
    address = f"{solved.get_absolute_url()}close/"
    refused = desk.post(address, {})
    assert refused.status_code == 409
    assert "Conduct post-mortem review" in html(refused)
    assert "Close all the same, because" in html(refused)
    assert desk.post(address, {"reason": "A false alarm"}).status_code == 302
    solved.refresh_from_db()
    assert solved.status == Status.CLOSED


def test_with_nothing_open_closing_asks_for_nothing(desk, log_issue, casey, at):
    ticket = log_issue("P4")
    ticket.resolve(**FIX, by=casey, at=at)
    page = html(desk.get(f"{ticket.get_absolute_url()}close/"))
    assert "The checklist is done" in page
    assert "because" not in page


# --- the post-mortem -------------------------------------------------------------------------------------------------
def test_the_review_shows_resolution_figures_and_timeline(desk, solved):
    page = html(desk.get(review_of(solved)))
    for words in ("A full disk", "Cleared it", "How long", "People told", "€120 k", "resolved it", "Check-ins"):
        assert words in page, words


def test_a_draft_is_saved_and_published(desk, solved):
    assert desk.post(review_of(solved), {"version": 0, "do": "save", "summary": ODD}).status_code == 302
    assert Review.objects.get().summary == ODD
    refused = desk.post(review_of(solved), {"version": 1, "do": "publish", "summary": "Only this"})
    assert refused.status_code == 400
    assert "Only this" in html(refused)
    assert 'href="#review-impact"' in html(refused)
    assert desk.post(review_of(solved), {"version": 1, "do": "publish", **TEXTS}).status_code == 302
    page = html(desk.get(review_of(solved)))
    assert "Published by Casey" in page
    assert "Save draft" not in page


def test_only_a_manager_opens_what_is_published(desk, signed_in, admin, solved, casey, at):
    solved.publish_review(version=0, **TEXTS, by=casey, at=at)
    assert desk.post(f"{review_of(solved)}reopen/", {"reason": "A typo"}).status_code == 409
    assert signed_in(admin).post(f"{review_of(solved)}reopen/", {"reason": "A typo"}).status_code == 302
    assert Review.objects.get().published_at is None


def test_moments_are_added_and_taken_out(desk, solved):
    address = f"{review_of(solved)}moment/"
    sent = desk.post(address, {"moment_at": "2026-11-23T09:30", "text": "A deploy"})
    assert sent.status_code == 302
    added = Review.objects.get().added[0]
    assert "A deploy" in html(desk.get(review_of(solved)))
    assert desk.post(f"{address}drop/", {"at": added["at"], "text": "A deploy"}).status_code == 302
    assert Review.objects.get().added == []
    assert desk.post(address, {"moment_at": "2031-01-01T09:30", "text": "Later"}).status_code == 400


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 30])
def test_an_odd_version_is_never_an_error_page(desk, solved, version):
    assert desk.post(review_of(solved), {"version": version, "summary": "a"}).status_code in (302, 400, 409)


@pytest.mark.parametrize("text", ["a\x00b", "x" * 1_000_000])
def test_odd_and_long_texts_are_refused_and_kept(desk, solved, text):
    response = desk.post(review_of(solved), {"version": 0, "summary": text})
    assert response.status_code == 400
    assert not Review.objects.exists()


# --- action items ----------------------------------------------------------------------------------------------------
def test_an_action_item_is_added_changed_done(desk, solved, bob):
    base = f"{solved.get_absolute_url()}actions/"
    assert desk.get(f"{base}new/").status_code == 200
    given = {"text": "Set an alarm", "owner": bob.pk, "due_on": "2026-11-30"}
    assert desk.post(f"{base}new/", given).status_code == 302
    action = ActionItem.objects.get()
    assert desk.post(f"{base}{action.pk}/", given | {"due_on": "2026-12-01"}).status_code == 302
    action.refresh_from_db()
    assert (action.owner, action.due_on) == (bob, date(2026, 12, 1))
    assert desk.post(f"{base}{action.pk}/done/").status_code == 302
    assert "done" in html(desk.get(review_of(solved)))
    assert desk.post(f"{base}{action.pk}/drop/", follow=True).status_code == 200, "too late, and said so"
    assert desk.post(f"{base}{action.pk}/explode/").status_code == 404
    assert desk.get(f"{base}{action.pk + 99}/").status_code == 404
    assert desk.get(f"{base}{'9' * 40}/").status_code == 404


@pytest.mark.parametrize("due_on", ["", "soon", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_an_absurd_day_is_named(desk, solved, bob, due_on):
    given = {"text": "Set an alarm", "owner": bob.pk, "due_on": due_on}
    response = desk.post(f"{solved.get_absolute_url()}actions/new/", given)
    assert response.status_code == 400
    assert 'href="#action-due_on"' in html(response)
    assert "Set an alarm" in html(response)


def test_one_issues_action_is_not_reached_through_another(desk, log_issue, solved, casey, at):
    action = solved.add_action(text="x", owner=casey, due_on=date(2026, 11, 30), by=casey, at=at)
    other = log_issue("P4")
    assert desk.post(f"{other.get_absolute_url()}actions/{action.pk}/done/").status_code == 404


def test_the_list_of_actions_is_mine_overdue_or_all(desk, solved, casey, bob, at):
    for text, owner, day in (("Mine", casey, 30), ("Bobs", bob, 30), ("Late", bob, 10)):
        solved.add_action(text=text, owner=owner, due_on=date(2026, 11, day), by=casey, at=at)
    done = solved.add_action(text="Over", owner=casey, due_on=date(2026, 11, 30), by=casey, at=at)
    solved.finish_action(action=done, by=casey, at=at)

    def shown(query=""):
        page = html(desk.get(f"/actions/{query}"))
        return {text for text in ("Mine", "Bobs", "Late", "Over") if f">{text}</p>" in page}

    assert shown() == shown("?list=odd") == {"Mine"}
    assert shown("?list=open") == {"Mine", "Bobs", "Late"}
    assert shown("?list=overdue") == {"Late"}
    assert shown("?list=done") == {"Over"}


def test_from_the_list_one_comes_back_to_the_list_and_nowhere_else(desk, solved, casey, at):
    for back, lands in (("/actions/?list=open", "/actions/?list=open"), ("https://evil.example/", review_of(solved))):
        action = solved.add_action(text="x", owner=casey, due_on=date(2026, 11, 30), by=casey, at=at)
        response = desk.post(f"{solved.get_absolute_url()}actions/{action.pk}/done/", {"next": back})
        assert response["Location"].split("#")[0] == lands


# --- check-ins -------------------------------------------------------------------------------------------------------
def test_a_green_check_in_needs_one_click(desk, now, solved, acme):
    check_in = solved.check_ins.first()
    now.minutes(24 * 60)
    address = f"{solved.get_absolute_url()}check-ins/{check_in.pk}/"
    assert "How is Acme?" in html(desk.get(address))
    assert desk.post(address, {"health": "green"}).status_code == 302
    check_in.refresh_from_db()
    assert check_in.health == "green"
    assert "Done by Casey" in html(desk.get(address))
    assert desk.post(address, {"health": "green"}).status_code == 409


def test_red_says_first_what_will_happen(desk, now, solved):
    now.minutes(24 * 60)
    address = f"{solved.get_absolute_url()}check-ins/{solved.check_ins.first().pk}/"
    assert "The 3 check-ins that are left here are cancelled" in html(desk.get(address))
    refused = desk.post(address, {"health": "red", "note": "Down again"})
    assert refused.status_code == 400
    assert "Down again" in html(refused)
    assert Ticket.objects.count() == 1
    response = desk.post(address, {"health": "red", "note": "Down again", "confirm": "on"}, follow=True)
    assert "Relapse: Nobody can sign in" in html(response)
    assert f"logged this as a relapse of {solved.number}" in html(response)
    assert f"It has come back as {Ticket.objects.first().number}" in html(desk.get(solved.get_absolute_url()))


@pytest.mark.parametrize(
    "data", [{}, {"health": "blue"}, {"health": "yellow"}, {"health": "yellow", "note": "x" * 5000}]
)
def test_an_unclear_check_in_is_asked_again(desk, solved, data):
    address = f"{solved.get_absolute_url()}check-ins/{solved.check_ins.first().pk}/"
    assert desk.post(address, data).status_code == 400
    assert not CheckIn.objects.filter(done_at__isnull=False).exists()


def test_the_list_of_check_ins_is_late_today_and_coming(desk, now, solved, bob, log_issue, at):
    other = log_issue("P2", owner=bob, subject="Bobs issue")
    other.resolve(**FIX, by=bob, at=at)
    now.minutes(3 * 24 * 60)
    page = html(desk.get("/aftercare/"))
    assert "Overdue" in page
    assert "Upcoming" in page
    assert "Bobs issue" not in page
    assert "Bobs issue" in html(desk.get("/aftercare/?whose=team"))
    assert "Bobs issue" in html(desk.get("/aftercare/?whose=all"))


# --- who may, and what it costs --------------------------------------------------------------------------------------
def addresses(ticket, action):
    base = ticket.get_absolute_url()
    return {
        f"{base}checklist/response-team/": {"needed": "yes"},
        f"{base}checklist/response-team/back/": {},
        f"{base}review/": {"version": 0, "summary": "x"},
        f"{base}review/reopen/": {"reason": "x"},
        f"{base}review/moment/": {"moment_at": "2026-11-23T09:30", "text": "x"},
        f"{base}review/moment/drop/": {"at": "x", "text": "x"},
        f"{base}actions/new/": {"text": "x", "owner": action.owner_id, "due_on": "2026-11-30"},
        f"{base}actions/{action.pk}/": {"text": "x", "owner": action.owner_id, "due_on": "2026-11-30"},
        f"{base}actions/{action.pk}/done/": {},
        f"{base}check-ins/{ticket.check_ins.first().pk}/": {"health": "green"},
    }


def test_who_only_reads_changes_nothing_and_strangers_neither(client, signed_in, auditor, solved, casey, at):
    action = solved.add_action(text="Set an alarm", owner=casey, due_on=date(2026, 11, 30), by=casey, at=at)
    before = solved.events.count()
    reader = signed_in(auditor)
    for address, data in addresses(solved, action).items():
        assert reader.post(address, data).status_code == 403, address
        assert client.post(address, data)["Location"].startswith("/accounts/login/"), address
    assert solved.events.count() == before
    assert reader.get(review_of(solved)).status_code == 200
    assert "Save draft" not in html(reader.get(review_of(solved)))
    assert client.get("/actions/").status_code == client.get("/aftercare/").status_code == 302


def test_more_of_everything_costs_no_more_queries(desk, log_issue, solved, casey, bob, at):
    def fill(ticket, n):
        for each in range(n):
            ticket.add_action(text=f"Item {each}", owner=casey, due_on=date(2026, 11, 30), by=casey, at=at)
            ticket.add_moment(moment_at=at, text=f"Moment {each}", by=casey, at=at)
        ticket.check_in(check_in=ticket.check_ins.filter(done_at=None).first(), health="green", by=bob, at=at)

    pages = [review_of(solved), solved.get_absolute_url(), "/actions/", "/aftercare/"]
    fill(solved, 1)
    desk.get(solved.get_absolute_url())  # a first look is written down
    before = [count_queries(desk, page) for page in pages]
    fill(solved, 8)
    for _ in range(3):
        other = log_issue("P2")
        other.resolve(**FIX, by=casey, at=at)
        fill(other, 4)
    after = [count_queries(desk, page) for page in pages]
    assert after == before
    own = {page: count for page, count in zip(pages, after, strict=True) if page != solved.get_absolute_url()}
    assert max(own.values()) <= 12, own


def test_after_the_fix_the_next_step_is_the_post_mortem_and_then_closing(desk, solved, casey, admin, at):
    assert "Next: hold the post-mortem" in html(desk.get(solved.get_absolute_url()))
    solved.publish_review(version=0, **TEXTS, by=casey, at=at)
    page = html(desk.get(solved.get_absolute_url()))
    assert "Next: close once Acme confirms" in page
    assert f'href="{solved.get_absolute_url()}close/" data-sheet' in page, "lines are open: the form says which"
    for key in ("response-team", "customer-call"):
        solved.tick(line=ChecklistLine.objects.get(key=key), by=admin, at=at)
    assert f'action="{solved.get_absolute_url()}close/"' in html(desk.get(solved.get_absolute_url()))
