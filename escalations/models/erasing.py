"""What was taken off an event for good, because it named somebody who asked for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """The content that `event` has from now on. `by` is the ERASED event of the same ticket that lists it, keyed.

    The database lets an event be changed to what its newest erasure says and to nothing else, and keeps erasures as it
    keeps events (migration 0019). `digest` is the SHA-256 of the event's new facts (`escalations.audit.facts`).
    """

    event = models.ForeignKey("escalations.Event", on_delete=models.PROTECT, related_name="erasures")
    by = models.ForeignKey("escalations.Event", on_delete=models.PROTECT, related_name="erased_events")
    actor_name = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [models.UniqueConstraint(fields=["event", "by"], name="erasure_once")]

    def __str__(self) -> str:
        return f"{self.event_id}"
