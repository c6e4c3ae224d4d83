"""Taking messages off the queue for a while, so that no second process sends them at the same time."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from templates_app import breaker
from templates_app.models import Notification
from templates_app.models.notification import ALONE, State

LEASE = timedelta(seconds=120)
SEND_WITHIN = 40  # seconds; what is left then goes back, long before the lease could run out under a slow server
FOLD_AT_MOST = 2000
ORDER = ("-urgent", "created_at", "pk")
HELD = "held back: at most one mail a minute to each person"


@dataclass(frozen=True)
class Claim:
    """`rows` are ours until `LEASE` after the claim; each remembers in `.lease` whose it was before (a crash)."""

    rows: list[Notification]
    resting: str = ""  # why the channel rests: then only what can go another way was claimed
    token: str = field(default_factory=lambda: uuid4().hex)
    since: float = field(default_factory=time.monotonic)

    @property
    def is_spent(self) -> bool:
        return time.monotonic() - self.since > SEND_WITHIN

    def ours(self, rows: Iterable[Notification]) -> QuerySet[Notification]:
        return Notification.objects.filter(pk__in=[row.pk for row in rows], lease=self.token, state=State.QUEUED)

    def release(self, rows: Iterable[Notification], **changes: object) -> int:
        return self.ours(rows).update(lease="", lease_until=None, **changes)


def due(channel: str, at: datetime) -> QuerySet[Notification]:
    return _free(channel, at).filter(next_try_at__lte=at)


def claim(channel: str, at: datetime, limit: int, *, folds: bool = True) -> Claim:
    """Urgent first, then oldest; and, where the channel folds, what else waits for the same people."""
    if not due(channel, at).exists():  # outside the transaction: an idle pass takes no lock and writes nothing
        return Claim([])
    with transaction.atomic():
        row = breaker.lock(channel)
        if row.open_until and row.open_until > at:
            claimed = Claim(_locked(due(channel, at).exclude(channels=[]), limit), resting=row.reason)
        else:
            rows = _next_rows(channel, at, limit) if folds else _locked(due(channel, at), limit)
            claimed = Claim([*rows, *(_companions(channel, rows, at) if folds else [])])
        Notification.objects.filter(pk__in=[row.pk for row in claimed.rows]).update(
            lease=claimed.token, lease_until=at + LEASE
        )
    return claimed


def _next_rows(channel: str, at: datetime, limit: int) -> list[Notification]:
    # Somebody whom another process is writing to right now gets nothing more until that is known to have worked,
    # or two processes would each send "the one mail a minute".
    busy = Notification.objects.filter(state=State.QUEUED, lease_until__gt=at, channel=channel)
    addresses = set(busy.exclude(kind__in=ALONE).values_list("to_address", flat=True))
    queue = due(channel, at)
    if addresses:
        queue = queue.exclude(~Q(kind__in=ALONE), urgent=False, to_address__in=addresses)
    return _locked(queue, limit)


def _companions(channel: str, rows: list[Notification], at: datetime) -> list[Notification]:
    people = {row.to_address for row in rows if row.kind not in ALONE}
    waiting = _free(channel, at).filter(Q(next_try_at__lte=at) | Q(reason=HELD), to_address__in=people)
    others = waiting.exclude(kind__in=ALONE).exclude(pk__in=[row.pk for row in rows])
    return _locked(others, FOLD_AT_MOST)


def _free(channel: str, at: datetime) -> QuerySet[Notification]:
    queued = Notification.objects.filter(state=State.QUEUED, channel=channel)
    return queued.filter(Q(lease_until=None) | Q(lease_until__lte=at))


def _locked(queue: QuerySet[Notification], limit: int) -> list[Notification]:
    """In reading order. Keys first: sorting whole messages would read a long queue's every snapshot."""
    keys = list(queue.order_by(*ORDER).values_list("pk", flat=True)[:limit])
    skip = connection.features.has_select_for_update_skip_locked
    rows = queue.select_for_update(skip_locked=skip)
    return list(rows.filter(pk__in=keys).order_by(*ORDER)) if keys else []
