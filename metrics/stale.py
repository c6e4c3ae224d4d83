"""Which days a roll-up no longer tells truly, because of what was recorded since."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.functions import Coalesce, Lag

from escalations.models import Clock, Escalation, Event, Ticket
from metrics.period import day_of

SLOWEST = timedelta(minutes=5)  # no transaction that writes events lasts longer


def seen_until(seen: int, at: datetime) -> int:
    """The newest event before which none can still turn up.

    PostgreSQL hands out keys before they are committed, so a gap may be filled by somebody who is not done yet: what
    lies beyond it is seen again next time, until the gap is too old for that.
    """
    newer = Event.objects.filter(pk__gt=seen)
    whole = newer.aggregate(n=Count("pk"), newest=Max("pk"))
    newest: int | None = whole["newest"]
    if newest is None:
        return seen
    if newest - seen == whole["n"] or connection.vendor == "sqlite":  # one writer at a time: no gaps in doubt
        return newest
    previous = Coalesce(Window(Lag("pk"), order_by="pk"), seen)
    numbered = newer.annotate(previous=previous).values("pk", "at", "previous")
    gaps = numbered.exclude(previous=F("pk") - 1).filter(at__gt=at - SLOWEST).order_by("pk")
    gap = gaps.values_list("previous", flat=True).first()
    return newest if gap is None else gap


def stale_days(seen: int, zone: ZoneInfo) -> set[date]:
    """All days of which a ticket with an event after `seen` counts in some number, or may have. One query."""
    return {day_of(at, zone) for at in _instants(Event.objects.filter(pk__gt=seen).values("ticket"))}


def _instants(tickets: QuerySet[Any, Any]) -> set[datetime]:
    """Every instant of these tickets that a family of columns goes by, and, as what was undone has left no other
    trace, every moment at which anything happened to them."""
    places = (
        (Ticket.objects.filter(pk__in=tickets), ("reported_at", "acknowledged_at", "resolved_at")),
        (Clock.objects.filter(ticket__in=tickets), ("stopped_at", "breached_at")),
        (Escalation.objects.filter(ticket__in=tickets), ("taken_at",)),
        (Event.objects.filter(ticket__in=tickets), ("at", "due_at")),
    )
    parts = [rows.order_by().values_list(column) for rows, columns in places for column in columns]
    return {at for (at,) in parts[0].union(*parts[1:]) if at}
