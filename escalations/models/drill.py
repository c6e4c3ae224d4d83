"""Tests of the ladder: marked messages, and who answered them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.matrix import Level


class Drill(models.Model):
    """Somebody asked everybody of a ladder to confirm that they can be reached. `team` null: everyone's rungs."""

    team = models.ForeignKey("contacts.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("drill")
        verbose_name_plural = _("drills")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class DrillCall(models.Model):
    """One position that was asked, as it stood then."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="calls")
    contact = models.ForeignKey("contacts.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    level = models.CharField(_("level"), max_length=9, choices=Level)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=120)
    name = models.CharField(_("name"), max_length=310, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        ordering = ["level", "position", "pk"]
        verbose_name = _("drill call")
        verbose_name_plural = _("drill calls")

    def __str__(self) -> str:
        return f"{self.level}: {self.name}"
