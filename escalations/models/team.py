"""The people who work on one issue together, and the calls they have with the customer (Protocol, sections 4 and 7)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Responder(models.Model):
    """Somebody on the response team of a ticket, from `joined_at` until `left_at`.

    `user` is empty for people without an account (an engineering lead from the matrix, say).
    """

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="responders")
    user = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=80)
    joined_at = models.DateTimeField(_("since"))
    added_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        verbose_name = _("responder")
        verbose_name_plural = _("response team")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "user"], condition=Q(left_at=None, user__isnull=False), name="responder_once"
            ),
            models.CheckConstraint(
                name="responder_leaves_after_joining", condition=Q(left_at=None) | Q(left_at__gte=F("joined_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


class CustomerCall(models.Model):
    """A call with the customer. `sequence` grows with every change, as RFC 5545 wants it of an invitation.

    `attendees` is a list of {"name", "email"}.
    """

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="calls")
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    title = models.CharField(_("title"), max_length=160)
    starts_at = models.DateTimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    place = models.CharField(_("where"), max_length=300, blank=True)
    agenda = models.TextField(_("agenda"), blank=True)
    attendees = models.JSONField(_("who"), default=list)
    organiser = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("customer call")
        verbose_name_plural = _("customer calls")
        constraints = [
            models.CheckConstraint(name="call_takes_time", condition=Q(minutes__gte=5, minutes__lte=480)),
        ]

    def __str__(self) -> str:
        return self.title
