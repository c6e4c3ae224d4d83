"""Where else than by e-mail somebody can be reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a message travels. The inbox in the app is no channel: it holds them all."""

    EMAIL = "email", _("E-mail")
    SLACK = "slack", _("Slack")
    WEBHOOK = "webhook", _("Webhook")


class ChannelAddress(models.Model):
    """One person's own address on one channel. `secret` signs what a webhook gets. `refused_at` is set when the other
    side said that there is nothing there any more; `proved_at` when it last took a message."""

    user = models.ForeignKey("contacts.User", on_delete=models.CASCADE, related_name="channel_addresses")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(max_length=80, blank=True)
    proved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("channel address")
        verbose_name_plural = _("channel addresses")
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="channel_address_once"),
            models.CheckConstraint(
                name="channel_address_has_channel", condition=models.Q(channel__in=[Channel.SLACK, Channel.WEBHOOK])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.channel}"
