"""After the fix: the review of what happened, what is to be done about it, and how the customer fares
(Escalation Protocol, section 4 step 6 and section 7)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.customers import Health


class ChecklistMark(models.Model):
    """A line of the response checklist that a person has ticked, or has said is not needed here."""

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="checklist_marks")
    line = models.ForeignKey("escalations.ChecklistLine", on_delete=models.CASCADE, related_name="marks")
    needed = models.BooleanField(default=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "line"], name="checklist_mark_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.line_id}"


class Review(models.Model):
    """The post-mortem of a ticket; a draft until it is published.

    `added` are moments of the timeline that the events do not know: [{"at": ISO 8601, "text"}].
    """

    ticket = models.OneToOneField("escalations.Ticket", on_delete=models.CASCADE, related_name="review")
    summary = models.TextField(_("what happened"), blank=True)
    impact = models.TextField(_("impact"), blank=True)
    causes = models.TextField(_("causes"), blank=True)
    went_well = models.TextField(_("what went well"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    added = models.JSONField(_("moments added by hand"), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("post-mortem")
        verbose_name_plural = _("post-mortems")
        constraints = [
            models.CheckConstraint(
                name="review_published_by_somebody",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{_('Post-mortem')} {self.ticket_id}"


class ActionItem(models.Model):
    """Something that somebody is to do because of an issue, by the end of `due_on` (the owner's own day).

    `remind_at` is the next time the engine speaks of it; null when it is done or dropped.
    """

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="action_items")
    text = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(
        "contacts.User", verbose_name=_("owner"), on_delete=models.PROTECT, related_name="action_items"
    )
    due_on = models.DateField(_("due"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(_("dropped at"), null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        indexes = [
            models.Index(fields=["remind_at"], name="action_item_to_remind", condition=Q(remind_at__isnull=False)),
            models.Index(fields=["owner", "due_on"], name="action_item_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                name="action_item_done_by_somebody",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CheckIn(models.Model):
    """One look at how a customer fares after an issue was resolved, due at `due_at`.

    `health` is empty until somebody has looked. `remind_at` as for an action item. `cancelled_at`: the issue was
    opened again, or relapsed.
    """

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="check_ins")
    day = models.PositiveSmallIntegerField(_("day after the resolution"))
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    health = models.CharField(_("health"), max_length=6, choices=Health, blank=True)
    note = models.TextField(_("note"), blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        indexes = [models.Index(fields=["remind_at"], name="check_in_to_remind", condition=Q(remind_at__isnull=False))]
        constraints = [
            models.CheckConstraint(
                name="check_in_done_by_somebody",
                condition=Q(done_at=None, done_by=None, health="")
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(health="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.day}"
