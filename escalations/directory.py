"""Where people are reached besides by e-mail, for the outbox, which knows none; and what their addresses answered."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from contacts.models import ChannelAddress
from escalations import alerts, unreachable
from escalations.site_language import site_language
from templates_app.channels.directory import Directory, Target
from templates_app.models import Notification

NOBODYS = ("room", "test")  # kinds that are for nobody in person, or of no consequence


class People(Directory):
    def targets(self, channel: str, users: Collection[int]) -> Mapping[int, Target]:
        rows = ChannelAddress.objects.filter(channel=channel, user__in=users, user__is_active=True) if users else []
        return {row.user_id: Target(row.url, row.secret, row.refused_reason if row.refused_at else "") for row in rows}

    def took(self, channel: str, messages: Collection[Notification], at: datetime) -> None:
        if channel != "email" and (users := {each.user_id for each in messages if each.user_id}):
            theirs = ChannelAddress.objects.filter(channel=channel, user__in=users)
            theirs.update(proved_at=at, refused_at=None, refused_reason="")

    def refused(self, channel: str, message: Notification, reason: str, at: datetime) -> None:
        if channel == "email":
            unreachable.refused(message, reason, at)
        elif message.user_id:
            theirs = ChannelAddress.objects.filter(channel=channel, user=message.user_id, refused_at=None)
            theirs.update(refused_at=at, refused_reason=reason[:300] or "-")


def given_up(message: Notification, at: datetime) -> None:
    """No channel is left for it."""
    if message.kind not in NOBODYS:
        unreachable.pass_on(message, at)
    elif message.kind == "room":
        Notification.objects.bulk_create(alerts.messages([_closed_room(message)], at), ignore_conflicts=True)


def _closed_room(message: Notification) -> alerts.Alert:
    with site_language():
        problem = _("The desk’s Slack room takes no messages: %(reason)s") % {"reason": message.reason}
        what_to_do = _("Look at SLACK_WEBHOOK_URL and at the app in Slack. Nobody’s own messages are affected.")
    return alerts.Alert("room", problem, what_to_do, message.about)
