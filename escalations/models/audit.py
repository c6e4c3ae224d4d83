"""Seals over the journal: what the past was, in so few bytes that a copy can be kept elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditSeal(models.Model):
    """All events up to `last_event`, `events` of them since the seal before, in one value.

    `seal` is keyed (see `escalations.audit`): who can write to the database alone cannot make one. `unchained` seals
    stand for events that were loaded in bulk, or written before events were chained.
    """

    at = models.DateTimeField(_("at"))
    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField()
    events = models.PositiveIntegerField(_("events"))
    unchained = models.BooleanField(default=False)
    seal = models.CharField(_("seal"), max_length=64)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        constraints = [models.UniqueConstraint(fields=["first_event"], name="audit_seal_once")]

    def __str__(self) -> str:
        return f"{self.first_event}–{self.last_event}"
