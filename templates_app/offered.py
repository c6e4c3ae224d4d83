"""The templates that a writer may choose from: read once a minute, since every page of a ticket lists them."""

from django.core.cache import cache

from templates_app.models import CommunicationTemplate

KEY, REMEMBERED = "templates.offered", 60  # seconds


def offered() -> list[CommunicationTemplate]:
    """All that are not archived, with their translations, oldest first. What is sent is read anew."""
    return cache.get_or_set(KEY, _read, REMEMBERED) or []


def forget() -> None:
    """Somebody has changed one: the next page reads them again."""
    cache.delete(KEY)


def _read() -> list[CommunicationTemplate]:
    return list(CommunicationTemplate.objects.filter(archived_at=None).prefetch_related("translations").order_by("pk"))
