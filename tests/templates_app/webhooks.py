"""Endpoints and deliveries for tests, and one pass over them."""

from datetime import UTC, datetime
from typing import Any

from contacts.models import User
from templates_app.models import WebhookDelivery, WebhookEndpoint
from templates_app.webhooks import endpoints, sending

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def endpoint(url: str, **changed: Any) -> WebhookEndpoint:
    user, _new = User.objects.get_or_create(username="admin", defaults={"role": "admin", "email": "admin@desk.example"})
    row = {"name": "Status board", "created_by": user, "created_at": NOW} | changed
    return WebhookEndpoint.objects.create(url=url, secrets=[endpoints.fresh_secret(user.pk, NOW)], **row)


def delivery(to: WebhookEndpoint, **changed: Any) -> WebhookDelivery:
    body = {"type": "ticket.breach", "timestamp": "2026-11-23T10:00:00Z", "data": {"text": "Größe"}}
    row = {"kind": "ticket.breach", "about": "ESC-1001", "body": body, "created_at": NOW, "next_try_at": NOW} | changed
    return WebhookDelivery.objects.create(endpoint=to, **row)


class Told:
    """What a pass said of endpoints."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.gave_up: list[str] = []

    def run(self, at: datetime = NOW, withheld: Any = None) -> sending.Report:
        return sending.deliver(
            at,
            may_not_leave=withheld or (lambda rows: {}),
            gone=lambda endpoint, why, at: self.gone.append(why),
            gave_up=lambda endpoint, why, at: self.gave_up.append(why),
        )
