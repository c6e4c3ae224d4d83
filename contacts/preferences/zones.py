"""Time zones as people look for them: by region, with the city and today's distance from UTC."""

from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo, available_timezones

REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
Choices = list[tuple[str, list[tuple[str, str]]]]


def by_region(at: datetime, *, current: str = "") -> Choices:
    """Groups for a select. `current` is among them even if it goes by an old name, such as US/Eastern."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS and "/" in name)
    grouped = groupby(names, lambda name: name.partition("/")[0])
    groups = [(region, [(name, _label(name, at)) for name in zones]) for region, zones in grouped]
    others = ["UTC"] + ([current] if current and current != "UTC" and current not in names else [])
    return [*groups, ("UTC", [(name, _label(name, at)) for name in others])]


def _label(name: str, at: datetime) -> str:
    """As "Berlin (UTC+1)", "Argentina, Buenos Aires (UTC−3)"."""
    if name == "UTC":
        return name
    city = name.partition("/")[2] or name
    return f"{city.replace('_', ' ').replace('/', ', ')} ({distance(name, at)})"


def distance(name: str, at: datetime) -> str:
    offset = at.astimezone(ZoneInfo(name)).utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
