"""Quiet hours and the daily mail: held messages leave together, at the right instant, without what is over by then."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from config import watch
from contacts.models import Contact, User
from escalations.delivery import deliver
from escalations.models import Severity
from templates_app.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def daily_casey(casey: User) -> User:
    """Casey reads once a day, at eight in Berlin."""
    casey.mail_rhythm, casey.daily_at, casey.time_zone = "daily", time(8), "Europe/Berlin"
    casey.save()
    return casey


@pytest.fixture
def eight(at: datetime) -> datetime:
    """Tuesday, eight in Berlin, which is seven in UTC."""
    return (at + timedelta(days=1)).replace(hour=7)


def hand_over(log_issue: Any, to: User, by: User, at: datetime, severity: str = "P3") -> Any:
    ticket = log_issue(severity, owner=None)
    ticket.assign(owner=to, by=by, at=at)
    return ticket


def test_a_daily_reader_gets_one_mail_with_everything(log_issue, daily_casey, bob, smtp, at, eight):
    tickets = [hand_over(log_issue, daily_casey, bob, at + timedelta(minutes=n)) for n in range(3)]
    for hours in (0, 1, 12, 20.9):
        deliver(at + timedelta(hours=hours))
    assert smtp.to("casey@desk.example") == []
    deliver(eight)
    [mail] = smtp.to("casey@desk.example")
    text = mail.get_body(("plain",)).get_content()
    assert all(ticket.number in mail["Subject"] + text for ticket in tickets)


def test_what_is_over_by_then_is_left_out(log_issue, daily_casey, bob, smtp, at, eight):
    Contact.objects.filter(level="2").update(user=daily_casey, name="", email="")
    ticket = log_issue("P2", owner=bob)
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=bob, at=at + timedelta(hours=2))
    deliver(eight)
    fates = dict(Notification.objects.filter(to_address="casey@desk.example").values_list("kind", "state"))
    assert fates == {"opened": "cancelled", "resolved": "sent"}
    assert len(smtp.to("casey@desk.example")) == 1


def test_who_stood_down_is_told_in_their_own_rhythm_too(log_issue, daily_casey, bob, at, eight):
    Contact.objects.filter(level="2").update(user=daily_casey, name="", email="")
    ticket = log_issue("P2", owner=bob)
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=bob, at=at + timedelta(hours=2))
    assert Notification.objects.get(kind="resolved", to_address="casey@desk.example").next_try_at == eight


def test_a_p1_goes_through_and_takes_nothing_held_along(log_issue, daily_casey, bob, smtp, at):
    hand_over(log_issue, daily_casey, bob, at)
    hand_over(log_issue, daily_casey, bob, at, severity="P1")
    deliver(at + timedelta(seconds=1))
    [mail] = smtp.to("casey@desk.example")
    assert mail["Subject"].startswith("[P1]")
    assert "more" not in mail["Subject"]


def test_quiet_hours_hold_a_breach_until_the_morning(log_issue, casey, run, at, smtp):
    casey.quiet_from, casey.quiet_until = time(9), time(18)
    casey.save()
    Severity.objects.filter(pk="P2").update(response_target="1h")
    log_issue("P2")
    run(61)
    held = Notification.objects.filter(to_address=casey.email, kind="breach").get()
    assert (held.next_try_at, held.held_until) == (at.replace(hour=18), at.replace(hour=18))


def test_the_customer_is_never_kept_waiting(log_issue, casey, daily_casey, at):
    ticket = log_issue("P3", owner=daily_casey)
    ticket.send_update(summary="Rolled back.", next_steps="We watch it.", by=daily_casey, at=at)
    assert Notification.objects.get(kind="customer").next_try_at == at


def test_a_sweep_asks_for_nobodys_wishes(log_issue, daily_casey, run, at, monkeypatch):
    """The people of a sweep come from the matrix, with what they chose."""
    Contact.objects.filter(level="2").update(user=daily_casey, name="", email="")
    log_issue("P2")
    monkeypatch.setattr("escalations.messages.rhythms_of", lambda addresses: pytest.fail("one more query"))
    run(240)
    swept = Notification.objects.filter(to_address=daily_casey.email).exclude(kind="opened")
    assert {row.held_until for row in swept} == {(at + timedelta(days=1)).replace(hour=7)}


def test_mail_that_is_held_on_purpose_is_no_fault_of_the_engine(log_issue, daily_casey, bob, at, eight):
    hand_over(log_issue, daily_casey, bob, at)
    Notification.objects.exclude(to_address=daily_casey.email).delete()
    assert watch.engine(at + timedelta(hours=1)).mail_waiting is None
    assert watch.engine(eight + timedelta(minutes=11)).mail_waiting == timedelta(minutes=11)


def test_the_outbox_says_until_when_a_message_waits(log_issue, daily_casey, bob, at):
    hand_over(log_issue, daily_casey, bob, at)
    Notification.objects.update(held_until=datetime(2999, 1, 1, 7, tzinfo=at.tzinfo))
    client = Client()
    client.force_login(daily_casey)
    assert "as its reader wishes" in client.get("/outbox/").content.decode()
