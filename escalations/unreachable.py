"""A message that cannot be delivered: the next position is told, or the next rung."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.models import Contact
from escalations import alerts
from escalations.case import Case
from escalations.enums import OPEN, Cause, EventKind, Status
from escalations.journal import Journal
from escalations.ladder import kind_for, person_of
from escalations.models import Clock, Escalation, Ticket
from escalations.models.ticket import primary_key_of
from escalations.verbs.turn import lock
from templates_app.models import Notification

TO_THE_OWNER = {"at_risk", "breach", "reminder", "assigned", "severity"}


def pass_on(message: Notification, at: datetime) -> None:
    """Mark the address if it was refused, record it, and tell whoever is next on the rung; else the next rung above.

    A message that is itself at fault would be refused for the next person as well: then only the administrators are
    told. Runs inside the transaction that gives the message up.
    """
    _alert(message, at)
    if message.failure == "address":
        _mark(message, at)
    ticket = Ticket.objects.filter(pk=primary_key_of(message.about)).first()
    if ticket is None or message.failure == "message" or message.kind in ("customer", "call", "admin", "watching"):
        return
    ticket = lock(ticket)
    case = Case(Journal(at), ticket, _running(ticket), ticket.spans())
    case.record(
        EventKind.UNREACHABLE,
        level=message.level,
        to=message.to_name,
        address=message.to_address,
        reason=message.reason,
    )
    if message.kind in TO_THE_OWNER:
        _stand_in(case, message)
    for escalation in Escalation.objects.filter(pk__in=message.context.get("escalations", []), ended_at=None):
        if _still_asks(case, escalation):
            _next_position(case, escalation)
    case.plan()
    case.journal.write([case])
    ticket.save()


def _running(ticket: Ticket) -> list[Clock]:
    clocks = list(ticket.clocks.filter(stopped_at=None).select_related("calendar"))
    for clock in clocks:
        clock.ticket = ticket
    return clocks


def _still_asks(case: Case, escalation: Escalation) -> bool:
    """Nobody is told in somebody's stead about what is waiting, over, taken or answered."""
    ticket = case.ticket
    if ticket.status not in OPEN or ticket.status == Status.WAITING:
        return False
    if ticket.taken_at and ticket.taken_at >= escalation.at:
        return False
    return escalation.clock_id is None or any(clock.pk == escalation.clock_id for clock in case.clocks)


def _next_position(case: Case, escalation: Escalation) -> None:
    """Another person on the same rung joins its escalation; with nobody left there, the ladder climbs, unless a
    higher rung was told already."""
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
        case.tell(standing.recipient, kind_for(escalation.cause), escalation=escalation, reason=escalation.reason)
    elif escalation.level.isdigit() and case.ticket.level <= int(escalation.level):
        case.climb_to(int(escalation.level) + 1, cause=Cause.UNREACHABLE, clock=escalation.clock)
        case.ticket.climbed_at = case.at


def _stand_in(case: Case, message: Notification) -> None:
    """What the owner should have read goes to whoever stands on level 1."""
    tried = {message.to_address.lower()}
    other = case.journal.matrix.who("1", case.ticket.team_id, exclude=tried).recipient
    if other is None or message.idem.endswith(".instead"):
        case.alert_unowned()
        return
    leaves_at = other.rhythm.hold_until(case.at, goes_through=message.urgent)
    case.journal.messages.append(
        Notification(
            idem=f"{message.idem}.instead",
            kind=message.kind,
            about=message.about,
            contact_id=other.contact_id,
            user_id=other.user_id,
            level="1",
            to_name=other.name,
            to_address=other.email,
            time_zone=other.time_zone,
            urgent=message.urgent,
            late=message.late,
            context=message.context | {"rung": other.title, "to_title": other.title},
            due_at=message.due_at,
            created_at=case.at,
            next_try_at=leaves_at,
            held_until=leaves_at if leaves_at > case.at else None,
        )
    )


def _mark(message: Notification, at: datetime) -> None:
    """Wherever this address stands in the matrix it turns red, until somebody corrects it."""
    here = Q(email__iexact=message.to_address) | Q(email="", user__email__iexact=message.to_address)
    Contact.objects.filter(here, unreachable_since=None).update(
        unreachable_since=at, unreachable_reason=message.reason[:300]
    )


def _alert(message: Notification, at: datetime) -> None:
    if message.kind == "admin":
        return
    alert = alerts.Alert(
        f"undelivered.{message.failure}.{message.to_address}",
        _("A message to %(name)s <%(address)s> about %(number)s could not be delivered: %(reason)s")
        % {
            "name": message.to_name,
            "address": message.to_address,
            "number": message.about,
            "reason": message.reason,
        },
        _("Correct the address in the contact matrix, or call them. Whoever stands next on the ladder was told.")
        if message.failure != "message"
        else _("The mail server refused the message itself. Call them, and look at the mail server’s log."),
        message.about,
    )
    Notification.objects.bulk_create(alerts.messages([alert], at), ignore_conflicts=True)
