"""Webhooks: addresses of other programs that are told what happens, as the Standard Webhooks say."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WebhookEndpoint(models.Model):
    """An address, the kinds of events that it is told of (none: all), and the secrets that sign for it.

    `secrets` is a list, newest first, of {"secret", "until"}: after a rotation the old one signs as well until then.
    `team`: only of its issues. Confidential issues are told to endpoints that ask for them.
    """

    url = models.URLField(_("address"), max_length=500)
    name = models.CharField(_("name"), max_length=80)
    kinds = models.JSONField(_("events"), default=list, blank=True)
    team = models.ForeignKey("contacts.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    with_confidential = models.BooleanField(_("confidential issues too"), default=False)
    secrets = models.JSONField(default=list, editable=False)
    created_by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(_("switched off at"), null=True, blank=True)
    disabled_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One message for one endpoint. `uid` stays the same through all tries and replays; written in the transaction of
    what it tells, sent after it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("event"), max_length=40)
    about = models.CharField(_("issue"), max_length=20, blank=True)
    body = models.JSONField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    next_try_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            models.Index(fields=["next_try_at"], name="webhook_next", condition=Q(state="waiting")),
            models.Index(fields=["endpoint", "-id"], name="webhook_of_endpoint"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "uid"], name="webhook_delivery_once"),
            models.CheckConstraint(
                name="webhook_delivery_state",
                condition=Q(state="waiting", next_try_at__isnull=False)
                | Q(state__in=["delivered", "failed"], next_try_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class WebhookAttempt(models.Model):
    """One try: what was answered, or why there was no answer."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    took = models.DurationField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    said = models.CharField(max_length=200, blank=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.delivery} {self.at:%F %T}"
