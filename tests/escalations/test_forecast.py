"""The forecast is the engine run ahead: what it says is what happens."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contacts.models import User
from escalations.forecast import forecast
from escalations.models import Clock, Event, Ticket
from escalations.sweep import sweep


def happen(ticket: Ticket, count: int) -> list[tuple[datetime, str, str]]:
    """Let the engine run and return the first `count` things that its clocks did."""
    start = ticket.events.exclude(key="").count()
    while Event.objects.filter(ticket=ticket).exclude(key="").count() - start < count:
        coming = Clock.objects.filter(ticket=ticket).exclude(next_event_at=None).order_by("next_event_at").first()
        if coming is None:
            break
        sweep(coming.next_event_at)
    rows = ticket.events.exclude(key="").order_by("at", "pk")[start : start + count]
    return [(row.due_at, str(row.kind), row.clock.kind) for row in rows]


@pytest.mark.parametrize("severity", ["P1", "P2", "P3", "P4"])
def test_what_was_forecast_happens(log_issue: Any, at: datetime, severity: str) -> None:
    ticket = log_issue(severity)
    said = [(f.at, f.what, f.clock) for f in forecast(ticket, at, 8)]
    assert happen(ticket, len(said)) == said


def test_a_hold_is_foreseen(log_issue: Any, vera: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.take(by=vera, at=at + timedelta(minutes=5))
    said = [(f.at, f.what, f.clock) for f in forecast(ticket, at + timedelta(minutes=5), 6)]
    assert happen(ticket, len(said)) == said


def test_the_people_are_named(log_issue: Any, at: datetime) -> None:
    breach = next(f for f in forecast(log_issue(), at) if f.what == "breach")
    assert breach.level == 4
    assert breach.who == ["Casey", "Person 4"]
    assert breach.climbed_to == ["Person 4"]


def test_looking_ahead_changes_nothing(log_issue: Any, at: datetime) -> None:
    ticket = log_issue()
    before = list(Clock.objects.filter(ticket=ticket).values())
    forecast(ticket, at)
    assert list(Clock.objects.filter(ticket=ticket).values()) == before
    assert ticket.level == 3


def test_a_waiting_ticket_has_nothing_ahead(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.wait(reason="Their logs.", by=casey, at=at)
    assert forecast(ticket, at) == []
