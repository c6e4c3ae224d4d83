"""One rung of the ladder that was told about a ticket."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.matrix import Level
from escalations.enums import Cause


class Escalation(models.Model):
    """A rung told: why, when, whom, and who took it.

    `contacts` is a snapshot [{"name", "title", "email", "phone"}] that stays true when the matrix changes.
    `ended_at` is set when the ticket is resolved or goes below this rung; one may be open per rung.
    """

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.PROTECT, related_name="escalations")
    level = models.CharField(_("level"), max_length=9, choices=Level)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    clock = models.ForeignKey("escalations.Clock", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"))
    contacts = models.JSONField(_("people"), default=list)
    notified_at = models.DateTimeField(_("told at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    taken_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_by_name = models.CharField(_("taken by"), max_length=160, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        indexes = [
            models.Index(fields=["ticket", "at"], name="escalation_of_ticket"),
            models.Index(fields=["taken_at"], name="escalation_taken", condition=Q(taken_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "level"], condition=Q(ended_at=None), name="escalation_one_open_per_rung"
            ),
            models.CheckConstraint(
                name="escalation_taken_by_somebody",
                condition=Q(taken_at=None, taken_by_name="") | (Q(taken_at__isnull=False) & ~Q(taken_by_name="")),
            ),
            models.CheckConstraint(name="escalation_level_known", condition=Q(level__in=Level.values)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.get_level_display()}"
