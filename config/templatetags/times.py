"""Lengths of time and moments in few words. `config.templatetags.ui` offers them to templates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.translation import gettext

from config.templatetags.figures import dated, short_day

register = template.Library()

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


@register.filter
def span(value: timedelta | float | None) -> str:
    """A length of time in words short enough for a cell: `9 min`, `1h 26m`, `5d`."""
    if value is None:
        return ""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    if seconds < 60:
        return gettext("%(n)s s") % {"n": seconds}
    if seconds < 3600:
        return gettext("%(n)s min") % {"n": seconds // 60}
    text = _digits(seconds)
    return text.removesuffix(" 0m").removesuffix(" 0h")


@register.filter
def ago(when: datetime | None, at: datetime | None = None) -> str:
    if when is None:
        return ""
    past = (at or timezone.now()) - when
    if past < timedelta(seconds=45):
        return gettext("just now")
    if past >= timedelta(days=7):
        return gettext("on %(date)s") % {"date": dated(timezone.localtime(when))}
    return gettext("%(span)s ago") % {"span": span(max(past, timedelta(minutes=1)))}


@register.filter
def age(since: datetime | None, at: datetime | None = None) -> str:
    """How long it has lasted: `2h 18m`."""
    return span((at or timezone.now()) - since) if since else ""


@register.filter
def clock_time(when: datetime | None, at: datetime | None = None) -> str:
    """`15:12` today, `Tue 15:12` within six days, `3 Mar 15:12` beyond, with the year when it is another one."""
    if when is None:
        return ""
    local, today = timezone.localtime(when), timezone.localtime(at or timezone.now())
    days, time = abs((local.date() - today.date()).days), f"{local:%H:%M}"
    if days == 0:
        return time
    if days < 7:
        return f"{WEEKDAYS_ABBR[local.weekday()]} {time}"
    return f"{short_day(local, with_year=local.year != today.year)} {time}"


@register.simple_tag
def instant(when: datetime | None) -> str:
    """To the second in the reader's zone, for records; as it was kept, in UTC, beside it for machines. None: a dash."""
    if when is None:
        return DASH
    said = dated(timezone.localtime(when), "j M Y H:i:s")
    return format_html('<time datetime="{}">{}</time>', when.astimezone(UTC).isoformat(timespec="microseconds"), said)


def countdown(left: timedelta) -> str:
    """`7:21` under an hour, then `1h 26m`, then `2d 1h`; a true minus sign once overdue. clock.js says the same."""
    seconds = left.total_seconds()
    whole = -int(-seconds // 1) if seconds > 0 else int(-seconds)
    return (MINUS if seconds <= 0 else "") + _digits(whole)


def _digits(seconds: int) -> str:
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return f"{minutes}:{seconds % 60:02d}"
    if days < 1:
        return f"{hours}h {minutes % 60}m"
    return f"{days}d {hours % 24}h"
