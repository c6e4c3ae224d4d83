"""The outbox rows that remind of action items and check-ins: a snapshot each, which `templates_app` puts into words."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.matrix import Recipient
from escalations.confidential import hushed
from escalations.leaving import leaving
from escalations.messages import EXCERPT, customer_of, owner_of
from escalations.models.care import ActionItem, CheckIn
from templates_app.models import Notification
from templates_app.seal import seal

ACTION, CHECK_IN = "action", "check_in"
LATE = timedelta(minutes=15)


def of_action(action: ActionItem, to: Recipient, slot: datetime, at: datetime) -> Notification:
    """`slot` is the time for which the reminder was planned."""
    ticket = action.ticket
    item = {"id": action.pk, "text": action.text, "due_on": action.due_on.isoformat(), "owner": action.owner.name}
    path = f"{reverse('ticket-review', args=[ticket.number])}#action-{action.pk}"
    return _message(ACTION, action.pk, to, ticket, slot, at, item=item, path=path, theirs=to.user_id == action.owner_id)


def of_check_in(check_in: CheckIn, to: Recipient, slot: datetime, at: datetime) -> Notification:
    ticket = check_in.ticket
    item = {
        "id": check_in.pk,
        "day": check_in.day,
        "due_at": check_in.due_at.isoformat(),
        "owner": ticket.owner.name if ticket.owner else "",
        "solution": ticket.solution[:EXCERPT],
    }
    path = reverse("check-in", args=[ticket.number, check_in.pk])
    theirs = to.user_id == ticket.owner_id
    return _message(CHECK_IN, check_in.pk, to, ticket, slot, at, item=item, path=path, theirs=theirs)


def over(message: Notification) -> str:
    """Why it is not sent any more."""
    return (
        _("done or dropped before it was sent") if message.kind == ACTION else _("done or cancelled before it was sent")
    )


def _message(kind: str, key: int, to: Recipient, ticket: Any, slot: datetime, at: datetime, **own: Any) -> Notification:
    context = {
        "number": ticket.number,
        "subject": ticket.subject,
        "severity": {"code": ticket.severity.code, "name": ticket.severity.name},
        "customer": customer_of(ticket.customer),
        "owner": owner_of(ticket.owner),
        "ticket_path": ticket.get_absolute_url(),
        **own,
        **({"language": to.language} if to.language else {}),
    }
    if ticket.confidential and not ticket.access.filter(user=to.user_id).exists():
        context = hushed(context)
    return Notification(
        # Two passes over the same row at the same time write the same key, and so one message.
        idem=f"{kind}.{key}.{slot:%y%m%d%H%M%S}.{seal(f'{kind}.{key}.{to.email.lower()}')}",
        kind=kind,
        about=ticket.number,
        contact_id=to.contact_id,
        user_id=to.user_id,
        level=to.level,
        to_name=to.name,
        to_address=to.email,
        time_zone=to.time_zone,
        late=at - slot > LATE,
        context=context | {"rung": to.title if to.level else ""},
        due_at=slot,
        created_at=at,
        **leaving(to, at, severity=ticket.severity.code),
    )
