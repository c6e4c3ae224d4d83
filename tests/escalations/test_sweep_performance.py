"""What a sweep costs depends on what is due, not on what is there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Clock, Ticket
from escalations.sweep import due_clocks, sweep


def statements(at: datetime) -> int:
    with CaptureQueriesContext(connection) as captured:
        report = sweep(at)
    assert report.clocks
    return len(captured)  # an `executemany` counts once


def test_ten_due_tickets_take_as_many_statements_as_two(log_issue: Callable[..., Ticket], at: datetime) -> None:
    for _ in range(2):
        log_issue("P1")
    few = statements(at + timedelta(hours=5))
    for _ in range(10):
        log_issue("P1", at=at + timedelta(hours=5))
    assert statements(at + timedelta(hours=10)) <= few


def test_due_clocks_are_found_through_their_index(log_issue: Callable[..., Ticket], at: datetime) -> None:
    log_issue("P1")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of three rows is read whole otherwise
    assert "clock_next" in due_clocks(at).order_by("next_event_at").explain()


def test_an_idle_sweep_looks_twice_and_writes_nothing(
    log_issue: Callable[..., Ticket], at: datetime, django_assert_num_queries: Any
) -> None:
    log_issue("P4")
    sweep(at)
    with django_assert_num_queries(2):
        sweep(at + timedelta(seconds=2))


def test_what_a_sweep_changed_is_what_the_database_holds(log_issue: Callable[..., Ticket], at: datetime) -> None:
    """Nulls, times and words go through one UPDATE for all rows."""
    due, later = log_issue("P1"), log_issue("P4")
    before = list(Clock.objects.filter(ticket=later).order_by("pk").values())
    sweep(at + timedelta(minutes=16))
    response = Clock.objects.get(ticket=due, kind="response")
    assert (response.breached_at, response.fired_at) == (at + timedelta(minutes=15),) * 2
    assert (response.reminded_at, response.next_event) == (None, "step")
    assert list(Clock.objects.filter(ticket=later).order_by("pk").values()) == before
