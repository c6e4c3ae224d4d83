"""The four severities (Escalation Protocol, section 3) and the clocks that each one starts."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.matrix import Level
from escalations.durations import Target, TargetError
from escalations.worktime import WorkCalendar

from .calendar import Calendar, worktime_of


def validate_target(value: str) -> None:
    """Accept "15m", "4h", "5bd"; refuse the rest with the forms that are accepted."""
    try:
        Target.parse(value)
    except TargetError as error:
        raise ValidationError(str(error)) from error


def validate_rungs(value: object) -> None:
    """Accept a list of 1 … 5, "technical", "product"."""
    if not isinstance(value, list) or any(isinstance(v, bool) or str(v) not in Level.values for v in value):
        raise ValidationError(_("Give a list of levels: 1 to 5, “technical” or “product”."))


class PostMortem(models.TextChoices):
    REQUIRED = "required", _("Required")
    IF_NEEDED = "if_needed", _("If needed")
    NO = "no", _("Not asked for")


class Severity(models.Model):
    """A severity. Targets read "15m", "4h" (the clock's own time) or "5bd" (business days).

    `calendar` rules resolution, update and ladder steps, `response_calendar` the first response; null is 24x7.
    """

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    name = models.CharField(_("name"), max_length=40)
    definition = models.TextField(_("definition"))
    examples = models.JSONField(_("examples"), default=list, blank=True)
    response_target = models.CharField(_("response target"), max_length=8, validators=[validate_target])
    resolution_target = models.CharField(_("resolution target"), max_length=8, validators=[validate_target])
    update_every = models.CharField(
        _("customer update every"), max_length=8, blank=True, default="", validators=[validate_target]
    )
    calendar = models.ForeignKey(
        Calendar, verbose_name=_("calendar"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    response_calendar = models.ForeignKey(
        Calendar, verbose_name=_("response calendar"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at_risk_percent = models.PositiveSmallIntegerField(_("at risk after percent"), default=75)
    step = models.CharField(_("ladder step"), max_length=8, validators=[validate_target])
    notify_on_open = models.JSONField(_("told when logged"), default=list, blank=True, validators=[validate_rungs])
    post_mortem = models.CharField(_("post-mortem"), max_length=9, choices=PostMortem, default=PostMortem.NO)
    aftercare_days = models.PositiveSmallIntegerField(_("aftercare days"), default=0)

    class Meta:
        ordering = ["code"]
        verbose_name = _("severity")
        verbose_name_plural = _("severities")
        constraints = [
            models.CheckConstraint(
                name="severity_at_risk_percent", condition=Q(at_risk_percent__gte=1, at_risk_percent__lte=99)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def worktime(self) -> WorkCalendar:
        return worktime_of(self.calendar)

    @property
    def response_worktime(self) -> WorkCalendar:
        return worktime_of(self.response_calendar)

    @property
    def is_urgent(self) -> bool:
        """The first rung of severities: its messages are never held back."""
        return self.code == "P1"

    def one_step_after(self, at: datetime) -> datetime:
        """The instant one ladder step after `at`, in this severity's own time."""
        return self.worktime.add(at, Target.parse(self.step).budget(at, self.worktime))
