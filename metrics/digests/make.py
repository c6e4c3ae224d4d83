"""Puts the overviews that are due into the outbox: each person's once for each time that is due, whoever asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.utils import timezone, translation

from config.nudge import nudge_deliver
from contacts.models import User
from contacts.models.people import Role
from contacts.preferences.stop import stop_path
from metrics.digests import content
from metrics.digests.content import Content
from metrics.digests.post import message
from metrics.digests.times import daily_slot, weekly_slot
from templates_app.models import Notification
from templates_app.seal import sealed

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Due:
    """One overview: whose, which, and when it should have come."""

    user: User
    name: str
    slot: datetime

    @property
    def idem(self) -> str:
        return sealed(f"digest.{self.name}.{self.user.pk}.{self.slot:%Y%m%d}")


WRITERS: dict[str, Callable[[User, datetime], Content | None]] = {
    "mine": content.mine,
    "morning": content.morning,
    "weekly": content.weekly,
}


def make_digests(at: datetime | None = None) -> int:
    """Everything due at `at` (default: now) that is not in the outbox yet. Returns how many were written.

    Safe to run any number of times, anywhere, at once: the outbox takes each of them once.
    """
    at = at or timezone.now()
    due = list(_due(at))
    known = set(Notification.objects.filter(idem__in=[each.idem for each in due]).values_list("idem", flat=True))
    messages = [message for each in due if each.idem not in known and (message := _written(each, at))]
    Notification.objects.bulk_create(messages, ignore_conflicts=True)
    if messages:
        nudge_deliver()
    return len(messages)


def _due(at: datetime) -> Iterator[Due]:
    people = User.objects.filter(is_active=True).exclude(email="").order_by("pk")
    for user in people:
        zone = ZoneInfo(user.time_zone or settings.TIME_ZONE)
        if user.daily_digest and (name := DAILY.get(user.role)) and (slot := daily_slot(user.daily_at, zone, at)):
            yield Due(user, name, slot)
        if user.weekly_digest and (name := WEEKLY.get(user.role)) and (slot := weekly_slot(user.daily_at, zone, at)):
            yield Due(user, name, slot)


DAILY: dict[str, str] = {Role.CSM: "mine", Role.MANAGER: "morning"}
WEEKLY: dict[str, str] = {Role.EXECUTIVE: "weekly"}


def _written(due: Due, at: datetime) -> Notification | None:
    """One that cannot be written holds up nobody; it is tried again with the next round."""
    user = due.user
    zone = ZoneInfo(user.time_zone or settings.TIME_ZONE)
    try:
        with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(zone):
            words = WRITERS[due.name](user, at)
    except Exception:
        log.exception("digest not written", digest=due.name, user=user.pk)
        return None
    if words is None:
        return None
    stop = stop_path(user, "weekly" if due.name in WEEKLY.values() else "daily")
    return message(user, words, idem=due.idem, stop=stop, slot=due.slot, at=at)
