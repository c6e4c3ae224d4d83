"""Working hours, as rows; the arithmetic is in `escalations.worktime`."""

import json
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from escalations.worktime import ALWAYS, WorkCalendar, WorktimeError


class CurrentCalendars(models.Manager["Calendar"]):
    def get_queryset(self) -> models.QuerySet["Calendar"]:
        return super().get_queryset().filter(retired=False)


class Calendar(models.Model):
    """Opening hours in one time zone.

    `hours` maps "mon" … "sun" to lists of ["HH:MM", "HH:MM"], or is null for 24x7; `holidays` lists dates;
    `overrides` maps a date to the intervals that hold on it instead. New hours make a new row and retire the old one:
    clocks that run keep the hours they were started with.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    timezone = models.CharField(_("time zone"), max_length=64)
    hours = models.JSONField(pgettext_lazy("opening", "hours"), null=True, blank=True)
    holidays = models.JSONField(_("holidays"), default=list, blank=True)
    overrides = models.JSONField(_("overrides"), default=dict, blank=True)
    default = models.BooleanField(_("default"), default=False)
    retired = models.BooleanField(default=False, editable=False)

    objects = CurrentCalendars()
    every = models.Manager["Calendar"]()

    class Meta:
        ordering = ["name"]
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(fields=["default"], condition=Q(default=True), name="calendar_one_default"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.worktime().next_opening(timezone.now())
        except WorktimeError as error:
            raise ValidationError({error_field(error): str(error)}) from error

    def revise(self) -> None:
        """Save what was changed. If clocks count in the hours as they were, they keep them, in a retired row."""
        with transaction.atomic():
            before = Calendar.every.select_for_update().get(pk=self.pk)
            if before.hours_text == self.hours_text or not before.has_clocks():
                self.save()
                return
            before.slug, before.default, before.retired = f"{before.slug[:40]}~{before.pk}", False, True
            before.save()
            self.pk = None
            self.save(force_insert=True)
            severities = apps.get_model("escalations", "Severity").objects
            severities.filter(calendar=before).update(calendar=self)
            severities.filter(response_calendar=before).update(response_calendar=self)

    def has_clocks(self) -> bool:
        return bool(apps.get_model("escalations", "Clock").objects.filter(calendar=self.pk).exists())

    @property
    def hours_text(self) -> str:
        """All that the arithmetic depends on, in one canonical text."""
        return _frozen(
            {"tz": self.timezone, "hours": self.hours, "holidays": self.holidays, "overrides": self.overrides}
        )

    def worktime(self) -> WorkCalendar:
        return _worktime(self.hours_text)


def worktime_of(calendar: Calendar | None) -> WorkCalendar:
    """No calendar means 24x7."""
    return calendar.worktime() if calendar else ALWAYS


def error_field(error: WorktimeError) -> str:
    """The model field that a message such as "hours.mon[1]: …" speaks of."""
    name = str(error).split(":")[0].split(".")[0].split("[")[0]
    return {"tz": "timezone", "hours": "hours", "holidays": "holidays", "overrides": "overrides"}.get(name, "hours")


def _frozen(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True)


@lru_cache(maxsize=256)
def _worktime(frozen: str) -> WorkCalendar:
    # Building one walks all its hours; the sweep asks for the same few again and again.
    return WorkCalendar.from_dict(json.loads(frozen))
