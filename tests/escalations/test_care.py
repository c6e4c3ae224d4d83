"""The loop that reminds people of action items and check-ins."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from contacts.models import Absence, Contact, User
from escalations.care import care
from escalations.delivery import deliver
from escalations.models import ActionItem, CheckIn, Heartbeat, Ticket
from templates_app import mail
from templates_app.models import Notification

pytestmark = pytest.mark.django_db

FIX = {"root_cause": "A full disk", "solution": "Cleared it", "prevention": "An alarm"}
DUE = date(2026, 11, 26)  # Thursday
KINDS = ("action", "check_in")


@pytest.fixture(autouse=True)
def site_in_utc(settings: Any) -> None:
    settings.TIME_ZONE = "UTC"


@pytest.fixture
def solved(log_issue: Any, casey: User, at: datetime) -> Ticket:
    ticket: Ticket = log_issue()
    ticket.resolve(**FIX, by=casey, at=at)
    return ticket


@pytest.fixture
def action(log_issue: Any, casey: User, at: datetime) -> ActionItem:
    return log_issue("P4").add_action(text="Set an alarm", owner=casey, due_on=DUE, by=casey, at=at)


def november(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def told(kind: str) -> list[tuple[str, datetime]]:
    rows = Notification.objects.filter(kind=kind).order_by("due_at", "to_address")
    return [(row.to_address.partition("@")[0], row.due_at) for row in rows]


# --- action items ----------------------------------------------------------------------------------------------------
def test_an_action_is_spoken_of_the_day_before_the_day_itself_and_then_daily(action: ActionItem) -> None:
    at = november(24)
    while at < november(28):
        care(at)
        at += timedelta(minutes=30)
    assert told("action") == [("casey", november(day)) for day in (25, 26, 27)]


def test_after_three_days_the_team_lead_hears_of_it_too(action: ActionItem) -> None:
    for day in (25, 26, 27, 30):
        care(november(day))
    assert told("action")[-2:] == [("casey", november(30)), ("level-2", november(30))]
    assert "level-2" not in [who for who, at in told("action") if at < november(30)]


def test_nobody_is_reminded_of_what_is_done(action: ActionItem, casey: User) -> None:
    action.ticket.finish_action(action=action, by=casey, at=november(24))
    assert care(november(26)).messages == 0


def test_an_outage_costs_one_message_which_says_that_it_is_late(action: ActionItem) -> None:
    report = care(november(27, 11))
    assert (report.actions, report.messages) == (1, 1)
    message = Notification.objects.get(kind="action")
    assert (message.due_at, message.late) == (november(25), True)
    action.refresh_from_db()
    assert action.remind_at == november(30)
    assert "This message is late" in mail.compose([message], at=november(27, 11)).text


def test_who_is_away_is_not_reminded_but_the_team_lead_is(action: ActionItem, casey: User) -> None:
    contact = Contact.objects.get(level="1", team=None, position=0)
    contact.user, contact.name, contact.email = casey, "", ""
    contact.save()
    Absence.objects.create(contact=contact, starts_at=november(20), ends_at=november(30))
    care(november(25))
    assert told("action") == [("level-2", november(25))]


def test_the_reminder_says_what_is_asked_with_one_button(action: ActionItem) -> None:
    care(november(25))
    care(november(30))
    own, late, lead = (
        mail.compose([message], at=message.created_at)
        for message in Notification.objects.filter(kind="action").order_by("due_at", "to_address")
    )
    assert own.subject == "[P4] Acme: Set an alarm – due tomorrow"
    assert late.subject == "[P4] Acme: Set an alarm – 4 days overdue"
    assert lead.subject == "[P4] Acme: Set an alarm – 4 days overdue (Casey)"
    assert own.html.count('class="button"') == 1
    assert f"/tickets/{action.ticket.number}/review/#action-{action.pk}" in own.text
    assert "Do it and tick it" in own.text
    assert "Casey has not done this yet" in lead.text


# --- check-ins -------------------------------------------------------------------------------------------------------
def test_a_check_in_is_spoken_of_when_it_is_due_then_daily_then_to_the_lead_too(solved: Ticket) -> None:
    at = november(24, 8)
    while at < november(27, 8):
        care(at)
        at += timedelta(minutes=30)
    first = [(who, when) for who, when in told("check_in")]
    assert first == [
        ("casey", november(24, 10)),
        ("casey", november(25, 10)),
        ("casey", november(26, 10)),
        ("level-2", november(26, 10)),
    ]


def test_the_check_in_mail_leads_to_its_form(solved: Ticket) -> None:
    care(november(24, 10))
    message = mail.compose(list(Notification.objects.filter(kind="check_in")), at=november(24, 10))
    assert message.subject == "[P1] Acme: Nobody can sign in – check-in due today"
    assert f"/tickets/{solved.number}/check-ins/{solved.check_ins.first().pk}/" in message.text
    assert "Ask Acme whether the fix holds" in message.text
    assert "Cleared it" in message.text


def test_a_reopened_issue_reminds_of_nothing(solved: Ticket, casey: User) -> None:
    solved.reopen(reason="Again", by=casey, at=november(23, 12))
    assert care(november(24, 12)).check_ins == 0


def test_an_issue_without_an_owner_reminds_the_team_lead(solved: Ticket) -> None:
    Ticket.objects.filter(pk=solved.pk).update(owner=None)
    care(november(24, 10))
    assert told("check_in") == [("level-2", november(24, 10))]


# --- the pass --------------------------------------------------------------------------------------------------------
def test_a_second_pass_at_the_same_moment_says_nothing_more(action: ActionItem, solved: Ticket) -> None:
    first, second = care(november(25, 10)), care(november(25, 10))
    assert (first.actions, first.check_ins, first.messages) == (1, 1, 2)
    assert (second.actions, second.check_ins, second.messages) == (0, 0, 0)


def test_the_same_reminder_written_twice_is_one_message(action: ActionItem) -> None:
    care(november(25))
    ActionItem.objects.update(remind_at=november(25))
    care(november(25, 9, 1))
    assert len(told("action")) == 1


def test_a_pass_with_nothing_to_do_writes_nothing(db: None, at: datetime) -> None:
    care(at)
    with CaptureQueriesContext(connection) as queries:
        care(at)
    assert [q["sql"][:6] for q in queries] == ["SELECT"] * 6


def test_what_a_pass_costs_does_not_grow_with_the_rows(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P4")

    def cost(rows: int, day: int) -> int:
        for n in range(rows):
            ticket.add_action(text=f"Item {n}", owner=casey, due_on=date(2026, 11, day), by=casey, at=at)
        with CaptureQueriesContext(connection) as queries:
            assert care(november(day - 1)).actions == rows
        # SQLite takes the rows one by one on their way back, in one call.
        return len([q for q in queries if not q["sql"].startswith("UPDATE")])

    few = cost(2, 25)
    ActionItem.objects.update(remind_at=None)
    assert cost(20, 26) <= few


def test_one_bad_row_holds_up_nobody(action: ActionItem, solved: Ticket, casey: User, bob: User, at: datetime) -> None:
    bad = solved.add_action(text="Odd", owner=bob, due_on=DUE, by=casey, at=at)
    User.objects.filter(pk=bob.pk).update(time_zone="Mars/Olympus")
    care(november(25, 9))
    assert ("casey", november(25)) in told("action")
    bad.refresh_from_db()
    assert bad.remind_at == november(25, 10)


def test_the_loop_leaves_a_sign_of_life_and_the_command_runs_it(db: None, capsys: Any) -> None:
    call_command("sweep")
    assert Heartbeat.objects.filter(name="care").exists()


@pytest.mark.django_db(transaction=True)
def test_two_passes_at_once_say_everything_once(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P4")
    for n in range(120):
        ticket.add_action(text=f"Item {n}", owner=casey, due_on=DUE, by=casey, at=at)
    start = threading.Barrier(2)

    def run() -> None:
        start.wait(10)
        try:
            care(november(25))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Notification.objects.filter(kind="action").count() == 120
    assert not ActionItem.objects.exclude(remind_at=november(26)).exists()


# --- the wire --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_what_is_done_meanwhile_is_not_sent(action: ActionItem, solved: Ticket, casey: User, smtp: Any) -> None:
    care(november(25, 10))
    action.ticket.finish_action(action=action, by=casey, at=november(25, 10))
    check_in = CheckIn.objects.filter(ticket=solved).first()
    assert check_in
    solved.check_in(check_in=check_in, health="green", by=casey, at=november(25, 10))
    deliver(november(25, 10, 1))
    rows = Notification.objects.filter(kind__in=KINDS)
    assert {row.state for row in rows} == {"cancelled"}
    assert {row.reason for row in rows} == {
        "done or dropped before it was sent",
        "done or cancelled before it was sent",
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_still_to_be_done_is_sent(action: ActionItem, smtp: Any) -> None:
    care(november(25))
    deliver(november(25, 9, 1))
    assert Notification.objects.get(kind="action").state == "sent"
    assert any("Set an alarm" in sent.get_body(("plain",)).get_content() for sent in smtp.messages)
