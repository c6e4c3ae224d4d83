"""Messages that wait because their readers wished so, and what ends or moves the wait."""

from datetime import datetime

from django.db.models import Q, QuerySet

from templates_app.models import Notification
from templates_app.models.notification import State


def held(at: datetime) -> QuerySet[Notification]:
    """What is queued and, at `at`, not to leave yet."""
    return Notification.objects.filter(state=State.QUEUED, held_until__gt=at)


def free(about: str, at: datetime, *, severity: dict[str, str]) -> int:
    """All that is held about this ticket leaves at `at`, as urgent, and names the severity ("code", "name") that it
    has now. Returns how many there were."""
    rows = list(held(at).filter(about=about).select_for_update())
    for row in rows:
        row.held_until, row.next_try_at, row.urgent = None, at, True
        if "severity" in row.context:
            row.context["severity"] = severity
    Notification.objects.bulk_update(rows, ["held_until", "next_try_at", "urgent", "context"])
    return len(rows)


def rearrange(user_id: int, address: str, leaves_at: datetime, at: datetime) -> int:
    """What is held for somebody leaves at `leaves_at` instead, which is `at` if nothing holds it any more. Returns how
    many there were."""
    theirs = held(at).filter(Q(user_id=user_id) | Q(user_id=None, to_address__iexact=address))
    return theirs.update(next_try_at=leaves_at, held_until=leaves_at if leaves_at > at else None)
