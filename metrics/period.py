"""Periods: whole instants for whoever counts, whole days of a time zone for whoever reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """[since, until); both aware."""

    since: datetime
    until: datetime

    @property
    def before(self) -> "Period":
        """The period of the same length that ended when this one began."""
        return Period(self.since - (self.until - self.since), self.since)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the day in `zone`, in UTC: days have 23 to 25 hours, and some begin at one."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def of_days(first: date, last: date, zone: ZoneInfo) -> Period:
    """From the first instant of `first` to the last of `last`."""
    return Period(midnight(first, zone), midnight(last + ONE_DAY, zone))


def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def days_between(first: date, last: date) -> Iterable[date]:
    """Each day from `first` to `last`, both of them too; none if `last` is before."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def periods_of(days: Iterable[date], zone: ZoneInfo) -> list[Period]:
    """As few periods as cover just these days."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][1] + ONE_DAY == day:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return [of_days(first, last, zone) for first, last in runs]
