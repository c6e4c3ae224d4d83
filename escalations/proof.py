"""What is known of the way of an escalation to a person: delivered, seen, failed.

Whatever tells of it (a provider's webhook, a bounce, the watch over urgent messages, a page that somebody signed in
looks at) comes through here, to the escalation's own times and, where a message has failed, to whoever is next.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.nudge import nudge_deliver
from escalations import unreachable
from escalations.models import Escalation
from escalations.site_language import site_language
from templates_app.models import DeliveryReport, Notification
from templates_app.models.notification import State
from templates_app.reports import Consequences, bounces, matching, tracking
from templates_app.reports.unproved import unproved

log = structlog.get_logger(__name__)
BATCH, BATCHES = 50, 10  # of one pass: what is more is seen to a few seconds later


def receive(*, event: Any, esp_name: str, **more: Any) -> None:
    """anymail's signal `tracking`: one thing that the mail provider reports."""
    if tracking.receive(event, esp_name, timezone.now(), CONSEQUENCES):
        nudge_deliver()


def take_bounce(bounce: bounces.Bounce, at: datetime) -> DeliveryReport | None:
    """A mail server sent a mail of ours back."""
    return bounces.apply(bounce, at, failed)


def catch_up(at: datetime) -> int:
    """Reports that were quicker than our own note that the message had left."""
    return matching.catch_up(at, CONSEQUENCES)


def watch(at: datetime) -> int:
    """Urgent messages that nobody is proved to have count as failed: whoever is next is told, once, while the message
    itself goes on being tried. Returns how many."""
    if not _late(at).exists():
        return 0
    try:
        return sum(_pass_late_on(at) for _batch in range(BATCHES) if _late(at).exists())
    except DatabaseError:
        raise
    except Exception:
        log.exception("watch: batch failed, going one by one")
        return sum(_alone(key, at) for key in list(_late(at).values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _pass_late_on(at: datetime, only: int | None = None) -> int:
    late = _late(at) if only is None else _late(at).filter(pk=only)
    keys = list(late.values_list("pk", flat=True)[:BATCH])
    rows = Notification.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    still = rows.filter(pk__in=keys, passed_on_at=None, delivered_at=None, state__in=(State.QUEUED, State.SENT))
    messages = list(still.order_by("pk")) if keys else []
    with site_language():
        for message in messages:
            waits = message.state == State.QUEUED
            why = _("no server has taken it within 10 minutes") if waits else _("no delivery reported for 10 minutes")
            message.failure = "unproved"
            message.reason = f"{why} ({message.reason})" if waits and message.reason else str(why)
    unreachable.pass_all_on(messages, at)
    return len(messages)


def _alone(key: int, at: datetime) -> int:
    """One that breaks something holds up nobody, and is not looked at again."""
    try:
        return _pass_late_on(at, key)
    except DatabaseError:
        raise
    except Exception:
        log.exception("watch: nobody could be told", message=key)
        return Notification.objects.filter(pk=key, passed_on_at=None).update(passed_on_at=at)


def _late(at: datetime) -> QuerySet[Notification]:
    """Those whose rung still waits: what was taken or has ended needs nobody else."""
    waits = Escalation.objects.filter(pk=OuterRef("escalation_id"), ended_at=None, taken_at=None)
    return unproved(at).filter(Exists(waits))


def failed(message: Notification, at: datetime) -> None:
    """It came back. What had been believed to be delivered was not."""
    if message.delivered_at:
        told = Escalation.objects.filter(pk__in=keys_of([message]), delivered_at=message.delivered_at)
        told.update(delivered_at=None)
    unreachable.pass_on(message, at)


def delivered(messages: Sequence[Notification], at: datetime) -> None:
    """The first delivery counts, also when its report comes last."""
    _first("delivered_at", keys_of(messages), at)


def seen(messages: Sequence[Notification], at: datetime) -> None:
    """Somebody opened the mail, or read the message in the app."""
    _first("seen_at", keys_of(messages), at)


def seen_by(user: Any, told: Iterable[Escalation], at: datetime) -> None:
    """`user`, signed in, looks at what these rungs were told about. No statement where that is known already."""
    mine = [each.pk for each in told if each.seen_at is None and each.ended_at is None and is_told(each, user.email)]
    if mine:
        _first("seen_at", mine, at)


def seen_by_address(escalation: Escalation, email: str, at: datetime) -> None:
    """Somebody has pressed something behind the link that this address was sent."""
    if escalation.seen_at is None and is_told(escalation, email):
        _first("seen_at", [escalation.pk], at)


def is_told(escalation: Escalation, email: str) -> bool:
    return bool(email) and any(str(each.get("email", "")).lower() == email.lower() for each in escalation.contacts)


def keys_of(messages: Iterable[Notification]) -> list[int]:
    """The escalations that these messages told."""
    return [key for message in messages for key in message.context.get("escalations", [])]


def _first(column: str, keys: Sequence[int], at: datetime) -> None:
    if keys:
        later = Q(**{column: None}) | Q(**{f"{column}__gt": at})
        Escalation.objects.filter(later, pk__in=keys).update(**{column: at})


CONSEQUENCES = Consequences(failed=failed, delivered=delivered, opened=seen, shut=unreachable.shut)
