"""The escalation contact matrix (Escalation Protocol, section 5) as rows."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The five rungs of the ladder and the two that stand beside it."""

    CSM = "1", _("Level 1")
    LEAD = "2", _("Level 2")
    VP = "3", _("Level 3")
    CCO = "4", _("Level 4")
    CEO = "5", _("Level 5")
    TECHNICAL = "technical", _("Technical")
    PRODUCT = "product", _("Product")


class Contact(models.Model):
    """One position on one rung, for one team or (team empty) for everyone.

    Position 0 is asked first; higher positions are its backups. A row without an e-mail address, of its own or of
    its user, is vacant. `unreachable_since` is set when mail to the address was refused for good.
    """

    level = models.CharField(_("level"), max_length=9, choices=Level)
    title = models.CharField(_("title"), max_length=120)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    team = models.ForeignKey(
        "contacts.Team", verbose_name=_("team"), null=True, blank=True, on_delete=models.CASCADE, related_name="rungs"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    user = models.ForeignKey(
        "contacts.User",
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="rungs",
    )
    unreachable_since = models.DateTimeField(_("unreachable since"), null=True, blank=True, editable=False)
    unreachable_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["level", F("team").asc(nulls_first=True), "position"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(fields=["level", "position"], condition=Q(team=None), name="contact_rung_once"),
            models.UniqueConstraint(
                fields=["level", "team", "position"], condition=~Q(team=None), name="contact_team_rung_once"
            ),
            models.CheckConstraint(name="contact_level_known", condition=Q(level__in=Level.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.person_name or _('Nobody')}"

    @property
    def person_name(self) -> str:
        return self.name or (self.user.name if self.user else "")

    @property
    def address(self) -> str:
        return self.email or (self.user.email if self.user else "")

    @property
    def telephone(self) -> str:
        return self.phone or (self.user.phone if self.user else "")

    def forget_refusal(self) -> None:
        """The address was corrected: mail may be tried again. The caller saves."""
        self.unreachable_since, self.unreachable_reason = None, ""


class Absence(models.Model):
    """Somebody of the matrix is away from `starts_at` to `ends_at`; `delegate`, if named, stands in."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    delegate = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in_for"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(name="absence_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="absence_delegate_is_other", condition=Q(delegate=None) | ~Q(delegate=F("contact"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"
