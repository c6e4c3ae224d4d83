"""The ledger of pauses: from when to when a ticket's clocks stood still, by whom and why."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PauseCause(models.TextChoices):
    WAITING = "waiting", _("waiting on the customer")
    RESOLVED = "resolved", _("resolved, then reopened")


class Pause(models.Model):
    """One pause of a ticket. `to_at` is null while it lasts. The response clock never pauses."""

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="pauses")
    cause = models.CharField(max_length=8, choices=PauseCause)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(to_at=None), name="pause_one_open"),
            models.CheckConstraint(name="pause_runs_forward", condition=Q(to_at=None) | Q(to_at__gte=F("from_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.cause} {self.from_at:%Y-%m-%d %H:%M}"
