"""From a severity's targets to the clocks of a ticket (Escalation Protocol, section 3)."""

from datetime import datetime, timedelta
from typing import Any

from escalations.durations import Target
from escalations.enums import ClockKind
from escalations.models.clock import Clock
from escalations.models.severity import Severity
from escalations.worktime import WorkCalendar


def response_terms(severity: Severity, start: datetime) -> dict[str, Any]:
    return _terms(severity, severity.response_target, severity.response_calendar, severity.response_worktime, start)


def resolution_terms(severity: Severity, start: datetime) -> dict[str, Any]:
    return _terms(severity, severity.resolution_target, severity.calendar, severity.worktime, start)


def response_clock(ticket: Any, start: datetime, floor: datetime) -> Clock:
    return _clock(ticket, ClockKind.RESPONSE, start, floor, response_terms(ticket.severity, start))


def resolution_clock(ticket: Any, start: datetime, floor: datetime) -> Clock:
    return _clock(ticket, ClockKind.RESOLUTION, start, floor, resolution_terms(ticket.severity, start))


def update_clock(
    ticket: Any, start: datetime, floor: datetime, cycle: int, promised: datetime | None = None
) -> Clock | None:
    """The next message owed to the customer, from `start` on: by the promise if one was given, else by the severity's
    cadence; None if neither asks for one (P3, P4: "as needed")."""
    severity = ticket.severity
    if promised is None and not severity.update_every:
        return None
    terms = _promise(severity, start, promised) if promised else _cadence(severity, start)
    clock = _clock(ticket, ClockKind.UPDATE, start, floor, terms)
    clock.cycle, clock.promised = cycle, promised is not None
    clock.every = _budget(severity.update_every, severity.worktime, start) if severity.update_every else None
    return clock


def _cadence(severity: Severity, start: datetime) -> dict[str, Any]:
    return _terms(severity, severity.update_every, severity.calendar, severity.worktime, start)


def _promise(severity: Severity, start: datetime, promised: datetime) -> dict[str, Any]:
    """A promise is an instant on the customer's wall: elapsed time, whatever the calendar."""
    budget = promised - start
    step = promised_step(severity, promised)
    return {"budget": budget, "warn_after": _at_risk(severity, budget), "step": step, "calendar": None}


def promised_step(severity: Severity, at: datetime) -> timedelta:
    """One ladder step after `at` as elapsed time."""
    return severity.one_step_after(at) - at


def _terms(severity: Severity, target: str, calendar: Any, worktime: WorkCalendar, start: datetime) -> dict[str, Any]:
    budget = _budget(target, worktime, start)
    # A step in business days is measured from the due time, where the ladder begins.
    step = _budget(severity.step, worktime, worktime.add(start, budget))
    return {"budget": budget, "warn_after": _at_risk(severity, budget), "step": step, "calendar": calendar}


def _budget(target: str, worktime: WorkCalendar, start: datetime) -> timedelta:
    return Target.parse(target).budget(start, worktime)


def _at_risk(severity: Severity, budget: timedelta) -> timedelta:
    return budget * severity.at_risk_percent / 100


def _clock(ticket: Any, kind: str, start: datetime, floor: datetime, terms: dict[str, Any]) -> Clock:
    return Clock(ticket=ticket, kind=kind, started_at=start, floor_at=floor if floor > start else None, **terms)
