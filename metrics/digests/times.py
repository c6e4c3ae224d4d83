"""When an overview is due. Pure: wall times and zones in, aware instants out."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MONDAY, SATURDAY = 0, 5
TOO_LATE = timedelta(hours=6)  # an overview of the morning is not sent in the evening, after an outage


def daily_slot(wall: time, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The last `wall` of a working day in `zone` that is at or before `at`; None if that is too long ago."""
    return _slot(wall, zone, at, lambda day: day.weekday() < SATURDAY)


def weekly_slot(wall: time, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The last Monday's `wall`, likewise."""
    return _slot(wall, zone, at, lambda day: day.weekday() == MONDAY)


def _slot(wall: time, zone: ZoneInfo, at: datetime, counts: Callable[[date], bool]) -> datetime | None:
    today = at.astimezone(zone).date()
    for day in (today, today - DAY):
        slot = datetime.combine(day, wall, zone)
        if slot <= at:
            return slot if counts(day) and at - slot < TOO_LATE else None
    return None
