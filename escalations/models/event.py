"""What happened to a ticket. Rows are added and never changed (a trigger in the database sees to it)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalations.enums import EventKind


class Event(models.Model):
    """One fact. `due_at` is when it should have happened, `at` when it was done and recorded.

    An event of a clock carries the clock's cycle and a key such as "breach"; (clock, cycle, key) is unique, which
    makes a second sweep over the same clock a no-op.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.PROTECT, related_name="events")
    clock = models.ForeignKey(
        "escalations.Clock", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    cycle = models.PositiveSmallIntegerField(null=True, blank=True)
    key = models.CharField(max_length=24, blank=True)
    kind = models.CharField(_("what"), max_length=14, choices=EventKind)
    due_at = models.DateTimeField(_("due at"))
    at = models.DateTimeField(_("recorded at"))
    actor = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(_("who"), max_length=160, blank=True)
    text = models.TextField(_("text"), blank=True)
    data = models.JSONField(default=dict)
    # Each event of a ticket seals the ones before it: see `escalations.audit`. Empty: from before events were sealed.
    seal = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["ticket", "-at", "-id"], name="event_of_ticket"),
            models.Index(fields=["at"], name="event_reopened", condition=Q(kind=EventKind.REOPENED)),
            models.Index(fields=["ticket"], name="event_erased", condition=Q(kind=EventKind.ERASED)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "cycle", "key"], condition=Q(clock__isnull=False), name="event_of_clock_once"
            ),
            models.CheckConstraint(
                name="event_clock_has_key",
                condition=Q(clock=None, cycle=None, key="")
                | (Q(clock__isnull=False, cycle__isnull=False) & ~Q(key="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"
