"""When a scheduled report is due and which days it is about. Pure: wall times and zones in, instants and days out."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contacts.hours import instant_of
from metrics.digests.times import DAY, MONDAY, SATURDAY, TOO_LATE
from metrics.models import Rhythm
from metrics.reports.days import month_before


def slot_of(rhythm: str, wall: time, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The latest time that it was due at, at or before `at`; None if that is six hours ago or more. An hour that the
    clocks jump over is due at the jump, one that comes twice the first time."""
    today = at.astimezone(zone).date()
    for day in (today, today - DAY):
        slot = instant_of(datetime.combine(day, wall, zone))
        if slot <= at:
            return slot if is_due_on(rhythm, day) and at - slot < TOO_LATE else None
    return None


def is_due_on(rhythm: str, day: date) -> bool:
    if rhythm == Rhythm.MONTHLY:
        return day.day == 1
    return day.weekday() == MONDAY if rhythm == Rhythm.WEEKLY else day.weekday() < SATURDAY


def days_before(rhythm: str, day: date) -> tuple[date, date]:
    """What is over on `day`: the month, the week from Monday to Sunday, or the day; on a Monday what has been since
    Friday, as nothing is sent at the weekend."""
    if rhythm == Rhythm.MONTHLY:
        return month_before(day)
    if rhythm == Rhythm.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return monday - 7 * DAY, monday - DAY
    return day - (3 * DAY if day.weekday() == MONDAY else DAY), day - DAY
