"""The small marks every page is built from. Each tag returns finished, escaped HTML; none queries the database.

{% load ui %}
  {% stylesheets "queue" "ticket" %}   the common sheets, then those of this page
  {% icon "check" %} {% icon "mail" 20 %}
  {% severity "P1" %} {% avatar user %} {% tile customer %} {% pips 3 %} {% status_pill ticket.status label %}
  {% sla_clock state=… due=… started=… risk=… at=… text=… %}   counts by itself, reads right without JS
  {% bar percent state %}
  {{ value|span }} {{ when|ago:at }} {{ amount|money:"EUR" }} {{ when|clock_time:at }}
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32

import lucide
from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from config.stylesheets import common_sheets
from config.templatetags import figures
from config.templatetags.figures import dated, short_day

register = template.Library()
register.filters.update(figures.register.filters)  # {{ …|dated:"j M Y" }}, |day, |money

MINUS = "\N{MINUS SIGN}"
RUNGS = 5


# --- the page's own files --------------------------------------------------------------------------------------------
@register.simple_tag
def stylesheets(*names: str) -> SafeString:
    paths = (*common_sheets(), *(f"css/{name}.css" for name in names))
    links = [(static(path), "all") for path in paths]
    links.append((static("css/print.css"), "print"))
    return format_html_join("\n", '<link rel="stylesheet" href="{}" media="{}">', links)


# --- marks -----------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A lucide icon. Always decoration: the words beside it, or a .vh text, carry the meaning."""
    return _draw_icon(str(name), size)


@lru_cache(maxsize=256)
def _draw_icon(name: str, size: int) -> SafeString:
    svg = lucide._render_icon(name, size, **{"class": "icon", "aria-hidden": "true", "stroke-width": "1.75"})
    return mark_safe(" ".join(svg.split()).replace("> <", "><"))


@register.simple_tag
def severity(code: str) -> SafeString:
    """P1 is a red square with a 1; P2 to P4 are three, two and one bars out of four."""
    return _draw_severity(str(code), gettext("Severity %(code)s") % {"code": code})


@lru_cache(maxsize=64)
def _draw_severity(code: str, label: str) -> SafeString:
    number = int(code[1:]) if code[1:].isdigit() else 4
    if number <= 1:
        return format_html(
            '<span class="sev sev-p1"><span aria-hidden="true">1</span><span class="vh">{}</span></span>', label
        )
    bars = mark_safe("".join('<i class="on"></i>' if n <= 5 - number else "<i></i>" for n in range(1, 5)))
    return format_html('<span class="sev-bars" title="{0}">{1}<span class="vh">{0}</span></span>', label, bars)


@register.simple_tag
def avatar(person: object, size: str = "") -> SafeString:
    """Initials on a colour that stays the same for the same name. `person`: a user, any object with a name, or text."""
    name = display_name(person)
    if name:
        return _draw_avatar(name, size)
    return format_html(
        '<span class="avatar none {}" title="{}">{}<span class="vh">{}</span></span>',
        size, gettext("Nobody yet"), icon("user-plus", 14), gettext("Nobody yet"),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _draw_avatar(name: str, size: str) -> SafeString:
    return format_html(
        '<span class="avatar avatar-{} {}" title="{}" aria-hidden="true">{}</span>',
        crc32(name.encode()) % 8, size, name, initials(name),
    )  # fmt: skip


@register.simple_tag
def tile(name: object) -> SafeString:
    return _draw_tile(str(name)[:1].upper())


@lru_cache(maxsize=256)
def _draw_tile(letter: str) -> SafeString:
    return format_html('<span class="tile" aria-hidden="true">{}</span>', letter)


@register.simple_tag
def pips(level: int | None, title: str = "") -> SafeString:
    """The ladder in miniature: one mark per rung, filled up to the highest one told."""
    reached = level or 0
    return _draw_pips(
        reached, str(title) or gettext("Level %(level)s of %(rungs)s") % {"level": reached, "rungs": RUNGS}
    )


@lru_cache(maxsize=256)
def _draw_pips(reached: int, label: str) -> SafeString:
    marks = "".join('<i class="pip on"></i>' if n <= reached else '<i class="pip"></i>' for n in range(1, RUNGS + 1))
    return format_html('<span class="pips" title="{0}">{1}<span class="vh">{0}</span></span>', label, mark_safe(marks))


# Two phrases of every row. As tags they cost a tenth of what {% blocktranslate %} does, a hundred times a page.
@register.simple_tag
def level_words(level: int) -> str:
    return gettext("Level %(n)s") % {"n": level}


@register.simple_tag
def select_words(ticket: Any) -> str:
    return gettext("Select %(number)s %(subject)s") % {"number": ticket.number, "subject": ticket.subject}


@register.simple_tag
def status_pill(status: str, label: str) -> SafeString:
    return format_html('<span class="pill status-{}"><span class="dot"></span>{}</span>', status, label)


# --- clocks ----------------------------------------------------------------------------------------------------------
@register.simple_tag
def sla_clock(
    *,
    state: str,
    due: datetime | None = None,
    started: datetime | None = None,
    risk: datetime | None = None,
    at: datetime | None = None,
    text: str = "",
    ring: bool = True,
    bar: str = "",
) -> SafeString:
    """One clock. `state`: ok, risk, late (they tick), or paused, met, missed, none (they stand; `text` says it).

    The text and the ring are right as sent; the script only keeps them so. `bar`: id of a bar to move along.
    """
    at = at or timezone.now()
    ticking = state in ("ok", "risk", "late") and due is not None
    shown = text or (countdown(due - at) if due and ticking else "")
    left = share_left(started, due, at) if ticking else 100
    moments = {"due": due, "started": started, "risk": risk} if ticking else {}
    # Put together by hand: a list shows fifty of them, and moments hold nothing that would have to be escaped.
    attributes = "".join(f' data-{name}="{moment.isoformat()}"' for name, moment in moments.items() if moment)
    return format_html(
        '<sla-clock data-state="{}"{}{}>{}<time{}>{}</time></sla-clock>',
        "late" if state == "missed" else state,
        mark_safe(attributes),
        format_html(' data-bar="{}"', bar) if ticking and bar else "",
        _ring(left) if ring else "",
        format_html(' datetime="{}" title="{}"', due.isoformat(), due_label(due, at)) if due and ticking else "",
        shown,
    )


@lru_cache(maxsize=128)
def _ring(left: int) -> SafeString:
    return format_html(
        '<svg class="ring" viewBox="0 0 16 16" aria-hidden="true"><circle class="ring-track" cx="8" cy="8" r="6"/>'
        '<circle class="ring-left" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100" '
        'transform="rotate(-90 8 8)"/></svg>',
        left if left < 100 else 101,  # a dash as long as the circle leaves a seam
    )


@register.simple_tag
def bar(percent: float, state: str, name: str = "") -> SafeString:
    """How much of a clock is used up; red and full when it is overdue, or was."""
    state = "late" if state == "missed" else state
    width = 100 if state == "late" else max(0, min(100, round(percent)))
    return format_html(
        '<svg class="bar {}"{} viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-track" width="100" height="3"/><rect class="bar-fill" width="{}" height="3"/></svg>',
        state, format_html(' id="{}"', name) if name else "", width,
    )  # fmt: skip


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


def share_left(started: datetime | None, due: datetime | None, at: datetime) -> int:
    if not started or not due or due <= at:
        return 100
    return max(2, min(100, round(100 * (due - at) / (due - started)))) if due > started else 100


def due_label(due: datetime, at: datetime) -> str:
    when = clock_time(due, at)
    return (gettext("was due %(when)s") if due <= at else gettext("due %(when)s")) % {"when": when}


# --- filters ---------------------------------------------------------------------------------------------------------
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


@register.filter
def some(number: int) -> str:
    """A count that stopped at a thousand."""
    return "999+" if number >= 1000 else str(number)


@register.filter
def initials(name: object) -> str:
    words = [word for word in str(name).replace(".", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))[:2].upper()


@register.filter
def display_name(person: object) -> str:
    if not person:
        return ""
    full = getattr(person, "get_full_name", None)
    return str((full() if full else getattr(person, "name", "")) or person)


@register.filter
def role_short(user: object) -> str:
    names = {"csm": gettext("CSM"), "manager": gettext("Manager"), "executive": gettext("Executive")}
    names |= {"admin": gettext("Administrator"), "auditor": gettext("Auditor")}
    return names.get(getattr(user, "role", ""), "")


@register.filter
def field_errors_count(form: object) -> str:
    count = len(getattr(form, "errors", ()))
    return ngettext("One thing needs your attention", "%(n)s things need your attention", count) % {"n": count}


@register.filter
def field_of(form: object, name: str) -> object:
    return form[name]  # type: ignore[index]


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """This page's query string with some parts changed; None or "" takes a part out. Starts with `?`."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return "?" + parameters.urlencode()


@register.filter
def unlocalized(number: float) -> str:
    """A coordinate: always with a point, whatever the language."""
    return f"{number:g}"


@register.filter
def clock_name(kind: str) -> str:
    names = {
        "response": gettext("First response"),
        "update": gettext("Customer update"),
        "resolution": gettext("Resolution"),
    }
    return names.get(kind, kind)
