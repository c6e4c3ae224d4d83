"""Messages that wait because their readers wished so, and what ends or moves the wait."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from templates_app.models import Notification
from templates_app.models.notification import ALONE, State


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


def reroute(user_id: int, at: datetime, by: Callable[[str, bool], Sequence[str]]) -> int:
    """What is held for somebody goes by the channels that `by` names for a severity's code and whether it escalates;
    with none of them it is in the app alone, now. Returns how many there were."""
    rows = list(held(at).filter(user_id=user_id, attempts=0, tried=[]).exclude(kind__in=ALONE).select_for_update())
    for row in rows:
        code = (row.context.get("severity") or {}).get("code", "")
        channels = list(by(code, row.urgent or row.escalation_id is not None))
        row.channel, row.channels = (channels[0], channels[1:]) if channels else ("app", [])
        if not channels:
            row.state, row.sent_at, row.next_try_at, row.held_until = State.SENT, at, None, None
    columns = ["channel", "channels", "state", "sent_at", "next_try_at", "held_until"]
    Notification.objects.bulk_update(rows, columns)
    return len(rows)


def rearrange(user_id: int, address: str, leaves_at: datetime, at: datetime) -> int:
    """What is held for somebody leaves at `leaves_at` instead, which is `at` if nothing holds it any more. Returns how
    many there were."""
    theirs = held(at).filter(Q(user_id=user_id) | Q(user_id=None, to_address__iexact=address))
    return theirs.update(next_try_at=leaves_at, held_until=leaves_at if leaves_at > at else None)
