"""The Team page: who is on it, which calls are planned, and the customer's own page as the desk sees it."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from contacts.models import User
from escalations import customer_pages
from escalations.models import CustomerPage

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

M, HOUR = timedelta(minutes=1), timedelta(hours=1)
CALL = {
    "title_": "Where we stand",
    "starts_at": "2026-11-23T14:00",
    "minutes": "30",
    "invited": ["dana@acme.example"],
    "others": "",
    "agenda": "",
    "where": "",
    "sequence": "0",
}


@pytest.fixture
def ticket(log_issue):
    return log_issue()


@pytest.fixture
def path(ticket):
    return f"/tickets/{ticket.number}"


@pytest.fixture
def call(ticket, casey, at):
    dana = {"name": "Dana", "email": "dana@acme.example"}
    return ticket.schedule_call(title="Sync", starts_at=at + 4 * HOUR, attendees=[dana], by=casey, at=at)


# --- the team ---


def test_the_usual_team_comes_together_with_one_press(desk, ticket, path):
    assert "Assemble the usual team" in desk.get(f"{path}/team/").content.decode()
    page = desk.post(f"{path}/team/usual/", follow=True).content.decode()
    assert "The usual team is together" in page
    assert [r.name for r in ticket.responders.all()] == ["Casey", "Person 2", "Person technical"]
    assert "Assemble the usual team" not in page
    assert desk.post(f"{path}/team/usual/").status_code == 409


def test_people_of_the_desk_of_the_matrix_and_outsiders_are_added_together(desk, ticket, path, bob):
    form = desk.get(f"{path}/team/add/")
    assert "Person product" in form.content.decode()
    desk.post(
        f"{path}/team/add/",
        {"people": ["m.product", f"u.{bob.pk}"], "name": "Zed", "email": "zed@vendor.example", "role": ""},
    )
    roles = dict(ticket.responders.values_list("name", "role"))
    assert roles == {"Person product": "VP Product / Product Head", "Bob": "Responder", "Zed": "Responder"} or (
        set(roles) == {"Person product", "Bob", "Zed"} and roles["Bob"] == "Responder"
    )


def test_an_outsider_with_the_address_of_somebody_here_is_that_person(desk, ticket, path, bob):
    desk.post(f"{path}/team/add/", {"name": "Robert", "email": "BOB@desk.example", "role": "Scribe"})
    assert ticket.responders.get().user == bob


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"people": ["u.999999"]},
        {"people": ["x"]},
        {"name": "Zed", "email": "nobody"},
        {"email": "zed@vendor.example"},
        {"name": "x" * 500},
        {"name": "Zed", "role": "x" * 81},
    ],
)
def test_what_cannot_be_added_says_so_and_keeps_what_was_typed(desk, ticket, path, wrong):
    answer = desk.post(f"{path}/team/add/", wrong)
    assert answer.status_code == 400
    assert 'class="errors-summary"' in answer.content.decode()
    assert not ticket.responders.exists()


def test_somebody_leaves_the_team_and_stays_in_the_record(desk, ticket, path):
    desk.post(f"{path}/team/usual/")
    member = ticket.responders.first()
    page = desk.post(f"{path}/team/{member.pk}/leave/", follow=True).content.decode()
    assert "Casey is off the team." in page
    assert "1 person was on it before" in page
    assert desk.post(f"{path}/team/{member.pk}/leave/").status_code == 409


def test_the_responders_of_another_issue_are_not_mine_to_remove(desk, ticket, path, log_issue, casey, at):
    from escalations.verbs.team import Newcomer

    (other,) = log_issue().add_responders(people=[Newcomer("Scribe", casey)], by=casey, at=at)
    assert desk.post(f"{path}/team/{other.pk}/leave/").status_code == 404


# --- calls ---


def test_a_call_is_scheduled_in_the_zone_of_who_schedules_it(desk, ticket, path, casey):
    casey.time_zone = "Asia/Tokyo"
    casey.save()
    assert "Asia/Tokyo (JST)" in desk.get(f"{path}/calls/new/").content.decode()
    page = desk.post(
        f"{path}/calls/new/",
        CALL | {"starts_at": "2026-11-24T09:00", "others": "Lee <lee@acme.example>; kim@acme.example"},
        follow=True,
    )
    call = ticket.calls.get()
    assert call.starts_at.isoformat() == "2026-11-24T00:00:00+00:00"
    assert [a["email"] for a in call.attendees] == ["dana@acme.example", "lee@acme.example", "kim@acme.example"]
    assert "The invitations are on their way" in page.content.decode()
    assert "Tue 24 Nov 2026, 09:00" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title_": ""}, "This field is required"),
        ({"starts_at": "2026-11-23T09:00"}, "lies ahead"),
        ({"starts_at": "9999-12-31T23:59"}, "lies ahead"),
        ({"starts_at": "yesterday"}, "Enter a valid date"),
        ({"minutes": "1e9"}, "Enter a whole number"),
        ({"minutes": "0"}, "greater than or equal to 5"),
        ({"invited": [], "others": ""}, "Invite at least one person"),
        ({"others": "nobody"}, "is not an e-mail address"),
        ({"others": "a@b.example, \u202enot one"}, "is not an e-mail address"),
        ({"agenda": "x" * 4001}, "at most 4000"),
        ({"invited": ["stranger@evil.example"]}, "Select a valid choice"),
    ],
)
def test_a_call_that_cannot_be_says_why_and_keeps_what_was_typed(desk, ticket, path, wrong, words):
    answer = desk.post(f"{path}/calls/new/", CALL | {"where": "Room “7”"} | wrong)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "Room “7”" in answer.content.decode()
    assert not ticket.calls.exists()


def test_the_second_of_two_edits_hears_what_the_first_made_of_it_and_may_then_insist(desk, ticket, path, call, bob, at):
    dana = [{"name": "Dana", "email": "dana@acme.example"}]
    ticket.change_call(
        call=call, sequence=0, title="Sync", starts_at=at + 5 * HOUR, attendees=dana, by=bob, at=at, minutes=60
    )
    answer = desk.post(f"{path}/calls/{call.pk}/", CALL)
    assert answer.status_code == 409
    assert "Bob has changed this call meanwhile" in answer.content.decode()
    assert 'value="Where we stand"' in answer.content.decode()
    assert 'name="sequence" value="1"' in answer.content.decode()
    assert desk.post(f"{path}/calls/{call.pk}/", CALL | {"sequence": "1"}).status_code == 302
    call.refresh_from_db()
    assert (call.title, call.sequence) == ("Where we stand", 2)


def test_a_call_is_called_off_after_being_asked(desk, ticket, path, call):
    assert "taken out of everybody’s calendar" in desk.get(f"{path}/calls/{call.pk}/off/").content.decode()
    call.refresh_from_db()
    assert call.cancelled_at is None
    page = desk.post(f"{path}/calls/{call.pk}/off/", {"sequence": "0"}, follow=True).content.decode()
    assert "called off" in page
    assert desk.post(f"{path}/calls/{call.pk}/off/", {"sequence": "1"}).status_code == 409


def test_a_call_of_the_past_is_shown_as_held(desk, ticket, path, call, now):
    now.minutes(24 * 60)
    page = desk.get(f"{path}/team/").content.decode()
    assert "No call is planned" in page
    assert "held" in page


def test_the_file_opens_in_a_calendar(desk, path, call):
    answer = desk.get(f"{path}/calls/{call.pk}/invite.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert str(event["summary"]) == "Sync"


# --- the customer's page ---


def test_the_desk_makes_withdraws_and_renews_the_customer_s_link(desk, ticket, path, casey, at):
    desk.post(f"{path}/own-page/renew/")
    page = CustomerPage.objects.get()
    shown = desk.get(f"{path}/team/").content.decode()
    assert customer_pages.path_of(page) in shown
    assert "not yet" in shown
    desk.post(f"{path}/own-page/revoke/")
    page.refresh_from_db()
    assert (page.revoked_at, page.revoked_by) == (at, casey)
    shown = desk.get(f"{path}/team/").content.decode()
    assert "Withdrawn" in shown
    assert customer_pages.path_of(page) not in shown


# --- who may ---


@pytest.mark.parametrize(
    "where", ["team/usual/", "team/add/", "calls/new/", "own-page/renew/", "own-page/revoke/", "calls/{call}/off/"]
)
def test_auditors_read_and_change_nothing(signed_in, auditor, client, ticket, path, call, where):
    where = where.format(call=call.pk)
    reader = signed_in(auditor)
    customer_pages.path_for(ticket, call.created_at)
    shown = reader.get(f"{path}/team/")
    assert shown.status_code == 200
    assert "/s/" not in shown.content.decode(), "whoever has the link can answer as the customer"
    assert reader.post(f"{path}/{where}", CALL).status_code == 403
    assert client.post(f"{path}/{where}", CALL).status_code == 302
    assert not ticket.responders.exists()


def test_the_number_of_queries_does_not_grow(desk, ticket, path, casey, at, django_assert_max_num_queries):
    from escalations.verbs.team import Newcomer

    def queries():
        with django_assert_max_num_queries(12) as seen:
            desk.get(f"{path}/team/")
        return len(seen)

    desk.post(f"{path}/team/usual/")
    before = queries()
    for n in range(8):
        user = User.objects.create(username=f"u{n}", email=f"u{n}@desk.example")
        ticket.add_responders(people=[Newcomer("Scribe", user)], by=casey, at=at)
        dana = {"name": "Dana", "email": "dana@acme.example"}
        ticket.schedule_call(title=f"Call {n}", starts_at=at + HOUR, attendees=[dana], by=casey, at=at)
    assert queries() <= before
