"""The organisations that we answer to, and our people there."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Health(models.TextChoices):
    GREEN = "green", _("Green")
    YELLOW = "yellow", _("Yellow")
    RED = "red", _("Red")


class Customer(models.Model):
    """A customer. `annual_value` is per year, in `currency` (ISO 4217)."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    tier = models.CharField(_("tier"), max_length=40, blank=True)
    annual_value = models.DecimalField(_("annual value"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    renewal_on = models.DateField(_("renewal date"), null=True, blank=True)
    health = models.CharField(_("health"), max_length=6, choices=Health, default=Health.GREEN)
    churned_at = models.DateTimeField(_("churned at"), null=True, blank=True)
    churn_reason = models.CharField(_("why they left"), max_length=300, blank=True)
    team = models.ForeignKey(
        "contacts.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
    )

    # Whose mail opens issues for them, besides the addresses of their contacts: ["acme.example"], lower case.
    domains = models.JSONField(_("e-mail domains"), default=list, blank=True, db_default=[])
    language = models.CharField(
        _("language"), max_length=10, blank=True, db_default="", default=""
    )  # empty: the site's

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "id"], name="customer_by_name")]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                name="customer_value_not_negative",
                condition=models.Q(annual_value__isnull=True) | models.Q(annual_value__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customer", args=[self.slug])

    @property
    def is_churned(self) -> bool:
        return self.churned_at is not None


class CustomerContact(models.Model):
    """Somebody at the customer. The first (lowest position) gets the messages when an issue names no reporter."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["customer", "position", "pk"]
        verbose_name = _("customer contact")
        verbose_name_plural = _("customer contacts")

    def __str__(self) -> str:
        return self.name
