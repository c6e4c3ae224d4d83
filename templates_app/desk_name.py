"""What the desk calls itself in its mails. Who names it is another room: config/apps.py connects the two."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache

KEY = "desk-name"
REMEMBERED = 600  # seconds


def _unnamed() -> str:
    return ""


_named: Callable[[], str] = _unnamed


def named_by(name: Callable[[], str]) -> None:
    """`name` says how administrators named the desk; empty: as the environment does."""
    global _named
    _named = name


def look() -> None:
    """Before mails are made: they are put together without asking the database anything."""
    cache.set(KEY, _named(), REMEMBERED)


def organisation() -> str:
    return cache.get(KEY) or str(settings.ORGANISATION)
