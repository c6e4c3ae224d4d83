"""What administrators changed about the desk itself: people, teams, tokens, the settings everybody shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .history import Source


class Area(models.TextChoices):
    DESK = "desk", _("Desk")
    PERSON = "person", _("Person")
    SERVICE = "service", _("Service account")
    TEAM = "team", _("Team")
    TOKEN = "token", _("Token")
    WEBHOOK = "webhook", _("Webhook")
    PROTOCOL = "protocol", _("Severities and hours")


class Act(models.TextChoices):
    ADDED = "added", pgettext_lazy("change", "added")
    CHANGED = "changed", pgettext_lazy("change", "changed")
    REMOVED = "removed", pgettext_lazy("change", "removed")
    CLOSED = "closed", pgettext_lazy("change", "switched off")
    OPENED = "opened", pgettext_lazy("change", "switched on")
    INVITED = "invited", pgettext_lazy("change", "invited")
    REVOKED = "revoked", pgettext_lazy("change", "revoked")


class DeskChange(models.Model):
    """One change, kept for good. `about` names what was changed, `changes` is a list of {"what", "from", "to"}: all in
    words, as they stood then. No secret ever stands here."""

    area = models.CharField(max_length=8, choices=Area)
    act = models.CharField(max_length=8, choices=Act)
    about = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.PAGE)
    by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of the desk")
        verbose_name_plural = _("changes of the desk")
        indexes = [models.Index(fields=["-at", "-id"], name="desk_change_latest")]
        constraints = [models.CheckConstraint(name="desk_change_area", condition=models.Q(area__in=Area.values))]

    def __str__(self) -> str:
        return f"{self.area} {self.about}: {self.act}"
