"""Clocks that are due at once, for benchmarks."""

from datetime import datetime, timedelta
from itertools import count as count_from

from django.db.models import Max

from escalations import budgets
from escalations.actors import Actor
from escalations.audit.chain import chain
from escalations.enums import ClockKind, EventKind, Status
from escalations.models import Clock, Event, Ticket
from escalations.models.clock import AT_RISK
from escalations.write_back import write_back

PROMISED = timedelta(hours=4)  # before it is due
SUMMARY, NEXT_STEPS = "The change is written and goes through its tests now.", "Release it, and look at it with you."


class TooFew(Exception):
    """The desk has fewer tickets that can be made due than were asked for."""


def make_due(count: int, now: datetime) -> None:
    """Promise an update for `now` on `count` open tickets on which none is owed; the warning was given already."""
    sent = now - PROMISED
    quiet = Ticket.objects.filter(
        status__in=(Status.ACKNOWLEDGED, Status.IN_PROGRESS),
        acknowledged_at__lt=sent,
        severity__update_every="",
        level=1,
        next_due_at__gt=now,
    )
    unpromised = quiet.exclude(clocks__kind=ClockKind.UPDATE).select_related("severity__calendar", "owner")
    # Locked, as they are sealed onto.
    tickets = list(unpromised.select_for_update(of=("self",)).order_by("pk")[:count])
    if len(tickets) < count:
        raise TooFew(f"Only {len(tickets)} tickets can be made due: ask for more tickets, or for fewer due.")
    keys = count_from((Clock.objects.aggregate(last=Max("pk"))["last"] or 0) + 1)
    clocks = [_promise(ticket, next(keys), sent, now) for ticket in tickets]
    Clock.objects.bulk_create(clocks, batch_size=1000)
    events = [event for clock in clocks for event in _events(clock, sent, now)]
    chain(events)
    write_back(tickets, ("status", "last_message_at", "next_due_at", "next_due_kind", "last_seal"))
    Event.objects.bulk_create(events, batch_size=1000)


def _promise(ticket: Ticket, key: int, sent: datetime, now: datetime) -> Clock:
    clock = budgets.update_clock(ticket, sent, sent, cycle=1, promised=now)
    assert clock  # a promise always makes one
    clock.pk = key
    clock.warned_at = sent + clock.warn_after
    clock.replan((), level=ticket.level, climbed_at=ticket.climbed_at, held=ticket.held_until)
    ticket.status, ticket.last_message_at = Status.IN_PROGRESS, sent
    ticket.next_due_at, ticket.next_due_kind = now, ClockKind.UPDATE
    return clock


def _events(clock: Clock, sent: datetime, now: datetime) -> list[Event]:
    ticket, engine = clock.ticket, Actor.system()
    by = Actor.of(ticket.owner) if ticket.owner else engine
    at = sent + clock.warn_after
    told = {"next_steps": NEXT_STEPS, "expected_resolution": "", "next_update_at": now.isoformat()}
    warned = {"clock": clock, "cycle": clock.cycle, "key": AT_RISK, "actor_name": engine.name}
    return [
        Event(
            ticket=ticket,
            kind=EventKind.UPDATE_SENT,
            due_at=sent,
            at=sent,
            actor=by.user,
            actor_name=by.name,
            text=SUMMARY,
            data=told,
        ),
        Event(ticket=ticket, kind=EventKind.AT_RISK, due_at=at, at=at, **warned),
    ]
