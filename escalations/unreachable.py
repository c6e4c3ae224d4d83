"""A message that cannot be delivered: the next position is told, or the next rung."""

from datetime import datetime

from django.utils.translation import gettext as _

from contacts.models import Contact
from escalations import alerts
from escalations.case import Case
from escalations.enums import DONE, Cause, EventKind
from escalations.journal import Journal
from escalations.ladder import person_of
from escalations.models import Clock, Escalation, Ticket
from escalations.verbs.turn import lock
from templates_app.models import Notification


def pass_on(message: Notification, at: datetime) -> None:
    """Mark the address, record it, and tell whoever is next on this rung; else the next rung above.

    Runs inside the transaction that gives the message up.
    """
    if message.kind == "customer" or message.escalation_id is None:
        _alert_only(message, at)
        return
    escalation = Escalation.objects.select_related("ticket").get(pk=message.escalation_id)
    ticket = lock(escalation.ticket)
    case = Case(Journal(at), ticket, _running(ticket), ticket.spans())
    _mark(message, at)
    case.record(
        EventKind.UNREACHABLE,
        level=escalation.level,
        to=message.to_name,
        address=message.to_address,
        reason=message.reason,
    )
    _alert(case, message)
    if ticket.status not in DONE and escalation.ended_at is None:
        _next_position(case, escalation)
    case.plan()
    case.journal.write([case])
    ticket.save()


def _running(ticket: Ticket) -> list[Clock]:
    clocks = list(ticket.clocks.filter(stopped_at=None).select_related("calendar"))
    for clock in clocks:
        clock.ticket = ticket
    return clocks


def _next_position(case: Case, escalation: Escalation) -> None:
    """Another person on the same rung joins its escalation; with nobody left there, the ladder climbs."""
    tried = {person["email"].lower() for person in escalation.contacts}
    standing = case.standing(escalation.level, exclude=tried)
    if standing.recipient:
        escalation.contacts = [*escalation.contacts, person_of(standing.recipient)]
        escalation.save(update_fields=["contacts"])
        case.record(
            EventKind.ESCALATED,
            level=escalation.level,
            cause=str(Cause.UNREACHABLE),
            to=standing.recipient.name,
            title=standing.recipient.title,
            passed=[],
        )
        kind = "opened" if escalation.cause == Cause.OPENED else "escalated"
        case.tell(standing.recipient, kind, escalation=escalation, reason=escalation.reason)
    elif escalation.level.isdigit():
        level = max(int(escalation.level), case.ticket.level)
        case.climb_to(level + 1, cause=Cause.UNREACHABLE)
        case.ticket.climbed_at = case.at


def _mark(message: Notification, at: datetime) -> None:
    """The address turns red in the matrix until somebody corrects it."""
    if message.contact_id:
        Contact.objects.filter(pk=message.contact_id, unreachable_since=None).update(
            unreachable_since=at, unreachable_reason=message.reason[:300]
        )


def _alert(case: Case, message: Notification) -> None:
    case.alert(
        f"unreachable.{message.to_address}",
        _("Mail to %(name)s <%(address)s> was refused: %(reason)s")
        % {"name": message.to_name, "address": message.to_address, "reason": message.reason},
        _("Correct the address in the contact matrix. Whoever is next was told."),
    )


def _alert_only(message: Notification, at: datetime) -> None:
    """Nobody else can stand in for a customer or an owner: the administrators must know."""
    if message.kind == "admin":
        return
    alert = alerts.Alert(
        f"undelivered.{message.to_address}",
        _("A message to %(name)s <%(address)s> about %(number)s could not be delivered: %(reason)s")
        % {
            "name": message.to_name,
            "address": message.to_address,
            "number": message.about,
            "reason": message.reason,
        },
        _("Correct the address, or call them."),
        message.about,
    )
    Notification.objects.bulk_create(alerts.messages([alert], at), ignore_conflicts=True)
