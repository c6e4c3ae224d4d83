"""The terms a clock runs under: severity, target and calendar as they were when it was set, and what changed them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from config.templatetags.figures import percent
from config.templatetags.ui import clock_time, span
from escalations.durations import Target
from escalations.enums import ClockKind, EventKind
from escalations.models import Clock, Event, Ticket


@dataclass(frozen=True)
class Terms:
    """`changes` are sentences, oldest first; `differs` says what the protocol asks for today, if that is something
    else than when the clock was set."""

    severity: str
    target: str
    calendar: str
    warned: str
    changes: list[str] = field(default_factory=list)
    differs: str = ""


def terms_of(clock: Clock, ticket: Ticket, events: Sequence[Event], at: datetime) -> Terms:
    """`events` are the ticket's changes of severity, newest first."""
    promised = clock.promised
    return Terms(
        severity=str(ticket.severity),
        target=_("Promised to the customer") if promised else clock.target_label() or span(clock.budget),
        calendar=_calendar(clock),
        warned=_("after %(share)s of it") % {"share": percent(round(clock.warn_after / clock.budget, 2))},
        changes=[]
        if promised or clock.kind == ClockKind.UPDATE
        else [_change(event, at) for event in reversed(events)],
        differs="" if promised else _differs(clock, ticket),
    )


def changes_of_severity(ticket: Ticket, recent: Sequence[Event], *, is_all: bool) -> list[Event]:
    """Out of the events at hand; asked for only if some clock was set anew before those."""
    found = [event for event in recent if event.kind == EventKind.SEVERITY]
    if is_all or found or not any(clock.retargeted for clock in ticket.current_clocks()):
        return found
    return list(ticket.events.filter(kind=EventKind.SEVERITY)[:20])


def _calendar(clock: Clock) -> str:
    if clock.calendar is None:
        return _("Around the clock")
    if clock.calendar.retired:
        return _("%(name)s, with the hours as they were then") % {"name": clock.calendar.name}
    return str(clock.calendar.name)


def _change(event: Event, at: datetime) -> str:
    names = {
        "when": clock_time(event.at, at),
        "old": event.data.get("before", ""),
        "new": event.data.get("severity", ""),
        "who": event.actor_name,
    }
    return _("%(when)s: from %(old)s to %(new)s by %(who)s, counted from the report") % names


def _differs(clock: Clock, ticket: Ticket) -> str:
    severity = ticket.severity
    target = {
        ClockKind.RESPONSE: severity.response_target,
        ClockKind.UPDATE: severity.update_every,
        ClockKind.RESOLUTION: severity.resolution_target,
    }[ClockKind(clock.kind)]
    now = Target.parse(target).budget(clock.started_at, clock.worktime) if target else None
    if now == clock.budget:
        return ""
    return _("The protocol has changed since: this clock keeps the %(span)s that it was set to.") % {
        "span": span(clock.budget)
    }
