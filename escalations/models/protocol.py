"""The parts of the protocol that are read by people: steps, principles, KPI names, the response checklist."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Section(models.TextChoices):
    OVERVIEW = "overview", _("Protocol overview")
    KPI = "kpi", _("Escalation metrics")
    STEP = "step", _("Escalation flow")
    PRINCIPLE = "principle", _("Best practices and guidelines")
    NOTES = "notes", _("Additional notes")


class ProtocolText(models.Model):
    """One entry of a section, in its order."""

    section = models.CharField(max_length=10, choices=Section)
    key = models.SlugField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["section", "order"]
        verbose_name = _("protocol text")
        verbose_name_plural = _("protocol texts")
        constraints = [
            models.UniqueConstraint(fields=["section", "key"], name="protocol_text_once"),
            models.CheckConstraint(name="protocol_text_section", condition=Q(section__in=Section.values)),
        ]

    def __str__(self) -> str:
        return self.title


class CurrentLines(models.Manager["ChecklistLine"]):
    def get_queryset(self) -> models.QuerySet["ChecklistLine"]:
        return super().get_queryset().filter(retired=False)


class ChecklistLine(models.Model):
    """One line of the response checklist (Escalation Protocol, section 7).

    `by_severity` maps a severity's code to {"asked": "required" | "if_needed" | "no", "label": "15 min"}. A line that
    the protocol no longer has, but that issues were marked with, is retired: the marks stay.
    """

    key = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    action = models.CharField(max_length=160)
    by_severity = models.JSONField(default=dict)
    retired = models.BooleanField(default=False, db_default=False, editable=False)

    objects = CurrentLines()
    every = models.Manager["ChecklistLine"]()

    class Meta:
        ordering = ["order"]
        verbose_name = _("checklist line")
        verbose_name_plural = _("checklist lines")

    def __str__(self) -> str:
        return self.action


class Goal(models.Model):
    """What the desk wants one of its numbers to reach: seconds, a share from 0 to 1, or a count, as the number is.

    `key` is the API's name of the number; a number without a row has no goal.
    """

    key = models.SlugField(unique=True, max_length=40)
    value = models.FloatField(_("goal"))

    class Meta:
        ordering = ["key"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [models.CheckConstraint(name="goal_not_negative", condition=Q(value__gte=0))]

    def __str__(self) -> str:
        return self.key
