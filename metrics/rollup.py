"""Roll-ups: the sums of whole past days, kept for the site's time zone and that of each active person.

A roll-up is what `metrics.tally` counts, stored, of the issues that are open to all; the few others are counted live.
What was recorded after the event it has seen makes days stale, which readers count live until the next round has
counted them again. So figures are exact at any moment, and a roll-up may be missing, behind, or made again at any time.
Several workers may work at once: counts are made without a lock, and written only if nobody else has written meanwhile.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from contacts.models import User
from escalations.access import OPEN_TO_ALL
from escalations.models import Ticket
from metrics import spread, tally
from metrics.models import ALL_TEAMS, LINE, DayLine, DaySpread, DayTally, Rollup
from metrics.period import ONE_DAY, Period, day_of, days_between, periods_of
from metrics.spread import Counts
from metrics.stale import seen_until, stale_days
from metrics.sums import COLUMNS

CHUNK = 28  # days counted by one query
FAR = 50_000  # events: who has missed so many begins anew
LINES = ("owner", "customer", "cause")
TABLES: tuple[Any, ...] = (DayTally, DayLine, DaySpread)
Rows = list[DayTally | DayLine | DaySpread]


def zones() -> list[str]:
    theirs = User.objects.filter(is_active=True).exclude(time_zone="").values_list("time_zone", flat=True)
    return sorted({settings.TIME_ZONE, *theirs})


def roll_up(at: datetime | None = None, *, rebuild: bool = False, zone: str = "") -> dict[str, int]:
    """Bring the roll-ups up to date (or make them anew), and drop those that nobody reads by. Safe to run any number of
    times, anywhere, at once. Returns how many days were counted for each zone."""
    at = at or timezone.now()
    wanted = zones()
    if not zone:
        _drop(set(Rollup.objects.values_list("zone", flat=True)) - set(wanted))
    done = {}
    for name in [zone] if zone else wanted:
        known = Rollup.objects.filter(zone=name).first()
        done[name] = _renew(known, at) if known and not rebuild else _build(name, at)
    return done


def _renew(known: Rollup, at: datetime) -> int:
    """Count again what became stale, and the days that have ended since."""
    zone = ZoneInfo(known.zone)
    today = day_of(at, zone)
    seen = seen_until(known.seen_event, at)
    if seen == known.seen_event and known.until == today:
        return 0
    if seen - known.seen_event > FAR:
        return _build(known.zone, at)
    days = {day for day in stale_days(known.seen_event, zone) if day < known.until}
    days |= set(days_between(known.until, today - ONE_DAY))
    rows = _counted(days, zone)
    last = known.at
    with transaction.atomic():
        mine = Rollup.objects.filter(pk=known.pk, at=last, seen_event=known.seen_event, until=known.until)
        later = max(at, last + timedelta.resolution)  # no two rounds look alike
        since = min([known.since, *days])
        if not mine.update(seen_event=seen, until=max(today, known.until), since=since, at=later):
            return 0  # somebody else was faster, and saw as much; what came since is for the next round
        _replace(known.zone, rows, days)
    return len(days)


def _build(name: str, at: datetime) -> int:
    """All days since the first report."""
    zone = ZoneInfo(name)
    seen = seen_until(0, at)
    today = day_of(at, zone)
    first = Ticket.objects.aggregate(first=Min("reported_at"))["first"]
    since = min(day_of(first, zone), today) if first else today
    days = set(days_between(since, today - ONE_DAY))
    rows = _counted(days, zone)
    facts = {"since": since, "until": today, "seen_event": seen, "at": at}
    with transaction.atomic():
        Rollup.objects.get_or_create(zone=name, defaults=facts)
        Rollup.objects.select_for_update().get(zone=name)
        _replace(name, rows, None)
        Rollup.objects.filter(zone=name).update(**facts)
    return len(days)


def _counted(days: Iterable[date], zone: ZoneInfo) -> Rows:
    """The rows of these days, some weeks at a time."""
    ordered = sorted(days)
    found: Rows = []
    for start in range(0, len(ordered), CHUNK):
        periods = periods_of(ordered[start : start + CHUNK], zone)
        found += _tallies(periods, zone)
        found += _lines(periods, zone)
    return found


def _tallies(periods: Sequence[Period], zone: ZoneInfo) -> Rows:
    rows = tally.gather(tally.branches(OPEN_TO_ALL, periods, zone, key="team", steps=zone))
    found: Rows = []
    for (day, severity, team), sums in tally.sums(rows).items():
        columns = {name: getattr(sums, name) for name in COLUMNS}
        assert day  # as it was asked for by days
        found.append(DayTally(zone=str(zone), day=day, severity=severity, team=int(team or 0), **columns))
    spreads: dict[tuple[str, str, int, str], Counts] = {}
    for (each, severity, team, name), counts in spread.counts(rows).items():
        for whose in (int(team or 0), ALL_TEAMS):
            spread.add(spreads.setdefault((each, severity, whose, name), Counts()), counts.items())
    for (each, severity, whose, name), counts in spreads.items():
        steps = {str(step): number for step, number in sorted(counts.items())}
        place = {"zone": str(zone), "day": date.fromisoformat(each), "severity": severity, "team": whose}
        found.append(DaySpread(**place, name=name, steps=steps))
    return found


def _lines(periods: Sequence[Period], zone: ZoneInfo) -> Rows:
    found: Rows = []
    for by in LINES:
        rows = tally.gather(tally.branches(OPEN_TO_ALL, periods, zone, key=f"team/{by}", columns=LINE))
        for (day, severity, keys), sums in tally.sums(rows, columns=LINE).items():
            team, _stroke, key = keys.partition("/")
            columns = {name: getattr(sums, name) for name in LINE}
            assert day
            place = {"zone": str(zone), "day": day, "severity": severity, "team": int(team or 0)}
            found.append(DayLine(**place, by=by, key=key, **columns))
    return found


def _replace(zone: str, rows: Rows, days: set[date] | None) -> None:
    """These rows instead of those of these days; None: of all days."""
    for table in TABLES:
        old = table.objects.filter(zone=zone)
        (old if days is None else old.filter(day__in=days)).delete()
        table.objects.bulk_create([row for row in rows if isinstance(row, table)], batch_size=500)


def _drop(unread: set[str]) -> None:
    for table in (*TABLES, Rollup):
        table._default_manager.filter(zone__in=unread).delete()
