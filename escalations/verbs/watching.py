"""Following an issue without working on it. No event: it changes nothing about the issue."""

from datetime import datetime
from typing import Any

from contacts.models import User
from escalations.models.following import Watch


class WatchVerbs:
    """Part of Ticket."""

    def watch(self: Any, *, by: User, at: datetime) -> None:
        """`by` hears from now on what matters in it. Watching twice is watching."""
        Watch.objects.get_or_create(ticket=self, user=by, defaults={"since": at})

    def unwatch(self: Any, *, by: User, at: datetime) -> None:
        """No more."""
        Watch.objects.filter(ticket=self, user=by).delete()
