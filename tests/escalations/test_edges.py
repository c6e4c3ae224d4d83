"""What goes wrong at the edges: vacant tops, bounces at the wrong time, verbs that meet, clocks that step back."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from contacts.models import Contact, User
from escalations.delivery import deliver
from escalations.errors import Invalid
from escalations.models import Calendar, Event, Severity
from escalations.sweep import sweep
from templates_app.models import Notification

S, M = timedelta(seconds=1), timedelta(minutes=1)
SOLVED = {"root_cause": "a", "solution": "b", "prevention": "c"}


def levels(ticket: Any) -> list[str]:
    return list(ticket.escalations.order_by("at", "pk").values_list("level", flat=True))


def test_nobody_above_is_no_endless_loop_and_no_flood_of_events(log_issue: Any, at: datetime) -> None:
    Contact.objects.filter(level__in=["4", "5"]).update(email="")
    ticket = log_issue("P1")
    for minute in range(15, 6 * 60, 15):
        sweep(at + minute * M)
    assert ticket.events.filter(kind="step").count() == 0
    assert ticket.events.filter(kind="vacant").count() <= 6
    Contact.objects.filter(level="5").update(email="level-5@desk.example")
    sweep(at + 6 * 60 * M)
    ticket.refresh_from_db()
    assert ticket.level == 5, "who is named later is told at the next step"


def test_reopening_starts_the_ladder_anew(log_issue: Any, run: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    run(31)
    ticket.resolve(by=casey, at=at + 40 * M, **SOLVED)
    ticket.reopen(reason="It is back.", by=casey, at=at + 50 * M)
    told = ticket.escalations.filter(ended_at=None)
    assert sorted(told.values_list("level", flat=True)) == ["1", "2", "3", "technical"]
    assert {n.kind for n in Notification.objects.filter(about=ticket.number, created_at=at + 50 * M)} == {"reopened"}


@pytest.mark.django_db(transaction=True)
def test_who_was_not_told_while_waiting_is_told_on_resuming(
    log_issue: Any, smtp: Any, casey: User, at: datetime
) -> None:
    ticket = log_issue()
    ticket.wait(reason="Logs.", by=casey, at=at + S)
    deliver(at + 5 * S)
    assert smtp.messages == []
    ticket.resume(by=casey, at=at + 30 * M)
    deliver(at + 30 * M + S)
    assert {a for m in smtp.messages for a in m.recipients} >= {"level-2@desk.example", "level-3@desk.example"}


@pytest.mark.django_db(transaction=True)
def test_an_escalation_by_hand_goes_out_whatever_clock_stops(
    log_issue: Any, smtp: Any, casey: User, at: datetime
) -> None:
    ticket = log_issue()
    deliver(at + S)
    ticket.escalate(reason="Now.", by=casey, at=at + 12 * M)
    ticket.acknowledge(by=casey, at=at + 12 * M + S)
    deliver(at + 12 * M + 2 * S)
    assert len(smtp.to("level-4@desk.example")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_refused_for_itself_marks_nobody(
    log_issue: Any, smtp: Any, admin: User, at: datetime
) -> None:
    ticket = log_issue()
    smtp.answer_all("554 content rejected")
    deliver(at + S)
    assert not Contact.objects.exclude(unreachable_since=None).exists()
    ticket.refresh_from_db()
    assert ticket.level == 3
    assert Notification.objects.filter(kind="admin", to_address=admin.email).exists()


@pytest.mark.django_db(transaction=True)
def test_a_bounce_below_a_rung_that_was_told_wakes_nobody_higher(log_issue: Any, smtp: Any, at: datetime) -> None:
    smtp.refuse("level-2@desk.example")
    ticket = log_issue()
    for seconds in range(1, 12):
        deliver(at + seconds * S)
    assert "4" not in levels(ticket)


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_cannot_be_reached_has_a_stand_in(log_issue: Any, smtp: Any, run: Any, at: datetime) -> None:
    smtp.refuse("casey@desk.example")
    log_issue("P2")
    run(46)
    for seconds in range(0, 70, 5):
        deliver(at + 46 * M + seconds * S)
    told = Notification.objects.filter(to_address="level-1@desk.example", state="sent")
    assert set(told.values_list("kind", flat=True)) == {"opened", "at_risk"}


@pytest.mark.django_db(transaction=True)
def test_resolved_mail_stays_here_when_it_is_open_again(log_issue: Any, smtp: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    deliver(at + S)
    smtp.messages.clear()
    ticket.resolve(by=casey, at=at + 5 * M, **SOLVED)
    ticket.reopen(reason="No.", by=casey, at=at + 5 * M + S)
    deliver(at + 5 * M + 2 * S)
    assert not [m for m in smtp.messages if "esolved" in str(m["Subject"])]


def test_a_breach_that_no_sweep_saw_is_not_lost_by_waiting(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.acknowledge(by=casey, at=at + M)
    ticket.wait(reason="Logs.", by=casey, at=at + 65 * M)
    ticket.resolve(by=casey, at=at + 70 * M, **SOLVED)
    assert ticket.clocks.get(kind="update").verdict == "breached"
    assert Event.objects.get(ticket=ticket, key="breach").due_at == at + 60 * M


def test_verbs_that_come_in_another_order_than_their_clocks(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.wait(reason="Logs.", by=casey, at=at + 10 * S)
    ticket.resume(by=casey, at=at + 9 * S)
    ticket.send_update(summary="a", next_steps="b", by=casey, at=at + 8 * S)
    ticket.resolve(by=casey, at=at + 7 * S, **SOLVED)
    ticket.reopen(reason="c", by=casey, at=at + 6 * S)
    assert ticket.is_open


def test_a_hold_is_as_long_as_it_was_after_a_pause(
    log_issue: Any, run: Any, casey: User, vera: User, at: datetime
) -> None:
    ticket = log_issue()
    run(62)
    ticket.de_escalate(reason="Calm down.", by=vera, at=at + 63 * M)
    ticket.take(by=vera, at=at + 65 * M)
    ticket.wait(reason="Logs.", by=casey, at=at + 67 * M)
    ticket.resume(by=casey, at=at + 600 * M)
    ticket.refresh_from_db()
    assert ticket.held_until == at + 613 * M


def test_new_hours_leave_running_clocks_alone(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P3")
    due = {c.kind: c.due_at for c in ticket.current_clocks()}
    calendar = Calendar.objects.get(slug="business-hours")
    calendar.hours = {"mon": [["09:00", "09:30"]]}
    calendar.revise()
    ticket.note(text="Seen.", by=casey, at=at + M)
    assert {c.kind: c.due_at for c in ticket.current_clocks()} == due
    assert Severity.objects.get(pk="P3").calendar == calendar
    assert [c.slug for c in Calendar.objects.all()] == ["business-hours"]


def test_a_promise_of_a_lifetime_is_refused(log_issue: Any, casey: User, at: datetime) -> None:
    with pytest.raises(Invalid, match="at most a year"):
        log_issue().send_update(summary="a", next_steps="b", by=casey, at=at, next_update_at=at + timedelta(days=4000))


def test_the_acknowledgement_names_the_update_that_is_kept(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.acknowledge(by=casey, at=at + 10 * M, message=True)
    assert "11:10" in Notification.objects.get(about=ticket.number, kind="customer").text


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_waited_for_another_sees_what_it_did(log_issue: Any, casey: User, bob: User, at: datetime) -> None:
    ticket = log_issue("P2")
    other = type(ticket).objects.get(pk=ticket.pk)
    errors: list[BaseException] = []

    def note() -> None:
        try:
            other.note(text="Meanwhile.", by=casey, at=at + 2 * S)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=note)
    with transaction.atomic():
        ticket.assign(owner=bob, by=casey, at=at + S)
        ticket.change_severity(severity=Severity.objects.get(pk="P1"), reason="Worse.", by=casey, at=at + S)
        waiting.start()
        _until_somebody_waits()
    waiting.join()
    assert not errors
    assert other.events.filter(kind="note").count() == 1


def _until_somebody_waits() -> None:
    if connection.vendor != "postgresql":
        return  # one writer: the other has to wait
    with connection.cursor() as cursor:
        for _look in range(100_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waits")
