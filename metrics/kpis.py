"""The six numbers of the Escalation Protocol (section 2), and how well its targets were met.

One function, `kpis`, feeds everything that shows them, so that no two places can disagree. Times are elapsed seconds on
the wall, periods are [since, until) in whole instants, filters apply to the tickets. A number with no data is None and
never 0.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from contacts.models import Customer
from escalations.enums import ClockKind, Verdict
from escalations.models import Clock
from escalations.models.ticket import TicketQuerySet
from metrics.period import Period

__all__ = ["CRITICAL", "Kpis", "Period", "kpis", "month_start", "month_to_date"]

YEAR = timedelta(days=365)
CRITICAL = "P1"


@dataclass(frozen=True)
class Kpis:
    """In the protocol's order, which is that of its six cards; then the share of clocks that were met in time.

    - `active_escalations`: tickets now neither resolved nor closed.
    - `avg_response_seconds`: from the report to the first acknowledge, wait or resolve, of those answered in it.
    - `avg_resolution_seconds`: from the report to the resolution, of those resolved in it that still are.
    - `resolution_rate`: of those reported in the period, the share that is resolved now (0 to 1).
    - `critical_issues_mtd`: P1 reported since this month began where the site is.
    - `customer_retention`: of the customers with a ticket reported in the 365 days before the period's end, the share
      that had not churned by then.
    - `sla_met_…`: of the clocks whose verdict fell in the period, the share met. A verdict falls when the clock stops
      in time, or when it is breached.
    """

    active_escalations: int
    avg_response_seconds: float | None
    avg_resolution_seconds: float | None
    resolution_rate: float | None
    critical_issues_mtd: int
    customer_retention: float | None
    sla_met_response: float | None
    sla_met_resolution: float | None

    def as_dict(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def kpis(tickets: TicketQuerySet, period: Period, at: datetime) -> Kpis:
    """The numbers of these tickets for the period, as seen at `at`. Three queries, however many tickets there are."""
    resolved = Q(resolved_at__isnull=False)
    facts = tickets.order_by().aggregate(
        active=Count("pk", filter=~resolved),
        response=_mean("acknowledged_at", _in("acknowledged_at", period)),
        resolution=_mean("resolved_at", _in("resolved_at", period)),
        reported=Count("pk", filter=_in("reported_at", period)),
        reported_resolved=Count("pk", filter=_in("reported_at", period) & resolved),
        critical=Count("pk", filter=Q(severity=CRITICAL, reported_at__gte=month_start(at), reported_at__lte=at)),
    )
    met = _sla_met(tickets, period)
    return Kpis(
        facts["active"],
        _seconds(facts["response"]),
        _seconds(facts["resolution"]),
        _share(facts["reported_resolved"], facts["reported"]),
        facts["critical"],
        _retention(tickets, period.until),
        met[ClockKind.RESPONSE],
        met[ClockKind.RESOLUTION],
    )


def month_start(at: datetime) -> datetime:
    """The first instant of the month of `at` in the site's time zone."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_to_date(at: datetime) -> Period:
    return Period(month_start(at), at)


def _in(column: str, period: Period) -> Q:
    return Q(**{f"{column}__gte": period.since, f"{column}__lt": period.until})


def _mean(column: str, condition: Q) -> Avg:
    """From the report to `column`."""
    took = ExpressionWrapper(F(column) - F("reported_at"), output_field=DurationField())
    return Avg(took, filter=condition)


def _retention(tickets: TicketQuerySet, until: datetime) -> float | None:
    asked = tickets.order_by().filter(reported_at__gte=until - YEAR, reported_at__lt=until).values("customer")
    counts = Customer.objects.filter(pk__in=asked).aggregate(
        all=Count("pk"), kept=Count("pk", filter=Q(churned_at=None) | Q(churned_at__gt=until))
    )
    return _share(counts["kept"], counts["all"])


def _sla_met(tickets: TicketQuerySet, period: Period) -> dict[str, float | None]:
    clocks = Clock.objects.filter(ticket__in=tickets.order_by().values("pk"), kind__in=_TARGETS)
    in_time = Q(verdict=Verdict.MET, breached_at=None) & _in("stopped_at", period)
    rows = (
        clocks.order_by()
        .values("kind")
        .annotate(met=Count("pk", filter=in_time), missed=Count("pk", filter=_in("breached_at", period)))
    )
    counts = {row["kind"]: row for row in rows.filter(in_time | _in("breached_at", period))}
    return {
        kind: _share(counts[kind]["met"], counts[kind]["met"] + counts[kind]["missed"]) if kind in counts else None
        for kind in _TARGETS
    }


_TARGETS = (ClockKind.RESPONSE, ClockKind.RESOLUTION)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _seconds(took: timedelta | None) -> float | None:
    return took.total_seconds() if took is not None else None
