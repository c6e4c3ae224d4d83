"""What the desk is called: as administrators named it, else as the product and the environment say."""

from django.core.cache import cache

from contacts.models import SiteSettings

PRODUCT = "Switchback"
KEY = "desk-brand"
REMEMBERED = 30  # seconds


def brand() -> str:
    """Empty if nobody gave it a name. A mail asks for it, so it is remembered."""
    found: str | None = cache.get(KEY)
    if found is None:
        found = SiteSettings.current().brand
        cache.set(KEY, found, REMEMBERED)
    return found


def forget() -> None:
    cache.delete(KEY)
