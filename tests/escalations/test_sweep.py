"""The sweep: late, at once, poisoned, idle."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError

from contacts.models import User
from escalations.models import Clock, Event, Heartbeat
from escalations.sweep import SET_ASIDE_FOR, sweep
from templates_app.models import Notification
from tests.escalations.conftest import minutes


def test_after_an_outage_there_is_one_catch_up_and_no_storm(log_issue: Any, at: datetime) -> None:
    ticket = log_issue()
    sweep(at + timedelta(hours=3, minutes=5))
    keyed = [
        (e.clock.kind, e.key.split(":")[0], minutes(e.due_at)) for e in ticket.events.exclude(key="").order_by("pk")
    ]
    assert keyed == [
        ("response", "at_risk", 11.25),
        ("response", "breach", 15),
        ("response", "step", 30),
        ("update", "at_risk", 45),
        ("update", "breach", 60),
        ("update", "reminder", 180),
        ("resolution", "at_risk", 180),
    ]
    late = Notification.objects.filter(about=ticket.number, late=True)
    assert {(row.to_address, row.kind) for row in late} == {
        ("casey@desk.example", "breach"),
        ("level-5@desk.example", "escalated"),
    }
    assert [event.data["level"] for event in ticket.events.filter(kind="skipped")] == [4]
    assert ticket.events.get(kind="reminder").data["skipped"] == 1


def test_a_second_sweep_does_nothing(log_issue: Any, at: datetime) -> None:
    log_issue()
    moment = at + timedelta(minutes=16)
    assert sweep(moment).events == 3
    assert sweep(moment).events == 0


def test_an_idle_sweep_asks_once_and_writes_nothing(
    log_issue: Any, at: datetime, django_assert_num_queries: Any
) -> None:
    log_issue()
    sweep(at + timedelta(seconds=1))
    with django_assert_num_queries(2) as captured:  # is anything due? is the heartbeat fresh?
        sweep(at + timedelta(seconds=3))
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)


def test_a_full_batch_costs_a_bounded_number_of_queries(
    log_issue: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        log_issue()
    with django_assert_max_num_queries(120) as few:
        sweep(at + timedelta(minutes=16))
    per_ticket = [q for q in few.captured_queries if "UPDATE" not in q["sql"]]
    assert len(per_ticket) < 25, "everything but the write-back is set-based"


def test_the_heartbeat_says_when(log_issue: Any, at: datetime) -> None:
    log_issue()
    for seconds in (0, 2, 4, 6):
        sweep(at + timedelta(seconds=seconds))
    assert Heartbeat.objects.get(pk="sweep").at == at + timedelta(seconds=6)


def test_a_bad_ticket_is_set_aside_and_holds_up_nobody(log_issue: Any, at: datetime, admin: User) -> None:
    bad, good = log_issue("P2"), log_issue("P2")
    # A severity that lost its step cannot be worked: the clock's plan breaks under the engine's hands.
    Clock.objects.filter(ticket=bad, kind="response").update(warned_at=at)
    Event.objects.create(
        ticket=bad, clock=bad.clocks.get(kind="response"), cycle=1, key="breach", kind="breach", due_at=at, at=at
    )
    moment = at + timedelta(minutes=61)
    report = sweep(moment)
    assert report.set_aside == 1
    assert good.events.filter(key="breach").count() == 1
    assert bad.clocks.get(kind="response").next_event_at == moment + SET_ASIDE_FOR
    assert Notification.objects.filter(kind="admin", to_address=admin.email).count() == 1


def test_events_cannot_be_changed(log_issue: Any) -> None:
    ticket = log_issue()
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.filter(ticket=ticket).update(text="It was never so.")


@pytest.mark.django_db(transaction=True)
def test_three_sweeps_at_once_double_nothing(log_issue: Any, at: datetime) -> None:
    tickets = [log_issue() for _number in range(60)]
    errors: list[BaseException] = []

    def go() -> None:
        try:
            sweep(at + timedelta(minutes=31))
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep(at + timedelta(minutes=31))
    assert not errors
    assert Event.objects.filter(key="breach").count() == len(tickets)
    assert Event.objects.filter(key="step:1").count() == len(tickets)
    assert Notification.objects.filter(kind="escalated").count() == len(tickets), "level 4 is passed over: one message"
    assert connection.vendor in ("sqlite", "postgresql")


@pytest.mark.django_db(transaction=True)
def test_a_verb_and_a_sweep_at_once_agree(log_issue: Any, casey: User, at: datetime) -> None:
    tickets = [log_issue() for _number in range(30)]
    moment = at + timedelta(minutes=20)

    def answer() -> None:
        try:
            for ticket in tickets:
                ticket.acknowledge(by=casey, at=moment)
        finally:
            connections.close_all()

    def tick() -> None:
        try:
            sweep(moment)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for work in (answer, tick, tick)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep(moment)
    for ticket in tickets:
        assert ticket.events.filter(key="breach", clock__kind="response").count() == 1
        assert ticket.clocks.get(kind="response").verdict == "breached"
    assert not Clock.objects.filter(next_event_at__lte=moment).exists()
