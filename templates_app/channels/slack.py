"""Slack, by incoming webhooks: a person's own, and the room of the whole desk."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from templates_app.bundling import Parcel
from templates_app.channels import slack_blocks
from templates_app.channels.channel import Receipt
from templates_app.channels.directory import Target
from templates_app.channels.hook import Hook
from templates_app.mail import Mail
from templates_app.models import Notification

ROOM = "room"  # the kind of message that goes to the desk's room, to nobody in person


@dataclass(frozen=True)
class Payload(Mail):
    """`text` is what notifications and the outbox show of it."""

    body: dict[str, Any] = field(default_factory=dict)


class Slack(Hook):
    name = "slack"

    def target(self, message: Notification) -> Target | None:
        if message.kind == ROOM:
            return Target(settings.SLACK_WEBHOOK_URL) if settings.SLACK_WEBHOOK_URL else None
        return super().target(message)

    def is_trusted(self, message: Notification) -> bool:
        return message.kind == ROOM

    def word(self, parcel: Parcel, at: datetime) -> Mail:
        words = slack_blocks.compose(parcel, at)
        return Payload(words.subject, words.text, "", body=words.body)

    def send(self, parcel: Parcel, words: Mail) -> Receipt:
        assert isinstance(words, Payload)
        body = json.dumps(words.body).encode()
        return self.deliver(parcel[0], body, {"Content-Type": "application/json; charset=utf-8"})
