"""Quiet hours and the daily mail: held messages leave together, at the right instant, without what is over by then."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

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
    ticket = log_issue(severity, owner=None, at=at)
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
    monkeypatch.setattr("escalations.messages.readers_of", lambda addresses: pytest.fail("one more query"))
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


# --- what becomes a P1 ---


def raised(ticket: Any, by: User, at: datetime) -> None:
    ticket.change_severity(severity=Severity.objects.get(pk="P1"), reason="Down for all.", by=by, at=at)


def quiet(user: User) -> None:
    user.quiet_from, user.quiet_until, user.time_zone = time(9), time(18), "UTC"
    user.save()


@pytest.mark.parametrize("daily", [True, False])
def test_what_becomes_a_p1_reaches_its_owner_at_once(log_issue, casey, bob, smtp, at, daily):
    quiet(casey)
    if daily:
        casey.mail_rhythm, casey.quiet_from, casey.quiet_until = "daily", None, None
        casey.save()
    ticket = hand_over(log_issue, casey, bob, at)
    deliver(at + timedelta(minutes=1))
    assert smtp.to(casey.email) == []
    raised(ticket, bob, at + timedelta(minutes=5))
    deliver(at + timedelta(minutes=6))
    [mail] = smtp.to(casey.email)
    assert mail["Subject"] == "[P1] Acme: Nobody can sign in – severity raised (+1 more)"
    text = mail.get_body(("plain",)).get_content()
    assert "Severity changed by Bob" in text
    assert "“Down for all.”" in text
    assert "now yours" in text


def test_what_becomes_a_p1_frees_what_is_held_for_others_of_that_issue_alone(log_issue, daily_casey, bob, smtp, at):
    ticket, other = (log_issue("P3", owner=bob) for _ in range(2))
    for each in (ticket, other):
        each.note(text="@casey, look.", by=bob, at=at + timedelta(minutes=1))
    raised(ticket, bob, at + timedelta(minutes=5))
    held = dict(Notification.objects.filter(kind="mentioned").values_list("about", "held_until"))
    assert held[ticket.number] is None
    assert held[other.number] > at
    assert not Notification.objects.filter(kind="severity").exists(), "Bob did it himself"
    deliver(at + timedelta(minutes=6))
    assert smtp.to(daily_casey.email)[0]["Subject"].startswith("[P1]")


def test_a_severity_that_is_not_urgent_frees_nothing(log_issue, daily_casey, bob, at, eight):
    ticket = hand_over(log_issue, daily_casey, bob, at)
    ticket.change_severity(severity=Severity.objects.get(pk="P2"), reason="x", by=bob, at=at + timedelta(minutes=5))
    assert Notification.objects.get(kind="assigned").held_until == eight


# --- what is somebody else's by then ---


def test_who_owns_it_no_more_is_not_told_that_it_is_theirs(log_issue, daily_casey, bob, smtp, at, eight, run):
    Severity.objects.filter(pk="P2").update(response_target="1h")
    ticket = hand_over(log_issue, daily_casey, bob, at, severity="P2")
    run(61)
    ticket.assign(owner=bob, by=daily_casey, at=at + timedelta(hours=2))
    deliver(eight)
    held = Notification.objects.filter(to_address=daily_casey.email).values_list("kind", "state", "reason")
    assert set(held) == {(kind, "cancelled", "now with Bob") for kind in ("assigned", "at_risk", "breach")}


def test_who_is_told_for_another_reason_is_told_though_somebody_else_owns_it(
    log_issue, daily_casey, bob, smtp, at, eight
):
    ticket = log_issue("P3", owner=bob)
    ticket.watch(by=daily_casey, at=at)
    ticket.note(text="@casey, look.", by=bob, at=at + timedelta(minutes=1))
    Contact.objects.filter(level="1").update(user=daily_casey, name="", email="")
    ticket.escalate(reason="Help.", by=bob, at=at + timedelta(minutes=2))
    deliver(eight)
    assert not Notification.objects.filter(to_address=daily_casey.email, state="cancelled").exists()
    assert smtp.to(daily_casey.email)


# --- another choice ---


def choose(user: User, **given: str) -> None:
    client = Client()
    client.force_login(user)
    response = client.post("/settings/", {"first_name": "Casey", "time_zone": "Europe/Berlin"} | given)
    assert response.status_code == 302


def test_who_wants_mail_at_once_from_now_on_gets_what_was_held(log_issue, daily_casey, bob):
    hand_over(log_issue, daily_casey, bob, now := timezone.now())
    choose(daily_casey, mail_rhythm="at_once")
    row = Notification.objects.get(kind="assigned")
    assert row.held_until is None
    assert now <= row.next_try_at <= timezone.now()


def test_another_hour_for_the_daily_mail_counts_for_what_is_held(log_issue, daily_casey, bob):
    hand_over(log_issue, daily_casey, bob, timezone.now())
    other = log_issue("P3", owner=None, at=timezone.now())
    other.assign(owner=bob, by=daily_casey, at=timezone.now())
    untouched = list(Notification.objects.filter(to_address=bob.email).values())
    choose(daily_casey, mail_rhythm="daily", daily_at="11:30")
    row = Notification.objects.get(kind="assigned", to_address=daily_casey.email)
    assert row.held_until.astimezone(ZoneInfo("Europe/Berlin")).time() == time(11, 30)
    assert row.next_try_at == row.held_until
    assert list(Notification.objects.filter(to_address=bob.email).values()) == untouched
