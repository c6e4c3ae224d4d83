"""A period in days, weeks or months, whichever can still be told apart in a drawing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.formats import date_format

from metrics.period import ONE_DAY
from metrics.sums import Sums, totals

MOST_DAYS, MOST_WEEKS = 92, 53


@dataclass
class Bucket:
    """A day, a week or a month: its days, both included, within the period."""

    label: str
    first: date
    last: date
    sums: Sums = field(default_factory=Sums)
    by_severity: dict[str, Sums] = field(default_factory=dict)


Days = Mapping[tuple[date, str], Sums]


def buckets(first: date, last: date, days: Days) -> list[Bucket]:
    """Days of a period of up to 92, else weeks, of over a year months."""
    number = (last - first).days + 1
    if number <= MOST_DAYS:
        return _filled(((day, day, "j M") for day in _starts(first, last, ONE_DAY)), days)
    return weeks(first, last, days) if number <= 7 * MOST_WEEKS else _filled(_months(first, last), days)


def weeks(first: date, last: date, days: Days) -> list[Bucket]:
    """From Monday to Sunday; the first and the last may be cut off by the period."""
    monday = first - timedelta(days=first.weekday())
    spans = ((max(day, first), min(day + 6 * ONE_DAY, last), "j M") for day in _starts(monday, last, 7 * ONE_DAY))
    return _filled(spans, days)


def _starts(first: date, last: date, step: timedelta) -> Iterable[date]:
    day = first
    while day <= last:
        yield day
        day += step


def _months(first: date, last: date) -> Iterable[tuple[date, date, str]]:
    day = first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield day, min(following - ONE_DAY, last), "M Y"
        day = following


def _filled(spans: Iterable[tuple[date, date, str]], days: Days) -> list[Bucket]:
    found = [Bucket(date_format(first, style), first, last) for first, last, style in spans]
    of_day = {day: bucket for bucket in found for day in _starts(bucket.first, bucket.last, ONE_DAY)}
    parts = [((of_day[day].first, severity), sums) for (day, severity), sums in days.items() if day in of_day]
    for (first, severity), sums in totals(parts).items():
        of_day[first].by_severity[severity] = sums
    for bucket in found:
        bucket.sums = Sums.total(bucket.by_severity.values())
    return found


def backlog(found: list[Bucket], open_after: int) -> list[int]:
    """Open at the end of each bucket; `open_after` at that of the last. What was resolved and reopened since counts as
    never resolved."""
    left, backwards = open_after, []
    for bucket in reversed(found):
        backwards.append(left)
        left += bucket.sums.resolved - bucket.sums.opened
    return backwards[::-1]
