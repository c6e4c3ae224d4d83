"""Working hours, as rows; the arithmetic is in `escalations.worktime`."""

import json
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalations.worktime import ALWAYS, WorkCalendar, WorktimeError


class Calendar(models.Model):
    """Opening hours in one time zone.

    `hours` maps "mon" … "sun" to lists of ["HH:MM", "HH:MM"], or is null for 24x7; `holidays` lists dates;
    `overrides` maps a date to the intervals that hold on it instead.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    timezone = models.CharField(_("time zone"), max_length=64)
    hours = models.JSONField(_("hours"), null=True, blank=True)
    holidays = models.JSONField(_("holidays"), default=list, blank=True)
    overrides = models.JSONField(_("overrides"), default=dict, blank=True)
    default = models.BooleanField(_("default"), default=False)

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
            self.worktime()
        except WorktimeError as error:
            raise ValidationError({error_field(error): str(error)}) from error

    def worktime(self) -> WorkCalendar:
        return _worktime(
            _frozen({"tz": self.timezone, "hours": self.hours, "holidays": self.holidays, "overrides": self.overrides})
        )


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
