"""Sending what the desk has queued, with the ticket's state read again right before the wire."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from escalations import care, directory, proof
from escalations.enums import DONE, Status
from escalations.heartbeat import beat
from escalations.models import Clock, Escalation, Ticket
from escalations.models.ticket import primary_key_of
from templates_app import delivery
from templates_app.models import Notification

# Kinds that ask somebody to act; the others tell what is over, and stay true.
ASKING = {"opened", "reopened", "escalated", "breach", "reminder", "at_risk"}
# Kinds that level 1 gets because the issue is theirs.
TO_THE_OWNER = {"opened", "assigned", "severity", "at_risk", "reminder", "breach"}
ABOUT_A_CLOCK = {"breach", "reminder", "at_risk", "escalated"}


def deliver(at: datetime | None = None) -> delivery.Report:
    """One delivery pass at `at` (default: now), and a look at what is not proved to have arrived."""
    at = at or timezone.now()
    proof.catch_up(at)
    proof.watch(at)
    report = delivery.deliver(
        at=at, withdrawn=withdrawn, sent=sent, failed=directory.given_up, directory=directory.People()
    )
    beat("deliver", at, asdict(report))
    return report


def withdrawn(messages: Sequence[Notification], at: datetime) -> dict[int, str]:
    """Which of these are no longer wanted, and why: nobody is told about what is taken, waiting or over already."""
    asked = ASKING | TO_THE_OWNER
    asking = [message for message in messages if message.about and (message.kind in asked or _says_resolved(message))]
    keys = {primary_key_of(message.about) for message in asking}
    tickets = {ticket.number: ticket for ticket in Ticket.objects.filter(pk__in=keys).select_related("owner")}
    running = set(Clock.objects.filter(ticket_id__in=keys, stopped_at=None).values_list("pk", flat=True))
    reasons = {m.pk: _reason(m, tickets[m.about], running) for m in asking if m.about in tickets}
    return {key: reason for key, reason in reasons.items() if reason} | care.withdrawn(messages)


def _reason(message: Notification, ticket: Ticket, running: set[int]) -> str:
    if _says_resolved(message):
        return "" if ticket.status in DONE else _("reopened before it was sent")
    whose = message.context.get("stands_in_for") or message.user_id
    if ticket.owner and whose != ticket.owner_id and _went_to_the_owner(message):
        return _("now with %(owner)s") % {"owner": ticket.owner.name}
    if message.kind not in ASKING:
        return ""
    if ticket.status in DONE:
        return _("resolved before it was sent")
    if ticket.status == Status.WAITING:
        return _("waiting on the customer")
    if (
        ticket.taken_at
        and ticket.taken_at >= message.created_at
        and message.kind in ("opened", "reopened", "escalated")
    ):
        return _("taken by %(name)s before it was sent") % {"name": ticket.taken_by_name}
    if message.kind in ABOUT_A_CLOCK and _over(message.context, running):
        return _("answered before it was sent")
    return ""


def _says_resolved(message: Notification) -> bool:
    """To colleagues or to the customer: true only as long as it is."""
    return message.kind in ("resolved", "merged") or message.context.get("template") == "resolution"


def _went_to_the_owner(message: Notification) -> bool:
    """True if it asks somebody only because the issue was theirs. People of the matrix, and whoever stands on a higher
    rung as well, are told for what they are."""
    in_stead = bool(message.context.get("stands_in_for"))
    is_owner = in_stead or (message.user_id and not message.contact_id)
    theirs = message.kind in TO_THE_OWNER and message.level == "1" and is_owner
    return bool(theirs) and len(message.context.get("escalations", [])) < 2


def _over(context: dict[str, Any], running: set[int]) -> bool:
    """True if the clocks that it speaks of have stopped; of an escalation, the one that caused it."""
    if context.get("escalations"):
        return context["clock_id"] is not None and context["clock_id"] not in running
    clocks = {fact.get("clock_id") for fact in context.get("facts", [])} - {None}
    return bool(clocks) and not clocks & running


def sent(messages: Sequence[Notification], at: datetime) -> None:
    """The rungs whose people have been told now. What another channel than mail has taken has arrived."""
    keys = proof.keys_of(messages)
    if keys:
        Escalation.objects.filter(pk__in=keys, notified_at=None).update(notified_at=at)
    if arrived := [message for message in messages if message.channel != "email"]:
        proof.delivered(arrived, at)
