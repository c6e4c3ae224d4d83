"""Urgent messages of which nothing proves that they arrived."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from templates_app.models import DeliveryReport, Notification
from templates_app.models.notification import State

from . import Kind, door

PROVED_WITHIN = timedelta(minutes=10)
LOOKS_BACK = timedelta(days=1)
REPORTED_LATELY = timedelta(days=30)


def unproved(at: datetime) -> QuerySet[Notification]:
    """Urgent messages of an escalation that were not passed on yet and are still not with a server ten minutes after
    they were made, or, where the mail provider reports deliveries, not reported ten minutes after they left.

    A plain mail server reports nothing: what it has taken counts as delivered to it. Walks `notification_unproved`.
    """
    rows = Notification.objects.filter(
        urgent=True,
        delivered_at=None,
        state__in=[State.QUEUED, State.SENT],
        created_at__gt=at - LOOKS_BACK,
        created_at__lte=at - PROVED_WITHIN,
    )
    late = Q(state=State.QUEUED)
    if is_reported(at):
        late |= Q(state=State.SENT, channel="email", sent_at__lte=at - PROVED_WITHIN) & ~Q(provider_id="")
    return rows.filter(late, passed_on_at=None, escalation_id__isnull=False, read_at=None).order_by("created_at", "pk")


def is_reported(at: datetime) -> bool:
    """The provider's webhooks are open, and have told of a delivery lately: a secret alone proves nothing."""
    told = DeliveryReport.objects.filter(kind__in=[Kind.DELIVERED, Kind.OPENED], at__gt=at - REPORTED_LATELY)
    return door.is_open() and told.exists()
