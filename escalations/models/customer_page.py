"""The door through which a customer sees their own issue, and nothing else."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerPage(models.Model):
    """The link in `/s/<token>/`: signed with this row's key, good until `expires_at` or until it is revoked."""

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="customer_pages")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("last opened at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("customer’s page")
        verbose_name_plural = _("customers’ pages")

    def __str__(self) -> str:
        return f"{self.ticket_id}"
