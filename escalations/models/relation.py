"""Issues that belong together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LinkKind(models.TextChoices):
    RELATED = "related", _("Related to")
    DUPLICATE = "duplicate", _("Duplicate of")
    RELAPSE = "relapse", _("Relapse of")


class TicketLink(models.Model):
    """`ticket` is related to, a duplicate of, or a relapse of `other`."""

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(_("how"), max_length=9, choices=LinkKind, default=LinkKind.RELATED)
    by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other"], name="ticket_link_once"),
            models.CheckConstraint(name="ticket_link_is_other", condition=~Q(ticket=F("other"))),
            models.CheckConstraint(name="ticket_link_kind", condition=Q(kind__in=LinkKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"
