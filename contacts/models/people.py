"""People who sign in, and the teams they work in."""

from datetime import time
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


class MailRhythm(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, together")


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
    """Somebody who signs in. `time_zone` and `language` empty mean the site's own.

    `mail_rhythm` and the quiet hours (from, until; in the person's own zone, over midnight if until is earlier) hold
    back what is not about a P1. `theme` empty follows the device. `channels` says for a severity's code which channels
    are tried, in that order; a severity that it leaves out comes by e-mail, and the inbox in the app always has it all.
    A service is a program: it has tokens, no password, and is told nothing. `invited_at`: when the last invitation went
    out, until it was used.
    """

    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.CSM)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, blank=True)
    mail_rhythm = models.CharField(
        _("messages"), max_length=7, choices=MailRhythm, default=MailRhythm.AT_ONCE, db_default=MailRhythm.AT_ONCE
    )
    daily_at = models.TimeField(_("daily mail at"), default=time(8), db_default=time(8))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    desktop_alerts = models.BooleanField(_("desktop notifications"), default=False, db_default=False)
    channels = models.JSONField(_("channels"), default=dict, blank=True, db_default={})
    daily_digest = models.BooleanField(_("daily overview"), default=True, db_default=True)
    weekly_digest = models.BooleanField(_("weekly overview"), default=True, db_default=True)
    is_service = models.BooleanField(_("service account"), default=False, db_default=False)
    invited_at = models.DateTimeField(_("invited at"), null=True, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            # Two people with one address could not be told apart when a reply comes in.
            models.UniqueConstraint(Lower("email"), name="user_email_once", condition=~models.Q(email="")),
            models.CheckConstraint(
                name="user_quiet_has_both_ends",
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
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
    def may_manage(self) -> bool:
        """Managers and administrators keep what is everybody's: the matrix, and customers by the file."""
        return self.may_work and (self.role == Role.MANAGER or self.may_configure)

    @property
    def may_configure(self) -> bool:
        return self.is_active and (self.is_superuser or self.role == Role.ADMIN)
