"""Marks: icon, severity, person, rung, status. `config.templatetags.ui` offers them to templates."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

import lucide
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()

RUNGS = 5


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


@register.simple_tag
def status_pill(status: str, label: str) -> SafeString:
    return format_html('<span class="pill status-{}"><span class="dot"></span>{}</span>', status, label)


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
