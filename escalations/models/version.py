"""Versions of the protocol: drafts, what is signed, what the desk runs under (Escalation Protocol, sections 1, 10)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed, not yet in force")
    IN_FORCE = "in_force", _("In force")
    PROVISIONAL = "provisional", _("In use without signatures")
    ENDED = "ended", _("No longer in force")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Office(models.TextChoices):
    """Who signs, in the protocol's order (section 10)."""

    VP = "vp", _("VP of Customer Success")
    CCO = "cco", _("Chief Customer Officer")
    OPERATIONS = "operations", _("Operations Manager")


RUNNING = (Stage.IN_FORCE, Stage.PROVISIONAL)


class ProtocolVersion(models.Model):
    """One version, whole: `content` is all that the desk's settings say of the protocol (see `escalations.protocol`).

    A draft may be edited until it is signed; what is signed is never changed. Triggers in the database see to it for
    what has been in force, and let nothing come there without three signatures of its digest. Exactly one version
    runs: it is in force (three signatures), or provisional (the settings as they were loaded, or as somebody changed
    them past the signed version). `number` counts what came into force signed; a provisional one has none. `based_on`
    is what ran when the draft was begun: it can come into force only while that still runs, so of two drafts one
    wins. `edits` counts the savings of a draft, against lost updates.
    """

    number = models.PositiveIntegerField(_("version"), null=True, blank=True, unique=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.DRAFT)
    title = models.CharField(_("what changes"), max_length=160, blank=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the content in its canonical form
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    copy_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    edits = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("begun at"))
    created_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(_("last updated"))
    effective_at = models.DateTimeField(_("effective from"), null=True, blank=True)
    runs = models.BooleanField(null=True, blank=True)  # True for the one that runs, null for all others
    runs_from = models.DateTimeField(_("ran from"), null=True, blank=True)
    runs_until = models.DateTimeField(_("ran until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("protocol version")
        verbose_name_plural = _("protocol versions")
        constraints = [
            # Not `unique=True`: PostgreSQL would hold up whoever logs an issue while another version begins to run.
            models.UniqueConstraint(fields=["runs"], condition=Q(runs=True), name="protocol_one_runs"),
            models.CheckConstraint(name="protocol_runs_or_null", condition=Q(runs=None) | Q(runs=True)),
            models.CheckConstraint(name="protocol_stage_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="protocol_running_has_begun",
                condition=Q(stage__in=RUNNING, runs=True, runs_from__isnull=False, runs_until=None)
                | (~Q(stage__in=RUNNING) & Q(runs=None)),
            ),
            models.CheckConstraint(
                name="protocol_in_force_has_number", condition=~Q(stage=Stage.IN_FORCE) | Q(number__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number or self.pk}"

    def get_absolute_url(self) -> str:
        return f"/protocol/versions/{self.pk}/"

    @property
    def called(self) -> str:
        """As people call it: "Version 3", "Provisional since 23 Nov 2026", "Draft 7"."""
        if self.number:
            return _("Version %(number)s") % {"number": self.number}
        if self.runs_from:
            day = date_format(timezone.localtime(self.runs_from), "j M Y")
            return _("Provisional since %(day)s") % {"day": day}
        return _("Draft %(number)s") % {"number": self.pk}


class Signature(models.Model):
    """One of the three blocks of a version (section 10): who is asked to sign, and the signature once given.

    `digest` is that of what was signed; a signature holds for nothing else. One person signs for one office.
    """

    version = models.ForeignKey(ProtocolVersion, on_delete=models.CASCADE, related_name="signatures")
    office = models.CharField(_("office"), max_length=10, choices=Office)
    signer = models.ForeignKey(
        "contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who signs")
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["version", "pk"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(fields=["version", "office"], name="signature_once_per_office"),
            models.UniqueConstraint(
                fields=["version", "signer"],
                condition=Q(signed_at__isnull=False),
                name="signature_once_per_person",
            ),
            models.CheckConstraint(name="signature_office_known", condition=Q(office__in=Office.values)),
            models.CheckConstraint(
                name="signature_is_whole",
                condition=Q(signed_at=None, name="", digest="")
                | (Q(signed_at__isnull=False, signer__isnull=False) & ~Q(name="") & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.get_office_display()}"
