"""How well a customer was served: what the verdicts of its clocks say, counted by the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from contacts.models import Customer
from escalations.enums import ClockKind, EventKind, Verdict
from escalations.models import Clock, Event, Ticket

LATELY = timedelta(days=90)


@dataclass(frozen=True)
class Promises:
    """How many clocks were met and missed. A missed one counts from its breach on, stopped or not."""

    met: int = 0
    missed: int = 0

    @property
    def total(self) -> int:
        return self.met + self.missed

    @property
    def share(self) -> float | None:
        """Of 1, met; None without a clock."""
        return self.met / self.total if self.total else None


@dataclass(frozen=True)
class KindRecord:
    kind: str
    label: str
    lately: Promises
    ever: Promises


@dataclass(frozen=True)
class Record:
    """`response` and `resolution` are averages of the time that passed, nights included, over all issues that got so
    far; None without one. Issues that were merged into others do not count."""

    kinds: list[KindRecord]
    issues: int
    issues_lately: int
    response: timedelta | None
    resolution: timedelta | None
    reopenings: int


def record_of(customer: Customer, at: datetime) -> Record:
    """All time, and the 90 days before `at`. Two queries."""
    since = at - LATELY
    return Record(kinds=_kinds(customer, since), **_issues(customer, since))


def _kinds(customer: Customer, since: datetime) -> list[KindRecord]:
    met, missed = Q(verdict=Verdict.MET), Q(breached_at__isnull=False)
    rows = (
        Clock.objects.filter(ticket__customer=customer, ticket__merged_into=None)
        .order_by()
        .values_list("kind")
        .annotate(
            met_lately=Count("pk", filter=met & Q(stopped_at__gte=since)),
            missed_lately=Count("pk", filter=missed & Q(breached_at__gte=since)),
            met=Count("pk", filter=met),
            missed=Count("pk", filter=missed),
        )
    )
    found = {kind: (Promises(a, b), Promises(c, d)) for kind, a, b, c, d in rows}
    nothing = (Promises(), Promises())
    return [KindRecord(kind, str(label), *found.get(kind, nothing)) for kind, label in ClockKind.choices]


def _issues(customer: Customer, since: datetime) -> dict[str, Any]:
    reopenings = Event.objects.filter(ticket=OuterRef("pk"), kind=EventKind.REOPENED).order_by().values("ticket")
    tickets = Ticket.objects.filter(customer=customer, merged_into=None).annotate(
        reopened=Coalesce(Subquery(reopenings.annotate(n=Count("pk")).values("n")), 0)
    )
    return tickets.aggregate(
        issues=Count("pk"),
        issues_lately=Count("pk", filter=Q(reported_at__gte=since)),
        response=Avg(_took("acknowledged_at")),
        resolution=Avg(_took("resolved_at")),
        reopenings=Coalesce(Sum("reopened"), 0),
    )


def _took(until: str) -> ExpressionWrapper:
    return ExpressionWrapper(F(until) - F("reported_at"), output_field=DurationField())
