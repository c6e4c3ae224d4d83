"""Taking deliveries for a while, so that no second process sends them at the same time."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from templates_app.models import WebhookAttempt, WebhookDelivery

LEASE = timedelta(seconds=60)  # a batch takes ten
BATCH = 40

State = WebhookDelivery.State


def due(at: datetime) -> QuerySet[WebhookDelivery]:
    waiting = WebhookDelivery.objects.filter(state=State.WAITING, next_try_at__lte=at)
    return waiting.filter(endpoint__disabled_at=None)


def claim(at: datetime) -> list[list[WebhookDelivery]]:
    """A batch for every endpoint for which something is due and nobody sends at this moment.

    That keeps a slow endpoint to one process, however many there are: the others pass it by and are free for the rest.
    `by_hand` on a row: it was tried before, and somebody asked for it again.
    """
    if not due(at).exists():  # outside the transaction: an idle look takes no lock and writes nothing
        return []
    return [batch for key in _free_endpoints(at) if (batch := _batch(key, at))]


def _free_endpoints(at: datetime) -> list[int]:
    # What is claimed was due, so the index of what is due finds it.
    busy = WebhookDelivery.objects.filter(state=State.WAITING, next_try_at__lte=at, claimed_until__gt=at)
    free = due(at).exclude(endpoint__in=busy.values("endpoint"))
    return list(free.order_by("endpoint").values_list("endpoint", flat=True).distinct())


@transaction.atomic
def _batch(endpoint: int, at: datetime) -> list[WebhookDelivery]:
    queue = WebhookDelivery.objects.filter(state=State.WAITING, next_try_at__lte=at, endpoint=endpoint)
    free = queue.filter(Q(claimed_until=None) | Q(claimed_until__lte=at)).order_by("next_try_at", "pk")
    skip = connection.features.has_select_for_update_skip_locked
    keys = list(free.select_for_update(skip_locked=skip).values_list("pk", flat=True)[:BATCH])
    WebhookDelivery.objects.filter(pk__in=keys).update(claimed_until=at + LEASE)
    tried = Exists(WebhookAttempt.objects.filter(delivery=OuterRef("pk")))
    rows = WebhookDelivery.objects.filter(pk__in=keys).select_related("endpoint").annotate(was_tried=tried)
    return list(rows.order_by("next_try_at", "pk"))


def ours(delivery: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """The row, as long as it is ours: whoever claims it after us writes another time."""
    return WebhookDelivery.objects.filter(pk=delivery.pk, state=State.WAITING, claimed_until=delivery.claimed_until)
