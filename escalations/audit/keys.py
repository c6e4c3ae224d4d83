"""The keys of the seals, which the database does not hold."""

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.encoding import force_str


def keys() -> list[bytes]:
    """The key that new seals are made with, then those that old ones may have been made with."""
    return [hashlib.sha256(f"escalations.audit\0{secret}".encode()).digest() for secret in _secrets()]


def _secrets() -> Iterator[str]:
    if settings.AUDIT_KEY:
        yield settings.AUDIT_KEY
    yield settings.SECRET_KEY
    yield from map(force_str, settings.SECRET_KEY_FALLBACKS)
