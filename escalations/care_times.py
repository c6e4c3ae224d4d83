"""When aftercare is due and when people are reminded of it. Pure: dates and zones in, aware instants out."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from escalations.worktime import WorkCalendar, WorktimeError

MILESTONES = (1, 7, 14, 30, 60, 90)  # days after the resolution
CHECK_IN_AT = time(10)
REMIND_AT = time(9)
SATURDAY = 5
DAY = timedelta(days=1)


def zone_of(user: object) -> ZoneInfo:
    """The person's own zone; the site's where they chose none or there is nobody."""
    return ZoneInfo(getattr(user, "time_zone", "") or settings.TIME_ZONE)


def check_in_days(aftercare_days: int) -> list[int]:
    """The milestones before the last day, and the last day: 30 gives 1, 7, 14, 30. None without aftercare."""
    if not aftercare_days:
        return []
    return [day for day in MILESTONES if day < aftercare_days] + [aftercare_days]


def check_in_due(resolved_at: datetime, day: int, zone: ZoneInfo, calendar: WorkCalendar) -> datetime:
    """At ten in `zone`, `day` days after the resolution, or on the first working day of `calendar` from then on."""
    on = resolved_at.astimezone(zone).date() + day * DAY
    try:
        opens = calendar.next_opening(datetime.combine(on, time(), zone)).astimezone(zone).date()
    except WorktimeError:  # it never opens again: better on a holiday than not at all
        opens = on
    return datetime.combine(max(on, opens), CHECK_IN_AT, zone)


def check_in_reminder(due_at: datetime, zone: ZoneInfo, after: datetime) -> datetime:
    """The first after `after`: when it is due, then every day at that time."""
    if due_at > after:
        return due_at
    local = due_at.astimezone(zone)
    return _first(after.astimezone(zone).date(), local.time(), zone, after)


def action_reminder(due_on: date, zone: ZoneInfo, after: datetime) -> datetime:
    """The first after `after`: at nine on the day before, on the day, and then on every weekday."""
    start = max(after.astimezone(zone).date(), due_on - DAY)
    while True:
        at = _first(start, REMIND_AT, zone, after)
        if at.date() <= due_on or at.weekday() < SATURDAY:
            return at
        start = at.date() + DAY


def _first(start: date, wall: time, zone: ZoneInfo, after: datetime) -> datetime:
    """`wall` on `start`, or on the next day if that is not after `after`."""
    at = datetime.combine(start, wall, zone)
    return at if at > after else datetime.combine(start + DAY, wall, zone)
