"""What is counted besides `metrics.tally`: what is open now, who stayed, what the dashboard compares with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet, TextField, Value

from contacts.models import Customer
from escalations.models.ticket import TicketQuerySet
from metrics import tally
from metrics.narrow import AGES
from metrics.period import day_of, midnight

YEAR = timedelta(days=365)
CRITICAL = "P1"


def month_start(at: datetime) -> datetime:
    """The first instant of the month of `at` in the site's time zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return midnight(day_of(at, zone).replace(day=1), zone)


@dataclass
class Facts:
    """`kept` and `asked` are customers, one pair for each of the ends that were asked for; `ageing` follows AGES."""

    active: int = 0
    ageing: list[int] = field(default_factory=lambda: [0] * len(AGES))
    critical: int = 0
    asked: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)

    @classmethod
    def read(cls, rows: Iterable[tally.Row], ends: int) -> "Facts":
        found = cls(asked=[0] * ends, kept=[0] * ends)
        for family, _day, _severity, key, _step, *numbers in rows:
            whole = [int(number or 0) for number in numbers]
            if family == "active":
                found.active += whole[0]
                found.ageing = [a + b for a, b in zip(found.ageing, whole[1:], strict=False)]
            elif family == "critical":
                found.critical += whole[0]
            elif family == "retention":
                found.asked[int(key)], found.kept[int(key)] = whole[:2]
        return found


def branches(
    tickets: TicketQuerySet, at: datetime, ends: Sequence[datetime], zone: ZoneInfo | None = None
) -> list[tally.Branch]:
    """`ends`: of the periods whose retention is asked for. `zone`: whose days the ages go by; None: no ages."""
    ages = {name: Count("pk", filter=aged(name, at, zone)) for name in AGES} if zone else {}
    critical = tickets.filter(severity=CRITICAL, reported_at__gte=month_start(at), reported_at__lte=at)
    parts = [
        tally.branch("active", tickets.filter(resolved_at=None), {"open": Count("pk")} | ages, severity="severity"),
        tally.branch("critical", critical, {"critical": Count("pk")}, severity="severity"),
    ]
    for number, until in enumerate(ends):
        stayed = Q(churned_at=None) | Q(churned_at__gt=until)
        counts = {"asked": Count("pk"), "kept": Count("pk", filter=stayed)}
        parts.append(tally.branch("retention", who_asked(tickets, until), counts, key=Value(str(number), TextField())))
    return parts


def who_asked(tickets: TicketQuerySet, until: datetime) -> QuerySet[Customer]:
    """The customers with a ticket reported in the year before `until`."""
    reported = tickets.order_by().filter(reported_at__gte=until - YEAR, reported_at__lt=until)
    return Customer.objects.filter(pk__in=reported.values("customer"))


def aged(name: str, at: datetime, zone: ZoneInfo) -> Q:
    """Reported so many local days ago."""
    _words, least, most = AGES[name]
    today = day_of(at, zone)
    until = midnight(today - timedelta(days=least - 1), zone)
    since = midnight(today - timedelta(days=most), zone) if most is not None else None
    found = Q(reported_at__lt=until) if least else Q()  # a report is never of tomorrow
    return found & Q(reported_at__gte=since) if since else found
