"""People who sign in, and the teams they work in."""

from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CSM = "csm", _("Customer success manager")
    MANAGER = "manager", _("Manager")
    EXECUTIVE = "executive", _("Executive")
    ADMIN = "admin", _("Administrator")
    AUDITOR = "auditor", _("Read-only auditor")


def validate_time_zone(value: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if value not in available_timezones():
        raise ValidationError(
            _("“%(zone)s” is not a time zone. Use a name such as Europe/Berlin."), params={"zone": value}
        )


class Team(models.Model):
    """A customer-success team; it may have rungs of its own in the contact matrix."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Somebody who signs in. `time_zone` empty means the site's own."""

    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.CSM)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])

    class Meta(AbstractUser.Meta):
        constraints = [
            # Two people with one address could not be told apart when a reply comes in.
            models.UniqueConstraint(Lower("email"), name="user_email_once", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def may_work(self) -> bool:
        """Auditors read; everybody else may act on a ticket."""
        return self.is_active and self.role != Role.AUDITOR

    @property
    def may_configure(self) -> bool:
        return self.is_active and (self.is_superuser or self.role == Role.ADMIN)
