"""What a roll-up no longer tells truly, because of what was recorded since."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Window
from django.db.models.functions import Coalesce, Lag

from escalations.enums import EventKind
from escalations.models import Clock, Escalation, Event, Ticket
from metrics.models import Share
from metrics.period import day_of
from metrics.shares import unpacked
from metrics.tally import Row

# What happens to an issue long after it was resolved and changes no number of the desk.
_ABOUT_IT = (EventKind.NOTE, EventKind.ATTACHED, EventKind.CHECKED, EventKind.CALL)
QUIET = (*_ABOUT_IT, EventKind.ACTION, EventKind.CHECK_IN, EventKind.CLOSED)
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


@dataclass
class Changed:
    """The issues with events that a roll-up has not seen, and what it may have counted of them before."""

    zone: str
    tickets: list[int] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)  # those of which nobody knows what they had added

    @classmethod
    def since(cls, seen: int, zone: str) -> "Changed":
        """One query."""
        newer = Event.objects.filter(pk__gt=seen)
        older = Event.objects.filter(ticket=OuterRef("ticket"), pk__lte=seen)
        mine = Share.objects.filter(zone=zone, ticket=OuterRef("ticket"))
        telling = Count("pk", filter=~Q(kind__in=QUIET))
        rows = newer.order_by().values_list("ticket").annotate(telling=telling, was=Exists(older), kept=Exists(mine))
        found = cls(zone)
        for ticket, number, was, is_kept in rows:
            if is_kept or not was:
                found.tickets.append(ticket)
            elif number:
                found.tickets.append(ticket)
                found.settled.append(ticket)
        return found

    def __bool__(self) -> bool:
        return bool(self.tickets)

    def before(self) -> dict[int, list[Row]]:
        """What the roll-up holds of them. One query."""
        if not self.tickets:
            return {}
        rows = Share.objects.filter(zone=self.zone, ticket__in=self.tickets).values_list("ticket", "rows")
        return {ticket: unpacked(kept) for ticket, kept in rows}

    def stale_days(self, zone: ZoneInfo, *, of_all: bool = False) -> set[date]:
        """All days of which those that were settled (or all) count in some number, or may have. One query."""
        tickets = self.tickets if of_all else self.settled
        return {day_of(at, zone) for at in _instants(tickets)} if tickets else set()


def _instants(tickets: list[int]) -> set[datetime]:
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
