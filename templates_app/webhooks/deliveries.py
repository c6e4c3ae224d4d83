"""Deliveries: a test, sending again by hand, and how long they are kept."""

import json
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from templates_app.channels.webhook import message_id
from templates_app.models import WebhookDelivery, WebhookEndpoint

PING = "ping"  # a test: tried once, as whoever asks for it waits for the answer
KEPT_FOR = timedelta(days=30)
TIDIED_AT_ONCE = 2000

State = WebhookDelivery.State


def name_of(delivery: WebhookDelivery) -> str:
    """`webhook-id`: the same in every try, by whomever, so that the other side can tell what it has had."""
    return message_id(delivery.uid.hex)


def body_of(delivery: WebhookDelivery) -> bytes:
    return json.dumps(delivery.body, separators=(",", ":")).encode()


def ping(endpoint: WebhookEndpoint, at: datetime) -> WebhookDelivery:
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = {"type": PING, "timestamp": stamp, "data": {"endpoint": endpoint.name}}
    return WebhookDelivery.objects.create(endpoint=endpoint, kind=PING, body=body, created_at=at, next_try_at=at)


def send_again(delivery: WebhookDelivery, at: datetime) -> bool:
    """Under the same `webhook-id`, with ten tries anew. False if it waits to be sent already."""
    return bool(_settled(delivery.endpoint_id).filter(pk=delivery.pk).update(**_anew(at)))


def send_failed_again(endpoint: WebhookEndpoint, since: datetime, at: datetime) -> int:
    """All that was given up and written since then; how many it is."""
    failed = WebhookDelivery.objects.filter(endpoint=endpoint, state=State.FAILED, created_at__gte=since)
    return failed.exclude(kind=PING).update(**_anew(at))


def _settled(endpoint_id: int) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(endpoint_id=endpoint_id).exclude(state=State.WAITING)


def _anew(at: datetime) -> dict[str, object]:
    return {"state": State.WAITING, "next_try_at": at, "tries": 0, "finished_at": None, "claimed_until": None}


def tidy(at: datetime) -> int:
    """Forget what is older than thirty days and settled, with its tries; at most 2,000 at a time."""
    old = WebhookDelivery.objects.filter(~Q(state=State.WAITING), created_at__lte=at - KEPT_FOR)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:TIDIED_AT_ONCE])
    WebhookDelivery.objects.filter(pk__in=keys).delete()
    return len(keys)


def forget(numbers: list[str]) -> None:
    """Whatever was said of these issues, also what still waits: personal data was erased from them."""
    WebhookDelivery.objects.filter(about__in=numbers).delete()
