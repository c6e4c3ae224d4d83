"""The budget of messages: how many each person gets, whom we interrupt, and which rungs never act.

A message that travelled in another one's mail costs nobody anything, so mails are counted and not messages. The number
of queries is the same however many people, mails and time zones there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import ExtractHour, TruncWeek

from contacts.models import User
from contacts.models.matrix import Level
from contacts.models.people import Role
from escalations.models import Escalation
from templates_app.models import Notification
from templates_app.models.notification import WRITTEN, State

WEEKS = 8
NIGHT = (22, 7)  # from, until; on the wall where the person is
MOST = 50  # people in the table, those who get most
NINETY_DAYS = timedelta(days=90)


@dataclass(frozen=True)
class Mailbox:
    """One person's mails in each of the weeks, the oldest first."""

    name: str
    address: str
    weeks: list[int]

    @property
    def total(self) -> int:
        return sum(self.weeks)


@dataclass(frozen=True)
class Interrupted:
    """An executive: urgent mails, and how many of them came at night."""

    user: User
    mails: int
    at_night: int


@dataclass(frozen=True)
class Rung:
    """What became of the times that a rung was told."""

    level: str
    label: str
    told: int
    seen: int
    taken: int
    last_taken_at: datetime | None

    @property
    def never_acts(self) -> bool:
        return self.told > 0 and not self.taken


def week_starts(at: datetime, zone: ZoneInfo) -> list[datetime]:
    """Monday, midnight in `zone`, of the last eight weeks, the current one last."""
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = (monday - timedelta(weeks=n) for n in reversed(range(WEEKS)))
    return [datetime(day.year, day.month, day.day, tzinfo=zone) for day in days]


def mailboxes(at: datetime) -> list[Mailbox]:
    """The people who got most, counted by week in the site's time zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    starts = week_starts(at, zone)
    sent = _mails(starts[0])
    busiest = sent.values("to_address").annotate(n=Count("pk"), name=Max("to_name")).order_by("-n", "to_address")[:MOST]
    people = {row["to_address"]: row["name"] for row in busiest}
    by_week = sent.filter(to_address__in=people).annotate(week=TruncWeek("sent_at", tzinfo=zone))
    counts: dict[str, dict[Any, int]] = {}
    for row in by_week.values("to_address", "week").annotate(n=Count("pk")).order_by():
        counts.setdefault(row["to_address"], {})[row["week"].date()] = row["n"]
    return [
        Mailbox(name, address, [counts.get(address, {}).get(start.date(), 0) for start in starts])
        for address, name in people.items()
    ]


def interrupted(at: datetime) -> list[Interrupted]:
    """Every active executive, the most interrupted first."""
    executives = list(User.objects.filter(role=Role.EXECUTIVE, is_active=True))
    since = week_starts(at, ZoneInfo(settings.TIME_ZONE))[0]
    urgent = _mails(since).filter(urgent=True, user_id__in=[user.pk for user in executives])
    start, end = NIGHT
    rows = urgent.annotate(hour=_hour_where_they_are(executives)).values("user_id")
    counted = rows.annotate(mails=Count("pk"), at_night=Count("pk", filter=Q(hour__gte=start) | Q(hour__lt=end)))
    counts: dict[int | None, Any] = {row["user_id"]: row for row in counted}
    nothing = {"mails": 0, "at_night": 0}
    found = [(user, counts.get(user.pk, nothing)) for user in executives]
    interruptions = [Interrupted(user, row["mails"], row["at_night"]) for user, row in found]
    return sorted(interruptions, key=lambda row: (-row.at_night, -row.mails, row.user.name))


def _hour_where_they_are(people: Iterable[User]) -> Case:
    """The hour of `sent_at` on the wall of each reader; one expression, however many zones there are."""
    by_zone: dict[str, list[int]] = {}
    for person in people:
        by_zone.setdefault(person.time_zone or settings.TIME_ZONE, []).append(person.pk)
    whens = [When(user_id__in=keys, then=ExtractHour("sent_at", tzinfo=ZoneInfo(z))) for z, keys in by_zone.items()]
    return Case(*whens, default=Value(NIGHT[1]), output_field=IntegerField())


def rungs(at: datetime) -> list[Rung]:
    """The rungs in the order of the ladder, over the last ninety days. Level 1 has the issue anyway."""
    told = Escalation.objects.filter(at__gt=at - NINETY_DAYS, at__lte=at).exclude(level=Level.CSM)
    rows = (
        told.order_by()
        .values("level")
        .annotate(
            told=Count("pk"),
            seen=Count("pk", filter=Q(seen_at__isnull=False) | Q(taken_at__isnull=False)),
            taken=Count("pk", filter=Q(taken_at__isnull=False)),
            last=Max("taken_at"),
        )
    )
    found = {row["level"]: row for row in rows}
    return [
        Rung(level.value, str(level.label), row["told"], row["seen"], row["taken"], row["last"])
        for level in Level
        if (row := found.get(level.value))
    ]


def _mails(since: datetime) -> QuerySet[Notification]:
    """What left as a mail of its own from us; what colleagues wrote to customers is none of it."""
    sent = Notification.objects.filter(state__in=[State.SENT, State.BOUNCED], channel="email", sent_at__gte=since)
    return sent.filter(bundled_into=None).exclude(kind__in=WRITTEN).order_by()
