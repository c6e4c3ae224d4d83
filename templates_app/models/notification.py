"""The outbox: every message that is to leave, has left, or could not."""

from typing import Any, Literal

from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from templates_app.backends import OutboxBackend

# Kinds whose words are in the row from the start, as a person wrote them; each of these mails travels alone.
WRITTEN = ("customer", "call")
ALONE = (*WRITTEN, "digest", "account")  # never folded into another mail, nor another one into it


CHANNELS = {"email": _("E-mail"), "slack": _("Slack"), "webhook": _("Webhook"), "app": _("In the app")}


class State(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    CANCELLED = "cancelled", _("Cancelled")
    DEAD = "dead", _("Undeliverable")
    BOUNCED = "bounced", _("Bounced")


class Notification(models.Model):
    """One message to one person.

    `idem` is unique and is the Message-ID, so that whoever writes the row twice writes it once, and a mail that is
    sent again after a crash is seen as the same mail. `about` (a ticket's number) and `escalation_id` are plain
    values: the outbox knows nothing of tickets. Before `held_until`, if set, its reader wants no mail. `context` is
    the snapshot that the wording is made from; `subject`, `text` and `html` are what was sent. A WRITTEN message has
    its subject and text from the start. `context["invitation"]` = {"method", "ics"} (RFC 5546) travels along as a
    part and as a file.

    `channel` is the one that is being tried, `channels` those that are tried after it; `tried` says what went before,
    [{"channel", "at", "reason"}]. `delivered_at` and `opened_at` are what the mail provider reported, `provider_id` its
    name for the message; BOUNCED was sent and came back. `read_at`: read in the inbox of the app. `passed_on_at`: it
    counts as failed, and whoever stands next was told; that happens once, whatever comes later.
    """

    # Why it was given up, for who has to find another way; not kept in the row.
    failure: Literal["", "address", "tries", "message", "unproved"] = ""

    idem = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    about = models.CharField(_("about"), max_length=20, blank=True)
    escalation_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    contact_id = models.BigIntegerField(null=True, blank=True)
    user_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    level = models.CharField(_("level"), max_length=9, blank=True)
    channel = models.CharField(_("channel"), max_length=10, default="email")
    to_name = models.CharField(_("to"), max_length=120, blank=True)
    to_address = models.CharField(_("address"), max_length=254)
    time_zone = models.CharField(max_length=64, blank=True)
    urgent = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    context = models.JSONField(default=dict)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("due at"))
    created_at = models.DateTimeField(_("created at"))
    next_try_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    channels = models.JSONField(default=list, blank=True, db_default=[])
    tried = models.JSONField(default=list, blank=True, db_default=[])
    provider_id = models.CharField(max_length=200, blank=True, default="", db_default="", db_index=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    passed_on_at = models.DateTimeField(_("passed on at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    bundled_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="bundle")

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["next_try_at"], name="notification_waiting", condition=Q(state="queued")),
            models.Index(fields=["about", "created_at"], name="notification_about"),
            models.Index(fields=["to_address", "sent_at"], name="notification_last_sent"),
            models.Index(fields=["-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["user_id", "-created_at", "-id"], name="notification_of_user"),
            models.Index(fields=["user_id"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["created_at"],
                name="notification_unproved",
                condition=Q(urgent=True, delivered_at=None, state__in=["queued", "sent"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="notification_sent_has_time",
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "bounced"]) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notification_queued_has_try",
                condition=Q(state="queued", next_try_at__isnull=False) | ~Q(state="queued"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_address}"

    @property
    def channel_label(self) -> str:
        return _label(self.channel)

    @property
    def following_labels(self) -> list[str]:
        return [_label(channel) for channel in self.channels]

    @property
    def failed_ways(self) -> list[dict[str, Any]]:
        """What was tried in vain, as pages show it."""
        return [each | {"label": _label(each["channel"]), "at": parse_datetime(each["at"])} for each in self.tried]

    @property
    def is_kept(self) -> bool:
        """Sent, but nowhere: there is no mail server."""
        return self.state == State.SENT and self.reason == OutboxBackend.kept


def _label(channel: str) -> str:
    return str(CHANNELS.get(channel, channel))


class ChannelBreaker(models.Model):
    """A channel whose server cannot be reached rests until `open_until`; its messages keep their tries."""

    channel = models.CharField(max_length=200, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.channel
