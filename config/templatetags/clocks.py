"""One clock, its ring and its bar. `config.templatetags.ui` offers them to templates."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from config.templatetags.times import clock_time, countdown

register = template.Library()


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


def share_left(started: datetime | None, due: datetime | None, at: datetime) -> int:
    if not started or not due or due <= at:
        return 100
    return max(2, min(100, round(100 * (due - at) / (due - started)))) if due > started else 100


def due_label(due: datetime, at: datetime) -> str:
    when = clock_time(due, at)
    return (gettext("was due %(when)s") if due <= at else gettext("due %(when)s")) % {"when": when}
