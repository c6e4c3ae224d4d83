"""What somebody else has done to a ticket while a person was writing (so that nobody writes past the other)."""

from collections.abc import Collection
from typing import Any

from escalations.models import Event, Ticket


def since(ticket: Ticket, user: Any, seen: str, kinds: Collection[str]) -> list[Event]:
    """The events of these kinds after event `seen`, newest first, that are not the user's own. `seen` comes from a
    page: whatever it is, nothing breaks."""
    if not kinds or not (seen.isascii() and seen.isdecimal() and len(seen) < 19):
        return []
    news = ticket.events.filter(pk__gt=int(seen), kind__in=kinds).exclude(actor=user)
    return list(news.select_related("actor", "clock").order_by("-pk")[:20])
