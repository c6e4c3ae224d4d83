"""How the customer fares after the fix (Escalation Protocol, section 4 step 6 and the last line of section 7)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.health import record_health
from contacts.models import User
from contacts.models.customers import Health
from escalations.actors import Actor
from escalations.care_times import check_in_days, check_in_due, zone_of
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.models.care import CheckIn
from escalations.models.relation import LinkKind, TicketLink

from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case

LONGEST_SUBJECT = 200


class AftercareVerbs:
    """Part of Ticket."""

    def check_in(self: Any, *, check_in: CheckIn, health: str, by: User, at: datetime, note: str = "") -> Any:
        """Say how the customer fares; yellow and red want a note. It becomes the customer's health.

        Red is a relapse: a new issue is logged with the same customer, severity and owner, the check-ins that are
        left are cancelled, and the new ticket is returned (otherwise None).
        """
        note = note.strip()
        if health not in Health.values:
            raise Invalid(health=_("Choose green, yellow or red."))
        if health != Health.GREEN and not note:
            raise Invalid(note=_("Say what is wrong."))
        with turn(self, "check_in", at) as case:
            looked = _open_one(case.ticket, check_in)
            looked.done_at, looked.done_by, looked.remind_at = case.at, by, None
            looked.health, looked.note = health, note
            looked.save()
            record_health(
                customer=case.ticket.customer, health=health, note=note, by=by, at=case.at, about=case.ticket.number
            )
            relapse = _relapse(case, note, by) if health == Health.RED else None
            case.record(
                EventKind.CHECK_IN,
                by=Actor.of(by),
                text=note,
                day=looked.day,
                health=health,
                **({"relapse": relapse.number} if relapse else {}),
            )
        return relapse


def plan_check_ins(case: "Case") -> None:
    """Resolved: the customer is looked after for as long as the severity says."""
    severity, zone = case.ticket.severity, zone_of(case.ticket.owner)
    days = check_in_days(severity.aftercare_days)
    dues = [(day, check_in_due(case.at, day, zone, severity.worktime)) for day in days]
    CheckIn.objects.bulk_create(CheckIn(ticket=case.ticket, day=day, due_at=due, remind_at=due) for day, due in dues)


def cancel_check_ins(case: "Case") -> None:
    """Opened again, or relapsed: what was to be looked at is moot."""
    still_open = CheckIn.objects.filter(ticket=case.ticket, done_at=None, cancelled_at=None)
    still_open.update(cancelled_at=case.at, remind_at=None)


def _open_one(ticket: Any, check_in: CheckIn) -> CheckIn:
    """As it is under the ticket's lock."""
    fresh = CheckIn.objects.select_for_update().filter(ticket=ticket, pk=check_in.pk).first()
    if fresh is None or fresh.cancelled_at:
        raise NotAllowed("check_in", _("This check-in is cancelled."))
    if fresh.done_by:
        raise NotAllowed("check_in", _("%(name)s has done this check-in already.") % {"name": fresh.done_by.name})
    return fresh


def _relapse(case: "Case", note: str, by: User) -> Any:
    from escalations.opening import open_ticket

    ticket = case.ticket
    cancel_check_ins(case)
    subject = ticket.subject if ticket.subject.startswith(_("Relapse: ")) else _("Relapse: ") + ticket.subject
    relapse = open_ticket(
        customer=ticket.customer,
        subject=subject[:LONGEST_SUBJECT],
        description=note,
        severity=ticket.severity,
        owner=ticket.owner if ticket.owner and ticket.owner.may_work else by,
        reporter_name=ticket.reporter_name,
        reporter_email=ticket.reporter_email,
        team=ticket.team,
        tags=ticket.tags,
        by=by,
        at=case.at,
        confidential=ticket.confidential,
        people=User.objects.filter(pk__in=ticket.access.values("user"), is_active=True) if ticket.confidential else (),
    )
    TicketLink.objects.create(ticket=relapse, other=ticket, kind=LinkKind.RELAPSE, by=by, at=case.at)
    with turn(relapse, "note", case.at) as other:
        other.ticket.cc = list(ticket.cc)
        other.record(EventKind.CHECK_IN, by=Actor.of(by), text=note, relapse_of=ticket.number)
    return relapse
