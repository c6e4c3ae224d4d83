"""Puts the scheduled reports that are due into the outbox: one for each person and time that is due, whoever asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import timezone, translation

from config.nudge import nudge_deliver
from contacts.models import User
from metrics.digests.post import message
from metrics.models import ReportSchedule
from metrics.reports.schedules.content import content_of
from metrics.reports.schedules.stop import stop_path
from metrics.reports.slots import days_before, slot_of
from templates_app.models import Notification
from templates_app.seal import sealed

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Due:
    """One report to one person. `day`: on which it is made, where the schedule is; it tells what is over then."""

    schedule: ReportSchedule
    user: User
    slot: datetime
    day: date

    @property
    def idem(self) -> str:
        return sealed(f"report.{self.schedule.pk}.{self.user.pk}.{self.day:%Y%m%d}")


def reached() -> Any:
    """Those of the chosen whom a mail can reach."""
    return Prefetch("people", User.objects.filter(is_active=True).exclude(email="").order_by("pk"))


def make_reports(at: datetime | None = None) -> int:
    """Everything due at `at` (default: now) that is not in the outbox yet. Returns how many were written.

    Safe to run any number of times, anywhere, at once: the outbox takes each of them once.
    """
    at = at or timezone.now()
    due = list(_due(at))
    known = set(Notification.objects.filter(idem__in=[each.idem for each in due]).values_list("idem", flat=True))
    written = [(each, row) for each in due if each.idem not in known and (row := _written(each, each.idem, at))]
    Notification.objects.bulk_create([row for _each, row in written], ignore_conflicts=True)
    for schedule, slot in {(each.schedule, each.slot) for each, _row in written}:
        rows = ReportSchedule.objects.filter(Q(last_slot=None) | Q(last_slot__lt=slot), pk=schedule.pk)
        rows.update(last_slot=slot)
    if written:
        nudge_deliver()
    return len(written)


def send_now(schedule: ReportSchedule, user: User, at: datetime) -> bool:
    """What is over by now, to whoever asks; pressed twice within a minute it comes once. False: it cannot be written,
    or there is no address to send it to."""
    if not user.email:
        return False
    due = Due(schedule, user, at, at.astimezone(ZoneInfo(schedule.time_zone)).date())
    row = _written(due, sealed(f"report.{schedule.pk}.{user.pk}.now.{at:%Y%m%d%H%M}"), at)
    if row:
        Notification.objects.bulk_create([row], ignore_conflicts=True)
        nudge_deliver()
    return row is not None


def _due(at: datetime) -> Iterator[Due]:
    found = ReportSchedule.objects.filter(paused=False).select_related("customer", "created_by")
    for schedule in found.prefetch_related(reached()).order_by("pk"):
        try:
            zone = ZoneInfo(schedule.time_zone)
            slot = slot_of(schedule.rhythm, schedule.at, zone, at)
        except Exception:
            log.exception("report has no time", schedule=schedule.pk)
            continue
        if slot and slot >= schedule.created_at:
            for user in schedule.people.all():
                yield Due(schedule, user, slot, slot.astimezone(zone).date())


def _written(due: Due, idem: str, at: datetime) -> Notification | None:
    """One that cannot be written holds up nobody; it is tried again with the next round."""
    user, schedule = due.user, due.schedule
    zone = ZoneInfo(user.time_zone or settings.TIME_ZONE)
    try:
        with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(zone):
            words = content_of(schedule, user, *days_before(schedule.rhythm, due.day), at)
    except Exception:
        log.exception("report not written", schedule=schedule.pk, user=user.pk)
        return None
    return message(user, words, idem=idem, stop=stop_path(user, schedule), slot=due.slot, at=at)
