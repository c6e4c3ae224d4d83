"""Roll-ups: the sums of whole days up to today, kept for the site's time zone and that of each active person.

A roll-up is what `metrics.tally` counts, stored, of the issues that are open to all; the few others are counted live.
Of issues that changed since, a round takes back what they had added and adds what they add now (`metrics.shares`).
Where nobody knows any more what an issue had added, because it has long been settled, its days are counted anew.
Until a round has come by, readers do the same for themselves (`metrics.rolled`). So figures are exact at any moment,
and a roll-up may be missing, behind, or made again at any time.

Several workers may work at once: all is counted at one moment, without a lock, and written only if nobody else has
written meanwhile.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from contacts.models import User
from escalations.access import OPEN_TO_ALL
from escalations.models import Event, Ticket
from metrics import kept, shares, tally
from metrics.models import LINE, Rollup, Share
from metrics.period import ONE_DAY, Period, day_of, days_between, periods_of
from metrics.snapshot import snapshot
from metrics.stale import Changed, seen_until
from metrics.tally import Row

CHUNK = 28  # days counted by one query
FAR = 50_000  # events: who has missed so many begins anew
WARM = timedelta(days=14)  # after its resolution an issue's share is still kept for so long
Counted = list[kept.Line]


def zones() -> list[str]:
    theirs = User.objects.filter(is_active=True).exclude(time_zone="").values_list("time_zone", flat=True)
    return sorted({settings.TIME_ZONE, *theirs})


def roll_up(at: datetime | None = None, *, rebuild: bool = False, zone: str = "") -> dict[str, int]:
    """Bring the roll-ups up to date (or make them anew), and drop those that nobody reads by. Safe to run any number of
    times, anywhere, at once. Returns how many days were counted or put right for each zone."""
    at = at or timezone.now()
    wanted = zones()
    if not zone:
        kept.drop(set(Rollup.objects.values_list("zone", flat=True)) - set(wanted))
    done = {}
    for name in [zone] if zone else wanted:
        known = Rollup.objects.filter(zone=name).first()
        done[name] = _renew(known, at) if known and not rebuild else _build(name, at)
    return done


def _renew(known: Rollup, at: datetime) -> int:
    """Put right what changed, and count the days that have begun since."""
    zone = ZoneInfo(known.zone)
    tomorrow = day_of(at, zone) + ONE_DAY
    if Event.objects.filter(pk__gt=known.seen_event + FAR).order_by("pk")[:1]:
        return _build(known.zone, at)
    with snapshot():
        seen = seen_until(known.seen_event, at)
        if seen == known.seen_event and known.until == tomorrow:
            return 0
        changed = Changed.since(known.seen_event, known.zone)
        days = {day for day in changed.stale_days(zone) if day < known.until}
        days |= set(days_between(known.until, tomorrow - ONE_DAY))
        lines = _counted(days, zone)
        before = changed.before()
        now = shares.count(OPEN_TO_ALL & Q(pk__in=changed.tickets), zone) if changed else {}
    until = max(tomorrow, known.until)
    anew = {day.isoformat() for day in days}
    delta = [row for rows in now.values() for row in rows]
    delta += shares.negative(row for rows in before.values() for row in rows)
    delta = [row for row in shares.outside(delta, anew) if row[1] < until.isoformat()]
    since = min([known.since, *days, *(date.fromisoformat(row[1]) for row in delta)])
    with transaction.atomic():
        mine = Rollup.objects.filter(pk=known.pk, at=known.at, seen_event=known.seen_event, until=known.until)
        later = max(at, known.at + timedelta.resolution)  # no two rounds look alike
        if not mine.update(seen_event=seen, until=until, since=since, at=later):
            return 0  # somebody else was faster, and saw as much; what came since is for the next round
        kept.replace(known.zone, lines, days)
        kept.add(known.zone, _lines(delta))
        kept.keep_shares(known.zone, {ticket: now.get(ticket, []) for ticket in changed.tickets})
        if known.until != until:
            _let_go(known.zone, seen, at)
    return len(anew | {row[1] for row in delta})


def _build(name: str, at: datetime) -> int:
    """All days since the first report."""
    zone = ZoneInfo(name)
    with snapshot():
        seen = seen_until(0, at)
        tomorrow = day_of(at, zone) + ONE_DAY
        first = Ticket.objects.aggregate(first=Min("reported_at"))["first"]
        since = min(day_of(first, zone), tomorrow) if first else tomorrow
        days = set(days_between(since, tomorrow - ONE_DAY))
        lines = _counted(days, zone)
        unseen = Event.objects.filter(pk__gt=seen).values("ticket")
        added = shares.count(OPEN_TO_ALL & (_warm(at) | Q(pk__in=unseen)), zone)
    facts = {"since": since, "until": tomorrow, "seen_event": seen, "at": at}
    with transaction.atomic():
        Rollup.objects.get_or_create(zone=name, defaults=facts)
        Rollup.objects.select_for_update().get(zone=name)
        kept.drop([name], rollup=False)
        kept.replace(name, lines, None)
        kept.keep_shares(name, added)
        Rollup.objects.filter(zone=name).update(**facts)
    return len(days)


def _warm(at: datetime) -> Q:
    """Issues to which things still happen."""
    return Q(resolved_at=None) | Q(resolved_at__gte=at - WARM)


def _let_go(zone: str, seen: int, at: datetime) -> None:
    """Once a day: the shares of issues that have been settled meanwhile."""
    unseen = Event.objects.filter(pk__gt=seen).values("ticket")
    cold = Ticket.objects.exclude(_warm(at)).exclude(pk__in=unseen)
    Share.objects.filter(zone=zone, ticket__in=cold.values("pk")).delete()


def _counted(days: Iterable[date], zone: ZoneInfo) -> Counted:
    """What there is to keep of these days, some weeks at a time."""
    ordered = sorted(days)
    found: Counted = []
    for start in range(0, len(ordered), CHUNK):
        periods = periods_of(ordered[start : start + CHUNK], zone)
        found += kept.tallies(_gathered(periods, zone, key="team", steps=zone))
        for by in kept.BY:
            found += kept.lines(_gathered(periods, zone, key=f"team/{by}", columns=LINE), by)
    return found


def _gathered(periods: list[Period], zone: ZoneInfo, **asked: object) -> list[Row]:
    return tally.gather(tally.branches(OPEN_TO_ALL, periods, zone, **asked))  # type: ignore[arg-type]


def _lines(rows: list[Row]) -> Counted:
    """The same of rows that were counted by issue."""
    found = kept.tallies(shares.keyed(rows, "team"))
    for by in kept.BY:
        found += kept.lines(shares.keyed(rows, "team", by), by)
    return found
