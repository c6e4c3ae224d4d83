"""Opening hours as data: reads and checks what `WorkCalendar.from_dict` is given, and names the field that is wrong."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60

# The intervals that begin on a date, in minutes after its midnight; an end past 1440 lies on the next date.
Hours = tuple[tuple[int, int], ...]
ROUND_THE_CLOCK: Hours = ((0, MIDNIGHT),)


class WorktimeError(ValueError):
    """Working time that cannot be had; the message says why."""


class CalendarError(WorktimeError):
    """A calendar that makes no sense; `field` names the offending part, such as `hours.mon[1]`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


def read_zone(name: object) -> ZoneInfo:
    if not isinstance(name, str):
        raise CalendarError("tz", f"must be the name of a time zone, not {name!r}")
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:  # not there, a folder, or no path at all
        raise CalendarError("tz", f"unknown time zone {name!r}") from error


def read_week(hours: object) -> tuple[Hours, ...]:
    if hours is None:
        return (ROUND_THE_CLOCK,) * 7
    if not isinstance(hours, Mapping):
        raise CalendarError("hours", f"must be an object of weekdays, or null for round the clock, not {hours!r}")
    for name in hours.keys() - set(WEEKDAYS):
        raise CalendarError(f"hours.{name}", f"unknown day; days are {', '.join(WEEKDAYS)}")
    week = tuple(_hours(hours.get(name, []), f"hours.{name}") for name in WEEKDAYS)
    for name, today, tomorrow in zip(WEEKDAYS, week, (*week[1:], week[0]), strict=True):
        if today and tomorrow and today[-1][1] - MIDNIGHT > tomorrow[0][0]:
            raise CalendarError(f"hours.{name}", f"runs over midnight into the next day's hours ({_text(tomorrow[0])})")
    return week


def read_holidays(dates: object) -> dict[date, Hours]:
    if not isinstance(dates, list | tuple):
        raise CalendarError("holidays", f"must be a list of dates, not {dates!r}")
    return {_date(text, f"holidays[{place}]"): () for place, text in enumerate(dates)}


def read_overrides(overrides: object) -> dict[date, Hours]:
    if not isinstance(overrides, Mapping):
        raise CalendarError("overrides", f"must be an object of dates, not {overrides!r}")
    fields = ((text, f"overrides.{text}", hours) for text, hours in overrides.items())
    return {_date(text, field): _hours(hours, field) for text, field, hours in fields}


def _hours(intervals: object, field: str) -> Hours:
    if not isinstance(intervals, list | tuple):
        raise CalendarError(field, f"must be a list of intervals, not {intervals!r}")
    parsed = sorted((_interval(pair, f"{field}[{place}]"), place) for place, pair in enumerate(intervals))
    for (one, _), (other, place) in pairwise(parsed):
        if one[1] > other[0]:
            raise CalendarError(f"{field}[{place}]", f"{_text(other)} overlaps {_text(one)}")
    return tuple(interval for interval, _ in parsed)


def _interval(pair: object, field: str) -> tuple[int, int]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise CalendarError(field, f'must be a pair such as ["09:00", "17:00"], not {pair!r}')
    opens, closes = (_minutes(text, field) for text in pair)
    if opens == MIDNIGHT:
        raise CalendarError(field, "24:00 ends a day; an interval that begins there begins at 00:00 of the next")
    if opens == closes:
        raise CalendarError(field, f"{pair[0]}-{pair[1]} has no length; a whole day is 00:00-24:00")
    return opens, closes if closes > opens else closes + MIDNIGHT


def _minutes(text: object, field: str) -> int:
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", text) if isinstance(text, str) else None
    if not match:
        raise CalendarError(field, f"{text!r} is not a time of day, HH:MM from 00:00 to 24:00")
    return int(match[1]) * 60 + int(match[2]) if match[1] else MIDNIGHT


def _date(text: object, field: str) -> date:
    try:
        if isinstance(text, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CalendarError(field, f"{text!r} is not a date, YYYY-MM-DD")


def _text(interval: tuple[int, int]) -> str:
    opens, closes = interval
    closes = closes if closes <= MIDNIGHT else closes - MIDNIGHT
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
