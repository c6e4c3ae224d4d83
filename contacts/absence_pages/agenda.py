"""Absences as people read them: a line each, and four weeks at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.timezone import localtime

from config.templatetags.figures import short_day
from contacts.absences import delegate_of, may_change, name_of, who_of, zone_of
from contacts.matrix import person_key
from contacts.models import Absence

DAY = timedelta(days=1)
WEEKS = 4
MIDNIGHT = time()
MOST_PEOPLE = 40


@dataclass(frozen=True)
class Line:
    """One absence. `zone` is named where its days are not the reader's."""

    absence: Absence
    name: str
    days: str
    zone: str
    stand_in: str
    is_now: bool
    is_over: bool
    may_change: bool


@dataclass(frozen=True)
class Day:
    on: date
    letter: str
    is_weekend: bool
    is_today: bool
    begins: str = ""  # the month, where one begins


@dataclass(frozen=True)
class Row:
    name: str
    away: list[bool]


def line(absence: Absence, user: Any, at: datetime) -> Line:
    who = who_of(absence)
    zone = zone_of(who)
    here = timezone.get_current_timezone()
    differs = absence.starts_at.astimezone(zone).utcoffset() != absence.starts_at.astimezone(here).utcoffset()
    return Line(
        absence,
        name_of(who),
        days_of(absence),
        str(zone).replace("_", " ") if differs else "",
        name_of(delegate_of(absence)),
        absence.starts_at <= at < absence.ends_at,
        absence.ends_at <= at,
        may_change(user, absence),
    )


def days_of(absence: Absence) -> str:
    """`23 – 27 Nov`-like: its days in the zone of whoever is away, with times where it does not hold for whole days."""
    start, end = _local(absence)
    whole = start.time() == MIDNIGHT and end.time() == MIDNIGHT
    if whole:
        first, last = start.date(), end.date() - DAY
        return _day(first) if first == last else f"{_day(first)} – {_day(last)}"
    if start.date() == end.date():
        return f"{_day(start)}, {start:%H:%M} – {end:%H:%M}"
    return f"{_day(start)}, {start:%H:%M} – {_day(end)}, {end:%H:%M}"


def calendar(absences: Iterable[Absence], at: datetime) -> tuple[list[Day], list[Row]]:
    """Four weeks from this Monday on, and a row for everybody who is away in them."""
    today = localtime(at).date()
    monday = today - timedelta(days=today.weekday())
    dates = [monday + n * DAY for n in range(7 * WEEKS)]
    days = [_day_of(on, today, is_first=on == monday) for on in dates]
    people: dict[tuple[str, int], tuple[str, list[bool]]] = {}
    for absence in absences:
        who = who_of(absence)
        hit = [_covers(absence, on) for on in dates]
        if who is None or not any(hit):
            continue
        _name, away = people.setdefault(person_key(who), (name_of(who), [False] * len(dates)))
        away[:] = [one or other for one, other in zip(away, hit, strict=True)]
    rows = sorted((Row(name, away) for name, away in people.values()), key=lambda row: row.name)
    return days, rows[:MOST_PEOPLE]


def _covers(absence: Absence, on: date) -> bool:
    start, end = _local(absence)
    return start.date() <= on and (on < end.date() or (on == end.date() and end.time() > MIDNIGHT))


def _local(absence: Absence) -> Sequence[datetime]:
    zone = zone_of(who_of(absence))
    return [localtime(moment, zone) for moment in (absence.starts_at, absence.ends_at)]


def _day(when: date) -> str:
    return short_day(when, with_year=abs((date(when.year, when.month, when.day) - timezone.localdate()).days) > 300)


def _day_of(on: date, today: date, *, is_first: bool) -> Day:
    begins = short_day(on, with_year=False) if is_first or on.day == 1 else ""
    return Day(on, str(WEEKDAYS_ABBR[on.weekday()])[:2], on.weekday() > 4, on == today, begins)
