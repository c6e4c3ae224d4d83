"""The look that a browser remembers for the pages before the sign-in; afterwards the person's own choice counts."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse

YEAR = 365 * 24 * 3600
THEMES = ("light", "dark")


def remember(response: HttpResponse, theme: str) -> None:
    """`theme` empty means that the device decides."""
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie("theme", samesite="Lax")


def bring(response: HttpResponse, user: Any) -> None:
    """At the sign-in on another device: the choice comes along."""
    if user.theme:
        remember(response, user.theme)
