"""A run of the simulator, as a row: who asked for it, how far it is, what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .version import ProtocolVersion


class Progress(models.TextChoices):
    WAITING = "waiting", _("Waiting to go on")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


UNDER_WAY = (Progress.WAITING, Progress.RUNNING)


class Simulation(models.Model):
    """The last 90 days before `at` replayed under `version` and under `base`, the one that ran (null: the settings as
    they stood).

    `digest` and `base_digest` say of which words; when the draft says something else, the result is stale. It is
    worked in slices: `done` of `total` issues so far, `counted` there are; `work` is what a next slice goes on from.
    """

    version = models.ForeignKey(ProtocolVersion, on_delete=models.CASCADE, related_name="simulations")
    digest = models.CharField(max_length=64)
    base = models.ForeignKey(ProtocolVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    base_digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=Progress, default=Progress.WAITING)
    total = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    work = models.JSONField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    started_by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("asked for at"))
    seen_at = models.DateTimeField(null=True, blank=True)  # when whoever works it last said so
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=UNDER_WAY), name="simulation_one_under_way"
            ),
            models.CheckConstraint(name="simulation_state_known", condition=Q(state__in=Progress.values)),
            models.CheckConstraint(
                name="simulation_done_has_result", condition=~Q(state=Progress.DONE) | Q(result__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
