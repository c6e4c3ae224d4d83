"""Who may see a confidential issue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketAccess(models.Model):
    """A person who may see a confidential issue, and who named them. The history keeps who was taken off again."""

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="access")
    user = models.ForeignKey("contacts.User", on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("since"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("person who may see it")
        verbose_name_plural = _("people who may see it")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_access_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.ticket}"
