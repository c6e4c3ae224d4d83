"""What a mail provider reports by webhook, in anymail's words, written down as ours."""

import hashlib
from datetime import datetime
from typing import Any

from anymail.signals import EventType
from django.db import transaction
from django.utils import timezone

from templates_app import plain
from templates_app.models import DeliveryReport

from . import SHUT, Consequences, Kind
from .matching import settle

KINDS: dict[str, Kind] = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.OPENED: Kind.OPENED,
    EventType.CLICKED: Kind.OPENED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.REJECTED: Kind.REJECTED,
    EventType.FAILED: Kind.REJECTED,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}


def receive(event: Any, provider: str, at: datetime, then: Consequences) -> DeliveryReport | None:
    """Write down an AnymailTrackingEvent and let it count. None for what we do not follow and for what is known."""
    kind = KINDS.get(str(event.event_type))
    if kind is None:
        return None
    return report(
        kind,
        source=provider.lower(),
        message_id=_words(event.message_id, 250),
        address=_words(event.recipient, 254),
        reason=_reason(event) if kind not in (Kind.DELIVERED, Kind.OPENED) else "",
        said_at=_moment(event.timestamp),
        at=at,
        then=then,
    )


def report(
    kind: Kind,
    *,
    source: str,
    message_id: str,
    address: str,
    reason: str,
    said_at: datetime | None,
    at: datetime,
    then: Consequences,
) -> DeliveryReport | None:
    """One report, once: the same thing said again about the same message and address is nothing new."""
    with transaction.atomic():
        row, is_new = DeliveryReport.objects.get_or_create(
            key=_key(source, message_id, kind, address, "" if message_id else str(said_at)),
            defaults={
                "kind": kind,
                "message_id": message_id,
                "address": address,
                "reason": reason,
                "said_at": said_at,
                "at": at,
            },
        )
        if is_new and kind in SHUT and address:
            then.shut(address, reason or str(kind.label), at)
    if not is_new and row.notification_id:
        return None
    settle(row, at, then)
    return row if is_new else None


def _key(source: str, *parts: str) -> str:
    """Names the thing that was said, not the call that said it: providers send again what was not answered in time."""
    digest = hashlib.sha256("\0".join(part.lower() for part in parts).encode(errors="replace")).hexdigest()
    return f"{source[:60]}.{digest}"


def _reason(event: Any) -> str:
    said = [_words(event.description, 300), _words(event.mta_response, 300), _words(event.reject_reason, 60)]
    return ": ".join(dict.fromkeys(filter(None, said[:2])))[:300] or said[2]


def _words(value: Any, length: int) -> str:
    """Whatever came, as one line that the database takes."""
    return plain.one_line(value)[:length]


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    try:
        aware = value if timezone.is_aware(value) else timezone.make_aware(value, timezone.get_default_timezone())
        return aware if 1970 <= aware.year < 2200 else None
    except (ValueError, OverflowError):
        return None
