"""What holds for the whole desk and is no fact of the protocol: its name, who sees what, how long things are kept."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ONLY = 1


def _months(label: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=[MinValueValidator(1)])


class SiteSettings(models.Model):
    """One row; read it with `current()`. Everything that is empty is as if it were not there.

    `own_team_only`: customer success managers and managers see the issues of their own team, and those that are theirs;
    everybody else sees all. `mfa_roles`: whose members sign in with a second factor. The periods are months after which
    a worker takes personal data off closed issues, texts off sent messages, and forgets sign-ins; empty is for ever.
    """

    brand = models.CharField(_("name of the desk"), max_length=40, blank=True, default="", db_default="")
    own_team_only = models.BooleanField(_("teams see their own issues only"), default=False, db_default=False)
    mfa_roles = models.JSONField(_("second factor required for"), default=list, blank=True, db_default=[])
    keep_people = _months(_("personal data of closed issues, months"))
    keep_messages = _months(_("texts of sent messages, months"))
    keep_sign_ins = _months(_("sign-ins and sessions, months"))

    class Meta:
        verbose_name = _("settings of the desk")
        verbose_name_plural = _("settings of the desk")
        constraints = [models.CheckConstraint(name="site_settings_once", condition=Q(pk=ONLY))]

    def __str__(self) -> str:
        return self.brand or "Switchback"

    @classmethod
    def current(cls) -> "SiteSettings":
        """The row, or what holds without one. One query."""
        return cls._default_manager.filter(pk=ONLY).first() or cls(pk=ONLY)
