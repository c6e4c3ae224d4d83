"""What we know of a customer over time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .customers import Customer, Health


class HealthRecord(models.Model):
    """The customer's health from `at` on, as somebody saw it. `about` is the ticket's number, if one led to it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="health_records")
    health = models.CharField(_("health"), max_length=6, choices=Health)
    note = models.CharField(_("why"), max_length=300, blank=True)
    about = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("health record")
        verbose_name_plural = _("health records")
        indexes = [models.Index(fields=["customer", "-at"], name="health_of_customer")]
        constraints = [
            models.CheckConstraint(name="health_record_known", condition=models.Q(health__in=Health.values)),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.health}"


class CustomerNote(models.Model):
    """What the desk should know about a customer. Internal."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"))
    by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("customer note")
        verbose_name_plural = _("customer notes")

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.text[:40]}"


class ChangeKind(models.TextChoices):
    CREATED = "created", _("Added")
    CHANGED = "changed", _("Changed")
    CONTACTS = "contacts", _("Contacts changed")
    CHURNED = "churned", _("Churned")
    WON_BACK = "won_back", _("Won back")


class Source(models.TextChoices):
    PAGE = "page", _("on the page")
    IMPORT = "import", _("by an import")
    API = "api", _("through the API")
    ADMIN = "admin", _("in the administration")


class CustomerChange(models.Model):
    """What somebody changed about a customer. Kept for good.

    `changes` is a list of {"what", "from", "to"} in words: what they stood for then, whatever has become of it since.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=ChangeKind, default=ChangeKind.CHANGED)
    source = models.CharField(max_length=6, choices=Source, default=Source.PAGE)
    changes = models.JSONField(default=list)
    by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of a customer")
        verbose_name_plural = _("changes of customers")
        indexes = [models.Index(fields=["customer", "-at"], name="change_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.kind}"
