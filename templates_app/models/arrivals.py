"""What comes back: reports about what we sent, and mail that people write."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryReport(models.Model):
    """One thing that a mail provider, or a mail server's bounce, said about one of our messages.

    `key` is unique, so that a report that comes twice counts once. `message_id` is the message's name as the other side
    gave it. `notification` is null until it is found; a report may be quicker than the note that its message has left.
    """

    key = models.CharField(max_length=200, unique=True)
    notification = models.ForeignKey(
        "templates_app.Notification", null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    message_id = models.CharField(max_length=250, blank=True, default="", db_default="")
    kind = models.CharField(_("what"), max_length=20)
    address = models.CharField(_("address"), max_length=254, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    said_at = models.DateTimeField(_("said at"), null=True, blank=True)  # by the other side's clock
    at = models.DateTimeField(_("received at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("delivery report")
        verbose_name_plural = _("delivery reports")
        indexes = [
            models.Index(fields=["at"], name="report_waiting", condition=models.Q(notification=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.address}"


class InboundMail(models.Model):
    """A mail that reached the desk, and what was done with it.

    `message_id` is unique: the same mail that comes twice is filed once. `raw` is the whole mail, as long as somebody
    may still need it: until it is filed or discarded. `about` is the number of the ticket that it went to.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        FILED = "filed", _("Filed")
        IGNORED = "ignored", _("Ignored")
        QUARANTINED = "quarantined", _("Waits for a decision")
        DISCARDED = "discarded", _("Discarded")

    message_id = models.CharField(max_length=200, unique=True)
    from_name = models.CharField(_("from"), max_length=200, blank=True)
    from_address = models.CharField(_("address"), max_length=254, blank=True)
    to_address = models.CharField(_("to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    raw = models.BinaryField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.RECEIVED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    about = models.CharField(_("about"), max_length=20, blank=True)
    at = models.DateTimeField(_("received at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=160, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("inbound mail")
        verbose_name_plural = _("inbound mails")
        indexes = [
            models.Index(fields=["-at", "-id"], name="inbound_newest"),
            models.Index(
                fields=["at"], name="inbound_undecided", condition=models.Q(state__in=["received", "quarantined"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_address}: {self.subject}"
