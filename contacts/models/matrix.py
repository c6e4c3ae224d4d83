"""The escalation contact matrix (Escalation Protocol, section 5) as rows."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .history import Source
from .people import validate_time_zone


class Level(models.TextChoices):
    """The five rungs of the ladder and the two that stand beside it."""

    CSM = "1", _("Level 1")
    LEAD = "2", _("Level 2")
    VP = "3", _("Level 3")
    CCO = "4", _("Level 4")
    CEO = "5", _("Level 5")
    TECHNICAL = "technical", _("Technical")
    PRODUCT = "product", _("Product")


class Proof(models.TextChoices):
    """How an address showed that somebody reads it."""

    DRILL = "drill", _("confirmed a test")
    TAKEN = "taken", _("took an escalation")
    ANSWERED = "answered", _("answered a message")


class Contact(models.Model):
    """One position on one rung, for one team or (team empty) for everyone.

    Position 0 is asked first; higher positions are its backups. A row without an e-mail address, of its own or of
    its user, is vacant. Those of a rung that `rotates` take turns being first, where it has a Rotation.
    `unreachable_since` is set when mail to the address was refused for good; `proved_at` when somebody last answered
    at it (`proved_how`), which is the only proof that it reaches anybody. `disputed_at`: whoever reads there said that
    they are the wrong person, about an issue; saving the position says that somebody has looked.
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
    rotates = models.BooleanField(_("takes turns"), default=True, db_default=True)
    unreachable_since = models.DateTimeField(_("unreachable since"), null=True, blank=True, editable=False)
    unreachable_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    proved_at = models.DateTimeField(_("last proof of reach"), null=True, blank=True, editable=False)
    proved_how = models.CharField(_("proof"), max_length=9, choices=Proof, blank=True, editable=False)
    disputed_at = models.DateTimeField(_("said to be wrong"), null=True, blank=True, editable=False)
    disputed_about = models.CharField(max_length=20, blank=True, default="", db_default="", editable=False)

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

    def forget_address(self) -> None:
        """The address is another one: it has refused nothing yet, and proved nothing. The caller saves."""
        self.unreachable_since, self.unreachable_reason = None, ""
        self.proved_at, self.proved_how = None, ""


class Absence(models.Model):
    """Somebody is away from `starts_at` to `ends_at`; `delegate`, if named, stands in.

    Either of a `contact` (an outsider) or of a `user`; a user who is away, also by one of their places in the matrix,
    is away everywhere they stand, and as owner of issues. A `delegate` of the matrix may be away, too: then theirs is
    asked.
    """

    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="absences")
    user = models.ForeignKey(
        "contacts.User",
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="absences",
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    delegate = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in_for"
    )
    delegate_user = models.ForeignKey(
        "contacts.User",
        verbose_name=_("stands in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stands_in_for",
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["ends_at"], name="absence_by_end")]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(name="absence_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="absence_delegate_is_other", condition=Q(delegate=None) | ~Q(delegate=F("contact"))
            ),
            models.CheckConstraint(
                name="absence_of_somebody",
                condition=Q(contact=None, user__isnull=False) | Q(contact__isnull=False, user=None),
            ),
            models.CheckConstraint(name="absence_one_delegate", condition=Q(delegate=None) | Q(delegate_user=None)),
            models.CheckConstraint(
                name="absence_delegate_user_is_other",
                condition=Q(delegate_user=None) | Q(user=None) | ~Q(delegate_user=F("user")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.user}: {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"


class Rotation(models.Model):
    """The positions of one rung that `rotates` take turns: every week, at `at` on the wall in `zone`, the next of them
    is first. `starts_on` is the day on which the first position took, or takes, the first turn."""

    level = models.CharField(_("level"), max_length=9, choices=Level)
    team = models.ForeignKey(
        "contacts.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="rotations",
    )
    starts_on = models.DateField(_("first turn from"))
    at = models.TimeField(_("handed over at"))
    zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])

    class Meta:
        ordering = ["level", F("team").asc(nulls_first=True)]
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        constraints = [
            models.UniqueConstraint(fields=["level"], condition=Q(team=None), name="rotation_once"),
            models.UniqueConstraint(fields=["level", "team"], condition=~Q(team=None), name="rotation_of_team_once"),
            models.CheckConstraint(name="rotation_level_known", condition=Q(level__in=Level.values)),
        ]

    def __str__(self) -> str:
        return str(self.get_level_display())


class Tenure(models.Model):
    """Who stood where from `since` to `until` (null: still does). Kept for good, in the words of that time."""

    level = models.CharField(_("level"), max_length=9, choices=Level)
    team_name = models.CharField(_("team"), max_length=80, blank=True)  # empty: everyone's
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=120)
    name = models.CharField(_("name"), max_length=310, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="tenures")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=6, choices=Source, default=Source.PAGE)

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        indexes = [models.Index(fields=["level", "-since"], name="tenure_of_rung")]
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=Q(until=None), name="tenure_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.name or _('Nobody')}"
